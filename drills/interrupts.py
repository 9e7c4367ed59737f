"""`./run drill interrupts`: twelve months are read again beside the nights while programs are killed; nobody helps.

The real scheduler reads and builds one night alone, then asks for twelve months back. Beside them runs a
night undisturbed, a night in which scheduler, a task, dbt and PostgreSQL are killed one after another, and a night in
which four programs are killed at once. What ends is started again as `./run up` does it. At the end everything has
succeeded by itself, no run is open, and raw holds what an uninterrupted reading of the same months brings.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from drills.backfill import READ_BACK, Backfill, kept_waiting, records_by_month, runs_of
from drills.night import PROVINCIAL, Night, take_into_use, while_runs
from drills.stage import SCHEDULER, Stage, stage
from drills.undisturbed import Undisturbed
from dvc766.clock import LOCAL_ZONE
from local_stack.demo import BUILD, INGEST
from local_stack.installation import say

FIRST_DAY = date(2025, 5, 24)
KNOWN_FROM = datetime(2025, 5, 1, tzinfo=LOCAL_ZONE)  # what the installation had read before
BACK_TO = datetime(2024, 5, 24, tzinfo=LOCAL_ZONE)
LIFE = ["--life", "1", "--scale", "0.05", "--first", "2024-05-24"]
AT_ONCE = (SCHEDULER, "airflow-api-server", "airflow-dag-processor")
_DBT_SESSIONS = "select count(*) from pg_stat_activity where application_name = 'dbt' and datname = current_database()"


@dataclass(slots=True)
class Seen:
    """What the drill saw, and what of it did not hold."""

    lines: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep and say a figure."""
        self.lines.append(text)
        say(text)

    def require(self, holds: bool, complaint: str) -> None:
        """Keep what did not hold."""
        if not holds:
            self.complaints.append(complaint)
            say(f"NOT HELD: {complaint}")


def main(arguments: Sequence[str]) -> int:
    """Play the nights, print the figures; 1 when something did not come back by itself."""
    options = argparse.ArgumentParser(prog="./run drill interrupts", description=__doc__)
    options.add_argument("--no-kills", action="store_true", help="end after the night beside the backfill")
    asked = options.parse_args(arguments)
    logging.getLogger("dvc766").setLevel(logging.ERROR)  # of the undisturbed pipeline; tasks have their own logs
    begin, seen = time.monotonic(), Seen()
    first = datetime.combine(FIRST_DAY, datetime.min.time(), LOCAL_ZONE)
    with stage([*LIFE, "--clock", first.isoformat()]) as own:
        nights = [Night(own, FIRST_DAY + timedelta(days=number)) for number in range(6)]
        take_into_use(nights[0], KNOWN_FROM)
        alone = _seconds(nights[1])
        seen.note(f"a night alone: {alone:.0f} s from the start of the readings to the ranking shown")
        backfill = Backfill(own, "backfill", BACK_TO)
        backfill.begin()
        own.until("the backfill is at work", backfill.is_at_work)
        _judge_night_beside(nights[2], backfill, alone, seen)
        if not asked.no_kills:
            _kill_one_after_another(nights[3], backfill, seen)
            _kill_at_once(nights[4], backfill, seen)
            own.until("the backfill is over", backfill.is_over)
            _judge_end(nights[4], backfill, seen)
            _judge_records(nights[5], seen)
    print("\n".join(["", *seen.lines, *(f"NOT HELD: {each}" for each in seen.complaints)]))
    print(f"{time.monotonic() - begin:.0f} s. {'NOT HELD.' if seen.complaints else 'Everything held.'}")
    return 1 if seen.complaints else 0


def _seconds(night: Night) -> float:
    """Play a night in which nothing happens; how long it took."""
    begin = time.monotonic()
    night.begin()
    night.end()
    return time.monotonic() - begin


def _judge_night_beside(night: Night, backfill: Backfill, alone: float, seen: Seen) -> None:
    """A night beside the backfill waits for at most the part that is at work when it comes."""
    seconds = _seconds(night)
    longest = 0.0
    for dag_id in READ_BACK:
        parts = backfill.parts(dag_id)
        [reading] = [run for run in runs_of(night.stage, dag_id) if run.run_id == night.name]
        longest = max(longest, *(part.seconds for part in parts))
        for complaint in kept_waiting(reading, parts):
            seen.require(False, f"{dag_id}: {complaint}")
    limit = 2 * alone + longest  # the same work on a busy machine, after the part that was at work
    seen.note(
        f"the same beside the backfill: {seconds:.0f} s (limit {limit:.0f} s: twice the night alone and the longest"
        f" part, {longest:.0f} s); {_progress(backfill)}"
    )
    seen.require(seconds <= limit, f"the night beside the backfill took {seconds:.0f} s, more than {limit:.0f} s")
    seen.require(night.built()[0], f"{night.day} was not built of its own data")


