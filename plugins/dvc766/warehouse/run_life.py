"""The life of a run: a row of ops.runs from its opening to its end.

A run is `running` until it ends, and it ends once:

    running ──► succeeded    all its steps are done
            ├─► blocked      a door stayed closed
            ├─► failed       a step gave up, or whoever drove the run died (see `close_dead_runs`)
            └─► superseded   the same DAG run was started again from its first task
    blocked ──► running      a person accepts what the door stopped, with a reason (see `reopen`)

Ending a run twice in the same way changes nothing; only a running run may write. Builds wait for one
another (`start_build`): the layers between raw and marts exist once. So do the readings of one portal
(`start_reading`): they share its landing tables.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg import Connection
from psycopg.rows import class_row
from sqlalchemy import Engine

from dvc766.warehouse.revision import require_known
from dvc766.warehouse.sessions import RunRefused, WarehouseBusy, lock, transaction
from dvc766.warehouse.tables import METADATA

RunState = Literal["running", "succeeded", "blocked", "failed", "superseded"]
READING = "reading"
RANKING = "ranking"
WATCHING = "watching"
CORRECTING = "correcting"

_HOLDERS = 766_001  # the first half of the lock that the process behind a run holds
_FORGOTTEN_AFTER = "24 hours"  # a run that nobody claims; no step may take that long


@dataclass(frozen=True, slots=True)
class Driver:
    """Who takes a run through its steps: a DAG run of the scheduler, or a process of its own.

    `day` is the day whose night or build the run is; None for a run by hand. `holder` is the number
    of a lock that the driving process holds for as long as it lives (see `held`).
    """

    dag_id: str | None = None
    dag_run_id: str | None = None
    day: date | None = None
    holder: int | None = None


BY_HAND = Driver()


@dataclass(frozen=True, slots=True)
class Run:
    """One row of ops.runs."""

    run_id: int
    kind: str
    portal: str | None
    day: date | None
    as_of: datetime
    started_at: datetime
    state: RunState
    message_vi: str | None
    code_fingerprint: str | None
    reference_fingerprint: str | None
    data_as_of: datetime | None  # of a build: the newest moment at which an input changed
    versions: Mapping[str, int] | None  # of a build: the newest version it reads, by table of raw


_RUN = (
    "run_id, kind, portal, day, as_of, started_at, state, message_vi,"
    " code_fingerprint, reference_fingerprint, data_as_of, versions"
)


_RAW = sorted(table.name for table in METADATA.sorted_tables if table.schema == "raw")
_NEWEST = ", ".join(f"'{name}', (select coalesce(max(version_id), 0) from raw.{name})" for name in _RAW)
# One statement sees one moment: the versions, and the ledger that tells of them.
_SETTLE_VERSIONS = f"""
update ops.runs set
    versions = jsonb_build_object({_NEWEST}),
    data_as_of = (select max(known_from) from ops.ledger where new + changed + deleted > 0)
where run_id = %(run_id)s
"""


def start_run(
    engine: Engine,
    kind: str,
    portal: str | None,
    as_of: datetime,
    driver: Driver = BY_HAND,
    code_fingerprint: str | None = None,
) -> int:
    """Open a run and return its number; the fingerprint tells the code that a reading is made by.

    An earlier run of the same kind and DAG run that is still open becomes `superseded` and can
    write no more.
    """
    with transaction(engine) as connection:
        return _open(connection, kind, portal, as_of, driver, code_fingerprint, None)


def start_build(
    engine: Engine, as_of: datetime, code_fingerprint: str, reference_fingerprint: str, driver: Driver = BY_HAND
) -> int:
    """Open a build of the ranking and return its number; the fingerprints tell what it is made by.

    What it reads is settled here, once: the versions that raw holds now. Readings go on beside it.
    Raises WarehouseBusy while another build is open, whoever drives it: builds queue.
    """
    with transaction(engine) as connection:
        _require_turn(connection, RANKING, None, driver)
        run_id = _open(connection, RANKING, None, as_of, driver, code_fingerprint, reference_fingerprint)
        connection.execute(_SETTLE_VERSIONS, {"run_id": run_id})
        return run_id


def start_restating(
    engine: Engine,
    kind: str,
    as_of: datetime,
    code_fingerprint: str,
    reference_fingerprint: str,
    driver: Driver = BY_HAND,
) -> int:
    """Open a run that makes frozen months again aside, from what is known now, and return its number.

    It writes none of the layers that builds write, so it waits for no build.
    """
    with transaction(engine) as connection:
        run_id = _open(connection, kind, None, as_of, driver, code_fingerprint, reference_fingerprint)
        connection.execute(_SETTLE_VERSIONS, {"run_id": run_id})
        return run_id


def start_reading(
    engine: Engine, portal: str, as_of: datetime, driver: Driver = BY_HAND, code_fingerprint: str | None = None
) -> int:
    """Open a reading of a portal and return its number; the fingerprint tells the code that reads its records.

    Raises WarehouseBusy while another reading of the portal is open, whoever drives it: they queue.
    """
    with transaction(engine) as connection:
        _require_turn(connection, READING, portal, driver)
        return _open(connection, READING, portal, as_of, driver, code_fingerprint, None)


def find_run(engine: Engine, run_id: int) -> Run:
    """The run of a number; RunRefused when there is none."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Run)) as cursor:
        run = cursor.execute(f"select {_RUN} from ops.runs where run_id = %s", (run_id,)).fetchone()
    if run is None:
        raise RunRefused(f"Không có lượt chạy {run_id}.\nViệc cần làm: chạy lại DAG từ nhiệm vụ đầu tiên.")
    return run


