"""What the layers hold follows from who wrote them, whatever became of that build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from dvc766.warehouse import layers
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import find_run, finish_run, start_build
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for


@dataclass
class Builds:
    """Builds one after the other: each tells whether it may go on from what the layers hold."""

    engine: Engine

    def build(self, code: str = "A", reference: str = "1", *, end: str = "succeeded", broken: str = "") -> list[bool]:
        """One build of two steps, the one named `broken` left unfinished; whether each could go on."""
        run = find_run(self.engine, start_build(self.engine, AS_OF, code, reference))
        could_go_on = []
        for step in ("facts", "ranking"):
            could_go_on.append(layers.are_sound(self.engine, run))
            if step == broken:
                layers.writing(self.engine, run, step, is_last=step == "ranking").__enter__()
                break
            with layers.writing(self.engine, run, step, is_last=step == "ranking"):
                pass
        finish_run(self.engine, run.run_id, "failed" if broken else end)  # type: ignore[arg-type]
        return could_go_on


@pytest.fixture
def builds(database: Database) -> Iterator[Builds]:
    engine = engine_for(settings_for(database).warehouse, "transformer")
    yield Builds(engine)
    engine.dispose()


def test_the_first_build_makes_everything_and_the_next_goes_on(builds: Builds) -> None:
    assert builds.build() == [False, False]
    assert builds.build() == [True, True]


@pytest.mark.parametrize("end", ["blocked", "failed", "superseded"])
def test_a_release_that_was_rolled_back_leaves_nothing_behind(builds: Builds, end: str) -> None:
    builds.build("A")
    assert builds.build("B", end=end) == [False, False]
    assert builds.build("A") == [False, False]
    assert builds.build("A") == [True, True]


def test_rows_of_reference_that_were_taken_back_leave_nothing_behind(builds: Builds) -> None:
    builds.build(reference="1")
    assert builds.build(reference="2", end="blocked") == [False, False]
    assert builds.build(reference="1") == [False, False]


@pytest.mark.parametrize("broken", ["facts", "ranking"])
def test_after_a_broken_step_everything_is_made_anew_once(builds: Builds, broken: str) -> None:
    builds.build()
    builds.build(broken=broken)
    assert builds.build() == [False, False]
    assert builds.build() == [True, True]


def test_a_release_that_broke_off_halfway_is_seen_after_two_more_breaks(builds: Builds) -> None:
    builds.build("A")
    builds.build("B", broken="ranking")
    builds.build("A", broken="facts")
    assert builds.build("A") == [False, False]


def test_a_step_tried_again_within_its_run_makes_everything_anew(builds: Builds) -> None:
    builds.build()
    run = find_run(builds.engine, start_build(builds.engine, AS_OF, "A", "1"))
    first_try = layers.writing(builds.engine, run, "facts", is_last=False)
    first_try.__enter__()  # killed here
    assert not layers.are_sound(builds.engine, run)