def _kill_one_after_another(night: Night, backfill: Backfill, seen: Seen) -> None:
    own, begin = night.stage, time.monotonic()
    night.begin()
    write = night.first_write(PROVINCIAL)
    while_runs(night, PROVINCIAL, write)
    own.kill_scheduler()
    seen.note(f"killed -9: the scheduler, while {write} was at work; {_progress(backfill)}")
    own.until("the scheduler is back", own.scheduler.is_healthy)
    night.kill(PROVINCIAL, "promote")
    seen.note(f"killed -9: a task's process, promote of {PROVINCIAL}; {_progress(backfill)}")
    _kill_dbt(night)
    seen.note(f"killed -9: dbt in the middle of its build; {_progress(backfill)}")
    own.until("dbt is at work again", lambda: _dbt_is_at_work(own))
    at_work = _progress(backfill)
    own.kill(database=True)
    seen.note(f"killed -9: PostgreSQL, while dbt was at work; {at_work}")
    night.end()
    seen.note(f"the night was built {time.monotonic() - begin:.0f} s after it began")
    seen.require(night.built()[0], f"{night.day} was not built of its own data")


def _kill_at_once(night: Night, backfill: Backfill, seen: Seen) -> None:
    own, begin = night.stage, time.monotonic()
    night.begin()
    while_runs(night, PROVINCIAL, night.first_write(PROVINCIAL))
    at_work = _progress(backfill)
    killed = time.monotonic()
    own.kill(*AT_ONCE, database=True)
    own.until("all programs are healthy", own.scheduler.is_healthy)
    seen.note(
        f"killed -9 at once: {', '.join(AT_ONCE)}, PostgreSQL; {at_work};"
        f" all healthy after {time.monotonic() - killed:.0f} s"
    )
    night.end()
    seen.note(f"the night was built {time.monotonic() - begin:.0f} s after it began")
    seen.require(night.built()[0], f"{night.day} was not built of its own data")


def _kill_dbt(night: Night) -> None:
    """SIGKILL the process of the build's dbt while it has sessions in the warehouse."""
    own = night.stage
    own.until("dbt is at work", lambda: _dbt_is_at_work(own))
    [task] = [task for task in own.api.tasks(BUILD, night.name) if task["task_id"] == "transform"]
    os.kill(int(task["pid"]), signal.SIGKILL)
    own.until("dbt's sessions are gone", lambda: not _dbt_is_at_work(own))


def _dbt_is_at_work(own: Stage) -> bool:
    with own.installation.cluster.connect(own.installation.database) as connection:
        [(sessions,)] = connection.execute(_DBT_SESSIONS).fetchall()
    return bool(sessions)


def _progress(backfill: Backfill) -> str:
    """How far the backfill is: parts that have ended and those that have begun."""
    parts = [part for dag_id in READ_BACK for part in backfill.parts(dag_id)]
    ended = sum(part.ended_at is not None for part in parts)
    return f"backfill: {ended} parts ended, {sum(part.ended_at is None for part in parts)} queued or at work"


def _judge_end(last: Night, backfill: Backfill, seen: Seen) -> None:
    """Every DAG run succeeded, nobody left a run open, and the last night is what is shown."""
    own = last.stage
    for dag_id in (*INGEST, BUILD):
        bad = [f"{run.run_id} ({run.state})" for run in runs_of(own, dag_id) if run.state != "success"]
        seen.require(not bad, f"{dag_id}: not succeeded by itself: {', '.join(bad)}")
    for dag_id in READ_BACK:
        parts = backfill.parts(dag_id)
        longest = max(part.seconds for part in parts)
        seen.note(
            f"{dag_id}: {len(parts)} parts, {parts[0].began_at:%H:%M:%S} to {parts[-1].ended_at:%H:%M:%S},"
            f" the longest {longest:.0f} s"
        )
    seen.require(not own.open_runs(), f"{own.open_runs()} runs left open in ops.runs")
    seen.require(last.built()[0], "the ranking shown is not built of the last night")


def _judge_records(morning: Night, seen: Seen) -> None:
    """What lies in raw once a further night was read is what one reading of all the months brings."""
    own = morning.stage
    now = morning.clock("01:30")
    for dag_id in INGEST:
        own.api.trigger(dag_id, morning.name, {"day": morning.day.isoformat()})
    morning.readings_end()
    undisturbed = Undisturbed.beside(own.installation, own.release)
    undisturbed.read(now, BACK_TO)
    found, wanted = records_by_month(own.installation), records_by_month(undisturbed.installation)
    differing = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
    for table, month in differing:
        counts = [each.get((table, month), (0, ""))[0] for each in (found, wanted)]
        seen.require(False, f"{table} {month}: {counts[0]} records, uninterrupted {counts[1]}, or not the same")
    months = {month for _, month in wanted}
    seen.note(
        f"raw: {sum(rows for rows, _ in found.values())} records of {len(months)} months in {len(wanted)} groups of"
        f" table and month, {len(differing)} of them other than an uninterrupted reading's"
    )
