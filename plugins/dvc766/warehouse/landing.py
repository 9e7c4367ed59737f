"""A window of a portal's resource into landing.<portal>__<resource>: a batch, replacing the one before.

Every landing makes a batch with a number of its own. What is judged, accepted, promoted and written into
the ledger is a batch: the same window landed again is another one, of which nobody has said anything yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any, LiteralString, Protocol

from psycopg import Connection, sql
from sqlalchemy import Engine

from dvc766.portals.contract import Batch, Doubt, Portal, Rejection, Resource, Window
from dvc766.warehouse.copy_text import Encoder
from dvc766.warehouse.run_life import require_open_run
from dvc766.warehouse.sessions import RunRefused, lock, transaction
from dvc766.warehouse.tables import table_name

_WAITING_IN_MEMORY = 10_000  # rejections and doubts


class RecordStream(Iterable[Batch], Protocol):
    """What a portal gives for a window: batches, and after the last one the portal's own total."""

    declared: int | None
    fell: int  # by how much the total is below an earlier one of the same window


@dataclass(frozen=True, slots=True)
class LandedBatch:
    """One row of landing.batches: what was asked of the portal, and how much came."""

    batch_id: int
    portal: str
    resource: str
    run_id: int
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    is_last: bool  # of the slices of its reading
    declared: int | None
    fetched: int
    rejected: int
    repeated_keys: int
    total_fell: int


_COLUMNS = ", ".join(field.name for field in fields(LandedBatch))


def landed_batch(connection: Connection[Any], portal: Portal, resource: Resource) -> LandedBatch | None:
    """The batch that landing holds of a resource; None when it holds none."""
    row = connection.execute(
        f"select {_COLUMNS} from landing.batches where portal = %s and resource = %s", (portal.code, resource.name)
    ).fetchone()
    return None if row is None else LandedBatch(*row)


def without_batch(engine: Engine, portal: Portal) -> list[Resource]:
    """The resources of which landing holds no batch at all: not written, or emptied by a crash (it is not logged)."""
    with transaction(engine) as connection:
        return [resource for resource in portal.resources if landed_batch(connection, portal, resource) is None]


def batch_of_run(engine: Engine, run_id: int, portal: Portal, resource: Resource) -> LandedBatch:
    """The batch of a resource that a run landed last; RunRefused when landing does not hold it."""
    with transaction(engine) as connection:
        batch = landed_batch(connection, portal, resource)
    if batch is None or batch.run_id != run_id:
        found = "đang trống" if batch is None else f"đang giữ lô của lượt chạy {batch.run_id}"
        raise RunRefused(
            f"Vùng nhận của {portal.code}.{resource.name} {found}, không phải của lượt chạy {run_id}.\n"
            "Việc cần làm: chạy lại nhiệm vụ write của lượt này."
        )
    return batch


def land(
    engine: Engine,
    run_id: int,
    portal: Portal,
    resource: Resource,
    province_code: str,
    window: Window,
    reading: RecordStream,
) -> LandedBatch:
    """Replace the resource's landing table by `reading`, in one transaction and constant memory.

    Whatever fails, the batch before stays. Raises WarehouseBusy when another run is landing or promoting
    the same resource just now, RunRefused when this run is not open; ValueError when a page's `fetched` is not
    the sum of its rows and rejections.
    """
    with transaction(engine) as connection:
        lock(connection, f"{portal.code}.{resource.name}")
        require_open_run(connection, run_id)
        # Time-outs of the reading itself bound how long the portal may keep this transaction waiting.
        connection.execute("set local idle_in_transaction_session_timeout = '2h'")
        connection.execute("set local synchronous_commit = off")
        _clear(connection, portal, resource)
        fetched, rejected, repeated = _copy(connection, portal, resource, reading)
        [(batch_id,)] = connection.execute("select nextval('ops.batch_ids')").fetchall()
        batch = LandedBatch(
            *(batch_id, portal.code, resource.name, run_id, province_code),
            *(window.start, window.end, window.sweep, window.is_last),
            reading.declared,
            *(fetched, rejected, repeated, reading.fell),
        )
        marks = ", ".join(["%s"] * len(fields(LandedBatch)))
        connection.execute(f"insert into landing.batches ({_COLUMNS}) values ({marks})", astuple(batch))
    return batch


def _clear(connection: Connection[Any], portal: Portal, resource: Resource) -> None:
    connection.execute(sql.SQL("truncate {}").format(sql.Identifier("landing", table_name(portal, resource))))
    for table in ("batches", "rejections", "doubts"):
        connection.execute(
            sql.SQL("delete from landing.{} where portal = %s and resource = %s").format(sql.Identifier(table)),
            (portal.code, resource.name),
        )


def _copy(
    connection: Connection[Any], portal: Portal, resource: Resource, reading: RecordStream
) -> tuple[int, int, int]:
    """Rows go out while the portal is still being read: one COPY for as long as the rest fits in memory.

    Returns how many records were fetched and rejected, and how many objects repeated a key.
    """
    encoder = Encoder(resource)
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("landing", table_name(portal, resource)),
        sql.SQL(", ").join(map(sql.Identifier, encoder.columns)),
    )
    batches = iter(reading)
    landed = rejected = repeated = 0
    is_over = False
    while not is_over:
        rejections: list[Rejection] = []
        doubts: list[Doubt] = []
        is_over = True
        with connection.cursor().copy(statement) as copy:
            for batch in batches:
                if batch.fetched != len(batch.rows) + len(batch.rejections):
                    raise ValueError(f"{portal.code}.{resource.name}: a batch does not account for what it fetched")
                copy.write(encoder.lines(batch.rows, landed + 1))
                landed += len(batch.rows)
                repeated += batch.repeated_keys
                rejections += batch.rejections
                doubts += batch.doubts
                if len(rejections) + len(doubts) >= _WAITING_IN_MEMORY:
                    is_over = False
                    break
        rejected += len(rejections)
        of = portal.code, resource.name
        _write(
            connection,
            "copy landing.rejections (portal, resource, source_id, field, reason, code, changed_at) from stdin",
            [(*of, one.source_id, one.field, one.reason, one.code, one.changed_at) for one in rejections],
        )
        _write(
            connection,
            "copy landing.doubts (portal, resource, kind, field, source_id) from stdin",
            [(*of, one.kind, one.field, one.source_id) for one in doubts],
        )
    return landed + rejected, rejected, repeated


def _write(connection: Connection[Any], statement: LiteralString, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
