"""A month to be judged, and the course one dossier took through it.

Positions are working days counted from the month's first; negative ones lie before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal_simulator.calendar import at, next_month, working_days
from portal_simulator.records import Redating, Step, Supplement

_BEFORE = 110  # calendar days before the month that courses may begin in


@dataclass(slots=True)
class Course:
    """How one dossier went, from its receipt on."""

    received: datetime
    due: datetime | None
    steps: list[Step]
    supplements: list[Supplement] = field(default_factory=list)
    redatings: list[Redating] = field(default_factory=list)
    early_request: bool = False  # a request before the receipt came first
    has_result: bool = False  # result ready or delivered by the clock
    is_closed: bool = False  # withdrawn, stopped or refused: nothing is written after that
    ended: datetime | None = None


class Month:
    """The month judged, with working days around it."""

    def __init__(self, first: date, clock: datetime) -> None:
        self.first = first
        self.next_first = next_month(first)
        self.last = self.next_first - timedelta(days=1)
        self.days = working_days(first - timedelta(days=_BEFORE), clock.date())
        self.zero = sum(day < first for day in self.days)
        self.length = sum(first <= day < self.next_first for day in self.days)
        self.end = len(self.days) - self.zero  # first position not reached by the clock
        self.clock = clock

    def day(self, position: int) -> date:
        """The working day at a position; beyond the clock the days are counted on."""
        index = self.zero + position
        if index < len(self.days):
            return self.days[index]
        return self.days[-1] + timedelta(days=7 * (index - len(self.days) + 1))

    def due(self, position: int) -> datetime:
        """An appointment at the end of office hours."""
        return at(self.day(position), 17)
