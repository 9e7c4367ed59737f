"""Environments of their own are made by their lock, and made again when it is another."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_stack import environments
from local_stack.environments import Environment, InstallFailed


def test_an_environment_is_made_once_for_a_lock_and_again_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Done:
        returncode = 0

    def run(command: list[str], **_: object) -> Done:
        asked.append(command[1])
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        return Done()

    monkeypatch.setattr(environments.subprocess, "run", run)
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1\n")
    own = Environment("a", tmp_path / "venv", lock, "small")
    python = own.folder / "bin" / "python"
    assert own.ensure() == own.ensure() == python
    assert asked == ["venv", "pip"]
    lock.write_text("a==2\n")
    assert own.ensure() == python
    assert asked == ["venv", "pip"] * 2


def test_a_lock_that_cannot_be_installed_is_told_and_not_taken_for_installed(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1\n")  # without a hash
    own = Environment("a", tmp_path / "venv", lock, "small")
    for _ in range(2):
        with pytest.raises(InstallFailed, match="a could not be installed"):
            own.ensure()
