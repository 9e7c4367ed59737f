"""Growth: the database's time for a day of changes, on a short and on a long history.

A day is what the daily build does with what a reading brought: the entities that changed, and the two open
months whole, by dbt with its tests, then the swap. All months before those two are frozen. Measured is
`active_time`, the time the server spent on the database's statements; dbt's own start-up is no part of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from bench import history
from bench.rounds import WrongSum, table, take_turns, tell
from bench.server import Server, Warehouse
from dvc766 import runs, transform
from dvc766.clock import month_after, month_before
from dvc766.runs.restating import Restated
from dvc766.warehouse import marts, published
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import find_run, finish_run, start_build, start_run

FULL = (100_000, 1_000_000, 3_000_000)
LEAST = 3 * history.PER_MONTH  # the ranking tells the movement since the month before, which must be whole
QUICK = (LEAST, 2 * LEAST)
Nodes = dict[str, list[float]]  # the seconds of each model and test, by its name, of each day
_NAMED = 12
# What must be equal in all: the running month, for which each history holds all that is in hand.
_CHECKED = {
    name: f"select * from {name} where period_month = '2026-08-01'"
    for name in ("facts.fct_dossier_months", "marts.agency_scorecards_monthly", "marts.agency_rankings_monthly")
}


def run(server: Server, sizes: Sequence[int], *, rounds: int) -> str:
    """The table; WrongSum when the running month differs between the histories."""
    days = {f"{size:,} dossiers": History(server, size) for size in sizes}
    short = next(iter(days))
    seconds = take_turns({name: one.day for name, one in days.items()}, rounds)
    models = {f"  models of {name}": one.models for name, one in days.items()}
    tests = {f"  tests of {name}": one.tests for name, one in days.items()}
    sums = [one.sums() for one in days.values()]
    if any(other != sums[0] for other in sums):
        raise WrongSum(f"the running month differs between the histories: {sums}")
    notes = {name: f"first build {one.first:.1f} s" for name, one in days.items()}
    changes = history.NEW_A_DAY + history.KNOWN_A_DAY
    return "\n".join(
        [
            table(f"The database's time for a day of {changes:,} changes", seconds, short, notes),
            table("of which, by dbt's own clock, models", models, f"  models of {short}", {}),
            table("of which, by dbt's own clock, tests", tests, f"  tests of {short}", {}),
            *_what_grew(*(one.nodes for one in (days[short], [*days.values()][-1]))),
        ]
    )


def _what_grew(short: Nodes, long: Nodes) -> Iterator[str]:
    """The nodes that take more time on the longest history than on the shortest, by medians."""
    more = {name: median(long[name]) - median(short[name]) for name in long.keys() & short.keys()}
    yield f"what takes longer on the longest history (in all {sum(more.values()):+.2f} s):"
    for name in sorted(more, key=lambda name: -more[name])[:_NAMED]:
        yield f"  {more[name]:+.2f} s  {name} ({median(short[name]):.2f} to {median(long[name]):.2f})"


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watch found, and the seconds it took: by the clock, and of the database."""

    restated: Restated
    wall: float
    database: float


