"""What a portal offers: resources, and for each the allow-listed fields.

A `Resource` is the single description of one kind of record: where each value stands on the wire,
how it is read, and the column it becomes. Landing and raw tables, the door's checks of codes and
the rejection messages all follow from it. A field that is not listed here never leaves the portal
layer, so personal data cannot reach the warehouse by accident.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal


class Kind(Enum):
    """How a wire value is read, with the PostgreSQL type of its column."""

    TEXT = ("text", "text")  # NFC, trimmed, inner spaces collapsed; "" and null are both null
    CODE = ("code", "text")  # like TEXT; a number becomes its decimal text
    ID = ("id", "text")  # like CODE, in one spelling for all calls: case, spaces, 1000.0
    PROCEDURE_CODE = ("procedure code", "text")  # national stem: 1.000123.000.00.00.H44 -> 1.000123
    INSTANT = ("instant", "timestamptz")  # every documented form; unzoned = Asia/Ho_Chi_Minh
    DATE = ("date", "date")  # the local day of an instant
    INTEGER = ("integer", "bigint")  # a count; in a text, groups of three are thousands: "1.043"
    AMOUNT = ("amount", "numeric")  # đồng; in a text, groups of three are thousands: "150.000"
    NUMBER = ("number", "numeric")  # points, days: a single dot or comma is the decimal mark: "12,5"
    FLAG = ("flag", "boolean")  # "1"/"0", "True"/"False", 1/0, true/false; "" and null are null
    PRESENT = ("present", "boolean")  # the wire holds a non-empty value; the value is not kept
    COUNT = ("count", "integer")  # length of a list on the wire; the list is not kept
    CODES = ("codes", "jsonb")  # list of codes, sorted
    CHILDREN = ("children", "jsonb")  # list of objects, each read by the field's own `children`

    @property
    def sql_type(self) -> str:
        """PostgreSQL type of the column."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Field:
    """One allow-listed value of a record."""

    column: str
    wire: str  # path on the wire, dots between levels; another case is taken where this one is not there
    kind: Kind = Kind.TEXT
    required: bool = False  # a record without it is quarantined
    code_set: str | None = None  # codes must be listed for this set in seeds/portal_codes.csv
    children: tuple[Field, ...] = ()
    assumed: bool = False  # no public source shows the field; see docs/interpretations.md


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record of a portal: its key, its fields, and how it is read."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    changed_at: str | None = None  # column a window is cut by; None = read whole every time
    overlap: timedelta = timedelta(0)  # how far before the last cursor a window starts
    name_vi: str = ""  # what people call it

    @property
    def is_windowed(self) -> bool:
        """True when runs read only what changed in a window."""
        return self.changed_at is not None

    def field_of(self, path: str) -> Field | None:
        """The field that a rejection names: `column`, or `column.child`; None when there is none of that name."""
        fields, found = self.fields, None
        for name in path.split("."):
            found = next((field for field in fields if field.column == name), None)
            fields = found.children if found else ()
        return found

    def code_set_of(self, path: str) -> str | None:
        """The code set of the field that a rejection names."""
        field = self.field_of(path)
        return field.code_set if field else None


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open span of change times to read; `start` None = from the beginning.

    A long window is read in slices, each a window of its own: of two years in months the first is
    (None, 31/01/2024), the next starts there, and only the one that ends at the reading's time `is_last`.
    """

    start: datetime | None
    end: datetime
    sweep: bool = False  # read everything up to `end`, and report what is gone
    is_last: bool = True  # of the slices of its reading


@dataclass(frozen=True, slots=True)
class Glance:
    """What a portal says of a window without being read: a hint for where to cut it, and no proof of anything."""

    first_change: datetime | None  # as the portal sorts them; None = it has no record, or does not say
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that cannot be taken: what, where and why, without any of its free text."""

    source_id: str | None
    field: str
    reason: str  # unreadable | missing | unknown_code
    code: str | None = None  # the unknown code; never set for free text
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that did not hold when it was looked at a second time, and cost no record.

    left_empty: an unreadable name; the record is taken without it. orphan: a child of a record that was
    not asked for. false_end: the portal called a page the last, and more records came after it.
    """

    kind: Literal["left_empty", "orphan", "false_end"]
    field: str
    source_id: str | None  # of the record; for an orphan, of the parent it names


KnownCodes = Mapping[str, frozenset[str]]
"""The codes listed for each code set of a portal."""

Row = tuple[str | None, ...]
"""One record in the order of its resource's fields, each value in PostgreSQL's canonical text form:
instants `2025-07-01T10:00:00+07:00`, flags `t`/`f`, jsonb with sorted keys and no spaces."""


@dataclass(slots=True)
class Batch:
    """What one page or call gave."""

    rows: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    fetched: int = 0  # records received, rejected ones included
    repeated_keys: int = 0  # objects of the replies in which a key stood twice, with different values
    doubts: list[Doubt] = field(default_factory=list)  # what did not hold, and cost no record


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal: its code (prefix of its tables), and what each of its hosts answers for.

    The resources of one host share a session and a pace, so one step reads them, in the order given.
    """

    code: str
    name_vi: str
    hosts: Mapping[str, tuple[Resource, ...]]
    needs: Mapping[str, str] = field(default_factory=dict)  # by host, the extra without which it is not connected
    beside_dossiers: frozenset[str] = frozenset()  # resources that say nothing where no dossiers are read

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All resources, host by host."""
        return tuple(resource for resources in self.hosts.values() for resource in resources)

    def only(self, names: Container[str]) -> Portal:
        """The portal with these of its resources, and the hosts that answer for them."""
        hosts = {host: tuple(each for each in own if each.name in names) for host, own in self.hosts.items()}
        return replace(self, hosts={host: own for host, own in hosts.items() if own})

    def resource(self, name: str) -> Resource:
        """The resource of that name; KeyError names it when there is none."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(f"{self.code} has no resource {name!r}")
