"""`./run verify`: the verdict on stdout, the status for scripts, the installation's key by default."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dvc766.sealing import KeyUnusable, load_private_key
from local_stack import __main__ as command_line
from local_stack import secret_store
from local_stack import verify as command
from local_stack.paths import LOCAL, PRIVATE_KEY, PUBLIC_KEY
from tests.dvc766.sealing.publications import AUGUST, Installation


@pytest.fixture
def own(tmp_path: Path) -> Installation:
    """An installation with one publication."""
    installation = Installation(tmp_path, 1)
    installation.publish(AUGUST)
    return installation


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The status of `./run verify` with these arguments."""
    monkeypatch.setattr(sys, "argv", ["run", "verify", *map(str, arguments)])
    return command_line.main()


def test_a_sound_bundle_is_valid_by_the_installation_s_key(
    own: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "PUBLIC_KEY", own.public_key)
    assert run(monkeypatch, own.bundles[0].folder) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "VALID"


def test_another_bundle_is_named_with_status_1(
    own: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own.bundles[0].folder / "rankings.csv").unlink()
    assert run(monkeypatch, own.bundles[0].folder, "--key", own.public_key) == 1
    out = capsys.readouterr().out
    assert out.startswith("ALTERED: ") and "rankings.csv" in out and out.endswith("\nALTERED\n")


def test_a_witness_is_asked(
    own: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(monkeypatch, own.bundles[0].folder, tmp_path / "missing", "--key", own.public_key) == 1
    assert capsys.readouterr().out.endswith("\nCOULD NOT VERIFY\n")


def test_without_a_key_nothing_is_valid(
    own: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "PUBLIC_KEY", tmp_path / "none.pem")
    assert run(monkeypatch, own.bundles[0].folder) == 1
    assert "none.pem" in (out := capsys.readouterr().out) and out.endswith("\nCOULD NOT VERIFY\n")


def test_the_signing_key_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    private, public = tmp_path / "signing" / "private.pem", tmp_path / "signing" / "public.pem"
    monkeypatch.setattr(secret_store, "PRIVATE_KEY", private)
    monkeypatch.setattr(secret_store, "PUBLIC_KEY", public)
    made = secret_store.signing_key()
    assert secret_store.signing_key().private_bytes_raw() == made.private_bytes_raw()
    assert load_private_key(private).private_bytes_raw() == made.private_bytes_raw()
    private.unlink()
    with pytest.raises(KeyUnusable, match=r"Đã có tệp khóa"):
        secret_store.signing_key()


def test_the_keys_are_the_installation_s_own() -> None:
    assert PRIVATE_KEY.is_relative_to(LOCAL) and PUBLIC_KEY.is_relative_to(LOCAL)
