"""Runs and their ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.warehouse.sessions import RunRefused, transaction

RunState = Literal["running", "succeeded", "blocked", "failed", "superseded"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What one run did to one resource: fetched = new + changed + unchanged + duplicate + quarantined."""

    run_id: int
    portal: str
    resource: str
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    declared: int | None  # the portal's own total for the window
    fetched: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    deleted: int
    known_from: datetime


def start_run(
    engine: Engine,
    kind: str,
    portal: str | None,
    as_of: datetime,
    dag_run_id: str | None = None,
    code_fingerprint: str | None = None,
) -> int:
    """Open a run and return its number; `code_fingerprint` tells the code that a build is made by.

    An earlier run of the same kind and DAG run that is still open becomes `superseded` and can
    promote no more.
    """
    with transaction(engine) as connection:
        if dag_run_id is not None:
            connection.execute(
                "update ops.runs set state = 'superseded', finished_at = now()"
                " where dag_run_id = %s and kind = %s and portal is not distinct from %s and state = 'running'",
                (dag_run_id, kind, portal),
            )
        opened = connection.execute(
            "insert into ops.runs (kind, portal, dag_run_id, as_of, code_fingerprint)"
            " values (%s, %s, %s, %s, %s) returning run_id",
            (kind, portal, dag_run_id, as_of, code_fingerprint),
        ).fetchall()
    return int(opened[0][0])


def finish_run(engine: Engine, run_id: int, state: RunState, message_vi: str | None = None) -> None:
    """Close an open run; closing it again with the same state changes nothing.

    Raises RunRefused when it was superseded or closed with another state.
    """
    with transaction(engine) as connection:
        closed = connection.execute(
            "update ops.runs set state = %s, finished_at = now(), message_vi = %s"
            " where run_id = %s and state = 'running'",
            (state, message_vi, run_id),
        )
        if closed.rowcount == 0 and _state(connection, run_id) != state:
            require_open_run(connection, run_id)


def require_open_run(connection: Connection[Any], run_id: int) -> None:
    """Raise RunRefused unless the run is open."""
    state = _state(connection, run_id)
    if state != "running":
        raise RunRefused(
            f"Lượt chạy {run_id} không còn được ghi dữ liệu (trạng thái: {state or 'không có'}).\n"
            "Việc cần làm: xem lượt mới hơn trong ops.runs; muốn đọc lại, hãy chạy lại cả DAG từ nhiệm vụ đầu tiên."
        )


def _state(connection: Connection[Any], run_id: int) -> str | None:
    row = connection.execute("select state from ops.runs where run_id = %s for share", (run_id,)).fetchone()
    return None if row is None else str(row[0])
