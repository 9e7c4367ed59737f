"""Lists on the wire as canonical JSON text: sorted keys, no spaces, every key present.

No child of a record means anything by its place, so the children are put into one order: the same
children in another order are the same text. Numbers stand bare, instants and codes as strings,
nothing as null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from dvc766.portals import values
from dvc766.portals.contract import Field, Kind
from dvc766.portals.values import Reader, Unreadable
from dvc766.portals.wire_paths import entries, is_damaged, own_keys

JsonReader = Callable[[object], str]

_SHAPES_LIMIT = 2_000
_FLAGS = {raw: {None: "null", "t": "true", "f": "false"}[flag] for raw, flag in values.FLAGS.items()}
_BARE = (Kind.INTEGER, Kind.AMOUNT, Kind.NUMBER, Kind.COUNT, Kind.CODES, Kind.CHILDREN)


class UnknownCode(ValueError):
    """The code is readable, but not listed for its set; `field` is set when a child holds it."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__("unknown code")
        self.code = code
        self.field = field


class BadChild(ValueError):
    """A child's field is missing or unreadable."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def read_count(value: object) -> str:
    """How many entries the list has."""
    return str(sum(1 for entry in entries(value) if entry not in (None, "", {})))


def read_codes(value: object) -> str:
    """The list's codes or ids, each once, sorted."""
    codes = {code for entry in entries(value) if (code := values.read_id(entry)) is not None}
    return "[" + ",".join([_quoted(code) for code in sorted(codes)]) + "]" if codes else "[]"


def read_children(field: Field, readers: Sequence[Reader]) -> JsonReader:
    """The reader of a list of objects; `readers` are those of `field.children`, in their order."""
    pairs = sorted(zip(field.children, readers, strict=True), key=lambda pair: pair[0].column)
    items = _ItemReader([child for child, _ in pairs], [reader for _, reader in pairs])
    one = items.read

    def read_all(value: object) -> str:
        found = value if type(value) is list else entries(value)
        if not found:
            return "[]"
        if len(found) == 1:
            return f"[{one(found[0])}]"
        return "[" + ",".join(sorted([one(item) for item in found])) + "]"

    return read_all


class _Plan(NamedTuple):
    steps: list[tuple[JsonReader, str | None]]
    combination: Callable[[Any], Any] | None  # the raw flags of an item, when it is all flags


class _ItemReader:
    """Reads one object of a list."""

    def __init__(self, fields: list[Field], readers: list[Reader]) -> None:
        self._fields = fields
        self._readers = [_as_json(field.kind, reader) for field, reader in zip(fields, readers, strict=True)]
        self._heads = [field.wire for field in fields]
        self._template = "{" + ",".join(f'"{field.column}":%s' for field in fields) + "}"
        self._required = [i for i, field in enumerate(fields) if field.required]
        self._all_flags = len(fields) > 1 and all(field.kind is Kind.FLAG for field in fields)
        self._combinations: dict[Any, str] = {}  # few flags have few combinations
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def read(self, item: Any) -> str:
        if type(item) is not dict:
            raise BadChild("", "unreadable")
        shape = tuple(item)
        steps, combination = self._plans.get(shape) or self._plan(shape)
        if combination is not None:
            raw = combination(item)
            try:
                return self._combinations[raw]
            except (KeyError, TypeError):
                pass
        try:
            texts = [read(None if key is None else item[key]) for read, key in steps]
        except (ValueError, TypeError):
            raise self._told(item, steps) from None
        for index in self._required:
            if texts[index] == "null":
                raise BadChild(self._fields[index].column, "missing")
        result = self._template % tuple(texts)
        if combination is not None and len(self._combinations) < _SHAPES_LIMIT:
            self._combinations[raw] = result
        return result

    def _plan(self, shape: tuple[str, ...]) -> _Plan:
        keys = own_keys(shape, self._heads)
        if is_damaged(shape) and None in keys:
            raise BadChild(self._fields[keys.index(None)].column, "unreadable")
        complete = [key for key in keys if key is not None]
        whole = self._all_flags and len(complete) == len(keys)
        plan = _Plan(list(zip(self._readers, keys, strict=True)), itemgetter(*complete) if whole else None)
        if len(self._plans) >= _SHAPES_LIMIT:
            self._plans.clear()
        self._plans[shape] = plan
        return plan

    def _told(self, item: Any, steps: list[tuple[JsonReader, str | None]]) -> ValueError:
        """Which field was the bad one."""
        for field, (read, key) in zip(self._fields, steps, strict=True):
            try:
                read(None if key is None else item[key])
            except UnknownCode as unknown:
                return UnknownCode(unknown.code, f"{field.column}.{unknown.field}".rstrip("."))
            except BadChild as inner:
                return BadChild(f"{field.column}.{inner.field}".rstrip("."), inner.reason)
            except (ValueError, TypeError):
                return BadChild(field.column, "unreadable")
        return Unreadable("unreadable")


def _as_json(kind: Kind, read: Reader) -> JsonReader:
    if kind is Kind.FLAG:
        return _flag_json
    if kind is Kind.PRESENT:
        return lambda value: "true" if read(value) == "t" else "false"
    if kind in _BARE:
        return lambda value: read(value) or "null"
    if kind is Kind.INSTANT or kind is Kind.DATE:

        def instant_json(value: object) -> str:
            text = read(value)
            return "null" if text is None else f'"{text}"'

        return instant_json

    def text_json(value: object) -> str:
        text = read(value)
        return "null" if text is None else _quoted(text)

    return text_json


def _flag_json(value: object) -> str:
    try:
        return _FLAGS[value]
    except (KeyError, TypeError):
        return _FLAGS[values.read_flag(value)]


def _quoted(text: str) -> str:
    return f'"{text}"' if text.isalnum() else json.dumps(text, ensure_ascii=False)
