"""`./run bi`: Superset in an environment of its own, its dashboards as the assets say, over the warehouse in use."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from bi.accounts import ADMINISTRATOR, READERS
from bi.bundle import databases
from bi.dashboards import Dashboard, dashboards
from bi.datasets import datasets
from dvc766.failures import NeedsAPerson
from dvc766.settings import ROLES
from local_stack import installation, postgres, secret_store
from local_stack.arguments import parser
from local_stack.environments import Environment
from local_stack.installation import Installation, say
from local_stack.paths import ROOT, local
from local_stack.processes import Program, ProgramFailed, Programs, log_tail

# Superset wants another SQLAlchemy than the rest.
ENVIRONMENT = Environment(
    "Superset", ROOT / ".venv-superset", ROOT / "bi" / "requirements.txt", "about 830 MB; a minute or two"
)
PORT = 8088
NAME = "superset"
READY_LIMIT_SECONDS = 240.0
ACCOUNTS = {"admin": ADMINISTRATOR} | {reader: account for reader, (account, _) in READERS.items()}


class NothingToShow(NeedsAPerson):
    """The warehouse has no ranking yet."""


@dataclass(frozen=True, slots=True)
class Superset:
    """A running Superset."""

    url: str
    installation: Installation
    programs: Programs

    def page(self, slug: str) -> str:
        """The address of a dashboard."""
        return f"{self.url}/superset/dashboard/{slug}/"


def bi(arguments: list[str]) -> int:
    """Put Superset up and say where to look; ends with Ctrl-C, or when `./run down` ends it."""
    options = parser("bi")
    options.add_argument("--port", type=int, default=PORT, help="8088, or a free one when somebody listens there")
    chosen = options.parse_args(arguments)
    begin = time.monotonic()
    with superset(chosen.port) as running:
        _say_where(running)
        say(f"Up after {time.monotonic() - begin:.0f} s. Ctrl-C or ./run down ends it.")
        with suppress(KeyboardInterrupt):
            while not running.programs.ended():
                time.sleep(0.5)
        say("Superset has ended.")
    return 0


def shown() -> Sequence[Dashboard]:
    """The dashboards that can be imported here: those whose doors have their role."""
    open_doors = {schema for schema, door in databases().items() if door["role"] in ROLES}
    every = dashboards(datasets())
    return [one for one in every if all(chart.dataset.database in open_doors for chart in one.charts.values())]


@contextmanager
def superset(port: int = PORT, *, running_at: str | None = None) -> Iterator[Superset]:
    """Superset over the warehouse in use, ended afterwards; the database server is left as it was found.

    `running_at`: the address of one that runs already, which is left running. Raises NothingToShow before anything is
    installed when there is no ranking.
    """
    own = installation.embedded(installation.database_in_use())
    if running_at:
        yield Superset(running_at.rstrip("/"), own, Programs())
        return
    server_ran = own.cluster.is_running()
    own.cluster.start()
    programs = Programs()
    try:
        own.ensure_warehouse()
        with own.cluster.connect(own.database) as owner:
            require_a_ranking(owner, own.database)
        python = ENVIRONMENT.ensure()
        port = postgres.port_near(port, "Superset")
        programs.start(_program(own, python, port))
        _wait(f"http://{postgres.HOST}:{port}", programs)
        yield Superset(f"http://{postgres.HOST}:{port}", own, programs)
    finally:
        programs.stop()
        if not server_ran:
            own.cluster.stop()


def require_a_ranking(owner: psycopg.Connection[Any], database: str) -> None:
    """NothingToShow when no ranking has been shown to readers yet."""
    [(table,)] = owner.execute("select to_regclass('marts.agency_rankings_monthly')").fetchall()
    if not (table and owner.execute("select 1 from marts.agency_rankings_monthly limit 1").fetchone()):
        raise NothingToShow(
            f"The warehouse {database} has no ranking to show.\nNext: ./run demo fills one; then ./run bi."
        )


def _program(own: Installation, python: Path, port: int) -> Program:
    secrets = secret_store.load()
    environment = {
        "PATH": os.pathsep.join((str(python.parent), os.environ.get("PATH", os.defpath))),
        "HOME": str(local("superset", "home").parent),
        "PYTHONPATH": str(ROOT),
        "BI_METADATA_URL": own.ensure_superset_database(),
        "BI_SECRET_KEY": secrets["superset_secret"],
        "BI_ADMIN_PASSWORD": secrets["bi_admin"],
        "BI_VIEWER_PASSWORD": secrets["bi_viewer"],
        "BI_OPERATOR_PASSWORD": secrets["bi_operator"],
        "BI_PORT": str(port),
        "BI_WORKERS": "1",
    }
    for schema, door in databases().items():
        if door["role"] in ROLES:
            environment[f"BI_{schema.upper()}_URL"] = own.url(door["role"])
        else:
            say(f"This warehouse has no role {door['role']}; what reads the schema {schema} is left out.")
    return Program(NAME, [str(python), "-m", "bi.start"], environment)


def _wait(url: str, programs: Programs) -> None:
    limit = time.monotonic() + READY_LIMIT_SECONDS
    say("Starting Superset and importing the dashboards")
    while not _answers(url):
        programs.require_alive()
        if time.monotonic() > limit:
            raise ProgramFailed(
                f"Superset did not answer within {READY_LIMIT_SECONDS:.0f} s:\n{log_tail(NAME)}\n"
                f"Next: see {local('logs', NAME + '.log')}."
            )
        time.sleep(0.3)


def _answers(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"{url}/health", timeout=5).ok
    return False


def _say_where(running: Superset) -> None:
    secrets = secret_store.load()
    for dashboard in shown():
        print(f"{running.page(dashboard.slug)}   {dashboard.title}")
    for reader, account in ACCOUNTS.items():
        print(f"login {account}   password {secrets['bi_' + reader]}")
