"""Programs end with everything they started, and nothing else is ever ended."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local_stack import paths, processes
from local_stack.processes import Program, ProgramFailed, Programs

# Prints its child's process id, then both wait for ever; the child ignores the polite signal.
FAMILY = """
import os, signal, time
child = os.fork()
if child == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.setpgid(0, 0)
print("child", child or os.getpid(), flush=True)
while True:
    signal.pause()
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path / ".local")


@pytest.fixture
def programs() -> Iterator[Programs]:
    started = Programs()
    yield started
    started.stop()


def python(name: str, source: str) -> Program:
    return Program(name, [sys.executable, "-c", source], dict(os.environ))


def family(programs: Programs, name: str = "family") -> list[int]:
    """Start a program with a child; both their ids."""
    program = python(name, FAMILY)
    programs.start(program)
    leader = programs.running[name]
    while program.log.read_text().count("child") < 2:
        assert leader.poll() is None
    return [leader.pid, int(program.log.read_text().split()[1])]


def is_running(pid: int) -> bool:
    return processes.is_alive(pid)


def test_stopping_a_program_ends_its_children_too(programs: Programs) -> None:
    pids = family(programs)
    assert all(map(is_running, pids))
    programs.stop()
    assert not any(map(is_running, pids))
    assert processes.left_running() == []


def test_a_program_that_ends_by_itself_is_reported_with_its_last_words(programs: Programs) -> None:
    programs.start(python("short", "raise SystemExit('no such portal')"))
    programs.running["short"].wait()
    assert programs.ended() == ["short"]
    with pytest.raises(ProgramFailed, match=r"short ended with status 1:\nno such portal\nNext: see .*short\.log"):
        programs.require_alive()


def test_a_command_that_does_not_exist_is_a_message(programs: Programs) -> None:
    with pytest.raises(ProgramFailed, match="nothing cannot be started"):
        programs.start(Program("nothing", ["/no/such/program"], {}))


def test_what_an_interrupted_command_left_is_ended_by_the_next(programs: Programs) -> None:
    pids = family(programs)
    assert processes.left_running() == ["family"]
    assert processes.end_left_over() == ["family"]
    assert not is_running(pids[1])
    assert processes.end_left_over() == []


def test_a_process_that_merely_got_the_same_id_is_left_alone(programs: Programs) -> None:
    pids = family(programs)
    paths.local("programs.json").write_text(json.dumps({"family": [pids[0], 1.0]}))
    assert processes.end_left_over() == []
    assert all(map(is_running, pids))


def test_a_program_is_known_again_after_the_clock_was_set(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set moves the moment at which, by that clock, the machine was started."""
    family(programs)
    started = psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: started + 3600)
    assert processes.left_running() == ["family"]


def test_what_a_running_program_was_given_is_known_to_a_later_command(programs: Programs) -> None:
    waits = "import signal; print('begun', flush=True); signal.pause()"
    program = Program("one", [sys.executable, "-c", waits, "--port", "8766"], dict(os.environ))
    programs.start(program)
    while "begun" not in program.log.read_text():  # before, the kernel may not tell its words yet
        assert programs.ended() == []
    assert processes.option_of("one", "--port") == "8766"
    assert processes.option_of("one", "--host") is None
    programs.stop("one")
    assert processes.option_of("one", "--port") is None
