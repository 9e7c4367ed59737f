"""The tasks: each is a call of `runs` with the settings and the parameters of its DAG run."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import PokeReturnValue, get_current_context, task

from dvc766.airflow_bridge.connections import settings_from_airflow
from dvc766.airflow_bridge.parameters import READ_UNTIL, READING_AT, Asked
from dvc766.airflow_bridge.timing import retries_over

# A portal that is closed for the night is tried from 01:30 until 06:00, and read then.
_READING_RETRIES = retries_over(timedelta(hours=4, minutes=30))
# A task that waits leaves its place to others in between.
_WAITING: dict[str, Any] = {"mode": "reschedule", "poke_interval": 60, "timeout": timedelta(hours=12)}

_LOG = logging.getLogger(__name__)


# The tasks' parameter is `run`: `run_id` is a name of Airflow's own and refused at run time.


@task.sensor(task_id="start", task_display_name="Chờ đến lượt, mở lượt đọc", **_WAITING)
def start_reading(portal: str) -> PokeReturnValue:
    """Open a reading when no other of the portal is open; the following tasks know it by its number.

    One that goes back for long is a part, of the day of its end: today is read by the last part alone.
    """
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    runs.close_dead_runs(settings, _is_over)
    is_backfill = get_current_context()["dag_run"].run_type == "backfill"
    if is_backfill and runs.is_night_first(settings, portal, since=READING_AT, until=READ_UNTIL):
        _LOG.info("Nhường lượt đọc của đêm nay.")
        return PokeReturnValue(is_done=False)
    as_of, day = asked.as_of, asked.day
    if window_from := _goes_back_to(asked):
        end = runs.end_of_part(settings, portal, window_from, as_of)
        if end < as_of:
            as_of, day = end, end.astimezone(asked.now.tzinfo).date()
    try:
        run = runs.start_reading(settings, portal, as_of=as_of, driver=_driver(day))
    except runs.WarehouseBusy as busy:
        return _not_yet(busy)
    return PokeReturnValue(is_done=True, xcom_value=run)


@task(multiple_outputs=False, retries=_READING_RETRIES)
def write(run: int, portal: str, resources: list[str]) -> dict[str, int]:
    """Read these resources from the portal into landing; returns records by resource."""
    from dvc766 import runs

    batches = runs.write(settings_from_airflow(), run, resources, **_window())
    return {batch.resource: batch.fetched for batch in batches}


def sweep(portal: str) -> TriggerDagRunOperator:
    """Have the portal's own DAG read everything there is: it waits for its turn among that DAG's runs."""
    return TriggerDagRunOperator(
        task_id=f"sweep_{portal}",
        task_display_name=f"Cho đọc toàn bộ {portal}",
        trigger_dag_id=f"ingest_{portal}_daily",
        conf={"sweep": True},
    )


@task(task_id="audit", task_display_name="Kiểm tra lô dữ liệu")
def audit_landing(run: int) -> int:
    """The door in; returns how many warnings it gave."""
    from dvc766 import runs

    return len(runs.audit_landing(settings_from_airflow(), run, **_window()).warnings)


@task(multiple_outputs=False, task_display_name="Nạp vào kho")
def promote(run: int) -> dict[str, int]:
    """Landing to raw; returns new and changed records by resource."""
    from dvc766 import runs

    entries = runs.promote(settings_from_airflow(), run, **_window())
    return {entry.resource: entry.new + entry.changed for entry in entries}


@task.short_circuit(task_id="rest", task_display_name="Tìm phần đọc bù còn lại")
def find_rest(run: int) -> dict[str, Any]:
    """What the run for the next part is asked; empty, and the end of the DAG run, when nothing is left to read."""
    from dvc766 import runs

    asked = _asked()
    window_from = _goes_back_to(asked)
    rest = window_from and runs.rest_from(settings_from_airflow(), run, window_from, asked.as_of)
    return dict(_params()) | {"window_from": rest.astimezone(asked.now.tzinfo).isoformat()} if rest else {}


def read_rest(portal: str, rest: Any) -> TriggerDagRunOperator:
    """Have the next part join the end of its own DAG's queue; once, also when this task is killed and tried again."""
    return TriggerDagRunOperator(
        task_id="read_rest",
        task_display_name="Hẹn đọc phần còn lại",
        trigger_dag_id=f"ingest_{portal}_daily",
        trigger_run_id="{{ run_id.split('__from_')[0] }}__from_{{ ti.xcom_pull('rest')['window_from'][:10] }}",
        logical_date=None,
        conf=rest,
        skip_when_already_exists=True,
    )


@task(task_id="accept", multiple_outputs=False, task_display_name="Chấp nhận và nạp lô bị chặn")
def accept_blocked() -> dict[str, int]:
    """Take a blocked reading's batches on, for the reason given; returns new and changed records by resource."""
    from dvc766 import runs

    params, settings = _params(), settings_from_airflow()
    runs.close_dead_runs(settings, _is_over)
    entries = runs.accept_blocked(
        settings,
        params["run"],
        reason=params["reason"],
        accepted_by=params["accepted_by"],
        driver=_driver(_asked().day),
    )
    return {entry.resource: entry.new + entry.changed for entry in entries}


@task.sensor(task_id="wait", task_display_name="Chờ dữ liệu trong ngày của các cổng", **_WAITING)
def wait_for_readings(until: str) -> bool:
    """Wait for the portals' readings of the run's day, from `until` (HH:MM, local) on only for one at work."""
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    runs.close_dead_runs(settings, _is_over)
    waits_for = runs.portals_to_wait_for(settings, asked.day, until=until, waited=_waited())
    for sentence in waits_for:
        _LOG.info("Còn chờ: %s", sentence)
    return not waits_for


