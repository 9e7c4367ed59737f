"""Are the portals read? Told from 07:00 on, when the last retry of a portal that was closed for the night is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from dvc766.alerts.finding import Round, first_line, local, of_run
from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Portal
from dvc766.quality.deletions import EXPECTATION as GONE_SHARE
from dvc766.quality.usual import LEAST_VOLUME, read_calendar
from dvc766.runs.days import Progress, progress_of
from dvc766.runs.in_use import ReadTo, lost_connections, portals_in_use, read_to_of
from dvc766.runs.watch import ALLOWED_HOURS
from dvc766.warehouse.alerts import Alert

READ_BY = time(7)  # an hour after the build goes without a portal: its last try is over

_STALE_VI = (
    "Bảng xếp hạng vẫn hiển thị nhưng thiếu số liệu mới của cổng này; thiếu đến hạn chốt thì tháng không chốt được."
)
# The newest reading of each portal; one that was started again from its first task does not count.
_NEWEST = """
select distinct on (portal) portal, run_id, state, message_vi, dag_id, dag_run_id, started_at, finished_at,
    exists (
        select from ops.check_results as result
        where result.run_id = run.run_id and result.expectation = %(gone)s and not result.passed
    ) as has_deletions
from ops.runs as run
where kind = 'reading' and state <> 'superseded'
order by portal, run_id desc
"""
_BEGUN = "select min(coalesce(day, (as_of at time zone 'Asia/Ho_Chi_Minh')::date)) as day from ops.runs"
_SAME_AGAIN = """
select ledger.portal, ledger.resource, coalesce(source.portal_vi, ledger.portal) as portal_vi,
    coalesce(source.resource_vi, ledger.resource) as resource_vi, sum(ledger.fetched) as fetched
from ops.ledger as ledger
inner join ops.runs as run using (run_id)
left join ops.sources as source
    on (source.province_code, source.portal, source.resource)
        = (ledger.province_code, ledger.portal, ledger.resource)
where run.kind = 'reading' and run.day = %(day)s and not ledger.is_sweep and ledger.window_from is not null
group by 1, 2, 3, 4
having sum(ledger.fetched) >= %(least)s
    and sum(ledger.new + ledger.changed + ledger.stale + ledger.quarantined) = 0
