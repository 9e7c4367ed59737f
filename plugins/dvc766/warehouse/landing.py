"""A reading of a portal into landing.<portal>__<resource>, replacing the batch before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg import Connection, sql
from sqlalchemy import Engine

from dvc766.portals.contract import Batch, Portal, Rejection, Resource, Window
from dvc766.warehouse.copy_text import Encoder
from dvc766.warehouse.run_life import require_open_run
from dvc766.warehouse.sessions import RunRefused, lock, transaction
from dvc766.warehouse.tables import table_name

_REJECTIONS_IN_MEMORY = 10_000


class Reading(Iterable[Batch], Protocol):
    """What a portal gives for a window: batches, and after the last one the portal's own total."""

    declared: int | None


@dataclass(frozen=True, slots=True)
class LandedBatch:
    """What landed: the promotion finds it again by run, portal and resource."""

    run_id: int
    portal: str
    resource: str
    fetched: int
    rejected: int
    declared: int | None
    repeated_keys: int


def land(
    engine: Engine,
    run_id: int,
    portal: Portal,
    resource: Resource,
    province_code: str,
    window: Window,
    reading: Reading,
) -> LandedBatch:
    """Replace the resource's landing table by `reading`, in one transaction and constant memory.

    Whatever fails, the batch before stays. Raises RunRefused when another run is landing or promoting
    the same resource just now, and when this run is not open or has promoted the resource already;
    ValueError when a batch's `fetched` is not the sum of its rows and rejections.
    """
    with transaction(engine) as connection:
        lock(connection, f"{portal.code}.{resource.name}")
        require_open_run(connection, run_id)
        _refuse_second_promotion(connection, run_id, portal, resource)
        # Time-outs of the reading itself bound how long the portal may keep this transaction waiting.
        connection.execute("set local idle_in_transaction_session_timeout = '2h'")
        connection.execute("set local synchronous_commit = off")
        _clear(connection, portal, resource)
        fetched, rejected, repeated = _copy(connection, portal, resource, reading)
        connection.execute(
            "insert into landing.batches (portal, resource, run_id, province_code, window_from, window_to,"
            " is_sweep, declared, fetched, rejected, repeated_keys)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *(portal.code, resource.name, run_id, province_code, window.start, window.end),
                *(window.sweep, reading.declared, fetched, rejected, repeated),
            ),
        )
    return LandedBatch(run_id, portal.code, resource.name, fetched, rejected, reading.declared, repeated)


def _refuse_second_promotion(connection: Connection[Any], run_id: int, portal: Portal, resource: Resource) -> None:
    done = connection.execute(
        "select run_id from ops.ledger where run_id = %s and portal = %s and resource = %s",
        (run_id, portal.code, resource.name),
    )
    if done.fetchone() is not None:
        raise RunRefused(
            f"Lượt chạy {run_id} đã nạp xong {portal.code}.{resource.name}, không đọc lại được nữa.\n"
            "Việc cần làm: muốn đọc lại, hãy chạy lại cả DAG từ nhiệm vụ đầu tiên hoặc mở một lượt mới."
        )


def _clear(connection: Connection[Any], portal: Portal, resource: Resource) -> None:
    connection.execute(sql.SQL("truncate {}").format(sql.Identifier("landing", table_name(portal, resource))))
    for table in ("batches", "rejections"):
        connection.execute(
            sql.SQL("delete from landing.{} where portal = %s and resource = %s").format(sql.Identifier(table)),
            (portal.code, resource.name),
        )


def _copy(connection: Connection[Any], portal: Portal, resource: Resource, reading: Reading) -> tuple[int, int, int]:
    """Rows go out while the portal is still being read: one COPY for as long as rejections fit in memory.

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
        waiting: list[Rejection] = []
        is_over = True
        with connection.cursor().copy(statement) as copy:
            for batch in batches:
                if batch.fetched != len(batch.rows) + len(batch.rejections):
                    raise ValueError(f"{portal.code}.{resource.name}: a batch does not account for what it fetched")
                copy.write(b"".join(encoder.lines(batch.rows, landed + 1)))
                landed += len(batch.rows)
                repeated += batch.repeated_keys
                waiting += batch.rejections
                if len(waiting) >= _REJECTIONS_IN_MEMORY:
                    is_over = False
                    break
        rejected += len(waiting)
        _write_rejections(connection, portal, resource, waiting)
    return landed + rejected, rejected, repeated


def _write_rejections(
    connection: Connection[Any], portal: Portal, resource: Resource, rejections: list[Rejection]
) -> None:
    if not rejections:
        return
    with connection.cursor().copy(
        "copy landing.rejections (portal, resource, source_id, field, reason, code, changed_at) from stdin"
    ) as copy:
        for one in rejections:
            copy.write_row((portal.code, resource.name, one.source_id, one.field, one.reason, one.code, one.changed_at))
