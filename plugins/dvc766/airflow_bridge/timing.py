"""When DAGs run, how often a task is tried, and what all DAGs have in common."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Context, CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule

LOCAL_ZONE = "Asia/Ho_Chi_Minh"
OWNER = "to-van-hanh"
# A new installation waits for its first hour to come: Airflow's False would still run the last one, if it passed
# within a tenth of the interval (three days for a monthly DAG), on a warehouse that holds nothing yet.
_NEVER_LATE = timedelta(0)

_FIRST_WAIT = timedelta(minutes=2)
_BACK_OFF = 2.0
_LONGEST_WAIT = timedelta(minutes=30)

# Each error says by its class whether a further try may help; see dvc766/failures.py.
_HOPELESS = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="dvc766.failures.NeedsAPerson",
            action=RetryAction.FAIL,
            reason="Chạy lại không tự hết lỗi; xem thông báo.",
        )
    ]
)


class Tag(StrEnum):
    """The only tags there are: which layer a DAG fills, and how much depends on it."""

    RAW = "layer:raw"
    MARTS = "layer:marts"
    WATCH = "layer:ops"
    TIER_1 = "impact:tier_1"  # without it the ranking is old
    TIER_2 = "impact:tier_2"  # without it nobody is told


def hourly_at(minute: int) -> CronTriggerTimetable:
    """Every hour at a minute, local time."""
    return CronTriggerTimetable(f"{minute} * * * *", timezone=LOCAL_ZONE, run_immediately=_NEVER_LATE)


def daily_at(time: str) -> CronTriggerTimetable:
    """Every day at HH:MM, local time."""
    return _at(time, "* * *")


def weekly_at(weekday: str, time: str) -> CronTriggerTimetable:
    """Every week on a weekday (`mon` to `sun`) at HH:MM, local time."""
    return _at(time, f"* * {weekday}")


def monthly_at(day: int, time: str) -> CronTriggerTimetable:
    """Every month on a day at HH:MM, local time."""
    return _at(time, f"{day} * *")


def _at(time: str, days: str) -> CronTriggerTimetable:
    hour, minute = time.split(":")
    return CronTriggerTimetable(f"{int(minute)} {int(hour)} {days}", timezone=LOCAL_ZONE, run_immediately=_NEVER_LATE)


def retries_over(span: timedelta) -> int:
    """How many retries it takes until the last one begins at least `span` after the first try.

    The pauses grow from 2 to 30 minutes: 2, 4, 8, 16, 30, 30, ... Airflow adds up to as much again to
    those below 30 minutes, so this counts the shortest. For 4 h 30 min (from 01:30 to 06:00) it is 12.
    """
    waited, retries = timedelta(0), 0
    while waited < span:
        waited += min(_FIRST_WAIT * _BACK_OFF**retries, _LONGEST_WAIT)
        retries += 1
    return retries


def dag_settings(*tags: Tag, limit: timedelta, makes_up: bool = True) -> dict[str, Any]:
    """What all DAGs have in common; `limit` is the time one task may take.

    With `makes_up` the hours that passed while the scheduler was down are made up when it is back, one
    at a time, the oldest first. There is no start date: the first scheduled run of an installation is
    the next one to come, and from then on each run follows the one before it.
    """
    return {
        "catchup": makes_up,
        "max_active_runs": 1,
        "tags": sorted(tags),
        "default_args": {
            "owner": OWNER,
            "start_date": None,  # said, because Airflow asks those who make up missed hours to say it
            "retries": 3,
            "retry_delay": _FIRST_WAIT,
            "retry_exponential_backoff": _BACK_OFF,
            "max_retry_delay": _LONGEST_WAIT,
            "retry_policy": _HOPELESS,
            "execution_timeout": limit,
            "on_failure_callback": close_run,
        },
    }


def close_run(context: Context) -> None:
    """Close the run in ops.runs after the last try of a task, with the reason."""
    from dvc766 import runs
    from dvc766.airflow_bridge.connections import settings_from_airflow

    run_id = context["ti"].xcom_pull(task_ids="start")
    error = context.get("exception")
    if run_id is not None and isinstance(error, BaseException):
        runs.fail(settings_from_airflow(), run_id, error)