"""


def has_begun_before(here: Round, day: date) -> bool:
    """Whether anything had run before a day: what was installed on the day itself is not late yet."""
    [row] = here.rows(_BEGUN)
    return row["day"] is not None and row["day"] < day


def late_readings(here: Round) -> Iterator[Alert]:
    """Portals that stand still: not read, read in vain, stopped at the door, behind, or not connected any more."""
    read_to = read_to_of(here.settings, here.extractor)
    for sentence in lost_connections(here.settings, read_to):
        yield _lost(here, sentence)
    day = here.day_due(READ_BY)
    progress = progress_of(here.settings, day)
    newest = {row["portal"]: row for row in here.rows(_NEWEST, gone=GONE_SHARE)}
    is_due = has_begun_before(here, day)
    for portal in portals_in_use(here.settings, read_to):
        run = newest.get(portal.code)
        if run and run["state"] == "blocked":
            yield _blocked(portal, run)
        elif is_due:
            yield from _late(here, portal, day, progress[portal.name_vi], run, read_to)


def nothing_new(here: Round) -> Iterator[Alert]:
    """A portal that gave records after a working day, and not one that is new or changed: an old file, perhaps."""
    day = here.day_due(READ_BY)
    if not read_calendar(here.settings.calendar_days).is_working(day - timedelta(days=1)):
        return
    for row in here.rows(_SAME_AGAIN, day=day, least=LEAST_VOLUME):
        yield Alert(
            key=f"nothing_new/{row['portal']}/{row['resource']}",
            kind="nothing_new",
            what_vi=f"{row['portal_vi']}, {row['resource_vi']}, ngày {day:%d/%m/%Y}: đọc được {row['fetched']} bản ghi"
            " nhưng không bản ghi nào mới hoặc thay đổi, dù hôm trước là ngày làm việc.",
            means_vi="Có thể cổng trả lại dữ liệu của hôm trước; hồ sơ của ngày qua chưa được tính vào tháng.",
            todo_vi="Hỏi đơn vị quản lý cổng; khi cổng đã cập nhật, chạy lại ingest_…_daily và build_warehouse_daily.",
            since=datetime.combine(day, time(), LOCAL_ZONE),
        )


def _late(
    here: Round, portal: Portal, day: date, progress: Progress, run: Mapping[str, Any] | None, read_to: ReadTo
) -> Iterator[Alert]:
    due = datetime.combine(day, READ_BY, LOCAL_ZONE)
    dag = f"ingest_{portal.code}_daily"
    if progress is Progress.NOT_BEGUN:
        yield Alert(
            key=f"reading_missing/{portal.code}",
            kind="reading_missing",
            what_vi=f"{portal.name_vi}: đến {READ_BY:%H:%M} ngày {day:%d/%m/%Y} chưa có lượt đọc nào bắt đầu.",
            means_vi=_STALE_VI,
            todo_vi=f"Xem bộ lập lịch có chạy không, {dag} có bị tạm dừng không; rồi chạy {dag}.",
            since=due,
            dag_id=dag,
        )
    elif progress is Progress.ENDED:
        yield Alert(
            key=f"reading_failed/{portal.code}",
            kind="reading_failed",
            what_vi=f"{portal.name_vi}: lượt đọc ngày {day:%d/%m/%Y} không thành công. "
            + first_line(run["message_vi"] if run else None),
            means_vi=_STALE_VI,
            todo_vi=f"Xử lý nguyên nhân nêu trên rồi chạy {dag} và build_warehouse_daily; đêm sau cũng tự đọc bù.",
            since=run["finished_at"] or due if run else due,
            **(of_run(run) if run else {"dag_id": dag}),
        )
    elif progress is Progress.WHOLE:
        behind = {
            resource.name: read_to.get((portal.code, resource.name))
            for resource in portal.resources
            if due - read_to.get((portal.code, resource.name), datetime.min.replace(tzinfo=LOCAL_ZONE))
            > timedelta(hours=ALLOWED_HOURS)
        }
        if behind:
            reached = min((end for end in behind.values() if end), default=None)
            yield Alert(
                key=f"portal_late/{portal.code}",
                kind="portal_late",
                what_vi=f"{portal.name_vi}: {', '.join(portal.resource(name).name_vi for name in behind)} "
                + (f"mới đọc đến {local(reached)}" if reached else "chưa đọc lần nào")
                + f", quá {ALLOWED_HOURS} giờ.",
                means_vi=_STALE_VI,
                todo_vi=f"Chạy {dag} (để trống tham số), xong thì chạy build_warehouse_daily.",
                since=reached or due,
                dag_id=dag,
            )


def _blocked(portal: Portal, run: Mapping[str, Any]) -> Alert:
    kind = "deletions_waiting" if run["has_deletions"] else "batch_blocked"
    since = run["finished_at"] or run["started_at"]
    waits = (
        "Chưa bản ghi nào bị coi là đã xóa; cổng này không được nạp thêm cho đến khi có người quyết định."
        if run["has_deletions"]
        else "Lô này và các lô sau của cổng chưa vào kho; số liệu của cổng dừng lại cho đến khi lô qua được kiểm tra."
    )
    lines = [line.strip().removeprefix("- ") for line in (run["message_vi"] or "").splitlines()]
    failed = "; ".join(line for line in lines[1:4] if line and "Việc cần làm" not in line)
    return Alert(
        key=f"{kind}/{portal.code}",
        kind=kind,
        what_vi=f"{portal.name_vi}: lượt {run['run_id']} bị chặn từ {local(since)}."
        f" {failed or first_line(run['message_vi'])}",
        means_vi=waits,
        todo_vi="Hỏi đơn vị quản lý cổng. Cổng sửa xong: chạy lại DAG; lô đúng: chạy accept_blocked_batch với"
        f" run = {run['run_id']}, ghi lý do và người chấp nhận.",
        since=since,
        **of_run(run),
    )


def _lost(here: Round, sentence: str) -> Alert:
    name, _, rest = sentence.partition(":")
    return Alert(
        key=f"connection_lost/{name}",
        kind="connection_lost",
        what_vi=f"{name}: {rest.partition(';')[0].strip()}.",
        means_vi="Số liệu dừng ở lần đọc cuối của cổng ấy; tháng không chốt được khi thiếu cổng.",
        todo_vi=rest.partition(";")[2].strip().capitalize() + ", rồi chạy ingest_…_daily và build_warehouse_daily.",
        since=here.now,
    )
