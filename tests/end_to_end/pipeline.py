"""The pipeline as a test drives it: a warehouse, the simulator it reads from, and questions to both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import requests

from dvc766 import runs
from dvc766 import transform as dbt
from dvc766.portals import PORTALS
from dvc766.runs.life import engine_of_role
from dvc766.settings import PROJECT_ROOT, ROLES, PortalSettings, Settings, WarehouseSettings
from dvc766.warehouse import marts
from dvc766.warehouse.ledger import LedgerEntry
from local_stack.installation import simulated_portals
from portal_simulator.records import Province
from portal_simulator.running import running
from tests.database import Database

# What may differ between two runs that say the same: the run's number and the order of arrival.
RUN_COLUMNS = frozenset({"run_id", "version_id"})


@dataclass(frozen=True)
class Pipeline:
    """One warehouse that reads one simulated province."""

    settings: Settings
    database: Database
    simulator: str

    def read(self, as_of: datetime, *, window_from: datetime | None = None, sweep: bool = False) -> None:
        """Read both portals up to `as_of`, which also becomes the simulator's now."""
        self.set_clock(as_of)
        for portal in PORTALS:
            runs.read_portal(self.settings, portal.code, as_of=as_of, window_from=window_from, sweep=sweep)

    def read_one(self, portal: str, as_of: datetime, **options: Any) -> Sequence[LedgerEntry]:
        """Read one portal up to `as_of`."""
        self.set_clock(as_of)
        return runs.read_portal(self.settings, portal, as_of=as_of, **options)

    def rank(self) -> dict[str, tuple[int, int]]:
        """Build, judge and show the ranking of what has been read."""
        return runs.rank(self.settings)

    def build_models(self) -> None:
        """Build facts, indicators and marts anew, without their tests and doors, and show them."""
        [newest] = self.rows("select max(as_of) as as_of from ops.runs where kind = 'reading'")
        dbt.build(self.settings, as_of=newest["as_of"], with_tests=False)
        with engine_of_role(self.settings, "transformer") as engine:
            marts.promote(engine)

    def build_again(self, files: Iterable[str]) -> None:
        """Build the models and seeds of these files, and all that hangs on them, over what an earlier build left."""
        if any("/macros/" in file for file in files):  # a macro may be anywhere
            self.build_models()
            return
        [newest] = self.rows("select max(as_of) as as_of from ops.runs where kind = 'reading'")
        command = ["build", "--full-refresh", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        chosen = [f"{Path(file).stem}+" for file in files]
        told = dbt._told(self.settings, newest["as_of"], None, None, None)
        dbt._invoke(self.settings, "planted", [*command, "--select", *chosen], told)
        with engine_of_role(self.settings, "transformer") as engine:
            marts.promote(engine)

    def set_clock(self, now: datetime) -> None:
        """Let the simulator show `now`."""
        self._post("clock", {"now": now.isoformat(), "force": True})

    def switch_fault(self, name: str, *, on: bool = True, **more: Any) -> None:
        """Switch a fault of the simulator."""
        self._post("faults", {"name": name, "on": on} | more)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a query gives the database's owner."""
        with self.database.connect() as connection:
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            return cursor.execute(query, values).fetchall()

    def fingerprints(self, *schemas: str) -> dict[str, tuple[int, str]]:
        """Rows and a hash over all of them, for each table of the schemas; order and run numbers aside."""
        tables = self.rows(
            "select table_schema, table_name, array_agg(column_name::text order by ordinal_position) as columns"
            " from information_schema.columns join information_schema.tables using (table_schema, table_name)"
            " where table_schema = any(%s) and table_type = 'BASE TABLE' group by 1, 2 order by 1, 2",
            list(schemas),
        )
        found = {}
        for table in tables:
            columns = ", ".join(f'"{name}"' for name in table["columns"] if name not in RUN_COLUMNS)
            name = f"{table['table_schema']}.{table['table_name']}"
            [row] = self.rows(
                "select count(*) as n, md5(coalesce(string_agg(hash, '' order by hash), '')) as hash"
                f" from (select md5(row({columns})::text) as hash from {name}) as hashed"
            )
            found[name] = (row["n"], row["hash"])
        return found

    def with_project(self, root: Path) -> Pipeline:
        """The same pipeline over another copy of the project's folders."""
        return replace(self, settings=replace(self.settings, project_root=root))

    def on(self, database: Database) -> Pipeline:
        """The same pipeline over another database, which has its own state: dbt keeps what it parsed for one."""
        state = self.settings.state.with_name(database.name)
        settings = replace(self.settings, warehouse=warehouse_of(database), state=state)
        return replace(self, database=database, settings=settings)

    def _post(self, switch: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.simulator}/simulator/{switch}", json=body, timeout=120).raise_for_status()


def warehouse_of(database: Database) -> WarehouseSettings:
    """The settings by which the package reaches a test database."""
    return WarehouseSettings(database.host, database.port, database.name, {role: role for role in ROLES})


@contextmanager
def pipeline_over(
    province: Province,
    database: Database,
    state: Path,
    *,
    first_period: date | None = None,
    project_root: Path = PROJECT_ROOT,
) -> Iterator[Pipeline]:
    """A pipeline over a province, its simulator running until the end.

    `state` holds a folder for each name of a database: for another name dbt parses the project anew.
    """
    with running(province) as url:
        connections = simulated_portals(url, province.code)
        portals = {}
        for code in ("national_portal", "provincial_portal"):
            connection = json.loads(connections[f"AIRFLOW_CONN_{code.upper()}"])
            connection["extra"] |= {"first_wait_seconds": 0}
            portals[code] = PortalSettings.from_connection(code, connection)
        settings = Settings(
            portals=portals,
            warehouse=warehouse_of(database),
            clock_url=f"{url}/simulator/clock",
            project_root=project_root,
            state=state / database.name,
            first_period=first_period,
        )
        yield Pipeline(settings, database, url)
