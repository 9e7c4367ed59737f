"""Changes of one bundle, by somebody without the key, each with the verdict that it has to get.

A change gets chance, an installation and an empty folder; it gives back what to check, and the right word.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from dvc766.sealing import Bundle
from dvc766.sealing.verifier import ALTERED, CHAIN, MANIFEST, SIGNATURE, TRUNCATED, canonical
from tests.dvc766.sealing.publications import TABLES, Installation, chain_of, key_from


class Changed(NamedTuple):
    """What to check after a change, and what has to come out."""

    directory: Path
    word: str
    witness: Path | None = None
    key: Path | None = None


Change = Callable[[random.Random, Installation, Path], Changed]


class Case(NamedTuple):
    """A copy of one bundle to be changed, and where it came from."""

    chance: random.Random
    bundle: Bundle
    folder: Path

    def a_file(self, *kinds: str) -> Path:
        """A table's file, of one of these kinds."""
        return self.folder / f"{self.chance.choice(TABLES)}.{self.chance.choice(kinds or ('csv', 'json'))}"


def of_one_bundle(word: str, first: int = 0) -> Callable[[Callable[[Case], None]], Change]:
    """A change of a bundle that somebody keeps alone, one of those from the `first` on."""

    def decorated(change: Callable[[Case], None]) -> Change:
        def changed(chance: random.Random, installation: Installation, at: Path) -> Changed:
            bundle = chance.choice(installation.bundles[first:])
            case = Case(chance, bundle, installation.alone(bundle, at))
            change(case)
            return Changed(case.folder, word)

        changed.__name__ = change.__name__
        return changed

    return decorated


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Put other bytes into a file; a change that changes nothing would be none."""
    before = path.read_bytes()
    after = change(before)
    assert after != before, path
    path.write_bytes(after)


def flipped(chance: random.Random, raw: bytes) -> bytes:
    """The bytes with one bit turned over."""
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


@of_one_bundle(ALTERED)
def a_cell_is_another(case: Case) -> None:
    def other_digit(raw: bytes) -> bytes:
        at = case.chance.choice([i for i, letter in enumerate(raw) if chr(letter).isdigit()])
        return raw[:at] + str((int(chr(raw[at])) + case.chance.randrange(1, 10)) % 10).encode() + raw[at + 1 :]

    rewrite(case.a_file(), other_digit)


@of_one_bundle(ALTERED)
def a_row_is_gone(case: Case) -> None:
    def without(raw: bytes) -> bytes:
        rows = raw.splitlines(keepends=True)
        del rows[case.chance.randrange(1, len(rows))]
        return b"".join(rows)

    rewrite(case.a_file(), without)


@of_one_bundle(ALTERED)
def rows_are_in_another_order(case: Case) -> None:
    def reordered(raw: bytes) -> bytes:
        rows = raw.splitlines(keepends=True)
        return b"".join([rows[0], rows[2], rows[1], *rows[3:]])

    rewrite(case.a_file(), reordered)


@of_one_bundle(ALTERED)
def the_tail_of_a_file_is_cut(case: Case) -> None:
    path = case.folder / case.chance.choice([*(f"{name}.csv" for name in TABLES), "statement.txt", MANIFEST, SIGNATURE])
    rewrite(path, lambda raw: raw[: case.chance.randrange(1, len(raw))])


@of_one_bundle(ALTERED)
def junk_is_appended(case: Case) -> None:
    path = case.folder / case.chance.choice(
        [f"{case.chance.choice(TABLES)}.csv", "statement.txt", CHAIN, MANIFEST, SIGNATURE]
    )
    rewrite(path, lambda raw: raw + case.chance.choice((b"\n", b" ", b"\0", b"\r\n1,2,3\r\n")))


@of_one_bundle(ALTERED)
def a_file_is_empty(case: Case) -> None:
    name = case.chance.choice(["rankings.csv", "deductions.json", "statement.txt", MANIFEST, SIGNATURE])
    rewrite(case.folder / name, lambda raw: b"")


@of_one_bundle(ALTERED)
def a_file_is_gone(case: Case) -> None:
    name = case.chance.choice(["rankings.csv", "scorecards.json", "statement.txt", CHAIN, MANIFEST, SIGNATURE])
    (case.folder / name).unlink()


@of_one_bundle(ALTERED)
def a_file_is_added(case: Case) -> None:
    name = case.chance.choice(["notes.txt", ".hidden", "rankings.csv.bak", "Rankings.csv", "manifest.json~", "ghi chú"])
    if case.chance.random() < 0.2:
        (case.folder / name).mkdir()
    else:
        (case.folder / name).write_bytes(case.chance.choice((b"", b"x")))


@of_one_bundle(ALTERED)
def a_file_has_another_name(case: Case) -> None:
    path = case.a_file()
    path.rename(path.with_name(case.chance.choice((path.name.upper(), f"{path.stem}2{path.suffix}", f".{path.name}"))))


@of_one_bundle(ALTERED)
def two_files_are_exchanged(case: Case) -> None:
    one, other = (case.folder / f"{name}.csv" for name in case.chance.sample(TABLES, 2))
    first, second = one.read_bytes(), other.read_bytes()
    rewrite(one, lambda raw: second)
    rewrite(other, lambda raw: first)


@of_one_bundle(ALTERED)
def a_file_is_a_link(case: Case) -> None:
    path = case.folder / case.chance.choice(["rankings.csv", "statement.txt", CHAIN, MANIFEST, SIGNATURE])
    aside = case.folder.parents[1] / path.name
    path.rename(aside)
    path.symlink_to(aside)


@of_one_bundle(ALTERED)
def the_signature_is_flipped(case: Case) -> None:
    rewrite(case.folder / SIGNATURE, lambda raw: flipped(case.chance, raw))


@of_one_bundle(ALTERED)
def the_manifest_is_flipped(case: Case) -> None:
    rewrite(case.folder / MANIFEST, lambda raw: flipped(case.chance, raw))


@of_one_bundle(ALTERED)
def the_manifest_has_other_white_space(case: Case) -> None:
    def spaced(raw: bytes) -> bytes:
        loose = json.dumps(json.loads(raw), ensure_ascii=False, indent=1).encode()
        return case.chance.choice((loose, b" " + raw, raw[:-1], raw + b"\n", raw.replace(b",", b", ", 1)))

    rewrite(case.folder / MANIFEST, spaced)


@of_one_bundle(ALTERED)
def a_key_stands_twice_in_the_manifest(case: Case) -> None:
    rewrite(case.folder / MANIFEST, lambda raw: b'{"province_code":"01",' + raw[1:])


def rehashed(case: Case) -> bytes:
    """The manifest after a figure was changed, made to fit again as far as it goes without the key."""
    path = case.a_file("csv")
    rewrite(path, lambda raw: raw.replace(b"1", b"7", 1))
    manifest: dict[str, Any] = json.loads((case.folder / MANIFEST).read_bytes())
    content = path.read_bytes()
    manifest["files"][path.name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return canonical(manifest)


@of_one_bundle(ALTERED)
def the_manifest_is_hashed_again_without_the_key(case: Case) -> None:
    raw = rehashed(case)
    rewrite(case.folder / MANIFEST, lambda before: raw)


@of_one_bundle(ALTERED)
def the_manifest_is_signed_with_another_key(case: Case) -> None:
    raw = rehashed(case)
    stranger = key_from(case.chance.randrange(1000, 2000))
    rewrite(case.folder / MANIFEST, lambda before: raw)
    rewrite(case.folder / SIGNATURE, lambda before: base64.b64encode(stranger.sign(raw)) + b"\n")


@of_one_bundle(ALTERED)
def a_field_of_the_manifest_is_another(case: Case) -> None:
    manifest: dict[str, Any] = json.loads((case.folder / MANIFEST).read_bytes())
    name = case.chance.choice(["frozen_at", "province_code", "sequence", "revision", "parent", "versions", "key_id"])
    rewrite(case.folder / MANIFEST, lambda before: canonical(manifest | {name: case.chance.choice((9, "x", {}, []))}))


@of_one_bundle(TRUNCATED, first=1)
def the_tail_of_the_chain_is_cut(case: Case) -> None:
    rewrite(case.folder / CHAIN, lambda raw: raw[: case.chance.randrange(len(raw))])


@of_one_bundle(TRUNCATED, first=1)
def last_links_are_gone(case: Case) -> None:
    lines = chain_of(case.folder)
    rewrite(case.folder / CHAIN, lambda raw: b"".join(lines[: case.chance.randrange(len(lines))]))


@of_one_bundle(TRUNCATED, first=1)
def first_links_are_gone(case: Case) -> None:
    lines = chain_of(case.folder)
    rewrite(case.folder / CHAIN, lambda raw: b"".join(lines[case.chance.randrange(1, len(lines) + 1) :]))


@of_one_bundle(TRUNCATED, first=3)
def a_link_in_the_middle_is_gone(case: Case) -> None:
    lines = chain_of(case.folder)
    del lines[case.chance.randrange(1, len(lines) - 1)]
    rewrite(case.folder / CHAIN, lambda raw: b"".join(lines))


@of_one_bundle(ALTERED, first=2)
def links_are_in_another_order(case: Case) -> None:
    lines = chain_of(case.folder)
    lines[0], lines[1] = lines[1], lines[0]
    rewrite(case.folder / CHAIN, lambda raw: b"".join(lines))


@of_one_bundle(ALTERED, first=1)
def a_link_is_flipped(case: Case) -> None:
    rewrite(case.folder / CHAIN, lambda raw: flipped(case.chance, raw))


@of_one_bundle(ALTERED, first=1)
def a_link_is_shortened(case: Case) -> None:
    rewrite(case.folder / CHAIN, lambda raw: raw.replace(b'"province_code":"26"', b'"province_code":"2"', 1))


@of_one_bundle(ALTERED, first=2)
def a_link_stands_twice(case: Case) -> None:
    lines = chain_of(case.folder)
    rewrite(case.folder / CHAIN, lambda raw: b"".join([*lines[:-1], lines[0]]))


@of_one_bundle(ALTERED, first=2)
def a_chain_is_cut_and_edited(case: Case) -> None:
    """What is left of a cut chain is only believed when each of its lines is as it was signed."""
    *lines, _ = chain_of(case.folder)
    link = json.loads(lines[0])
    what = case.chance.choice(("figure", "signature", "hash", "field"))
    if what == "figure":
        link["manifest"]["inputs"]["rows"]["dossiers"] += 1
        link["sha256"] = hashlib.sha256(canonical(link["manifest"])).hexdigest()
    elif what == "signature":
        link["signature"] = json.loads(chain_of(case.folder)[-1])["signature"]
    elif what == "hash":
        link["sha256"] = case.chance.randbytes(32).hex()
    else:
        link["note"] = 1
    lines[0] = canonical(link)
    rewrite(case.folder / CHAIN, lambda raw: b"".join(lines))


OF_ONE_BUNDLE: tuple[Change, ...] = (
    a_cell_is_another,
    a_row_is_gone,
    rows_are_in_another_order,
    the_tail_of_a_file_is_cut,
    junk_is_appended,
    a_file_is_empty,
    a_file_is_gone,
    a_file_is_added,
    a_file_has_another_name,
    two_files_are_exchanged,
    a_file_is_a_link,
    the_signature_is_flipped,
    the_manifest_is_flipped,
    the_manifest_has_other_white_space,
    a_key_stands_twice_in_the_manifest,
    the_manifest_is_hashed_again_without_the_key,
    the_manifest_is_signed_with_another_key,
    a_field_of_the_manifest_is_another,
    the_tail_of_the_chain_is_cut,
    last_links_are_gone,
    first_links_are_gone,
    a_link_in_the_middle_is_gone,
    links_are_in_another_order,
    a_link_is_flipped,
    a_link_is_shortened,
    a_link_stands_twice,
    a_chain_is_cut_and_edited,
)
