"""Records that were turned away: which and why, and which of them a person wants to be read again.

A row stands for one field of one record. It is resolved by the run in which the record arrived well, was turned away
for something else, or was gone (see promotion_sql). A release asks the next reading to look at its day again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from psycopg import sql
from psycopg.rows import class_row
from sqlalchemy import BigInteger, CheckConstraint, Column, Engine, Identity, Index, Table, Text, text

from dvc766.failures import NeedsAPerson
from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.sessions import transaction
from dvc766.warehouse.tables import INSTANT, METADATA, table_name

QUARANTINE = Table(
    "records",
    METADATA,
    Column("record_id", BigInteger, Identity(always=True), primary_key=True),
    Column("province_code", Text, nullable=False),
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("source_id", Text),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", Text),
    Column("changed_at", INSTANT),
    Column("seen_from", INSTANT),
    Column("seen_to", INSTANT),
    Column("first_seen_run", BigInteger, nullable=False),
    Column("last_seen_run", BigInteger, nullable=False),
    Column("resolved_run", BigInteger),
    Index(
        "records_source_key",
        *("province_code", "portal", "resource", "source_id", "field", "reason", "code"),
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint("reason in ('unreadable', 'missing', 'unknown_code')", name="reason_is_known"),
    schema="quarantine",
)
RELEASES = Table(
    "releases",
    METADATA,
    Column("release_id", BigInteger, Identity(always=True), primary_key=True),
    Column("record_id", BigInteger, nullable=False),
    Column("seen_run", BigInteger, nullable=False),  # the run that had turned it away last: it counts until the next
    Column("reason", Text, nullable=False),
    Column("released_by", Text, nullable=False),
    Column("released_at", INSTANT, nullable=False, server_default=text("now()")),
    Index("releases_record_id_idx", "record_id"),
    CheckConstraint("btrim(reason) <> '' and btrim(released_by) <> ''", name="reason_and_name_are_given"),
    schema="quarantine",
)

_COLUMNS = (
    "record_id, province_code, portal, resource, source_id, field, reason, code, changed_at, first_seen_run,"
    " last_seen_run, resolved_run"
)
_ALIKE = """
select {columns}
from quarantine.records as record
where
    record.resolved_run is null
    and (record.province_code, record.portal, record.resource, record.field, record.reason)
    = (%(province_code)s, %(portal)s, %(resource)s, %(field)s, %(reason)s)
    and record.code is not distinct from %(code)s
order by record.record_id
"""


class QuarantineRefused(NeedsAPerson):
    """What was asked of quarantined records cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of quarantine.records."""

    record_id: int
    province_code: str
    portal: str
    resource: str
    source_id: str | None
    field: str
    reason: str
    code: str | None
    changed_at: datetime | None
    first_seen_run: int
    last_seen_run: int
    resolved_run: int | None


@dataclass(frozen=True, slots=True)
class Release:
    """Who asked for a record to be read again, and why."""

    seen_run: int
    reason: str
    released_by: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The batch in which a record was seen last: its window, and what became of the batch as a whole."""

    batch_id: int
    window_from: datetime | None
    window_to: datetime
    declared: int | None
    fetched: int
    quarantined: int


def find(engine: Engine, record_id: int) -> Record:
    """The row of a number; QuarantineRefused when there is none."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Record)) as cursor:
        record = cursor.execute(
            f"select {_COLUMNS} from quarantine.records where record_id = %s", (record_id,)
        ).fetchone()
    if record is None:
        raise QuarantineRefused(
            f"Không có dòng cách ly số {record_id}.\nViệc cần làm: xem số ở ./run quarantine list --records."
        )
    return record


def rows_of(engine: Engine, key: str) -> Sequence[Record]:
    """All rows of a record by its key at the portal, resolved ones included; the newest first."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Record)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from quarantine.records where source_id = %s order by record_id desc", (key,)
        ).fetchall()


def alike(engine: Engine, record: Record) -> Sequence[Record]:
    """The open rows with the same cause, this one included while it is open."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Record)) as cursor:
        return cursor.execute(_ALIKE.format(columns=_COLUMNS).encode(), asdict(record)).fetchall()


def release(engine: Engine, records: Sequence[Record], *, reason: str, released_by: str) -> None:
    """Have the days of these records read again by the next reading; once, unless they are turned away no more."""
    with transaction(engine) as connection:
        connection.cursor().executemany(
            "insert into quarantine.releases (record_id, seen_run, reason, released_by) values (%s, %s, %s, %s)",
            [(record.record_id, record.last_seen_run, reason, released_by) for record in records],
        )


def releases_of(engine: Engine, record: Record) -> Sequence[Release]:
    """Who asked for the record to be read again, the oldest first."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Release)) as cursor:
        return cursor.execute(
            "select seen_run, reason, released_by, released_at from quarantine.releases where record_id = %s"
            " order by release_id",
            (record.record_id,),
        ).fetchall()


def seen_in(engine: Engine, record: Record) -> SeenIn | None:
    """The batch of the run that turned the record away last; None when the batch was not taken (a door was closed)."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(SeenIn)) as cursor:
        return cursor.execute(
            "select batch_id, window_from, window_to, declared, fetched, quarantined from ops.ledger"
            " where run_id = %s and portal = %s and resource = %s"
            " and coalesce(window_from <= %s, true) order by quarantined > 0 desc, batch_id desc limit 1",
            (record.last_seen_run, record.portal, record.resource, record.changed_at),
        ).fetchone()


def is_in_raw(engine: Engine, portal: Portal, resource: Resource, record: Record) -> bool | None:
    """Whether raw holds the record as present; None when its key could not be read."""
    if record.source_id is None:
        return None
    statement = sql.SQL(
        "select not is_deleted from raw.{table} where province_code = %s and concat_ws('|', {keys}) = %s"
        " and not is_stale order by version_id desc limit 1"
    ).format(
        table=sql.Identifier(table_name(portal, resource)), keys=sql.SQL(", ").join(map(sql.Identifier, resource.key))
    )
    with transaction(engine) as connection:
        row = connection.execute(statement, (record.province_code, record.source_id)).fetchone()
    return row is not None and bool(row[0])
