"""`./run drill swaps`: readers join marts and published in a loop while months are built, frozen and published.

    8 readers   rankings + scorecards + revisions of a month, each fifth time the listed dossiers too; a breath between
    1 writer    20 builds, each shown by a swap; after every third a month is frozen or corrected, approved and sealed
    ──► reads, errors, mixed states, the longest wait of one read

A mixed state is what no single moment had: a ranking of one revision beside scorecards of another, a score that is not
the sum of its points, a list of dossiers that does not fit its count. It works on a copy of the demo's warehouse, and
goes on after the last build until there were reads enough.
"""

from __future__ import annotations

import argparse
import multiprocessing
import queue
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from drills.demo_copy import copy_of_the_demo, plant_late_data
from dvc766 import runs
from dvc766.settings import Settings, from_env
from local_stack import installation, secret_store
from local_stack.installation import Installation, say
from local_stack.services import publications

COPY = "drill_swaps"
LONGEST_WAIT_SECONDS = 1.0
ENOUGH_READS = 100_000
# Without it the readers would take the processors from the build, and nothing would be swapped under them.
BREATH_SECONDS = 0.05
LIST_EVERY = 5  # a list of dossiers costs twenty times what the rest does
EVENT_EVERY = 3
MOST_BUILDS = 5  # times as many as asked for; then there are too few reads, and the drill says so
REPORT_LIMIT_SECONDS = 60
ANSWER = "Diễn tập trên dữ liệu mô phỏng."
CORRECTION = runs.Correction("late_data", ANSWER, "Người đề nghị", "Người duyệt đính chính")

# One statement, so one moment: what of a month does not fit together, as a reader sees it.
_LOOK = """
with month as (select period_month, revision from marts.dim_months where period_month = %(month)s),
cards as (
    select agency_code, sum(points) as points, min(revision) as least, max(revision) as most
    from marts.agency_scorecards_monthly where period_month = %(month)s group by agency_code
)
select
    (select count(*) from marts.agency_rankings_monthly as ranking left join cards using (agency_code), month
        where ranking.period_month = %(month)s and (
            cards.agency_code is null or ranking.score <> coalesce(cards.points, 0)
            or ranking.revision <> cards.least or cards.least <> cards.most
            or ranking.revision <> month.revision)) as rankings,
    (select count(*) from month where revision > 0 and not exists (
        select from published.revisions as kept
        where (kept.period_month, kept.revision) = (month.period_month, month.revision))) as months
"""
_LIST = """
with month as (select period_month, revision from marts.dim_months where period_month = %(month)s),
late as (
    select denominator - numerator as lost, revision from marts.agency_scorecards_monthly
    where period_month = %(month)s and agency_code = %(agency)s and indicator_code = '2.1'
),
listed as (
    select count(*) as lost, min(revision) as least, max(revision) as most
    from marts.dossier_deductions_monthly
    where period_month = %(month)s and agency_code = %(agency)s and indicator_code = '2.1'
)
select (select count(*) from late, listed, month
    where late.lost <> listed.lost or late.revision <> month.revision
        or listed.least <> month.revision or listed.most <> month.revision) as lists
"""


@dataclass(slots=True)
class Seen:
    """What one reader saw."""

    reads: int = 0
    errors: int = 0
    mixed: int = 0
    longest: float = 0.0
    first: str = ""

    def tell(self, text: str) -> None:
        """Keep the first thing that was wrong."""
        self.first = self.first or text


@dataclass(slots=True)
class Readers:
    """The processes that read, how much they have read so far, and what they saw in the end."""

    stop: Event
    so_far: Any  # reads of each, shared
    answers: Any
    processes: list[BaseProcess] = field(default_factory=list)

    @classmethod
    def begin(cls, url: str, number: int) -> Readers:
        """So many readers at work."""
        context = multiprocessing.get_context("spawn")
        own = cls(context.Event(), context.Array("q", number, lock=False), context.Queue())
        for place in range(number):
            process = context.Process(target=_read, args=(url, place, own.stop, own.so_far, own.answers))
            own.processes.append(process)
            process.start()
        return own

    @property
    def reads(self) -> int:
        """How many reads there were so far."""
        return sum(self.so_far)

    def all_read(self) -> bool:
        """Whether none has ended by itself."""
        return all(process.is_alive() for process in self.processes)

    def end(self) -> list[Seen]:
        """What each saw; one that tells nothing has seen an error."""
        self.stop.set()
        seen: list[Seen] = []
        limit = time.monotonic() + REPORT_LIMIT_SECONDS
        while len(seen) < len(self.processes):
            try:
                seen.append(self.answers.get(timeout=1))
            except queue.Empty:
                if time.monotonic() > limit or not any(process.is_alive() for process in self.processes):
                    break
        for process in self.processes:
            process.join(timeout=5)
            process.kill()
            process.join()
        silent = len(self.processes) - len(seen)
        return seen + [Seen(errors=1, first="a reader ended without a word") for _ in range(silent)]


