"""How one dossier of the seeded province goes: days are drawn, rules are only followed.

Nothing here judges. Whatever the draw gives is written down as steps, requests and new dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from portal_simulator.calendar import at, due_on, is_working_day, shift
from portal_simulator.records import Procedure, Redating, State, Step, Supplement


@dataclass(slots=True)
class Habits:
    """How well an agency works."""

    lateness: float  # share of dossiers finished after their day
    requests: float  # share with a request for more papers
    digital: float  # how far papers, results and payments are electronic, 0 to 1


@dataclass(slots=True)
class Course:
    """The course of a dossier from its receipt on."""

    due: datetime | None
    steps: list[Step]
    supplements: list[Supplement] = field(default_factory=list)
    redatings: list[Redating] = field(default_factory=list)
    ready_at: datetime | None = None
    closed_at: datetime | None = None  # withdrawn, stopped for good or refused: nothing follows


class Draw:
    """Draws courses; deterministic for its random numbers."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def _office(self, day: date, after: datetime) -> datetime:
        """A moment in office hours of a working day, but after another moment."""
        moment = at(shift(day, 0), self._rng.choice((8, 9, 10, 14, 15, 16)), self._rng.randrange(60))
        return max(moment, after + timedelta(minutes=self._rng.randrange(3, 25)))

    def _last(self, course: Course) -> datetime:
        return course.steps[-1].at

    def course(self, received: datetime, procedure: Procedure, habits: Habits) -> Course:
        """One course."""
        rng = self._rng
        limit = procedure.time_limit
        due_day = due_on(received, 10 if limit is None else limit, procedure.time_limit_unit)
        due = at(due_day, 17)
        is_without = limit is None or rng.random() < 0.006
        course = Course(
            due=None if is_without and rng.random() < 0.15 else due,
            steps=[Step(received, State.ACCEPTED)],
        )
        if limit == 0:
            self._at_once(course, due_day, habits)
            return course
        course.steps.append(Step(received + timedelta(minutes=rng.randrange(4, 90)), State.PROCESSING))
        kind = rng.random()
        if rng.random() < habits.requests:
            due_day = self._requests(course, received, due_day, procedure)
        if procedure.fee and rng.random() < 0.06:
            self._financial_duty(course, due_day)
        if course.steps[-1].state is State.SUPPLEMENT:
            if kind < 0.25:
                self._close(course, shift(self._last(course).date(), rng.randrange(5, 40)), State.STOPPED)
            return course
        if kind < 0.02:
            self._close(course, self._some_day(received, due_day), State.WITHDRAWN)
        elif kind < 0.04:
            self._close(course, self._some_day(received, due_day, 6), State.NOT_ACCEPTED)
        elif kind < 0.055:
            self._stop(course, received, due_day, habits)
        elif kind > 0.985:
            pass  # forgotten: never finished
        else:
            self._finish(course, self._finishing_day(received, due_day, habits), due_day)
        return course

    def _some_day(self, received: datetime, due: date, late: int = 2) -> date:
        span = max((due - received.date()).days + late, 1)
        return received.date() + timedelta(days=self._rng.randrange(0, span))

    def _finishing_day(self, received: datetime, due: date, habits: Habits) -> date:
        rng = self._rng
        draw = rng.random()
        if draw < habits.lateness:
            return shift(due, rng.choice((1, 1, 1, 2, 2, 3, 5, 8, 13, 21)))
        if draw > 0.8:
            return due
        return self._some_day(received, due, 0)

    def _at_once(self, course: Course, due: date, habits: Habits) -> None:
        """No receipt slip: result and hand-over together, mostly on the same day."""
        received = self._last(course)
        is_late = self._rng.random() < habits.lateness / 2
        day = shift(due, 1) if is_late else due
        ready = received + timedelta(minutes=self._rng.randrange(10, 60))
        if ready.date() < day:
            ready = self._office(day, received)
        if self._rng.random() < 0.5:
            course.steps.append(Step(ready, State.RESULT_READY))
        course.steps.append(Step(ready + timedelta(minutes=4), State.DELIVERED))
        course.ready_at = ready
        if self._rng.random() < 0.012:
            course.due = None

    def _requests(self, course: Course, received: datetime, due: date, procedure: Procedure) -> date:
        """One request for papers or two; the answer may set a new due date, which is returned."""
        rng = self._rng
        is_tardy = rng.random() < 0.08
        asked_on = shift(due, 1) if is_tardy else self._some_day(received, due, 0)
        for number in range(2 if rng.random() < 0.12 else 1):
            asked = self._office(asked_on, self._last(course))
            request = Supplement(asked)
            course.supplements.append(request)
            course.steps.append(Step(asked, State.SUPPLEMENT))
            if rng.random() < 0.12:
                return due
            answered = self._office(shift(asked.date(), rng.choice((1, 2, 3, 5, 6, 10))), asked)
            request.answered_at = answered
            course.steps.append(Step(answered, State.PROCESSING))
            if rng.random() < 0.55 and number == 0 and course.due is not None:
                due = self._moved_due(due, asked.date(), answered.date())
                request.due_after = at(due, 17)
            asked_on = shift(answered.date(), rng.randrange(0, 3))
        return due

    def _moved_due(self, due: date, asked: date, answered: date) -> date:
        waited = sum(is_working_day(asked + timedelta(days=n)) for n in range(1, (answered - asked).days + 1))
        return shift(max(due, asked), max(waited, 1))

    def _financial_duty(self, course: Course, due: date) -> None:
        if course.steps[-1].state is State.SUPPLEMENT:
            return
        asked = self._office(self._some_day(self._last(course), due, 0), self._last(course))
        paid = self._office(shift(asked.date(), self._rng.choice((1, 2, 4))), asked)
        course.steps += [Step(asked, State.FINANCIAL_DUTY), Step(paid, State.PROCESSING)]

    def _close(self, course: Course, day: date, state: State) -> None:
        moment = self._office(day, self._last(course))
        course.steps.append(Step(moment, state))
        course.closed_at = moment

    def _stop(self, course: Course, received: datetime, due: date, habits: Habits) -> None:
        """Stopped, and sometimes taken up again, often in a later month."""
        self._close(course, self._some_day(received, due), State.STOPPED)
        if self._rng.random() < 0.5:
            again = self._office(shift(self._last(course).date(), self._rng.randrange(3, 25)), self._last(course))
            course.closed_at = None
            course.steps.append(Step(again, State.PROCESSING))
            self._finish(course, shift(again.date(), self._rng.randrange(1, 8)), due)

    def _finish(self, course: Course, day: date, due: date) -> None:
        rng = self._rng
        if rng.random() < 0.3:  # another office took part
            middle = self._office(self._last(course).date(), self._last(course))
            if middle.date() <= day:
                course.steps.append(Step(middle, State.PROCESSING))
        ready = self._office(day, self._last(course))
        if rng.random() < 0.06 and ready.hour < 18:
            ready = ready.replace(hour=18 + rng.randrange(4))  # after hours, by the same date
        was_stopped = any(step.state is State.STOPPED for step in course.steps)
        if ready.date() > due and course.due and not was_stopped and rng.random() < 0.35:
            self._apologise(course, due, ready)
        course.ready_at = ready
        if rng.random() < 0.03:
            course.steps.append(Step(ready, State.DELIVERED))
            return
        course.steps.append(Step(ready, State.RESULT_READY))
        if rng.random() < 0.88:
            handed_over = self._office(shift(ready.date(), rng.choice((0, 0, 0, 1, 2, 4))), ready)
            course.steps.append(Step(handed_over, State.DELIVERED))

    def _apologise(self, course: Course, due: date, ready: datetime) -> None:
        """A letter of apology before or after the due date, now and then a second one."""
        rng = self._rng
        moment = self._office(shift(due, rng.choice((-1, 0, 1, 1))), course.steps[0].at)
        if moment >= ready:
            return
        new_due = shift(due, rng.choice((3, 5, 10)))
        course.redatings.append(Redating(moment, at(new_due, 17)))
        if ready.date() > new_due and rng.random() < 0.4:
            again = self._office(new_due, moment)
            if again < ready:
                course.redatings.append(Redating(again, at(shift(new_due, 5), 17)))
