"""What the layers hold follows from who wrote them, whatever became of that build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from dvc766.warehouse import layers
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import RunState, find_run, finish_run, start_build
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for


@dataclass
class Builds:
    """Builds one after the other, while readings go on; each tells what the layers held before it."""

    engine: Engine
    database: Database

    def build(
        self, code: str = "A", reference: str = "1", *, end: RunState = "succeeded", breaks: bool = False
    ) -> int | None:
        """One build, left unfinished when it `breaks`; the newest rating held before, None = nothing to keep."""
        run = find_run(self.engine, start_build(self.engine, AS_OF, code, reference))
        held = layers.versions_held(self.engine, run)
        if breaks:
            layers.writing(self.engine, run).__enter__()
        else:
            with layers.writing(self.engine, run):
                pass
        finish_run(self.engine, run.run_id, "failed" if breaks else end)
        return None if held is None else held["provincial_portal__ratings"]

    def read(self) -> int:
        """A rating more in raw; returns its version."""
        with self.database.connect() as owner:
            row = owner.execute(
                "insert into raw.provincial_portal__ratings"
                " (province_code, rating_id, content_hash, known_from, run_id, is_deleted)"
                " values ('H44', 'r', '', now(), 1, false) returning version_id"
            ).fetchone()
        return int(row[0]) if row else 0


@pytest.fixture
def builds(database: Database) -> Iterator[Builds]:
    engine = engine_for(settings_for(database).warehouse, "transformer")
    yield Builds(engine, database)
    engine.dispose()


def test_the_first_build_makes_everything_and_the_next_goes_on_from_its_versions(builds: Builds) -> None:
    first = builds.read()
    assert builds.build() is None
    second = builds.read()
    assert builds.build() == first
    assert builds.build() == second


@pytest.mark.parametrize("end", ["blocked", "failed", "superseded"])
def test_a_release_that_was_rolled_back_leaves_nothing_behind(builds: Builds, end: RunState) -> None:
    builds.build("A")
    assert builds.build("B", end=end) is None
    assert builds.build("A") is None
    assert builds.build("A") is not None


def test_rows_of_reference_that_were_taken_back_leave_nothing_behind(builds: Builds) -> None:
    builds.build(reference="1")
    assert builds.build(reference="2", end="blocked") is None
    assert builds.build(reference="1") is None


def test_a_build_that_broke_off_is_done_again_from_where_the_one_before_it_ended(builds: Builds) -> None:
    first = builds.read()
    builds.build()
    builds.read()
    builds.build(breaks=True)
    newest = builds.read()
    assert builds.build() == first
    assert builds.build() == newest


def test_a_release_that_broke_off_is_seen_after_two_more_breaks(builds: Builds) -> None:
    builds.build("A")
    builds.build("B", breaks=True)
    builds.build("A", breaks=True)
    assert builds.build("A") is None


def test_a_build_done_again_within_its_run_takes_up_the_same_once_more(builds: Builds) -> None:
    first = builds.read()
    builds.build()
    builds.read()
    run = find_run(builds.engine, start_build(builds.engine, AS_OF, "A", "1"))
    builds.read()
    held = []
    for _ in range(2):
        held.append(layers.versions_held(builds.engine, run))
        layers.writing(builds.engine, run).__enter__()
    assert [each["provincial_portal__ratings"] for each in held if each] == [first, first]
    assert (run.versions or {})["provincial_portal__ratings"] == first + 1


def test_a_blocked_build_has_written_all_the_same(builds: Builds) -> None:
    builds.build()
    second = builds.read()
    builds.build(end="blocked")
    assert builds.build() == second
