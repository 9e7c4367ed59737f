"""Long-running programs: each in a session of its own, remembered on disk, ended with all it started.

A program is remembered by process id and start time, so a later command can end what an interrupted
one left over, and never anything else that got the same id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from local_stack.paths import local

TERMINATE_LIMIT_SECONDS = 12.0
START_TOLERANCE_SECONDS = 2.0  # between two readings of one start; ids do not come back that soon


class ProgramFailed(RuntimeError):
    """A program ended or did not become ready; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, with which environment, and where its output goes."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)

    @property
    def log(self) -> Path:
        """The program's output."""
        return local("logs", f"{self.name}.log")


@dataclass(slots=True)
class Programs:
    """The programs started here, in order."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, program: Program) -> None:
        """Start a program; raises ProgramFailed when the command cannot be executed."""
        with program.log.open("ab") as output:
            try:
                process = subprocess.Popen(
                    program.command,
                    env=dict(program.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise ProgramFailed(f"{program.name} cannot be started: {error}") from error
        self.running[program.name] = process
        _remember(program.name, process.pid)

    def ended(self) -> list[str]:
        """Names of programs that have ended by themselves."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def require_alive(self) -> None:
        """Raises ProgramFailed, with the end of its log, for a program that has ended."""
        for name in self.ended():
            raise ProgramFailed(
                f"{name} ended with status {self.running[name].returncode}:\n{log_tail(name)}\n"
                f"Next: see {local('logs', name + '.log')}."
            )

    def stop(self, *names: str) -> None:
        """End the named programs, or all of them, the last started first."""
        chosen = [name for name in reversed(self.running) if not names or name in names]
        end_sessions([self.running[name].pid for name in chosen])
        for name in chosen:
            self.running.pop(name).wait()
            _forget(name)


def end_sessions(leaders: Sequence[int]) -> None:
    """Ask every process of these sessions to end, and kill those that do not within the limit."""
    for leader in leaders:
        _signal(leader, signal.SIGTERM)
    limit = time.monotonic() + TERMINATE_LIMIT_SECONDS
    while time.monotonic() < limit and any(is_alive(leader) for leader in leaders):
        time.sleep(0.1)
    while rest := [member for member in members(leaders) if is_alive(member)]:
        for member in rest:
            _signal(member, signal.SIGKILL)
        time.sleep(0.02)


def end_left_over() -> list[str]:
    """End the programs that an earlier command left running; their names."""
    left = {name: pid for name, (pid, started) in _remembered().items() if _is_same(pid, started)}
    end_sessions(list(left.values()))
    _registry().unlink(missing_ok=True)
    return list(left)


def left_running() -> list[str]:
    """Names of programs that an earlier command left running."""
    return list(remembered_sessions())


def remembered_sessions() -> dict[str, int]:
    """The process that leads each running program's session, by the program's name, and that of the supervisor."""
    return {name: pid for name, (pid, started) in _remembered().items() if _is_same(pid, started)}


def option_of(name: str, option: str) -> str | None:
    """What a program that an earlier command left running was given for an option; None when it does not run."""
    pid, started = _remembered().get(name, (0, 0.0))
    words = psutil.Process(pid).cmdline() if pid and _is_same(pid, started) else []
    return words[words.index(option) + 1] if option in words else None


def supervisor() -> int | None:
    """The process id of a running `./run up`."""
    pid, started = _remembered().get("supervisor", (0, 0.0))
    return pid if pid and _is_same(pid, started) else None


def remember_supervisor() -> None:
    """Record that this process supervises the installation."""
    _remember("supervisor", os.getpid())


def forget_supervisor() -> None:
    """Undo remember_supervisor."""
    _forget("supervisor")


def log_tail(name: str, lines: int = 12) -> str:
    """The last lines of a program's log."""
    path = local("logs", f"{name}.log")
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


def _registry() -> Path:
    return local("programs.json")


def _remembered() -> dict[str, tuple[int, float]]:
    with suppress(OSError, ValueError):
        return {
            name: (int(pid), float(started)) for name, (pid, started) in json.loads(_registry().read_text()).items()
        }
    return {}


def _remember(name: str, pid: int) -> None:
    _registry().write_text(json.dumps(_remembered() | {name: (pid, _start_time(pid))}))


def _forget(name: str) -> None:
    _registry().write_text(json.dumps({key: value for key, value in _remembered().items() if key != name}))


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """True for a process that still runs; a zombie has ended."""
    try:
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False


def _start_time(pid: int) -> float | None:
    """Seconds from the machine's start, which stay when its clock is set; None when there is no such process."""
    try:
        return psutil.Process(pid).create_time() - psutil.boot_time()
    except psutil.NoSuchProcess:
        return None


def _is_same(pid: int, started: float) -> bool:
    """Whether the process of this id is the one that was remembered."""
    now = _start_time(pid)
    return now is not None and abs(now - started) < START_TOLERANCE_SECONDS


def members(leaders: Sequence[int]) -> list[int]:
    """Every process in the sessions that these processes lead."""
    return [pid for pid in psutil.pids() if _session(pid) in leaders]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
