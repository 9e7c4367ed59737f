"""Is each ended month on its way: frozen, approved, sealed, with its readers, each step by its day?

07/2025 ends ──► frozen after the 10th working day ──► approved within 5 days ──► sealed at once ──► delivered, 16:30
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dvc766.alerts.finding import Round, first_line, local
from dvc766.alerts.readings import has_begun_before
from dvc766.clock import LOCAL_ZONE, month_before
from dvc766.runs.deadlines import approval_days, cut_off
from dvc766.runs.delivering import Venue, undelivered
from dvc766.runs.freezing import months_due
from dvc766.runs.watch import MonthIncomplete, MonthRefused, check_month_is_complete
from dvc766.transform import first_assessed_month
from dvc766.warehouse.alerts import Alert

FROZEN_BY = time(10)  # freeze_month runs at 08:00, and may take an hour
WARNED_BEFORE = timedelta(days=3)  # the cut-off, while something is missing
SEALED_WITHIN = timedelta(hours=1)
DELIVERED_WITHIN = timedelta(hours=26)  # publish_month runs every day
TRIED_WITHIN = timedelta(hours=1)  # the retries of one delivery are over by then

_UNDECIDED = "select * from ops.undecided_revisions order by period_month"
_UNSEALED = """
select newest.*
from (
    select distinct on (period_month, revision) period_month, revision, decision, decided_at, decided_by
    from published.decisions order by period_month, revision, decision_id desc
) as newest
left join published.publications using (period_month, revision)
where newest.decision = 'approved' and publications.sequence is null and newest.decided_at < %(before)s
order by newest.period_month, newest.revision
"""
_TRIES = """
select
    sealed_at,
    newest.state, newest.message_vi, newest.ended_at
from published.publications
left join lateral (
    select state, message_vi, ended_at from ops.deliveries
    where (venue_code, period_month, revision)
        = (%(venue)s, publications.period_month, publications.revision)
    order by delivery_id desc limit 1
) as newest on true
where (publications.period_month, publications.revision) = (%(month)s, %(revision)s)
"""
_RESTATED = """
select restated.period_month, count(*) as agencies, min(run.finished_at) as since, min(run.dag_id) as dag_id,
    min(run.dag_run_id) as dag_run_id, string_agg(restated.agency_code, ', ' order by restated.agency_code) as codes
from ops.restatements as restated
inner join ops.runs as run using (run_id)
where
    restated.run_id = (select max(run_id) from ops.runs where kind = 'watching' and state = 'succeeded')
    and restated.indicator_code = '' and restated.rank_before is distinct from restated.rank_after
    and restated.revision = (
        select max(revision) from published.revisions where revisions.period_month = restated.period_month
    )