def finish_run(engine: Engine, run_id: int, state: RunState, message_vi: str | None = None) -> None:
    """End an open run; ending it again in the same way changes nothing.

    Raises RunRefused when it has ended in another way.
    """
    with transaction(engine) as connection:
        if not _end(connection, run_id, state, message_vi) and _state(connection, run_id) != state:
            require_open_run(connection, run_id)


def reopen(engine: Engine, run_id: int, driver: Driver) -> None:
    """Open a blocked reading again, for the driver who takes its accepted batches on.

    Raises WarehouseBusy while another reading of the portal is open, RunRefused when the run is not blocked.
    """
    with transaction(engine) as connection:
        run = connection.execute("select kind, portal from ops.runs where run_id = %s", (run_id,)).fetchone()
        if run is not None:
            _require_turn(connection, run[0], run[1], driver)
        opened = connection.execute(
            "update ops.runs set state = 'running', finished_at = null, dag_id = %s, dag_run_id = %s, holder = %s"
            " where run_id = %s and state = 'blocked'",
            (driver.dag_id, driver.dag_run_id, driver.holder, run_id),
        )
        if opened.rowcount == 0:
            require_open_run(connection, run_id)


def note(engine: Engine, run_id: int, message_vi: str) -> None:
    """Keep with an open run what readers of its result should know; a failure's message takes its place."""
    with transaction(engine) as connection:
        connection.execute(
            "update ops.runs set message_vi = %s where run_id = %s and state = 'running'", (message_vi, run_id)
        )


def require_open_run(connection: Connection[Any], run_id: int) -> None:
    """Raise RunRefused unless the run is open; it stays so until the transaction ends."""
    state = _state(connection, run_id)
    if state != "running":
        raise RunRefused(
            f"Lượt chạy {run_id} không còn được ghi dữ liệu (trạng thái: {state or 'không có'}).\n"
            "Việc cần làm: xem lượt mới hơn trong ops.runs; muốn đọc lại, hãy chạy lại cả DAG từ nhiệm vụ đầu tiên."
        )


@contextmanager
def held(engine: Engine) -> Iterator[int]:
    """A number for `Driver.holder`: its lock is held until the end of the block, or of the process.

    PostgreSQL lets go of the lock when the session ends, however the process died, so the lock tells
    whether a run without a scheduler is still driven by somebody.
    """
    holder = secrets.randbelow(2**31 - 1) + 1
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        session.exec_driver_sql("select pg_advisory_lock(%s, %s)", (_HOLDERS, holder))
        try:
            yield holder
        finally:  # the session goes back to a pool
            session.exec_driver_sql("select pg_advisory_unlock(%s, %s)", (_HOLDERS, holder))


