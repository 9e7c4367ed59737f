"""Writing a bundle: the same bytes again, all or nothing, one order over all publications."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dvc766.sealing import SealRefused, Table, folders, short_hash, verify, write_bundle
from dvc766.sealing.verifier import CHAIN, MANIFEST, SIGNATURE
from tests.dvc766.sealing.publications import AUGUST, Installation, chain_of, key_from, month

CORRECTED = replace(AUGUST, revision=2, reason_code="late_data", frozen_at="2026-10-02T09:00:00+07:00")
SEPTEMBER = replace(AUGUST, period=date(2026, 9, 1))


def test_a_bundle_holds_what_was_given(installation: Installation) -> None:
    bundle = installation.publish(AUGUST)
    assert bundle.folder == installation.publications / "2026-08" / "r1"
    names = {path.name for path in bundle.folder.iterdir()}
    assert names == {"rankings.csv", "rankings.json", "statement.txt", CHAIN, MANIFEST, SIGNATURE}
    assert (bundle.folder / "rankings.csv").read_bytes() == AUGUST.tables[0].csv()
    assert (bundle.folder / "statement.txt").read_bytes() == AUGUST.texts["statement.txt"]
    assert (bundle.folder / CHAIN).read_bytes() == b""


def test_the_manifest_says_what_it_rests_on(installation: Installation) -> None:
    first = installation.publish(AUGUST)
    second = installation.publish(CORRECTED)
    raw = (second.folder / MANIFEST).read_bytes()
    manifest: dict[str, Any] = json.loads(raw)
    assert raw == (json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n").encode()
    files = manifest.pop("files")
    assert set(files) == {path.name for path in second.folder.iterdir()} - {MANIFEST, SIGNATURE}
    for name, entry in files.items():
        content = (second.folder / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    assert len(manifest.pop("key_id")) == 16
    assert manifest == {
        "format": 1,
        "province_code": "26",
        "period": "2026-08",
        "revision": 2,
        "sequence": 2,
        "parent": hashlib.sha256((first.folder / MANIFEST).read_bytes()).hexdigest(),
        "reason_code": "late_data",
        "inputs": AUGUST.inputs,
        "versions": AUGUST.versions,
        "data_as_of": "2026-09-15T01:30:00+07:00",
        "frozen_at": "2026-10-02T09:00:00+07:00",
        "next_release": "2026-10-16",
    }
    assert second.manifest_sha256 == hashlib.sha256(raw).hexdigest()


def test_a_chain_grows_by_one_line(installation: Installation) -> None:
    chains = [chain_of(installation.publish(contents).folder) for contents in (AUGUST, SEPTEMBER, CORRECTED)]
    assert [len(chain) for chain in chains] == [0, 1, 2]
    assert chains[2][:1] == chains[1]
    link = json.loads(chains[2][1])
    assert link["manifest"]["period"] == "2026-09"
    assert link["signature"] == (installation.bundles[1].folder / SIGNATURE).read_text().strip()


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Also when mappings were filled in another order, and in another folder."""
    turned = replace(
        AUGUST, inputs=dict(reversed([*AUGUST.inputs.items()])), versions=dict(reversed([*AUGUST.versions.items()]))
    )
    made = []
    for name, contents in (("one", AUGUST), ("other", turned)):
        bundle = Installation(tmp_path / name, 3).publish(contents)
        made.append({path.name: path.read_bytes() for path in bundle.folder.iterdir()})
    assert made[0] == made[1]


def test_a_second_call_finds_the_bundle(installation: Installation) -> None:
    first = installation.publish(AUGUST)
    installation.publish(SEPTEMBER)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first.folder.iterdir()}
    assert write_bundle(installation.publications, AUGUST, installation.key) == first
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in first.folder.iterdir()} == before


OTHERS = {
    "tables": ("rankings.csv", {"tables": [Table("rankings", ("rank",), [(1,)])]}),
    "texts": ("statement.txt", {"texts": {"statement.txt": b"x"}}),
    "one file more": ("notes.txt", {"texts": {**AUGUST.texts, "notes.txt": b""}}),
    "inputs": ("inputs", {"inputs": {"sha256": "cd" * 32}}),
    "frozen_at": ("frozen_at", {"frozen_at": "2026-09-17T08:00:00+07:00"}),
}


@pytest.mark.parametrize(("named", "fields"), OTHERS.values(), ids=OTHERS)
def test_another_bundle_in_its_place_is_refused(named: str, fields: dict[str, Any], installation: Installation) -> None:
    bundle = installation.publish(AUGUST)
    with pytest.raises(SealRefused, match=rf"đã có một gói khác.*{named}[\s\S]*Việc cần làm:"):
        write_bundle(installation.publications, replace(AUGUST, **fields), installation.key)
    assert verify(bundle.folder, installation.public_key).is_valid


