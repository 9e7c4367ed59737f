"""What a person may give a run is refused by its form; which day, hour and month a run is for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from airflow.sdk import Param
from airflow.sdk.exceptions import ParamValidationError

from dvc766.airflow_bridge.parameters import AS_OF, DAY, PERIOD, WINDOW_FROM, Asked, ParameterRefused
from dvc766.clock import LOCAL_ZONE
from dvc766.failures import NeedsAPerson

NOW = datetime(2025, 6, 18, 10, 15, tzinfo=LOCAL_ZONE)
NIGHT = datetime(2025, 6, 17, 1, 30, tzinfo=LOCAL_ZONE)


def asked(logical_date: datetime | None = None, now: datetime = NOW, /, **params: Any) -> Asked:
    return Asked(params, logical_date, now)


@pytest.mark.parametrize("parameter", [AS_OF, WINDOW_FROM], ids=["as_of", "window_from"])
@pytest.mark.parametrize(
    "text",
    [
        "hom qua",
        "2025-06-01",
        "01/06/2025 00:30",
        "2025-13-01T00:30:00",
        "2025-06-01T25:00:00",
        "2025-06-01T00:30:00 VN",
        "",
    ],
)
def test_what_is_no_instant_is_refused_by_the_form(parameter: Param, text: str) -> None:
    with pytest.raises(ParamValidationError):
        parameter.resolve(text)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-01T00:30:00+07:00",
        "2025-05-31T17:30:00Z",
        "2025-05-31T17:30:00.000Z",  # Airflow's own picker
        "2025-06-01T00:30",
        "2025-06-01 00:30:00",
        "2025-06-01T00:30:00+0700",
    ],
)
def test_every_form_that_is_let_through_is_the_same_instant(text: str) -> None:
    AS_OF.resolve(text)
    assert asked(as_of=text).as_of == datetime(2025, 6, 1, 0, 30, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (DAY, "hom nay"),
        (DAY, "18/06/2025"),
        (DAY, "2025-6-18"),
        (PERIOD, "08/2025"),
        (PERIOD, "2025-13"),
        (PERIOD, "2025"),
    ],
)
def test_what_is_no_day_or_period_is_refused_by_the_form(parameter: Param, text: str) -> None:
    with pytest.raises(ParamValidationError):
        parameter.resolve(text)


@pytest.mark.parametrize("parameter", [AS_OF, DAY, PERIOD, WINDOW_FROM])
def test_nothing_given_is_let_through(parameter: Param) -> None:
    assert parameter.resolve(None) is None


@pytest.mark.parametrize("given", [{"day": "2025-02-30"}, {"as_of": "2025-04-31T00:30:00"}, {"day": "2025-06-19"}])
def test_a_day_that_is_not_or_has_not_come_is_refused_once_and_in_words(given: dict[str, str]) -> None:
    with pytest.raises(ParameterRefused, match="Việc cần làm") as refused:
        _ = asked(**given).day
    assert isinstance(refused.value, NeedsAPerson)


def test_a_night_of_the_schedule_is_for_its_own_day_however_late_it_runs() -> None:
    for late in (timedelta(0), timedelta(hours=8), timedelta(days=3), timedelta(days=400)):
        night = asked(NIGHT, NIGHT + late)
        assert (night.day, night.as_of) == (date(2025, 6, 17), NIGHT)


def test_a_logical_date_in_utc_is_told_by_the_local_day() -> None:
    night = asked(datetime.fromisoformat("2025-06-16T18:30:00+00:00"))
    assert (night.day, night.as_of) == (date(2025, 6, 17), NIGHT)


def test_a_run_by_hand_for_a_day_is_the_night_of_that_day() -> None:
    by_hand = asked(day="2025-06-17")
    assert (by_hand.day, by_hand.as_of) == (date(2025, 6, 17), NIGHT)
    assert asked(NOW, day="2025-06-17").as_of == NIGHT


def test_a_run_by_hand_reads_up_to_now() -> None:
    assert (asked().day, asked().as_of) == (NOW.date(), NOW)


@pytest.mark.parametrize(
    ("logical_date", "params"),
    [(datetime(2026, 11, 28, 1, 30, tzinfo=LOCAL_ZONE), {}), (None, {"day": "2025-06-18"}), (None, {})],
)
def test_nothing_that_follows_from_a_day_passes_the_business_clock(
    logical_date: datetime | None, params: dict[str, str]
) -> None:
    early = datetime(2025, 6, 18, 0, 10, tzinfo=LOCAL_ZONE)
    run = asked(logical_date, early, **params)
    assert (run.day, run.as_of) == (early.date(), early)


def test_the_day_of_a_run_with_a_given_time_is_the_day_of_that_time() -> None:
    assert asked(as_of="2025-06-01T00:30:00+07:00").day == date(2025, 6, 1)
    assert asked(as_of="2025-05-31T17:30:00Z").day == date(2025, 6, 1)


@pytest.mark.parametrize(
    ("logical_date", "month"),
    [
        (datetime(2025, 6, 1, 5, tzinfo=LOCAL_ZONE), date(2025, 5, 1)),
        (datetime(2026, 1, 1, 5, tzinfo=LOCAL_ZONE), date(2025, 12, 1)),
        (datetime.fromisoformat("2025-07-31T22:00:00+00:00"), date(2025, 7, 1)),  # 5 o'clock of 1 August here
    ],
)
def test_a_run_of_an_older_month_that_is_cleared_ranks_its_own_month(logical_date: datetime, month: date) -> None:
    for much_later in (timedelta(0), timedelta(days=40), timedelta(days=800)):
        now = (logical_date + much_later).astimezone(LOCAL_ZONE)
        assert asked(logical_date, now, period=None).month == month


def test_the_period_given_is_the_month() -> None:
    assert asked(NIGHT, period="2025-03").month == date(2025, 3, 1)
    assert asked(period=None).month == date(2025, 5, 1)
