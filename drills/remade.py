"""`./run drill remade`: a frozen month made again in an empty warehouse, whatever the place that makes it is like.

    from     raw, the clock and the versions of the build that made it, the rows of reference
    over     2 time zones of sessions and process x 2 orders of the rows of raw x 1 and 2 threads of dbt
    ──► the same rows in every table of the month, and the same bundle, byte by byte, manifest and signature too

A bundle's one time of the run, `frozen_at`, is taken from the month that was frozen first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from drills.demo_copy import require_demo
from drills.stage import DrillFailed
from dvc766 import sealing, transform
from dvc766.clock import month_after
from dvc766.runs import publishing
from dvc766.runs.freezing import FREEZING
from dvc766.runs.life import engine_of_role
from dvc766.settings import ROLES, Settings, from_env
from dvc766.warehouse import marts, published
from dvc766.warehouse.run_life import find_run, finish_run, start_run
from local_stack import installation
from local_stack.installation import Installation, say

ZONES = ("Asia/Ho_Chi_Minh", "America/New_York")
THREADS = (2, 1)
REVISION = 1
_CARRIED = """
select table_schema, table_name from information_schema.tables
where table_type = 'BASE TABLE' and (table_schema in ('raw', 'ops') or table_name = 'reference_files')
order by 1, 2
"""

Rows = Mapping[str, list[str]]  # a hash of each row, by table
Files = Mapping[str, bytes]
Connect = Callable[[], psycopg.Connection[Any]]


@dataclass(frozen=True, slots=True)
class Way:
    """How the place that makes a month is different."""

    zone: str
    is_shuffled: bool
    threads: int

    def __str__(self) -> str:
        order = "rows shuffled" if self.is_shuffled else "rows as they lie"
        return f"{self.zone}, {order}, {self.threads} threads"


WAYS = tuple(Way(*told) for told in product(ZONES, (False, True), THREADS))


def main(arguments: list[str]) -> int:
    """1 when a month made again has another row or another byte."""
    options = argparse.ArgumentParser(prog="./run drill remade", description=__doc__)
    numbers = range(1, len(WAYS) + 1)
    options.add_argument("--only", type=int, nargs="+", choices=numbers, metavar="N", help="only these ways")
    chosen = options.parse_args(arguments).only
    ways = [WAYS[number - 1] for number in chosen] if chosen else WAYS
    own = installation.embedded(installation.DEMO)
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        require_demo(own.cluster)
        own.ensure_warehouse()
        with tempfile.TemporaryDirectory(prefix="dvc766-remade-") as folder:
            complaints = _drill(own, ways, Path(folder))
    finally:
        if not server_ran:
            own.cluster.stop()
    for complaint in complaints:
        print(complaint)
    print(f"{len(ways)} ways, {len(complaints)} differences")
    return 1 if complaints else 0


def _drill(own: Installation, ways: Sequence[Way], folder: Path) -> list[str]:
    settings = from_env(own.environment())
    with engine_of_role(settings, "publisher") as engine:
        month = published.frozen_months(engine)[-1]
    key = sealing.create_key_pair(folder / "private.pem", folder / "public.pem")
    first = publishing.contents(settings, month, REVISION)
    with own.cluster.connect(own.database) as source:
        rows = rows_of(source, month)
    files = bundle_of(first, folder / "first", key)
    counted = f"{sum(map(len, rows.values())):,} rows of {len(rows)} tables, {len(files)} files"
    say(f"{month:%m/%Y} as it was frozen: {counted}")
    complaints = []
    for number, way in enumerate(ways, 1):
        begin = time.monotonic()
        beside = replace(own, database=f"drill_remade_{number}")
        own.cluster.drop_database(beside.database)
        beside.ensure_warehouse()
        its_own = replace(from_env(beside.environment()), state=folder / f"state-{number}")
        its_own = its_own_project(its_own, folder / f"project-{number}", way.threads)
        try:
            carry(_connect(own), _connect(beside), way)
            with local_time(way.zone):
                remake(its_own, month, _build_of(settings, month))
                made = publishing.contents(its_own, month, REVISION)
            with beside.cluster.connect(beside.database) as connection:
                found = differences(rows, rows_of(connection, month))
            again = bundle_of(replace(made, frozen_at=first.frozen_at), folder / f"again-{number}", key)
            found += differences(files, again)
        finally:
            own.cluster.drop_database(beside.database)
        complaints += [f"{way}: {one}" for one in found]
        say(f"{way}: {', '.join(found) or 'identical, rows and files'}; {time.monotonic() - begin:.0f} s")
    return complaints


def _connect(own: Installation) -> Connect:
    return lambda: psycopg.connect(own.cluster.url(own.database))


def _build_of(settings: Settings, month: date) -> int:
    with engine_of_role(settings, "publisher") as engine:
        return published.build_of(engine, month, REVISION)


def carry(source: Connect, target: Connect, way: Way) -> None:
    """Fill an empty warehouse with raw, ops and the rows of reference of another; its sessions keep the way's time."""
    with source() as giver, target() as taker:
        taker.execute("set session_replication_role = replica")  # in any order, whatever refers to what
        for schema, table in giver.execute(_CARRIED).fetchall():
            name = sql.Identifier(schema, table)
            order = sql.SQL(" order by md5(version_id::text)" if way.is_shuffled and schema == "raw" else "")
            taken = sql.SQL("copy (select * from {}{}) to stdout").format(name, order)
            with (
                giver.cursor().copy(taken) as read,
                taker.cursor().copy(sql.SQL("copy {} from stdin").format(name)) as written,
            ):
                for block in read:
                    written.write(block)
        taker.execute("select setval(pg_get_serial_sequence('ops.runs', 'run_id'), max(run_id)) from ops.runs")
        zone, database = sql.Literal(way.zone), sql.Identifier(taker.info.dbname)
        taker.execute(sql.SQL("alter database {} set timezone = {}").format(database, zone))
        for role in ROLES:  # a role's own time goes before the database's, and its time in this database before both
            statement = sql.SQL("alter role {} in database {} set timezone = {}")
            taker.execute(statement.format(sql.Identifier(role), database, zone))
        taker.commit()
        taker.autocommit = True
        taker.execute("vacuum analyze")


