"""The installation's pieces and the environment that ties them together."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from dvc766 import settings
from dvc766.warehouse.migrate import migrate
from local_stack import archive, postgres, secret_store, server_account
from local_stack.paths import PLUGINS, ROOT, local
from portal_simulator.faces.replies import LOGIN, PASSWORD

PROVINCE_CODE = "H44"
WAREHOUSE = "warehouse"  # records of real portals
DEMO = "demo"  # records of the simulator
NATIONAL_DEMO = "demo_national"  # records of the simulator's national portal alone
GOLDEN = "golden"  # records made to fit published figures
AIRFLOW_PORT = 8080
SIMULATOR_PORT = 8766


@dataclass(frozen=True, slots=True)
class Installation:
    """One warehouse database of the embedded server, and the port of the simulator it reads from."""

    cluster: postgres.Cluster
    database: str
    simulator_port: int | None = None
    province_code: str = PROVINCE_CODE
    national_only: bool = False  # of the simulator, the public national portal alone

    @property
    def simulator_url(self) -> str | None:
        """The simulator's address; None when the portals are real ones."""
        return f"http://{postgres.HOST}:{self.simulator_port}" if self.simulator_port else None

    @property
    def editions(self) -> Path:
        """Where the editions of its publications lie."""
        return local("editions", self.database)

    @property
    def venues(self) -> Path:
        """Where the folders of its simulated venues are."""
        return local("venues", self.database, "administrative_meeting").parent

    def url(self, role: str) -> str:
        """The libpq URL of a login role."""
        return self.cluster.url(self.database, role, secret_store.load().roles[role])

    def environment(self, roles: Sequence[str] = settings.ROLES) -> dict[str, str]:
        """The variables that dvc766 reads, over those of this process; of the warehouse's roles only those named."""
        others = [settings.role_variable(role) for role in settings.ROLES]
        own = {
            "PYTHONPATH": os.pathsep.join((str(PLUGINS), str(ROOT))),
            **self._warehouse(roles),
            "DVC766_STATE": str(local("state", self.database)),
            "DVC766_EDITIONS": str(self.editions),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        if self.simulator_url:
            own |= simulated_portals(self.simulator_url, self.province_code, national_only=self.national_only)
            own |= simulated_venues(self.simulator_url, self.venues)
        return {name: value for name, value in os.environ.items() if name not in others} | own

    def take_into_use(self) -> None:
        """Let `./run dsn` point here from now on."""
        local("database-in-use").write_text(self.database)

    def ensure_warehouse(self) -> None:
        """Start the server, make the database and bring it to the newest revision."""
        self.cluster.start()
        self.cluster.create_database(self.database)
        migrate(self.cluster.url(self.database), secret_store.load().roles)

    def ensure_airflow_database(self) -> str:
        """Make Airflow's own role and the database beside this warehouse; returns its SQLAlchemy URL."""
        return self._own_database("airflow", f"airflow_{self.database}")

    def ensure_superset_database(self) -> str:
        """Make Superset's own role and its database; returns its SQLAlchemy URL."""
        return self._own_database("superset", "superset")

    def _own_database(self, role: str, name: str) -> str:
        """A database for a program's own records, owned by a role that reaches nothing else."""
        password = secret_store.load()[f"{role}_database"]
        with self.cluster.connect() as connection:
            known = connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
            action = sql.SQL("alter" if known else "create")
            connection.execute(
                sql.SQL("{} role {} login password {}").format(action, sql.Identifier(role), sql.Literal(password))
            )
        if self.cluster.create_database(name):
            with self.cluster.connect() as connection:
                connection.execute(
                    sql.SQL("alter database {} owner to {}").format(sql.Identifier(name), sql.Identifier(role))
                )
        with self.cluster.connect() as connection:
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
        return f"postgresql+psycopg2://{role}:{password}@{postgres.HOST}:{self.cluster.port}/{name}"

    def _warehouse(self, roles: Sequence[str]) -> dict[str, str]:
        """The connection with the address, and one for each role."""
        secrets = secret_store.load().roles
        address = {"conn_type": "postgres", "host": postgres.HOST, "port": self.cluster.port, "schema": self.database}
        own = {
            settings.role_variable(role): {"conn_type": "postgres", "login": role, "password": secrets[role]}
            for role in roles
        }
        return {name: json.dumps(given) for name, given in ({settings.WAREHOUSE_VARIABLE: address} | own).items()}


def simulated_portals(url: str, province_code: str = PROVINCE_CODE, *, national_only: bool = False) -> dict[str, str]:
    """Connections to both faces of the simulator at `url`, or to the public part of the national one; and its clock."""
    common = {"province_code": province_code, "allow_http": True, "synthetic": True, "page_size": 200, "parallel": 2}
    account = {"conn_type": "http", "login": LOGIN, "password": PASSWORD}
    clock = {"DVC766_CLOCK_URL": f"{url}/simulator/clock"}
    if national_only:
        public = {"conn_type": "http", "host": f"{url}/national/api/v1", "extra": common}
        return {"AIRFLOW_CONN_NATIONAL_PORTAL": json.dumps(public), "AIRFLOW_CONN_PROVINCIAL_PORTAL": ""} | clock
    national = {
        "host": f"{url}/national/api/v1",
        "extra": common
        | {"exchange_url": f"{url}/national/exchange", "dstcode": "VN:GOV:000.00.00.G22:vpcp"}
        | {"madonvi": f"000.00.00.{province_code}"},
    }
    provincial = {
        "host": f"{url}/provincial/gateway",
        "extra": common
        | {"token_url": f"{url}/provincial/auth/realms/digo/protocol/openid-connect/token"}
        | {"petitions_url": f"{url}/provincial/gateway", "local_url": f"{url}/provincial/local"},
    }
    return {
        "AIRFLOW_CONN_NATIONAL_PORTAL": json.dumps(account | national),
        "AIRFLOW_CONN_PROVINCIAL_PORTAL": json.dumps(account | provincial),
    } | clock


def simulated_venues(url: str, folder: Path) -> dict[str, str]:
    """Connections of the venues in force: the meeting's folder below `folder`, the simulator's publishing interface."""
    meeting = {"conn_type": "generic", "host": (folder / "administrative_meeting").as_uri()}
    web_portal = {
        "conn_type": "http",
        "host": f"{url}/publishing/web-portal",
        "login": LOGIN,
        "password": PASSWORD,
        "extra": {"token_url": f"{url}/publishing/token", "allow_http": True},
    }
    return {
        settings.venue_variable("venue_administrative_meeting"): json.dumps(meeting),
        settings.venue_variable("venue_provincial_web_portal"): json.dumps(web_portal),
    }


def exported_portals() -> list[str]:
    """The variables of portal connections that whoever calls ./run has exported."""
    names = [settings.portal_variable(code) for code in settings.EXTRAS]
    return [name for name in names if os.environ.get(name)]


def database_in_use() -> str:
    """The warehouse that `demo` or `up` started last; the demo's when there was none."""
    path = local("database-in-use")
    return path.read_text().strip() if path.exists() else DEMO


def embedded(database: str, simulator_port: int | None = None) -> Installation:
    """An installation on the embedded server, whose port is the running server's, else one that is free.

    Each origin of records has a database of its own, and an Airflow of its own beside it.
    """
    home = server_account.home_for(local("postgres"))
    wanted = settings.environment().postgres_port
    port = postgres.running_port(home) or postgres.port_near(wanted, "PostgreSQL")
    cluster = archive.archived(postgres.Cluster(home, port), secret_store.load()["backup"])
    return Installation(cluster, database, simulator_port)


def say(text: str) -> None:
    """Progress of a command; stdout is kept for what it was asked for."""
    print(text, file=sys.stderr, flush=True)
