"""Bundles to check, made once."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.dvc766.sealing.publications import Installation, made_up, order_by_chance


@pytest.fixture(scope="session")
def without_waiting_for_the_disk() -> Iterator[None]:
    """Writing is tried here a thousand times; whether it outlives a power cut is no question of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session")
def installations(
    tmp_path_factory: pytest.TempPathFactory, without_waiting_for_the_disk: None
) -> Sequence[Installation]:
    """Four installations that have published six times each. Nobody writes into them: tests copy them."""
    made = []
    for seed in range(4):
        installation = Installation(tmp_path_factory.mktemp(f"installation{seed}"), seed)
        chance = random.Random(seed)
        order = [*order_by_chance(chance, 4)]
        corrected, _ = order[1]
        newest = max(revision for period, revision in order if period == corrected)
        for period, revision in [*order, (corrected, newest + 1), (date(2031, 1, 1), 1)]:
            installation.publish(made_up(chance, period, revision))
        made.append(installation)
    return made


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation that has published nothing yet."""
    return Installation(tmp_path / "installation", 7)
