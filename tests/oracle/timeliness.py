"""When a dossier ended, and whether it was on time, as the records stood at a period's end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal_simulator.records import Dossier, Procedure, State, Step
from tests.oracle.calendar import before, due_by_limit, wait

_UNDONE_BY_ANY_STEP = (State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED)
_UNDONE_BY_OPEN_STEPS = (State.RESULT_READY, State.DELIVERED)
_OPEN = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT, State.FINANCIAL_DUTY)


@dataclass(frozen=True)
class Period:
    """A period [start, end), judged at the earlier of its last day and the day of `known_at`."""

    start: datetime
    end: datetime
    last_day: date
    known_at: datetime

    @property
    def horizon(self) -> datetime:
        """Events from this instant on do not exist for the period."""
        return min(self.end, self.known_at)

    @property
    def judged_on(self) -> date:
        """The day on which what is still open is judged."""
        return min(self.last_day, self.known_at.date())


@dataclass(frozen=True)
class Verdict:
    """A dossier's timeliness: `is_on_time` None = neither a due date nor a limit is known."""

    due_on: date | None
    effective_finish_on: date
    is_on_time: bool | None
    reason: str | None = None


def is_accepted(dossier: Dossier, period: Period) -> bool:
    """Received before the period's end, and not refused at the receipt."""
    received = dossier.received_at
    if received is None or received >= period.horizon:
        return False
    return not any(step.state is State.NOT_ACCEPTED and step.at <= received for step in dossier.steps)


def ending(dossier: Dossier, period: Period) -> Step | None:
    """The first ending that no later step before the period's end undoes."""
    steps = sorted((s for s in dossier.steps if s.at < period.horizon), key=lambda s: s.at)
    for number, step in enumerate(steps):
        later = steps[number + 1 :]
        if step.state in _UNDONE_BY_ANY_STEP:
            if all(other.state is step.state for other in later):
                return step
        elif step.state in _UNDONE_BY_OPEN_STEPS and not any(s.state in _OPEN for s in later):
            return step
    return None


def is_in_hand(dossier: Dossier, period: Period) -> bool:
    """Accepted and not ended before the period."""
    if not is_accepted(dossier, period):
        return False
    ended = ending(dossier, period)
    return ended is None or ended.at >= period.start


def original_due(dossier: Dossier, procedure: Procedure | None) -> date | None:
    """The first due date known, else the one the procedure's limit gives."""
    if dossier.due_at is not None:
        return dossier.due_at.date()
    if procedure is None or procedure.time_limit is None or dossier.received_at is None:
        return None
    return due_by_limit(dossier.received_at, procedure.time_limit, procedure.time_limit_unit)


def judge(
    dossier: Dossier,
    procedure: Procedure | None,
    period: Period,
    duty_stops_clock: bool = False,
) -> Verdict:
    """Was the dossier on time? Letters of apology have no say in it."""
    assert dossier.received_at is not None
    unit = procedure.time_limit_unit if procedure else "WORKING_DAY"
    due = original_due(dossier, procedure)
    ended = ending(dossier, period)
    finish = ended.at.date() if ended else period.judged_on
    requests = sorted(
        (
            s
            for s in dossier.supplements
            if dossier.received_at < s.asked_at < period.horizon and (ended is None or s.asked_at <= ended.at)
        ),
        key=lambda s: s.asked_at,
    )
    waited = _duty_wait(dossier, period, unit, finish) if duty_stops_clock else 0
    if len(requests) >= 2:
        return _verdict(due, before(finish, waited, unit), "second_supplement")
    if requests:
        request = requests[0]
        asked = request.asked_at.date()
        answered = request.answered_at
        in_time = due is None or asked <= due
        if answered is not None and answered < period.horizon:
            if in_time and request.due_after is not None:
                due = request.due_after.date()
            elif in_time:
                waited += wait(asked, answered.date(), unit)
        elif ended is None:
            finish = asked
        elif in_time:
            waited += wait(asked, finish, unit)
    return _verdict(due, before(finish, waited, unit), None)


def _verdict(due: date | None, finish: date, reason: str | None) -> Verdict:
    if due is None:
        return Verdict(None, finish, None)
    if reason is None and finish > due:
        reason = "late"
    return Verdict(due, finish, reason is None, reason)


def _duty_wait(dossier: Dossier, period: Period, unit: str, finish: date) -> int:
    """Days spent waiting for the applicant's payment."""
    steps = sorted((s for s in dossier.steps if s.at < period.horizon), key=lambda s: s.at)
    total = 0
    for number, step in enumerate(steps):
        if step.state is State.FINANCIAL_DUTY:
            after = steps[number + 1].at.date() if number + 1 < len(steps) else finish
            total += wait(step.at.date(), min(after, finish), unit)
    return total
