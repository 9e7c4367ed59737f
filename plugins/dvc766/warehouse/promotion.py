"""A judged batch from landing into raw: rows, quarantine, ledger and cursor in one transaction.

Everything is done in sets, and what it costs follows the batch: the newest version of a landed key
is one index look-up. Only what ends a whole reading (a list without change times, or the last slice of
a sweep) is compared with all current keys, to find what is gone.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, fields
from datetime import datetime
from typing import Any

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.deletions import bury, ends_whole_reading, remember_keys
from dvc766.warehouse.landing import LandedBatch, landed_batch
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.promotion_sql import Statements
from dvc766.warehouse.run_life import require_open_run
from dvc766.warehouse.sessions import RunRefused, lock, transaction
from dvc766.warehouse.tables import table_name


def promote(engine: Engine, portal: Portal, resource: Resource, batch_id: int) -> LedgerEntry:
    """Take the landed batch of that number into raw.

    Promoting the same batch again changes nothing and returns the same entry. Raises RunRefused when
    landing holds another batch by now, or the batch's run is not open.
    """
    with transaction(engine) as connection:
        lock(connection, f"{portal.code}.{resource.name}")
        done = _entry(connection, batch_id)
        if done is not None:
            return done
        batch = _landed(connection, portal, resource, batch_id)
        require_open_run(connection, batch.run_id)
        values = asdict(batch) | {"known_from": _known_from(connection, batch)}
        statements = Statements(portal, resource)
        counts = dict(connection.execute(statements.insert_versions, values).fetchall())
        is_complete = batch.declared is None or batch.fetched - counts.get("duplicate", 0) >= batch.declared
        is_whole = is_complete and ends_whole_reading(batch, resource)
        deleted = bury(connection, portal, resource, batch, values["known_from"]) if is_whole else 0
        entry = LedgerEntry(
            batch_id=batch.batch_id,
            run_id=batch.run_id,
            portal=portal.code,
            resource=resource.name,
            province_code=batch.province_code,
            window_from=batch.window_from,
            window_to=batch.window_to,
            is_sweep=batch.is_sweep,
            is_last=batch.is_last,
            declared=batch.declared,
            fetched=batch.fetched,
            new=counts.get("new", 0),
            changed=counts.get("changed", 0),
            unchanged=counts.get("unchanged", 0),
            duplicate=counts.get("duplicate", 0),
            stale=counts.get("stale", 0),
            quarantined=batch.rejected,
            deleted=deleted,
            known_from=values["known_from"],
        )
        connection.execute(statements.open_quarantine, values)
        is_certain = is_complete and batch.declared is not None
        connection.execute(statements.resolve_quarantine, values | {"is_whole": is_whole, "is_certain": is_certain})
        remember_keys(connection, portal, resource, batch)
        if is_complete or _is_accepted_history(connection, batch):
            connection.execute(statements.move_cursor, values)
        _write_entry(connection, entry)
        added = entry.new + entry.changed + entry.stale + entry.deleted
        if added:
            connection.execute("select ops.analyze_raw(%s, %s)", (table_name(portal, resource), added))
    return entry


def quarantine(engine: Engine, portal: Portal, resource: Resource, batch_id: int) -> None:
    """Note what the landed batch turned away, when the batch itself is not taken: its next landing forgets it."""
    with transaction(engine) as connection:
        lock(connection, f"{portal.code}.{resource.name}")
        batch = _landed(connection, portal, resource, batch_id)
        connection.execute(Statements(portal, resource).open_quarantine, asdict(batch))


def _landed(connection: Connection[Any], portal: Portal, resource: Resource, batch_id: int) -> LandedBatch:
    batch = landed_batch(connection, portal, resource)
    if batch is None or batch.batch_id != batch_id:
        found = "đang trống" if batch is None else f"đang giữ lô {batch.batch_id} của lượt chạy {batch.run_id}"
        raise RunRefused(
            f"Vùng nhận của {portal.code}.{resource.name} {found}, không phải lô {batch_id}.\n"
            "Việc cần làm: chạy lại nhiệm vụ write của lượt này, rồi kiểm tra lại lô mới."
        )
    return batch


def _is_accepted_history(connection: Connection[Any], batch: LandedBatch) -> bool:
    """True when a person let a slice of the past pass as it is: without that no reading would ever get beyond it."""
    if batch.is_last:
        return False
    row = connection.execute("select exists (select from ops.acceptances where batch_id = %s)", (batch.batch_id,))
    return bool(row.fetchall()[0][0])


def _known_from(connection: Connection[Any], batch: LandedBatch) -> datetime:
    """The time of the run, but never before what the resource's versions say already.

    An old window that is read again, and a slice of a long one, show records as they are now: what they
    teach was not known then.
    """
    rows = connection.execute(
        "select greatest((select as_of from ops.runs where run_id = %s), max(known_from)) from ops.ledger"
        " where province_code = %s and portal = %s and resource = %s",
        (batch.run_id, batch.province_code, batch.portal, batch.resource),
    ).fetchall()
    return rows[0][0]  # type: ignore[no-any-return]


_COLUMNS = ", ".join(field.name for field in fields(LedgerEntry))


def _entry(connection: Connection[Any], batch_id: int) -> LedgerEntry | None:
    row = connection.execute(f"select {_COLUMNS} from ops.ledger where batch_id = %s", (batch_id,)).fetchone()
    return None if row is None else LedgerEntry(*row)


def _write_entry(connection: Connection[Any], entry: LedgerEntry) -> None:
    marks = ", ".join(["%s"] * len(fields(LedgerEntry)))
    connection.execute(f"insert into ops.ledger ({_COLUMNS}) values ({marks})", astuple(entry))
