"""What a drill stands on: a warehouse, an Airflow, a simulator of its own, and a release of the code it may spoil."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import requests
from psycopg.rows import dict_row

from local_stack import airflow, demo, installation, postgres, secret_store, services, simulator
from local_stack.airflow_api import AirflowApi, RunFailed
from local_stack.installation import Installation
from local_stack.paths import ROOT, local
from local_stack.processes import Programs, is_alive, left_running

DATABASE = "drill"
SCHEDULER = "airflow-scheduler"
LIMIT_SECONDS = 900.0  # a machine that others use, too, is slow
LOOK_SECONDS = 0.2
SECOND_PERSON = "nguoi-thu-hai"  # an account beside the administrator's; Airflow makes its password
TWO_ADMINISTRATORS = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{airflow.ADMIN}:admin,{SECOND_PERSON}:admin"}
FIRST_WAIT_SECONDS = 0.01  # before a portal is asked again within one try
RELEASED = ("dags", "plugins", "dbt_project", "expectations")
DAGS = (*demo.INGEST, demo.BUILD, demo.RANK, demo.FRESHNESS, "accept_blocked_batch")
# A lost scheduler and lost tasks are noticed in seconds; Airflow's own values are minutes.
NOTICED_SOON = {
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
}


class DrillFailed(RuntimeError):
    """The drill could not be played as planned; the message says at which point."""


@dataclass(slots=True)
class Stage:
    """Everything that runs, and the hands on it."""

    installation: Installation
    programs: Programs
    portals: simulator.Simulator
    scheduler: airflow.Airflow
    api: AirflowApi
    release: Path

    def until(self, what: str, is_so: Callable[[], bool]) -> None:
        """Wait, as `./run up` does: what has ended by itself is started again. DrillFailed when it takes too long.

        An Airflow that does not answer, or whose database is away, is one whose answer is waited for.
        """
        limit, supervision = time.monotonic() + LIMIT_SECONDS, services.supervision(self.programs, self.scheduler)
        unanswered: Exception | None = None
        while time.monotonic() < limit:
            try:
                if is_so():
                    return
            except (RunFailed, requests.RequestException) as error:
                unanswered = error
            supervision.look()
            time.sleep(LOOK_SECONDS)
        raise DrillFailed(f"Waited {LIMIT_SECONDS:.0f} s in vain: {what}.\nNext: see {local('logs')}.") from unanswered

    def ended(self, dag_id: str, run_id: str) -> str:
        """Wait until a DAG run has ended; its state."""
        self.until(f"{dag_id} {run_id} has ended", lambda: self.api.state(dag_id, run_id) in ("success", "failed"))
        return self.api.state(dag_id, run_id)

    def tries(self, dag_id: str, run_id: str, task_id: str) -> int:
        """How often a task has been begun."""
        return next(int(task["try_number"]) for task in self.api.tasks(dag_id, run_id) if task["task_id"] == task_id)

    def kill_task(self, dag_id: str, run_id: str, task_id: str) -> None:
        """SIGKILL the process of a task while it holds a session with the warehouse; DrillFailed when it was missed."""
        begun: list[int] = []

        def runs() -> bool:
            task = next(each for each in self.api.tasks(dag_id, run_id) if each["task_id"] == task_id)
            if task["state"] in ("success", "failed", "upstream_failed", "skipped"):
                raise DrillFailed(f"{dag_id} {run_id}: {task_id} was {task['state']} before it could be killed.")
            begun[:] = [int(task["pid"])] if task["state"] == "running" and task["pid"] else []
            return bool(begun) and is_alive(begun[0])

        self.until(f"{dag_id} {run_id}: {task_id} runs", runs)
        [pid] = begun
        while is_alive(pid) and not self._is_in_warehouse(pid):
            time.sleep(0.01)
        if not is_alive(pid):
            raise DrillFailed(f"{dag_id} {run_id}: {task_id} ended before it could be killed.")
        os.kill(pid, signal.SIGKILL)

    def second_person(self) -> AirflowApi:
        """Airflow as somebody else than the administrator sees it."""
        return self.person(SECOND_PERSON, json.loads(local("airflow", "passwords.json").read_text())[SECOND_PERSON])

    def person(self, login: str, password: str) -> AirflowApi:
        """Airflow as an account sees it."""
        api = AirflowApi(self.scheduler.url, login, password, self.programs.require_alive)
        api.sign_in()
        return api

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the warehouse holds."""
        own = self.installation
        with own.cluster.connect(own.database) as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode()).fetchall()

    def kill_scheduler(self) -> None:
        """SIGKILL the scheduler; its children are left to whoever starts it again."""
        self.kill(SCHEDULER)

    def kill(self, *programs: str, database: bool = False) -> None:
        """SIGKILL programs at once, and PostgreSQL's server with its sessions left to themselves."""
        pids = [self.programs.running[name].pid for name in programs]
        if database:
            pids.append(int((self.installation.cluster.data / "postmaster.pid").read_text().splitlines()[0]))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)

    def open_runs(self) -> int:
        """How many runs of ops.runs nobody has ended."""
        with self.installation.cluster.connect(self.installation.database) as connection:
            [(number,)] = connection.execute("select count(*) from ops.runs where state = 'running'").fetchall()
        return int(number)

    @contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """A fault of the simulator, for a while."""
        self.portals.switch_fault(name)
        try:
            yield
        finally:
            self.portals.switch_fault(name, on=False)

    @contextmanager
    def marts_held(self) -> Iterator[None]:
        """Keep the marts locked, so that whoever shows new ones waits."""
        with self.installation.cluster.connect(self.installation.database) as connection:
            connection.execute("select pg_advisory_lock(hashtextextended('marts', 766))")
            yield

    def _is_in_warehouse(self, pid: int) -> bool:
        with suppress(psutil.Error):
            return any(
                each.raddr and each.raddr.port == self.installation.cluster.port
                for each in psutil.Process(pid).net_connections("tcp")
            )
        return False


