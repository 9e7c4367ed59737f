"""The clean-up: what is kept for a number of days only, taken away when they are over. Each thing is counted in ops."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.runs.life import closing_on_failure, engine_of_role
from dvc766.runs.ranking import turn
from dvc766.settings import Settings
from dvc766.warehouse import retention
from dvc766.warehouse.restatements import ASIDE
from dvc766.warehouse.run_life import BY_HAND, Driver, finish_run, note, start_run

CLEANING = "cleaning"
NAMES = {
    "landing": "bản ghi ở vùng nhận",
    "quarantine": "dòng cách ly đã giải quyết",
    "restatements": "dòng đối chiếu tháng đã chốt",
    "aside": "dòng của tháng tính lại riêng",
    "logs": "tệp nhật ký",
    "metadata": "dòng lịch sử của Airflow",
}

MetadataCleaner = Callable[[datetime, bool], int | None]
"""Cleans Airflow's own database of what is older than a moment (dry run or not): how many rows; None = cannot."""

_LOG = logging.getLogger(__name__)


def clean_up(
    settings: Settings,
    *,
    logs: Iterable[Path] = (),
    metadata: MetadataCleaner | None = None,
    dry_run: bool = False,
    driver: Driver = BY_HAND,
) -> Mapping[str, int]:
    """Take away what is older than its days, by settings.keep; how many of each thing.

    `logs` are folders of log files beside dbt's own. With `dry_run` everything is counted, nothing is taken away and
    nothing is written. Otherwise a run of kind `cleaning` and ops.removals tell what was taken.
    """
    if dry_run:
        counts = _clean(settings, logs, metadata, dry_run=True)
        for sentence in _sentences(counts, "sẽ xóa"):
            _LOG.info("%s", sentence)
        return counts
    with engine_of_role(settings, "extractor") as engine:
        run_id = start_run(engine, CLEANING, None, business_now(settings.clock_url), driver)
        with closing_on_failure(settings, run_id):
            counts = _clean(settings, logs, metadata, dry_run=False)
            days = _days(settings)
            retention.record_removals(engine, run_id, {what: (count, days[what]) for what, count in counts.items()})
            note(engine, run_id, "\n".join(_sentences(counts, "đã xóa")))
            finish_run(engine, run_id, "succeeded")
    for sentence in _sentences(counts, "đã xóa"):
        _LOG.info("%s", sentence)
    return counts


def _clean(
    settings: Settings, logs: Iterable[Path], metadata: MetadataCleaner | None, *, dry_run: bool
) -> Mapping[str, int]:
    keep, counts = settings.keep, {}
    with engine_of_role(settings, "extractor") as engine:
        counts["landing"] = retention.clean_landing(engine, keep.landing_days, dry_run=dry_run)
        counts["quarantine"] = retention.clean_quarantine(engine, keep.quarantine_days, dry_run=dry_run)
    with engine_of_role(settings, "transformer") as engine:
        counts["restatements"] = retention.clean_restatements(engine, keep.restatements_days, dry_run=dry_run)
    with turn(settings, ASIDE) as engine:
        counts["aside"] = retention.clean_aside(engine, keep.aside_days, dry_run=dry_run)
    own = [settings.state / name / "logs" for name in ("dbt", "dbt_aside")]
    counts["logs"] = sum(clean_logs(folder, _before(keep.logs_days), dry_run=dry_run) for folder in (*own, *logs))
    if metadata is not None:
        removed = metadata(_before(keep.metadata_days), dry_run)
        if removed is not None:
            counts["metadata"] = removed
    return counts


def clean_logs(folder: Path, before: datetime, *, dry_run: bool = False) -> int:
    """Files below a folder that nobody has written to since a moment, and empty folders of that age; how many files.

    Links are left as they are and nothing is followed out of the folder.
    """
    removed = 0
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            file = Path(path, name)
            if not file.is_symlink() and file.stat().st_mtime < before.timestamp():
                removed += 1
                if not dry_run:
                    file.unlink()
        for name in folders:
            inner = Path(path, name)
            is_old = not inner.is_symlink() and inner.stat().st_mtime < before.timestamp()
            if is_old and not dry_run and not any(inner.iterdir()):
                inner.rmdir()
    return removed


def _before(days: int) -> datetime:
    """So many days ago, by this machine's clock: files and rows have no other."""
    return datetime.now(LOCAL_ZONE) - timedelta(days=days)


def _days(settings: Settings) -> Mapping[str, date]:
    return {what: _before(getattr(settings.keep, f"{what}_days")).date() for what in NAMES}


def _sentences(counts: Mapping[str, int], verb: str) -> Sequence[str]:
    return [f"{NAMES[what]}: {verb} {count}" for what, count in counts.items()]
