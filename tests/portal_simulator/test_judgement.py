"""The worked cases of the decision's reading, on the simulator's own judgement."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from portal_simulator.evaluation.judgement import Period, ended_at, is_accepted, is_in_hand, is_on_time
from portal_simulator.evaluation.successions import responsible_agency
from portal_simulator.records import Dossier, Procedure, Redating, State, Step, Supplement
from tests.portal_simulator.sample import moment, plain_dossier


def month(number: int, year: int = 2025) -> Period:
    """A month judged long after its end."""
    after = datetime.fromisoformat(f"{year}-{number + 1:02d}-01T00:00:00")
    return Period(moment(f"{year}-{number:02d}-01T00:00:00"), moment(after.isoformat()), moment("2027-01-01T00:00:00"))


def procedure(limit: int | None = 10, unit: str = "WORKING_DAY") -> Procedure:
    """A procedure with a time limit."""
    return Procedure("1.000001", "Thủ tục", "G15", "citizen", limit, unit)


def received(at: str, due: str | None, *steps: tuple[str, State]) -> Dossier:
    """A dossier received at a time, due on a day, with later steps."""
    dossier = plain_dossier(1, moment(at))
    dossier.due_at = moment(f"{due}T17:00:00") if due else None
    dossier.steps = [*dossier.steps[:2], *(Step(moment(when), state) for when, state in steps)]
    dossier.results = []
    return dossier


def test_a_supplement_with_a_new_date_does_not_also_take_the_wait_off() -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-07-10T09:00:00", State.RESULT_READY))
    answered = moment("2025-06-19T09:00:00")
    dossier.supplements = [Supplement(moment("2025-06-05T09:00:00"), answered, moment("2025-06-30T17:00:00"))]
    assert is_on_time(dossier, procedure(), month(7)) is False
    dossier.supplements = [Supplement(moment("2025-06-05T09:00:00"), answered)]
    assert is_on_time(dossier, procedure(), month(6)) is True


def test_a_wait_over_tet_is_one_working_day() -> None:
    dossier = received("2025-01-20T08:00:00", "2025-02-03", ("2025-02-05T09:00:00", State.RESULT_READY))
    dossier.supplements = [Supplement(moment("2025-01-24T09:00:00"), moment("2025-02-03T09:00:00"))]
    assert is_on_time(dossier, procedure(), month(2)) is False
    dossier.steps[-1] = Step(moment("2025-02-04T09:00:00"), State.RESULT_READY)
    assert is_on_time(dossier, procedure(), month(2)) is True


@pytest.mark.parametrize(
    ("asked", "judged"), [(["2025-06-10"], True), (["2025-06-20"], False), (["2025-06-05", "2025-06-10"], False)]
)
def test_waiting_is_judged_by_its_request_and_a_second_request_is_late(asked: list[str], judged: bool) -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-06-05T09:00:00", State.SUPPLEMENT))
    dossier.supplements = [Supplement(moment(f"{day}T09:00:00")) for day in asked]
    if len(asked) > 1:
        dossier.supplements[0].answered_at = moment("2025-06-06T09:00:00")
    assert is_on_time(dossier, procedure(), month(6)) is judged


def test_a_second_request_is_late_however_soon_the_end() -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-06-06T09:00:00", State.RESULT_READY))
    first, second = moment("2025-06-03T09:00:00"), moment("2025-06-04T09:00:00")
    dossier.supplements = [Supplement(first, second)]
    assert is_on_time(dossier, procedure(), month(6)) is True
    dossier.supplements.append(Supplement(second, moment("2025-06-05T09:00:00")))
    assert is_on_time(dossier, procedure(), month(6)) is False


def test_a_request_after_the_due_day_gives_no_new_date() -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-06-20T09:00:00", State.RESULT_READY))
    answered, renewed = moment("2025-06-18T09:00:00"), moment("2025-06-30T17:00:00")
    dossier.supplements = [Supplement(moment("2025-06-17T09:00:00"), answered, renewed)]
    assert is_on_time(dossier, procedure(), month(6)) is False


def test_an_apology_does_not_move_the_due_date() -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-06-20T09:00:00", State.RESULT_READY))
    dossier.redatings = [Redating(moment("2025-06-13T09:00:00"), moment("2025-06-30T17:00:00"))]
    assert is_on_time(dossier, procedure(), month(6)) is False


def test_finishing_on_the_due_day_at_any_hour_is_on_time() -> None:
    dossier = received("2025-06-02T08:00:00", "2025-06-16", ("2025-06-16T23:00:00", State.RESULT_READY))
    assert is_on_time(dossier, procedure(), month(6)) is True


def test_a_stop_taken_back_is_no_ending() -> None:
    stopped, resumed = ("2025-06-10T08:00:00", State.STOPPED), ("2025-07-02T08:00:00", State.PROCESSING)
    dossier = received("2025-06-02T08:00:00", "2025-06-16", stopped, resumed)
    assert ended_at(dossier, month(6)) == moment("2025-06-10T08:00:00")
    assert ended_at(dossier, month(7)) is None
    assert is_in_hand(dossier, month(7))


def test_a_refusal_after_acceptance_ends_and_at_receipt_was_never_in_hand() -> None:
    refused = ("2025-07-03T08:00:00", State.NOT_ACCEPTED)
    dossier = received("2025-06-02T08:00:00", "2025-06-16", refused)
    assert is_in_hand(dossier, month(6)) and is_in_hand(dossier, month(7)) and not is_in_hand(dossier, month(8))
    dossier.steps = [Step(moment("2025-06-02T07:00:00"), State.REGISTERED), Step(moment(refused[0]), refused[1])]
    assert not is_accepted(dossier, month(7))


def test_the_first_of_the_next_month_is_another_months() -> None:
    dossier = received("2025-07-01T00:00:00", "2025-07-10")
    assert not is_in_hand(dossier, month(6))
    assert is_in_hand(dossier, month(7))


@pytest.mark.parametrize(
    ("at", "finish", "judged"),
    [
        ("2025-06-02T14:59:00", "2025-06-02", True),
        ("2025-06-02T14:59:00", "2025-06-03", False),
        ("2025-06-02T15:01:00", "2025-06-03", True),
        ("2025-06-02T15:01:00", "2025-06-04", False),
        ("2025-04-26T09:00:00", "2025-04-28", False),  # a worked Saturday: due the same day
        ("2025-05-03T09:00:00", "2025-05-05", True),  # a day off: due the next working day
        ("2025-05-03T09:00:00", "2025-05-06", False),
    ],
)
def test_same_day_procedures_follow_the_cut_off_and_the_calendar(at: str, finish: str, judged: bool) -> None:
    dossier = received(at, None, (f"{finish}T16:00:00", State.RESULT_READY))
    period = month(moment(at).month)
    if finish[5:7] != at[5:7]:
        period = month(moment(f"{finish}T00:00:00").month)
    assert is_on_time(dossier, procedure(0), period) is judged


def test_calendar_days_ending_on_tet_move_to_the_next_working_day() -> None:
    dossier = received("2025-01-19T09:00:00", None, ("2025-02-03T09:00:00", State.RESULT_READY))
    assert is_on_time(dossier, procedure(10, "DAY"), month(2)) is True
    dossier.steps[-1] = Step(moment("2025-02-04T09:00:00"), State.RESULT_READY)
    assert is_on_time(dossier, procedure(10, "DAY"), month(2)) is False


def test_calendar_days_ending_on_a_working_day_end_there() -> None:
    dossier = received("2025-06-02T09:00:00", None, ("2025-06-13T09:00:00", State.RESULT_READY))
    assert is_on_time(dossier, procedure(10, "DAY"), month(6)) is False


def test_without_a_due_date_and_a_limit_nothing_is_said() -> None:
    assert is_on_time(received("2025-06-02T08:00:00", None), procedure(None), month(6)) is None


def test_a_merged_agency_is_answered_for_by_its_successor_from_that_day_on() -> None:
    assert responsible_agency("H62.05", date(2025, 2, 28)) == "H62.05"
    assert responsible_agency("H62.05", date(2025, 3, 1)) == "H62.06"
    assert responsible_agency("H62.05", date(2025, 7, 1)) == "H44.43"
