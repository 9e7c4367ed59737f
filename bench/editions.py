"""Editions: how long each product of a month takes, for both editions, in a province with twelve frozen months.

The seconds of a product go from the moment at which its making is told to the next such moment; those of the last one
to the end, with the writing of the folder.
"""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import growth, history
from bench.rounds import WrongSum, tell
from bench.server import Server
from dvc766.clock import month_before
from dvc766.reporting.editions import Edition
from dvc766.runs.editions import SITE, content_of, make_edition

MONTHS = 12  # frozen; two more are open
QUICK_MONTHS = 2
SITE_SECONDS, ALL_SECONDS = 60.0, 120.0  # promised: a site, all products of both editions
_TOLD = re.compile(r"đang lập (\S+) \(")
_READING = "reading what is published"


@dataclass(slots=True)
class Laps:
    """Takes the lines that tell of progress, and knows how long each step took."""

    began: float = field(default_factory=time.monotonic)
    step: str = _READING
    seconds: dict[str, float] = field(default_factory=dict)

    def __call__(self, line: str) -> None:
        """A product's making begins."""
        found = _TOLD.search(line)
        self.begin(found[1] if found else line)

    def begin(self, step: str) -> None:
        """End the step at work and begin this one."""
        now = time.monotonic()
        self.seconds[self.step] = now - self.began
        self.step, self.began = step, now


def run(server: Server, months: int) -> str:
    """The table; WrongSum when nobody is ranked in the month."""
    province = growth.History(server, (months + 2) * history.PER_MONTH).warehouse
    month = month_before(month_before(history.MADE_AT.date()))  # the newest that is frozen
    taken: dict[Edition, Laps] = {}
    with tempfile.TemporaryDirectory(prefix="dvc766-editions-") as folder:
        settings = replace(province.settings, editions=Path(folder))
        publication = content_of(settings, month, 1)
        if len(publication.agencies) == 0:
            raise WrongSum(f"nobody is ranked in {month:%m/%Y}")
        for edition in Edition:
            tell(f"making the {edition.value} edition of {month:%m/%Y}")
            laps = taken[edition] = Laps()
            kept = make_edition(settings, month, 1, edition, laps)
            laps.begin("")
            tell(f"{len(kept.files)} files, {sum(map(len, kept.files.values())) / 1e6:.0f} MB")
    return "\n".join(_lines(taken, len(publication.agencies), months))


def _lines(taken: dict[Edition, Laps], agencies: int, months: int) -> list[str]:
    everything = sum(sum(laps.seconds.values()) for laps in taken.values())
    site = max(laps.seconds[SITE] for laps in taken.values())
    steps = list(dict.fromkeys(step for laps in taken.values() for step in laps.seconds))
    return [
        f"\nThe editions of a month, {agencies} agencies, {months} frozen months; seconds by the clock",
        f"{'':28}" + "".join(f"{edition.value:>10}" for edition in taken),
        *(f"{step:28}" + "".join(f"{laps.seconds.get(step, 0):10.1f}" for laps in taken.values()) for step in steps),
        f"{'together':28}" + "".join(f"{sum(laps.seconds.values()):10.1f}" for laps in taken.values()),
        f"a site within {SITE_SECONDS:.0f} s: {'yes' if site <= SITE_SECONDS else 'NO'};"
        f" both editions within {ALL_SECONDS:.0f} s: {'yes' if everything <= ALL_SECONDS else 'NO'}",
    ]
