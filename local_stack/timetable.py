"""What the demo runs: which days, with which windows, and the id of every run.

Ids say what a run was for, so a second demo recognises what has been done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dvc766.clock import LOCAL_ZONE, month_after

MONTHS = tuple(date(2025, month, 1) for month in (5, 6, 7, 8))
DAYS = tuple(date(2025, 9, day) for day in (2, 3, 4))
AFTER_MIDNIGHT = time(0, 30)
BEFORE_MIDNIGHT = time(23, 30)
# Long before the first month: a dossier that is still open, and has not changed since, is read by no later window.
READ_FROM = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the simulated clock: both portals are read, the warehouse is built, perhaps a month ranked."""

    name: str
    clock: datetime
    window_from: datetime | None  # None: each resource goes on from its own cursor
    period: str | None  # the month to close, YYYY-MM
    eve: datetime | None = None  # an evening before, at which the national portal alone is read
    is_sweep: bool = False  # whether everything is asked for: only so is found what a portal has deleted

    @property
    def conf(self) -> Mapping[str, object]:
        """The parameters of the two ingest runs."""
        return self._asked(self.clock, sweep=True) if self.is_sweep else self._asked(self.clock)

    @property
    def eve_conf(self) -> Mapping[str, object]:
        """The parameters of the reading on the eve; to be asked for where there is one."""
        return self._asked(self.eve or self.clock)

    def _asked(self, until: datetime, **more: object) -> Mapping[str, object]:
        window = {"window_from": self.window_from.isoformat()} if self.window_from else {}
        return {"as_of": until.isoformat(), **window, **more}


def steps() -> Iterator[Step]:
    """The months with their closing, then the daily runs, the last of them a sweep.

    The portal's catalogue carries no dates: a month's is the newest that was read by its end. Who reads every night
    has it; here it is read on the month's last evening. The first list ever read counts for what was before it.
    """
    for month in MONTHS:
        closing = month_after(month)
        period = f"{month:%Y-%m}"
        begin = READ_FROM if month == MONTHS[0] else month
        eve = None if month == MONTHS[0] else datetime.combine(closing - timedelta(days=1), BEFORE_MIDNIGHT, LOCAL_ZONE)
        yield Step(period, _at(closing), datetime.combine(begin, time(), LOCAL_ZONE), period, eve)
    for day in DAYS:
        yield Step(f"{day:%Y-%m-%d}", _at(day), None, None, is_sweep=day == DAYS[-1])


def _at(day: date) -> datetime:
    return datetime.combine(day, AFTER_MIDNIGHT, LOCAL_ZONE)
