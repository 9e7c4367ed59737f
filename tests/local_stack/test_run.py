"""`./run`: what it says before anything is installed, and when it need not install."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from local_stack.commands import COMMANDS, LATER
from local_stack.paths import ROOT

RUN = ROOT / "run"


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(RUN), *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script as a module, over a checkout of its own."""
    loader = SourceFileLoader("run_script", str(RUN))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv" / "bin" / "python",
        "STAMP": tmp_path / ".venv" / ".lock-installed",
    }.items():
        monkeypatch.setattr(module, name, path)
    return module


def test_run_alone_lists_every_command() -> None:
    done = call()
    assert done.returncode == 0
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert not any(f"  {name} " in done.stdout for name in LATER)


@pytest.mark.parametrize("name", [*LATER, "no-such-command"])
def test_what_is_not_there_is_said_with_status_2(name: str) -> None:
    done = call(name)
    assert done.returncode == 2
    assert "Next:" in done.stderr and not done.stdout


def test_run_can_be_executed() -> None:
    assert RUN.stat().st_mode & 0o111 == 0o111
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111 == 0o111


def test_an_older_python_is_told_what_to_install(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    with pytest.raises(run.InstallFailed, match=r"Python 3\.9[\s\S]*Next: install python3\.11"):
        run.suitable_python()


def test_a_failing_step_names_itself_and_the_next_step(run: ModuleType) -> None:
    with pytest.raises(run.InstallFailed, match=r"ended with status 7[\s\S]*Next: check the network"):
        run.call([sys.executable, "-c", "raise SystemExit(7)"], "check the network")


def test_an_installed_lock_is_not_installed_again(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run.PYTHON.parent.mkdir(parents=True)
    run.PYTHON.touch()
    run.STAMP.write_text(run.wanted())
    monkeypatch.setattr(run, "call", lambda *_: pytest.fail("nothing is to be installed"))
    run.install()


def test_another_lock_or_another_place_is_installed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    run.PYTHON.parent.mkdir(parents=True)
    run.PYTHON.touch()
    run.STAMP.write_text(hashlib.sha256(b"an older lock").hexdigest())
    assert not run.is_installed()
    run.STAMP.write_text(run.wanted())
    assert run.is_installed()
    monkeypatch.setattr(run, "VENV", run.ROOT / "moved")
    assert not run.is_installed()


def test_without_uv_pip_installs_the_same_lock(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(run, "install_with_uv", lambda: False)
    monkeypatch.setattr(run, "call", lambda command, _: calls.append(command))
    run.VENV.mkdir()
    run.install()
    assert calls[-1][-4:] == ["--no-deps", "--require-hashes", "-r", str(run.LOCK)]


def test_the_entry_of_uv_in_the_lock_has_hashes(run: ModuleType) -> None:
    entry = run.lock_entry("uv")
    assert entry.startswith("uv==") and "--hash=sha256:" in entry and not entry.rstrip().endswith("\\")
