"""What is usual is told per working day, and only when enough is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dvc766.clock import LOCAL_ZONE
from dvc766.quality.usual import Calendar, PastReading, calendar_days, read_calendar, usual_volume
from dvc766.settings import PROJECT_ROOT

WEEKDAYS = Calendar(frozenset(), frozenset())
NOW = datetime(2025, 6, 18, 0, 30, tzinfo=LOCAL_ZONE)  # a Wednesday


def past(*counts: int, days: int = 4) -> list[PastReading]:
    """Readings on the same weekday of the weeks before."""
    ends = [NOW - timedelta(weeks=week) for week in range(1, len(counts) + 1)]
    return [PastReading(end - timedelta(days=days), end, count) for end, count in zip(ends, counts, strict=True)]


def test_the_median_of_five_like_readings_is_usual() -> None:
    window = (NOW - timedelta(days=4), NOW)
    assert usual_volume(*window, past(100, 120, 80, 110, 1000), WEEKDAYS.working_days) == pytest.approx(110)


def test_four_readings_say_nothing() -> None:
    assert usual_volume(NOW - timedelta(days=4), NOW, past(100, 100, 100, 100), WEEKDAYS.working_days) is None


def test_a_list_that_a_person_accepted_as_shorter_is_usual_from_then_on() -> None:
    def lists(*counts: int, accepted: int | None = None) -> list[PastReading]:
        """The newest list first; `accepted` is the place of one that a person let pass."""
        days = [NOW - timedelta(days=day) for day in range(1, len(counts) + 1)]
        return [
            PastReading(None, day, n, place == accepted)
            for place, (day, n) in enumerate(zip(days, counts, strict=True))
        ]

    merged = (52, 52, 145, 145, 145, 145, 145)
    assert usual_volume(None, NOW, lists(*merged), calendar_days) == 145  # and so the next night would be stopped too
    assert usual_volume(None, NOW, lists(*merged, accepted=1), calendar_days) is None
    assert usual_volume(None, NOW, lists(*[52] * 5, 145, 145, accepted=4), calendar_days) == 52


def test_a_window_of_fewer_working_days_is_expected_to_give_less() -> None:
    # Thursday to Monday holds 2 working days, Saturday to Wednesday too, Monday to Friday 4
    friday = NOW + timedelta(days=2)
    usual = usual_volume(friday - timedelta(days=4), friday, past(300, 300, 300, 300, 300), WEEKDAYS.working_days)
    assert usual == pytest.approx(600, rel=0.02)


def test_a_holiday_lowers_what_is_expected() -> None:
    friday = NOW + timedelta(days=2)
    closed = Calendar(frozenset({date(2025, 6, 17)}), frozenset())
    usual = usual_volume(friday - timedelta(days=4), friday, past(300, 300, 300, 300, 300), closed.working_days)
    assert usual == pytest.approx(450, rel=0.02)


def test_a_window_without_a_working_day_has_no_usual_volume() -> None:
    end = datetime(2025, 6, 15, 12, tzinfo=LOCAL_ZONE)  # a Sunday
    assert usual_volume(end - timedelta(hours=6), end, past(300, 300, 300, 300, 300), WEEKDAYS.working_days) is None


@pytest.mark.parametrize("holidays", [1, 2, 4])
def test_what_arrives_every_day_is_expected_on_a_holiday_too(holidays: int) -> None:
    # 100 ratings a day; the window that follows a holiday asks for the days since the last one
    end = datetime(2025, 9, 4, 1, 30, tzinfo=LOCAL_ZONE)
    start = end - timedelta(days=holidays + 4)
    before = [PastReading(end - timedelta(days=day + 4), end - timedelta(days=day), 400) for day in range(4, 11)]
    assert usual_volume(start, end, before, calendar_days) == pytest.approx(100 * (holidays + 4))
    closed = Calendar({(end - timedelta(days=day)).date() for day in range(1, holidays + 1)}, frozenset())
    assert usual_volume(start, end, before, closed.working_days) != pytest.approx(100 * (holidays + 4), rel=0.05)


def test_much_longer_windows_and_whole_readings_are_not_compared() -> None:
    window = (NOW - timedelta(days=4), NOW)
    assert usual_volume(*window, past(300, 300, 300, 300, 300, days=31), WEEKDAYS.working_days) is None
    whole = [PastReading(None, NOW - timedelta(weeks=week), 300) for week in range(1, 6)]
    assert usual_volume(*window, whole, WEEKDAYS.working_days) is None
    assert usual_volume(None, NOW, whole, WEEKDAYS.working_days) == 300


def test_small_volumes_are_chance() -> None:
    assert usual_volume(NOW - timedelta(days=4), NOW, past(20, 20, 20, 20, 20), WEEKDAYS.working_days) is None


def test_the_seeds_calendar_knows_holidays_and_worked_saturdays() -> None:
    calendar = read_calendar(PROJECT_ROOT / "dbt_project" / "seeds" / "calendar_days.csv")

    def works(day: str) -> bool:
        start = datetime.fromisoformat(day).replace(tzinfo=LOCAL_ZONE)
        return calendar.working_days(start, start + timedelta(days=1)) == 1

    assert works("2025-04-26")  # worked for 2 May
    assert not works("2025-05-01")
    assert not works("2025-05-03")
    assert works("2025-06-18")
