"""The first load of a portal, killed at random, ends as one that nobody disturbed.

A process reads the portal into an empty warehouse; SIGKILL ends it at random, and another goes on. Watched
meanwhile: how long its longest transaction (and with it the lock on landing) lived, and its memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import psycopg

from dvc766 import runs
from dvc766.settings import PROJECT_ROOT, from_env

PORTAL = "provincial_portal"
_LOOK_EVERY = 0.05  # seconds
_LONGEST_TRANSACTION = """
select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float
from pg_stat_activity
where application_name = 'dvc766:extractor' and datname = current_database() and xact_start is not null
"""
# Numbers of runs and versions, and the slices themselves, are not the same after an interruption.
_LEFT_OUT = {
    "raw": ("version_id", "run_id"),
    "quarantine": ("record_id", "first_seen_run", "last_seen_run", "seen_from", "seen_to"),
    "ops": ("run_id",),
}
_COMPARED = "table_schema in ('raw', 'quarantine') or (table_schema, table_name) = ('ops', 'cursors')"


class DrillFailed(AssertionError):
    """Something that must hold did not; the message names it."""


@dataclass(frozen=True)
class Ground:
    """An empty warehouse and a portal to read from: the reader's environment and the owner's URL."""

    environment: Mapping[str, str]
    owner_url: str
    as_of: datetime

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the owner in autocommit."""
        return psycopg.connect(self.owner_url, autocommit=True)

    def promoted(self) -> int:
        """How many batches are in raw."""
        with self.connect() as owner:
            [(count,)] = owner.execute("select count(*) from ops.ledger").fetchall()
        return int(str(count))


@dataclass
class Loaded:
    """What a load, with all its interruptions, was like."""

    seconds: float = 0.0
    batches: int = 0
    longest_transaction: float = 0.0  # seconds
    peak_memory: int = 0  # MiB
    killed_after: list[int] = field(default_factory=list)  # promoted batches


def load(ground: Ground, *, kills: Sequence[int] = (), rng: Random | None = None, pause: float = 0.5) -> Loaded:
    """Read the portal; the process is killed within `pause` seconds of each of the numbers of promoted batches.

    Raises DrillFailed when a process ends otherwise than by our hand.
    """
    loaded, chance = Loaded(), rng or Random(766)
    start = time.perf_counter()
    for target in (*kills, None):
        with _reader(ground) as process, _watched(ground, process.pid, loaded):
            if target is None:
                process.wait()
                if process.returncode != 0:
                    raise DrillFailed(f"the reader ended with status {process.returncode}")
                continue
            while ground.promoted() < target:
                if process.poll() is not None:
                    raise DrillFailed(f"the reader ended with status {process.returncode} before it was killed")
                time.sleep(_LOOK_EVERY)
            time.sleep(chance.uniform(0, pause))
            process.kill()
            process.wait()
        loaded.killed_after.append(ground.promoted())
        runs.close_dead_runs(from_env(ground.environment), lambda *_: True)
    loaded.seconds = time.perf_counter() - start
    loaded.batches = ground.promoted()
    return loaded


def contents(ground: Ground) -> dict[str, tuple[int, str]]:
    """Rows of each table, and a hash over all their cells but those that number runs and versions."""
    found = {}
    with ground.connect() as owner:
        tables = owner.execute(
            "select table_schema::text, table_name::text, array_agg(column_name::text order by ordinal_position)"
            f" from information_schema.columns where {_COMPARED} group by 1, 2 order by 1, 2"
        ).fetchall()
        for schema, table, names in tables:
            kept = [name for name in list(names) if name not in _LEFT_OUT[str(schema)]]  # type: ignore[call-overload]
            cells = ", ".join("resolved_run is null" if name == "resolved_run" else f'"{name}"' for name in kept)
            [(rows, digest)] = owner.execute(
                "select count(*), md5(coalesce(string_agg(cells, '' order by cells), ''))"
                f" from (select md5(row({cells})::text) as cells from {schema}.{table}) as hashed"
            ).fetchall()
            found[f"{schema}.{table}"] = (int(str(rows)), str(digest))
    return found


def differences(one: Mapping[str, tuple[int, str]], other: Mapping[str, tuple[int, str]]) -> list[str]:
    """The tables that differ, in words."""
    return [
        f"{name}: {one.get(name, (0, ''))[0]} rows and {other.get(name, (0, ''))[0]} rows, not the same cells"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]


def _reader(ground: Ground) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "drills.loader", PORTAL, ground.as_of.isoformat()]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, env=dict(os.environ) | dict(ground.environment))


class _watched:  # a context manager, named as a function is
    """Keeps the longest transaction and the most memory of a reader in `loaded`, from a thread of its own."""

    def __init__(self, ground: Ground, pid: int, loaded: Loaded) -> None:
        self._ground, self._pid, self._loaded = ground, pid, loaded
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        loaded = self._loaded
        with self._ground.connect() as owner:
            while not self._is_over.wait(_LOOK_EVERY):
                [(seconds,)] = owner.execute(_LONGEST_TRANSACTION).fetchall()
                loaded.longest_transaction = max(loaded.longest_transaction, float(str(seconds)))
                loaded.peak_memory = max(loaded.peak_memory, _memory(self._pid))


def _memory(pid: int) -> int:
    """The memory a process holds, in MiB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)
