"""Changes by the holder of the key, who signs what should never be signed, each with the verdict that it has to get."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from dvc766.sealing.verifier import ALTERED, CHAIN, COULD_NOT, FORKED, MANIFEST, SIGNATURE, TRUNCATED, canonical
from tests.dvc766.sealing.changed_histories import forget
from tests.dvc766.sealing.changes import Change, Changed
from tests.dvc766.sealing.publications import Installation, chain_of, made_up


def a_later_format_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    return _signed_otherwise(chance, installation, at, COULD_NOT, format=chance.choice((0, 2, 10, "1", True, None)))


def a_name_that_leads_elsewhere_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    name = chance.choice(("../r1/x.csv", "/etc/passwd", "..", "a/b.csv", "a\\b.csv", ".hidden", "", "x\n.csv"))
    files = {CHAIN: {"sha256": "0" * 64, "size": 0}, name: {"sha256": "0" * 64, "size": 0}}
    return _signed_otherwise(chance, installation, at, COULD_NOT, files=files)


def a_field_is_signed_that_cannot_be(chance: random.Random, installation: Installation, at: Path) -> Changed:
    name, value = chance.choice(
        (
            *(("sequence", 0), ("sequence", "2"), ("revision", -1), ("period", "2026-13"), ("parent", "x")),
            *(("files", {}), ("files", []), ("key_id", "0" * 16), ("versions", None), ("frozen_at", 5), ("extra", 1)),
        )
    )
    return _signed_otherwise(chance, installation, at, COULD_NOT, **{name: value})


def another_text_of_the_manifest_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    folder = installation.alone(chance.choice(installation.bundles), at)
    raw = (folder / MANIFEST).read_bytes()
    loose = json.dumps(json.loads(raw), ensure_ascii=False, indent=1).encode()
    twice = b'{"catalogue":1,"catalogue":2,' + raw[1:]
    deep = b"[" * 100_000 + b"\n"
    _sign(installation, folder, chance.choice((loose, twice, raw[:-1], b"\xff\n", b"1.5\n", b"NaN\n", b"", deep)))
    return Changed(folder, ALTERED)


def another_parent_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    folder = installation.alone(chance.choice(installation.bundles[1:]), at)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    _sign(installation, folder, canonical(manifest | {"parent": chance.randbytes(32).hex()}))
    return Changed(folder, ALTERED)


def a_chain_with_a_fork_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    """The holder of the key puts two publications of one number into a chain, and signs it."""
    other = installation.copied(at / "other")
    forget(other, 1)
    other.publish(made_up(chance, date(2040, 1, 1), 1))
    second = chain_of(other.publish(made_up(chance, date(2040, 2, 1), 1)).folder)[1]
    folder = installation.alone(installation.bundles[3], at)
    lines = chain_of(folder)
    lines[chance.choice((0, 2))] = second
    content = b"".join(lines)
    (folder / CHAIN).write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["files"][CHAIN] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    _sign(installation, folder, canonical(manifest))
    return Changed(folder, FORKED)


def a_revision_left_out_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    def left_out(manifest: dict[str, Any]) -> None:
        if manifest["sequence"] == 2:
            manifest["revision"] += 3

    return _signed_again(chance, installation, at, left_out)


def a_link_that_forgets_what_was_before_is_signed(
    chance: random.Random, installation: Installation, at: Path
) -> Changed:
    def forgets(manifest: dict[str, Any]) -> None:
        if manifest["sequence"] == 2:
            manifest["files"][CHAIN]["sha256"] = chance.randbytes(32).hex()

    return _signed_again(chance, installation, at, forgets)


def a_later_number_is_signed(chance: random.Random, installation: Installation, at: Path) -> Changed:
    folder = installation.alone(chance.choice(installation.bundles[1:]), at)
    manifest = json.loads((folder / MANIFEST).read_bytes())
    _sign(installation, folder, canonical(manifest | {"sequence": manifest["sequence"] + chance.randrange(1, 4)}))
    return Changed(folder, TRUNCATED)


def _signed_otherwise(
    chance: random.Random, installation: Installation, at: Path, word: str, **fields: object
) -> Changed:
    folder = installation.alone(chance.choice(installation.bundles), at)
    _sign(installation, folder, canonical(json.loads((folder / MANIFEST).read_bytes()) | fields))
    return Changed(folder, word)


def _signed_again(
    chance: random.Random, installation: Installation, at: Path, edit: Callable[[dict[str, Any]], None]
) -> Changed:
    """The holder of the key signs every manifest of a bundle's history again, after an edit."""
    folder = installation.alone(chance.choice(installation.bundles[4:]), at)
    own = json.loads((folder / MANIFEST).read_bytes())
    parent, lines = None, b""
    for manifest in [*(json.loads(line)["manifest"] for line in chain_of(folder)), own]:
        manifest["parent"] = parent
        manifest["files"][CHAIN] = {"sha256": hashlib.sha256(lines).hexdigest(), "size": len(lines)}
        edit(manifest)
        (folder / CHAIN).write_bytes(lines)
        _sign(installation, folder, canonical(manifest))
        parent = hashlib.sha256(canonical(manifest)).hexdigest()
        signature = (folder / SIGNATURE).read_text().strip()
        lines += canonical({"manifest": manifest, "sha256": parent, "signature": signature})
    return Changed(folder, ALTERED)


def _sign(installation: Installation, folder: Path, raw: bytes) -> None:
    (folder / MANIFEST).write_bytes(raw)
    (folder / SIGNATURE).write_bytes(base64.b64encode(installation.key.sign(raw)) + b"\n")


OF_THE_KEY: tuple[Change, ...] = (
    a_later_format_is_signed,
    a_name_that_leads_elsewhere_is_signed,
    a_field_is_signed_that_cannot_be,
    another_text_of_the_manifest_is_signed,
    another_parent_is_signed,
    a_chain_with_a_fork_is_signed,
    a_revision_left_out_is_signed,
    a_link_that_forgets_what_was_before_is_signed,
    a_later_number_is_signed,
)