def main(arguments: list[str]) -> int:
    """1 when a read failed, saw a mixed state or waited too long, or when there were too few."""
    options = argparse.ArgumentParser(prog="./run drill swaps", description=__doc__)
    options.add_argument("--builds", type=int, default=20, metavar="N")
    options.add_argument("--readers", type=int, default=8, metavar="N")
    options.add_argument("--reads", type=int, default=ENOUGH_READS, metavar="N", help="as many at least")
    asked = options.parse_args(arguments)
    with copy_of_the_demo(COPY) as own, tempfile.TemporaryDirectory(prefix="dvc766-swaps-") as folder:
        begin, builds = time.monotonic(), 0
        readers = Readers.begin(own.url("bi_reader"), asked.readers)
        try:
            for builds in _write(own, readers, asked.builds, asked.reads, Path(folder)):  # noqa: B007
                pass
        finally:  # what was seen is told, whatever ended the builds
            outcome = together(readers.end())
            if outcome.first:
                say(outcome.first)
            print(
                f"{outcome.reads:,} reads by {asked.readers} readers during {builds} builds in"
                f" {time.monotonic() - begin:.0f} s: {outcome.errors} errors, {outcome.mixed} mixed states,"
                f" longest {outcome.longest:.2f} s",
                flush=True,
            )
    return 0 if held(outcome, asked.reads) and builds >= asked.builds else 1


def together(seen: Sequence[Seen]) -> Seen:
    """What all readers saw."""
    reads, errors, mixed = (sum(getattr(one, name) for one in seen) for name in ("reads", "errors", "mixed"))
    return Seen(
        reads, errors, mixed, max(one.longest for one in seen), "\n".join(one.first for one in seen if one.first)
    )


def held(outcome: Seen, enough: int) -> bool:
    """Whether the readers had what they are promised."""
    return (
        not outcome.errors and not outcome.mixed and outcome.longest < LONGEST_WAIT_SECONDS and outcome.reads >= enough
    )


def _write(own: Installation, readers: Readers, builds: int, enough: int, folder: Path) -> Iterator[int]:
    """Builds in a row, something else after every third, until there were enough; the number of each at its end."""
    settings = from_env(own.environment())
    events = _events(settings, own, folder)
    number = 0
    while (number < builds or readers.reads < enough) and number < builds * MOST_BUILDS and readers.all_read():
        begin, before = time.monotonic(), readers.reads
        number += 1
        runs.rank(settings)
        took = time.monotonic() - begin
        told = next(events, "") if number % EVENT_EVERY == 0 else ""
        rate = (readers.reads - before) / (time.monotonic() - begin)
        parts = [f"build {number} of {builds}: {took:.0f} s", f"{readers.reads:,} reads, {rate:.0f} a second", told]
        say("; ".join(filter(None, parts)))
        yield number


def _events(settings: Settings, own: Installation, folder: Path) -> Iterator[str]:
    """What happens to months beside builds, one thing at a time: a publication, a freeze, a correction."""
    bundles = folder / "publications"
    shutil.copytree(publications(replace(own, database=installation.DEMO)), bundles)
    key = secret_store.signing_key()

    def publish(month: date, revision: int) -> str:
        runs.approve(settings, month, by="Người duyệt công bố", channel="command", answer=ANSWER)
        publication = runs.seal(settings, month, revision, bundles, key)
        return f"{month:%m/%Y} r{revision} sealed as publication {publication.sequence}"

    with psycopg.connect(settings.warehouse.url("publisher")) as connection:
        frozen = [
            month
            for (month,) in connection.execute(
                "select period_month from published.revisions left join published.publications"
                " using (period_month, revision) where sequence is null order by 1"
            ).fetchall()
        ]
        ended = connection.execute(
            "select period_month from marts.dim_months where period_state = 'open' order by 1"
        ).fetchall()
    for month in frozen:
        yield publish(month, 1)
    for (month,) in ended:
        runs.freeze(settings, month)
        yield f"frozen, {publish(month, 1)}"
    for month in [*frozen, *(month for (month,) in ended)]:
        plant_late_data(own, month)
        revision = runs.correct(settings, month, CORRECTION).revision
        yield f"corrected, {publish(month, revision)}"


def _read(url: str, number: int, stop: Event, so_far: Any, answers: Any) -> None:
    """One reader, until it is told to stop; what it saw goes to `answers`, also when it breaks off."""
    seen, chance = Seen(), Random(number)  # which month and agency is looked at; no secret
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            places = connection.execute(
                "select period_month, agency_code from marts.agency_rankings_monthly"
            ).fetchall()
            while not (stop.wait(BREATH_SECONDS) or connection.closed):
                month, agency = chance.choice(places)
                _look(connection, month, agency, seen)
                so_far[number] = seen.reads
    except Exception as error:  # whatever ended it is told
        seen.errors += 1
        seen.tell(f"reader {number} ended: {type(error).__name__}: {error}")
    answers.put(seen)


def _look(connection: psycopg.Connection[Any], month: date, agency: str, seen: Seen) -> None:
    query = _LIST if seen.reads % LIST_EVERY == LIST_EVERY - 1 else _LOOK
    begin = time.monotonic()
    try:
        [row] = connection.execute(query, {"month": month, "agency": agency}).fetchall()
    except psycopg.Error as error:
        seen.errors += 1
        seen.tell(f"{month:%m/%Y} {agency}: {error}")
        return
    seen.reads += 1
    seen.longest = max(seen.longest, time.monotonic() - begin)
    if any(row):
        seen.mixed += 1
        seen.tell(f"{month:%m/%Y} {agency}: does not fit ({'list' if query is _LIST else 'rankings, months'}): {row}")
