"""One agency's dossiers in hand: their courses, procedures, and how they were filed.

The order matters: courses give who is carried over and who is on time; fees decide the procedure of
the fee-bearing ones; the procedure then decides whether a dossier may have been filed online in the
month, because only some services have such filings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, cycle
from random import Random

from portal_simulator.calendar import at
from portal_simulator.figures.cases import (
    LATE_FIRST,
    LATE_THEN,
    ON_TIME_FIRST,
    ON_TIME_THEN,
    Kind,
    Maker,
)
from portal_simulator.figures.month import Course, Month
from portal_simulator.figures.pools import AgencySets
from portal_simulator.figures.targets import Targets
from portal_simulator.people import person
from portal_simulator.records import Dossier, Person, Procedure, State, Step

_PEOPLE = 4000
_UNLISTED_FEE = 30_000
_SMALL_AGENCY = 60  # here the online share by receipt is kept below one half
ONLINE, DIRECT, POSTAL = 2, 1, 3
_NOT_ONLINE: tuple[int | None, ...] = (DIRECT, POSTAL, None, DIRECT)


@dataclass(slots=True)
class Entry:
    """A dossier in hand in the making."""

    course: Course
    is_carried: bool
    is_on_time: bool
    submitted_at: datetime
    procedure: int = -1
    has_fee: bool = False
    is_paid: bool = False
    channel: int | None = ONLINE


@dataclass(slots=True)
class Desk:
    """What the making of an agency's dossiers needs."""

    unit: Targets
    sets: AgencySets
    procedures: list[Procedure]
    month: Month
    rng: Random
    maker: Maker
    online_share: float | None  # None = any share above one half will do
    prefix: str = ""  # of the dossiers' ids
    serial: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    filings_not_online: int = 0
    filings: int = 0
    used: set[int] = field(default_factory=set)  # services with an online filing so far
    paid_in_month: set[int] = field(default_factory=set)  # procedures with a payment of the month so far
    charged: set[int] = field(default_factory=set)  # procedures with a fee dossier of the month so far

    def fee_of(self, procedure: int) -> int:
        """What a dossier of the procedure costs; some cost something that the catalogue does not name."""
        return self.procedures[procedure].fee or _UNLISTED_FEE

    def dossier(self, course: Course, procedure: int, submitted_at: datetime, channel: int | None) -> Dossier:
        """The record of a course; the filing comes first in its steps."""
        self.serial += 1
        prefix = f"{self.unit.code}-{submitted_at:%y%m%d}"
        number = self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        if not self.people:
            start = sum(map(ord, self.unit.code)) * 37
            self.people = [person((start + 13 * i) % _PEOPLE) for i in range(300)]
            self.prefix = f"{start % 2**16:04x}{hash_of(self.unit.code):08x}"
        if self.month.first <= submitted_at.date() < self.month.next_first:
            self.filings += 1
            if channel != ONLINE:
                self.filings_not_online += 1
            else:
                self.used.add(procedure)
        return Dossier(
            dossier_id=f"{self.prefix}{self.serial:012x}",
            code=f"{prefix}-{number:04d}",
            agency_code=self.unit.code,
            procedure_code=self.procedures[procedure].code,
            channel=channel,
            submitted_at=submitted_at,
            received_at=course.received,
            due_at=course.due,
            steps=[Step(submitted_at, State.REGISTERED), *course.steps],
            applicant=self.people[self.serial % len(self.people)],
            supplements=course.supplements,
            redatings=course.redatings,
        )


def hash_of(text: str) -> int:
    """A number of 32 bits that depends on the text alone."""
    number = 2166136261
    for char in text:
        number = (number ^ ord(char)) * 16777619 % 2**32
    return number


def in_hand(desk: Desk) -> list[tuple[Entry, Dossier]]:
    """The agency's dossiers in hand in the month."""
    entries = _courses(desk)
    _fees(desk, entries)
    _procedures(desk, entries)
    _filings(desk, entries)
    made = []
    for entry in entries:
        dossier = desk.dossier(entry.course, entry.procedure, entry.submitted_at, entry.channel)
        made.append((entry, dossier))
    return made


def _courses(desk: Desk) -> list[Entry]:
    unit, rng = desk.unit, desk.rng
    carried = unit.base - unit.received
    on_time_carried = unit.on_time * carried // unit.base if unit.base else 0
    on_time_carried = min(max(on_time_carried, unit.on_time - unit.received), carried)
    late_carried = carried - on_time_carried
    plan = [(True, True)] * on_time_carried + [(True, False)] * late_carried
    plan += [(False, True)] * (unit.on_time - on_time_carried)
    plan += [(False, False)] * (unit.base - len(plan))
    rng.shuffle(plan)
    kinds: dict[bool, Iterator[Kind]] = {
        True: chain(ON_TIME_FIRST, cycle(ON_TIME_THEN)),
        False: chain(LATE_FIRST, cycle(LATE_THEN)),
    }
    entries = []
    for is_carried, on_time in plan:
        course = next(kinds[on_time])(desk.maker, is_carried)
        entries.append(Entry(course, is_carried, on_time, course.received))
    return entries


def _fees(desk: Desk, entries: list[Entry]) -> None:
    """Choose the dossiers with a fee, and those of them paid online by the month's end."""
    unit = desk.unit
    chosen = desk.rng.sample(entries, unit.fee_dossiers)
    for entry in chosen:
        entry.has_fee = True
    for entry in chosen[: unit.paid]:
        entry.is_paid = True