group by restated.period_month
order by restated.period_month
"""
_MOST_NAMED = 120  # characters of agencies' codes


def freezes(here: Round) -> Iterator[Alert]:
    """Months that should be frozen and are not; and one that will be soon, while a portal is not read to its end.

    Overdue months are one alert: they are frozen in their order, so what holds up the first holds up all.
    """
    today = here.now.date()
    if not has_begun_before(here, today):
        return
    due = months_due(here.settings, as_of=here.now)
    if overdue := [month for month in due if here.now >= _frozen_by(here, month)]:
        first, *later = overdue
        also = f"; các tháng sau cũng chưa chốt: {', '.join(f'{month:%m/%Y}' for month in later)}" if later else ""
        yield Alert(
            key=f"freeze_overdue/{first:%Y-%m}",
            kind="freeze_overdue",
            what_vi=f"Tháng {first:%m/%Y} đã quá hạn chốt ({cut_off(here.settings, first):%d/%m/%Y}){also}."
            f" {missing_vi(here, first)}".rstrip(),
            means_vi="Bảng xếp hạng của tháng vẫn là tạm tính, chưa duyệt và công bố được.",
            todo_vi="Thiếu dữ liệu thì đọc bù, chạy build_warehouse_daily; rồi chạy freeze_month.",
            since=_frozen_by(here, first),
            dag_id="freeze_month",
        )
    month = month_before(today)
    if month in due or month < first_assessed_month(here.settings) or _is_frozen(here, month):
        return
    last = cut_off(here.settings, month)
    if timedelta(0) <= last - today <= WARNED_BEFORE and (missing := missing_vi(here, month)):
        yield Alert(
            key=f"freeze_at_risk/{month:%Y-%m}",
            kind="freeze_at_risk",
            what_vi=f"Tháng {month:%m/%Y} đến hạn chốt ngày {last:%d/%m/%Y} mà chưa đủ dữ liệu. {missing}",
            means_vi="Nếu không đọc đủ, tháng không chốt được đúng hạn.",
            todo_vi="Đọc bù các cổng nêu trên (ingest_…_daily), rồi chạy build_warehouse_daily.",
            since=here.now,
        )


def _frozen_by(here: Round, month: date) -> datetime:
    return datetime.combine(cut_off(here.settings, month) + timedelta(days=1), FROZEN_BY, LOCAL_ZONE)


def missing_vi(here: Round, month: date) -> str:
    """What a month lacks, in one sentence; empty when it was read to its end."""
    try:
        check_month_is_complete(here.settings, month)
    except (MonthIncomplete, MonthRefused) as refusal:
        lines = [line.removeprefix("- ") for line in str(refusal).splitlines() if "Việc cần làm" not in line]
        return " ".join([lines[0], "; ".join(lines[1:4])]).strip()
    return ""


def approvals(here: Round) -> Iterator[Alert]:
    """Frozen months that nobody has decided on in time, and approved ones that the sealer has not sealed."""
    for row in here.rows(_UNDECIDED, role="publisher"):
        days = approval_days(here.settings, row["period_month"])
        limit = row["frozen_at"] + timedelta(days=days)
        if here.now > limit:
            yield Alert(
                key=f"approval_overdue/{row['period_month']:%Y-%m}/r{row['revision']}",
                kind="approval_overdue",
                what_vi=f"Tháng {row['period_month']:%m/%Y} (lần chốt {row['revision']}) chốt lúc"
                f" {local(row['frozen_at'])}, quá {days} ngày chưa ai duyệt công bố.",
                means_vi="Kết quả của tháng chưa được công bố.",
                todo_vi="Người duyệt mở nhiệm vụ approve của lượt approve_month mới nhất, chọn Duyệt hoặc Không duyệt.",
                since=limit,
                dag_id="approve_month",
            )
    for row in here.rows(_UNSEALED, role="publisher", before=here.wall - SEALED_WITHIN):
        yield Alert(
            key=f"seal_missing/{row['period_month']:%Y-%m}/r{row['revision']}",
            kind="seal_missing",
            what_vi=f"Tháng {row['period_month']:%m/%Y} (lần chốt {row['revision']}) được duyệt lúc"
            f" {local(row['decided_at'])} nhưng chưa đóng dấu.",
            means_vi="Bản đã duyệt chưa đến được người xem.",
            todo_vi="Xem chương trình đóng dấu (sealer) có chạy không và nhật ký của nó; khởi động lại.",
            since=row["decided_at"],
        )


def deliveries(here: Round) -> Iterator[Alert]:
    """Sealed revisions that a venue has not got: tried in vain, or not tried in a day."""
    for venue, revisions in undelivered(here.settings).items():
        for month, revision in revisions:
            for row in here.rows(_TRIES, role="publisher", venue=venue.code, month=month, revision=revision):
                yield from _undelivered(here, venue, month, revision, row)


def restatements(here: Round) -> Iterator[Alert]:
    """Frozen months in which making them again would change a rank."""
    for row in here.rows(_RESTATED, role="publisher"):
        yield Alert(
            key=f"restatement/{row['period_month']:%Y-%m}",
            kind="restatement",
            what_vi=f"Tháng {row['period_month']:%m/%Y} đã chốt; nay tính lại thì {row['agencies']} cơ quan đổi hạng"
            f" ({_cut(row['codes'])}).",
            means_vi="Số đã công bố vẫn giữ nguyên cho đến khi người có thẩm quyền quyết định đính chính.",
            todo_vi="Xem ops.restatements và ops.restated_records; trình người duyệt bảng xếp hạng.",
            since=row["since"],
            dag_id=row["dag_id"],
            dag_run_id=row["dag_run_id"],
        )


def _undelivered(here: Round, venue: Venue, month: date, revision: int, row: dict[str, Any]) -> Iterator[Alert]:
    what = f"Tháng {month:%m/%Y} (lần chốt {revision}) chưa giao được đến {venue.name_vi}."
    means = "Người xem ở đó vẫn thấy bản trước."
    key = f"{venue.code}/{month:%Y-%m}/r{revision}"
    if row["state"] == "failed" and here.wall - row["ended_at"] > TRIED_WITHIN:
        yield Alert(
            key=f"delivery_failed/{key}",
            kind="delivery_failed",
            what_vi=f"{what} {first_line(row['message_vi'])}",
            means_vi=means,
            todo_vi=f"Xử lý nguyên nhân nêu trên, rồi chạy publish_month với period = {month:%Y-%m}.",
            since=row["ended_at"],
            dag_id="publish_month",
        )
    elif row["state"] is None and here.wall - row["sealed_at"] > DELIVERED_WITHIN:
        yield Alert(
            key=f"publication_overdue/{key}",
            kind="publication_overdue",
            what_vi=f"{what} Đã đóng dấu từ {local(row['sealed_at'])} mà chưa giao lần nào.",
            means_vi=means,
            todo_vi=f"Xem publish_month có bị tạm dừng không; chạy với period = {month:%Y-%m}.",
            since=row["sealed_at"],
            dag_id="publish_month",
        )


def _is_frozen(here: Round, month: date) -> bool:
    return bool(here.rows("select from published.revisions where period_month = %(m)s", role="publisher", m=month))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_NAMED else text[:_MOST_NAMED].rpartition(",")[0] + ", …"
