"""Is the data in, and shown? Asked of the cursors, the ledger and the runs, and answered in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, tuple_

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.failures import NeedsAPerson
from dvc766.portals import PORTALS
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.transform import first_assessed_month
from dvc766.warehouse.run_life import RANKING
from dvc766.warehouse.tables import CURSORS, LEDGER, RUNS

ALLOWED_HOURS = 26  # a daily reading, and two hours for it to be late
RUNBOOK = "docs/runbooks/cong-khong-tra-loi.md"


class DataIsOld(NeedsAPerson):
    """A portal's records are older than allowed; the message names portal, resource and hours."""


class MonthIncomplete(NeedsAPerson):
    """A month is not read to its end; the message names portal, resource and how far it was read."""


class MonthRefused(NeedsAPerson):
    """A month that no reading to come can complete; the message says which months there are."""


def check_freshness(
    settings: Settings, *, as_of: datetime | None = None, allowed_hours: int = ALLOWED_HOURS
) -> Mapping[str, float]:
    """The age in hours of each portal's oldest resource, and of the ranking that readers see.

    The age is told at `as_of` (default: the business clock's now). Raises DataIsOld when one is older
    than allowed, was never read, or was never shown.
    """
    now = as_of or business_now(settings.clock_url)
    read_to, shown = _read_to(settings), _shown_as_of(settings)
    late = [
        f"- {name_vi}, {resource}: {_age_vi(read_to[portal, resource], now)}"
        for portal, resource, name_vi in _resources()
        if (end := read_to[portal, resource]) is None or now - end > timedelta(hours=allowed_hours)
    ]
    if shown is None:
        late.append("- Bảng xếp hạng: chưa hiển thị lần nào")
    elif now - shown > timedelta(hours=allowed_hours):
        late.append(
            f"- Bảng xếp hạng đang hiển thị: số liệu đến {_local(shown)}, cách đây {_hours(now - shown):.0f} giờ;"
            " xem lượt gần nhất của build_warehouse_daily"
        )
    if late:
        raise DataIsOld(
            f"Dữ liệu cũ hơn {allowed_hours} giờ tại thời điểm {_local(now)}:\n" + "\n".join(late) + "\n"
            f"Người dùng vẫn thấy bảng xếp hạng của lần trước. Việc cần làm: xem {RUNBOOK}."
        )
    oldest: dict[str, float] = {"ranking": _hours(now - shown)} if shown else {}
    for (portal, _), end in read_to.items():
        if end is not None:
            hours = _hours(now - end)
            oldest[portal] = max(hours, oldest.get(portal, hours))
    return oldest


def check_month_is_complete(settings: Settings, month: date) -> None:
    """Raise MonthIncomplete unless every resource of both portals was read to the month's end.

    Raises MonthRefused for a month before the first that is assessed, or before what was ever read.
    """
    start = datetime(month.year, month.month, 1, tzinfo=LOCAL_ZONE)
    if month < (first := first_assessed_month(settings)):
        raise MonthRefused(
            f"Tháng {month:%m/%Y} không được xếp hạng: tháng đầu tiên được đánh giá là {first:%m/%Y}.\n"
            f"Việc cần làm: chạy lại với period từ {first:%Y-%m} trở đi."
        )
    if (begun := _read_from(settings)) is not None and start < begun:
        raise MonthRefused(
            f"Không đủ dữ liệu để xếp hạng tháng {month:%m/%Y}: dữ liệu chỉ được đọc từ {_local(begun)}.\n"
            f"Việc cần làm: chạy ingest_provincial_portal_daily với window_from = {start:%Y-%m-%dT%H:%M:%S%z}, "
            "rồi chạy lại DAG này."
        )
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


def month_before(day: date) -> date:
    """The first day of the month before the one of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


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


def _shown_as_of(settings: Settings) -> datetime | None:
    """The business time of the build that readers see; None = nothing was ever shown."""
    columns = RUNS.c
    shown = select(columns.as_of).where(columns.kind == RANKING, columns.state == "succeeded")
    with engine_of_role(settings, "extractor") as engine, engine.connect() as connection:
        as_of: datetime | None = connection.scalar(shown.order_by(columns.finished_at.desc()).limit(1))
    return as_of


def _read_from(settings: Settings) -> datetime | None:
    """Since when every resource that is read by windows was read without a gap at its beginning.

    None when they were read from the beginning, or were not read yet.
    """
    columns = LEDGER.c
    windowed = [(portal.code, each.name) for portal in PORTALS for each in portal.resources if each.is_windowed]
    begun = (
        select(func.min(columns.window_from))
        .where(tuple_(columns.portal, columns.resource).in_(windowed))
        .group_by(columns.province_code, columns.portal, columns.resource)
        .having(~func.bool_or(columns.window_from.is_(None)))
    )
    with engine_of_role(settings, "extractor") as engine, engine.connect() as connection:
        return max(connection.scalars(begun), default=None)


def _hours(age: timedelta) -> float:
    return age.total_seconds() / 3600


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y}"


def _age_vi(end: datetime | None, now: datetime) -> str:
    if end is None:
        return "chưa đọc lần nào"
    return f"đọc đến {_local(end)}, cách đây {_hours(now - end):.0f} giờ"


def _reached_vi(end: datetime | None) -> str:
    return "chưa đọc lần nào" if end is None else f"mới đọc đến {_local(end)}"
