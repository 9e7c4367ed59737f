"""What whoever watches the nights sees: the views of schema ops, and the two tables behind them that Python fills.

The views are plain SQL (ops_views). What they cannot know by themselves is noted here: which sources are
connected, by settings; when months are frozen and must be approved, by rules.csv and the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg.rows import class_row, dict_row
from sqlalchemy import Boolean, Column, Date, Engine, Integer, Table, Text, text

from dvc766.warehouse.sessions import transaction
from dvc766.warehouse.tables import INSTANT, METADATA

SOURCES = Table(
    "sources",
    METADATA,
    *(Column(name, Text, primary_key=True) for name in ("province_code", "portal", "resource")),
    Column("portal_vi", Text, nullable=False),
    Column("resource_vi", Text),  # unknown until the next reading notes it
    Column("is_connected", Boolean, nullable=False),
    Column("noted_at", INSTANT, nullable=False, server_default=text("now()")),
    schema="ops",
)
MONTH_DEADLINES = Table(
    "month_deadlines",
    METADATA,
    Column("period_month", Date, primary_key=True),
    Column("freeze_on", Date, nullable=False),
    Column("approval_days", Integer, nullable=False),
    Column("noted_at", INSTANT, nullable=False, server_default=text("now()")),
    schema="ops",
)

_NOTE_SOURCE = """
insert into ops.sources (province_code, portal, resource, portal_vi, resource_vi, is_connected)
values (%s, %s, %s, %s, %s, true)
on conflict (province_code, portal, resource) do update
set portal_vi = excluded.portal_vi, resource_vi = excluded.resource_vi,
    is_connected = true, noted_at = excluded.noted_at
"""
_NOTE_LOST = """
update ops.sources set is_connected = false
where is_connected and not exists (
    select from unnest(%s::text[], %s::text[], %s::text[]) as now (province_code, portal, resource)
    where
        now.province_code = sources.province_code and now.portal = sources.portal and now.resource = sources.resource
)
"""
_NOTE_DEADLINE = """
insert into ops.month_deadlines (period_month, freeze_on, approval_days)
values (%s, %s, %s)
on conflict (period_month) do update
set freeze_on = excluded.freeze_on, approval_days = excluded.approval_days, noted_at = excluded.noted_at
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of record of a connected portal."""

    province_code: str
    portal: str
    resource: str
    portal_vi: str
    resource_vi: str


@dataclass(frozen=True, slots=True)
class MonthDeadline:
    """The day on which a month is frozen, and within how many days somebody must approve it then."""

    period_month: date
    freeze_on: date
    approval_days: int


@dataclass(frozen=True, slots=True)
class LastNight:
    """The one row of ops.last_night."""

    day: date | None
    is_complete: bool
    verdict_vi: str
    sentence_vi: str
    sources: int
    sources_in: int
    is_ranking_current: bool
    shown_to_local_at: datetime | None
    quarantine_open: int
    waiting: int


def note_sources(engine: Engine, sources: Iterable[Source]) -> None:
    """Keep which sources are connected now; those that were and are not any more stay, as not connected."""
    known = [astuple(source) for source in sources]
    with transaction(engine) as connection:
        connection.cursor().executemany(_NOTE_SOURCE, known)
        connection.execute(_NOTE_LOST, [[each[column] for each in known] for column in range(3)])


def note_deadlines(engine: Engine, deadlines: Iterable[MonthDeadline]) -> None:
    """Keep the deadlines of months, in place of what was noted before."""
    with transaction(engine) as connection:
        connection.cursor().executemany(_NOTE_DEADLINE, [astuple(deadline) for deadline in deadlines])


def last_night(engine: Engine) -> LastNight:
    """Whether the newest night is complete."""
    columns = ", ".join(LastNight.__annotations__)
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(LastNight)) as cursor:
        [night] = cursor.execute(f"select {columns} from ops.last_night".encode()).fetchall()
    return night


def waiting(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """What waits for a person, the longest first."""
    return _rows(engine, "select * from ops.waiting_batches order by since_local_at, kind, condition")


def quarantine_causes(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """Why records are in quarantine, and how many for each cause."""
    return _rows(
        engine,
        "select portal_vi, resource_vi, field, reason_vi, code, min(since_on) as since_on, count(*) as records"
        " from ops.quarantine_open group by portal_vi, resource_vi, field, reason_vi, code"
        " order by records desc, portal_vi, resource_vi, field, code",
    )


def quarantined_records(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """Every open row of quarantine, by cause and key."""
    return _rows(
        engine,
        "select * from ops.quarantine_open order by reason, portal, resource, field, code, record_key, record_id",
    )


def next_deadlines(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """The deadlines of months that are not published yet, the next one first."""
    return _rows(engine, "select * from ops.next_deadlines order by due_on, period_month, step")


def restated_months(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """Frozen months that would be other today, with how many figures and ranks."""
    return _rows(
        engine,
        "select period_label, revision, count(*) as figures, count(*) filter (where moves_a_rank) as ranks"
        " from ops.restatements_open group by period_month, period_label, revision order by period_month",
    )


def failed_warnings(engine: Engine) -> Sequence[Mapping[str, Any]]:
    """Warnings of the doors' latest verdicts."""
    return _rows(engine, "select * from ops.door_results where verdict = 'warning' order by door, suite, expectation")


def _rows(engine: Engine, query: LiteralString) -> Sequence[Mapping[str, Any]]:
    with transaction(engine) as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()
