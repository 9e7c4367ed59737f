"""A run among the steps that work for it: found again, let through a door, closed well or badly.

The states themselves, and what may follow what, are warehouse/run_life.py's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, exists, func, select, tuple_
from sqlalchemy.engine import make_url

from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.quality.audit import Audit, AuditBlocked, Check
from dvc766.quality.recording import Door, record
from dvc766.settings import Settings
from dvc766.warehouse import run_life
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import Driver, Run, find_run, finish_run
from dvc766.warehouse.sessions import RunRefused
from dvc766.warehouse.tables import ACCEPTANCES, CHECK_RESULTS

_LOG = logging.getLogger(__name__)


@contextmanager
def engine_of_role(settings: Settings, role: str) -> Iterator[Engine]:
    """An engine of a login role, its connections closed at the end."""
    engine = engine_for(settings.warehouse, role)
    try:
        yield engine
    finally:
        engine.dispose()


def judge_url(settings: Settings, role: str) -> str:
    """The URL by which Great Expectations reaches the warehouse."""
    url = make_url(settings.warehouse.url(role)).set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def require_running(engine: Engine, run_id: int, kind: str) -> Run:
    """The run of a number and kind; RunRefused says why it may do nothing any more."""
    run = find_run(engine, run_id)
    if run.kind != kind or run.state != "running":
        told = f" {run.message_vi}" if run.message_vi else ""
        raise RunRefused(
            f"Lượt chạy {run_id} ({run.kind}) đã khép với trạng thái {run.state}.{told}\n"
            "Việc cần làm: chạy lại cả DAG (xóa trạng thái từ nhiệm vụ đầu tiên), không chạy lại riêng nhiệm vụ này."
        )
    return run


def until_now(settings: Settings, as_of: datetime | None) -> datetime:
    """`as_of`, or the business clock's now when none is given; RunRefused when it lies in the future.

    A reading up to a time that has not come would move the cursors past the clock, and months that
    nobody has read yet would count as complete.
    """
    now = business_now(settings.clock_url)
    if as_of is not None and as_of > now:
        raise RunRefused(
            f"Thời điểm chốt số liệu {as_of.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y} chưa đến"
            f" (bây giờ là {now:%H:%M %d/%m/%Y}).\n"
            "Việc cần làm: chạy lại với một thời điểm đã qua, hoặc để trống."
        )
    return as_of or now


def close_dead_runs(settings: Settings, is_over: Callable[[str, str], bool]) -> list[int]:
    """End the runs whose driver died without ending them; see `run_life.close_dead_runs`."""
    with engine_of_role(settings, "extractor") as engine:
        dead = run_life.close_dead_runs(engine, is_over)
    for run_id in dead:
        _LOG.warning("Lượt chạy %d không còn ai điều khiển; đã khép là failed.", run_id)
    return dead


def close_door(engine: Engine, run_id: int, door: Door, what_vi: str, checks: Sequence[Check]) -> Audit:
    """Record the checks of a door; AuditBlocked, and the run closed as `blocked`, when a critical one failed."""
    audit = Audit(tuple(checks))
    record(engine, run_id, door, audit.checks)
    for check in audit.warnings:
        _LOG.warning("Cảnh báo: %s", check.sentence_vi)
    if not audit.passed:
        blocked = AuditBlocked(what_vi, audit)
        finish_run(engine, run_id, "blocked", str(blocked))
        raise blocked
    return audit


def require_passed(engine: Engine, run_id: int, door: Door, batch_id: int | None = None) -> None:
    """RunRefused unless every critical check passed at the door, or was accepted by a person.

    At the door in a batch is judged, and its verdict is no other batch's: the same window landed again has
    not been judged yet.
    """
    columns, accepted = CHECK_RESULTS.c, ACCEPTANCES.c
    same = (accepted.run_id, accepted.suite, accepted.expectation, func.coalesce(accepted.batch_id, 0))
    is_accepted = exists().where(
        tuple_(*same) == tuple_(columns.run_id, columns.suite, columns.expectation, func.coalesce(columns.batch_id, 0))
    )
    failed = func.count().filter(columns.severity == "critical", ~columns.passed, ~is_accepted)
    judged = select(func.count(), failed).where(
        columns.run_id == run_id, columns.door == door, columns.batch_id.is_not_distinct_from(batch_id)
    )
    with engine.connect() as connection:
        checks, bad = connection.execute(judged).one()
    if not checks or bad:
        what = f"Lượt chạy {run_id}" if batch_id is None else f"Lô {batch_id} của lượt chạy {run_id}"
        raise RunRefused(
            f"{what} chưa qua được bước kiểm tra ({checks} điều kiện, {bad} không đạt).\n"
            "Việc cần làm: xem nhiệm vụ audit của lượt này; lô được đọc lại thì phải kiểm tra lại."
        )


def fail(settings: Settings, run_id: int, error: BaseException) -> None:
    """Close a run as `failed` with what the error says; nothing happens when it is closed already."""
    with engine_of_role(settings, "extractor") as engine:
        try:
            finish_run(engine, run_id, "failed", message_of(error))
        except RunRefused:
            _LOG.info("run %d was closed already", run_id)


def message_of(error: BaseException) -> str:
    """The error in words that may be stored: our own texts; of any other error its kind alone.

    Texts of drivers and libraries can hold values of rows.
    """
    if type(error).__module__.partition(".")[0] != "dvc766":
        return f"{type(error).__name__}: xem nhật ký của nhiệm vụ."
    return str(getattr(error, "message_vi", None) or error)


@contextmanager
def driven_here(settings: Settings, role: str) -> Iterator[Driver]:
    """This process drives a run: when it dies, however it dies, others can tell.

    Runs that processes like this one left open when they died are closed first.
    """
    close_dead_runs(settings, lambda *_: False)
    with engine_of_role(settings, role) as engine, run_life.held(engine) as holder:
        yield Driver(holder=holder)


@contextmanager
def closing_on_failure(settings: Settings, run_id: int) -> Iterator[None]:
    """Close the run as failed when the steps inside raise."""
    try:
        yield
    except BaseException as error:
        fail(settings, run_id, error)
        raise
