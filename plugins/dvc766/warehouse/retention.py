"""What the warehouse does not keep for good, cleaned up after its days: landing, aside, quarantine, restatements.

Nothing else is ever deleted here. Raw, published, the ledger, the runs and their checks stay: a frozen month is
explained by them. Ages are those of the server's clock, by the end of the run that a row belongs to.
Each function returns how many rows it took away, or with `dry_run` would have.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import BigInteger, Column, Date, Engine, ForeignKey, Table, Text

from dvc766.portals import PORTALS
from dvc766.warehouse.restatements import ASIDE
from dvc766.warehouse.sessions import lock, transaction
from dvc766.warehouse.tables import METADATA, table_name

REMOVALS = Table(
    "removals",
    METADATA,
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="removals_run_id_fkey"), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("removed", BigInteger, nullable=False),
    Column("older_than", Date, nullable=False),
    schema="ops",
)

_LANDED = """
select batch.portal, batch.resource, batch.batch_id
from landing.batches as batch
inner join ops.runs as run using (run_id)
where
    run.state in ('succeeded', 'failed', 'superseded')
    and run.finished_at < now() - make_interval(days => %s)
order by batch.portal, batch.resource
"""
_SWEPT = """
from landing.sweep_keys as swept
where exists (
    select from ops.ledger as entry
    inner join ops.runs as run using (run_id)
    where
        entry.batch_id = swept.batch_id
        and run.state in ('succeeded', 'failed', 'superseded')
        and run.finished_at < now() - make_interval(days => %s)
)
"""
_RESOLVED = """
from quarantine.records as record
where exists (
    select from ops.runs as run
    where
        run.run_id = record.resolved_run
        and run.finished_at < now() - make_interval(days => %s)
)
"""
# The newest watch is what people look at; what a correction found is the evidence of its revision.
_OLD_WATCHES = """
from {table} as found
where exists (
    select from ops.runs as run
    where
        run.run_id = found.run_id
        and run.kind = 'watching'
        and run.finished_at < now() - make_interval(days => %(days)s)
        and run.run_id < (
            select max(newest.run_id) from ops.runs as newest
            where newest.kind = 'watching' and newest.state = 'succeeded'
        )
)
"""
_ASIDE_IN_USE = """
select exists (
    select from ops.runs as run
    where
        run.kind in ('watching', 'correcting')
        and coalesce(run.finished_at, 'infinity') >= now() - make_interval(days => %s)
)
"""
_ASIDE_TABLES = "select tablename from pg_catalog.pg_tables where schemaname = %s order by tablename"


def clean_landing(engine: Engine, days: int, *, dry_run: bool) -> int:
    """Batches of runs that have ended so long ago; never one that a person may still accept."""
    with transaction(engine) as connection:
        old = connection.execute(_LANDED, (days,)).fetchall()
        swept = _delete(connection, _SWEPT, (days,), dry_run=dry_run)
    return swept + sum(_clear(engine, *batch, dry_run=dry_run) for batch in old)


def clean_quarantine(engine: Engine, days: int, *, dry_run: bool) -> int:
    """Rows that were resolved so long ago, with what people asked of them; never an open one."""
    with transaction(engine) as connection:
        if not dry_run:
            connection.execute(
                f"delete from quarantine.releases where record_id in (select record.record_id {_RESOLVED})".encode(),
                (days,),
            )
        return _delete(connection, _RESOLVED, (days,), dry_run=dry_run)


def clean_restatements(engine: Engine, days: int, *, dry_run: bool) -> int:
    """What weekly watches found so long ago: never what the newest one found, nor what a correction did."""
    with transaction(engine) as connection:
        return sum(
            _delete(connection, _OLD_WATCHES.replace("{table}", table), {"days": days}, dry_run=dry_run)
            for table in ("ops.restatements", "ops.restated_records")
        )


def clean_aside(engine: Engine, days: int, *, dry_run: bool) -> int:
    """The months that were made again aside, when nobody has made any for so long; the caller holds its turn there."""
    with transaction(engine) as connection:
        [(is_in_use,)] = connection.execute(_ASIDE_IN_USE, (days,)).fetchall()
        tables = [sql.Identifier(ASIDE, name) for (name,) in connection.execute(_ASIDE_TABLES, (ASIDE,))]
        if is_in_use or not tables:
            return 0
        rows = 0
        for table in tables:
            [(count,)] = connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchall()
            rows += int(count)
        if not dry_run:
            connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(tables)))
    return rows


def record_removals(engine: Engine, run_id: int, removed: Mapping[str, tuple[int, date]]) -> None:
    """Keep with a run how many of each thing it took away, and from which day on they were kept."""
    with transaction(engine) as connection:
        connection.cursor().executemany(
            "insert into ops.removals (run_id, what, removed, older_than) values (%s, %s, %s, %s)",
            [(run_id, what, count, since) for what, (count, since) in removed.items()],
        )


def _clear(engine: Engine, portal: str, resource: str, batch_id: int, *, dry_run: bool) -> int:
    """One resource of landing, unless another batch has landed since."""
    [table] = [
        table_name(known, one)
        for known in PORTALS
        for one in known.resources
        if (known.code, one.name) == (portal, resource)
    ]
    with transaction(engine) as connection:
        lock(connection, f"{portal}.{resource}")
        landed = connection.execute(
            "select fetched from landing.batches where portal = %s and resource = %s and batch_id = %s",
            (portal, resource, batch_id),
        ).fetchone()
        if landed is None:
            return 0
        if not dry_run:
            connection.execute(sql.SQL("truncate {}").format(sql.Identifier("landing", table)))
            for name in ("batches", "rejections", "doubts"):
                connection.execute(
                    sql.SQL("delete from landing.{} where portal = %s and resource = %s").format(sql.Identifier(name)),
                    (portal, resource),
                )
        return int(landed[0])


def _delete(connection: Connection[Any], rows: str, values: Any, *, dry_run: bool) -> int:
    if dry_run:
        [(count,)] = connection.execute(f"select count(*) {rows}".encode(), values).fetchall()
        return int(count)
    return connection.execute(f"delete {rows}".encode(), values).rowcount
