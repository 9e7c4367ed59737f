"""The judge by itself: what it says, that it stands alone, and that doubt is never green."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dvc766.sealing import Table, verifier, verify
from dvc766.sealing.verifier import ALTERED, CHAIN, COULD_NOT, MANIFEST, VALID
from tests.dvc766.sealing.publications import AUGUST, Installation, month

SOURCE = Path(verifier.__file__)


@pytest.fixture
def august(installation: Installation) -> Path:
    """One bundle."""
    return installation.publish(AUGUST).folder


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger calls it: one file, nothing else of the project within reach."""
    command = [sys.executable, "-I", *map(str, arguments)]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_it_needs_the_standard_library_and_one_package() -> None:
    roots = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(str(node.module).partition(".")[0])
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_file_alone_checks_a_bundle(installation: Installation, august: Path, tmp_path: Path) -> None:
    script = shutil.copy(SOURCE, tmp_path / "verifier.py")
    done = call(script, "--key", installation.public_key, august)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, lines[-1]) == (0, "", VALID)
    assert lines[0].startswith("VALID: gói nguyên vẹn")
    assert lines[1] == f"Công bố thứ 1 (tháng 2026-08, lần chốt 1, {installation.bundles[0].short_hash})"
    assert call(script, "--key", installation.public_key, august, august).returncode == 0


def test_the_file_alone_names_what_is_altered(installation: Installation, august: Path, tmp_path: Path) -> None:
    script = shutil.copy(SOURCE, tmp_path / "verifier.py")
    (august / "rankings.csv").write_bytes(b"rank\r\n")
    (august / "\udcff\x1b[2J").touch()
    done = call(script, "--key", installation.public_key, august)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, lines[-1]) == (1, "", ALTERED)
    assert "  - rankings.csv: nội dung khác lúc công bố" in lines
    assert r"  - '\udcff\x1b[2J': không có trong manifest.json" in lines
    assert any(line.startswith("Việc cần làm: không dùng số liệu") for line in lines)


def test_without_the_library_nothing_is_valid(
    installation: Installation, august: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    verdict = verify(august, installation.public_key)
    assert verdict.word == COULD_NOT and "pip install cryptography" in verdict.text()


def test_the_file_alone_says_that_the_library_is_missing(installation: Installation, august: Path) -> None:
    done = call("-S", SOURCE, "--key", installation.public_key, august)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, COULD_NOT)
    assert "cryptography" in done.stdout and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["rankings.csv", "statement.txt", CHAIN, MANIFEST, "manifest.sig"])
def test_a_file_that_cannot_be_read_is_no_sound_file(
    name: str, installation: Installation, august: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == august / name:
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    verdict = verify(august, installation.public_key)
    assert verdict.word == COULD_NOT and name in verdict.text()


def test_an_error_that_nobody_foresaw_is_no_sound_bundle(
    installation: Installation, august: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "_siblings", lambda *_: 1 / 0)
    verdict = verify(august, installation.public_key)
    assert verdict.word == COULD_NOT and "ZeroDivisionError" in verdict.text()


def test_proven_damage_outranks_doubt(installation: Installation, august: Path) -> None:
    (august / "rankings.csv").unlink()
    assert verify(august, installation.public_key, august.parent / "missing").word == ALTERED


def test_the_place_may_be_named_by_any_path(
    installation: Installation, august: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(installation.publications)
    monkeypatch.chdir(august)
    for path in (Path(), august / ".." / "r1", linked / "2026-08" / "r1"):
        assert verify(path, installation.public_key).is_valid


def test_names_that_mean_something_to_a_shell_are_plain_text_here(installation: Installation, tmp_path: Path) -> None:
    bundle = installation.publish(AUGUST)
    odd = tmp_path / "[a] *?; $(x) thư mục"
    shutil.copytree(installation.publications, odd)
    assert verify(odd / "2026-08" / bundle.folder.name, installation.public_key).is_valid


def test_a_large_bundle_late_in_the_order_is_judged_within_seconds(
    installation: Installation, without_waiting_for_the_disk: None
) -> None:
    """Ten years of months, then one with 200,000 rows: a check may take five seconds."""
    rows = [(number, "Xã Yên Lạc", None) for number in range(200_000)]
    contents = replace(AUGUST, period=date(2046, 1, 1), tables=[Table("scorecards", ("a", "b", "c"), rows)])
    for number in range(120):
        installation.publish(replace(AUGUST, period=month(number)))
    folder = installation.publish(contents).folder
    begin = time.process_time()
    assert verify(folder, installation.public_key, installation.bundles[-2].folder).is_valid
    assert time.process_time() - begin < 5


def test_a_bundle_says_nothing_of_who_may_judge_it(august: Path) -> None:
    """Neither key nor verifier: who can change the figures could change these as well."""
    assert not [path for path in august.iterdir() if path.suffix in (".pem", ".py")]
    assert "public_key" not in json.loads((august / MANIFEST).read_bytes())
