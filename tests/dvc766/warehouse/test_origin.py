"""A warehouse holds real records or synthetic ones, never both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from dvc766 import runs
from dvc766.settings import PortalSettings
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.origin import require_origin
from dvc766.warehouse.sessions import RunRefused
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = engine_for(settings_for(database).warehouse, "extractor")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("first", [True, False])
def test_the_first_reading_decides_and_the_other_origin_is_refused(engine: Engine, first: bool) -> None:
    require_origin(engine, is_synthetic=first)
    require_origin(engine, is_synthetic=first)
    with pytest.raises(RunRefused, match="Không được trộn hai nguồn"):
        require_origin(engine, is_synthetic=not first)
    require_origin(engine, is_synthetic=first)


def test_a_reading_of_another_origin_opens_no_run(database: Database) -> None:
    simulated = PortalSettings("national_portal", "H44", "https://simulator", synthetic=True)
    real = replace(simulated, base_url="https://portal", synthetic=False)
    settings = settings_for(database)
    runs.start_reading(replace(settings, portals={"national_portal": simulated}), "national_portal", as_of=AS_OF)
    with pytest.raises(RunRefused, match="chứa bản ghi của cổng mô phỏng"):
        runs.start_reading(replace(settings, portals={"national_portal": real}), "national_portal", as_of=AS_OF)
    with database.connect() as connection:
        assert connection.execute("select count(*) from ops.runs").fetchone() == (1,)
