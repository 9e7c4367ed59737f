"""Fees, payments, papers, results, flags and ratings of an agency's dossiers in hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal_simulator.calendar import at
from portal_simulator.figures.dossiers import Desk, Entry
from portal_simulator.figures.file import Contradiction
from portal_simulator.records import Component, Dossier, FeeLine, Payment, Rating, ResultFile

Pair = tuple[Entry, Dossier]
NATIONAL, PROVINCIAL = "cong-quoc-gia", "cong-tinh"
UNSATISFIED = "KHÔNG HÀI LÒNG"


def complete(desk: Desk, made: list[Pair]) -> list[Dossier]:
    """Add everything that hangs on the dossiers; returns those complained about instead of rated."""
    _payments(desk, made)
    _results(desk, made)
    _flags(desk, made)
    return _ratings(desk, made)


def _latest(entry: Entry, dossier: Dossier, at_: datetime) -> datetime:
    """`at_`, but never after a withdrawal, stop or refusal: nothing is written after those."""
    ended = entry.course.ended
    return min(at_, ended) if entry.course.is_closed and ended is not None else at_


def pay(desk: Desk, dossier: Dossier, procedure: int, paid_at: datetime) -> bool:
    """A successful online payment; false when the month has no online payments for the procedure."""
    if desk.month.first <= paid_at.date() < desk.month.next_first:
        if procedure not in desk.sets.paid:
            return False
        desk.paid_in_month.add(procedure)
    gateway = (NATIONAL, PROVINCIAL)[procedure % 2]  # each procedure through one of the two
    fee = desk.fee_of(procedure)
    dossier.payments.append(
        Payment(_code(dossier, paid_at), fee, "truc-tuyen", paid_at - timedelta(minutes=9), paid_at, gateway)
    )
    dossier.paid_flag = "1" if gateway == NATIONAL else "2"
    return True


def _code(dossier: Dossier, moment: datetime) -> str:
    return f"{dossier.code}-{moment:%Y%m%d%H%M%S}"


def _payments(desk: Desk, made: list[Pair]) -> None:
    month, rng = desk.month, desk.rng
    start, stop = at(month.first, 0), at(month.next_first, 0)
    unpaid = zero = 0
    for entry, dossier in made:
        procedure = desk.procedures[entry.procedure]
        if not entry.has_fee:
            if procedure.fee:
                zero += 1
                dossier.fee_lines = [FeeLine(0)] if zero % 2 else [FeeLine(0), FeeLine(0, 2, False)]
            continue
        dossier.fee_lines = [FeeLine(desk.fee_of(entry.procedure))]
        if rng.random() < 0.2:
            dossier.fee_lines.append(FeeLine(0, 1, False))
        if not entry.is_paid:
            unpaid += 1
            _not_paid(desk, entry, dossier, unpaid)
            continue
        paid_at = dossier.submitted_at + timedelta(minutes=12)
        if entry.procedure in desk.sets.paid and paid_at < start and rng.random() < 0.7:
            latest = min(entry.course.ended or stop, stop - timedelta(hours=1))
            lowest = max(start, entry.course.received)
            paid_at = max(lowest, lowest + (latest - lowest) * 0.6).replace(microsecond=0)
        elif paid_at >= stop:
            paid_at = stop - timedelta(seconds=1)
        if not pay(desk, dossier, entry.procedure, _latest(entry, dossier, paid_at)):
            cause = f"{desk.unit.paid} paid online, but no procedure is paid online in the month (3.5b)"
            raise Contradiction(desk.unit.code, "3.6", cause, (desk.unit.code, "3.5b"))


def _not_paid(desk: Desk, entry: Entry, dossier: Dossier, turn: int) -> None:
    """Cash with the paid flag set, a transfer, a failed or open payment, one after the month, none."""
    fee = desk.fee_of(entry.procedure)
    start = _latest(entry, dossier, entry.course.received + timedelta(minutes=20))
    code = _code(dossier, start)
    kind = turn % 6
    if kind == 1:
        dossier.payments.append(Payment(code, fee, "tien-mat", start, start))
        dossier.paid_flag = "1"
    elif kind == 2 and not entry.course.is_closed:
        paid_at = at(desk.month.next_first, 0) + timedelta(days=turn % 9, hours=9, minutes=turn % 60)
        gateway = (NATIONAL, PROVINCIAL)[turn % 2]
        dossier.payments.append(Payment(code, fee, "truc-tuyen", start, paid_at, gateway))
        dossier.paid_flag = "1" if gateway == NATIONAL else "2"
    elif kind == 3:
        failed = Payment(code, fee, "truc-tuyen", start, start, NATIONAL, failed=True)
        dossier.payments.append(failed)
    elif kind == 4:
        dossier.payments.append(Payment(code, fee, "truc-tuyen", start, None, PROVINCIAL))
        dossier.paid_flag = "3"
    elif kind == 5:
        dossier.payments.append(Payment(code, fee, "chuyen-khoan", start, start))
        dossier.paid_flag = "2"


def _results(desk: Desk, made: list[Pair]) -> None:
    unit, rng = desk.unit, desk.rng
    order = list(made)
    rng.shuffle(order)
    order.sort(key=lambda pair: (pair[0].course.is_closed, not pair[0].course.has_result))
    with_result, without = order[: unit.results], order[unit.results :]
    for entry, dossier in with_result:
        moment = entry.course.ended or entry.course.received + timedelta(hours=1)
        dossier.results.append(ResultFile(moment))
        if rng.random() < 0.05:
            dossier.results.append(ResultFile(moment, has_file=False))
    for turn, (entry, dossier) in enumerate(without):
        dossier.components.append(Component(is_digitised=turn % 4 == 0))
        if turn % 9 == 1 and not entry.course.is_closed:
            dossier.results.append(ResultFile(entry.course.ended or entry.course.received, has_file=False))
    digitised = rng.sample(with_result, unit.digitised)
    for _, dossier in digitised:
        dossier.components.append(Component(is_digitised=True))
    for turn, (_, dossier) in enumerate(with_result):
        if turn % 3 == 0 or not dossier.components:
            dossier.components.append(Component())


def _flags(desk: Desk, made: list[Pair]) -> None:
    unit, rng, sets = desk.unit, desk.rng, desk.sets
    for turn, (_, dossier) in enumerate(rng.sample(made, unit.reused)):
        if turn % 2 or not dossier.components:
            dossier.has_reuse_flag = True
        else:
            dossier.components[0].is_reused = True
    for turn, (_, dossier) in enumerate(rng.sample(made, unit.stored)):
        files = [result for result in dossier.results if result.has_file]
        if turn % 2 and files:
            files[0].in_store = True
        else:
            dossier.components.append(Component(from_store=True))
    uncovered = set(sets.verified)
    allowed = set(sets.verified)
    citizens = set(sets.citizen)
    others = []
    verified = 0
    for entry, dossier in made:
        if entry.procedure in uncovered:
            uncovered.discard(entry.procedure)
            dossier.is_vneid_verified = True
            verified += 1
        else:
            others.append((entry, dossier))
    if uncovered:
        cause = f"{len(uncovered)} procedures found no dossier in hand"
        raise Contradiction(unit.code, "4.5a", cause, (unit.code, "4.5b"))
    for turn, (entry, dossier) in enumerate(rng.sample(others, unit.verified - verified)):
        if turn % 2 and (entry.procedure in allowed or entry.procedure not in citizens):
            dossier.is_vneid_verified = True
        else:
            dossier.uses_population_database = True


def _ratings(desk: Desk, made: list[Pair]) -> list[Dossier]:
    unit, rng, month = desk.unit, desk.rng, desk.month
    serial = 0

    def rate(entry: Entry, dossier: Dossier, verdict: str) -> None:
        nonlocal serial
        serial += 1
        ended = entry.course.ended or entry.course.received
        moment = min(ended + timedelta(hours=2, minutes=serial % 50), month.clock - timedelta(hours=1))
        key = dossier.dossier_id
        rating_id = f"{key[:8]}-{key[8:12]}-4000-8000-{key[12:]}"
        dossier.ratings.append(Rating(rating_id, moment, verdict))

    on_time = [pair for pair in made if pair[0].is_on_time]
    late = [pair for pair in made if not pair[0].is_on_time]
    unsatisfied = rng.sample(on_time, unit.on_time - unit.satisfied)
    chosen = {id(dossier) for _, dossier in unsatisfied}
    complained = [dossier for entry, dossier in unsatisfied if entry.is_carried][:1]
    if len(unsatisfied) < 2:
        complained = []
    for entry, dossier in unsatisfied:
        if not complained or dossier is not complained[0]:
            rate(entry, dossier, UNSATISFIED)
    for entry, dossier in late[:2]:
        rate(entry, dossier, UNSATISFIED)
    for turn, (entry, dossier) in enumerate(on_time):
        if turn % 11 == 0 and id(dossier) not in chosen and entry.course.has_result:
            rate(entry, dossier, ("RẤT HÀI LÒNG", "HÀI LÒNG")[turn % 2])
    return complained
