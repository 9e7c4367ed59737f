"""The working calendar of the simulated offices: five-day weeks, public holidays, swapped Saturdays.

The days come from `data/calendar.csv` (each row cites its act). A day outside the years of the file
is judged by its weekday alone.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_FILE = Path(__file__).parent / "data" / "calendar.csv"


@cache
def _special_days() -> tuple[frozenset[date], frozenset[date]]:
    """Days off on weekdays, and Saturdays or Sundays worked."""
    holidays: set[date] = set()
    worked: set[date] = set()
    with _FILE.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            target = holidays if row["kind"] == "holiday" else worked
            target.add(date.fromisoformat(row["date"]))
    return frozenset(holidays), frozenset(worked)


@cache
def is_working_day(day: date) -> bool:
    """True when the offices work on `day`."""
    holidays, worked = _special_days()
    return day in worked or (day.weekday() < 5 and day not in holidays)


@cache
def shift(day: date, working_days: int) -> date:
    """The day `working_days` working days after (before, when negative) `day`; 0 moves forward off a day off."""
    step = _DAY if working_days >= 0 else -_DAY
    left = abs(working_days)
    while left:
        day += step
        left -= is_working_day(day)
    while not is_working_day(day):
        day += step
    return day


def working_days(first: date, stop: date) -> list[date]:
    """The working days of [first, stop)."""
    return [day for offset in range((stop - first).days) if is_working_day(day := first + offset * _DAY)]


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """The instant of a local clock time."""
    return datetime.combine(day, time(hour, minute, second), VIETNAM)


def next_month(first: date) -> date:
    """The first day of the month after the one that begins on `first`."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def due_on(received_at: datetime, limit: int, unit: str) -> date:
    """The appointment a one-stop desk gives: days counted after the receipt, in the procedure's unit.

    A limit of 0 means at once: the same day before 15:00, else the next working day.
    """
    day = received_at.date()
    if limit == 0:
        is_same_day = is_working_day(day) and received_at.hour < 15
        return day if is_same_day else shift(day, 1)
    if unit == "DAY":
        return shift(day + limit * _DAY, 0)
    if unit == "MONTH":
        month = day.replace(day=1)
        for _ in range(limit):
            month = next_month(month)
        last = next_month(month) - _DAY
        return shift(month.replace(day=min(day.day, last.day)), 0)
    return shift(day, -(-limit // 8) if unit == "HOUR" else limit)
