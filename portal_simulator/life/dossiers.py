"""The dossiers of the seeded province, filed day by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from portal_simulator.calendar import at, is_working_day, shift
from portal_simulator.life.catalogue import Applied
from portal_simulator.life.courses import Course, Draw, Habits
from portal_simulator.people import person
from portal_simulator.records import (
    Component,
    Dossier,
    FeeLine,
    Payment,
    Procedure,
    Rating,
    ResultFile,
    State,
    Step,
)

_PEOPLE = 6000
_VERDICTS = ("RẤT HÀI LÒNG", "HÀI LÒNG", "HÀI LÒNG", "KHÔNG HÀI LÒNG")
_UNLISTED_FEE, _UNLISTED_FEE_EVERY = 30_000, 29  # đồng; dossiers with a fee that the catalogue does not name
ONLINE = 2


@dataclass(slots=True)
class Agent:
    """An agency at work: how much comes in, and how it copes."""

    applied: Applied
    weight: float
    habits: Habits


class Registry:
    """Takes in dossiers and keeps their numbers."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._draw = Draw(rng)
        self._numbers: Counter[str] = Counter()
        self.dossiers: list[Dossier] = []

    def take_in(self, agent: Agent, day: date, receiving: str | None) -> None:
        """One filing of the day at an agency."""
        rng = self._rng
        procedures = agent.applied.procedures
        procedure = procedures[min(int(rng.expovariate(9 / len(procedures))), len(procedures) - 1)]
        channel = self._channel(day)
        submitted = self._submitted(day, channel, procedure)
        fate = rng.random()
        counter = self._received(submitted, channel)
        received: datetime | None = counter
        course: Course | None = None
        steps = [Step(submitted, State.REGISTERED)]
        if fate < 0.012:  # nobody took it up
            received = None
        elif fate < 0.03:  # refused at the counter: mostly without a receipt
            steps.append(Step(counter, State.NOT_ACCEPTED))
            received = counter if fate < 0.018 else None
        else:
            course = self._draw.course(counter, procedure, agent.habits)
            steps += course.steps
        dossier = self._dossier(agent, day, procedure, channel, submitted, received, course, steps)
        dossier.receiving_agency_code = receiving
        self._papers(dossier, course, agent.habits.digital)
        self._money(dossier, procedure, course, agent.habits.digital)
        self._voice(dossier, course)
        if rng.random() < 0.003:
            last = max(step.at for step in dossier.steps)
            dossier.removed_at = last + timedelta(days=rng.randrange(1, 60), minutes=rng.randrange(600))
        self.dossiers.append(dossier)

    def _channel(self, day: date) -> int | None:
        if not is_working_day(day):
            return ONLINE
        return self._rng.choices((ONLINE, 1, 3, None), (66, 28, 4, 2))[0]

    def _submitted(self, day: date, channel: int | None, procedure: Procedure) -> datetime:
        rng = self._rng
        if procedure.time_limit == 0 and rng.random() < 0.35:  # around the cut-off
            return at(day, *rng.choice(((14, 40), (14, 52), (14, 59), (15, 1), (15, 20))), rng.randrange(60))
        hour = rng.randrange(6, 23) if channel == ONLINE else rng.choice((7, 8, 9, 10, 13, 14, 15, 16))
        return at(day, hour, rng.randrange(60), rng.randrange(60))

    def _received(self, submitted: datetime, channel: int | None) -> datetime:
        """Counter filings at once; online ones in the next office hours, now and then on a day off."""
        rng = self._rng
        day = submitted.date()
        if channel != ONLINE or (rng.random() < 0.5 and is_working_day(day) and 7 <= submitted.hour < 16):
            return submitted + timedelta(minutes=rng.randrange(0, 12), seconds=rng.randrange(60))
        if rng.random() < 0.04 and submitted.hour < 20:
            return submitted + timedelta(minutes=rng.randrange(5, 90))  # also at the weekend
        if not is_working_day(day) or submitted.hour >= 15 or rng.random() < 0.1:
            day = shift(day, 1)
        moment = at(day, rng.choice((8, 9, 14)), rng.randrange(60), rng.randrange(60))
        return max(moment, submitted + timedelta(minutes=rng.randrange(2, 40)))

    def _dossier(
        self,
        agent: Agent,
        day: date,
        procedure: Procedure,
        channel: int | None,
        submitted: datetime,
        received: datetime | None,
        course: Course | None,
        steps: list[Step],
    ) -> Dossier:
        code = f"{agent.applied.agency.code}-{day:%y%m%d}"
        self._numbers[code] += 1
        serial = len(self.dossiers) + 1
        return Dossier(
            dossier_id=f"62{serial * 2654435761 % 2**32:08x}{serial:014x}",
            code=f"{code}-{self._numbers[code]:04d}",
            agency_code=agent.applied.agency.code,
            procedure_code=procedure.code,
            channel=channel,
            submitted_at=submitted,
            received_at=received,
            due_at=course.due if course else None,
            steps=steps,
            applicant=person(self._rng.randrange(_PEOPLE)),
            supplements=course.supplements if course else [],
            redatings=course.redatings if course else [],
        )

    def _papers(self, dossier: Dossier, course: Course | None, digital: float) -> None:
        rng = self._rng
        dossier.components = [
            Component(rng.random() < 0.7 * digital, rng.random() < 0.5 * digital**3, rng.random() < 0.3 * digital**6)
            for _ in range(rng.randrange(1, 4))
        ]
        is_online = dossier.channel == ONLINE
        dossier.is_vneid_verified = rng.random() < digital * (0.9 if is_online else 0.2)
        dossier.uses_population_database = rng.random() < 0.25
        dossier.has_reuse_flag = rng.random() < 0.05
        dossier.note = f"Liên hệ {dossier.applicant.phone}" if rng.random() < 0.05 else ""
        if course and course.ready_at and rng.random() < 0.4 + 0.6 * digital:
            dossier.results.append(ResultFile(course.ready_at, rng.random() < 0.93, rng.random() < 0.03))

    def _money(self, dossier: Dossier, procedure: Procedure, course: Course | None, digital: float) -> None:
        rng = self._rng
        fee = procedure.fee or (_UNLISTED_FEE if len(self.dossiers) % _UNLISTED_FEE_EVERY == 4 else 0)
        if not fee:
            return
        is_exempt = rng.random() < 0.1
        dossier.fee_lines = [FeeLine(0 if is_exempt else fee, rng.choice((1, 1, 1, 2)))]
        if rng.random() < 0.2:
            dossier.fee_lines.append(FeeLine(0, 1, False))
        if is_exempt or course is None or dossier.received_at is None:
            return  # what was never taken on is never paid, but may bear a fee
        amount = sum(line.amount * line.quantity for line in dossier.fee_lines)
        asked = dossier.received_at + timedelta(minutes=1)
        paid = asked + timedelta(minutes=rng.randrange(1, 6))
        stands_open = any(step.state is State.STOPPED for step in course.steps)
        if course.closed_at is None and not stands_open and course.ready_at and rng.random() < 0.4:
            paid = max(paid, course.ready_at - timedelta(minutes=rng.randrange(1, 300)))
        if course.closed_at is not None:
            paid = min(paid, course.closed_at)
        self._pay(dossier, amount, asked, paid, digital)

    def _pay(self, dossier: Dossier, amount: int, asked: datetime, paid: datetime, digital: float) -> None:
        rng = self._rng
        code = f"{dossier.code}-{asked:%Y%m%d%H%M%S}"
        kind = rng.random() ** (0.4 + digital)  # small values are online payments
        if kind < 0.68:
            gateway = rng.choice(("cong-quoc-gia", "cong-tinh", "cong-tinh"))
            if rng.random() < 0.06:
                retry = f"{dossier.code}-{asked + timedelta(seconds=30):%Y%m%d%H%M%S}"
                dossier.payments.append(Payment(retry, amount, "truc-tuyen", asked, asked, gateway, failed=True))
            dossier.payments.append(Payment(code, amount, "truc-tuyen", asked, paid, gateway))
            dossier.paid_flag = "1" if gateway == "cong-quoc-gia" else "2"
        elif kind < 0.84:
            dossier.payments.append(Payment(code, amount, "tien-mat", asked, paid))
            dossier.paid_flag = "1" if rng.random() < 0.5 else "0"
        elif kind < 0.88:
            dossier.payments.append(Payment(code, amount, "chuyen-khoan", asked, paid))
            dossier.paid_flag = "3"
        elif kind < 0.94:
            dossier.payments.append(Payment(code, amount, "truc-tuyen", asked, None, "cong-tinh"))
            dossier.paid_flag = "3"

    def _voice(self, dossier: Dossier, course: Course | None) -> None:
        rng = self._rng
        if course is None or course.ready_at is None or rng.random() > 0.16:
            return
        last = max(step.at for step in dossier.steps)
        key = dossier.dossier_id
        for number in range(2 if rng.random() < 0.05 else 1):
            moment = last + timedelta(days=rng.randrange(0, 12), minutes=rng.randrange(5, 500))
            rating_id = f"{key[:8]}-{key[8:12]}-4{number:03d}-8000-{key[12:]}"
            comment = f"Tôi là {dossier.applicant.full_name}" if rng.random() < 0.1 else ""
            dossier.ratings.append(Rating(rating_id, moment, rng.choice(_VERDICTS), comment))
