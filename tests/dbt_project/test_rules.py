"""The worked cases of the reading of the decision, which stand beside the models as dbt unit tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import yaml

from dvc766 import transform
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import PROJECT_ROOT, ROLES, Settings, WarehouseSettings
from tests.database import FILLED, Database

AS_OF = datetime(2026, 9, 1, 0, 30, tzinfo=LOCAL_ZONE)


def test_every_rule_gives_its_worked_cases(
    make_database: Callable[..., Database], migrated_template: Database, state: Path
) -> None:
    database = make_database(FILLED, migrated_template.name)
    roles = {role: role for role in ROLES}
    warehouse = WarehouseSettings(database.host, database.port, database.name, roles)
    settings = Settings(portals={}, warehouse=warehouse, state=state / FILLED)
    transform.build(settings, as_of=AS_OF, with_tests=False)
    assert transform.check_rules(settings, as_of=AS_OF) == written() > 40
    database.cluster.drop_database(FILLED)


def written() -> int:
    """How many unit tests the project's files hold."""
    files = (PROJECT_ROOT / "dbt_project" / "models").rglob("*.yml")
    return sum(len(yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", [])) for file in files)
