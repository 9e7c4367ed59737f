"""Airflow on one machine: its settings, its metadata in the embedded server, its four processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from sqlalchemy.engine import make_url

from dvc766.settings import ROLES, role_variable
from local_stack import postgres, secret_store
from local_stack.installation import AIRFLOW_PORT, Installation, say
from local_stack.paths import DAGS, PLUGINS, local
from local_stack.processes import Program, ProgramFailed, Programs

ADMIN = "admin"
READY_LIMIT_SECONDS = 180.0
KEEPS_SECRETS = "api-server"  # it alone has the connections of the warehouse's roles
TASKS_WORK_AS = ("extractor", "transformer", "publisher", "bi_reader")
COMPONENTS = {
    KEEPS_SECRETS: [],
    "scheduler": ["--skip-serve-logs"],  # logs are read from the disk they share; nothing listens for them
    "dag-processor": [],
    "triggerer": ["--skip-serve-logs"],
}
# Seconds. A task begins so much later at most after the one before it; a schedule, too.
WAITED_FOR = {"AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1"}
# As docker-compose.yaml has it. DAG files that have changed are read at once all the same.
CALM = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "3",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "60",
    "AIRFLOW__SCHEDULER__POOL_METRICS_INTERVAL": "60",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
    "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "30",
}


@dataclass(frozen=True, slots=True)
class Airflow:
    """An Airflow over one installation."""

    installation: Installation
    port: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """Where its pages and its REST API are."""
        return f"http://{postgres.HOST}:{self.port}"

    def migrate(self) -> None:
        """Bring the metadata database to this Airflow's revision; quick when it is there already."""
        command = [sys.executable, "-m", "airflow", "db", "migrate"]
        done = subprocess.run(command, env=dict(self.environment), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-12:])
            raise ProgramFailed(f"`airflow db migrate` failed:\n{tail}\nNext: see {local('postgres')} and its log.")

    def start(self, programs: Programs) -> None:
        """Start the four processes and wait until each is healthy; ProgramFailed when one is not."""
        for name in COMPONENTS:
            programs.start(self.program(name))
        limit = time.monotonic() + READY_LIMIT_SECONDS
        while not self.is_healthy():
            programs.require_alive()
            if time.monotonic() > limit:
                raise ProgramFailed(
                    f"Airflow was not healthy within {READY_LIMIT_SECONDS:.0f} s: {self.health()}\n"
                    f"Next: see the logs in {local('logs')}."
                )
            time.sleep(0.5)

    def program(self, component: str) -> Program:
        """One of the four processes."""
        command = [sys.executable, "-m", "airflow", component, *COMPONENTS[component]]
        environment = self.environment if component == KEEPS_SECRETS else _without_roles(self.environment)
        return Program(f"airflow-{component}", command, environment)

    def health(self) -> dict[str, str]:
        """What each process says of itself; empty while the api-server does not answer."""
        try:
            reply = requests.get(f"{self.url}/api/v2/monitor/health", timeout=5).json()
        except (requests.RequestException, ValueError):
            return {}
        return {name: str(state.get("status")) for name, state in reply.items() if isinstance(state, dict)}

    def is_healthy(self) -> bool:
        """True when all four are."""
        health = self.health()
        wanted = ("metadatabase", "scheduler", "dag_processor", "triggerer")
        return bool(health) and all(health.get(name) == "healthy" for name in wanted)


def airflow_for(installation: Installation, *, is_waited_for: bool = True) -> Airflow:
    """The Airflow of an installation whose server runs; its database is made when missing.

    One that nobody waits for looks for work less often, and costs little while there is none.
    """
    port = postgres.port_near(AIRFLOW_PORT, "Airflow")
    metadata_url = installation.ensure_airflow_database()
    environment = (
        installation.environment(TASKS_WORK_AS) | _settings(metadata_url, port) | _metadata_connection(metadata_url)
    )
    environment |= WAITED_FOR if is_waited_for else CALM
    _write_admin_password()
    say(f"Airflow will answer at http://{postgres.HOST}:{port}")
    return Airflow(installation, port, environment)


def _without_roles(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the passwords of the warehouse's roles: a task asks the api-server for its own."""
    kept = [role_variable(role) for role in ROLES]
    return {name: value for name, value in environment.items() if name not in kept}


def _write_admin_password() -> None:
    path = local("airflow", "passwords.json")
    path.touch(mode=0o600)
    path.write_text(json.dumps({ADMIN: secret_store.load()["airflow_admin"]}))


def _metadata_connection(metadata_url: str) -> dict[str, str]:
    """Airflow's own database as a connection, for the task that cleans it up."""
    url = make_url(metadata_url)
    connection = {"conn_type": "postgres", "host": url.host, "port": url.port, "schema": url.database}
    return {"AIRFLOW_CONN_AIRFLOW_METADATA": json.dumps(connection | {"login": url.username, "password": url.password})}


def _settings(metadata_url: str, port: int) -> dict[str, str]:
    secrets = secret_store.load()
    url = f"http://{postgres.HOST}:{port}"
    sections: dict[str, dict[str, str]] = {
        "core": {
            "executor": "dvc766.task_executor.TaskExecutor",
            "parallelism": "4",  # each worker's first task costs seconds; more workers would pay it more often
            "load_examples": "False",
            "dags_are_paused_at_creation": "False",  # a schedule that nobody switched on would rank nothing
            "dags_folder": str(DAGS),
            "plugins_folder": str(PLUGINS),
            "default_timezone": "Asia/Ho_Chi_Minh",
            "fernet_key": secrets["fernet"],
            "simple_auth_manager_users": f"{ADMIN}:admin",
            "simple_auth_manager_passwords_file": str(local("airflow", "passwords.json")),
            "execution_api_server_url": f"{url}/execution/",
        },
        "api": {"host": postgres.HOST, "port": str(port), "base_url": url, "secret_key": secrets["session"]},
        "api_auth": {"jwt_secret": secrets["jwt"]},
        "database": {"sql_alchemy_conn": metadata_url},
        "logging": {"base_log_folder": str(local("airflow", "logs"))},
    }
    return {"AIRFLOW_HOME": str(local("airflow", "airflow.cfg").parent)} | {
        f"AIRFLOW__{section.upper()}__{option.upper()}": value
        for section, options in sections.items()
        for option, value in options.items()
    }
