"""What volume is usual: the median of comparable earlier readings, per day on which records arrive.

Offices make records on working days. Citizens rate on any day: those are counted by calendar days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

from dvc766 import reference
from dvc766.clock import LOCAL_ZONE

COMPARABLE_RUNS = 5  # with fewer, nothing is usual yet
LENGTH_FACTOR = 2  # windows further apart than this are not compared: a record changes more than once
LEAST_VOLUME = 50  # below it, halves and doubles are chance
WORKING_SATURDAY = "working_saturday"  # in calendar_days.csv; every other kind closes the offices

DaysIn = Callable[[datetime, datetime], float]


@dataclass(frozen=True, slots=True)
class PastReading:
    """A window and how many records it gave; `start` None = everything was read.

    `is_accepted`: a person let it pass although that was not the usual number.
    """

    start: datetime | None
    end: datetime
    fetched: int
    is_accepted: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that differ from the week: offices closed on a weekday, open at a weekend."""

    closed: Collection[date]
    opened: Collection[date]

    def working_days(self, start: datetime, end: datetime) -> float:
        """Working days in the half-open window, in local time; a part of a day counts as that part."""
        first, last = start.astimezone(LOCAL_ZONE), end.astimezone(LOCAL_ZONE)
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
        found = 0.0
        while midnight < last:
            following = midnight + timedelta(days=1)
            if self.is_working(midnight.date()):
                found += (min(last, following) - max(first, midnight)) / timedelta(days=1)
            midnight = following
        return found

    def is_working(self, day: date) -> bool:
        return day in self.opened or (day.weekday() < 5 and day not in self.closed)


def read_calendar(path: Path) -> Calendar:
    """The province-wide rows of the seed calendar_days.csv; ReferenceRefused when it is no such file."""
    closed: set[date] = set()
    opened: set[date] = set()
    for line in reference.read(path, ("date_on", "kind", "place_code")):
        row = line.cells
        if not row["place_code"]:
            days = opened if row["kind"] == WORKING_SATURDAY else closed
            days.add(reference.day_in(path, line, "date_on"))
    return Calendar(closed, opened)


def calendar_days(start: datetime, end: datetime) -> float:
    """Days of the half-open window, holidays or not; a part of a day counts as that part."""
    return (end - start) / timedelta(days=1)


def usual_volume(start: datetime | None, end: datetime, past: Sequence[PastReading], days_in: DaysIn) -> float | None:
    """How many records a window usually gives; None while too little is known to say.

    `past` has the newest reading first; `days_in` counts the days of a window on which records arrive. A list that is
    read whole keeps its new length once a person has accepted it: after a merger of agencies, 145 of them are usual no
    longer. What a window gave, accepted or not, was one day's.
    """
    if start is None:
        whole = [reading for reading in past if reading.start is None]
        since = next((number for number, reading in enumerate(whole, 1) if reading.is_accepted), len(whole))
        return _enough([reading.fetched for reading in whole[:since]], 1)
    length = days_in(start, end)
    rates: list[float] = []
    for reading in past:
        if reading.start is None:
            continue
        days = days_in(reading.start, reading.end)
        if days and length <= LENGTH_FACTOR * days and days <= LENGTH_FACTOR * length:
            rates.append(reading.fetched / days)
    return _enough(rates, length)


def _enough(rates: Sequence[float], length: float) -> float | None:
    if len(rates) < COMPARABLE_RUNS:
        return None
    volume = median(rates) * length
    return volume if volume >= LEAST_VOLUME else None
