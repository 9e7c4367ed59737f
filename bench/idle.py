"""Idle: what a running `./run up` costs while nothing is scheduled, by process, in CPU and memory.

CPU is the seconds that the kernel charged to a program and to all it started, ended ones too. Memory is the
proportional share (PSS), so that pages which several hold are counted once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from bench.rounds import tell
from local_stack import installation
from local_stack.processes import members, remembered_sessions

SECONDS = 120
AIM_PERCENT = 5.0  # of one core, all together
DATABASE = "postgresql"
SUPERVISOR = "supervisor"


class NothingRuns(RuntimeError):
    """There is no running installation to measure."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program has used so far, and holds now."""

    cpu_seconds: float
    bytes_held: int


def run(seconds: int = SECONDS) -> str:
    """The table of a span of so many seconds; NothingRuns without a running `./run up`."""
    leaders = _leaders()
    before, begin = _costs(leaders), time.monotonic()
    tell(f"watching {', '.join(leaders)} for {seconds} s")
    time.sleep(seconds)
    span, after = time.monotonic() - begin, _costs(leaders)
    percent = {name: 100 * (after[name].cpu_seconds - before[name].cpu_seconds) / span for name in leaders}
    lines = [f"\nIdle for {span:.0f} s: percent of one core, memory", ""]
    lines += [f"{name:<24}{percent[name]:6.2f} %{after[name].bytes_held / 1e6:9.0f} MB" for name in leaders]
    held = sum(cost.bytes_held for cost in after.values())
    lines.append(
        f"{'all':<24}{sum(percent.values()):6.2f} %{held / 1e6:9.0f} MB   (aim: {AIM_PERCENT:.0f} % and 8 GiB)"
    )
    return "\n".join(lines)


def _leaders() -> dict[str, int]:
    """The process at the head of each program's session, by name."""
    known = remembered_sessions()
    if SUPERVISOR not in known:
        raise NothingRuns("There is no running installation.\nNext: ./run up in another terminal, then this again.")
    cluster = installation.embedded(installation.database_in_use()).cluster
    return known | {DATABASE: int((cluster.data / "postmaster.pid").read_text().splitlines()[0])}


def _costs(leaders: Mapping[str, int]) -> dict[str, Cost]:
    return {name: _cost(name, leader) for name, leader in leaders.items()}


def _cost(name: str, leader: int) -> Cost:
    pids = [leader] if name == SUPERVISOR else members([leader])  # the others are sessions of their own
    if name == DATABASE:
        pids = [leader, *(child.pid for child in psutil.Process(leader).children(recursive=True))]
    cpu, held = 0.0, 0
    for pid in pids:
        try:
            process = psutil.Process(pid)
            used = process.cpu_times()
            cpu += used.user + used.system
            if name != SUPERVISOR:  # its ended children are the other programs
                cpu += used.children_user + used.children_system
            held += process.memory_full_info().pss
        except psutil.Error:
            continue
    return Cost(cpu, held)
