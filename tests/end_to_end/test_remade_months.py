"""A frozen month made again elsewhere, from raw alone: the same rows, and the same bundle byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from drills.remade import (
    REVISION,
    Way,
    bundle_of,
    carry,
    differences,
    its_own_project,
    local_time,
    remake,
    rows_of,
)
from dvc766 import runs, sealing
from dvc766.runs import publishing
from dvc766.warehouse import published
from dvc766.warehouse.engine import engine_for
from tests.database import COPY, FILLED, Database
from tests.end_to_end.conftest import PERIOD, MakeDatabase
from tests.end_to_end.pipeline import Pipeline

FAR_AWAY = Way("America/New_York", is_shuffled=True, threads=1)  # frozen at home, rows as they came, 2 threads


@pytest.fixture
def frozen(small: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The small province with its month frozen."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    assert runs.freeze(pipeline.settings, PERIOD).revision == REVISION
    yield pipeline
    small.database.cluster.drop_database(FILLED)


@pytest.fixture
def empty(frozen: Pipeline, make_database: MakeDatabase, migrated_template: Database) -> Iterator[Pipeline]:
    """A warehouse in which nothing was ever read."""
    database = make_database(COPY, migrated_template.name)
    yield frozen.on(database)
    database.cluster.drop_database(COPY)


@pytest.mark.long
def test_a_frozen_month_is_the_same_wherever_it_is_made_again(
    frozen: Pipeline, empty: Pipeline, tmp_path: Path
) -> None:
    """In another time zone, from rows in another order, by another number of threads."""
    carry(lambda: psycopg.connect(frozen.database.url()), lambda: psycopg.connect(empty.database.url()), FAR_AWAY)
    settings = its_own_project(empty.settings, tmp_path / "project", FAR_AWAY.threads)
    engine = engine_for(frozen.settings.warehouse, "publisher")
    build = published.build_of(engine, PERIOD, REVISION)
    engine.dispose()
    with local_time(FAR_AWAY.zone):
        remake(settings, PERIOD, build)
        made = publishing.contents(settings, PERIOD, REVISION)
    with frozen.database.connect() as first, empty.database.connect() as again:
        rows = rows_of(first, PERIOD)
        assert rows["dossier_months"]
        assert differences(rows, rows_of(again, PERIOD)) == []
    key = sealing.create_key_pair(tmp_path / "private.pem", tmp_path / "public.pem")
    contents = publishing.contents(frozen.settings, PERIOD, REVISION)
    files = bundle_of(contents, tmp_path / "first", key)
    assert "rankings.csv" in files
    assert differences(files, bundle_of(replace(made, frozen_at=contents.frozen_at), tmp_path / "again", key)) == []
