"""Records ordered by the time of their last visible event at the simulated clock.

A window of change times is found by bisection, a page is a slice: serving does not depend on how
many records there are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from portal_simulator.faces.wire import from_milliseconds, milliseconds

RecordT = TypeVar("RecordT")
_POSITION_BITS = 24  # up to 16 million records of a kind
_POSITION = (1 << _POSITION_BITS) - 1


class Timeline(Generic[RecordT]):
    """Records of one kind, each with the sorted times of its events.

    `events_of` gives every time at which the portal's picture of the record changes; the first is
    its appearance. `removed_of` gives the time it was deleted, if ever.
    """

    def __init__(
        self,
        records: Sequence[RecordT],
        events_of: Callable[[RecordT], Iterable[datetime | None]],
        removed_of: Callable[[RecordT], datetime | None] = lambda _: None,
    ) -> None:
        self.records = records
        self._events = [
            array("q", sorted({milliseconds(at) for at in events_of(r) if at is not None})) for r in records
        ]
        self._removed_of = removed_of
        self._keys: list[int] = []
        self._times: dict[int, int] = {}  # positions whose time was moved by `touch`

    def set_clock(self, now: datetime, is_shown: Callable[[RecordT], bool] | None = None) -> None:
        """Show what had happened by `now`, records deleted by then left out."""
        now_ms = milliseconds(now)
        keys = []
        for position, (record, events) in enumerate(zip(self.records, self._events, strict=True)):
            seen = bisect_right(events, now_ms)
            if not seen or (is_shown is not None and not is_shown(record)):
                continue
            gone_at = self._removed_of(record)
            if gone_at is not None and gone_at <= now:
                continue
            at = max(events[seen - 1], self._times.get(position, 0))
            keys.append(at << _POSITION_BITS | position)
        keys.sort()
        self._keys = keys

    def forget_touches(self) -> None:
        """Undo every `touch`; takes effect with the next `set_clock`."""
        self._times.clear()

    def count(self, start: datetime | None = None, end: datetime | None = None) -> int:
        """How many records changed in [start, end)."""
        low, high = self._bounds(start, end)
        return high - low

    def page(
        self,
        start: datetime | None,
        end: datetime | None,
        offset: int,
        limit: int,
        *,
        descending: bool = False,
    ) -> list[tuple[datetime, RecordT]]:
        """Records that changed in [start, end), by (time, position), from `offset` on."""
        low, high = self._bounds(start, end)
        if descending:
            keys = self._keys[max(low, high - offset - limit) : max(low, high - offset)][::-1]
        else:
            keys = self._keys[low + offset : min(high, low + offset + limit)]
        return [(from_milliseconds(key >> _POSITION_BITS), self.records[key & _POSITION]) for key in keys]

    def positions(self, start: datetime | None, end: datetime | None, offset: int, limit: int) -> list[int]:
        """Positions of the records of an ascending page, for `touch`."""
        low, high = self._bounds(start, end)
        return [key & _POSITION for key in self._keys[low + offset : min(high, low + offset + limit)]]

    def is_touched(self, position: int) -> bool:
        """True when the record's change time was moved already."""
        return position in self._times

    def touch(self, position: int, old: datetime, new: datetime) -> None:
        """Give a record a later change time without any change of content."""
        key = milliseconds(old) << _POSITION_BITS | position
        at = bisect_left(self._keys, key)
        if at < len(self._keys) and self._keys[at] == key:
            del self._keys[at]
            self._times[position] = milliseconds(new)
            insort(self._keys, milliseconds(new) << _POSITION_BITS | position)

    def _bounds(self, start: datetime | None, end: datetime | None) -> tuple[int, int]:
        low = 0 if start is None else bisect_left(self._keys, milliseconds(start) << _POSITION_BITS)
        high = len(self._keys) if end is None else bisect_left(self._keys, milliseconds(end) << _POSITION_BITS)
        return low, max(low, high)