class History:
    """A warehouse that was built once and froze all months but two; `day` is the database's time for a day."""

    def __init__(self, server: Server, dossiers: int, per_month: int = history.PER_MONTH) -> None:
        self._per_month = per_month
        months = dossiers // per_month
        reach = date(2026 + (7 - months) // 12, (7 - months) % 12 + 1, 1)
        first_period = max(reach, date(2022, 8, 1))  # the decision is not older
        self.warehouse = server.warehouse(f"history_{dossiers}_{per_month}", first_period)
        self.models: list[float] = []
        self.tests: list[float] = []
        self.nodes: Nodes = {}
        tell(f"making and building {dossiers:,} dossiers over {months} months")
        made_at = history.make(self.warehouse, dossiers, per_month)
        self._held: dict[str, int] | None = None
        self.first = self._build(made_at)  # the database's seconds for making everything
        self._freeze(first_period, made_at)
        with self.warehouse.connect() as owner:  # a history is no news to the server
            owner.execute("vacuum analyze")
        self.day(0)  # clears away what the first build left
        self.models.clear()
        self.tests.clear()
        self.nodes.clear()

    def day(self, number: int) -> float:
        """Bring the changes of a day, build, and show the marts; the database's seconds for the build."""
        return self._build(history.change(self.warehouse, number + 1, self._per_month))

    def watch(self) -> Watched:
        """Make the last twelve frozen months again aside, and compare."""
        before, began = _active_seconds(self.warehouse), time.monotonic()
        restated = runs.watch_frozen_months(self.warehouse.settings)
        wall = time.monotonic() - began
        return Watched(restated, wall, _active_seconds(self.warehouse) - before)

    def _build(self, as_of: datetime) -> float:
        before = _active_seconds(self.warehouse)
        settings = self.warehouse.settings
        newest = self._newest()
        with _told_nodes() as nodes:
            transform.build(settings, as_of=as_of, versions=newest, since=self._held)
        self._held = newest
        by_kind = {"model": 0.0, "test": 0.0}
        for kind, name, seconds in nodes:
            self.nodes.setdefault(name, []).append(seconds)
            by_kind[kind] = by_kind.get(kind, 0.0) + seconds
        engine = engine_for(settings.warehouse, "transformer")
        marts.promote(engine, every_month=False)  # as on six days of seven
        engine.dispose()
        self.models.append(by_kind["model"])
        self.tests.append(by_kind["test"])
        return _active_seconds(self.warehouse) - before

    def _newest(self) -> dict[str, int]:
        """The newest version by table of raw."""
        with self.warehouse.connect() as owner:
            tables = owner.execute("select tablename from pg_tables where schemaname = 'raw'").fetchall()
            return {
                name: owner.execute(f"select coalesce(max(version_id), 0) from raw.{name}").fetchall()[0][0]
                for (name,) in tables
            }

    def _freeze(self, first: date, as_of: datetime) -> None:
        """Freeze all months but the running one and the one before it, as they were built."""
        tell("freezing the months before")
        settings = self.warehouse.settings.warehouse
        transformer, publisher = engine_for(settings, "transformer"), engine_for(settings, "publisher")
        build = start_build(transformer, as_of, "bench", "bench")
        finish_run(transformer, build, "succeeded")
        files = transform.reference_files(self.warehouse.settings.dbt_project)
        published.keep_reference_files(transformer, "bench", files)  # of the build, for those who lay a month out
        month, open_from = first, month_before(as_of.date())
        while month < open_from:
            following = month_after(month)
            run = start_run(publisher, "freezing", None, as_of)
            published.freeze(publisher, month, following - timedelta(days=1), find_run(publisher, build), run)
            finish_run(publisher, run, "succeeded")
            month = following
        marts.promote(transformer)
        transformer.dispose()
        publisher.dispose()

    def sums(self) -> dict[str, object]:
        """Count and hash of what must not depend on the length of the history."""
        with self.warehouse.connect() as owner:
            return {
                name: owner.execute(
                    "select count(*), sum(hashtextextended((to_jsonb(row) - 'data_as_of' - 'version_id')::text, 0)"
                    f"::numeric) from ({query}) as row"
                ).fetchone()
                for name, query in _CHECKED.items()
            }


@contextmanager
def _told_nodes() -> Iterator[list[tuple[str, str, float]]]:
    """Kind, name and seconds of each node of a build, as the build tells of them."""
    nodes: list[tuple[str, str, float]] = []

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told = vars(record)
            if told.get("started"):  # a node that was skipped has none
                started, finished = (datetime.fromisoformat(told[end]) for end in ("started", "finished"))
                nodes.append((told["kind"], told["node"], (finished - started).total_seconds()))

    log, told = logging.getLogger(transform.__name__), Told(logging.INFO)
    level, propagate = log.level, log.propagate
    log.addHandler(told)
    log.setLevel(logging.INFO)
    log.propagate = False  # hundreds of lines a day, which nobody reads
    try:
        yield nodes
    finally:
        log.removeHandler(told)
        log.setLevel(level)
        log.propagate = propagate


def _active_seconds(warehouse: Warehouse) -> float:
    """What the server has spent on statements of the database's ended sessions."""
    with warehouse.connect() as owner:
        active = owner.execute("select active_time from pg_stat_database where datname = current_database()")
        return float(active.fetchall()[0][0]) / 1000
