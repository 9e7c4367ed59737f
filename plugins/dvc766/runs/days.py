"""The day of a run: which portals were read on it, and whether a build has to wait for one of them.

A night's reading and the build after it are known by their day (`ops.runs.day`), so the build of a
day can only ever be made of that day's readings, or say which one is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum

from sqlalchemy import func, select

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.runs.in_use import portals_in_use, read_to_of
from dvc766.runs.life import engine_of_role
from dvc766.runs.reading import portal_of
from dvc766.settings import Settings
from dvc766.warehouse.run_life import READING, find_run, note
from dvc766.warehouse.tables import RUNS

MAY_BEGIN_WITHIN = timedelta(minutes=15)  # a reading of a day that is made up late, after its build

_LOG = logging.getLogger(__name__)


class Progress(Enum):
    """How far the reading of a portal is on a day, in words for people."""

    WHOLE = "đã đọc xong"
    AT_WORK = "đang đọc"
    ENDED = "đọc không thành công"
    NOT_BEGUN = "chưa bắt đầu đọc"
    LOST = "không còn kết nối"


def progress_of(settings: Settings, day: date) -> Mapping[str, Progress]:
    """How far the reading of a day is, by the name of each portal in use; of several readings the best one counts."""
    columns = RUNS.c
    of_day = select(
        columns.portal,
        func.bool_or(columns.state == "succeeded").label("is_whole"),
        func.bool_or(columns.state == "running").label("is_at_work"),
    ).where(columns.kind == READING, columns.day == day)
    with engine_of_role(settings, "extractor") as engine, engine.connect() as connection:
        found = {row.portal: row for row in connection.execute(of_day.group_by(columns.portal))}
        in_use = portals_in_use(settings, read_to_of(settings, engine))
    progress: dict[str, Progress] = {}
    for portal in in_use:
        row = found.get(portal.code)
        if row is not None and row.is_whole:
            progress[portal.name_vi] = Progress.WHOLE
        elif portal.code not in settings.portals:
            progress[portal.name_vi] = Progress.LOST
        elif row is None:
            progress[portal.name_vi] = Progress.NOT_BEGUN
        else:
            progress[portal.name_vi] = Progress.AT_WORK if row.is_at_work else Progress.ENDED
    return progress


def portals_to_wait_for(settings: Settings, day: date, *, until: str, waited: timedelta) -> list[str]:
    """The portals that the build of a day has to wait for, each in a sentence; none = it may begin.

    Before the hour `until` (HH:MM, local, of that day) it waits for every portal that is connected. After it,
    only for a reading that is at work, and, when the day is made up late, for one that may still begin:
    `waited` is how long the build has been waiting.
    """
    now = business_now(settings.clock_url)
    is_early = now < datetime.combine(day, time.fromisoformat(until), LOCAL_ZONE)
    may_begin = waited < MAY_BEGIN_WITHIN
    return [
        f"{name_vi}, ngày {day:%d/%m/%Y}: {progress.value}."
        for name_vi, progress in progress_of(settings, day).items()
        if progress is Progress.AT_WORK
        or (is_early and progress not in (Progress.WHOLE, Progress.LOST))
        or (may_begin and progress is Progress.NOT_BEGUN)
    ]


def is_night_first(settings: Settings, portal_code: str, *, since: str, until: str) -> bool:
    """Whether a portal is left to the night's own reading: between two hours (HH:MM, local), until today's is whole.

    Airflow starts the runs of a backfill beside those of the schedule, and many of them look for a free portal at
    once: the night's, which looks no more often, would hardly ever find one.
    """
    now = business_now(settings.clock_url)
    if not since <= f"{now:%H:%M}" < until:
        return False
    return progress_of(settings, now.date())[portal_of(settings, portal_code).name_vi] is not Progress.WHOLE


def tell_missing(settings: Settings, run_id: int) -> str | None:
    """Say which portals are missing on a run's day, in the log and in ops.runs; None when none is."""
    with engine_of_role(settings, "transformer") as engine:
        day = find_run(engine, run_id).day
        if day is None:
            return None
        missing = [
            f"{name_vi} ({progress.value})"
            for name_vi, progress in progress_of(settings, day).items()
            if progress is not Progress.WHOLE
        ]
        if not missing:
            return None
        message = (
            f"Ngày {day:%d/%m/%Y} còn thiếu dữ liệu của {' và '.join(missing)}; "
            "bảng xếp hạng được tính với số liệu đã có.\n"
            "Việc cần làm: xem docs/runbooks/cong-khong-tra-loi.md; đọc xong thì chạy lại build_warehouse_daily."
        )
        note(engine, run_id, message)
    _LOG.warning("%s", message)
    return message
