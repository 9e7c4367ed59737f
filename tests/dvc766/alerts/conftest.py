"""The installation of the tests, in which nothing is wrong until a test plants it."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.database import Database
from tests.dvc766.alerts.installations import DAY, Installation, installation, live

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def roomy_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is half empty, whatever this machine's is."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 50, 50))


@pytest.fixture
def sound(database: Database) -> Iterator[Installation]:
    """Two nights, the last of DAY; January frozen and published; nothing wrong."""
    with database.connect() as connection:
        here = installation(database, connection)
        live(here, DAY - timedelta(days=1), DAY)
        here.run("watching", None, DAY - timedelta(days=4))
        here.publish(here.settings.first_period or DAY, DAY - timedelta(days=20))
        yield here
