"""Is the data in? Two questions that are asked of the cursors, and answered in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.failures import NeedsAPerson
from dvc766.portals import PORTALS
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse.tables import CURSORS

ALLOWED_HOURS = 26  # a daily reading, and two hours for it to be late
RUNBOOK = "docs/runbooks/cong-khong-tra-loi.md"


class DataIsOld(NeedsAPerson):
    """A portal's records are older than allowed; the message names portal, resource and hours."""


class MonthIncomplete(NeedsAPerson):
    """A month is not read to its end; the message names portal, resource and how far it was read."""


def check_freshness(
    settings: Settings, *, as_of: datetime | None = None, allowed_hours: int = ALLOWED_HOURS
) -> Mapping[str, float]:
    """The age in hours of each portal's oldest resource at `as_of` (default: the business clock's now).

    Raises DataIsOld when one is older than allowed, or was never read.
    """
    now = as_of or business_now(settings.clock_url)
    read_to = _read_to(settings)
    late = [
        f"- {name_vi}, {resource}: {_age_vi(read_to[portal, resource], now)}"
        for portal, resource, name_vi in _resources()
        if (end := read_to[portal, resource]) is None or now - end > timedelta(hours=allowed_hours)
    ]
    if late:
        raise DataIsOld(
            f"Dữ liệu cũ hơn {allowed_hours} giờ tại thời điểm {_local(now)}:\n" + "\n".join(late) + "\n"
            f"Bảng xếp hạng vẫn là số liệu của lần đọc trước. Việc cần làm: xem {RUNBOOK}."
        )
    oldest: dict[str, float] = {}
    for (portal, _), end in read_to.items():
        if end is not None:
            hours = (now - end).total_seconds() / 3600
            oldest[portal] = max(hours, oldest.get(portal, hours))
    return oldest


def check_month_is_complete(settings: Settings, month: date) -> None:
    """Raise MonthIncomplete unless every resource of both portals was read to the month's end."""
    end = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=LOCAL_ZONE)
    read_to = _read_to(settings)
    short = [
        f"- {name_vi}, {resource}: {_reached_vi(read_to[portal, resource])}"
        for portal, resource, name_vi in _resources()
        if (reached := read_to[portal, resource]) is None or reached < end
    ]
    if short:
        raise MonthIncomplete(
            f"Chưa đủ dữ liệu để xếp hạng tháng {month:%m/%Y}: phải đọc đến {_local(end)}.\n"
            + "\n".join(short)
            + "\nViệc cần làm: chạy ingest_national_portal_daily và ingest_provincial_portal_daily, "
            "rồi chạy lại DAG này."
        )


def month_of(period: str) -> date:
    """The first day of a period written YYYY-MM; ValueError says how to write one."""
    try:
        return datetime.strptime(period, "%Y-%m").replace(tzinfo=LOCAL_ZONE).date()
    except ValueError:
        raise ValueError(f"Kỳ {period!r} không đúng dạng YYYY-MM, ví dụ 2025-08.") from None


def month_before(moment: datetime) -> date:
    """The first day of the month before the one of `moment`, in local time."""
    return (moment.astimezone(LOCAL_ZONE).date().replace(day=1) - timedelta(days=1)).replace(day=1)


def _resources() -> list[tuple[str, str, str]]:
    return [(portal.code, resource.name, portal.name_vi) for portal in PORTALS for resource in portal.resources]


def _read_to(settings: Settings) -> dict[tuple[str, str], datetime | None]:
    """How far each resource has been read whole; None = never."""
    columns = CURSORS.c
    wanted = select(columns.portal, columns.resource, columns.cursor_at, columns.province_code)
    with engine_of_role(settings, "extractor") as engine, engine.connect() as connection:
        ends = {
            (row.portal, row.resource): row.cursor_at
            for row in connection.execute(wanted)
            if row.province_code == settings.portal(row.portal).province_code
        }
    return {(portal, resource): ends.get((portal, resource)) for portal, resource, _ in _resources()}


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y}"


def _age_vi(end: datetime | None, now: datetime) -> str:
    if end is None:
        return "chưa đọc lần nào"
    return f"đọc đến {_local(end)}, cách đây {(now - end).total_seconds() / 3600:.0f} giờ"


def _reached_vi(end: datetime | None) -> str:
    return "chưa đọc lần nào" if end is None else f"mới đọc đến {_local(end)}"
