"""Courses of dossiers whose judgement at the end of a month is known before they are made.

Every way of judging wrongly has courses here that it judges differently: late in the day, a wait taken
off once, twice or not at all, a request still open at the month's end, a second request, a letter of
apology, endings without a result, endings after the month.

Positions are working days counted from the month's first; negative ones lie before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from portal_simulator.calendar import at
from portal_simulator.figures.month import Course, Month
from portal_simulator.records import Redating, State, Step, Supplement


class Maker:
    """Makes courses for one agency; `carried` ones were received before the month."""

    def __init__(self, month: Month, rng: Random) -> None:
        self.month = month
        self.rng = rng
        self._tick = 0

    def _moment(self, position: int, hour: int | None = None) -> datetime:
        self._tick = (self._tick + 427) % 3600
        chosen = self.rng.randrange(8, 17) if hour is None else hour
        return at(self.month.day(position), chosen, *divmod(self._tick, 60))

    def _received(self, carried: bool, latest: int) -> int:
        """A position of receipt, at most `latest`."""
        if carried:
            return self.rng.randrange(-30, min(0, latest + 1))
        return self.rng.randrange(0, max(latest, 0) + 1)

    def _received_before(self, carried: bool, due: int) -> int:
        """A position of receipt a few days before a due position that may lie before the month."""
        if carried:
            return min(due - 1 - self.rng.randrange(9), -1)
        return self._received(carried, due - 1)

    def _middle(self, carried: bool) -> int:
        """A due position with room before and after it inside the month."""
        low = 1 if carried else 6
        return self.rng.randrange(low, max(self.month.length - 4, low + 1))

    def _finish(self, course: Course, position: int, hour: int | None = None) -> Course:
        ready = self._moment(position, hour)
        course.steps.append(Step(ready, State.RESULT_READY))
        course.ended = ready
        course.has_result = True
        later = position + self.rng.randrange(0, 3)
        if later < self.month.end and self.rng.random() < 0.7:
            delivered = max(self._moment(later, 16), ready + timedelta(minutes=20))
            course.steps.append(Step(delivered, State.DELIVERED))
        return course

    def _close(self, course: Course, position: int, state: State) -> Course:
        course.ended = self._moment(position)
        course.steps.append(Step(course.ended, state))
        course.is_closed = True
        return course

    def _start(self, position: int, due: datetime | None) -> Course:
        received = self._moment(position, 7 if position % 2 else 8)
        steps = [
            Step(received, State.ACCEPTED),
            Step(received + timedelta(minutes=35), State.PROCESSING),
        ]
        return Course(received, due, steps)

    def _ask(self, course: Course, asked: int, answered: int | None, due: int | None) -> None:
        request = Supplement(self._moment(asked, 10))
        course.steps.append(Step(request.asked_at, State.SUPPLEMENT))
        if answered is not None:
            request.answered_at = self._moment(answered, 11)
            request.due_after = None if due is None else self.month.due(due)
            course.steps.append(Step(request.answered_at, State.PROCESSING))
        course.supplements.append(request)

    # --- judged on time -------------------------------------------------------------------------

    def early(self, carried: bool) -> Course:
        """Finished before the due date."""
        finish = self.rng.randrange(0 if carried else 1, self.month.length)
        start = self._received(carried, finish - 1)
        return self._finish(self._start(start, self.month.due(finish + self.rng.randrange(1, 7))), finish, 14)

    def on_due_day(self, carried: bool) -> Course:
        """Finished on the due day, in office hours."""
        finish = self.rng.randrange(0 if carried else 1, self.month.length)
        start = self._received(carried, finish - 1)
        return self._finish(self._start(start, self.month.due(finish)), finish, 15)

    def evening(self, carried: bool) -> Course:
        """Finished on the due day, hours after the appointment: dates count, not times."""
        finish = self.rng.randrange(0 if carried else 1, self.month.length)
        start = self._received(carried, finish - 1)
        return self._finish(self._start(start, self.month.due(finish)), finish, 20)

    def open_within(self, carried: bool) -> Course:
        """Open at the month's end, due later; some end late afterwards, which is not this month's."""
        start = self._received(carried, self.month.length - 1)
        due = self.month.length + self.rng.randrange(1, 9)
        course = self._start(start, self.month.due(due))
        finish = due + self.rng.choice((-1, 0, 0, 2, 40))
        return self._finish(course, finish) if finish < self.month.end else course

    def due_on_last_day(self, carried: bool) -> Course:
        """Open at the month's end and due on its last day."""
        start = self._received(carried, self.month.length - 4)
        course = self._start(start, at(self.month.last, 17))
        return self._finish(course, self.month.length + self.rng.randrange(0, 4))

    def credited(self, carried: bool) -> Course:
        """The wait for papers, taken off the finish, brings it before the due date."""
        due = self._middle(carried)
        wait = self.rng.randrange(4, 6)
        course = self._start(self._received(carried, due - 3), self.month.due(due))
        self._ask(course, due - 2, due - 2 + wait, None)
        return self._finish(course, due - 2 + wait, 16)

    def re_dated_by_supplement(self, carried: bool) -> Course:
        """The answer set a new due date, and that one was kept."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 3), self.month.due(due))
        self._ask(course, due - 2, due, due + 4)
        return self._finish(course, due + 3, 15)

    def waiting(self, carried: bool) -> Course:
        """Asked once, before the due date, and not answered by the month's end."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        if self.rng.random() < 0.5:
            self._ask(course, due - 1, None, None)
            return course
        answered = self.month.length + self.rng.randrange(0, 5)
        self._ask(course, due - 1, answered, answered + 5)
        return self._finish(course, answered + 3)

    def withdrawn(self, carried: bool) -> Course:
        """Withdrawn in time; judged as open it would be overdue."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        return self._close(course, due - 1, State.WITHDRAWN)

    def stopped(self, carried: bool) -> Course:
        """Stopped in time."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        return self._close(course, due - 1, State.STOPPED)

    def refused(self, carried: bool) -> Course:
        """Refused after it had been accepted, in time."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        return self._close(course, due - 1, State.NOT_ACCEPTED)

    def registered(self, carried: bool) -> Course:
        """Still 'registered' by its status, but with a receipt: it is in hand."""
        start = self._received(carried, self.month.length - 1)
        course = self._start(start, self.month.due(self.month.length + 45))
        course.steps.clear()
        return course

    def financial_duty(self, carried: bool) -> Course:
        """Waiting for the applicant's payment, due after the month."""
        start = self._received(carried, self.month.length - 3)
        course = self._start(start, self.month.due(self.month.length + 45))
        course.steps.append(Step(self._moment(max(start + 1, 0)), State.FINANCIAL_DUTY))
        return course

    def no_due_date(self, carried: bool) -> Course:
        """No appointment known: the procedure's limit decides."""
        start = -1 if carried else self._received(carried, self.month.length - 2)
        return self._finish(self._start(start, None), start + 1)

    def asked_before_receipt(self, carried: bool) -> Course:
        """Two requests, but one came before the receipt and does not count."""
        due = self._middle(carried)
        start = self._received(carried, due - 4)
        course = self._start(start, self.month.due(due))
        course.early_request = True
        self._ask(course, due - 3, due - 2, None)
        return self._finish(course, due - 1)

    def resumed(self, carried: bool) -> Course:
        """Stopped before the month, taken up again in it, finished in time."""
        if not carried:
            return self.early(carried)
        finish = self.rng.randrange(2, self.month.length)
        course = self._start(-8, self.month.due(finish + 1))
        course.steps.append(Step(self._moment(-3), State.STOPPED))
        course.steps.append(Step(self._moment(1), State.PROCESSING))
        return self._finish(course, finish)

    def needless_apology(self, carried: bool) -> Course:
        """A letter of apology, and yet finished by the first due date."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 3), self.month.due(due))
        course.redatings.append(Redating(self._moment(due - 2), self.month.due(due + 5)))
        return self._finish(course, due - 1)

    def first_instant(self, carried: bool) -> Course:
        """Received in the month's first instant."""
        if carried:
            return self.early(carried)
        return self._received_at(at(self.month.first, 0), 1)

    def last_instant(self, carried: bool) -> Course:
        """Received in the month's last second."""
        if carried:
            return self.early(carried)
        return self._received_at(at(self.month.last, 23, 59, 59), self.month.length + 1)

    def _received_at(self, received: datetime, finish: int) -> Course:
        course = Course(received, self.month.due(finish + 4), [Step(received, State.ACCEPTED)])
        return self._finish(course, finish)

    # --- judged late ----------------------------------------------------------------------------

    def finished_late(self, carried: bool) -> Course:
        """Finished in the month, after the due date."""
        finish = self.rng.randrange(0 if carried else 3, self.month.length)
        due = self.rng.randrange(-12, finish) if carried else self.rng.randrange(1, finish)
        start = self._received_before(carried, due)
        return self._finish(self._start(start, self.month.due(due)), finish)

    def open_past_due(self, carried: bool) -> Course:
        """Open at the month's end with the due date behind it."""
        due = self.rng.randrange(-15, 5) if carried else self._middle(carried)
        start = self._received_before(carried, due)
        course = self._start(start, self.month.due(due))
        finish = self.month.length + self.rng.randrange(0, 30)
        return self._finish(course, finish) if finish < self.month.end else course

    def asked_twice(self, carried: bool) -> Course:
        """A second request after the receipt, though finished before the due date."""
        due = self._middle(carried)
        start = self._received(carried, due - 6)
        course = self._start(start, self.month.due(due))
        self._ask(course, due - 5, due - 4, None)
        self._ask(course, due - 3, due - 2, None)
        return self._finish(course, max(due - 1, 0), 16)

    def credited_twice(self, carried: bool) -> Course:
        """Late although the wait is taken off; taken off twice, it would be on time."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 3), self.month.due(due))
        self._ask(course, due - 1, due + 2, None)
        return self._finish(course, due + 4)

    def late_after_new_due(self, carried: bool) -> Course:
        """The answer set a new due date, which was missed; with the wait taken off too, it was not."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 4), self.month.due(due))
        self._ask(course, due - 3, due, due + 2)
        return self._finish(course, due + 4)

    def asked_after_due(self, carried: bool) -> Course:
        """The request came after the due date, so neither its wait nor its new date counts."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        self._ask(course, due + 1, due + 3, due + 8)
        return self._finish(course, due + 3, 16)

    def excused(self, carried: bool) -> Course:
        """A letter of apology set a later date, which was kept; the first due date was not."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        asked = due + self.rng.choice((-1, 1))
        course.redatings.append(Redating(self._moment(asked), self.month.due(due + 5)))
        return self._finish(course, due + 3)

    def withdrawn_late(self, carried: bool) -> Course:
        """Withdrawn after the due date."""
        due = self._middle(carried)
        course = self._start(self._received(carried, due - 2), self.month.due(due))
        return self._close(course, due + 2, State.WITHDRAWN)