@task.sensor(task_id="start", task_display_name="Chờ đến lượt, mở lượt tính", **_WAITING)
def start_ranking() -> PokeReturnValue:
    """Open a build of the ranking when no other is open."""
    return _start_build()


@task.sensor(task_id="start", task_display_name="Chờ đến lượt, mở lượt tính", **_WAITING)
def start_month(until: str) -> PokeReturnValue:
    """Open a build of the ranking when the month was read to its end and no other build is open.

    A run of the schedule waits for the readings of its day, as `wait_for_readings` does.
    """
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    try:
        runs.check_month_is_complete(settings, asked.month)
    except runs.MonthIncomplete as incomplete:
        waits = runs.portals_to_wait_for(settings, asked.day, until=until, waited=_waited())
        if _params()["period"] or not waits:
            raise
        return _not_yet(incomplete)
    return _start_build()


def _start_build() -> PokeReturnValue:
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    runs.close_dead_runs(settings, _is_over)
    try:
        run = runs.start_ranking(settings, as_of=asked.instant("as_of"), driver=_driver(asked.day))
    except runs.WarehouseBusy as busy:
        return _not_yet(busy)
    runs.tell_missing(settings, run)
    return PokeReturnValue(is_done=True, xcom_value=run)


@task(task_id="transform", task_display_name="Tính các lớp số liệu và xếp hạng")
def transform(run: int) -> int:
    """Build the dbt project; returns how many nodes ran."""
    from dvc766 import runs

    return runs.transform(settings_from_airflow(), run)


@task(task_id="audit", task_display_name="Kiểm tra bảng xếp hạng")
def audit_ranking(run: int) -> int:
    """The door out; returns how many warnings it gave."""
    from dvc766 import runs

    return len(runs.audit_ranking(settings_from_airflow(), run).warnings)


@task(task_id="freeze", multiple_outputs=False, task_display_name="Chốt các tháng đến hạn")
def freeze_months() -> dict[str, int]:
    """Freeze the month that was asked for, else every month whose cut-off has passed; returns revisions by month."""
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    runs.close_dead_runs(settings, _is_over)
    months = [asked.month] if _params()["period"] else runs.months_due(settings, as_of=asked.as_of)
    frozen = runs.freeze_all(settings, months, driver=_driver(asked.day))
    return {f"{each.period_month:%Y-%m}": each.revision for each in frozen}


@task(task_id="watch", multiple_outputs=False, task_display_name="Đối chiếu các tháng đã chốt")
def watch_frozen_months() -> dict[str, int]:
    """Make the last twelve frozen months again aside; returns how many figures and records differ."""
    from dvc766 import runs

    settings, asked = settings_from_airflow(), _asked()
    runs.close_dead_runs(settings, _is_over)
    restated = runs.watch_frozen_months(settings, driver=_driver(asked.day))
    return {"months": len(restated.months), "figures": len(restated.figures), "records": restated.records}


@task(task_id="swap", multiple_outputs=False, task_display_name="Thay bảng người dùng đang xem")
def swap_marts(run: int) -> dict[str, list[int]]:
    """Show the candidate to readers; returns rows in and out by mart."""
    from dvc766 import runs

    return {table: list(moved) for table, moved in runs.swap_marts(settings_from_airflow(), run).items()}


@task(multiple_outputs=False, task_display_name="Kiểm tra độ mới của dữ liệu")
def check_freshness() -> dict[str, float]:
    """Fail when records of a portal or the ranking shown are too old; returns the ages in hours."""
    from dvc766 import runs

    settings = settings_from_airflow()
    runs.close_dead_runs(settings, _is_over)
    return dict(runs.check_freshness(settings, as_of=_asked().instant("as_of")))


def _asked() -> Asked:
    from dvc766.clock import business_now

    return Asked(_params(), get_current_context()["dag_run"].logical_date, business_now())


def _window() -> dict[str, Any]:
    """What a person asked a reading to read; without that, what has come since the last one."""
    asked = _asked()
    return {"window_from": asked.instant("window_from"), "sweep": bool(asked.params["sweep"])}


def _goes_back_to(asked: Asked) -> datetime | None:
    """From when a run reads that was asked to go back; a sweep reads everything, whatever it was asked."""
    return None if asked.params["sweep"] else asked.instant("window_from")


def _params() -> Any:
    return get_current_context()["params"]


def _waited() -> timedelta:
    """How long this DAG run has been at work."""
    started: datetime = get_current_context()["dag_run"].start_date
    return datetime.now(UTC) - started


def _driver(day: date) -> Any:
    """This DAG run, as the one who drives a run for a day."""
    from dvc766 import runs

    dag_run = get_current_context()["dag_run"]
    return runs.Driver(dag_run.dag_id, str(dag_run.run_id), day)


def driver_of_this_run() -> Any:
    """This DAG run, as the one who drives a run for its day."""
    return _driver(_asked().day)


def _is_over(dag_id: str, dag_run_id: str) -> bool:
    """Whether Airflow has ended a DAG run, or knows it no more."""
    alive = get_current_context()["ti"].get_dr_count(dag_id, run_ids=[dag_run_id], states=["queued", "running"])
    return bool(alive == 0)


def _not_yet(reason: Exception) -> PokeReturnValue:
    _LOG.info("Còn chờ: %s", reason)
    return PokeReturnValue(is_done=False)
