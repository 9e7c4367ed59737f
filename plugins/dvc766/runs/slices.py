"""A long window cut into slices: short enough to be done again, each landed, judged and promoted by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Glance, Window

Look = Callable[[datetime | None, datetime | None], Glance]
"""What the portal says of the records that changed from a moment on (None: ever) and before another (None: open)."""


@dataclass(frozen=True, slots=True)
class SliceSize:
    """How long a slice is, and how many records it may hold when it is joined with those that follow."""

    length: timedelta
    records: int


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


def cut(window: Window, size: SliceSize, look: Look) -> Iterator[Slice]:
    """The slices of a window, oldest first, without a gap between them; a window of less than two lengths is one.

    Slices begin at local midnights, a length apart. Those that hold few records together are one: a resource
    with a hundred records a month costs no slice for each month, and a single record of 1970 no thousand
    empty ones. For instance, of 24 months with 9,000 dossiers each, and at most 20,000 in a slice:

        slice 2 of 24, to 2024-02-29     18,000 dossiers
        slice 4 of 24, to 2024-04-30     18,000 dossiers, and so on

    A window without a start is cut from the first record on, which the portal is asked for; the first slice
    keeps the open start, so a record that the portal forgot to mention is in it.
    """
    start = look(None, None).first_change if window.start is None else window.start
    if start is None:
        yield Slice(window, 1, 1)
        return
    edges = _Edges(start, window.end, size.length)
    if edges.count == 1:
        yield Slice(window, 1, 1)
        return
    done, since = 0, window.start
    while done < edges.count:
        upto = _end_of_slice(edges, done, since, size.records, look)
        is_last = upto == edges.count
        until = window.end if is_last else edges.at(upto)
        yield Slice(Window(since, until, window.sweep, is_last and window.is_last), upto, edges.count)
        done, since = upto, until


@dataclass(frozen=True, slots=True)
class _Edges:
    """The local midnights at which a window may be cut; the last piece is up to two lengths long."""

    start: datetime
    end: datetime
    length: timedelta

    @property
    def count(self) -> int:
        return max(1, (self.end - self._midnight) // self.length)

    def at(self, number: int) -> datetime:
        return self._midnight + number * self.length

    def next_after(self, moment: datetime, number: int) -> int:
        """The first edge behind a moment; one after the edge `number` in any case."""
        return min(self.count, max(number, (moment - self._midnight) // self.length) + 1)

    @property
    def _midnight(self) -> datetime:
        return self.start.astimezone(LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def _end_of_slice(edges: _Edges, done: int, since: datetime | None, most: int, look: Look) -> int:
    """The edge at which the slice that begins behind the edge `done` ends."""
    upto = done
    while upto < edges.count:
        change = look(since if upto == done else edges.at(upto), None).first_change
        if change is None:  # nothing follows
            return edges.count
        wider = edges.next_after(change, upto)
        total = look(since, None if wider == edges.count else edges.at(wider)).total
        if total is None or total > most:
            return wider if upto == done else upto
        upto = wider
    return upto
