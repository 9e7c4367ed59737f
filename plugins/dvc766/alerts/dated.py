"""Rows of reference that end without another to follow, and known errors of the portals that are due to be closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dvc766 import reference
from dvc766.alerts.finding import Round
from dvc766.clock import LOCAL_ZONE
from dvc766.warehouse.alerts import Alert

CALENDAR_AHEAD = timedelta(days=365)  # deadlines of open dossiers reach into the next year
RULES_AHEAD = timedelta(days=60)

_SOURCE_ERRORS = """
select subject, finding_vi, found_local_at from marts.data_findings where finding_kind = 'source_correction'
order by subject
"""


def calendar(here: Round) -> Iterator[Alert]:
    """Days off are known for less than a year to come."""
    path = here.settings.calendar_days
    last = max(reference.day_in(path, line, "date_on") for line in reference.read(path, ("date_on",)))
    end = date(last.year, 12, 31)
    if end - here.now.date() < CALENDAR_AHEAD:
        yield Alert(
            key=f"calendar_ending/{end.year}",
            kind="calendar_ending",
            what_vi=f"Lịch nghỉ (calendar_days.csv) chỉ có đến hết năm {end.year}.",
            means_vi="Hạn xử lý hồ sơ và hạn chốt tháng rơi vào năm sau sẽ tính sai ngày làm việc.",
            todo_vi=f"Thêm ngày nghỉ của năm {end.year + 1} (provisional khi chưa có thông báo).",
            since=_midnight(end - CALENDAR_AHEAD),
        )


def rules(here: Round) -> Iterator[Alert]:
    """Rules whose last row ends within two months."""
    path = here.settings.dbt_project / "seeds" / "rules.csv"
    ends: dict[str, date] = {}
    for line in reference.read(path, ("rule_code", "valid_to")):
        code = line.cells["rule_code"]
        end = reference.day_in(path, line, "valid_to") if line.cells["valid_to"] else date.max
        ends[code] = max(ends.get(code, end), end)
    for code, end in sorted(ends.items()):
        if end - here.now.date() < RULES_AHEAD:
            yield Alert(
                key=f"rule_ending/{code}",
                kind="rule_ending",
                what_vi=f"Quy định {code} (rules.csv) hết hiệu lực ngày {end:%d/%m/%Y}, chưa có dòng kế tiếp.",
                means_vi="Từ ngày sau đó, các lượt chạy cần quy định này sẽ dừng.",
                todo_vi="Hỏi cơ quan chủ trì; thêm dòng mới có ngày hiệu lực và căn cứ pháp lý.",
                since=_midnight(end - RULES_AHEAD),
            )


def source_errors(here: Round) -> Iterator[Alert]:
    """Errors of the portals that are noted as open although the wrong figure is gone: they stop the publication."""
    [there] = here.rows("select to_regclass('marts.data_findings') is not null as is_there", role="publisher")
    if not there["is_there"]:  # nothing was ever built
        return
    for row in here.rows(_SOURCE_ERRORS, role="publisher"):
        yield Alert(
            key=f"source_error/{row['subject']}",
            kind="source_error",
            what_vi=f"Lỗi của nguồn {row['subject']}: {row['finding_vi']}",
            means_vi="Dòng chưa đóng chặn việc duyệt công bố của tháng.",
            todo_vi="Hỏi lại nơi báo lỗi, rồi đổi status của dòng trong source_corrections.csv.",
            since=here.now,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL_ZONE)
