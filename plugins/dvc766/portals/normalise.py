"""The one normaliser: a wire record becomes a row of canonical text, or is rejected with a reason.

A resource's fields are compiled once into closures; where each field stands in a record is worked
out once per shape of record (its keys in their order), so that finding the keys costs nothing.
Nothing but the allow-listed values is ever looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dvc766.portals import instants, values
from dvc766.portals.children import BadChild, UnknownCode, read_children, read_codes, read_count
from dvc766.portals.contract import Doubt, Field, Kind, KnownCodes, Rejection, Resource, Row
from dvc766.portals.errors import RecordRejected
from dvc766.portals.values import Reader, Unreadable
from dvc766.portals.wire_paths import first_leaf, is_damaged, leaves, own_keys

_Plan = list[tuple[Reader, str | None]]
Parts = Sequence[Sequence[Field]]

_SHAPES_LIMIT = 2_000
_CODE_SHOWN = 60  # a longer "code" may be free text, and is not repeated in the rejection
_BAD = (ValueError, TypeError, OverflowError, RecursionError)

_SCALARS: dict[Kind, Reader] = {
    Kind.TEXT: values.read_text,
    Kind.CODE: values.read_code,
    Kind.ID: values.read_id,
    Kind.PROCEDURE_CODE: values.read_procedure_code,
    Kind.INSTANT: instants.read_instant,
    Kind.DATE: instants.read_date,
    Kind.INTEGER: values.read_integer,
    Kind.AMOUNT: values.read_amount,
    Kind.NUMBER: values.read_number,
    Kind.FLAG: values.read_flag,
    Kind.PRESENT: values.read_present,
}
_LISTS = (Kind.COUNT, Kind.CODES, Kind.CHILDREN)


class RecordReader:
    """Reads the records of one resource.

    `read` gives the row or raises RecordRejected; it does so for any JSON value whatever.
    """

    def __init__(self, resource: Resource, known_codes: KnownCodes, parts: Parts = ()) -> None:
        """`parts`: the fields of each object of a record that comes as a tuple of several; the first has the key."""
        self.resource = resource
        self._fields = resource.fields
        self._parts = [_PartReader(fields, known_codes) for fields in parts or (resource.fields,)]
        self._required = [i for i, field in enumerate(resource.fields) if field.required]
        columns = [field.column for field in resource.fields]
        self._key = [columns.index(column) for column in resource.key]
        self._changed = columns.index(resource.changed_at) if resource.changed_at else None

    def read(self, record: Any, doubts: list[Doubt] | None = None) -> Row:
        """The record as a row in field order.

        A name is a label and costs no record: an unreadable one that is not required becomes null, which
        is added to `doubts`.
        """
        parts = record if type(record) is tuple else (record,)
        if type(parts[0]) is not dict:
            raise RecordRejected(Rejection(None, "record", "unreadable"))
        row: Row = ()
        try:
            for reader, part in zip(self._parts, parts, strict=True):
                row += reader.read(part)
        except _BAD:
            row = self._read_carefully(parts, doubts)
        for index in self._required:
            if row[index] is None:
                raise self._rejected(parts[0], index, "missing")
        return row

    def missing(self, record: Any, field: str) -> Rejection:
        """The rejection of a record of which a whole part did not arrive."""
        return Rejection(self.source_id(record), field, "missing", changed_at=self.changed_at(record))

    def source_id(self, record: Any) -> str | None:
        """The record's key as text, several columns joined by a stroke; None when unreadable."""
        if len(self._key) == 1:
            return self._value(record, self._key[0])
        parts = [self._value(record, index) for index in self._key]
        return None if None in parts else "|".join(part for part in parts if part is not None)

    def changed_at(self, record: Any) -> datetime | None:
        """When the portal says the record changed; None when it has no such time or none readable."""
        text = self.changed_text(record)
        return None if text is None else datetime.fromisoformat(text)

    def changed_text(self, record: Any) -> str | None:
        """The same as canonical text, whose order is the order of the instants."""
        return None if self._changed is None else self._value(record, self._changed)

    def version(self, record: Any) -> tuple[str | None, str | None]:
        """Key and change time as text: what tells a record, and a later change of it, from others."""
        if self._changed is None or len(self._key) != 1 or type(record) is not dict:
            return self.source_id(record), self.changed_text(record)
        try:
            return self._parts[0].read_one(record, self._key[0]), self._parts[0].read_one(record, self._changed)
        except _BAD:
            return self.source_id(record), self.changed_text(record)

    def _read_carefully(self, parts: tuple[Any, ...], doubts: list[Doubt] | None) -> Row:
        """The same with scalars that came in a list of one; rejects at the first bad field."""
        row: list[str | None] = []
        for reader, part in zip(self._parts, parts, strict=True):
            for step, key in reader.plan(part):
                row.append(self._text(step, part.get(key), len(row), parts[0], doubts))
        return tuple(row)

    def _text(
        self, step: Reader, value: Any, index: int, record: dict[str, Any], doubts: list[Doubt] | None
    ) -> str | None:
        field = self._fields[index]
        if type(value) is list and len(value) == 1 and field.kind not in _LISTS:
            value = value[0]
        try:
            return step(value)
        except UnknownCode as unknown:
            raise self._rejected(record, index, "unknown_code", unknown.field, unknown.code) from None
        except BadChild as child:
            raise self._rejected(record, index, child.reason, child.field) from None
        except _BAD:
            if field.kind is not Kind.TEXT or field.required:
                raise self._rejected(record, index, "unreadable") from None
        if doubts is not None:
            doubts.append(Doubt("left_empty", field.column, self.source_id(record)))
        return None

    def _value(self, record: Any, index: int) -> str | None:
        if type(record) is not dict:
            return None
        try:
            return self._parts[0].read_one(record, index)
        except _BAD:
            return None

    def _rejected(
        self, record: Any, index: int, reason: str, inner: str = "", code: str | None = None
    ) -> RecordRejected:
        column = self._fields[index].column
        return RecordRejected(
            Rejection(
                source_id=self.source_id(record),
                field=f"{column}.{inner}" if inner else column,
                reason=reason,
                code=code if code and len(code) <= _CODE_SHOWN else None,
                changed_at=self.changed_at(record),
            )
        )