def _procedures(desk: Desk, entries: list[Entry]) -> None:
    sets = desk.sets
    used = set(sets.used)
    fees = set(sets.fee)
    verified_fees = [number for number in sets.verified if number in fees]
    unlisted = sets.offline[:1]  # bears no fee in the catalogue, so its dossiers may have one in any month
    kept = _kept_for_a_filing(desk)
    moving = [number for number in dict.fromkeys([*sets.paid, *sets.charged]) if number != kept]
    new_paid = [number for number in sets.paid if number in moving] or moving or unlisted
    new_due = [number for number in moving if number in used] or moving or unlisted
    old_paid = sets.paid or sets.fee or unlisted
    old_due = [*sets.fee, *(number for number in sets.paid if number not in fees)] or unlisted
    idle = sets.idle[:1]  # here with a fee of zero
    plain = [number for number in sets.used if number not in fees] or sets.offline
    verified = [number for number in sets.verified if number not in fees]
    rest = [number for number in sets.citizen if number not in fees] or sets.offline
    turns = dict.fromkeys(("paid", "old_paid", "due", "old_due", "plain", "old_plain"), 0)

    def turn(name: str, choices: list[int]) -> int:
        turns[name] += 1
        return choices[(turns[name] - 1) % len(choices)]

    uncovered_fees, uncovered = list(verified_fees), list(verified)
    # stray procedures (no online filing in the month) go to dossiers carried over, where there are any
    for entry in sorted(entries, key=lambda entry: not entry.is_carried):
        if entry.has_fee:
            choices = new_paid if entry.is_paid else [*new_due, *moving]
            if entry.is_carried:
                choices = old_paid if entry.is_paid else old_due
            if uncovered_fees and uncovered_fees[-1] in choices:
                entry.procedure = uncovered_fees.pop()
            elif entry.is_carried:
                entry.procedure = turn("old_paid" if entry.is_paid else "old_due", choices)
            else:
                entry.procedure = turn("paid" if entry.is_paid else "due", choices)
            if not entry.is_carried:
                desk.charged.add(entry.procedure)
        elif uncovered:
            stray = next((i for i, number in enumerate(uncovered) if number not in used), 0)
            entry.procedure = uncovered.pop(stray)
        elif entry.is_carried:
            entry.procedure = turn("old_plain", [*plain, *rest[:20], *sets.fee[:1]])
        else:
            zero_fees = [number for number in sets.fee if number in used][:2]
            entry.procedure = turn("plain", [*idle, *plain, *zero_fees, *sets.offline[:1]])


def _kept_for_a_filing(desk: Desk) -> int | None:
    """The fee-bearing procedure whose only fee dossier of the month is a filing never accepted."""
    can_be_filed = desk.unit.online.filed is None and desk.unit.base > 0
    return desk.sets.charged[-1] if can_be_filed and len(desk.sets.charged) > 1 else None


def _filings(desk: Desk, entries: list[Entry]) -> None:
    """When and how each dossier was filed, so that 3.2 and 3.3 hold."""
    unit, sets, rng, month = desk.unit, desk.sets, desk.rng, desk.month
    may_be_online = set(sets.used) | set(sets.offline)
    if not unit.online.services:
        may_be_online |= {*sets.fee, *sets.citizen}
    new = [entry for entry in entries if not entry.is_carried]
    target = unit.online.filed
    not_online = target[1] - target[0] if target else _free_share(desk, len(new))
    earlier = max(len(new) // 100, len(new) - target[1] if target else 0)
    is_tight = target is not None and earlier > len(new) // 100
    must_pay_before = not sets.paid
    new.sort(key=lambda entry: entry.procedure in may_be_online)
    for entry in new:
        received = entry.course.received
        moved = earlier > 0 and (is_tight or received.date() <= month.day(12))
        stray = entry.procedure not in may_be_online
        if entry.is_paid and must_pay_before:
            moved = True
        if stray and not_online and not moved:
            entry.channel = _NOT_ONLINE[not_online % 4]
            not_online -= 1
        elif moved or stray:
            earlier -= 1
            entry.submitted_at = at(month.day(-1), 8 + earlier % 9, rng.randrange(60))
            continue
        elif not_online > 0:
            entry.channel = _NOT_ONLINE[not_online % 4]
            not_online -= 1
        start = at(month.first, 0)
        filed = received - timedelta(minutes=rng.randrange(10, 300))
        entry.submitted_at = max(filed, start) if received > start else received
    for entry in entries:
        if entry.is_carried:
            entry.channel = rng.choice((ONLINE, ONLINE, ONLINE, DIRECT, POSTAL, None))
            entry.submitted_at = entry.course.received - timedelta(minutes=rng.randrange(10, 900))
        if entry.course.early_request:
            _ask_before_receipt(entry)


def _free_share(desk: Desk, new: int) -> int:
    """How many filings of the month were not online, where no figure says it."""
    if not desk.unit.online.services:
        return new
    if desk.online_share is None or new <= _SMALL_AGENCY:
        return min(new, new // 2 + 1 + new // 20)
    return max(1, int(new * (1 - desk.online_share)))


def _ask_before_receipt(entry: Entry) -> None:
    """A request for papers between filing and receipt, answered before the receipt."""
    course = entry.course
    gap = (course.received - entry.submitted_at) / 3
    asked, answered = entry.submitted_at + gap, entry.submitted_at + 2 * gap
    asked, answered = asked.replace(microsecond=0), answered.replace(microsecond=0)
    request = type(course.supplements[0])(asked, answered)
    course.supplements.insert(0, request)
    course.steps.insert(0, Step(asked, State.SUPPLEMENT))
    course.steps.insert(1, Step(answered, State.REGISTERED))
