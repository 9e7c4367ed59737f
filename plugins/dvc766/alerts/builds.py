"""Is the ranking built and shown, and does no run stand open or end in vain?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from dvc766.alerts.finding import Round, first_line, local, of_run
from dvc766.alerts.readings import has_begun_before, late_readings
from dvc766.clock import LOCAL_ZONE
from dvc766.runs.days import Progress, progress_of
from dvc766.runs.watch import ALLOWED_HOURS
from dvc766.warehouse.alerts import Alert

BUILT_BY = time(8)  # the build waits for the portals until 06:00
OPEN_AT_MOST = timedelta(hours=12)  # no step waits or works longer; see airflow_bridge/tasks.py
UNWATCHED_AT_MOST = timedelta(days=9)  # a weekly DAG, and two days for it to be late

_OLD_VI = "Người dùng vẫn thấy bảng xếp hạng của lần trước."
_NEWEST = """
select run_id, state, day, as_of, message_vi, dag_id, dag_run_id, started_at, finished_at
from ops.runs
where kind = 'ranking' and state <> 'superseded'
order by run_id desc
limit 1
"""
_SHOWN = """
select as_of from ops.runs where kind = 'ranking' and state = 'succeeded' order by finished_at desc limit 1
"""
_BUILT = """
select exists (
    select from ops.runs
    where kind = 'ranking' and state <> 'superseded'
        and coalesce(day, (as_of at time zone 'Asia/Ho_Chi_Minh')::date) >= %(day)s
) as is_built
"""
_OPEN = """
select run_id, kind, portal, dag_id, dag_run_id, started_at
from ops.runs
where state = 'running' and started_at < %(before)s
order by run_id
"""
_FAILED = """
select *
from (
    select distinct on (kind) kind, run_id, state, message_vi, dag_id, dag_run_id, finished_at
    from ops.runs
    where kind in ('freezing', 'watching') and state <> 'superseded'
    order by kind, run_id desc
) as newest
where state = 'failed'
"""
_WATCHED = """
select
    (select min(frozen_at) from published.revisions) as frozen_at,
    (select max(finished_at) from ops.runs where kind = 'watching' and state = 'succeeded') as watched_at
