"""What is gone from the portal: known records that a whole reading did not meet.

A list without change times is met whole in one batch. A sweep is met slice by slice, from the oldest change
to the newest: each slice leaves its keys in landing.sweep_keys, and the last one compares. A record that
changes meanwhile moves to a later slice, the last of which has no end; so it is met at its old place or at
its new one, and what was met nowhere is gone.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.landing import LandedBatch
from dvc766.warehouse.ledger import runs_of_reading
from dvc766.warehouse.promotion_sql import Statements
from dvc766.warehouse.sessions import RunRefused, transaction

_EARLIER_SLICES = """
select
    array_agg(batch_id),
    coalesce(sum(fetched), 0),
    coalesce(bool_and(fetched - duplicate >= declared), true)
from ops.ledger
where
    province_code = %(province_code)s and portal = %(portal)s and resource = %(resource)s
    and is_sweep and not is_last and run_id = any(%(runs)s)
"""


class Gone(NamedTuple):
    """How many of the records known as present a whole reading did not meet."""

    gone: int
    known: int


def ends_whole_reading(batch: LandedBatch, resource: Resource) -> bool:
    """True for a whole list, and for the last slice of a sweep."""
    return batch.is_last and (batch.is_sweep or not resource.is_windowed)


def count_gone(engine: Engine, portal: Portal, resource: Resource, batch: LandedBatch) -> Gone | None:
    """What a promotion of the landed batch would delete; None when it can tell nothing about that."""
    if not ends_whole_reading(batch, resource):
        return None
    with transaction(engine) as connection:
        values = _values(connection, batch)
        if values is None:
            return None
        statements = Statements(portal, resource)
        [(gone,)] = connection.execute(statements.count_gone, values).fetchall()
        [(known,)] = connection.execute(statements.count_known, values).fetchall()
    return Gone(gone, known)


def bury(
    connection: Connection[Any], portal: Portal, resource: Resource, batch: LandedBatch, known_from: datetime
) -> int:
    """Write the tombstones at the end of a whole and complete reading; how many."""
    values = _values(connection, batch)
    if values is None:
        return 0
    values["known_from"] = known_from
    return connection.execute(Statements(portal, resource).insert_tombstones, values).rowcount


def remember_keys(connection: Connection[Any], portal: Portal, resource: Resource, batch: LandedBatch) -> None:
    """Keep the keys of a sweep's slice for the last one; the first slice forgets those of sweeps before."""
    if not batch.is_sweep or batch.is_last:
        return
    if batch.window_from is None:
        connection.execute(
            "delete from landing.sweep_keys where portal = %s and resource = %s", (portal.code, resource.name)
        )
    connection.execute(Statements(portal, resource).remember_keys, asdict(batch))


def _values(connection: Connection[Any], batch: LandedBatch) -> dict[str, Any] | None:
    """The parameters of the statements about what is gone; None when not everything was met for sure.

    Raises RunRefused when the earlier slices' keys are not there any more: without them all their records
    would look deleted.
    """
    if batch.declared is None:
        return None
    values: dict[str, Any] = asdict(batch) | {"slices": []}
    if not batch.is_sweep:
        return values
    values["runs"] = runs_of_reading(connection, batch.run_id)
    [(slices, fetched, are_complete)] = connection.execute(_EARLIER_SLICES, values).fetchall()
    if slices is None:
        return values
    values["slices"] = slices
    [(kept,)] = connection.execute(
        "select count(*) from landing.sweep_keys where batch_id = any(%(slices)s)", values
    ).fetchall()
    if kept != fetched:
        raise RunRefused(
            f"Các đoạn trước của lần đọc toàn bộ {batch.portal}.{batch.resource} có {fetched} bản ghi, nhưng chỉ còn "
            f"nhớ {kept}: một lần đọc toàn bộ khác đã bắt đầu, hoặc máy chủ dữ liệu đã dừng đột ngột.\n"
            "Chưa bản ghi nào bị coi là đã xóa. Việc cần làm: chạy một lượt đọc toàn bộ mới (sweep_portals_weekly)."
        )
    return values if are_complete else None
