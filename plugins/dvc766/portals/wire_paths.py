"""Where a value stands in a portal's record, however that portal wrote the record.

A key is looked for as its field writes it, and in another case only where there is none so written:
of `{"ID": 77, "id": "a1"}` the key `id` is "a1". A list may arrive as a dict with numbers for keys, as
a lone object, as a scalar or as ""; an object may arrive in a list of one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dvc766.portals.values import LOST, Unreadable, read_flag, read_id


def own_keys(shape: Collection[str], wanted: Sequence[str]) -> list[str | None]:
    """For each wanted key the record's own spelling of it: the same, else the first in another case, else None."""
    spelled: dict[str, str] = {}
    for key in shape:
        spelled.setdefault(key.casefold(), key)
    return [key if key in shape else spelled.get(key.casefold()) for key in wanted]


def get(record: Any, key: str) -> Any:
    """The value under a key in any case; None when there is none, or no object at all."""
    if type(record) is not dict:
        return None
    if key in record:
        return record[key]
    own = own_keys(record, [key])[0]
    return None if own is None else record[own]


def has_key(record: Any, key: str) -> bool:
    """True when the object has the key in any case, whatever stands there."""
    return type(record) is dict and own_keys(record, [key]) != [None]


def flag(record: Any, key: str) -> bool | None:
    """What a reply says about itself in a flag of any spelling; None when it does not, or cannot be read."""
    try:
        return {"t": True, "f": False}.get(read_flag(get(record, key)) or "")
    except Unreadable:
        return None


def id_at(record: Any, key: str) -> str | None:
    """The id under a key, in its one spelling; None when there is none, or none that can be read."""
    try:
        return read_id(get(record, key))
    except Unreadable:
        return None


def entries(value: object) -> list[Any]:
    """The value as a list: a list, {"0": …, "1": …}, a lone object, a scalar, or nothing."""
    if type(value) is list:
        return value
    if value is None or (type(value) is str and not value.strip()):
        return []
    if type(value) is dict:
        if not value:
            return []
        return list(value.values()) if all(key.isdigit() for key in value) else [value]
    return [value]


def listed(reply: Any, *keys: str) -> list[Any] | None:
    """The records of a reply: the reply itself, or what stands under the first of `keys` that it has.

    Nothing at all, null, a blank text and, under a key, {} are how portals write an empty list. None
    when the reply has none of the keys, or something else stands there: an error, not a list.

        [{"id": 1}]          [{"id": 1}]
        {"content": null}    []
        {"status": 500}      None
    """
    if type(reply) is dict:
        own = [key for key in own_keys(reply, keys) if key is not None]
        if not own:
            return None
        reply = reply[own[0]]
        if type(reply) is dict and reply:
            return None
    if type(reply) is list:
        return reply
    return None if entries(reply) else []


def first_leaf(value: object, tail: Sequence[str]) -> object:
    """The value below, taking the first object wherever there is a list of them."""
    for part in tail:
        found = entries(value)
        if not found:
            return None
        if type(found[0]) is not dict:
            raise Unreadable("not an object")
        value = _below(found[0], part)
    return value


def leaves(value: object, tail: Sequence[str]) -> list[object]:
    """All values below, through every list; ["1", "2"] is taken for [{"key": "1"}, {"key": "2"}]."""
    found = entries(value)
    for part in tail:
        below: list[object] = []
        for entry in found:
            if type(entry) is dict:
                below.extend(entries(_below(entry, part)))
            elif part == tail[-1]:
                below.append(entry)
        found = below
    return found


def _below(record: dict[str, Any], key: str) -> Any:
    """The value under a key; Unreadable when it may stand under a key of which decoding lost something."""
    value = get(record, key)
    if value is None and is_damaged(record):
        raise Unreadable("a key lost a character")
    return value


def is_damaged(shape: Collection[str]) -> bool:
    """True when decoding lost a part of a key: what is not found in the object may be there."""
    return any(LOST in key for key in shape)
