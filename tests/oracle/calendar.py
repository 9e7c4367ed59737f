"""Working days, counted one by one; `local` are the days on which a place differs from the province."""

from __future__ import annotations

import csv
from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.oracle.law import NOWHERE, Days

_FILE = Path(__file__).parents[2] / "portal_simulator" / "data" / "calendar.csv"
_ONE = timedelta(days=1)
_AT_ONCE_UNTIL_HOUR = 15
_HOURS_A_DAY = 8

_KINDS = {
    date.fromisoformat(row["date"]): row["kind"]
    for row in csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines())
}


def works(day: date, local: Days = NOWHERE) -> bool:
    """Do the offices work on that day?"""
    kind = local.get(day) or _KINDS.get(day)
    if kind == "working_saturday":
        return True
    return kind is None and day.isoweekday() <= 5


def next_working_day(day: date, local: Days = NOWHERE) -> date:
    """The first working day after `day`."""
    day += _ONE
    while not works(day, local):
        day += _ONE
    return day


def previous_working_day(day: date, local: Days = NOWHERE) -> date:
    """The last working day before `day`."""
    day -= _ONE
    while not works(day, local):
        day -= _ONE
    return day


def add_working_days(day: date, count: int, local: Days = NOWHERE) -> date:
    """Count `count` working days after `day` (before it, when negative); 0 leaves it."""
    for _ in range(abs(count)):
        day = next_working_day(day, local) if count > 0 else previous_working_day(day, local)
    return day


def working_days_between(first: date, last: date, local: Days = NOWHERE) -> int:
    """How many working days lie in (first, last]."""
    return sum(works(first + _ONE * n, local) for n in range(1, (last - first).days + 1))


def _moved_off_days_off(day: date, local: Days) -> date:
    return day if works(day, local) else next_working_day(day, local)


def due_by_limit(received_at: datetime, limit: int, unit: str, local: Days = NOWHERE) -> date:
    """The due date that a procedure's limit gives: days are counted after the day of receipt."""
    day = received_at.date()
    if limit == 0:  # at once: the same day, unless it comes after the cut-off or on a day off
        in_time = works(day, local) and received_at.hour < _AT_ONCE_UNTIL_HOUR
        return day if in_time else next_working_day(day, local)
    if unit == "WORKING_DAY":
        return add_working_days(day, limit, local)
    if unit == "HOUR":
        return add_working_days(day, -(-limit // _HOURS_A_DAY), local)
    if unit == "DAY":
        return _moved_off_days_off(day + limit * _ONE, local)
    if unit == "MONTH":
        months = day.year * 12 + day.month - 1 + limit
        year, month = divmod(months, 12)
        last = monthrange(year, month + 1)[1]
        return _moved_off_days_off(date(year, month + 1, min(day.day, last)), local)
    raise ValueError(f"unknown unit {unit}")


def wait(asked: date, answered: date, unit: str, local: Days = NOWHERE) -> int:
    """The days a dossier waited, in the unit of its procedure."""
    if unit in ("DAY", "MONTH"):
        return (answered - asked).days
    return working_days_between(asked, answered, local)


def before(day: date, waited: int, unit: str, local: Days = NOWHERE) -> date:
    """The day `waited` days (in the procedure's unit) before `day`."""
    if unit in ("DAY", "MONTH"):
        return day - waited * _ONE
    return add_working_days(day, -waited, local)
