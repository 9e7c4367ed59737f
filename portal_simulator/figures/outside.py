"""Records that do not count in the month, beside an agency's dossiers in hand.

Dossiers that ended just before it, were received just after it, or were filed and never accepted: a
wrong reading of the period counts them. Filings never accepted also bring 3.2 and 3.3 to their counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal_simulator.calendar import at
from portal_simulator.figures.children import UNSATISFIED, pay
from portal_simulator.figures.dossiers import DIRECT, ONLINE, POSTAL, Desk
from portal_simulator.figures.file import Contradiction
from portal_simulator.figures.month import Course
from portal_simulator.records import Component, Dossier, FeeLine, Rating, ResultFile, State, Step


def outside(desk: Desk) -> list[Dossier]:
    """The agency's records outside the base of the month."""
    made = _ended_before(desk)
    made += _payers(desk)
    made += _received_after(desk)
    made += _never_accepted(desk)
    return made


def _old(desk: Desk, ending: list[Step], turn: int, procedure: int | None = None) -> Dossier:
    """A dossier of the month before, late and badly rated, with the given ending."""
    month = desk.month
    received = at(month.day(-12), 9, turn % 60)
    course = Course(received, at(month.day(-4), 17), [Step(received, State.ACCEPTED), *ending])
    choices = [*desk.sets.citizen, *desk.sets.offline]
    number = choices[turn % len(choices)] if procedure is None else procedure
    dossier = desk.dossier(course, number, received - timedelta(hours=1), ONLINE)
    if number in desk.sets.fee or number in desk.sets.paid:
        dossier.fee_lines.append(FeeLine(desk.fee_of(number)))
    dossier.is_vneid_verified = True
    dossier.has_reuse_flag = True
    dossier.components.append(Component(is_digitised=True))
    if ending[-1].state in (State.RESULT_READY, State.DELIVERED):
        dossier.results.append(ResultFile(ending[0].at))
        key = dossier.dossier_id
        rated = ending[0].at + timedelta(minutes=30)
        rating_id = f"{key[:8]}-{key[8:12]}-4000-8000-{key[12:]}"
        dossier.ratings.append(Rating(rating_id, rated, UNSATISFIED))
    return dossier


def _ended_before(desk: Desk) -> list[Dossier]:
    month = desk.month
    start = at(month.first, 0)
    last = at(month.day(-1), 16, 30)
    endings = [
        [Step(start - timedelta(seconds=1), State.RESULT_READY)],
        [Step(last, State.RESULT_READY), Step(at(month.day(1), 9), State.DELIVERED)],
        [Step(last, State.WITHDRAWN)],
        [Step(last, State.STOPPED)],
        [Step(last, State.PROCESSING), Step(last + timedelta(minutes=5), State.NOT_ACCEPTED)],
        [Step(last, State.DELIVERED)],
    ]
    if not desk.unit.base:
        return [_old(desk, endings[0], 0)]
    more = min(desk.unit.base // 500, 5)
    idle = desk.sets.idle[:1]  # its fee was due before the month
    return [
        *(_old(desk, endings[turn % 6], turn) for turn in range(6 + more)),
        *(_old(desk, endings[0], turn, number) for turn, number in enumerate(idle)),
    ]


def _payers(desk: Desk) -> list[Dossier]:
    """Payments in the month on dossiers already ended, for procedures no other payment covers."""
    month = desk.month
    made = []
    wanted = [number for number in desk.sets.paid if number not in desk.paid_in_month]
    for turn, number in enumerate(wanted):
        ready = at(month.day(-2), 10, turn % 60)
        dossier = _old(desk, [Step(ready, State.RESULT_READY)], turn, number)
        pay(desk, dossier, number, at(month.day(2), 9, turn % 60))
        made.append(dossier)
    return made


def _received_after(desk: Desk) -> list[Dossier]:
    """Received in the first instant of the next month, and a few days later."""
    month = desk.month
    edge = at(month.next_first, 0)
    count = 2 + min(desk.unit.base // 500, 4) if desk.unit.base else 1
    idle = desk.sets.idle
    made = []
    for turn in range(count):
        received = edge if turn % 2 == 0 else at(month.day(month.length + 1 + turn), 8, turn)
        ready = at(month.day(month.length + 2 + turn), 15, turn)
        due = at(month.day(month.length + 1), 17)
        steps = [Step(received, State.ACCEPTED), Step(ready, State.RESULT_READY)]
        course = Course(received, due, steps)
        is_early = desk.unit.online.filed is None and desk.sets.used and turn == 0
        submitted = received - timedelta(hours=5) if is_early else received
        choices = idle if submitted == received and idle else desk.sets.used or desk.sets.offline
        number = choices[turn % len(choices)]
        dossier = desk.dossier(course, number, submitted, ONLINE)
        dossier.fee_lines.append(FeeLine(desk.fee_of(number) if number in idle else 0))
        dossier.results.append(ResultFile(ready))
        dossier.components.append(Component(is_digitised=True))
        made.append(dossier)
    return made


def _never_accepted(desk: Desk) -> list[Dossier]:
    """Filings of the month: registered only, refused without and with a receipt."""
    unit, month = desk.unit, desk.month
    target = unit.online.filed
    uncharged = [number for number in desk.sets.charged if number not in desk.charged]
    by_hand = [number for number in uncharged if number not in desk.sets.used]
    uncovered = [number for number in desk.sets.used if number not in desk.used or number in uncharged]
    if target:
        not_online = target[1] - target[0] - desk.filings_not_online
        online = target[1] - desk.filings - not_online
    else:
        not_online = max(1 if unit.base else 0, len(by_hand))
        behind = 2 * (desk.filings_not_online + not_online) - desk.filings - not_online
        online = max(behind, len(uncovered), 3 + unit.received // 100 if unit.base else 0)
    if online < len(uncovered) or not_online < 0:
        cause = "too few filings for the dossiers received or the services used"
        raise Contradiction(unit.code, "3.3", cause, (unit.code, "3.2"))
    if not_online < len(by_hand):
        cause = f"{len(by_hand)} procedures find no dossier of the month with a fee"
        raise Contradiction(unit.code, "3.5", cause, (unit.code, "3.6"))
    made = []
    choices = desk.sets.used or desk.sets.offline
    for turn in range(online + not_online):
        number = uncovered[turn] if turn < len(uncovered) else choices[turn % len(choices)]
        channel: int | None = ONLINE
        if turn >= online:
            channel = (DIRECT, None, POSTAL)[turn % 3]
            number = by_hand[turn - online] if turn - online < len(by_hand) else number
        day = month.day(turn % month.length)
        submitted = at(day, 8 + turn % 9, turn % 60, turn % 59)
        made.append(_filing(desk, number, submitted, channel, turn))
    return made


def _filing(desk: Desk, number: int, submitted: datetime, channel: int | None, turn: int) -> Dossier:
    decided = submitted + timedelta(hours=2, minutes=turn % 50)
    refusal = [Step(decided, State.NOT_ACCEPTED)]
    course = Course(decided, None, [[], refusal, refusal][turn % 3])
    dossier = desk.dossier(course, number, submitted, channel)
    has_fee = number in desk.sets.charged
    if has_fee:  # 3.5 then counts it by its filing
        dossier.fee_lines.append(FeeLine(desk.fee_of(number)))
    if has_fee or turn % 3 != 2:
        dossier.received_at = None
    dossier.components.append(Component(is_digitised=turn % 2 == 0))
    return dossier
