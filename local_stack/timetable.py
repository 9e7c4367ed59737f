"""What the demo runs: which days, with which windows, and the id of every run.

Ids say what a run was for, so a second demo recognises what has been done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from dvc766.clock import LOCAL_ZONE, month_after

MONTHS = tuple(date(2025, month, 1) for month in (5, 6, 7, 8))
DAYS = tuple(date(2025, 9, day) for day in (2, 3, 4))
AFTER_MIDNIGHT = time(0, 30)
# Long before the first month: a dossier that is still open, and has not changed since, is read by no later window.
READ_FROM = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the simulated clock: both portals are read, the warehouse is built, perhaps a month ranked."""

    name: str
    clock: datetime
    window_from: datetime | None  # None: each resource goes on from its own cursor
    period: str | None  # the month to close, YYYY-MM

    @property
    def conf(self) -> dict[str, str]:
        """The parameters of the two ingest runs."""
        window = {"window_from": self.window_from.isoformat()} if self.window_from else {}
        return {"as_of": self.clock.isoformat()} | window


def steps() -> Iterator[Step]:
    """The months with their closing, then the daily runs."""
    for month in MONTHS:
        closing = month_after(month)
        period = f"{month:%Y-%m}"
        begin = READ_FROM if month == MONTHS[0] else month
        yield Step(period, _at(closing), datetime.combine(begin, time(), LOCAL_ZONE), period)
    for day in DAYS:
        yield Step(f"{day:%Y-%m-%d}", _at(day), None, None)


def _at(day: date) -> datetime:
    return datetime.combine(day, AFTER_MIDNIGHT, LOCAL_ZONE)
