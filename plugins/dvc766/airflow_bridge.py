"""The only importer of Airflow: its connections become settings, its tasks become calls of `runs`.

Nothing heavy is imported while a DAG file is parsed: each task imports what it calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from airflow.sdk import (
    Asset,
    Connection,
    Context,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    get_current_context,
    task,
)

from dvc766.portals import PORTALS
from dvc766.settings import PortalSettings, Settings, WarehouseSettings, clock_url_from_env, state_from_env

if TYPE_CHECKING:
    from dvc766.warehouse.run_life import Driver

LOCAL_ZONE = "Asia/Ho_Chi_Minh"
# A new installation waits for its first hour to come: Airflow's False would still run the last one, if it passed
# within a tenth of the interval (three days for a monthly DAG), on a warehouse that holds nothing yet.
_NEVER_LATE = timedelta(0)
OWNER = "to-van-hanh"
RAW = {portal.code: Asset(f"raw_{portal.code}") for portal in PORTALS}


class Tag(StrEnum):
    """The only tags there are: which layer a DAG fills, and how much depends on it."""

    RAW = "layer:raw"
    MARTS = "layer:marts"
    WATCH = "layer:ops"
    TIER_1 = "impact:tier_1"  # without it the ranking is old
    TIER_2 = "impact:tier_2"  # without it nobody is told


AS_OF = Param(
    None,
    type=["null", "string"],
    format="date-time",
    title="Thời điểm chốt số liệu",
    description="Để trống: thời điểm hiện tại. Ví dụ 2025-06-01T00:30:00+07:00",
)
WINDOW_FROM = Param(
    None,
    type=["null", "string"],
    format="date-time",
    title="Đọc bù từ thời điểm",
    description="Để trống: đọc tiếp từ lần trước. Ví dụ 2025-05-01T00:00:00+07:00",
)
SWEEP = Param(
    False,
    type="boolean",
    title="Đọc toàn bộ",
    description="Đọc lại tất cả bản ghi và tìm bản ghi đã bị xóa trên cổng",
)
PERIOD = Param(
    None,
    type=["null", "string"],
    pattern=r"^20\d\d-(0[1-9]|1[0-2])$",
    title="Kỳ xếp hạng",
    description="Dạng YYYY-MM. Để trống: tháng trước",
)

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


def daily_at(time: str) -> CronTriggerTimetable:
    """Every day at HH:MM, local time."""
    return _at(time, "* * *")


def monthly_at(day: int, time: str) -> CronTriggerTimetable:
    """Every month on a day at HH:MM, local time."""
    return _at(time, f"{day} * *")


def _at(time: str, days: str) -> CronTriggerTimetable:
    hour, minute = time.split(":")
    return CronTriggerTimetable(f"{int(minute)} {int(hour)} {days}", timezone=LOCAL_ZONE, run_immediately=_NEVER_LATE)


def dag_settings(*tags: Tag, limit: timedelta) -> dict[str, Any]:
    """What all DAGs have in common; `limit` is the time one task may take."""
    return {
        "catchup": False,  # no start date: with one, unpausing would at once run the last time that passed
        "max_active_runs": 1,
        "tags": sorted(tags),
        "default_args": {
            "owner": OWNER,
            "retries": 3,
            "retry_delay": timedelta(minutes=2),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(minutes=30),
            "retry_policy": _HOPELESS,
            "execution_timeout": limit,
            "on_failure_callback": close_run,
        },
    }


def close_run(context: Context) -> None:
    """Close the run in ops.runs after the last try of a task, with the reason."""
    from dvc766 import runs

    run_id = context["ti"].xcom_pull(task_ids="start")
    error = context.get("exception")
    if run_id is not None and isinstance(error, BaseException):
        runs.fail(settings_of(), run_id, error)


def settings_of(*portals: str) -> Settings:
    """The settings in Airflow's connections: the warehouse, and the named portals."""
    return Settings(
        portals={code: PortalSettings.from_connection(code, _connection(code)) for code in portals},
        warehouse=WarehouseSettings.from_connection(_connection("warehouse")),
        clock_url=clock_url_from_env(),
        state=state_from_env(),
    )