def close_dead_runs(engine: Engine, is_over: Callable[[str, str], bool]) -> list[int]:
    """End as `failed` the open runs whose driver is gone, and return their numbers.

    `is_over(dag_id, dag_run_id)` tells whether a DAG run has ended. A task that the kernel killed
    can close nothing itself, and its callback may have had no connection: without this its run
    would stay open, and builds would wait for it for ever.
    """
    with transaction(engine) as connection:
        rows = connection.execute(
            "select run_id, dag_id, dag_run_id, holder, started_at < now() - %s::interval"
            " from ops.runs where state = 'running' order by run_id",
            (_FORGOTTEN_AFTER,),
        ).fetchall()
    dead = []
    for run_id, dag_id, dag_run_id, holder, is_forgotten in rows:
        if dag_id and dag_run_id:
            gone = is_over(dag_id, dag_run_id)
        elif holder is not None:
            gone = not _is_held(engine, holder)
        else:
            gone = is_forgotten
        if gone:
            dead.append(run_id)
    message = (
        "Tiến trình của lượt này đã dừng mà không kịp khép lượt (bị hệ điều hành dừng, hoặc mất kết nối).\n"
        "Dữ liệu đã nạp vẫn đúng. Việc cần làm: không có; lượt sau tự đọc hoặc tính lại phần còn thiếu."
    )
    with transaction(engine) as connection:
        return [run_id for run_id in dead if _end(connection, run_id, "failed", message)]


def _require_turn(connection: Connection[Any], kind: str, portal: str | None, driver: Driver) -> None:
    """WarehouseBusy while another run of the kind and portal is open; till the end of the transaction none opens."""
    lock(connection, f"start of a {kind} of {portal or 'the warehouse'}")
    _supersede(connection, kind, portal, driver)
    other = connection.execute(
        "select run_id, dag_run_id, started_at from ops.runs"
        " where kind = %s and portal is not distinct from %s and state = 'running'",
        (kind, portal),
    ).fetchone()
    if other is not None:
        what_vi = "tính" if portal is None else f"đọc {portal}"
        raise WarehouseBusy(
            f"Lượt {what_vi} {other[0]} ({other[1] or 'chạy bằng tay'}) đang chạy từ {other[2]:%H:%M %d/%m/%Y}.\n"
            "Việc cần làm: chờ lượt đó kết thúc; nhiệm vụ này tự thử lại."
        )


def _open(
    connection: Connection[Any],
    kind: str,
    portal: str | None,
    as_of: datetime,
    driver: Driver,
    code_fingerprint: str | None,
    reference_fingerprint: str | None,
) -> int:
    require_known(connection)
    _supersede(connection, kind, portal, driver)
    opened = connection.execute(
        "insert into ops.runs (kind, portal, as_of, dag_id, dag_run_id, day, holder, code_fingerprint,"
        " reference_fingerprint) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning run_id",
        (
            *(kind, portal, as_of, driver.dag_id, driver.dag_run_id, driver.day, driver.holder),
            *(code_fingerprint, reference_fingerprint),
        ),
    ).fetchall()
    return int(opened[0][0])


def _supersede(connection: Connection[Any], kind: str, portal: str | None, driver: Driver) -> None:
    if driver.dag_run_id is None:
        return
    connection.execute(
        "update ops.runs set state = 'superseded', finished_at = now(),"
        " message_vi = 'Lượt DAG này đã được chạy lại từ đầu; lượt mới thay thế lượt này.'"
        " where dag_run_id = %s and dag_id is not distinct from %s and kind = %s"
        " and portal is not distinct from %s and state = 'running'",
        (driver.dag_run_id, driver.dag_id, kind, portal),
    )


def _end(connection: Connection[Any], run_id: int, state: RunState, message_vi: str | None) -> bool:
    """Whether the run was open, and has ended now."""
    ended = connection.execute(
        "update ops.runs set state = %s, finished_at = now(), message_vi = coalesce(%s, message_vi)"
        " where run_id = %s and state = 'running'",
        (state, message_vi, run_id),
    )
    return ended.rowcount == 1


def _state(connection: Connection[Any], run_id: int) -> str | None:
    row = connection.execute("select state from ops.runs where run_id = %s for share", (run_id,)).fetchone()
    return None if row is None else str(row[0])


def _is_held(engine: Engine, holder: int) -> bool:
    with transaction(engine) as connection:
        row = connection.execute("select pg_try_advisory_xact_lock(%s, %s)", (_HOLDERS, holder)).fetchone()
    return row is None or not row[0]
