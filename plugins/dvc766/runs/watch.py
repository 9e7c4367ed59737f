"""Is the data in, and shown? Asked of the cursors, the ledger and the runs, and answered in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine, func, select, tuple_

from dvc766.clock import LOCAL_ZONE, business_now, month_after
from dvc766.failures import NeedsAPerson
from dvc766.portals.contract import Portal
from dvc766.runs.in_use import lost_connections, portals_in_use, read_to_of
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.transform import first_assessed_month
from dvc766.warehouse.run_life import RANKING
from dvc766.warehouse.tables import LEDGER, RUNS

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
    than allowed, was never read, was never shown, or was read once and has lost its connection.
    """
    now = as_of or business_now(settings.clock_url)
    with engine_of_role(settings, "extractor") as engine:
        read_to, shown = read_to_of(settings, engine), _shown_as_of(engine)
    in_use = portals_in_use(settings, read_to)
    late = [f"- {sentence}" for sentence in lost_connections(settings, read_to)]
    late += [
        f"- {name_vi}, {resource}: {_age_vi(end, now)}"
        for portal, resource, name_vi in _resources(in_use)
        if (end := read_to.get((portal, resource))) is None or now - end > timedelta(hours=allowed_hours)
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
        hours = _hours(now - end)
        oldest[portal] = max(hours, oldest.get(portal, hours))
    return oldest


def check_month_is_complete(settings: Settings, month: date) -> None:
    """Raise MonthIncomplete unless every resource of the portals in use was read to the month's end.

    Raises MonthRefused for a month before the first that is assessed, or before what was ever read.
    """
    start = datetime(month.year, month.month, 1, tzinfo=LOCAL_ZONE)
    if month < (first := first_assessed_month(settings)):
        raise MonthRefused(
            f"Tháng {month:%m/%Y} không được xếp hạng: tháng đầu tiên được đánh giá là {first:%m/%Y}.\n"
            f"Việc cần làm: chạy lại với period từ {first:%Y-%m} trở đi."
        )
    with engine_of_role(settings, "extractor") as engine:
        read_to = read_to_of(settings, engine)
        in_use = portals_in_use(settings, read_to)
        begun = _read_from(engine, in_use)
    if begun is not None and start < begun:
        raise MonthRefused(
            f"Không đủ dữ liệu để xếp hạng tháng {month:%m/%Y}: dữ liệu chỉ được đọc từ {_local(begun)}.\n"
            f"Việc cần làm: chạy ingest_provincial_portal_daily với window_from = {start:%Y-%m-%dT%H:%M:%S%z}, "
            "rồi chạy lại DAG này."
        )
    end = datetime.combine(month_after(month), time.min, LOCAL_ZONE)
    short = [
        f"- {name_vi}, {resource}: {_reached_vi(reached)}"
        for portal, resource, name_vi in _resources(in_use)
        if (reached := read_to.get((portal, resource))) is None or reached < end
    ]
    if short:
        raise MonthIncomplete(
            f"Chưa đủ dữ liệu để xếp hạng tháng {month:%m/%Y}: phải đọc đến {_local(end)}.\n"
            + "\n".join(short)
            + f"\nViệc cần làm: chạy {' và '.join(f'ingest_{portal.code}_daily' for portal in in_use)}, "
            "rồi chạy lại DAG này."
        )


def month_of(period: str) -> date:
    """The first day of a period written YYYY-MM; ValueError says how to write one."""
    try:
        return datetime.strptime(period, "%Y-%m").replace(tzinfo=LOCAL_ZONE).date()
    except ValueError:
        raise ValueError(f"Kỳ {period!r} không đúng dạng YYYY-MM, ví dụ 2025-08.") from None


def _resources(portals: Iterable[Portal]) -> list[tuple[str, str, str]]:
    return [(portal.code, resource.name, portal.name_vi) for portal in portals for resource in portal.resources]


def _shown_as_of(engine: Engine) -> datetime | None:
    """The business time of the build that readers see; None = nothing was ever shown."""
    columns = RUNS.c
    shown = select(columns.as_of).where(columns.kind == RANKING, columns.state == "succeeded")
    with engine.connect() as connection:
        as_of: datetime | None = connection.scalar(shown.order_by(columns.finished_at.desc()).limit(1))
    return as_of


def _read_from(engine: Engine, portals: Iterable[Portal]) -> datetime | None:
    """Since when every resource that is read by windows was read without a gap at its beginning.

    None when they were read from the beginning, or were not read yet.
    """
    columns = LEDGER.c
    windowed = [(portal.code, each.name) for portal in portals for each in portal.resources if each.is_windowed]
    begun = (
        select(func.min(columns.window_from))
        .where(tuple_(columns.portal, columns.resource).in_(windowed))
        .group_by(columns.province_code, columns.portal, columns.resource)
        .having(~func.bool_or(columns.window_from.is_(None)))
    )
    with engine.connect() as connection:
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
