"""`./run drill swaps`: readers join marts and published in a loop while months are built, frozen and published.

    8 readers   rankings + scorecards + listed dossiers of a month, and published.revisions, again and again
    1 writer    build, swap; now and then a freeze, an approval, a seal
    ──► reads, errors, mixed states, the longest wait of one read

A mixed state is what no single moment had: a ranking of one revision beside scorecards of another, a score that is not
the sum of its points, a list of dossiers that does not fit its count. It works on a copy of the demo's warehouse.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from dvc766 import runs, sealing
from dvc766.failures import NeedsAPerson
from dvc766.settings import Settings, from_env
from local_stack import installation
from local_stack.installation import Installation, say

COPY = "drill_swaps"
LONGEST_WAIT_SECONDS = 1.0
ENOUGH_READS = 100_000
ANSWER = "Diễn tập trên dữ liệu mô phỏng."

# One statement, so one moment: what of a month does not fit together, as a reader sees it.
_LOOK = """
with month as (select period_month, revision from marts.dim_months where period_month = %(month)s),
cards as (
    select agency_code, sum(points) as points, min(revision) as least, max(revision) as most
    from marts.agency_scorecards_monthly where period_month = %(month)s group by agency_code
),
late as (
    select denominator - numerator as lost from marts.agency_scorecards_monthly
    where period_month = %(month)s and agency_code = %(agency)s and indicator_code = '2.1'
),
listed as (
    select count(*) as lost, count(distinct revision) as revisions, max(revision) as revision
    from marts.dossier_deductions_monthly
    where period_month = %(month)s and agency_code = %(agency)s and indicator_code = '2.1'
)
select
    (select count(*) from marts.agency_rankings_monthly as ranking inner join cards using (agency_code), month
        where ranking.period_month = %(month)s and (
            ranking.score <> coalesce(cards.points, 0) or ranking.revision <> cards.least
            or cards.least <> cards.most or ranking.revision <> month.revision)) as rankings,
    (select count(*) from late, listed where late.lost <> listed.lost or listed.revisions > 1) as lists,
    (select count(*) from month where revision > 0 and not exists (
        select from published.revisions as kept
        where (kept.period_month, kept.revision) = (month.period_month, month.revision))) as months
"""


class DemoMissing(NeedsAPerson):
    """There is no warehouse of the demo to copy."""


@dataclass(slots=True)
class Seen:
    """What one reader saw."""

    reads: int = 0
    errors: int = 0
    mixed: int = 0
    longest: float = 0.0
    first: str = ""


def main(arguments: list[str]) -> int:
    """1 when a read failed, saw a mixed state or waited too long, or when there were too few."""
    options = argparse.ArgumentParser(prog="./run drill swaps", description=__doc__)
    options.add_argument("--builds", type=int, default=20, metavar="N")
    options.add_argument("--readers", type=int, default=8, metavar="N")
    asked = options.parse_args(arguments)
    own = installation.embedded(COPY)
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        _copy_the_demo(own)
        seen = _drill(own, asked.builds, asked.readers)
        own.cluster.drop_database(COPY)
    finally:
        if not server_ran:
            own.cluster.stop()
    reads, errors, mixed = (sum(getattr(one, name) for one in seen) for name in ("reads", "errors", "mixed"))
    longest = max(one.longest for one in seen)
    for one in seen:
        if one.first:
            say(one.first)
    say(f"{reads:,} reads, {errors} errors, {mixed} mixed states, longest {longest:.2f} s, {asked.builds} builds")
    return int(bool(errors or mixed) or longest >= LONGEST_WAIT_SECONDS or reads < ENOUGH_READS)


def _copy_the_demo(own: Installation) -> None:
    if not own.cluster.has_database(installation.DEMO):
        raise DemoMissing("There is no warehouse of the demo to copy.\nNext: ./run demo, then this drill.")
    own.cluster.drop_database(COPY)
    with own.cluster.connect() as owner:
        owner.execute(f"create database {COPY} template {installation.DEMO}".encode())
    own.ensure_warehouse()


def _drill(own: Installation, builds: int, readers: int) -> list[Seen]:
    settings = from_env(own.environment())
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    processes = [
        context.Process(target=_read, args=(own.url("bi_reader"), number, stop, answers)) for number in range(readers)
    ]
    for process in processes:
        process.start()
    try:
        with tempfile.TemporaryDirectory(prefix="dvc766-swaps-") as folder:
            _write(settings, builds, Path(folder))
    finally:
        stop.set()
        seen = [answers.get(timeout=60) for _ in processes]
        for process in processes:
            process.join()
    return seen


def _write(settings: Settings, builds: int, folder: Path) -> None:
    """Builds in a row; after every third one more month is frozen, approved and sealed, while there is one."""
    key = sealing.create_key_pair(folder / "private.pem", folder / "public.pem")
    for number in range(1, builds + 1):
        begin = time.monotonic()
        runs.rank(settings)
        told = ""
        if number % 3 == 0 and (month := _next_month(settings)):
            runs.freeze(settings, month)
            runs.approve(settings, month, by="drill", channel="command", answer=ANSWER)
            publication = runs.seal(settings, month, 1, folder / "publications", key)
            told = f", {month:%m/%Y} frozen and sealed as publication {publication.sequence}"
        say(f"build {number} of {builds}: {time.monotonic() - begin:.0f} s{told}")


def _next_month(settings: Settings) -> date | None:
    """The oldest month that has ended and is open."""
    with psycopg.connect(settings.warehouse.url("bi_reader")) as connection:
        row = connection.execute(
            "select min(period_month) from marts.dim_months where period_state = 'open'"
        ).fetchone()
    return row[0] if row else None


def _read(url: str, number: int, stop: Event, answers: Any) -> None:
    seen, chance = Seen(), Random(number)  # which month and agency is looked at; no secret
    with psycopg.connect(url, autocommit=True) as connection:
        places = connection.execute("select period_month, agency_code from marts.agency_rankings_monthly").fetchall()
        while not stop.is_set():
            month, agency = chance.choice(places)
            begin = time.monotonic()
            try:
                row = connection.execute(_LOOK, {"month": month, "agency": agency}).fetchone()
            except psycopg.Error as error:
                seen.errors += 1
                seen.first = seen.first or f"{month:%m/%Y} {agency}: {error}"
                continue
            seen.reads += 1
            seen.longest = max(seen.longest, time.monotonic() - begin)
            if row and any(row):
                seen.mixed += 1
                seen.first = seen.first or f"{month:%m/%Y} {agency}: rankings, lists, months that do not fit: {row}"
    answers.put(seen)
