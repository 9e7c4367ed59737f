"""A warehouse, runs on it, and small readings of two resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from dvc766.clock import LOCAL_ZONE
from dvc766.warehouse.engine import engine_of
from tests.database import Database
from tests.dvc766.warehouse.readings import Warehouse


@pytest.fixture
def extractor(database: Database) -> Iterator[Engine]:
    """The extractor's engine."""
    engine = engine_of(database.url("extractor"), "test:extractor")
    yield engine
    engine.dispose()


@pytest.fixture
def warehouse(database: Database, extractor: Engine) -> Warehouse:
    """Loads readings as a run does, and shows what became of them."""
    return Warehouse(database, extractor)


@pytest.fixture
def day() -> Callable[[int], datetime]:
    """`day(3)` is 00:30 of the third day."""
    return lambda number: datetime(2025, 6, 1, 0, 30, tzinfo=LOCAL_ZONE) + timedelta(days=number - 1)
