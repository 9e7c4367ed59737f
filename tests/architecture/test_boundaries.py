"""Who may know whom, and what a module may be: asserted over every Python file of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from dvc766.settings import PROJECT_ROOT
from tests.architecture.rules import complaints, module_of

FOLDERS = ("dags", "plugins", "portal_simulator", "backup", "bi", "local_stack", "bench", "drills", "tests")
FILES = [path for folder in FOLDERS for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))]

PLANTED = {
    ("dags.rank", "from dvc766 import runs"): "imports dvc766.runs",
    ("dvc766.runs.reading", "import airflow.sdk"): "imports airflow.sdk",
    ("dvc766.runs.reading", "from portal_simulator import records"): "imports portal_simulator",
    ("dvc766.portals.http", "import sqlalchemy"): "imports sqlalchemy",
    ("dvc766.portals.http", "def f():\n    from dvc766.warehouse import ledger"): "imports dvc766.warehouse",
    ("dvc766.warehouse.landing", "from dvc766.portals import http"): "imports dvc766.portals.http",
    ("dvc766.warehouse.landing", "from dvc766.portals.http import Host"): "imports dvc766.portals.http",
    ("dvc766.warehouse.landing", "from dvc766.quality.audit import Audit"): "imports dvc766.quality.audit",
    ("dvc766.quality.facts", "from dvc766.warehouse import ledger"): "imports dvc766.warehouse",
    ("dvc766.quality.facts", "from dvc766.portals import PORTALS"): "imports dvc766.portals.PORTALS",
    ("dvc766.quality.audit", "import great_expectations as gx"): "imports great_expectations before it is needed",
    ("dvc766.transform", "from dbt.cli.main import dbtRunner"): "imports dbt.cli.main before it is needed",
    ("dvc766.sealing.bundle", "import psycopg"): "imports psycopg",
    ("dvc766.sealing.bundle", "from dvc766 import clock"): "imports dvc766.clock",
    ("dvc766.sealing.keys", "from dvc766.settings import from_env"): "imports dvc766.settings",
    ("dvc766.sealing.verifier", "from dvc766.failures import NeedsAPerson"): "imports dvc766.failures",
    ("dvc766.clock", "import os\nURL = os.environ['URL']"): "line 2 touches the environment",
    ("portal_simulator.life.province", "from dvc766.clock import LOCAL_ZONE"): "imports dvc766.clock",
    ("local_stack.demo", "from tests.database import Database"): "imports tests.database",
    ("backup.schedule", "from dvc766.clock import LOCAL_ZONE"): "imports dvc766.clock",
    ("bi.labels", "from dvc766.warehouse import marts_keys"): "imports dvc766.warehouse",
    ("dvc766.utils", "X = 1"): "'utils' names no concept",
    ("dvc766.portals.date_helpers", "X = 1"): "'date_helpers' names no concept",
    ("dvc766.clock", "X = 1\n" * 351): "has 351 lines",
    ("dvc766.sealing.verifier", "X = 1\n" * 481): "has 481 lines",
}
SOUND = {
    ("dvc766.airflow_bridge", "from airflow.sdk import dag\ndef f():\n    from dvc766 import runs"),
    ("dvc766.warehouse.tables", "from dvc766.portals import PORTALS\nfrom dvc766.portals.contract import Portal"),
    ("dvc766.quality.facts", "from dvc766.portals.contract import Portal"),
    ("dvc766.quality.audit", "def f():\n    import great_expectations as gx"),
    ("dvc766.sealing.history", "from dvc766.failures import NeedsAPerson\nfrom dvc766.sealing import verifier"),
    ("dvc766.settings", "import os\nURL = os.environ['URL']"),
    ("dags.rank", "from airflow.sdk import dag\nfrom dvc766 import airflow_bridge as bridge"),
}


def test_there_are_files_to_judge() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_a_module_keeps_the_rules(path: Path) -> None:
    assert complaints(module_of(path, PROJECT_ROOT), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("module", "source"), PLANTED)
def test_a_planted_breach_is_named(module: str, source: str) -> None:
    assert any(PLANTED[module, source] in what for what in complaints(module, source))


@pytest.mark.parametrize(("module", "source"), sorted(SOUND))
def test_what_is_allowed_is_not_complained_of(module: str, source: str) -> None:
    assert complaints(module, source) == []
