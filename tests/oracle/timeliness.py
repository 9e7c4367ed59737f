"""When a dossier ended, and whether it was on time, as the records stood at a period's end.

A step has an order of its own: it follows the steps that were known before it, whatever date the
office typed for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal_simulator.records import Dossier, Procedure, State, Step, Supplement
from tests.oracle.calendar import before, due_by_limit, wait
from tests.oracle.law import TODAYS_LAW, Days, Law

_UNDONE_BY_ANY_STEP = (State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED)
_UNDONE_BY_OPEN_STEPS = (State.RESULT_READY, State.DELIVERED)
_OPEN = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT, State.FINANCIAL_DUTY)
_DATED = (State.NOT_ACCEPTED, *_UNDONE_BY_OPEN_STEPS)  # the portal shows no date of another state


@dataclass(frozen=True)
class Period:
    """A period [start, end), judged at the earlier of its last day and the day of `known_at`."""

    start: datetime
    end: datetime
    last_day: date
    known_at: datetime
    law: Law = TODAYS_LAW

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


def happened_at(step: Step, received_at: datetime | None = None) -> datetime:
    """When a step happened: its typed date, where the portal shows one and it can be true.

    A date later than the change that tells of it cannot be. What is dated before the receipt
    happened at the receipt.
    """
    moment = step.at
    if step.state in _DATED and step.dated is not None and step.dated <= step.at:
        moment = step.dated
    return moment if received_at is None else max(moment, received_at)


def _known_steps(dossier: Dossier, period: Period) -> list[Step]:
    """The steps known, in the order in which they were taken down."""
    return sorted((step for step in dossier.steps if step.at <= period.known_at), key=lambda step: step.at)


def is_accepted(dossier: Dossier, period: Period) -> bool:
    """Received before the period's end, and not refused at the receipt.

    What was taken on before the refusal or after it was accepted.
    """
    received = dossier.received_at
    if received is None or received >= period.end or received > period.known_at:
        return False
    steps = _known_steps(dossier, period)
    refused = [step for step in steps if step.state is State.NOT_ACCEPTED and happened_at(step) <= received]
    taken_on = [step.at for step in steps if step.state in (*_OPEN, *_UNDONE_BY_OPEN_STEPS)]
    return not refused or any(at != step.at for at in taken_on for step in refused)


def ending(dossier: Dossier, period: Period) -> Step | None:
    """The first ending that no later step before the period's end undoes, with its true date as `at`."""
    moments = [(happened_at(step, dossier.received_at), step.state) for step in _known_steps(dossier, period)]
    steps = [Step(moment, state) for moment, state in moments if moment < period.end]
    for number, step in enumerate(steps):
        later = [other.state for other in steps[number + 1 :]]
        if step.state in _UNDONE_BY_ANY_STEP:
            if all(state is step.state for state in later):
                return step
        elif step.state in _UNDONE_BY_OPEN_STEPS and not any(state in _OPEN for state in later):
            return step
    return None


def is_in_hand(dossier: Dossier, period: Period) -> bool:
    """Accepted and not ended before the period."""
    if not is_accepted(dossier, period):
        return False
    ended = ending(dossier, period)
    return ended is None or ended.at >= period.start


def clock_started_at(dossier: Dossier, period: Period) -> datetime:
    """The receipt from which days are counted: the competent agency's, where another place received."""
    received, competent = dossier.received_at, dossier.competent_received_at
    assert received is not None
    if (
        competent is None
        or not received <= competent <= period.known_at
        or received.date() < period.law.competent_receipt_from
        or dossier.receiving_agency_code == dossier.agency_code
    ):
        return received
    return competent


def original_due(dossier: Dossier, procedure: Procedure | None, period: Period) -> date | None:
    """The first due date known, else the one that the limit in force at the receipt gives."""
    if dossier.due_at is not None:
        return dossier.due_at.date()
    if procedure is None or dossier.received_at is None:
        return None
    started = clock_started_at(dossier, period)
    limit, unit = procedure.limit_on(started.date())
    if limit is None:
        return None
    return due_by_limit(started, limit, unit, period.law.days_of(dossier.agency_code))


def judge(
    dossier: Dossier,
    procedure: Procedure | None,
    period: Period,
    duty_stops_clock: bool = False,
) -> Verdict:
    """Was the dossier on time? Letters of apology have no say in it."""
    started = clock_started_at(dossier, period)
    local = period.law.days_of(dossier.agency_code)
    unit = procedure.limit_on(started.date())[1] if procedure else "WORKING_DAY"
    due = original_due(dossier, procedure, period)
    ended = ending(dossier, period)
    finish = ended.at.date() if ended else period.judged_on
    requests = sorted(
        (
            s
            for s in dossier.supplements
            if started < s.asked_at < period.horizon and (ended is None or s.asked_at.date() <= finish)
        ),
        key=lambda s: s.asked_at,
    )
    waited = _duty_wait(dossier, period, unit, finish, local) if duty_stops_clock else 0
    if len(requests) >= 2:
        return _verdict(due, before(finish, waited, unit, local), "second_supplement")
    if requests:
        request = requests[0]
        asked = request.asked_at.date()
        until = _waited_until(request, dossier, period)
        in_time = due is None or asked <= due
        if until is not None and (ended is None or until <= finish):
            if in_time and request.due_after is not None:
                due = request.due_after.date()
            elif in_time:
                waited += wait(asked, until, unit, local)
        elif ended is None:
            finish = asked
        elif in_time:
            waited += wait(asked, finish, unit, local)
    return _verdict(due, before(finish, waited, unit, local), None)


def _waited_until(request: Supplement, dossier: Dossier, period: Period) -> date | None:
    """The day of the answer; without one, the day on which the dossier left the waiting state."""
    if request.answered_at is not None:
        return request.answered_at.date() if request.answered_at < period.horizon else None
    for step in _known_steps(dossier, period):
        if step.at > request.asked_at and step.state is not State.SUPPLEMENT:
            return step.at.date() if step.at < period.horizon else None
    return None


def _verdict(due: date | None, finish: date, reason: str | None) -> Verdict:
    if due is None:
        return Verdict(None, finish, None)
    if reason is None and finish > due:
        reason = "late"
    return Verdict(due, finish, reason is None, reason)


def _duty_wait(dossier: Dossier, period: Period, unit: str, finish: date, local: Days) -> int:
    """Days spent waiting for the applicant's payment."""
    steps = [step for step in _known_steps(dossier, period) if step.at < period.horizon]
    total = 0
    for number, step in enumerate(steps):
        if step.state is State.FINANCIAL_DUTY:
            after = steps[number + 1].at.date() if number + 1 < len(steps) else finish
            total += wait(step.at.date(), min(after, finish), unit, local)
    return total
