"""What `./run up` does while it runs: what has ended, or gives no sign of life, is started again and named.

The database comes first: without it every other program ends, and would be started in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from local_stack.installation import say
from local_stack.postgres import Cluster
from local_stack.processes import Program, ProgramFailed, Programs
from local_stack.server_account import PostgresFailed

LOOK_SECONDS = 5.0
LOOK_FOR_LIFE_SECONDS = 60.0
SILENT_LOOKS = 3  # in a row; a machine at its limit answers late
LONGEST_PAUSE_SECONDS = 300.0
SETTLED_SECONDS = 120.0  # a program that ran so long has not failed at its start
DATABASE_TRIES = 12  # after kill -9 the lock of the old server is let go of within seconds
COMPONENT_OF = {"scheduler": "scheduler", "dag_processor": "dag-processor", "triggerer": "triggerer"}


@dataclass(slots=True)
class Supervision:
    """Watches the programs of an installation; `program` tells how one is started."""

    programs: Programs
    cluster: Cluster
    program: Callable[[str], Program]
    health: Callable[[], dict[str, str]]  # of Airflow's processes; empty while the api-server does not answer
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _started: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _ended: dict[str, float] = field(default_factory=dict)  # when it was first seen
    _silent: dict[str, int] = field(default_factory=dict)
    _looked_for_life: float = 0.0

    def watch(self) -> None:
        """Look again and again, until a signal comes; ProgramFailed when the database does not come back."""
        self._looked_for_life = self.clock()
        with suppress(KeyboardInterrupt):
            while True:
                self.sleep(LOOK_SECONDS)
                self.look()

    def look(self) -> None:
        """One look at everything."""
        self.bring_database_back()
        for name in self.programs.ended():
            self._start_again(name)
        if self.clock() - self._looked_for_life >= LOOK_FOR_LIFE_SECONDS:
            self._looked_for_life = self.clock()
            self._end_the_silent()

    def bring_database_back(self) -> None:
        """Start PostgreSQL when it has ended. ProgramFailed, with the end of its log, when it does not start."""
        if self.cluster.is_alive():
            return
        say("PostgreSQL ended (killed, or out of memory or disk); starting it again")
        last: PostgresFailed | None = None
        for _ in range(DATABASE_TRIES):
            try:
                self.cluster.start()
            except PostgresFailed as error:
                last = error
                self.sleep(LOOK_SECONDS)
            else:
                say("PostgreSQL is back.")
                return
        raise ProgramFailed(f"PostgreSQL ended and does not start, so everything else is ended too.\n{last}")

    def _start_again(self, name: str) -> None:
        """Start a program that has ended; one that fails at its start waits longer each time."""
        ended = self._ended.setdefault(name, self.clock())
        if ended - self._started.get(name, float("-inf")) > SETTLED_SECONDS:
            self._failures[name] = 0
        if self._failures[name] and self.clock() - ended < self._pause(name):
            return
        self._failures[name] += 1
        say(f"{name} ended; starting it again (if it fails at its start, then once more in {self._pause(name):.0f} s)")
        self._restart(name)

    def _pause(self, name: str) -> float:
        return min(LOOK_SECONDS * 2.0 ** self._failures.get(name, 0), LONGEST_PAUSE_SECONDS)

    def _restart(self, name: str) -> None:
        self._started[name] = self.clock()
        self._ended.pop(name, None)
        self._silent.pop(name, None)
        self.programs.stop(name)  # and the last of its own children
        self.programs.start(self.program(name))

    def _end_the_silent(self) -> None:
        """Start again what runs but has given no sign of life in several looks: stopped, or caught in itself."""
        health = self.health()
        silent = {f"airflow-{component}" for told, component in COMPONENT_OF.items() if health.get(told) == "unhealthy"}
        if not health:
            silent.add("airflow-api-server")
        for name in [*self._silent]:
            if name not in silent:
                del self._silent[name]
        for name in sorted(silent & set(self.programs.running)):
            self._silent[name] = self._silent.get(name, 0) + 1
            if self._silent[name] >= SILENT_LOOKS:
                say(f"{name} runs but gives no sign of life; starting it again")
                self._restart(name)