class _PartReader:
    """Reads some fields of one object. The key of a field that is not there is None, under which there is nothing."""

    def __init__(self, fields: Sequence[Field], known_codes: KnownCodes) -> None:
        self._steps = [_top_step(field, known_codes) for field in fields]
        self._heads = [field.wire.partition(".")[0] for field in fields]
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def read(self, record: dict[str, Any]) -> Row:
        return tuple([step(None if key is None else record[key]) for step, key in self.plan(record)])

    def read_one(self, record: dict[Any, Any], index: int) -> str | None:
        """One of the fields; where it is written as described, the rest of the record does not matter."""
        key = self._heads[index]
        if key in record:
            return self._steps[index](record[key])
        step, own = self.plan(record)[index]
        return step(record.get(own))

    def plan(self, record: dict[str, Any]) -> _Plan:
        """The step of each field, and the key it is read from."""
        shape = tuple(record)
        return self._plans.get(shape) or self._plan(shape)

    def _plan(self, shape: tuple[str, ...]) -> _Plan:
        plan = list(zip(self._steps, own_keys(shape, self._heads), strict=True))
        if is_damaged(shape):
            plan = [(_lost if key is None else step, key) for step, key in plan]
        if len(self._plans) >= _SHAPES_LIMIT:
            self._plans.clear()
        self._plans[shape] = plan
        return plan


def _lost(_: object) -> str | None:
    """Reads a field that was not found in a record of which a key is damaged: it may be that one."""
    raise Unreadable("a key lost a character")


def _top_step(field: Field, known_codes: KnownCodes) -> Reader:
    """Reads the value under the first key of the field's path."""
    read = _reader(field, known_codes)
    tail = field.wire.split(".")[1:]
    if not tail:
        return read
    if field.kind in _LISTS:
        return lambda value: read(leaves(value, tail))

    def below(value: object) -> str | None:
        leaf = value
        for key in tail:
            if type(leaf) is dict and key in leaf:
                leaf = leaf[key]
            else:
                return read(None if leaf is None else first_leaf(value, tail))
        return read(leaf)

    return below


def _reader(field: Field, known_codes: KnownCodes) -> Reader:
    if field.kind is Kind.COUNT:
        return read_count
    if field.kind is Kind.CODES:
        return read_codes
    if field.kind is Kind.CHILDREN:
        return read_children(field, [_reader(child, known_codes) for child in field.children])
    if field.code_set is not None:
        return _known(_SCALARS[field.kind], known_codes[field.code_set])
    return _SCALARS[field.kind]


def _known(read: Reader, known: frozenset[str]) -> Reader:
    """A code that has to be listed; the usual spellings are found without reading."""
    usual: dict[object, str] = {code: code for code in known}
    usual |= {int(code): code for code in known if code.isdigit() and str(int(code)) == code}

    def step(value: object) -> str | None:
        try:
            return usual[value]
        except (KeyError, TypeError):
            code = read(value)
        if code is not None and code not in known:
            raise UnknownCode(code)
        return code

    return step
