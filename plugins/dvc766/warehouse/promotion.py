"""An audited batch from landing into raw: rows, quarantine, ledger and cursor in one transaction.

Everything is done in sets, and what it costs follows the batch: the newest version of a landed key
is one index look-up. Only a whole reading (a list without change times, or a sweep) is compared with
all current keys, to find what is gone.
"""

from __future__ import annotations

from dataclasses import astuple, fields
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.promotion_sql import Statements
from dvc766.warehouse.run_life import require_open_run
from dvc766.warehouse.sessions import RunRefused, lock, transaction
from dvc766.warehouse.tables import table_name


class _Batch(NamedTuple):
    run_id: int
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    declared: int | None
    fetched: int
    rejected: int


def promote(engine: Engine, run_id: int, portal: Portal, resource: Resource) -> LedgerEntry:
    """Take the landed batch of this run into raw.

    Promoting the same batch again changes nothing and returns the same entry. Raises RunRefused when
    the landed batch is another run's, or the run is not open.
    """
    with transaction(engine) as connection:
        lock(connection, f"{portal.code}.{resource.name}")
        done = _entry(connection, run_id, portal, resource)
        if done is not None:
            return done
        require_open_run(connection, run_id)
        batch = _landed(connection, run_id, portal, resource)
        values = batch._asdict() | {"portal": portal.code, "resource": resource.name}
        values["known_from"] = _known_from(connection, values)
        statements = Statements(portal, resource)
        counts = dict(connection.execute(statements.insert_versions, values).fetchall())
        read = batch.fetched - counts.get("duplicate", 0)
        is_complete = batch.declared is None or read >= batch.declared
        values["is_whole"] = is_complete and (batch.is_sweep or not resource.is_windowed)
        deleted = 0
        if values["is_whole"] and batch.declared is not None:
            deleted = connection.execute(statements.insert_tombstones, values).rowcount
        connection.execute(statements.open_quarantine, values)
        connection.execute(statements.resolve_quarantine, values)
        if is_complete:
            connection.execute(statements.move_cursor, values)
        entry = LedgerEntry(
            run_id=run_id,
            portal=portal.code,
            resource=resource.name,
            province_code=batch.province_code,
            window_from=batch.window_from,
            window_to=batch.window_to,
            is_sweep=batch.is_sweep,
            declared=batch.declared,
            fetched=batch.fetched,
            new=counts.get("new", 0),
            changed=counts.get("changed", 0),
            unchanged=counts.get("unchanged", 0),
            duplicate=counts.get("duplicate", 0),
            quarantined=batch.rejected,
            deleted=deleted,
            known_from=values["known_from"],
        )
        _write_entry(connection, entry)
        added = entry.new + entry.changed + entry.deleted
        if added:
            connection.execute("select ops.analyze_raw(%s, %s)", (table_name(portal, resource), added))
    return entry


def _landed(connection: Connection[Any], run_id: int, portal: Portal, resource: Resource) -> _Batch:
    row = connection.execute(
        "select run_id, province_code, window_from, window_to, is_sweep, declared, fetched, rejected"
        " from landing.batches where portal = %s and resource = %s",
        (portal.code, resource.name),
    ).fetchone()
    if row is None or row[0] != run_id:
        found = "đang trống" if row is None else f"đang giữ lô của lượt chạy {row[0]}"
        raise RunRefused(
            f"Vùng nhận của {portal.code}.{resource.name} {found}, không phải lô của lượt chạy {run_id}.\n"
            "Việc cần làm: chạy lại nhiệm vụ write của lượt này."
        )
    return _Batch(*row)


def _known_from(connection: Connection[Any], values: dict[str, Any]) -> datetime:
    """The end of the window, but never before what the resource's versions say already.

    An old window that is read again shows records as they are now: what it teaches was not known then.
    """
    rows = connection.execute(
        "select greatest(%(window_to)s, max(known_from)) from ops.ledger"
        " where province_code = %(province_code)s and portal = %(portal)s and resource = %(resource)s",
        values,
    ).fetchall()
    return rows[0][0]  # type: ignore[no-any-return]


_COLUMNS = ", ".join(field.name for field in fields(LedgerEntry))


def _entry(connection: Connection[Any], run_id: int, portal: Portal, resource: Resource) -> LedgerEntry | None:
    row = connection.execute(
        f"select {_COLUMNS} from ops.ledger where run_id = %s and portal = %s and resource = %s",
        (run_id, portal.code, resource.name),
    ).fetchone()
    return None if row is None else LedgerEntry(*row)


def _write_entry(connection: Connection[Any], entry: LedgerEntry) -> None:
    marks = ", ".join(["%s"] * len(fields(LedgerEntry)))
    connection.execute(f"insert into ops.ledger ({_COLUMNS}) values ({marks})", astuple(entry))
