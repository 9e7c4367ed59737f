"""The five DAGs by the real scheduler: one month of a small province, as the demo runs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from dvc766.settings import ROLES
from local_stack import airflow, demo, paths, postgres, secret_store, simulator
from local_stack.airflow_api import AirflowApi
from local_stack.installation import Installation
from local_stack.processes import Programs, left_running, members
from local_stack.timetable import steps

DAGS = (*demo.INGEST, demo.BUILD, demo.RANK, demo.FRESHNESS)


@dataclass(frozen=True)
class Ran:
    """What is left when a month has run: Airflow still up, and the programs behind it."""

    api: AirflowApi
    programs: Programs
    installation: Installation
    first: str  # the run that the month's parameters name


@pytest.fixture(scope="module")
def ran(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Airflow, simulator and warehouse of their own, after one month and its closing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "LOCAL", tmp_path_factory.mktemp("local"))
        patch.setattr(secret_store, "load", secrets)
        own = Installation(cluster, "scheduler_test", postgres.free_port())
        step = next(steps())
        programs = Programs()
        try:
            own.ensure_warehouse()
            filling = ["--life", "1", "--scale", "0.2", "--clock", step.clock.isoformat()]
            portals = simulator.start(programs, own, filling)
            scheduler = airflow.airflow_for(own)
            scheduler.migrate()
            scheduler.start(programs)
            api = AirflowApi(scheduler.url, airflow.ADMIN, secrets()["airflow_admin"], programs.require_alive)
            api.waits_for_retries = False
            api.sign_in()
            api.wait_for_dags(list(DAGS))
            pipeline = demo.Pipeline(api, portals)
            pipeline.run(step)
            pipeline.run_once(demo.FRESHNESS, step.name, {})
            yield Ran(api, programs, own, f"demo__{step.name}__1")
        finally:
            programs.stop()
            cluster.drop_database("scheduler_test")
            cluster.drop_database("airflow")
        assert left_running() == []


def secrets() -> secret_store.Secrets:
    """The test cluster's roles have their names as passwords."""
    own = {name: name for name in ("airflow_database", "airflow_admin", "session")}
    own |= {"jwt": "j" * 64, "fernet": "c3ludGhldGljLWtleS1mb3ItdGVzdHMtb25seS0xMjM="}
    return secret_store.Secrets(own | {f"role_{role}": role for role in ROLES})


def month_runs(ran: Ran) -> dict[str, list[dict[str, Any]]]:
    """The month's runs by DAG, without those that the wall clock's schedule may have added."""
    return {dag_id: [run for run in ran.api.runs(dag_id) if run["run_type"] != "scheduled"] for dag_id in DAGS}


def test_every_dag_ran_and_is_green(ran: Ran) -> None:
    states = {dag_id: [run["state"] for run in runs] for dag_id, runs in month_runs(ran).items()}
    assert states == {dag_id: ["success"] for dag_id in DAGS}


def test_no_task_had_to_be_tried_twice(ran: Ran) -> None:
    tries = {
        (dag_id, task["task_id"]): task["try_number"]
        for dag_id, runs in month_runs(ran).items()
        for run in runs
        for task in ran.api.tasks(dag_id, run["dag_run_id"])
    }
    assert tries and set(tries.values()) == {1}


def test_the_build_was_caused_by_both_readings(ran: Ran) -> None:
    [build] = month_runs(ran)[demo.BUILD]
    assert build["run_type"] == "asset_triggered"
    causes = ran.api.upstream_runs(demo.BUILD, build["dag_run_id"])
    assert causes == {(dag_id, ran.first) for dag_id in demo.INGEST}


def test_the_month_is_ranked(ran: Ran) -> None:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        row = connection.execute(
            "select count(*) filter (where rank = 1 and not is_provisional) > 0, bool_and(period_month = '2025-05-01')"
            " from marts.agency_rankings_monthly where period_month = '2025-05-01'"
        ).fetchone()
    assert row == (True, True)


def test_airflow_asks_for_a_login(ran: Ran) -> None:
    assert requests.get(f"{ran.api.url}/api/v2/dags", timeout=30).status_code == 401
    wrong = {"username": airflow.ADMIN, "password": "wrong"}
    assert requests.post(f"{ran.api.url}/auth/token", json=wrong, timeout=30).status_code == 401


def test_only_loopback_is_listened_on(ran: Ran) -> None:
    leaders = [process.pid for process in ran.programs.running.values()]
    sockets = {
        Path(link).readlink().name
        for pid in members(leaders)
        for link in Path(f"/proc/{pid}/fd").glob("*")
        if Path(link).is_symlink()
    }
    listening = [
        fields
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in (line.split() for line in Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets
    ]
    assert listening
    assert {fields[1].partition(":")[0] for fields in listening} == {"0100007F"}
