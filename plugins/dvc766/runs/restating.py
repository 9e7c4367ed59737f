"""Frozen months made again aside: what would be another figure today, and the correction that a person asks for.

Both are done the same way. A run settles what it reads, as a build does; the months are made from raw into schema
`aside`, as the builds of that moment would have made them; then they are compared with what was frozen.

    watch_frozen_months   every week, the last twelve: differences are written to ops, nothing changes
    correct               one month, by hand: the differences become the next revision, with reason and two names
    as_known_at           months as an earlier build knew them, to be looked at in schema `aside`
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from dvc766 import transform as dbt
from dvc766.clock import month_before
from dvc766.failures import NeedsAPerson
from dvc766.reference import codes_of
from dvc766.runs.life import closing_on_failure, engine_of_role
from dvc766.runs.ranking import fingerprints, read_to, turn
from dvc766.settings import Settings
from dvc766.transform import first_assessed_month
from dvc766.warehouse import marts, published, restatements, run_life
from dvc766.warehouse.published import Correction, FreezeRefused, Revision
from dvc766.warehouse.restatements import Difference
from dvc766.warehouse.run_life import BY_HAND, Driver, Run, find_run, finish_run
from dvc766.warehouse.sessions import transaction

WATCHED_MONTHS = 12
RUNBOOK = "docs/runbooks/dinh-chinh.md"
_SHOWN = 20  # differences that a message names

_LOG = logging.getLogger(__name__)


class MonthChanged(NeedsAPerson):
    """A frozen month would be another today, and nobody gave a reason for a correction; says what would change."""


class CorrectionRefused(NeedsAPerson, ValueError):
    """The reason or the names of a correction cannot be taken; the message says which."""


@dataclass(frozen=True, slots=True)
class Restated:
    """What frozen months made again showed: figures that differ, and how many records stand behind them."""

    months: Sequence[date]
    figures: Sequence[Difference]
    records: int


def watch_frozen_months(settings: Settings, *, driver: Driver = BY_HAND) -> Restated:
    """Make the last twelve frozen months again aside and write to ops what differs; nothing else changes."""
    with turn(settings, restatements.ASIDE) as engine:
        months = published.frozen_months(engine)[-WATCHED_MONTHS:]
        if not months:
            return Restated([], [], 0)
        run = _open(settings, engine, run_life.WATCHING, driver)
        with closing_on_failure(settings, run.run_id):
            restated = _restate(settings, engine, months, run)
            finish_run(engine, run.run_id, "succeeded")
    for difference in restated.figures[:_SHOWN]:
        _LOG.warning("%s", sentence_vi(difference))
    return restated


def correct(
    settings: Settings, month: date, correction: Correction | None = None, *, driver: Driver = BY_HAND
) -> Revision:
    """The frozen month's next revision, if making it again from what is known now gives anything else.

    Without a difference the newest revision stands, whatever was asked. Raises MonthChanged when something differs
    and no correction is given, CorrectionRefused for one that lacks a known reason or two people, FreezeRefused for
    a month that is open.
    """
    if correction is not None:
        _check(settings, correction)
    with turn(settings, restatements.ASIDE) as engine:
        newest = published.newest_revision(engine, month)
        if newest is None:
            raise FreezeRefused(
                f"Tháng {month:%m/%Y} chưa chốt nên không có gì để đính chính.\n"
                f"Việc cần làm: chốt tháng trước (./run publish --period {month:%Y-%m})."
            )
        run = _open(settings, engine, run_life.CORRECTING, driver)
        with closing_on_failure(settings, run.run_id):
            restated = _restate(settings, engine, [month], run)
            if not restated.figures and not restated.records:
                finish_run(engine, run.run_id, "succeeded")
                return newest
            if correction is None:
                raise MonthChanged(_changed_vi(month, newest, restated))
            with turn(settings) as transformer, engine_of_role(settings, "publisher") as publisher:
                corrected = published.correct(publisher, newest, run, restated.figures, correction)
                finish_run(engine, run.run_id, "succeeded")
                marts.promote(transformer, every_month=False)
    return corrected


def as_known_at(settings: Settings, months: Sequence[date], build: int) -> None:
    """Make months into schema `aside` as an earlier build knew them: its records, its rows of reference, its clock.

    The code is today's. A frozen month made again as its own build knew it equals what was frozen, unless the
    code says otherwise now. Raises RunRefused when there is no such build.
    """
    with turn(settings, restatements.ASIDE) as engine:
        _make(settings, engine, months, find_run(engine, build))


def sentence_vi(difference: Difference) -> str:
    """One difference, for people."""
    of = f" chỉ số {difference.indicator_code}" if difference.indicator_code else " tổng điểm"
    parts = [f"{difference.points_before} thành {difference.points_after} điểm"]
    if difference.rank_before != difference.rank_after:
        parts.append(f"hạng {difference.rank_before} thành {difference.rank_after}")
    if difference.indicator_code:
        parts.append(
            f"{difference.numerator_before}/{difference.denominator_before} thành"
            f" {difference.numerator_after}/{difference.denominator_after}"
        )
    return f"Tháng {difference.period_month:%m/%Y}, {difference.agency_code},{of}: {'; '.join(parts)}"


def _open(settings: Settings, engine: Engine, kind: str, driver: Driver) -> Run:
    run_id = run_life.start_restating(engine, kind, read_to(settings, engine), *fingerprints(settings, engine), driver)
    return find_run(engine, run_id)


def _restate(settings: Settings, engine: Engine, months: Sequence[date], run: Run) -> Restated:
    _make(settings, engine, months, run)
    with transaction(engine) as connection:
        records = restatements.record(connection, run.run_id, months)
        return Restated(months, restatements.figures(connection, months), records)


def _make(settings: Settings, engine: Engine, months: Sequence[date], run: Run) -> None:
    """Make the months, and the one before each that was open then: a month tells the movement since the last."""
    before = {month_before(month) for month in months}
    open_then = {
        month
        for month in before - set(months)
        if month >= first_assessed_month(settings) and not published.was_frozen(engine, month, run.started_at)
    }
    with _with_rows_of(settings, engine, run) as its_settings:
        dbt.build_aside(
            its_settings,
            sorted({*months, *open_then}),
            as_of=run.as_of,
            data_as_of=run.data_as_of,
            opened_at=run.started_at,
            versions=run.versions,
        )


@contextmanager
def _with_rows_of(settings: Settings, engine: Engine, run: Run) -> Iterator[Settings]:
    """The settings with a project that has the rows of reference of a run."""
    if run.reference_fingerprint == dbt.reference_fingerprint(settings.dbt_project):
        yield settings
        return
    files = published.reference_files(engine, run.reference_fingerprint or "")
    if not files:
        raise FreezeRefused(
            f"Không còn các bảng tham chiếu của lượt {run.run_id}; không thể tính lại như lúc đó.\n"
            "Việc cần làm: chọn một lượt tính mới hơn trong ops.runs."
        )
    with tempfile.TemporaryDirectory(prefix="dvc766-aside-") as folder:
        root = Path(folder)
        project = root / "dbt_project"
        shutil.copytree(settings.dbt_project, project, ignore=shutil.ignore_patterns("target", "logs"))
        for name in dbt.reference_files(project):
            (project / name).unlink()
        for name, content in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(content)
        yield replace(settings, project_root=root, state=root / "state")


def _check(settings: Settings, correction: Correction) -> None:
    reasons = codes_of(settings.dbt_project / "seeds" / "labels.csv", "revision_reason")
    if correction.reason_code not in reasons:
        known = "; ".join(f"{code} ({name})" for code, name in reasons.items())
        raise CorrectionRefused(
            f"Lý do đính chính {correction.reason_code!r} không có trong danh mục.\nViệc cần làm: chọn một mã: {known}."
        )
    if not correction.note.strip():
        raise CorrectionRefused("Thiếu nội dung đính chính.\nViệc cần làm: viết --note, nêu căn cứ.")
    author, approver = (" ".join(name.split()).casefold() for name in (correction.author, correction.approver))
    if not author or not approver or author == approver:
        raise CorrectionRefused(
            "Người đề nghị và người duyệt đính chính phải là hai người khác nhau.\n"
            "Việc cần làm: ghi họ tên hai người ở --by và --approved-by."
        )


def _changed_vi(month: date, newest: Revision, restated: Restated) -> str:
    told = "\n".join(f"- {sentence_vi(one)}" for one in restated.figures[:_SHOWN])
    more = f"\n… và {len(restated.figures) - _SHOWN} số liệu khác" if len(restated.figures) > _SHOWN else ""
    return (
        f"Tháng {month:%m/%Y} (lần chốt {newest.revision}) nếu tính lại hôm nay thì khác"
        f" {len(restated.figures)} số liệu, {restated.records} hồ sơ hoặc phản ánh, kiến nghị:\n{told}{more}\n"
        "Số liệu đã chốt không thay đổi. Việc cần làm: nếu phải đính chính, chạy lại với --reason, --note, --by và"
        f" --approved-by; xem {RUNBOOK}."
    )
