"""The installation of the tests, in which nothing is wrong until a test plants it."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from dvc766.runs import life
from dvc766.settings import WarehouseSettings
from dvc766.warehouse.engine import engine_for
from tests.database import Database
from tests.dvc766.alerts.installations import DAY, Installation, installation, live

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def roomy_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is half empty, whatever this machine's is."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 50, 50))


@pytest.fixture
def sound(database: Database, cheap_rounds: None) -> Iterator[Installation]:
    """Two nights, the last of DAY; January frozen and published; nothing wrong."""
    with database.connect() as connection:
        here = installation(database, connection)
        live(here, DAY - timedelta(days=1), DAY)
        here.run("watching", None, DAY - timedelta(days=4))
        here.publish(here.settings.first_period or DAY, DAY - timedelta(days=20))
        yield here


@pytest.fixture
def cheap_rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections are kept between the questions, and the files of reference, which nobody changes, judged once."""
    engines: dict[str, Engine] = {}

    def kept(settings: WarehouseSettings, role: str) -> Engine:
        url = settings.url(role)
        if url not in engines:
            engines[url] = engine_for(settings, role)
        return engines[url]

    close = Engine.dispose
    with monkeypatch.context() as patch:
        patch.setattr(life, "engine_for", kept)
        patch.setattr(Engine, "dispose", lambda *_, **__: None)
        patch.setattr("dvc766.runs.delivering.reference.check", lambda _: None)
        yield
    for engine in engines.values():
        close(engine)