Kind = Callable[[Maker, bool], Course]
ON_TIME_FIRST: tuple[Kind, ...] = (
    Maker.evening,
    Maker.credited,
    Maker.waiting,
    Maker.withdrawn,
    Maker.re_dated_by_supplement,
    Maker.due_on_last_day,
    Maker.stopped,
    Maker.registered,
    Maker.asked_before_receipt,
    Maker.no_due_date,
    Maker.refused,
    Maker.resumed,
    Maker.financial_duty,
    Maker.needless_apology,
    Maker.open_within,
    Maker.on_due_day,
    Maker.first_instant,
    Maker.last_instant,
)
ON_TIME_THEN: tuple[Kind, ...] = (
    *(Maker.early,) * 22,
    *(Maker.on_due_day,) * 4,
    *(Maker.open_within,) * 9,
    *ON_TIME_FIRST[:5],
)
LATE_FIRST: tuple[Kind, ...] = (
    Maker.asked_twice,
    Maker.excused,
    Maker.credited_twice,
    Maker.late_after_new_due,
    Maker.asked_after_due,
    Maker.withdrawn_late,
    Maker.finished_late,
    Maker.open_past_due,
)
LATE_THEN: tuple[Kind, ...] = (
    *(Maker.finished_late,) * 14,
    *(Maker.open_past_due,) * 10,
    *LATE_FIRST[:5],
)
