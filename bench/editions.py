"""Editions: how long each product of a month takes, for both editions, in a province with twelve frozen months.

Each product is made by itself, of content that was read before; then the whole edition, from nothing to its folder.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench import growth, history
from bench.rounds import WrongSum, tell
from bench.server import Server
from dvc766.clock import month_before
from dvc766.reporting import products
from dvc766.reporting.editions import Edition
from dvc766.runs.editions import SITE, content_of, make_edition

MONTHS = 12  # frozen; two more are open
QUICK_MONTHS = 2
SITE_SECONDS, ALL_SECONDS = 60.0, 120.0  # promised: a site, both editions whole
READING, WHOLE = "reading what is published", "the edition, to its folder"
Taken = dict[Edition, dict[str, float]]  # seconds by what was done


def run(server: Server, months: int) -> str:
    """The table; WrongSum when nobody is ranked in the month."""
    province = growth.History(server, (months + 2) * history.PER_MONTH).warehouse
    month = month_before(month_before(history.MADE_AT.date()))  # the newest that is frozen
    taken: Taken = {edition: {} for edition in Edition}
    with tempfile.TemporaryDirectory(prefix="dvc766-editions-") as folder:
        settings = replace(province.settings, editions=Path(folder))
        for edition, seconds in taken.items():
            tell(f"making the {edition.value} edition of {month:%m/%Y}")
            with _timed(seconds, READING):
                publication = content_of(settings, month, 1)
            if len(publication.agencies) == 0:
                raise WrongSum(f"nobody is ranked in {month:%m/%Y}")
            for name in products.PRODUCTS:
                with _timed(seconds, name):
                    products.make(publication, edition, [name])
            with _timed(seconds, WHOLE):
                kept = make_edition(settings, month, 1, edition, tell)
            tell(f"{len(kept.files)} files, {sum(map(len, kept.files.values())) / 1e6:.0f} MB")
    return "\n".join(_lines(taken, len(publication.agencies), months))


@contextmanager
def _timed(seconds: dict[str, float], what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[what] = time.monotonic() - began


def _lines(taken: Taken, agencies: int, months: int) -> list[str]:
    site = max(seconds[SITE] for seconds in taken.values())
    everything = sum(seconds[WHOLE] for seconds in taken.values())
    return [
        f"\nThe editions of a month, {agencies} agencies, {months} frozen months; seconds by the clock",
        f"{'':28}" + "".join(f"{edition.value:>10}" for edition in taken),
        *(
            f"{what:28}" + "".join(f"{seconds[what]:10.1f}" for seconds in taken.values())
            for what in (READING, *products.PRODUCTS, WHOLE)
        ),
        f"a site within {SITE_SECONDS:.0f} s: {'yes' if site <= SITE_SECONDS else 'NO'};"
        f" both editions within {ALL_SECONDS:.0f} s: {'yes' if everything <= ALL_SECONDS else 'NO'}",
    ]
