"""The DAGs as Airflow sees them, parsed once in an Airflow home of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from local_stack.installation import simulated_portals

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
BOTH_PORTALS = simulated_portals("http://127.0.0.1:1")


@pytest.fixture(scope="session")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Parses a folder of DAGs in a process of its own; gives what `parsing.py` prints."""

    def run(folder: Path = DAGS, *, hash_seed: str = "0", portals: Mapping[str, str] = BOTH_PORTALS) -> dict[str, Any]:
        home = tmp_path_factory.mktemp("airflow")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "plugins"), str(ROOT))),
            "PYTHONHASHSEED": hash_seed,
            **portals,
        }
        command = [sys.executable, str(Path(__file__).with_name("parsing.py")), str(folder)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return run


@pytest.fixture(scope="session")
def parsed(parse: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """The project's own DAGs."""
    return parse()
