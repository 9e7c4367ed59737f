"""The freeze: an ended month becomes final, as it is shown, with all that it was made of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from dvc766.clock import LOCAL_ZONE, business_now, month_after
from dvc766.runs.deadlines import cut_off
from dvc766.runs.life import closing_on_failure, engine_of_role
from dvc766.runs.ranking import turn
from dvc766.runs.watch import MonthIncomplete, MonthRefused, check_month_is_complete
from dvc766.settings import Settings
from dvc766.transform import first_assessed_month
from dvc766.warehouse import marts, published
from dvc766.warehouse.published import FreezeRefused, Revision
from dvc766.warehouse.run_life import BY_HAND, RANKING, Driver, Run, find_run, finish_run, start_run
from dvc766.warehouse.tables import RUNS

FREEZING = "freezing"

_LOG = logging.getLogger(__name__)


def months_due(settings: Settings, *, as_of: datetime | None = None) -> Sequence[date]:
    """The open months whose cut-off has passed: the n-th working day after the month, by the dated rule."""
    today = (as_of or business_now(settings.clock_url)).astimezone(LOCAL_ZONE).date()
    with engine_of_role(settings, "publisher") as engine:
        frozen = set(published.frozen_months(engine))
    due, month = [], first_assessed_month(settings)
    while month_after(month) <= today:
        if month not in frozen and cut_off(settings, month) < today:
            due.append(month)
        month = month_after(month)
    return due


def is_frozen(settings: Settings, month: date) -> bool:
    """Whether a month is final already."""
    with engine_of_role(settings, "publisher") as engine:
        return published.newest_revision(engine, month) is not None


def newest_revision(settings: Settings, month: date) -> int:
    """The number of a frozen month's newest revision. Raises FreezeRefused when the month is open."""
    with engine_of_role(settings, "publisher") as engine:
        frozen = published.newest_revision(engine, month)
    if frozen is None:
        raise FreezeRefused(
            f"Tháng {month:%m/%Y} chưa chốt.\nViệc cần làm: chốt trước (./run publish --period {month:%Y-%m})."
        )
    return frozen.revision


def freeze(settings: Settings, month: date, *, driver: Driver = BY_HAND) -> Revision:
    """Freeze a month as readers see it now, and show it as frozen; one that is frozen already stays as it is.

    Raises MonthIncomplete when a portal was not read to the month's end, MonthRefused for a month that is not
    assessed, FreezeRefused when what readers see was not made by the last build, or not since the month's end.
    """
    check_month_is_complete(settings, month)
    with turn(settings) as transformer, engine_of_role(settings, "publisher") as engine:
        if (frozen := published.newest_revision(engine, month)) is None:
            build = _build_shown(engine, month)
            run_id = start_run(engine, FREEZING, None, build.as_of, driver)
            with closing_on_failure(settings, run_id):
                frozen = published.freeze(engine, month, month_after(month) - timedelta(days=1), build, run_id)
                finish_run(engine, run_id, "succeeded")
            _LOG.info("Đã chốt tháng %s (lần %d).", f"{month:%m/%Y}", frozen.revision)
            # what is shown was judged; only the state of the month is new
            marts.promote(transformer, every_month=False)
    return frozen


def freeze_all(settings: Settings, months: Sequence[date], *, driver: Driver = BY_HAND) -> list[Revision]:
    """Freeze several months, each for itself; FreezeRefused at the end names all that could not be."""
    frozen: list[Revision] = []
    refused: list[str] = []
    for month in months:
        try:
            frozen.append(freeze(settings, month, driver=driver))
        except (FreezeRefused, MonthIncomplete, MonthRefused) as refusal:
            refused.append(str(refusal))
    if refused:
        raise FreezeRefused("\n".join(refused))
    return frozen


def _build_shown(engine: Engine, month: date) -> Run:
    """The build that made what the marts and the facts hold; FreezeRefused when they are not of one and the same."""
    newest = select(RUNS.c.run_id).where(RUNS.c.kind == RANKING, RUNS.c.writing_at.is_not(None))
    with engine.connect() as connection:
        run_id = connection.scalar(newest.order_by(RUNS.c.run_id.desc()).limit(1))
    build = None if run_id is None else find_run(engine, run_id)
    name = f"{month:%m/%Y}"
    if build is None or build.state != "succeeded":
        what = "chưa có" if build is None else f"là lượt {build.run_id}, trạng thái {build.state}"
        raise FreezeRefused(
            f"Chưa chốt được tháng {name}: lượt tính gần nhất {what}; số liệu đang hiển thị không phải của lượt này.\n"
            "Việc cần làm: chạy build_warehouse_daily cho đến khi thay bảng xong, rồi chốt lại."
        )
    if build.as_of < _start(month_after(month)):
        until = f"{build.as_of.astimezone(LOCAL_ZONE):%d/%m/%Y}"
        raise FreezeRefused(
            f"Chưa chốt được tháng {name}: lượt tính gần nhất chỉ tính đến {until}.\n"
            "Việc cần làm: chạy build_warehouse_daily sau khi tháng kết thúc, rồi chốt lại."
        )
    return build


def _start(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=LOCAL_ZONE)
