"""The whole answer to a question that is not asked page by page: a part is never taken for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dvc766.portals.errors import Cause
from dvc766.portals.pages import ListCall
from dvc766.portals.values import whole
from dvc766.portals.wire_paths import entries, flag, get, listed


def is_part(reply: Any, key: str = "content") -> bool:
    """True when a reply says of itself that there is more than it holds, in whichever way.

    [{…}, {…}]                                                     False: a list says nothing of itself
    {"content": [20 lines], "last": true, "totalElements": 20}     False
    {"content": [20 lines], "last": false}                         True
    {"content": [20 lines], "totalElements": 60}                   True
    {"data": [20 lines], "hasNextPage": true}                      True
    """
    if type(reply) is not dict:
        return False
    held = len(entries(get(reply, key)))
    totals = [whole(get(reply, name)) for name in ("totalElements", "totalCount", "total")]
    return (
        flag(reply, "last") is False
        or flag(reply, "first") is False
        or flag(reply, "hasNextPage") is True
        or (whole(get(reply, "totalPages")) or 0) > 1
        or any(total is not None and total > held for total in totals)
    )


def whole_answer(ask: Callable[[list[str]], Any], ids: list[str], call: ListCall, key: str = "content") -> list[Any]:
    """The records that belong to `ids`, asked with all of them at once.

    Where the reply is a part, each half of the ids is asked by itself: this needs no parameter that the
    call may not have. PortalRefused (PART) when the reply to a single id is a part still.
    """
    if not ids:
        return []
    reply = ask(ids)
    if not is_part(reply, key):
        return listed(reply, key) or []
    if len(ids) == 1:
        raise call.broken(Cause.PART, ids[0][:60])
    middle = len(ids) // 2
    return whole_answer(ask, ids[:middle], call, key) + whole_answer(ask, ids[middle:], call, key)