def test_a_bundle_that_was_changed_on_disk_is_not_found_as_it_is(installation: Installation) -> None:
    bundle = installation.publish(AUGUST)
    (bundle.folder / "rankings.csv").write_bytes(b"rank\r\n")
    with pytest.raises(SealRefused, match=r"đã có một gói khác: tệp rankings\.csv;"):
        write_bundle(installation.publications, AUGUST, installation.key)


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a gap": ("phải là 1", {"revision": 2, "reason_code": "late_data"}),
    "no reason": ("mã lý do", {"revision": 2}),
    "a reason for nothing": ("mã lý do", {"reason_code": "late_data"}),
    "no first day": ("ngày 1", {"period": date(2026, 8, 2)}),
    "revision 0": ("revision", {"revision": 0}),
    "no zone": ("múi giờ", {"frozen_at": "2026-09-16T08:00:00"}),
    "no instant": ("múi giờ", {"data_as_of": "yesterday"}),
    "a float": ("float", {"versions": {"catalogue": 1.5}}),
    "a name that leads out": ("../x.txt", {"texts": {"../x.txt": b""}}),
    "a name in capitals": ("Notes.txt", {"texts": {"Notes.txt": b""}}),
    "the manifest's name": ("manifest.json", {"texts": {"manifest.json": b""}}),
    "a table of the manifest's name": ("manifest.json", {"tables": [Table("manifest", ("a",), ())]}),
    "the chain's name": ("chain.jsonl", {"texts": {"chain.jsonl": b""}}),
    "one name twice": ("rankings.csv", {"texts": {"rankings.csv": b""}}),
    "one table twice": ("rankings.csv", {"tables": [*AUGUST.tables, *AUGUST.tables]}),
    "too large a manifest": ("kích thước", {"versions": {"x": "x" * (1 << 20)}}),
}


@pytest.mark.parametrize(("words", "fields"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_sealed_is_refused_before_anything_is_written(
    words: str, fields: dict[str, Any], installation: Installation
) -> None:
    with pytest.raises(SealRefused, match=rf"{words}[\s\S]*chưa công bố gì[\s\S]*Việc cần làm:"):
        write_bundle(installation.publications, replace(AUGUST, **fields), installation.key)
    assert not list(installation.publications.glob("*/*"))


def test_a_revision_left_out_is_refused(installation: Installation) -> None:
    installation.publish(AUGUST)
    with pytest.raises(SealRefused, match=r"phải là 2"):
        installation.publish(replace(CORRECTED, revision=3))
    installation.publish(CORRECTED)


def _loses_one(root: Path) -> None:
    shutil.rmtree(root / "2026-08")


def _is_edited(root: Path) -> None:
    path = root / "2026-08" / "r1" / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"26"', b'"27"'))


def _has_an_empty_one(root: Path) -> None:
    (root / "2026-10" / "r1").mkdir(parents=True)


def _has_one_under_another_name(root: Path) -> None:
    (root / "2026-08").rename(root / "2026-07")


@pytest.mark.parametrize("damage", [_loses_one, _is_edited, _has_an_empty_one, _has_one_under_another_name])
def test_nothing_is_signed_on_top_of_a_damaged_history(
    damage: Callable[[Path], None], installation: Installation
) -> None:
    installation.publish(AUGUST)
    installation.publish(SEPTEMBER)
    damage(installation.publications)
    with pytest.raises(SealRefused, match=r"Việc cần làm: khôi phục"):
        installation.publish(replace(AUGUST, period=date(2026, 11, 1)))
    assert not (installation.publications / "2026-11").exists()


def test_another_key_does_not_continue_the_history(installation: Installation) -> None:
    installation.publish(AUGUST)
    with pytest.raises(SealRefused, match=r"2026-08/r1 không còn đúng[\s\S]*ký bằng khóa khác"):
        write_bundle(installation.publications, SEPTEMBER, key_from(99))


def test_a_writer_that_was_stopped_leaves_no_half_bundle(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.publish(AUGUST)
    calls = iter(range(100))

    def stopped(handle: int) -> None:
        if next(calls) == 3:
            raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(OSError, match="no space left"):
        installation.publish(SEPTEMBER)
    monkeypatch.undo()
    assert not (installation.publications / "2026-09" / "r1").exists()
    assert verify(installation.bundles[0].folder, installation.public_key).is_valid
    bundle = installation.publish(SEPTEMBER)
    assert bundle.sequence == 2 and verify(bundle.folder, installation.public_key).is_valid
    assert [path.name for path in bundle.folder.parent.iterdir()] == ["r1"]


def test_all_is_on_the_disk_before_the_name_is(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def to_disk(handle: int) -> None:
        done.append("to disk")
        fsync(handle)

    def named(path: Path, to: Path) -> Path:
        done.append("named")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", to_disk)
    monkeypatch.setattr(Path, "rename", named)
    bundle = installation.publish(AUGUST)
    assert done == ["to disk"] * (len(list(bundle.folder.iterdir())) + 1) + ["named", "to disk", "to disk"]


def test_writers_at_once_get_numbers_of_their_own(installation: Installation) -> None:
    with ThreadPoolExecutor(4) as pool:
        months = [replace(AUGUST, period=month(number)) for number in range(8)]
        made = list(pool.map(lambda one: write_bundle(installation.publications, one, installation.key), months))
    assert sorted(bundle.sequence for bundle in made) == list(range(1, 9))
    assert all(verify(bundle.folder, installation.public_key).is_valid for bundle in made)


def test_what_stands_beside_the_bundles_does_not_disturb(installation: Installation) -> None:
    installation.publish(AUGUST)
    (installation.publications / "README.md").touch()
    (installation.publications / "2026-08" / ".r2.making").mkdir()
    assert installation.publish(CORRECTED).sequence == 2


def test_a_bundle_stays_small_over_ten_years(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    for number in range(20):
        bundle = installation.publish(replace(AUGUST, period=month(number)))
    lines = chain_of(bundle.folder)
    assert 200 * max(map(len, lines)) < 1_000_000


def test_the_short_hash_is_read_in_groups_of_four(installation: Installation) -> None:
    assert short_hash("3f2a90c177de0b45" + "0" * 48) == "3f2a 90c1 77de 0b45"
    bundle = installation.publish(AUGUST)
    assert bundle.short_hash.replace(" ", "") == bundle.manifest_sha256[:16]


def test_one_writer_at_a_time_needs_no_folder(tmp_path: Path) -> None:
    with folders.one_writer(tmp_path / "new" / "publications"):
        assert (tmp_path / "new" / "publications").is_dir()