@task(task_id="start")
def start_reading(portal: str) -> int:
    """Open a reading; the following tasks know it by its number."""
    from dvc766 import runs

    return runs.start_reading(settings_of(portal), portal, as_of=_instant("as_of"), driver=_driver())


# The tasks' parameter is `run`: `run_id` is a name of Airflow's own and refused at run time.


@task(multiple_outputs=False)
def write(run: int, portal: str, resources: list[str]) -> dict[str, int]:
    """Read these resources from the portal into landing; returns records by resource."""
    from dvc766 import runs

    window_from, sweep = _instant("window_from"), bool(_param("sweep"))
    batches = runs.write(settings_of(portal), run, resources, window_from=window_from, sweep=sweep)
    return {batch.resource: batch.fetched for batch in batches}


@task(task_id="audit")
def audit_landing(run: int) -> int:
    """The door in; returns how many warnings it gave."""
    from dvc766 import runs

    return len(runs.audit_landing(settings_of(), run).warnings)


@task(multiple_outputs=False)
def promote(run: int) -> dict[str, int]:
    """Landing to raw; returns new and changed records by resource."""
    from dvc766 import runs

    return {entry.resource: entry.new + entry.changed for entry in runs.promote(settings_of(), run)}


@task(task_id="start")
def start_ranking() -> int:
    """Open a build of the ranking as of the newest reading."""
    from dvc766 import runs

    return runs.start_ranking(settings_of(), as_of=_instant("as_of"), driver=_driver())


@task(task_id="start")
def start_month() -> int:
    """Open a build of the ranking once the month was read to its end."""
    from dvc766 import runs

    settings, as_of = settings_of(*RAW), _instant("as_of")
    runs.check_month_is_complete(settings, _month())
    return runs.start_ranking(settings, as_of=as_of, driver=_driver())


@task
def transform(run: int, selector: str) -> int:
    """Build a dbt selector; returns how many nodes ran."""
    from dvc766 import runs

    return runs.transform(settings_of(), run, selector)


@task(task_id="transform")
def transform_month(run: int) -> int:
    """Build all of the dbt project, the month of the run in any case; returns how many nodes ran."""
    from dvc766 import runs

    return runs.transform(settings_of(), run, "all", periods=[_month()])


@task(task_id="audit")
def audit_ranking(run: int) -> int:
    """The door out; returns how many warnings it gave."""
    from dvc766 import runs

    return len(runs.audit_ranking(settings_of(), run).warnings)


@task(task_id="swap", multiple_outputs=False)
def swap_marts(run: int) -> dict[str, list[int]]:
    """Show the candidate to readers; returns rows in and out by mart."""
    from dvc766 import runs

    return {table: list(moved) for table, moved in runs.swap_marts(settings_of(), run).items()}


@task(multiple_outputs=False)
def check_freshness() -> dict[str, float]:
    """Fail when a portal's records are too old; returns the age in hours by portal."""
    from dvc766 import runs

    return dict(runs.check_freshness(settings_of(*RAW), as_of=_instant("as_of")))


def _month() -> date:
    """The month to rank: the parameter's; in a backfill the one before the run's date; else before now."""
    from dvc766 import clock, runs

    context = get_current_context()
    if period := context["params"]["period"]:
        return runs.month_of(period)
    if context["dag_run"].run_type == "backfill" and (logical_date := context["dag_run"].logical_date):
        return runs.month_before(logical_date)
    return runs.month_before(_instant("as_of") or clock.business_now())


def _param(name: str) -> Any:
    return get_current_context()["params"][name]


def _instant(name: str) -> datetime | None:
    """A parameter as an instant; without a zone it is local time."""
    given = _param(name)
    moment = datetime.fromisoformat(given) if given else None
    return moment.replace(tzinfo=ZoneInfo(LOCAL_ZONE)) if moment and moment.tzinfo is None else moment


def _driver() -> Driver:
    """This DAG run, as the one who drives a run."""
    from dvc766.warehouse.run_life import Driver

    dag_run = get_current_context()["dag_run"]
    return Driver(dag_run.dag_id, str(dag_run.run_id))


def _connection(name: str) -> Mapping[str, Any]:
    """An Airflow connection in its JSON form."""
    connection = Connection.get(name)
    given = {key: getattr(connection, key) for key in ("host", "port", "login", "password", "schema")}
    return given | {"extra": connection.extra_dejson}
