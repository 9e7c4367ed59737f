"""Is last night complete? The views of schema ops, held against the business clock, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import oversight
from dvc766.warehouse.oversight import LastNight

RUNBOOK = "docs/runbooks/dem-qua.md"
_ROLE = "ops_reader"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Status:
    """What an operator sees at one look."""

    today: date  # of the business clock
    night: LastNight
    waiting: Sequence[Mapping[str, Any]]
    quarantined: Sequence[Mapping[str, Any]]
    warnings: Sequence[Mapping[str, Any]]
    restated: Sequence[Mapping[str, Any]]
    deadlines: Sequence[Mapping[str, Any]]

    @property
    def is_complete(self) -> bool:
        """True when the night of today is complete; the newest night of a pipeline that stands still is an old one."""
        return self.night.is_complete and self.night.day == self.today

    def lines(self) -> Iterator[str]:
        """The answer first, then what waits for a person, then what there is besides."""
        yield self._answer()
        if self.night.shown_to_local_at:
            yield f"Bảng xếp hạng đang hiển thị: số liệu đến {self.night.shown_to_local_at:%H:%M %d/%m/%Y}."
        yield from _listed("Đang chờ người xử lý", [_waiting(row) for row in self.waiting])
        yield from _listed("Bản ghi bị cách ly (./run quarantine list)", [_cause(row) for row in self.quarantined])
        yield from _listed("Cảnh báo ở các cửa", [_warning(row) for row in self.warnings])
        yield from _listed(
            "Tháng đã chốt sẽ khác nếu tính lại (docs/runbooks/dinh-chinh.md)",
            [f"{row['period_label']}: {row['figures']} số liệu, {row['ranks']} hạng" for row in self.restated],
        )
        yield from _listed("Mốc sắp tới", [_deadline(row) for row in self.deadlines[:_SHOWN]])
        if not self.is_complete:
            yield f"Việc cần làm: xem {RUNBOOK}."

    def _answer(self) -> str:
        if self.night.day is not None and self.night.day < self.today:
            return (
                f"Đêm {self.today:%d/%m/%Y} CHƯA ĐỦ: chưa có lượt nào của ngày này."
                f" Ngày gần nhất: {self.night.sentence_vi}"
            )
        return self.night.sentence_vi


def status(settings: Settings) -> Status:
    """What the views of schema ops say now, beside the business clock's day."""
    with engine_of_role(settings, _ROLE) as engine:
        return Status(
            today=business_now(settings.clock_url).astimezone(LOCAL_ZONE).date(),
            night=oversight.last_night(engine),
            waiting=oversight.waiting(engine),
            quarantined=oversight.quarantine_causes(engine),
            warnings=oversight.failed_warnings(engine),
            restated=oversight.restated_months(engine),
            deadlines=oversight.next_deadlines(engine),
        )


def quarantined(settings: Settings, *, each_record: bool = False) -> Sequence[Mapping[str, Any]]:
    """Why records are in quarantine and how many for each cause; or each of them."""
    with engine_of_role(settings, _ROLE) as engine:
        return oversight.quarantined_records(engine) if each_record else oversight.quarantine_causes(engine)


def _listed(heading: str, entries: Sequence[str]) -> Iterator[str]:
    if entries:
        yield f"{heading}:"
        yield from (f"  - {entry}" for entry in entries[:_SHOWN])
        if len(entries) > _SHOWN:
            yield f"  - … và {len(entries) - _SHOWN} dòng khác"


def _waiting(row: Mapping[str, Any]) -> str:
    since = f"từ {row['since_local_at']:%H:%M %d/%m/%Y}"
    if row["period_month"]:
        return (
            f"{row['kind_vi']}: {row['period_month']:%m/%Y} (lần chốt {row['revision']}), {since}; xem {row['runbook']}"
        )
    measured = f"{row['measured_vi']}; yêu cầu {row['limit_vi']}" if row["limit_vi"] else row["measured_vi"]
    return f"{row['kind_vi']}, lượt {row['run_id']}: {row['condition']} ({measured}), {since}; xem {row['runbook']}"


def _cause(row: Mapping[str, Any]) -> str:
    code = f" = {row['code']}" if row["code"] is not None else ""
    since = f", từ {row['since_on']:%d/%m/%Y}" if row["since_on"] else ""
    what = f"{row['portal_vi']}, {row['resource_vi']}: {row['reason_vi']} {row['field']}{code}"
    return f"{what}, {row['records']} bản ghi{since}"


def _warning(row: Mapping[str, Any]) -> str:
    return (
        f"{row['suite']} · {row['expectation']}: {row['measured_vi']}; yêu cầu {row['limit_vi'] or 'xem expectations'}"
    )


def _deadline(row: Mapping[str, Any]) -> str:
    left = f"quá hạn {-row['days_left']} ngày" if row["is_overdue"] else f"còn {row['days_left']} ngày"
    return f"{row['kind_vi']} {row['period_label']}: {row['due_on']:%d/%m/%Y}, {left} ({row['state_vi']})"
