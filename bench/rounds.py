"""Rounds in which the things compared take turns, and the table of their medians."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from statistics import median


class WrongSum(AssertionError):
    """Two ways that must give the same gave something else: no time means anything then."""


def take_turns(ways: Mapping[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """Call each way once in each round with the round's number; the seconds that each reports.

    Every other round goes backwards, so that none always follows the same neighbour.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else list(ways)[::-1]:
            seconds[name].append(ways[name](number))
            tell(f"round {number + 1} of {rounds}: {name} {seconds[name][-1]:.3f} s")
    return seconds


def table(title: str, seconds: Mapping[str, list[float]], against: str, notes: Mapping[str, str]) -> str:
    """Median, range and ratio to `against` (median of the rounds' own ratios), one line for each."""
    lines = [f"\n{title}", f"{'':32}{'median s':>10}{'min':>9}{'max':>9}{'ratio':>8}  note"]
    for name, walls in seconds.items():
        ratio = median(wall / other for wall, other in zip(walls, seconds[against], strict=True))
        lines.append(
            f"{name:32}{median(walls):>10.3f}{min(walls):>9.3f}{max(walls):>9.3f}{ratio:>8.2f}  {notes.get(name, '')}"
        )
    return "\n".join(lines)


def tell(text: str) -> None:
    """Progress; stdout is kept for the tables."""
    print(f"bench: {text}", file=sys.stderr, flush=True)
