"""What `./run up` does about programs that end, hang or fail at their start, and about its database."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from local_stack.processes import Program, ProgramFailed
from local_stack.server_account import PostgresFailed
from local_stack.supervision import (
    DATABASE_TRIES,
    LOOK_FOR_LIFE_SECONDS,
    LOOK_SECONDS,
    SILENT_LOOKS,
    Supervision,
)

SCHEDULER, SEALER = "airflow-scheduler", "sealer"
WELL = {"scheduler": "healthy", "dag_processor": "healthy", "triggerer": "healthy"}


@dataclass
class Played:
    """Programs, a database and a clock that do what a test says."""

    running: dict[str, Any] = field(default_factory=lambda: dict.fromkeys((SCHEDULER, SEALER, "airflow-api-server")))
    dead: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    health: dict[str, str] = field(default_factory=lambda: dict(WELL))
    database: bool = True
    refusals: int = 0
    now: float = 1000.0

    def ended(self) -> list[str]:
        return list(self.dead)

    def stop(self, name: str) -> None:
        self.dead = [one for one in self.dead if one != name]

    def is_alive(self) -> bool:
        return self.database

    def start(self, program: Program | None = None) -> None:
        if program is not None:
            self.started.append(program.name)
        elif self.refusals:
            self.refusals -= 1
            raise PostgresFailed("lock file already exists")
        else:
            self.database = True

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def supervision(played: Played) -> Supervision:
    programs: Any = played
    return Supervision(
        programs,
        programs,
        lambda name: Program(name, [], {}),
        lambda: played.health,
        lambda: played.now,
        played.sleep,
    )


def test_a_killed_database_is_named_and_started_again_though_its_lock_stays_for_a_while(
    played: Played, supervision: Supervision, capsys: pytest.CaptureFixture[str]
) -> None:
    played.database, played.refusals = False, 2
    supervision.look()
    assert played.database
    assert "PostgreSQL ended" in capsys.readouterr().err


def test_a_database_that_does_not_come_back_ends_everything_with_its_own_words(
    played: Played, supervision: Supervision
) -> None:
    played.database, played.refusals = False, DATABASE_TRIES
    with pytest.raises(ProgramFailed, match=r"PostgreSQL ended and does not start[\s\S]*lock file already exists"):
        supervision.look()
    assert played.started == []


def test_what_ended_is_started_again_at_once(played: Played, supervision: Supervision) -> None:
    played.dead = [SEALER]
    supervision.look()
    assert played.started == [SEALER]


def test_what_fails_at_its_start_waits_longer_each_time(played: Played, supervision: Supervision) -> None:
    starts = []
    for _ in range(200):
        played.dead = [SEALER]
        before = len(played.started)
        supervision.look()
        starts += [played.now] if len(played.started) > before else []
        played.now += LOOK_SECONDS
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses == sorted(pauses) and pauses[-1] > 20 * pauses[0]


def test_a_scheduler_without_a_sign_of_life_is_started_again_and_named(
    played: Played, supervision: Supervision, capsys: pytest.CaptureFixture[str]
) -> None:
    played.health["scheduler"] = "unhealthy"
    for _ in range(SILENT_LOOKS):
        assert played.started == []
        played.now += LOOK_FOR_LIFE_SECONDS
        supervision.look()
    assert played.started == [SCHEDULER]
    assert f"{SCHEDULER} runs but gives no sign of life" in capsys.readouterr().err


def test_one_that_was_late_once_is_left_alone(played: Played, supervision: Supervision) -> None:
    for number in range(4 * SILENT_LOOKS):
        played.health["scheduler"] = "unhealthy" if number % SILENT_LOOKS else "healthy"
        played.now += LOOK_FOR_LIFE_SECONDS
        supervision.look()
    assert played.started == []