"""
_KINDS_VI = {"reading": "đọc cổng", "ranking": "tính", "freezing": "chốt tháng", "watching": "đối chiếu tháng đã chốt"}


def late_builds(here: Round) -> Iterator[Alert]:
    """The build of the day that stopped, failed or never began; else a ranking shown that is old without a cause.

    A ranking that is old because a portal is, is told by the portal.
    """
    newest = next(iter(here.rows(_NEWEST)), None)
    day = here.day_due(BUILT_BY)
    if newest and newest["state"] == "blocked":
        yield _stopped(newest, "ranking_blocked", "bị chặn", "Xử lý điều kiện không đạt, rồi chạy lại cả DAG.")
    elif newest and newest["state"] == "failed":
        yield _stopped(newest, "build_failed", "không thành công", "Xử lý nguyên nhân, rồi chạy build_warehouse_daily.")
    elif has_begun_before(here, day):
        [built] = here.rows(_BUILT, day=day)
        waits = Progress.AT_WORK in progress_of(here.settings, day).values()
        if not built["is_built"] and not waits:
            yield Alert(
                key="build_missing/ranking",
                kind="build_missing",
                what_vi=f"Đến {BUILT_BY:%H:%M} ngày {day:%d/%m/%Y} chưa có lượt tính nào bắt đầu.",
                means_vi=_OLD_VI,
                todo_vi="Xem bộ lập lịch có chạy không, build_warehouse_daily có bị tạm dừng không; rồi chạy DAG đó.",
                since=datetime.combine(day, BUILT_BY, LOCAL_ZONE),
                dag_id="build_warehouse_daily",
            )
        elif not waits and not any(late_readings(here)):
            yield from _old(here, datetime.combine(day, BUILT_BY, LOCAL_ZONE))


def open_runs(here: Round) -> Iterator[Alert]:
    """Runs that nobody has ended: the next one of their kind waits for them."""
    for run in here.rows(_OPEN, before=here.wall - OPEN_AT_MOST):
        what = f"{_KINDS_VI.get(run['kind'], run['kind'])}{' ' + run['portal'] if run['portal'] else ''}"
        yield Alert(
            key=f"run_open/{run['run_id']}",
            kind="run_open",
            what_vi=f"Lượt {what} {run['run_id']} đang mở từ {local(run['started_at'])},"
            f" quá {OPEN_AT_MOST // timedelta(hours=1)} giờ.",
            means_vi="Lượt sau cùng loại phải chờ; số liệu không được cập nhật.",
            todo_vi="Xem nhiệm vụ của lượt còn chạy không. Đã dừng: chạy check_freshness_daily để khép lượt, rồi chạy"
            " lại DAG; đang treo: dừng nhiệm vụ (Mark failed), rồi chạy lại DAG.",
            since=run["started_at"],
            **of_run(run),
        )


def failed_runs(here: Round) -> Iterator[Alert]:
    """A freeze or a watch that ended in vain and was not done again, or a watch that is not done at all."""
    for run in here.rows(_FAILED):
        what = _KINDS_VI[run["kind"]]
        yield Alert(
            key=f"run_failed/{run['kind']}",
            kind="run_failed",
            what_vi=f"Lượt {what} {run['run_id']} không thành công. {first_line(run['message_vi'])}",
            means_vi="Tháng chưa chốt được."
            if run["kind"] == "freezing"
            else "Chưa biết tháng đã chốt có gì đổi khác.",
            todo_vi=f"Xử lý nguyên nhân nêu trên, rồi chạy lại {run['dag_id'] or 'lệnh đã chạy'}.",
            since=run["finished_at"] or here.wall,
            **of_run(run),
        )
    [row] = here.rows(_WATCHED, role="publisher")
    since = row["watched_at"] or row["frozen_at"]
    if row["frozen_at"] and here.wall - since > UNWATCHED_AT_MOST:
        yield Alert(
            key="watch_missing/watching",
            kind="watch_missing",
            what_vi=f"Các tháng đã chốt được đối chiếu lần cuối lúc {local(since)}."
            if row["watched_at"]
            else "Các tháng đã chốt chưa được đối chiếu lần nào.",
            means_vi="Dữ liệu đến muộn có thể làm đổi hạng của tháng đã công bố mà chưa ai biết.",
            todo_vi="Xem watch_frozen_months_weekly có bị tạm dừng không; rồi chạy DAG đó.",
            since=since,
            dag_id="watch_frozen_months_weekly",
        )


def nothing_begun(here: Round) -> Iterator[Alert]:
    """An installation in which nothing was ever shown: asked by the dead-man check alone, from the first day on."""
    if not here.rows(_SHOWN) and not has_begun_before(here, here.day_due(BUILT_BY)):
        yield Alert(
            key="nothing_begun/ranking",
            kind="nothing_begun",
            what_vi="Chưa có bảng xếp hạng nào được hiển thị, chưa có lượt chạy nào từ hôm trước.",
            means_vi="Hệ thống chưa phục vụ được ai.",
            todo_vi="Chạy các DAG ingest_…_daily với window_from, rồi chạy build_warehouse_daily.",
            since=here.now,
        )


def _old(here: Round, due: datetime) -> Iterator[Alert]:
    shown = next((row["as_of"] for row in here.rows(_SHOWN)), None)
    if shown is None or due - shown > timedelta(hours=ALLOWED_HOURS):
        told = "chưa hiển thị lần nào" if shown is None else f"có số liệu đến {local(shown)}"
        yield Alert(
            key="ranking_old/ranking",
            kind="ranking_old",
            what_vi=f"Bảng xếp hạng đang hiển thị {told}, dù các cổng đã đọc xong.",
            means_vi=_OLD_VI,
            todo_vi="Xem lượt gần nhất của build_warehouse_daily, rồi chạy DAG đó.",
            since=shown or due,
            dag_id="build_warehouse_daily",
        )


def _stopped(run: Mapping[str, Any], kind: str, how: str, todo: str) -> Alert:
    lines = [line.strip().removeprefix("- ") for line in (run["message_vi"] or "").splitlines() if line.strip()]
    said = "; ".join(line for line in lines[:3] if "Việc cần làm" not in line)
    return Alert(
        key=f"{kind}/ranking",
        kind=kind,
        what_vi=f"Lượt tính {run['run_id']} {how}. {said}".strip(),
        means_vi=_OLD_VI + " Đến hạn mà chưa tính được thì tháng không chốt được.",
        todo_vi=todo,
        since=run["finished_at"] or run["started_at"],
        **of_run(run),
    )
