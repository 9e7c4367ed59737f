"""`./run drill upgrade --python PYTHON [--code DIR]`: new versions, tried on copies of the demo's two databases.

    by the present environment   rank, and note the hash of every mart
    by the other one             migrate the warehouse and Airflow's database, load every DAG, rank again
    ──► every row of every mart the same, no DAG that fails to load

PYTHON is that of an environment with the new lock; DIR the checkout of the new code, this one if there is none.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from drills.demo_copy import copy_of_the_demo
from drills.restore import Hashes, hashes_of
from drills.stage import DrillFailed
from local_stack import airflow, installation
from local_stack.installation import Installation, say
from local_stack.paths import ROOT

COPY = "drill_upgrade"
AIRFLOW_COPY, AIRFLOW_OF_THE_DEMO = f"airflow_{COPY}", f"airflow_{installation.DEMO}"
RANK = "from dvc766 import runs; from dvc766.settings import from_env; runs.rank(from_env())"
NO_ERRORS = "No data found"


@dataclass(frozen=True, slots=True)
class Release:
    """Code, and the Python whose packages it runs with."""

    python: Path
    code: Path

    def do(self, what: str, environment: Mapping[str, str], *arguments: str) -> str:
        """Run it; what it printed. DrillFailed with the end of that when its status is not 0."""
        begin = time.monotonic()
        path = os.pathsep.join((str(self.code / "plugins"), str(self.code)))
        folders = {"DAGS": self.code / "dags", "PLUGINS": self.code / "plugins"}
        own = {"PYTHONPATH": path} | {f"AIRFLOW__CORE__{name}_FOLDER": str(folder) for name, folder in folders.items()}
        done = subprocess.run(
            [str(self.python), *arguments],
            cwd=self.code,
            env=dict(environment) | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise DrillFailed(f"{what} failed:\n{done.stdout[-3000:]}\nNext: see docs/upgrades.md.")
        say(f"{what}: {time.monotonic() - begin:.0f} s")
        return done.stdout


def main(arguments: list[str]) -> int:
    """1 when a mart has other rows by the new versions, or a DAG does not load."""
    options = argparse.ArgumentParser(prog="./run drill upgrade", description=__doc__)
    options.add_argument("--python", type=Path, required=True, metavar="PYTHON")
    options.add_argument("--code", type=Path, default=ROOT, metavar="DIR")
    asked = options.parse_args(arguments)
    present, new = Release(Path(sys.executable), ROOT), Release(asked.python.absolute(), asked.code.resolve())
    with copy_of_the_demo(COPY) as own:
        _copy_airflow(own)
        try:
            wrong = _tried(own, present, new)
        finally:
            own.cluster.drop_database(AIRFLOW_COPY)
    for line in wrong:
        say(f"WRONG: {line}")
    if not wrong:
        print("Every mart is the same by the new versions, and every DAG loads.")
    return 1 if wrong else 0


def _copy_airflow(own: Installation) -> None:
    own.cluster.drop_database(AIRFLOW_COPY)
    with own.cluster.connect() as owner:
        owner.execute(
            sql.SQL("create database {} template {} owner airflow").format(
                sql.Identifier(AIRFLOW_COPY), sql.Identifier(AIRFLOW_OF_THE_DEMO)
            )
        )


def _tried(own: Installation, present: Release, new: Release) -> list[str]:
    environment = dict(airflow.airflow_for(own).environment)
    present.do("ranked by the present versions", environment, "-c", RANK)
    before = _marts(own)
    # as the init service of an installation: the owner, and the passwords of all roles, most of which no task knows
    owner = own.environment() | {"DVC766_OWNER_URL": own.cluster.url(own.database)}
    new.do("the warehouse migrated by the new ones", environment | owner, "-m", "dvc766.warehouse.migrate")
    new.do("Airflow's database migrated", environment, "-m", "airflow", "db", "migrate")
    errors = new.do("every DAG loaded", environment, "-m", "airflow", "dags", "list-import-errors", "--local")
    new.do("ranked by the new versions", environment, "-c", RANK)
    after = _marts(own)
    different = sorted(name for name in before | after if before.get(name) != after.get(name))
    return [
        *(f"{name}: {before.get(name)} by the present versions, {after.get(name)} by the new" for name in different),
        *([] if NO_ERRORS in errors else [f"a DAG does not load:\n{errors[-2000:]}"]),
    ]


def _marts(own: Installation) -> Hashes:
    return {
        name: counted for name, counted in hashes_of(own.cluster, own.database).items() if name.startswith("marts.")
    }
