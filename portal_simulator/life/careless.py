"""What careless keeping of records does to some dossiers of a life.

Real registers hold completions dated before the change that preceded them, dates without a time of
day, years typed wrong, answers that nobody took down, receipts typed ahead, limits that change while
dossiers run, procedures that are abolished. Everything else of the life stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from portal_simulator.calendar import at, next_month
from portal_simulator.records import Dossier, Limit, Procedure, Province, State, Step
from portal_simulator.views.dossiers import dossier_events

# Places of receipt outside the province; no list of agencies has them.
_ELSEWHERE = ("H01.17", "H26.115")
# Their only date is that of the change that shows them: nothing else may happen until the month is read.
_SEEN_BY_THE_CHANGE = (State.WITHDRAWN, State.STOPPED)
_ENDED = (State.RESULT_READY, State.DELIVERED, State.NOT_ACCEPTED)
_FIRST_READ_ON = date(2025, 6, 1)
_CHANGES_ON = (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1))


def keep_carelessly(province: Province, seed: int) -> None:
    """Change the province's records in place; the same seed changes the same ones."""
    rng = Random(f"careless/{seed}")
    changed = _change_limits(province.procedures)
    abolished = _abolish(province.procedures)
    habits: tuple[Callable[[Dossier, Random], bool], ...] = (
        _date_the_ending_back,
        _leave_unanswered,
        _type_a_wrong_year,
        _type_the_receipt_ahead,
        _drop_the_time_of_day,
    )
    for dossier in province.dossiers:
        if dossier.received_at is None or rng.random() < 0.3:
            continue
        if dossier.procedure_code in changed | abolished and rng.random() < 0.7:
            dossier.due_at, dossier.redatings = None, []
        if dossier.receiving_agency_code:
            _receive_elsewhere(dossier, dossier.received_at, rng)
        for habit in rng.sample(habits, 2):
            if habit(dossier, rng):
                break


def _change_limits(procedures: list[Procedure]) -> set[str]:
    """On the first of some month every ninth limit is cut or lengthened, some of them twice."""
    changed = set()
    for number, procedure in enumerate(procedures):
        if number % 9 == 4 and procedure.time_limit:
            first, second = _CHANGES_ON[number // 9 % 2 :][:2]
            shorter = max(procedure.time_limit // 3, 1)
            procedure.later_limits = [Limit(first, shorter, procedure.time_limit_unit)]
            if number // 9 % 4 < 2:
                procedure.later_limits.append(Limit(second, procedure.time_limit * 2, "WORKING_DAY"))
            changed.add(procedure.code)
    return changed


def _abolish(procedures: list[Procedure]) -> set[str]:
    """Every seventh procedure without a fee and another limit that the province has not announced itself."""
    gone = [
        procedure
        for number, procedure in enumerate(procedures)
        if number % 7 == 6
        and not procedure.fee
        and procedure.announcing_agency_code is None
        and not procedure.later_limits
    ]
    for number, procedure in enumerate(gone):
        procedure.abolished_on = _CHANGES_ON[number % 3]
    return {procedure.code for procedure in gone}


def _receive_elsewhere(dossier: Dossier, received_at: datetime, rng: Random) -> None:
    """The competent agency has the dossier hours or days after the place that received it."""
    if any(step.state in _SEEN_BY_THE_CHANGE for step in dossier.steps):
        return
    if rng.random() < 0.5:
        dossier.receiving_agency_code = rng.choice(_ELSEWHERE)
    dossier.competent_received_at = received_at + timedelta(hours=rng.choice((3, 20, 50, 120)))
    if rng.random() < 0.6:
        dossier.due_at, dossier.redatings = None, []


def _date_the_ending_back(dossier: Dossier, rng: Random) -> bool:
    """Taken down at a month's beginning, dated before a change on the eve of the month."""
    number = next((n for n, s in enumerate(dossier.steps) if s.state in _ENDED), None)
    if number is None or number < 2 or dossier.received_at is None:
        return False
    ended, before = dossier.steps[number], dossier.steps[number - 1]
    eve = at(ended.at.date().replace(day=1), 0) - timedelta(minutes=rng.randrange(10, 400))
    if before.at >= eve or eve <= dossier.received_at or before.state is State.STOPPED:
        return False
    dossier.steps.insert(number, Step(eve, State.PROCESSING))
    dated = eve - timedelta(days=rng.choice((0, 1, 2, 3, 8)), hours=rng.randrange(1, 20))
    ended.dated = max(dated, dossier.received_at + timedelta(minutes=1))
    if rng.random() < 0.4:
        ended.dated = _midnight(ended.dated)
    return True


def _leave_unanswered(dossier: Dossier, rng: Random) -> bool:
    """The papers came, and nobody took the answer down."""
    if len(dossier.supplements) != 1:
        return False
    request = dossier.supplements[0]
    if request.answered_at is None or not _is_read_next(dossier, request.answered_at):
        return False
    request.answered_at = request.due_after = None
    return True


def _type_a_wrong_year(dossier: Dossier, rng: Random) -> bool:
    """A date of an ending that lies ahead of the change that tells of it."""
    ended = next((s for s in dossier.steps if s.state in _ENDED), None)
    if ended is None or rng.random() < 0.7 or not _is_read_next(dossier, ended.at):
        return False
    ahead = rng.choice((timedelta(days=20), timedelta(days=366), timedelta(days=27 * 365)))
    ended.dated = ended.at + ahead
    return True


def _type_the_receipt_ahead(dossier: Dossier, rng: Random) -> bool:
    """The register says a day that has not come, up to the dossier's next real change."""
    if dossier.received_at is None or rng.random() < 0.85 or dossier.competent_received_at:
        return False
    if any(step.state is State.NOT_ACCEPTED for step in dossier.steps):
        return False  # whether it was taken on before would be seen by a daily reading only
    dossier.received_at += timedelta(days=rng.choice((1, 2, 5, 15)))
    return True


def _drop_the_time_of_day(dossier: Dossier, rng: Random) -> bool:
    """A day without a time, be it the day of the receipt."""
    if rng.random() < 0.9:
        return False
    for step in dossier.steps:
        if step.state in _ENDED:
            step.dated = _midnight(step.dated or step.at)
    return True


def _is_read_next(dossier: Dossier, moment: datetime) -> bool:
    """True when nothing follows a moment until its month is read, so that its time is seen by a monthly reading."""
    read_at = at(max(next_month(moment.date().replace(day=1)), _FIRST_READ_ON), 0, 30)
    return not any(event is not None and moment < event <= read_at for event in dossier_events(dossier))


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(0), moment.tzinfo)
