"""`./run drill restore`: a warehouse is backed up, changed, destroyed, and restored to a second chosen by chance.

    history ──► full backup ──► days of changes, the hash of every row noted after each ──► kill -9, data removed
            ──► restored to the newest     RPO: what the last seconds lost; RTO
            ──► restored to a noted second every hash is equal; amcheck finds every index sound
            ──► wrong key, no key, one byte of the repository changed at a time: each is refused

The server is one of the drill's own, with the settings of docker-compose.yaml, and it may lose nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import psutil
import psycopg
from psycopg import sql

from backup.record import recorded
from backup.repository import INSTALL, KEY, BackupFailed, Repository
from bench.growth import History
from bench.history import PER_MONTH
from bench.server import Warehouse, installed_settings
from local_stack import archive, postgres
from local_stack.installation import say
from local_stack.postgres import Cluster
from local_stack.server_account import as_server, give_to_server

RPO_SECONDS, RTO_SECONDS = 300.0, 900.0
NOTED_DAYS = 3
LEAST_MONTHS = 4
HISTORY = "backup.history"  # nothing is restored from it, and pgBackRest does not verify it
SECRET = "the drill's own key, of no other use"  # noqa: S105
# Unlogged tables (landing) are empty after any crash: a batch is read again.
_TABLES = """
select relnamespace::regnamespace::text, relname from pg_class
where relkind = 'r' and relpersistence = 'p'
    and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'drill')
order by 1, 2
"""
_HASH = "select count(*), sum(hashtextextended(one::text, 766)::numeric) from {} as one"

Hashes = dict[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Noted:
    """A second, and the count and hash of every table's rows then."""

    at: datetime
    hashes: Hashes


@dataclass(frozen=True, slots=True)
class Place:
    """The drill's server, as the benchmark's history wants one."""

    cluster: Cluster
    folder: Path

    def warehouse(self, name: str, first_period: date | None = None) -> Warehouse:
        """A new warehouse without data."""
        self.cluster.create_database(name)
        return Warehouse(self.cluster, name, self.folder / name, first_period)


