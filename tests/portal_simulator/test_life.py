"""The seeded province lives plausibly: the same for a seed, with every case the rules speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portal_simulator.calendar import at, is_working_day
from portal_simulator.life.catalogue import MERGER
from portal_simulator.life.province import STOP, build
from portal_simulator.records import Dossier, Province, State
from portal_simulator.views.dossiers import dossier_events

CLOSED = (State.NOT_ACCEPTED, State.WITHDRAWN, State.STOPPED)


@pytest.fixture(scope="module")
def life() -> Province:
    """A fifth of the province."""
    return build(7, 0.2)


def test_the_same_seed_gives_the_same_life() -> None:
    assert build(3, 0.01) == build(3, 0.01)
    assert build(3, 0.01) != build(4, 0.01)


def test_a_month_at_full_scale_has_about_seven_thousand_dossiers(life: Province) -> None:
    months = Counter(d.received_at.month for d in life.dossiers if d.received_at and d.received_at < at(STOP, 0))
    assert all(6000 <= months[month] / 0.2 <= 8500 for month in range(2, 10)), months


def test_dossiers_are_filed_only_at_agencies_of_their_day(life: Province) -> None:
    agencies = {agency.code: agency for agency in life.agencies}
    for dossier in life.dossiers:
        agency, day = agencies[dossier.agency_code], dossier.submitted_at.date()
        assert agency.valid_from is None or agency.valid_from <= day
        assert agency.valid_to is None or day <= agency.valid_to


def test_the_tiers_change_with_the_merger(life: Province) -> None:
    levels = {agency.code: agency.level for agency in life.agencies}
    before = {levels[d.agency_code] for d in life.dossiers if d.submitted_at.date() < MERGER}
    after = {levels[d.agency_code] for d in life.dossiers if d.submitted_at.date() >= MERGER}
    assert before == {"AGENCY", "DISTRICT", "COMMUNE"}
    assert after == {"AGENCY", "COMMUNE"}
    valid = Counter(a.level for a in life.agencies if a.valid_to == date(2025, 6, 30))
    assert valid == {"PROVINCE": 1, "AGENCY": 14, "DISTRICT": 9, "COMMUNE": 121}


def test_steps_are_in_order_and_nothing_follows_a_closing(life: Province) -> None:
    for dossier in life.dossiers:
        times = [step.at for step in dossier.steps]
        assert times == sorted(times), dossier.code
        events = [moment for moment in dossier_events(dossier) if moment is not None]
        for number, step in enumerate(dossier.steps):
            if step.state in CLOSED:  # the portal shows its time only until something else happens
                until = times[number + 1] if number + 1 < len(times) else max(events) + timedelta(1)
                assert not [moment for moment in events if step.at < moment < until], dossier.code


def _states(dossier: Dossier) -> list[State]:
    return [step.state for step in dossier.steps]


def _has_across_months(dossier: Dossier, first: State, then: State) -> bool:
    return any(
        a.state is first and b.state is then and a.at.month != b.at.month
        for a, b in zip(dossier.steps, dossier.steps[1:], strict=False)
    )


CASES: dict[str, Callable[[Dossier], bool]] = {
    "missing channel": lambda d: d.channel is None,
    "by post": lambda d: d.channel == 3,
    "received on a day off": lambda d: d.received_at is not None and not is_working_day(d.received_at.date()),
    "received on the worked Saturday": lambda d: (
        d.received_at is not None and d.received_at.date() == date(2025, 4, 26)
    ),
    "never taken up": lambda d: d.received_at is None and _states(d) == [State.REGISTERED],
    "refused without a receipt": lambda d: d.received_at is None and State.NOT_ACCEPTED in _states(d),
    "refused at the receipt": lambda d: d.received_at is not None and d.steps[1].state is State.NOT_ACCEPTED,
    "refused after acceptance, in another month": lambda d: _has_across_months(d, State.PROCESSING, State.NOT_ACCEPTED),
    "withdrawn": lambda d: State.WITHDRAWN in _states(d),
    "stopped and taken up again in another month": lambda d: _has_across_months(d, State.STOPPED, State.PROCESSING),
    "delivered without 'result ready'": lambda d: (
        State.RESULT_READY not in _states(d) and State.DELIVERED in _states(d)
    ),
    "financial duty": lambda d: State.FINANCIAL_DUTY in _states(d),
    "request answered without a new date": lambda d: (
        len(d.supplements) == 1 and d.supplements[0].answered_at is not None and d.supplements[0].due_after is None
    ),
    "request answered with a new date": lambda d: any(s.due_after for s in d.supplements),
    "request never answered": lambda d: any(s.answered_at is None for s in d.supplements),
    "two requests": lambda d: len(d.supplements) == 2,
    "request after the due date": lambda d: (
        d.due_at is not None and any(s.asked_at.date() > d.due_at.date() for s in d.supplements)
    ),
    "a wait over Tết": lambda d: any(
        s.asked_at.date() < date(2025, 1, 27) and s.answered_at is not None and s.answered_at.date() >= date(2025, 2, 3)
        for s in d.supplements
    ),
    "apology": lambda d: bool(d.redatings),
    "second apology": lambda d: len(d.redatings) == 2,
    "no due date": lambda d: d.received_at is not None and d.due_at is None,
    "open at the merger": lambda d: d.submitted_at.date() < MERGER <= d.steps[-1].at.date(),
    "received elsewhere": lambda d: d.receiving_agency_code is not None,
    "zero fee": lambda d: bool(d.fee_lines) and d.fee_lines[0].amount == 0,
    "cash with the paid flag": lambda d: d.paid_flag == "1" and all(p.method == "tien-mat" for p in d.payments),
    "failed payment": lambda d: any(p.failed for p in d.payments),
    "payment never made": lambda d: any(p.paid_at is None for p in d.payments),
    "result without a file": lambda d: any(not r.has_file for r in d.results),
    "unsatisfied": lambda d: any(r.verdict == "KHÔNG HÀI LÒNG" for r in d.ratings),
    "removed": lambda d: d.removed_at is not None,
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_occurs(case: str, life: Province) -> None:
    assert any(CASES[case](dossier) for dossier in life.dossiers)


def test_fewer_than_one_in_a_hundred_lack_a_due_date(life: Province) -> None:
    at_once = {p.code for p in life.procedures if p.time_limit == 0}
    courses = [d for d in life.dossiers if State.ACCEPTED in _states(d)]
    without = [d for d in courses if d.due_at is None]
    assert len(without) < len(courses) / 100
    assert any(d.procedure_code in at_once for d in without)


def test_fewer_than_one_in_a_hundred_cannot_be_timed(life: Province) -> None:
    limits = {procedure.code: procedure.time_limit for procedure in life.procedures}
    accepted = [d for d in life.dossiers if State.ACCEPTED in _states(d)]
    untimed = [d for d in accepted if d.due_at is None and limits[d.procedure_code] is None]
    assert 0 < len(untimed) < len(accepted) / 100


def test_at_once_procedures_are_received_on_both_sides_of_the_cut_off(life: Province) -> None:
    at_once = {p.code for p in life.procedures if p.time_limit == 0}
    times = [d.received_at for d in life.dossiers if d.procedure_code in at_once and d.received_at]
    assert any(t.hour == 14 and t.minute == 59 for t in times)
    assert any(t.hour == 15 and t.minute <= 10 for t in times)


def test_petitions_come_with_and_without_a_unit(life: Province) -> None:
    assert any(p.agency_code is None for p in life.petitions)
    assert any(p.repeat_of is not None for p in life.petitions)
    assert any(p.dossier_code is not None for p in life.petitions)
    assert any(p.dislikes > p.likes for p in life.petitions)
    assert any(p.due_at is None for p in life.petitions)
    assert any(p.answered_at is None for p in life.petitions)


def test_every_month_announces_procedures_in_time_and_late(life: Province) -> None:
    decided = Counter(
        made.decided_on.month for p in life.procedures for made in p.announcements if made.decided_on.year == 2025
    )
    assert all(decided[month] for month in range(1, 10))


def test_some_agencies_have_nothing(life: Province) -> None:
    seen = {dossier.agency_code for dossier in life.dossiers}
    assert {"H62.02", "H44.23"}.isdisjoint(seen)
