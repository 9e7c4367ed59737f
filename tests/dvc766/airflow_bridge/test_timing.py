"""How long a closed portal is tried, and which hours are made up: told by Airflow's own formulas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from airflow.models.taskinstance import TaskInstance
from airflow.serialization.encoders import coerce_to_core_timetable
from airflow.timetables.base import DataInterval, TimeRestriction, Timetable
from pendulum import instance

from dvc766 import airflow_bridge as bridge
from dvc766.airflow_bridge.tasks import write
from dvc766.airflow_bridge.timing import retries_over
from dvc766.clock import LOCAL_ZONE

NIGHT = datetime(2025, 6, 17, 1, 30, tzinfo=LOCAL_ZONE)


def tries(retries: int, *, night: datetime = NIGHT, lasting: timedelta = timedelta(0)) -> list[datetime]:
    """When a task that fails each time is tried, the first try at `night`."""
    defaults = bridge.dag_settings(limit=timedelta(hours=1))["default_args"]
    task = SimpleNamespace(**defaults)
    begun = [night]
    for number in range(1, retries + 1):
        failed = SimpleNamespace(
            task=task,
            try_number=number,
            end_date=begun[-1] + lasting,
            retry_delay_override=None,
            dag_id="ingest_national_portal_daily",
            task_id="write_public",
            logical_date=night,
        )
        begun.append(TaskInstance.next_retry_datetime(failed))
    return begun


@pytest.mark.parametrize("lasting", [timedelta(0), timedelta(minutes=4)], ids=["refused at once", "after 4 minutes"])
def test_a_portal_that_is_closed_is_tried_until_six_at_growing_distances(lasting: timedelta) -> None:
    for nights_later in range(300):
        night = NIGHT + timedelta(days=nights_later)
        begun = tries(write.kwargs["retries"], night=night, lasting=lasting)
        assert begun[-1] >= night.replace(hour=6, minute=0)
        assert begun[-1] <= night.replace(hour=8, minute=0)
        pauses = [later - earlier for earlier, later in pairwise(begun)]
        assert pauses == sorted(pauses)
        assert max(pauses) <= timedelta(minutes=30) + lasting


def test_a_portal_closed_from_one_to_four_is_read_soon_after_it_opens() -> None:
    opens = NIGHT.replace(hour=4, minute=0)
    first = next(at for at in tries(write.kwargs["retries"]) if at >= opens)
    assert first - opens <= timedelta(minutes=30)


def test_no_retry_more_than_needed() -> None:
    assert retries_over(timedelta(0)) == 0
    assert retries_over(timedelta(minutes=2)) == 1
    assert retries_over(timedelta(minutes=3)) == 2
    assert retries_over(timedelta(hours=4, minutes=30)) == 12


SCHEDULES = {
    "daily": (bridge.daily_at("01:30"), NIGHT, [NIGHT + timedelta(days=day) for day in (1, 2, 3)]),
    "monthly": (
        bridge.monthly_at(1, "05:00"),
        datetime(2025, 6, 1, 5, tzinfo=LOCAL_ZONE),
        [datetime(2025, month, 1, 5, tzinfo=LOCAL_ZONE) for month in (7, 8, 9)],
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_hours_that_were_missed_follow_one_another_from_the_oldest(name: str) -> None:
    schedule, last, missed = SCHEDULES[name]
    timetable = coerce_to_core_timetable(schedule)
    found, at = [], last
    for _ in missed:
        at = _next(timetable, at)
        found.append(at)
    assert found == missed


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_new_installation_begins_with_the_next_hour_to_come(name: str) -> None:
    timetable = coerce_to_core_timetable(SCHEDULES[name][0])
    before = datetime.now(UTC)
    assert _next(timetable, None) > before


def _next(timetable: Timetable, last: datetime | None) -> datetime:
    makes_up = bridge.dag_settings(limit=timedelta(hours=1))["catchup"]
    interval = DataInterval.exact(instance(last)) if last else None
    info = timetable.next_dagrun_info(
        last_automated_data_interval=interval, restriction=TimeRestriction(None, None, makes_up)
    )
    assert info is not None
    found: datetime | None = info.logical_date
    assert found is not None
    return found