def main(arguments: list[str]) -> int:
    """1 when something came back otherwise than it was, too late, or from a damaged repository."""
    options = argparse.ArgumentParser(prog="./run drill restore", description=__doc__)
    options.add_argument("--dossiers", type=int, default=20_000, metavar="N")
    options.add_argument("--flips", type=int, default=20, metavar="N", help="bytes of the repository changed, by turns")
    options.add_argument("--seconds", type=int, default=90, metavar="N", help="how long it is written to at the end")
    asked = options.parse_args(arguments)
    if shutil.which("pgbackrest") is None:
        say(f"pgbackrest is not installed.\n{INSTALL}")
        return 1
    with tempfile.TemporaryDirectory(prefix="dvc766-restore-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        drill = Drill(Path(folder))
        try:
            wrong = drill.run(asked.dossiers, asked.flips, asked.seconds)
        finally:
            drill.end()
    for line in wrong:
        say(f"WRONG: {line}")
    return 1 if wrong else 0


class Drill:
    """One drill in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        home = folder / "server"
        home.mkdir()
        archive.make_repository(home)
        bare = Cluster(home, postgres.free_port(), settings=installed_settings())
        self._cluster = archive.archived(bare, SECRET)
        self._others: list[Cluster] = []

    def end(self) -> None:
        """Stop every server of the drill."""
        for cluster in [self._cluster, *self._others]:
            cluster.stop()

    def run(self, dossiers: int, flips: int, seconds: int) -> list[str]:
        """All of it; what did not hold."""
        self._cluster.start()
        repository = archive.repository_of(self._cluster, SECRET)
        repository.prepare()
        per_month = min(PER_MONTH, dossiers // LEAST_MONTHS)
        history = History(Place(self._cluster, self._folder), dossiers, per_month)  # type: ignore[arg-type]
        database = history.warehouse.settings.warehouse.dbname
        with self._cluster.connect(database) as owner:
            owner.execute("create schema drill; create table drill.beats as select clock_timestamp() as at")
        begin = time.monotonic()
        taken = recorded(repository, "full", self._cluster.url(database))
        took = time.monotonic() - begin
        tell(f"full backup of {self._size(database)}: {took:.1f} s, {taken.size_bytes / 1e6:.0f} MB in the repository")
        noted = [self._after(history, database, day) for day in range(1, NOTED_DAYS + 1)]
        chosen = Random().choice(noted[:-1])
        lost = self._destroy(database, seconds)
        wrong = self._newest(database, lost)
        wrong += self._chosen(database, chosen)
        wrong += self._refusals(repository, flips)
        return wrong

    def _size(self, database: str) -> str:
        with self._cluster.connect() as owner:
            return str(owner.execute("select pg_size_pretty(pg_database_size(%s))", [database]).fetchall()[0][0])

    def _after(self, history: History, database: str, day: int) -> Noted:
        """What there is after a day of changes, at a whole second that no change shares."""
        history.day(day)
        hashes = hashes_of(self._cluster, database)
        time.sleep(1.1)
        now = datetime.now(UTC).replace(microsecond=0)
        time.sleep(1.1)
        say(f"day {day}: {len(hashes)} tables noted at {now:%H:%M:%S} UTC")
        return Noted(now, hashes)

    def _destroy(self, database: str, seconds: int) -> datetime:
        """Write a row each half second, then kill the server in the middle and remove its data; when."""
        stop = threading.Event()
        writer = threading.Thread(target=_beat, args=(self._cluster.url(database), stop))
        writer.start()
        time.sleep(seconds)
        killed = datetime.now(UTC)
        kill(self._cluster)
        stop.set()
        writer.join()
        shutil.rmtree(self._cluster.data)
        tell(f"killed while it was written to, and its data removed, at {killed:%H:%M:%S} UTC")
        return killed

    def _restored(self, name: str, to: datetime | None) -> tuple[Cluster, float]:
        begin = time.monotonic()
        cluster = archive.restored_cluster(self._cluster, self._folder / name, SECRET, to)
        self._others.append(cluster)
        until = time.monotonic() + RTO_SECONDS
        while _is_recovering(cluster) and time.monotonic() < until:
            time.sleep(0.2)
        return cluster, time.monotonic() - begin

    def _newest(self, database: str, killed: datetime) -> list[str]:
        cluster, took = self._restored("newest", None)
        with cluster.connect(database) as owner:
            last = owner.execute("select max(at) from drill.beats").fetchall()[0][0]
        cluster.remove()
        lost = (killed - last).total_seconds() if last else float("inf")
        tell(f"restored to the newest: RTO {took:.1f} s, RPO {lost:.1f} s")
        return [
            *([f"RTO {took:.0f} s"] if took > RTO_SECONDS else []),
            *([f"RPO {lost:.0f} s"] if lost > RPO_SECONDS else []),
        ]

    def _chosen(self, database: str, noted: Noted) -> list[str]:
        cluster, took = self._restored("chosen", noted.at)
        found = hashes_of(cluster, database)
        different = sorted(name for name in noted.hashes | found if noted.hashes.get(name) != found.get(name))
        rows = sum(int(str(counted[0])) for counted in found.values())
        tell(
            f"restored to {noted.at:%H:%M:%S} UTC: RTO {took:.1f} s; {rows:,} rows of {len(found)} tables,"
            f" {len(different)} tables differ"
        )
        checked = as_server(
            *(str(postgres.binaries() / "pg_amcheck"), "--install-missing", "--heapallindexed", "--jobs=2"),
            cluster.url(database),
        )
        tell(f"amcheck over heap and indexes: {'nothing' if checked.returncode == 0 else checked.stdout[-500:]}")
        cluster.remove()
        return [
            *(f"{name} is not what it was at {noted.at}" for name in different),
            *([f"RTO {took:.0f} s"] if took > RTO_SECONDS else []),
            *(["amcheck found something"] if checked.returncode else []),
        ]

    def _refusals(self, repository: Repository, flips: int) -> list[str]:
        wrong = []
        for what, key in {"a wrong key": SECRET[::-1], "no key": ""}.items():
            if not _refuses(lambda key=key: self._with_key(key).restore(self._empty())):  # type: ignore[misc]
                wrong.append(f"{what} was accepted")
            say(f"{what}: {'accepted' if wrong else 'refused'}")
        repository.verify()
        chance = Random(766)
        everything = (self._cluster.home / archive.FOLDER / "repository").rglob("*")
        files = sorted(path for path in everything if path.is_file() and HISTORY not in path.parts)
        weights = [path.stat().st_size for path in files]
        passed = []
        for _ in range(flips):
            [path] = chance.choices(files, weights)
            place, bit = chance.randrange(path.stat().st_size), 1 << chance.randrange(8)
            flip(path, place, bit)
            if not _refuses(repository.verify):
                passed.append(f"byte {place} of {path.name}")
            flip(path, place, bit)
        repository.verify()
        tell(f"{flips} times one bit of the repository changed: {flips - len(passed)} refused, {len(passed)} not")
        return [*wrong, *(f"{what} was changed, and the repository called whole" for what in passed)]

    def _with_key(self, key: str) -> Repository:
        whole = archive.repository_of(self._cluster, SECRET)
        return replace(whole, environment=dict(whole.environment) | {KEY: key})

    def _empty(self) -> Path:
        folder = self._folder / "refused"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        give_to_server(folder)
        return folder


def hashes_of(cluster: Cluster, database: str) -> Hashes:
    """Of every logged table the count of its rows, and the sum of their hashes, at one moment."""
    with cluster.connect(database) as owner, owner.transaction():
        owner.execute("set transaction isolation level repeatable read")
        tables = owner.execute(_TABLES).fetchall()
        return {
            f"{schema}.{name}": owner.execute(sql.SQL(_HASH).format(sql.Identifier(schema, name))).fetchall()[0]
            for schema, name in tables
        }


def kill(cluster: Cluster) -> None:
    """End the server and all its processes as a power cut would."""
    leader = psutil.Process(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]))
    for process in [leader, *leader.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs([leader], timeout=10)


def flip(path: Path, place: int, bit: int) -> None:
    """Change one bit of a file; a second time brings it back."""
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ bit]))


def tell(text: str) -> None:
    """A figure of the drill."""
    print(text, flush=True)


def _beat(url: str, stop: threading.Event) -> None:
    with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
        while not stop.wait(0.5):
            connection.execute("insert into drill.beats values (clock_timestamp())")


def _is_recovering(cluster: Cluster) -> bool:
    with suppress(psycopg.OperationalError), cluster.connect() as owner:
        return bool(owner.execute("select pg_is_in_recovery()").fetchall()[0][0])
    return True


def _refuses(action: Callable[[], None]) -> bool:
    try:
        action()
    except BackupFailed:
        return True
    return False
