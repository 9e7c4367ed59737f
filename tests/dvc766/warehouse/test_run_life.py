"""A run ends once, and a run whose driver died is ended by others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from dvc766.warehouse import run_life
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import Driver, find_run, finish_run, start_run
from dvc766.warehouse.sessions import RunRefused
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = engine_for(settings_for(database).warehouse, "extractor")
    yield engine
    engine.dispose()


def opened(engine: Engine, driver: Driver) -> int:
    return start_run(engine, "reading", "provincial_portal", AS_OF, driver)


def test_a_run_says_for_which_day_it_is(engine: Engine) -> None:
    run = find_run(engine, opened(engine, Driver("ingest", "scheduled__1", day=date(2025, 6, 18))))
    assert (run.state, run.day, run.as_of) == ("running", date(2025, 6, 18), AS_OF)


@pytest.mark.parametrize("state", ["succeeded", "failed", "blocked"])
def test_ending_twice_in_the_same_way_is_ending_once(engine: Engine, state: run_life.RunState) -> None:
    run_id = opened(engine, Driver())
    finish_run(engine, run_id, state, "một")
    finish_run(engine, run_id, state, "hai")
    assert find_run(engine, run_id).message_vi == "một"
    other: run_life.RunState = "failed" if state == "succeeded" else "succeeded"
    with pytest.raises(RunRefused, match=f"trạng thái: {state}"):
        finish_run(engine, run_id, other)


def test_the_same_dag_run_started_again_supersedes_itself_alone(engine: Engine) -> None:
    first = opened(engine, Driver("ingest", "scheduled__1"))
    other_dag = opened(engine, Driver("sweep", "scheduled__1"))
    second = opened(engine, Driver("ingest", "scheduled__1"))
    states = [find_run(engine, run_id).state for run_id in (first, other_dag, second)]
    assert states == ["superseded", "running", "running"]


def test_the_run_of_a_dag_run_that_is_over_is_ended(engine: Engine) -> None:
    over = opened(engine, Driver("ingest", "over"))
    alive = opened(engine, Driver("ingest", "alive"))
    assert run_life.close_dead_runs(engine, lambda dag, run: (dag, run) == ("ingest", "over")) == [over]
    assert find_run(engine, over).state == "failed"
    assert "bị hệ điều hành dừng" in str(find_run(engine, over).message_vi)
    assert find_run(engine, alive).state == "running"
    assert run_life.close_dead_runs(engine, lambda dag, run: False) == []


def test_a_run_of_this_process_is_alive_while_it_holds_its_lock(engine: Engine) -> None:
    with run_life.held(engine) as holder:
        run_id = opened(engine, Driver(holder=holder))
        assert run_life.close_dead_runs(engine, lambda dag, run: True) == []
    assert run_life.close_dead_runs(engine, lambda dag, run: True) == [run_id]


def test_the_run_of_a_process_that_was_killed_is_ended(engine: Engine, database: Database) -> None:
    driver = f"""
import time
from dvc766.warehouse import run_life
from dvc766.warehouse.engine import engine_for
from dvc766.settings import WarehouseSettings
from datetime import datetime, UTC
warehouse = WarehouseSettings({database.host!r}, {database.port}, {database.name!r}, {{"extractor": "extractor"}})
engine = engine_for(warehouse, "extractor")
with run_life.held(engine) as holder:
    print(run_life.start_run(engine, "reading", "x", datetime.now(UTC), run_life.Driver(holder=holder)), flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", driver], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        run_id = int(process.stdout.readline())
        assert run_life.close_dead_runs(engine, lambda dag, run: True) == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    _wait_until_no_session_holds(database)
    assert run_life.close_dead_runs(engine, lambda dag, run: True) == [run_id]


def test_a_run_by_hand_that_nobody_claims_is_ended_after_a_day(engine: Engine, database: Database) -> None:
    forgotten, fresh = opened(engine, Driver()), opened(engine, Driver())
    with database.connect() as connection:
        moved = "update ops.runs set started_at = started_at - %s where run_id = %s"
        connection.execute(moved, [timedelta(hours=25), forgotten])
    assert run_life.close_dead_runs(engine, lambda dag, run: True) == [forgotten]
    assert find_run(engine, fresh).state == "running"


def _wait_until_no_session_holds(database: Database) -> None:
    """PostgreSQL notices a dead client when it next looks at its socket: at once for one that waits for a command."""
    with database.connect() as connection:
        held = "select pg_sleep(0.01), exists (select from pg_locks where locktype = 'advisory' and classid = 766001)"
        for _ in range(1000):
            row = connection.execute(held).fetchone()
            if row is not None and not row[1]:
                return
    raise AssertionError("the dead process's lock is still held after ten seconds")