def remake(settings: Settings, month: date, build: int) -> None:
    """Make everything as a build knew it, in a warehouse that holds raw alone, and freeze the month.

    DrillFailed when the rows of reference are others today: then the month is another.
    """
    with engine_of_role(settings, "transformer") as transformer, engine_of_role(settings, "publisher") as publisher:
        run = find_run(transformer, build)
        if run.reference_fingerprint != transform.reference_fingerprint(settings.dbt_project):
            raise DrillFailed(f"Build {build} was made by other rows of reference.\nNext: ./run demo anew.")
        transform.build(
            settings,
            as_of=run.as_of,
            data_as_of=run.data_as_of,
            opened_at=run.started_at,
            versions=run.versions,
            with_tests=False,
        )
        marts.promote(transformer)
        freezing = start_run(publisher, FREEZING, None, run.as_of)
        published.freeze(publisher, month, month_after(month) - timedelta(days=1), run, freezing)
        finish_run(publisher, freezing, "succeeded")
        marts.promote(transformer, every_month=False)


def rows_of(connection: psycopg.Connection[Any], month: date) -> Rows:
    """A hash of each published row of the month, in an order of their own."""
    connection.execute("set timezone = 'UTC'")
    return {
        table: [
            digest
            for (digest,) in connection.execute(
                sql.SQL(
                    "select md5(kept::text) from {} as kept where period_month = %s and revision = %s order by 1"
                ).format(sql.Identifier("published", table)),
                (month, REVISION),
            ).fetchall()
        ]
        for table in published.COPIES
    }


def bundle_of(contents: sealing.Contents, folder: Path, key: Ed25519PrivateKey) -> Files:
    """The files of the bundle that is written of these contents."""
    bundle = sealing.write_bundle(folder, contents, key)
    return {path.name: path.read_bytes() for path in sorted(bundle.folder.iterdir())}


def differences(wanted: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    """Which tables or files are others."""
    return [name for name in sorted({*wanted, *found}) if wanted.get(name) != found.get(name)]


def its_own_project(settings: Settings, root: Path, threads: int) -> Settings:
    """The settings over a copy of the dbt project that builds with so many threads."""
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(settings.dbt_project, root / "dbt_project", ignore=ignored)
    profile = root / "dbt_project" / "profiles.yml"
    text = profile.read_text(encoding="utf-8")
    if "threads: 2\n" not in text:
        raise DrillFailed(f"{profile} says nothing of 2 threads.")
    profile.write_text(text.replace("threads: 2\n", f"threads: {threads}\n"), encoding="utf-8")
    return replace(settings, project_root=root)


@contextmanager
def local_time(zone: str) -> Iterator[None]:
    """This process keeps the time of a zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
