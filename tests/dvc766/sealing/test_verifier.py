"""The judge by itself: what it says, that it stands alone, and that doubt is never green."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
import string
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

from dvc766.sealing import Table, verifier, verify
from dvc766.sealing.verifier import (
    ALTERED,
    BY_WEIGHT,
    CHAIN,
    COULD_NOT,
    EXPLAINED,
    MANIFEST,
    SIGNATURE,
    VALID,
    canonical,
)
from dvc766.settings import PROJECT_ROOT
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


@pytest.mark.parametrize("end", [b"", b" ", b"\r", b"\n\n", b"\r\n", b"=\n"])
def test_a_signature_has_one_text(end: bytes, installation: Installation, august: Path) -> None:
    path = august / SIGNATURE
    path.write_bytes(path.read_bytes()[:-1] + end)
    assert verify(august, installation.public_key).word == ALTERED


def test_a_letter_of_the_signature_that_means_nothing_counts(installation: Installation, august: Path) -> None:
    """Of the last letter before `==` four bits are not used: another letter decodes to the same signature."""
    text = (august / SIGNATURE).read_bytes()
    twins = [
        other
        for letter in string.ascii_letters + string.digits
        if base64.b64decode(other := text[:-4] + letter.encode() + b"==\n") == base64.b64decode(text) and other != text
    ]
    assert len(twins) >= 13
    for other in twins:
        (august / SIGNATURE).write_bytes(other)
        assert verify(august, installation.public_key).word == ALTERED


def test_a_later_format_is_told_as_such(installation: Installation, august: Path) -> None:
    raw = canonical(json.loads((august / MANIFEST).read_bytes()) | {"format": 2, "something": "new"})
    (august / MANIFEST).write_bytes(raw)
    (august / SIGNATURE).write_bytes(base64.b64encode(installation.key.sign(raw)) + b"\n")
    verdict = verify(august, installation.public_key)
    assert verdict.word == COULD_NOT and "định dạng 2 chưa biết" in verdict.text()


def test_a_key_of_another_kind_is_told_as_such(august: Path, tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    path = tmp_path / "other.pem"
    path.write_bytes(other.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo))
    verdict = verify(august, path)
    assert verdict.word == COULD_NOT and f"{path} không phải là khóa công khai Ed25519" in verdict.text()


def test_every_verdict_is_explained_in_its_order() -> None:
    page = (PROJECT_ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([A-Z ]+)` \|", page, re.M)
    assert told == [*BY_WEIGHT, VALID] and set(told) == set(EXPLAINED)
    runbook = (PROJECT_ROOT / "docs" / "runbooks" / "kiem-tra-goi-cong-bo.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^- \*\*([A-Z ]+)\*\*", runbook, re.M)) == set(EXPLAINED)
