"""A thousand changes are found, each with the right word; a thousand sound bundles raise no alarm."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from dvc766.sealing import verify
from dvc766.sealing.verifier import EXPLAINED, SUPERSEDED, TRUNCATED, VALID
from tests.dvc766.sealing.changed_histories import OF_HISTORIES
from tests.dvc766.sealing.changes import OF_ONE_BUNDLE, Change
from tests.dvc766.sealing.publications import TABLES, Installation, made_up, order_by_chance
from tests.dvc766.sealing.wrongly_signed import OF_THE_KEY

CHANGES = (*OF_ONE_BUNDLE, *OF_HISTORIES, *OF_THE_KEY)
TIMES = 19
CHECKS, PUBLISHED_EACH = 1000, 20


def test_there_are_a_thousand_changes_with_every_word() -> None:
    assert len(CHANGES) * TIMES >= 1000
    assert len({change.__name__ for change in CHANGES}) == len(CHANGES)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_found(
    change: Change, installations: Sequence[Installation], tmp_path: Path, without_waiting_for_the_disk: None
) -> None:
    for number in range(TIMES):
        chance = random.Random(f"{change.__name__} {number}")
        installation = installations[number % len(installations)]
        at = tmp_path / str(number)
        at.mkdir()
        directory, word, witness, key = change(chance, installation, at)
        verdict = verify(directory, key or installation.public_key, witness)
        assert verdict.word == word, f"time {number}: {verdict.text()}"
        assert verdict.findings and verdict.text().startswith(f"{word}: {EXPLAINED[word][0]}\n")


@pytest.mark.parametrize("part", range(CHECKS // PUBLISHED_EACH // 10))
def test_sound_bundles_raise_no_alarm(part: int, tmp_path: Path, without_waiting_for_the_disk: None) -> None:
    for number in range(10):
        chance = random.Random(1000 * part + number)
        installation = Installation(tmp_path / str(number), 100 + number)
        for period, revision in order_by_chance(chance, PUBLISHED_EACH):
            tables = chance.sample(TABLES, chance.randrange(3))
            bundle = installation.publish(made_up(chance, period, revision, tables))
            witness = chance.choice([None, *(earlier.folder for earlier in installation.bundles)])
            verdict = verify(bundle.folder, installation.public_key, witness)
            assert (verdict.word, verdict.findings) == (VALID, ()), verdict.text()


def test_of_a_whole_installation_what_was_not_corrected_is_valid(
    installations: Sequence[Installation], tmp_path: Path
) -> None:
    for installation in installations:
        newest = {bundle.folder.parent: bundle.folder for bundle in installation.bundles}
        for bundle in installation.bundles:
            for witness in (None, *(other.folder for other in installation.bundles)):
                word = verify(bundle.folder, installation.public_key, witness).word
                assert word == (VALID if bundle.folder in newest.values() else SUPERSEDED)
            alone = installation.alone(bundle, tmp_path / str(installation.seed) / str(bundle.sequence))
            assert verify(alone, installation.public_key).is_valid


def test_what_somebody_keeps_alone_is_not_measured_by_a_later_witness(
    installations: Sequence[Installation], tmp_path: Path
) -> None:
    """A kept bundle claims nothing about later ones. The first of all cannot be told from a folder cut to one."""
    for installation in installations:
        newest = {bundle.folder.parent: bundle for bundle in installation.bundles}.values()
        for bundle in newest:
            alone = installation.alone(bundle, tmp_path / str(installation.seed) / str(bundle.sequence))
            for witness in installation.bundles:
                is_cut_to_one = bundle.sequence == 1 < witness.sequence
                verdict = verify(alone, installation.public_key, witness.folder)
                assert verdict.word == (TRUNCATED if is_cut_to_one else VALID)
