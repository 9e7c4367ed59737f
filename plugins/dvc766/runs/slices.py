"""A long window cut into slices: short enough to be done again, each landed, judged and promoted by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Window

FirstChange = Callable[[datetime | None], datetime | None]
"""When the first record changed at or after a moment (None: ever); None when no record did."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One of the slices of a window."""

    window: Window
    number: int
    of: int

    @property
    def text(self) -> str:
        """Its place among the others, for people: `slice 3 of 25, to 2024-03-31`."""
        return f"slice {self.number} of {self.of}, to {self.window.end.astimezone(LOCAL_ZONE):%Y-%m-%d}"


def cut(window: Window, length: timedelta, first_change: FirstChange) -> Iterator[Slice]:
    """The slices of a window, oldest first, without a gap between them; a window of less than two lengths is one.

    The slices begin at local midnights, `length` apart. A window without a start is cut from the first record
    on, which the portal is asked for; the first slice keeps the open start, so a record that the portal
    forgot to mention is in it. Slices in which nothing changed are joined to the next one that has a record:
    a single record of 1970 costs no thousand empty slices.
    """
    start = first_change(None) if window.start is None else window.start
    if start is None:
        yield Slice(window, 1, 1)
        return
    first_edge = start.astimezone(LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    count = max(1, (window.end - first_edge) // length)
    number, since = 0, window.start
    while number < count:
        if number < count - 1:
            change = first_change(since) if number or window.start else start
            number = count - 1 if change is None else min(count - 1, max(number, (change - first_edge) // length))
        is_last = number == count - 1
        until = window.end if is_last else first_edge + (number + 1) * length
        yield Slice(Window(since, until, window.sweep, is_last and window.is_last), number + 1, count)
        number, since = number + 1, until
