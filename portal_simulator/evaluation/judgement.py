"""A dossier in one period, judged by the national portal's reading of Decision 766.

Written from the decision and the worked cases, for the simulator's own evaluation replies; nothing
of the ranking's code is used.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter

from portal_simulator.calendar import is_working_day, shift, working_days
from portal_simulator.records import Dossier, Procedure, State, Step, Supplement
from portal_simulator.views.dossiers import visible_steps

_ENDINGS = (State.RESULT_READY, State.DELIVERED, State.WITHDRAWN, State.STOPPED)
_ACCEPTING = (State.ACCEPTED, State.PROCESSING)
_CUT_OFF_HOUR = 15  # a same-day procedure received later is due the next working day
_HOURS_A_DAY = 8


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span of instants, and what was known when it is judged."""

    start: datetime
    stop: datetime
    now: datetime

    @property
    def last_day(self) -> date:
        """The period's last day."""
        return (self.stop - timedelta(days=1)).date()

    @property
    def judged_on(self) -> date:
        """The day at which what is still open is judged."""
        return min(self.last_day, self.now.date())

    def holds(self, at: datetime | None) -> bool:
        """True when the instant lies in the period."""
        return at is not None and self.start <= at < self.stop


def is_past(dossier: Dossier, period: Period) -> bool:
    """Nothing of the dossier can count in the period: filed after it, or all over before it."""
    if dossier.submitted_at >= period.stop:
        return True
    last = max(dossier.steps, key=attrgetter("at"), default=None)
    return (
        last is not None
        and last.at < period.start
        and (last.state in _ENDINGS or last.state is State.NOT_ACCEPTED)
        and not any(period.holds(payment.paid_at) for payment in dossier.payments)
        and dossier.submitted_at < period.start
        and not period.holds(dossier.received_at)
    )


def is_accepted(dossier: Dossier, period: Period) -> bool:
    """Received before the period's end and not refused at receipt."""
    if dossier.received_at is None or dossier.received_at >= period.stop:
        return False
    for step in _steps(dossier, period):
        if step.state in _ACCEPTING:
            return True
        if step.state is State.NOT_ACCEPTED:
            return False
    return True


def ended_at(dossier: Dossier, period: Period) -> datetime | None:
    """The first ending that no later step before the period's end undoes."""
    end: datetime | None = None
    was_accepted = dossier.received_at is not None
    for step in _steps(dossier, period):
        is_ending = step.state in _ENDINGS or (step.state is State.NOT_ACCEPTED and was_accepted)
        if is_ending and end is None:
            end = step.dated or step.at
        elif not is_ending:
            end = None
    return end


def is_in_hand(dossier: Dossier, period: Period) -> bool:
    """Accepted, and not ended before the period."""
    if not is_accepted(dossier, period):
        return False
    end = ended_at(dossier, period)
    return end is None or end >= period.start


def is_on_time(dossier: Dossier, procedure: Procedure | None, period: Period) -> bool | None:
    """On time, late, or None when neither a due date nor a limit is known; for dossiers in hand."""
    due = _first_due(dossier, procedure)
    if due is None:
        return None
    asked = _requests(dossier, period)
    if len(asked) > 1:
        return False
    end = ended_at(dossier, period)
    finish = end.date() if end is not None else period.judged_on
    if asked:
        request = asked[0]
        asked_on = request.asked_at.date()
        if asked_on > due:
            return False
        answered_at = request.answered_at
        if answered_at is None or answered_at >= period.stop or answered_at > period.now:
            finish = min(finish, asked_on)
        elif request.due_after is not None:
            due = request.due_after.date()
        else:
            finish = _less_the_wait(finish, asked_on, answered_at.date(), procedure)
    return finish <= due


def _steps(dossier: Dossier, period: Period) -> list[Step]:
    return [s for s in visible_steps(dossier, period.now) if s.at < period.stop]


def _requests(dossier: Dossier, period: Period) -> list[Supplement]:
    """Requests for papers made after the receipt, by the period's end."""
    received_at = dossier.received_at
    return [
        s
        for s in dossier.supplements
        if received_at is not None and received_at <= s.asked_at < period.stop and s.asked_at <= period.now
    ]


def _less_the_wait(finish: date, asked: date, answered: date, procedure: Procedure | None) -> date:
    """The finish without the days that the office waited, in the procedure's unit."""
    if procedure is not None and procedure.limit_on(asked)[1] in ("DAY", "MONTH"):
        return finish - (answered - asked)
    wait = len(working_days(asked, answered))
    return shift(finish, -wait) if wait else finish


def _first_due(dossier: Dossier, procedure: Procedure | None) -> date | None:
    """The first appointment, else the receipt and the procedure's limit."""
    if dossier.due_at is not None:
        return dossier.due_at.date()
    received_at = dossier.received_at
    if procedure is None or received_at is None:
        return None
    day = received_at.date()
    limit, unit = procedure.limit_on(day)
    if limit is None:
        return None
    if limit == 0:
        is_today = is_working_day(day) and received_at.hour < _CUT_OFF_HOUR
        return day if is_today else shift(day, 1)
    if unit == "HOUR":
        return shift(day, -(-limit // _HOURS_A_DAY))
    if unit == "WORKING_DAY":
        return shift(day, limit)
    return shift(day + timedelta(days=limit) if unit == "DAY" else _months_later(day, limit), 0)


def _months_later(day: date, count: int) -> date:
    month = day.month - 1 + count
    year, number = day.year + month // 12, month % 12 + 1
    return date(year, number, min(day.day, months.monthrange(year, number)[1]))