@contextmanager
def stage(
    filling: list[str],
    accounts: Mapping[str, str] = TWO_ADMINISTRATORS,
    make_accounts: Callable[[airflow.Airflow], None] = lambda _: None,
) -> Iterator[Stage]:
    """A stage with nothing in its warehouse, the simulator filled as its arguments say; all of it ended at the end.

    `accounts` are Airflow's settings of who may log in, `make_accounts` is called before Airflow is up.
    """
    if left := left_running():
        raise DrillFailed(f"Already running: {', '.join(left)}.\nNext: ./run down, then the drill.")
    own = installation.embedded(DATABASE, postgres.port_near(installation.SIMULATOR_PORT, "the simulator"))
    server_ran = own.cluster.is_running()
    programs = Programs()
    try:
        own.cluster.start()
        for database in (DATABASE, f"airflow_{DATABASE}"):
            own.cluster.drop_database(database)
        own.ensure_warehouse()
        portals = simulator.start(programs, own, filling)
        release = release_of(ROOT)
        scheduler = _over(airflow.airflow_for(own), release, accounts)
        scheduler.migrate()
        make_accounts(scheduler)
        scheduler.start(programs)
        api = AirflowApi(scheduler.url, airflow.ADMIN, secret_store.load()["airflow_admin"], programs.require_alive)
        api.sign_in()
        api.wait_for_dags(list(DAGS))
        yield Stage(own, programs, portals, scheduler, api, release)
    finally:
        programs.stop()
        if not server_ran:
            own.cluster.stop()


def release_of(source: Path) -> Path:
    """A copy of what a release brings, for an Airflow of its own."""
    release = local("drill", "release", "dags").parent
    shutil.rmtree(release, ignore_errors=True)
    for folder in RELEASED:
        made = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(source / folder, release / folder, ignore=made)
    return release


def _over(scheduler: airflow.Airflow, release: Path, accounts: Mapping[str, str]) -> airflow.Airflow:
    """The Airflow over a release, under the drill's policy."""
    path = (Path(__file__).parent / "airflow_config", release / "plugins", ROOT)
    hurried = {
        name: json.dumps(connection | {"extra": connection["extra"] | {"first_wait_seconds": FIRST_WAIT_SECONDS}})
        for name in ("AIRFLOW_CONN_NATIONAL_PORTAL", "AIRFLOW_CONN_PROVINCIAL_PORTAL")
        for connection in [json.loads(scheduler.environment[name])]
    }
    own = {
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "AIRFLOW__CORE__DAGS_FOLDER": str(release / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(release / "plugins"),
    }
    return replace(scheduler, environment={**scheduler.environment, **NOTICED_SOON, **hurried, **own, **accounts})
