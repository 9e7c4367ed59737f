"""What the doors and the quarantine say and nobody may have read: warnings, unknown codes, records set apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from dvc766.alerts.finding import Round
from dvc766.warehouse.alerts import Alert

# Of each table the verdict of the newest run that it was judged in; what a person has let pass is no warning.
_WARNINGS = """
with newest as (
    select suite, max(run_id) as run_id from ops.check_results group by suite
)
select distinct on (result.suite, result.expectation)
    result.suite, result.expectation, result.observed, result.notes_vi, result.checked_at, run.dag_id, run.dag_run_id
from ops.check_results as result
inner join newest using (suite, run_id)
inner join ops.runs as run using (run_id)
where
    not result.passed
    and result.severity = 'warning'
    and result.expectation not like 'unknown\\_code\\_ratio:%%'
    and not exists (
        select from ops.acceptances as accepted
        where (accepted.run_id, accepted.suite, accepted.expectation)
            = (result.run_id, result.suite, result.expectation)
    )
order by result.suite, result.expectation, result.check_id desc
"""
_UNKNOWN = """
select record.portal, record.resource, record.portal_vi, record.resource_vi, record.field, record.code,
    count(*) as records, min(run.started_at) as since, min(record.record_key) as example
from ops.quarantine_open as record
inner join ops.runs as run on run.run_id = record.first_seen_run
where record.reason = 'unknown_code'
group by record.portal, record.resource, record.portal_vi, record.resource_vi, record.field, record.code
order by record.portal, record.resource, record.field, record.code
"""
_GROWING = """
select record.portal, record.resource, record.portal_vi, record.resource_vi,
    count(distinct record.record_key) as records, min(run.started_at) as since,
    string_agg(distinct record.field, ', ' order by record.field) as fields,
    count(distinct record.record_key) filter (where run.started_at > %(week)s) as new_records
from ops.quarantine_open as record
inner join ops.runs as run on run.run_id = record.first_seen_run
group by record.portal, record.resource, record.portal_vi, record.resource_vi
having count(distinct record.record_key) >= %(least)s
order by record.portal, record.resource
"""


def warnings(here: Round) -> Iterator[Alert]:
    """Warnings of the doors, one for each condition: told once, and again only after it held in between."""
    for row in here.rows(_WARNINGS):
        name = row["expectation"].partition(":")[0]
        seen = ", ".join(f"{key} = {_plain(value)}" for key, value in (row["observed"] or {}).items())
        yield Alert(
            key=f"door_warning/{row['suite']}/{row['expectation']}",
            kind="door_warning",
            what_vi=f"{row['suite']} · {name}{f' ({seen})' if seen else ''}. {row['notes_vi'] or ''}".strip(),
            means_vi="Dữ liệu vẫn được nhận; số liệu của tháng có thể sai ở những bản ghi này.",
            todo_vi="Xem điều kiện trong ops.check_results; gửi danh sách cho đơn vị quản lý cổng nếu lỗi của cổng.",
            since=row["checked_at"],
            dag_id=row["dag_id"],
            dag_run_id=row["dag_run_id"],
        )


def quarantine(here: Round) -> Iterator[Alert]:
    """Each code that nothing is known of; and records set apart, when there are many of them."""
    for row in here.rows(_UNKNOWN):
        what = f"{row['portal_vi']}, {row['resource_vi']}, trường {row['field']} = {row['code'] or 'trống'}"
        example = f", ví dụ {row['example']}" if row["example"] else ""
        yield Alert(
            key=f"unknown_code/{row['portal']}/{row['resource']}/{row['field']}={row['code']}",
            kind="unknown_code",
            what_vi=f"Mã lạ ở {what}: {row['records']} bản ghi bị cách ly{example}.",
            means_vi="Các bản ghi này chưa được tính vào tháng nào.",
            todo_vi="Hỏi đơn vị quản lý cổng về ý nghĩa của mã, thêm dòng vào portal_codes.csv; lần sau tự đọc lại.",
            since=row["since"],
        )
    week = here.wall - timedelta(days=7)
    for row in here.rows(_GROWING, least=here.settings.alerts.quarantine_records, week=week):
        yield Alert(
            key=f"quarantine_growing/{row['portal']}/{row['resource']}",
            kind="quarantine_growing",
            what_vi=f"{row['portal_vi']}, {row['resource_vi']}: {row['records']} bản ghi đang bị cách ly,"
            f" {row['new_records']} trong 7 ngày qua (trường {row['fields']}).",
            means_vi="Các bản ghi này chưa được tính vào tháng nào; càng nhiều thì điểm càng lệch.",
            todo_vi="Xem quarantine.records theo lý do; khai báo mã hoặc đề nghị đơn vị quản lý cổng sửa.",
            since=row["since"],
        )


def _plain(value: object) -> str:
    return "không có" if value is None else format(value, "g") if isinstance(value, float) else str(value)
