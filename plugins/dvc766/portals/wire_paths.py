"""Where a value stands in a portal's record, however that portal wrote the record.

Keys are compared without case; a list may arrive as a dict with numbers for keys, as a lone object,
as a scalar or as ""; an object may arrive in a list of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dvc766.portals.values import Unreadable


def keys_by_case(shape: Iterable[str], wanted: Sequence[str]) -> list[str | None]:
    """For each wanted (casefolded) key the record's own spelling, None when it has none."""
    spelled: dict[str, str] = {}
    for key in shape:
        spelled.setdefault(key.casefold(), key)
    return [spelled.get(key) for key in wanted]


def get(record: Any, key: str) -> Any:
    """The value under a key in any case; None when there is none, or no object at all."""
    if type(record) is not dict:
        return None
    if key in record:
        return record[key]
    own = keys_by_case(record, [key.casefold()])[0]
    return None if own is None else record[own]


def entries(value: object) -> list[Any]:
    """The value as a list: a list, {"0": …, "1": …}, a lone object, a scalar, or nothing."""
    if type(value) is list:
        return value
    if value is None or value == "":
        return []
    if type(value) is dict:
        if not value:
            return []
        return list(value.values()) if all(key.isdigit() for key in value) else [value]
    return [value]


def first_leaf(value: object, tail: Sequence[str]) -> object:
    """The value below, taking the first object wherever there is a list of them."""
    for part in tail:
        found = entries(value)
        if not found:
            return None
        if type(found[0]) is not dict:
            raise Unreadable("not an object")
        value = get(found[0], part)
    return value


def leaves(value: object, tail: Sequence[str]) -> list[object]:
    """All values below, through every list; ["1", "2"] is taken for [{"key": "1"}, {"key": "2"}]."""
    found = entries(value)
    for part in tail:
        below: list[object] = []
        for entry in found:
            if type(entry) is dict:
                below.extend(entries(get(entry, part)))
            elif part == tail[-1]:
                below.append(entry)
        found = below
    return found
