"""What a person may give a run, and which day, time and month a run is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from airflow.sdk import Param

from dvc766.airflow_bridge.timing import LOCAL_ZONE
from dvc766.failures import NeedsAPerson

_Read = TypeVar("_Read", date, datetime)
READING_AT = "01:30"  # local: after the portals' own nightly jobs
READ_UNTIL = "06:00"  # local: from then on a build goes without a portal that was not read

# What is no date is refused by these. Of a `format` Airflow sees more or less, by what else is installed: with one for
# instants it may refuse those without a zone, which are local here.
_DAY_PATTERN = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ZONE_PATTERN = r"(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?"
_INSTANT_PATTERN = rf"{_DAY_PATTERN}[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{{1,6}})?)?{_ZONE_PATTERN}"

_PERIOD_PATTERN = r"^20\d\d-(0[1-9]|1[0-2])$"


def _period(title: str, description: str) -> Param:
    """A month that may be left open."""
    return Param(None, type=["null", "string"], pattern=_PERIOD_PATTERN, title=title, description=description)


DAY = Param(
    None,
    type=["null", "string"],
    format="date",
    pattern=f"^{_DAY_PATTERN}$",
    title="Ngày",
    description="Dạng YYYY-MM-DD, ví dụ 2025-06-01. Để trống: ngày của lượt theo lịch; chạy tay: hôm nay",
)
AS_OF = Param(
    None,
    type=["null", "string"],
    pattern=f"^{_INSTANT_PATTERN}$",
    title="Thời điểm chốt số liệu",
    description="Để trống: giờ của lượt theo lịch; chạy tay: hiện tại. Ví dụ 2025-06-01T00:30:00+07:00",
)
WINDOW_FROM = Param(
    None,
    type=["null", "string"],
    pattern=f"^{_INSTANT_PATTERN}$",
    title="Đọc bù từ thời điểm",
    description="Để trống: đọc tiếp từ lần trước. Ví dụ 2025-05-01T00:00:00+07:00",
)
SWEEP = Param(
    False,
    type="boolean",
    title="Đọc toàn bộ",
    description="Đọc lại tất cả bản ghi và tìm bản ghi đã bị xóa trên cổng",
)
PERIOD = _period(
    "Kỳ xếp hạng",
    "Dạng YYYY-MM. Để trống: tháng trước ngày của lượt chạy",
)
PERIOD_TO_FREEZE = _period(
    "Kỳ cần chốt",
    "Dạng YYYY-MM: chốt ngay tháng này nếu đã đủ dữ liệu. Để trống: mọi tháng đã quá hạn chốt",
)
PERIOD_TO_APPROVE = _period(
    "Kỳ cần duyệt",
    "Dạng YYYY-MM: hỏi duyệt tháng này. Để trống: tháng chốt gần nhất, nếu chưa ai quyết định",
)
PERIOD_TO_PUBLISH = _period(
    "Kỳ cần phát hành",
    "Dạng YYYY-MM: giao hoặc đối chiếu lại tháng này ở mọi nơi nhận. Để trống: mọi tháng còn thiếu",
)
PERIOD_OF_REPORT = Param(
    type="string",
    pattern=_PERIOD_PATTERN,
    title="Kỳ báo cáo",
    description="Dạng YYYY-MM: tháng đã chốt, chưa duyệt công bố",
)
WRITTEN_BY = Param(
    type="string",
    pattern=r"\S.+\S",
    title="Người ghi",
    description="Họ tên, chức vụ của cán bộ soạn báo cáo",
)
RUN = Param(
    type="integer",
    minimum=1,
    title="Số lượt chạy",
    description="Số của lượt đọc bị chặn, ghi trong cột run_id của ops.runs",
)
REASON = Param(
    type="string",
    pattern=r"\S.{8,}\S",
    title="Lý do chấp nhận",
    description="Vì sao lô này đúng dù không đạt điều kiện, đã hỏi ai; không ghi thông tin cá nhân của người dân",
)
ACCEPTED_BY = Param(
    type="string",
    pattern=r"\S.+\S",
    title="Người chấp nhận",
    description="Họ tên, chức vụ của người chịu trách nhiệm",
)
DRY_RUN = Param(
    False,
    type="boolean",
    title="Chỉ đếm",
    description="Đếm những gì sẽ bị xóa, không xóa gì",
)


def report_sections() -> dict[str, Param]:
    """A parameter for each section of the report that an officer may write."""
    from dvc766.reporting.sections import SECTIONS

    return {
        section: Param(
            None,
            type=["null", "string"],
            format="multiline",
            title=title,
            description="Mỗi đoạn một dòng. Để trống: giữ nguyên. Không ghi thông tin cá nhân của người dân",
        )
        for section, title in SECTIONS.items()
    }


class ParameterRefused(NeedsAPerson, ValueError):
    """A parameter has the right form and no meaning, such as 31/02; the message names it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do: its parameters and its place in the schedule, at a time of the business clock.

    A run of the schedule (made up late or not) and one of a backfill are for the local date of their
    logical date; a run by hand is for its parameter `day`, or else for today.
    """

    params: Mapping[str, Any]
    logical_date: datetime | None
    now: datetime  # of the business clock, in local time

    @property
    def day(self) -> date:
        """The day the run is for; ParameterRefused when it was given and has not come yet."""
        if given := self.params.get("day"):
            day = _read("day", given, date.fromisoformat)
            if day > self.now.date():
                raise ParameterRefused(
                    f"day = {given}: ngày này chưa đến (hôm nay là {self.now:%d/%m/%Y}).\n"
                    "Việc cần làm: chạy lại với một ngày đã đến, hoặc để trống."
                )
            return day
        return (self.instant("as_of") or self._scheduled or self.now).astimezone(self.now.tzinfo).date()

    @property
    def as_of(self) -> datetime:
        """Up to when the run reads: as given, else 01:30 of the day given, else the hour of its schedule, else now.

        What follows from a day or a schedule never passes the business clock.
        """
        if given := self.instant("as_of"):
            return given
        if self.params.get("day"):
            at = datetime.combine(self.day, time.fromisoformat(READING_AT), self.now.tzinfo)
            return min(at, self.now)
        return self._scheduled or self.now

    @property
    def month(self) -> date:
        """The month to rank: the parameter `period`, else the one before the run's day."""
        from dvc766 import runs
        from dvc766.clock import month_before

        period = self.params.get("period")
        return runs.month_of(period) if period else month_before(self.day)

    def instant(self, name: str) -> datetime | None:
        """A parameter as an instant; without a zone it is local time."""
        if not (given := self.params.get(name)):
            return None
        moment = _read(name, given, datetime.fromisoformat)
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(LOCAL_ZONE))

    @property
    def _scheduled(self) -> datetime | None:
        """The logical date; the present where the business clock stands before it, as a simulator's may."""
        return min(self.logical_date, self.now) if self.logical_date else None


def _read(name: str, given: str, read: Callable[[str], _Read]) -> _Read:
    try:
        return read(given)
    except ValueError:
        raise ParameterRefused(
            f"{name} = {given!r}: không có ngày giờ này.\nViệc cần làm: chạy lại với giá trị như ví dụ của tham số."
        ) from None
