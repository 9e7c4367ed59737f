"""Changes that concern several bundles, a witness or the key, each with the verdict that it has to get."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

from dvc766.sealing import Bundle
from dvc766.sealing.verifier import ALTERED, CHAIN, COULD_NOT, FORKED, MANIFEST, SIGNATURE, SUPERSEDED, TRUNCATED
from tests.dvc766.sealing.changes import Change, Changed, flipped, rewrite
from tests.dvc766.sealing.publications import Installation, chain_of, made_up, place_of


def an_older_file_is_put_back(chance: random.Random, installation: Installation, at: Path) -> Changed:
    older, newer = _two(chance, installation)
    folder = installation.alone(newer, at)
    name = chance.choice(["rankings.csv", "scorecards.json", "statement.txt", MANIFEST, SIGNATURE, CHAIN])
    rewrite(folder / name, lambda raw: (older.folder / name).read_bytes())
    return Changed(folder, TRUNCATED if name == CHAIN else ALTERED)


def an_older_bundle_is_put_back(chance: random.Random, installation: Installation, at: Path) -> Changed:
    older, newer = _two(chance, installation)
    return Changed(Path(shutil.copytree(older.folder, at / place_of(newer))), ALTERED)


def the_folder_has_another_name(chance: random.Random, installation: Installation, at: Path) -> Changed:
    place = place_of(chance.choice(installation.bundles))
    named = chance.choice(("2019-05/r1", f"{place.parent}/r77", f"2018-01/{place.name}", "downloads/august"))
    return Changed(Path(shutil.copytree(installation.publications / place, at / named)), ALTERED)


def revisions_are_exchanged(chance: random.Random, installation: Installation, at: Path) -> Changed:
    newer = installation.copied(at).bundles[4].folder  # a correction, by the fixture
    older = newer.with_name(f"r{int(newer.name[1:]) - 1}")
    aside = older.rename(at / "aside")
    newer.rename(older)
    aside.rename(newer)
    return Changed(chance.choice((older, newer)), ALTERED)


def everything_is_made_again_with_another_key(chance: random.Random, installation: Installation, at: Path) -> Changed:
    stranger = Installation(at, installation.seed + 5000)
    _publish_again(chance, stranger, installation.bundles)
    return Changed(chance.choice(stranger.bundles).folder, ALTERED, key=installation.public_key)


def the_history_is_made_again_with_the_key(chance: random.Random, installation: Installation, at: Path) -> Changed:
    first = chance.randrange(len(installation.bundles))
    again = installation.copied(at)
    forget(again, first)
    _publish_again(chance, again, installation.bundles[first:])
    checked = chance.choice(again.bundles).folder
    return Changed(checked, FORKED, witness=chance.choice(installation.bundles[first:]).folder)


def the_same_number_stands_beside_it(chance: random.Random, installation: Installation, at: Path) -> Changed:
    shown, other = installation.copied(at / "shown"), installation.copied(at / "other")
    forget(other, chance.randrange(1, len(other.bundles)))
    second = other.publish(made_up(chance, date(2040, 1, 1), 1))
    shutil.copytree(second.folder, shown.publications / place_of(second))
    return Changed(shown.bundles[second.sequence - 1].folder, FORKED)


def the_last_publications_are_gone(chance: random.Random, installation: Installation, at: Path) -> Changed:
    shown = installation.copied(at)
    gone = forget(shown, chance.randrange(1, len(shown.bundles)))
    checked = chance.choice(shown.bundles)
    later = [*shown.bundles[checked.sequence :], *gone]
    is_corrected = any(bundle.folder.parent.name == checked.folder.parent.name for bundle in later)
    return Changed(checked.folder, SUPERSEDED if is_corrected else TRUNCATED, witness=installation.bundles[-1].folder)


def the_correction_stands_beside_it(chance: random.Random, installation: Installation, at: Path) -> Changed:
    return Changed(_corrected(installation.copied(at)), SUPERSEDED)


def only_a_later_month_tells_of_the_correction(chance: random.Random, installation: Installation, at: Path) -> Changed:
    shown = installation.copied(at)
    shutil.rmtree(shown.bundles[4].folder)
    return Changed(_corrected(shown), SUPERSEDED)


def only_a_witness_tells_of_the_correction(chance: random.Random, installation: Installation, at: Path) -> Changed:
    corrected = _corrected(installation)
    alone = Path(shutil.copytree(corrected, at / corrected.parent.name / corrected.name))
    return Changed(alone, SUPERSEDED, witness=chance.choice(installation.bundles[4:]).folder)


def the_correction_beside_it_is_damaged(chance: random.Random, installation: Installation, at: Path) -> Changed:
    shown = installation.copied(at)
    forget(shown, 5)
    correction = shown.bundles[4].folder
    checked = _corrected(shown)
    for path in correction.iterdir():  # of whatever is left nobody can say whether it was a correction
        path.unlink() if chance.random() < 0.5 or path.name == SIGNATURE else rewrite(path, lambda raw: raw + b" ")
    return Changed(checked, COULD_NOT)


def the_correction_beside_it_is_overwritten(chance: random.Random, installation: Installation, at: Path) -> Changed:
    shown = installation.copied(at)
    forget(shown, 5)
    checked = _corrected(shown)
    shutil.rmtree(shown.bundles[4].folder)
    shutil.copytree(checked, shown.bundles[4].folder)
    return Changed(checked, COULD_NOT)


def the_witness_is_of_another_installation(chance: random.Random, installation: Installation, at: Path) -> Changed:
    stranger = Installation(at, installation.seed + 5000)
    _publish_again(chance, stranger, installation.bundles)
    return Changed(installation.bundles[-1].folder, COULD_NOT, witness=chance.choice(stranger.bundles).folder)


def the_witness_is_damaged(chance: random.Random, installation: Installation, at: Path) -> Changed:
    witness = installation.alone(chance.choice(installation.bundles[1:]), at)
    name = chance.choice(["rankings.csv", "statement.txt", MANIFEST, SIGNATURE, CHAIN])
    rewrite(witness / name, lambda raw: chance.choice((flipped(chance, raw), raw[:-1], b"")))
    return Changed(installation.bundles[-1].folder, COULD_NOT, witness=witness)


def the_witness_is_no_bundle(chance: random.Random, installation: Installation, at: Path) -> Changed:
    return Changed(installation.bundles[-1].folder, COULD_NOT, witness=chance.choice((at, at / "missing")))


def the_folder_is_no_bundle(chance: random.Random, installation: Installation, at: Path) -> Changed:
    link = at / "r1"
    link.symlink_to(installation.bundles[0].folder)
    (at / "empty").mkdir()
    file = installation.bundles[0].folder / "rankings.csv"
    places = (
        at / "empty",
        at / "missing",
        installation.publications,
        installation.bundles[0].folder.parent,
        link,
        file,
    )
    return Changed(chance.choice(places), COULD_NOT)


def the_key_cannot_be_used(chance: random.Random, installation: Installation, at: Path) -> Changed:
    path = at / "public.pem"
    wrong = (b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", chance.randbytes(50), P256, None)
    content = chance.choice(wrong)
    if content is not None:
        path.write_bytes(content)
    return Changed(chance.choice(installation.bundles).folder, COULD_NOT, key=path)


def a_link_is_of_a_fork(chance: random.Random, installation: Installation, at: Path) -> Changed:
    """Somebody without the key puts a signed line of another history into a chain."""
    other = installation.copied(at / "other")
    forget(other, 0)
    _publish_again(chance, other, installation.bundles[:2])
    folder = installation.alone(chance.choice(installation.bundles[2:]), at)
    lines = chain_of(folder)
    [lines[chance.choice((0, 1))]] = chain_of(other.bundles[1].folder)
    rewrite(folder / CHAIN, lambda raw: b"".join(lines))
    return Changed(folder, ALTERED)


def _two(chance: random.Random, installation: Installation) -> tuple[Bundle, Bundle]:
    older, newer = sorted(chance.sample(installation.bundles, 2), key=lambda bundle: bundle.sequence)
    return older, newer


def _corrected(installation: Installation) -> Path:
    """The bundle before the correction that the fixture publishes as the fifth."""
    newer = installation.bundles[4].folder
    return newer.with_name(f"r{int(newer.name[1:]) - 1}")


def forget(installation: Installation, first: int) -> list[Bundle]:
    """Delete what was published from some publication on."""
    gone = installation.bundles[first:]
    for bundle in gone:
        shutil.rmtree(bundle.folder)
    del installation.bundles[first:]
    return gone


def _publish_again(chance: random.Random, installation: Installation, like: list[Bundle]) -> None:
    """Publish the same months and revisions with other contents."""
    for bundle in like:
        period, revision = place_of(bundle).parts
        installation.publish(made_up(chance, date.fromisoformat(f"{period}-01"), int(revision[1:])))


P256 = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----
"""
OF_HISTORIES: tuple[Change, ...] = (
    an_older_file_is_put_back,
    an_older_bundle_is_put_back,
    the_folder_has_another_name,
    revisions_are_exchanged,
    everything_is_made_again_with_another_key,
    the_history_is_made_again_with_the_key,
    the_same_number_stands_beside_it,
    the_last_publications_are_gone,
    the_correction_stands_beside_it,
    only_a_later_month_tells_of_the_correction,
    only_a_witness_tells_of_the_correction,
    the_correction_beside_it_is_damaged,
    the_correction_beside_it_is_overwritten,
    the_witness_is_of_another_installation,
    the_witness_is_damaged,
    the_witness_is_no_bundle,
    the_folder_is_no_bundle,
    the_key_cannot_be_used,
    a_link_is_of_a_fork,
)
