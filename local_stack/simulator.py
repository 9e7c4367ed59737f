"""The portal simulator as a program of the installation, and the hand on its clock."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import requests

from local_stack import postgres
from local_stack.installation import Installation
from local_stack.processes import Program, ProgramFailed, Programs, log_tail

READY_LIMIT_SECONDS = 240.0  # figures of a whole province take the longest to fill


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running simulator."""

    url: str

    def now(self) -> datetime:
        """The simulated instant."""
        reply = requests.get(f"{self.url}/simulator/clock", timeout=30)
        reply.raise_for_status()
        return datetime.fromisoformat(reply.json()["now"])

    def left_out(self) -> list[dict[str, str]]:
        """The cells of the published figures that no records can have: unit, indicator and cause."""
        reply = requests.get(f"{self.url}/simulator/figures", timeout=30)
        reply.raise_for_status()
        found: list[dict[str, str]] = reply.json()["left_out"]
        return found

    def set_clock(self, now: datetime) -> None:
        """Let it be `now` for both portals and for the pipeline's business clock."""
        body = {"now": now.isoformat(), "force": True}
        requests.post(f"{self.url}/simulator/clock", json=body, timeout=120).raise_for_status()

    def switch_fault(self, name: str, *, on: bool = True) -> None:
        """Switch one of the simulator's faults."""
        body = {"name": name, "on": on}
        requests.post(f"{self.url}/simulator/faults", json=body, timeout=120).raise_for_status()


def start(programs: Programs, installation: Installation, filling: Sequence[str]) -> Simulator:
    """Start the simulator with what `filling` says (its own arguments) and wait until it answers.

    Raises ProgramFailed with its own message when it refuses its input.
    """
    own = program(installation, filling)
    url = f"http://{postgres.HOST}:{installation.simulator_port}"
    programs.start(own)
    until = time.monotonic() + READY_LIMIT_SECONDS
    while not _answers(url):
        programs.require_alive()
        if time.monotonic() > until:
            raise ProgramFailed(
                f"The simulator did not answer:\n{log_tail(own.name)}\nNext: see its log in .local/logs."
            )
        time.sleep(0.2)
    return Simulator(url)


def program(installation: Installation, filling: Sequence[str]) -> Program:
    """The simulator as a program."""
    address = ["--host", postgres.HOST, "--port", str(installation.simulator_port)]
    command = [sys.executable, "-m", "portal_simulator", *address, *filling]
    return Program(f"simulator-{installation.database}", command, installation.environment(()))


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/simulator/health", timeout=5).ok
    except requests.RequestException:
        return False
