"""The worked cases of the rules, each of which some wrong reading gets wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from portal_simulator.records import Agency, Dossier, Limit, Procedure
from tests.oracle.agencies import Succession, directory
from tests.oracle.calendar import before, due_by_limit, wait, working_days_between
from tests.oracle.codes import Codes
from tests.oracle.dossiers import count_dossiers
from tests.oracle.law import Law
from tests.oracle.petitions import count_petitions
from tests.oracle.samples import apology, asked, dossier, moment, month, petition, procedure, province
from tests.oracle.scoring import month_of
from tests.oracle.timeliness import ending, is_accepted, is_in_hand, judge


def on_time(record: Dossier, period: str, rule: Procedure | None = None) -> bool | None:
    return judge(record, rule or procedure(), month(period)).is_on_time


def test_a_new_due_date_counts_instead_of_the_wait_and_not_beside_it() -> None:
    record = dossier(
        "2025-06-02",
        due="2025-06-16",
        steps="5@2025-06-05;4@2025-06-19;9@2025-07-10",
        supplements=(asked("2025-06-05", "2025-06-19", "2025-06-30"),),
    )
    verdict = judge(record, procedure(), month("2025-07"))
    assert due_by_limit(moment("2025-06-02"), 10, "WORKING_DAY") == date(2025, 6, 16)
    assert verdict.is_on_time is False
    assert verdict.due_on == date(2025, 6, 30)
    assert working_days_between(date(2025, 6, 30), verdict.effective_finish_on) == 8


def test_a_wait_over_tet_is_one_working_day() -> None:
    assert wait(date(2025, 1, 24), date(2025, 2, 3), "WORKING_DAY") == 1
    assert wait(date(2025, 1, 24), date(2025, 2, 3), "HOUR") == 1
    assert wait(date(2025, 1, 24), date(2025, 2, 3), "DAY") == 10
    assert before(date(2025, 2, 4), 1, "WORKING_DAY") == date(2025, 2, 3)
    assert before(date(2025, 2, 3), 1, "WORKING_DAY") == date(2025, 1, 24)


def test_a_wait_is_taken_off_the_finish_once() -> None:
    request = (asked("2025-06-05", "2025-06-10"),)  # three working days
    finished = "5@2025-06-05;4@2025-06-10;9@2025-06-{}"
    in_time = dossier("2025-06-02", "2025-06-16", finished.format(19), request)
    too_late = dossier("2025-06-02", "2025-06-16", finished.format(20), request)
    assert on_time(in_time, "2025-06") is True
    assert on_time(too_late, "2025-06") is False


def test_a_request_after_the_due_date_changes_nothing() -> None:
    record = dossier(
        "2025-06-02",
        "2025-06-16",
        "5@2025-06-17;4@2025-06-19;9@2025-06-19",
        (asked("2025-06-17", "2025-06-19", "2025-06-30"),),
    )
    assert on_time(record, "2025-06") is False


@pytest.mark.parametrize("day", ["2025-06-13", "2025-06-17"], ids=["before the due date", "after it"])
def test_a_letter_of_apology_does_not_move_the_due_date(day: str) -> None:
    record = dossier("2025-06-02", "2025-06-16", "9@2025-06-20", redatings=(apology(day, "2025-06-23"),))
    verdict = judge(record, procedure(), month("2025-06"))
    assert (verdict.is_on_time, verdict.due_on) == (False, date(2025, 6, 16))


def test_a_second_apology_does_not_either() -> None:
    letters = (apology("2025-06-17", "2025-06-20"), apology("2025-06-20", "2025-06-27"))
    assert on_time(dossier("2025-06-02", "2025-06-16", "9@2025-06-26", redatings=letters), "2025-06") is False


def test_a_second_request_is_late_only_when_both_follow_the_receipt() -> None:
    first, second = asked("2025-06-03", "2025-06-04"), asked("2025-06-05", "2025-06-06")
    finished = "9@2025-06-10"
    assert on_time(dossier("2025-06-02", "2025-06-16", finished, (first, second)), "2025-06") is False
    early = asked("2025-06-01", "2025-06-02 08:00")
    assert on_time(dossier("2025-06-02", "2025-06-16", finished, (early, second)), "2025-06") is True


def test_waiting_is_judged_on_the_day_of_the_request() -> None:
    record = dossier("2025-06-02", "2025-06-16", "5@2025-06-16", (asked("2025-06-16"),))
    assert on_time(record, "2025-06") is True
    assert on_time(record, "2025-07") is True
    answered = dossier("2025-06-02", "2025-06-16", "5@2025-06-16;4@2025-07-02", (asked("2025-06-16", "2025-07-02"),))
    assert on_time(answered, "2025-06") is True
    assert on_time(answered, "2025-07") is False  # open at the end of July: nothing is left to wait for


def test_a_stop_that_is_taken_back_is_no_ending() -> None:
    record = dossier("2025-05-05", "2025-06-20", "8@2025-05-20;4@2025-06-10;9@2025-06-18")
    stopped = ending(record, month("2025-05"))
    assert stopped is not None
    assert stopped.at == moment("2025-05-20")
    finished = ending(record, month("2025-06"))
    assert finished is not None
    assert finished.at == moment("2025-06-18")
    assert is_in_hand(record, month("2025-06"))


def test_a_refusal_after_acceptance_counts_in_the_month_it_falls_in() -> None:
    record = dossier("2025-05-28", "2025-06-20", "4@2025-05-28 10:00;3@2025-06-03")
    assert ending(record, month("2025-05")) is None
    assert is_in_hand(record, month("2025-05"))
    assert is_in_hand(record, month("2025-06"))
    assert not is_in_hand(record, month("2025-07"))
    assert on_time(record, "2025-06") is True


def test_a_refusal_at_the_receipt_is_never_in_hand() -> None:
    record = dossier("2025-06-02", steps="3@2025-06-02")
    assert not is_accepted(record, month("2025-06"))


def test_an_at_once_procedure_is_due_the_same_day_before_the_cut_off() -> None:
    assert due_by_limit(moment("2025-06-02 14:59"), 0, "WORKING_DAY") == date(2025, 6, 2)
    assert due_by_limit(moment("2025-06-02 15:01"), 0, "WORKING_DAY") == date(2025, 6, 3)
    record = dossier("2025-06-02 14:59", steps="10@2025-06-03 08:00")
    assert on_time(record, "2025-06", procedure(0)) is False
    assert on_time(dossier("2025-06-02 15:01", steps="10@2025-06-03 08:00"), "2025-06", procedure(0)) is True


def test_a_receipt_on_a_saturday() -> None:
    assert due_by_limit(moment("2025-04-26 10:00"), 0, "WORKING_DAY") == date(2025, 4, 26)  # worked for 2 May
    assert due_by_limit(moment("2025-04-26"), 1, "WORKING_DAY") == date(2025, 4, 28)
    assert due_by_limit(moment("2025-05-03 10:00"), 0, "WORKING_DAY") == date(2025, 5, 5)
    assert due_by_limit(moment("2025-05-03"), 1, "WORKING_DAY") == date(2025, 5, 5)


def test_limits_in_other_units() -> None:
    assert due_by_limit(moment("2025-01-14"), 15, "DAY") == date(2025, 2, 3)  # 29 January is Tết
    assert due_by_limit(moment("2025-01-31"), 1, "MONTH") == date(2025, 2, 28)
    assert due_by_limit(moment("2025-06-02"), 9, "HOUR") == date(2025, 6, 4)


def test_dates_are_compared_and_not_times() -> None:
    assert on_time(dossier("2025-06-02", "2025-06-16", "9@2025-06-16 21:30"), "2025-06") is True


def test_what_ends_after_the_period_is_open_in_it() -> None:
    record = dossier("2025-06-02", "2025-07-02", "9@2025-07-10")
    assert on_time(record, "2025-06") is True
    assert on_time(record, "2025-07") is False


def test_a_running_month_is_judged_on_the_day_known() -> None:
    record = dossier("2025-06-02", "2025-06-16")
    assert judge(record, procedure(), month("2025-06", moment("2025-06-16"))).is_on_time is True
    assert judge(record, procedure(), month("2025-06", moment("2025-06-17"))).is_on_time is False


def test_no_due_date_and_no_limit_is_on_neither_side() -> None:
    record = dossier("2025-06-02", steps="9@2025-06-30")
    assert on_time(record, "2025-06", procedure(None)) is None
    counts = count_dossiers(
        province([record], procedures=[procedure(None)]),
        directory(province(), date(2025, 6, 30)),
        month("2025-06"),
    )
    number = counts["H62.03"].number
    assert (number["in_hand"], number["timed"], number["on_time"], number["satisfied"]) == (1, 0, 0, 1)


def test_a_districts_open_dossier_counts_apart_once_the_district_has_ended() -> None:
    world = province([dossier("2025-06-20", "2025-07-04", agency="H62.253")])
    june = count_dossiers(world, directory(world, date(2025, 6, 30)), month("2025-06"))
    july = count_dossiers(world, directory(world, date(2025, 7, 31)), month("2025-07"))
    assert june["H62.253"].number["in_hand"] == june["H62"].number["in_hand"] == 1
    assert july["H44.ket-thuc"].number["in_hand"] == july["H44"].number["in_hand"] == 1
    assert set(july) == {"H44.ket-thuc", "H44"}


def test_a_districts_open_dossier_goes_where_its_field_went() -> None:
    world = province([dossier("2025-06-20", "2025-07-04", agency="H62.253")])
    scoped = Succession("H62.253", "H44.42", date(2025, 7, 1), "G01")
    other = Succession("H62.253", "H44.167", date(2025, 7, 1), "G02")
    july = count_dossiers(world, directory(world, date(2025, 7, 31), [scoped, other]), month("2025-07"))
    assert set(july) == {"H44.42", "H44"}


@pytest.mark.parametrize(
    ("received", "expected"),
    [("2025-06-30", {"H44.42", "H44"}), ("2025-07-01", {"H62.04", "H44"}), ("2025-07-20", {"H62.04", "H44"})],
)
def test_a_code_given_anew_names_its_bearer_of_the_day(received: str, expected: set[str]) -> None:
    world = province([dossier(received, agency="H62.04")])
    world.agencies.append(Agency("8", "H62.04", "Sở mới", "AGENCY", date(2025, 7, 1), None))
    ended = [Succession("H62.04", "H44.42", date(2025, 7, 1))]
    places = replace(directory(world, date(2025, 7, 31)), successions=ended)
    assert set(count_dossiers(world, places, month("2025-07"))) == expected


def test_a_dossier_moved_to_the_successor_keeps_its_earlier_months() -> None:
    record = dossier("2025-06-20", agency="H62.03")
    record.moved = (moment("2025-07-01"), "H44.42")
    world = province([record])
    june = count_dossiers(world, directory(world, date(2025, 6, 30)), month("2025-06"))
    july = count_dossiers(world, directory(world, date(2025, 7, 31)), month("2025-07"))
    assert (set(june), set(july)) == ({"H62.03", "H62"}, {"H44.42", "H44"})


def test_a_complaint_by_a_former_code_counts_and_a_cancelled_one_does_not() -> None:
    record = dossier("2025-06-02", "2025-06-16", "9@2025-06-10")
    record.recoded = (moment("2025-06-05"), "B")
    complaint = petition("2025-06-04")
    complaint.dossier_code = record.code
    world = province([record], [complaint])
    places = directory(world, date(2025, 6, 30))
    assert count_dossiers(world, places, month("2025-06"))["H62.03"].number["satisfied"] == 0
    complaint.cancelled_at = moment("2025-08-05")
    assert count_dossiers(world, places, month("2025-06"))["H62.03"].number["satisfied"] == 1
    assert count_petitions(world, places, month("2025-06")) == {}


def test_a_code_keeps_its_meaning_for_the_days_before_another() -> None:
    codes = Codes({("channel", "2"): (date(2025, 6, 10), "postal")})
    world = province([dossier("2025-06-09"), dossier("2025-06-10")])
    places = directory(world, date(2025, 6, 30))
    number = count_dossiers(world, places, month("2025-06"), codes=codes)["H62.03"].number
    assert (number["filed"], number["filed_online"]) == (2, 1)


def test_a_unit_of_no_list_counts_for_the_rest_and_the_province() -> None:
    world = province([dossier("2025-06-20", agency="H62.999")])
    counts = count_dossiers(world, directory(world, date(2025, 6, 30)), month("2025-06"))
    assert set(counts) == {"H62.khac", "H62"}


@pytest.mark.parametrize(
    ("steps", "ended"),
    [
        ("4@2025-06-11 10:00;9@2025-06-12=2025-06-10 16:00", "2025-06-10 16:00"),
        ("4@2025-06-11 10:00;9@2025-06-12=2025-06-11 00:00", "2025-06-11 00:00"),
        ("4@2025-06-11 10:00;3@2025-06-12=2025-06-10 16:00", "2025-06-10 16:00"),
        ("4@2025-06-11 10:00;10@2025-06-12=2025-06-09 16:00", "2025-06-09 16:00"),
        ("8@2025-06-11 10:00;9@2025-06-12=2025-06-10 16:00", "2025-06-10 16:00"),
        ("4@2025-06-11 10:00;7@2025-06-12=2025-06-10 16:00", "2025-06-12"),  # the portal dates no withdrawal
        ("4@2025-06-11 10:00;9@2025-06-12=2025-05-30 16:00", "2025-06-02"),  # none before the receipt
    ],
)
def test_an_ending_is_undone_by_a_later_step_and_not_by_a_later_date(steps: str, ended: str) -> None:
    record = dossier("2025-06-02", "2025-06-16", steps)
    found = ending(record, month("2025-06"))
    assert found is not None
    assert found.at == moment(ended)
    assert on_time(record, "2025-06") is True
    assert not is_in_hand(record, month("2025-07"))


@pytest.mark.parametrize("dated", ["2052-06-12", "2025-06-20", "2025-06-12 09:01"])
def test_a_date_after_the_change_that_tells_of_it_is_not_believed(dated: str) -> None:
    record = dossier("2025-06-02", "2025-06-16", f"4@2025-06-02;9@2025-06-12={dated}")
    for period in ("2025-06", "2025-07"):
        found = ending(record, month(period))
        assert found is not None
        assert found.at == moment("2025-06-12")


def test_a_receipt_typed_ahead_is_none_before_its_time() -> None:
    record = dossier("2025-06-11 08:00", "2025-06-20")
    assert not is_accepted(record, month("2025-06", moment("2025-06-10 23:00")))
    assert is_accepted(record, month("2025-06", moment("2025-06-11 08:00")))


def test_a_limit_changed_after_the_receipt_does_not_touch_it() -> None:
    rule = procedure(5)
    rule.later_limits, rule.abolished_on = [Limit(date(2025, 9, 3), 3, "WORKING_DAY")], date(2025, 9, 4)
    finished = "9@2025-09-05"  # five working days after 27/8: the 1st and 2nd are off
    assert on_time(dossier("2025-08-27", steps=finished), "2025-09", rule) is True
    assert on_time(dossier("2025-09-03", steps="9@2025-09-09"), "2025-09", rule) is False
    assert on_time(dossier("2025-08-27"), "2025-09", rule) is False  # abolished, and still measured


@pytest.mark.parametrize("left", ["4@2025-05-20", "6@2025-05-20", "2@2025-05-20"])
def test_a_wait_without_an_answer_ends_when_the_waiting_state_is_left(left: str) -> None:
    record = dossier("2025-05-05", "2025-05-26", f"5@2025-05-15;{left};9@2025-08-25", (asked("2025-05-15"),))
    verdict = judge(record, procedure(), month("2025-08"))
    assert verdict.is_on_time is False
    assert verdict.effective_finish_on == date(2025, 8, 20)  # three working days were waited
    assert on_time(record, "2025-06") is False


def test_the_clock_starts_where_the_competent_agency_has_the_dossier() -> None:
    record = dossier("2026-08-05", steps="9@2026-08-21")
    record.receiving_agency_code, record.competent_received_at = "H01.17", moment("2026-08-07 15:30")
    period = month_of(date(2026, 8, 1), datetime.max.replace(tzinfo=moment("2026-08-05").tzinfo))
    assert judge(record, procedure(), period).due_on == date(2026, 8, 21)
    record.competent_received_at = None
    assert judge(record, procedure(), period).due_on == date(2026, 8, 19)
    earlier = dossier("2026-08-04", steps="9@2026-08-21")
    earlier.receiving_agency_code, earlier.competent_received_at = "H01.17", moment("2026-08-07 15:30")
    assert judge(earlier, procedure(), period).due_on == date(2026, 8, 18)


def test_days_off_of_a_place_count_there() -> None:
    law = Law(local_days={"H62.03": {date(2025, 6, 4): "holiday"}, "H62": {date(2025, 6, 5): "holiday"}})
    period = month_of(date(2025, 6, 1), datetime.max.replace(tzinfo=moment("2025-06-02").tzinfo), law)
    assert judge(dossier("2025-06-02"), procedure(5), period).due_on == date(2025, 6, 11)
    assert judge(dossier("2025-06-02", agency="H62.04"), procedure(5), period).due_on == date(2025, 6, 10)
    assert judge(dossier("2025-06-02", agency="H44.42"), procedure(5), period).due_on == date(2025, 6, 9)
