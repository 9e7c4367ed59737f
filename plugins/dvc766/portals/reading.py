"""The ways of reading a list that changes while it is read, and of asking many things at once.

A window is read by key set: always the first page from the last change time seen, so that a record
which moves to the end while we read is met there, and none is skipped. Only within one instant is a
page number used. Whatever is read in pages is read again until as many different records were seen
as the portal counts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from dvc766.portals.contract import Batch, Resource, Window
from dvc766.portals.errors import Cause, PortalUnavailable, RecordRejected
from dvc766.portals.json_body import Decoder
from dvc766.portals.normalise import RecordReader

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Marker = Callable[[Any], str]

PASSES = 5  # over pages that keep moving; afterwards the completeness check has the word
PAGES = 100_000  # more pages than this are a portal that never says "last"
TICK = timedelta(milliseconds=1)  # the finest change time the portals write
SMALLEST_PAGE = 10


class Page(NamedTuple):
    """One page: its records, the portal's own total, and whether it is the last."""

    items: list[Any]
    total: int | None
    is_last: bool


class CursorPage(NamedTuple):
    """One page of a list continued from the id of its last record."""

    items: list[Any]
    last_id: str | None


@dataclass
class Reading:
    """Batches, read as they are taken; then `declared`, the portal's own total asked after the last.

    Each batch carries what `decoder` found repeated since the batch before.
    """

    batches: Callable[[Reading], Iterator[Batch]]
    decoder: Decoder | None = None
    declared: int | None = None

    def __iter__(self) -> Iterator[Batch]:
        decoder = self.decoder
        if decoder is None:
            yield from self.batches(self)
            return
        for batch in self.batches(self):
            batch.repeated_keys += decoder.take_repeated_keys()
            yield batch
        if left := decoder.take_repeated_keys():  # found while the total was asked
            yield Batch(repeated_keys=left)


class PortalReader(Protocol):
    """A portal one can read from."""

    def read(self, resource: Resource, window: Window) -> Reading:
        """The resource's records that changed in the window; whole lists where it has no window.

        Taking a batch may raise PortalUnavailable or PortalRefused; a bad record is a rejection in
        its batch and stops nothing.
        """

    def first_change(self, resource: Resource, since: datetime | None) -> datetime | None:
        """When the first record changed at or after `since`, as the portal sorts them; None when none did.

        A hint for where to cut a long window, no proof that nothing changed before.
        """


def batch_of(reader: RecordReader, records: Iterable[Any]) -> Batch:
    """The records as rows and rejections."""
    batch = Batch()
    for record in records:
        batch.fetched += 1
        try:
            batch.rows.append(reader.read(record, batch.doubts))
        except RecordRejected as rejected:
            batch.rejections.append(rejected.rejection)
    return batch


def pages_until_complete(
    fetch: Callable[[int], Page], mark: Marker, seen: set[str] | None = None
) -> Iterator[list[Any]]:
    """The records of a paged list; what an earlier page already gave is left out.

    `mark` tells records apart. Rows may slip to a page that was already read, so the list is read
    again, at most PASSES times, until in one pass its total stood still and as many different
    records were met.
    """
    known = set() if seen is None else seen
    for _ in range(PASSES):
        met: set[str] = set()
        totals: set[int | None] = set()
        for number in range(PAGES):
            page = fetch(number)
            totals.add(page.total)
            marks = [mark(item) for item in page.items]
            fresh = [item for item, its in zip(page.items, marks, strict=True) if its not in known]
            if fresh:
                yield fresh
            known.update(marks)
            if page.is_last or met.issuperset(marks):  # or the portal repeats itself
                break
            met.update(marks)
        met.update(marks)
        if page.total is None or (len(totals) == 1 and len(met) >= page.total):
            return


class ChangedRecords:
    """The records of a resource that changed in a span of time, in the order of their change."""

    def __init__(self, fetch: Callable[[datetime | None, datetime | None, int], Page], reader: RecordReader) -> None:
        self._fetch = fetch
        self._reader = reader

    def between(self, start: datetime | None, end: datetime | None) -> Iterator[list[Any]]:
        """Half-open; an open side has no bound."""
        seen: set[str] = set()  # what was already given of the instant `start`
        while True:
            page = self._fetch(start, end, 0)
            versions = [self._reader.version(item) for item in page.items]
            marks = [_mark(item, version) for item, version in zip(page.items, versions, strict=True)]
            fresh = [item for item, mark in zip(page.items, marks, strict=True) if mark not in seen]
            if fresh:
                yield fresh
            if page.is_last or not page.items:
                return
            times = [time for _, time in versions if time is not None]
            if not times or times != sorted(times):  # the portal does not sort as asked
                yield from self._paged(start, end, seen.union(marks))
                return
            newest = datetime.fromisoformat(times[-1])
            if start is not None and newest <= start:
                if not self._fetch(start, start + TICK, 0).items:  # its filter is coarser than its clock
                    yield from self._paged(start, end, seen.union(marks))
                    return
                yield from self._paged(start, start + TICK, seen.union(marks))  # more than a page holds
                start, seen = start + TICK, set()
            else:
                start = newest
                seen = {mark for mark, (_, time) in zip(marks, versions, strict=True) if time == times[-1]}

    def _paged(self, start: datetime | None, end: datetime | None, seen: set[str]) -> Iterator[list[Any]]:
        def mark(item: Any) -> str:
            return _mark(item, self._reader.version(item))

        return pages_until_complete(lambda number: self._fetch(start, end, number), mark, seen)


def _mark(item: Any, version: tuple[str | None, str | None]) -> str:
    """The same record changed again is another one; so is every record without a readable key."""
    return repr(item) if version[0] is None else f"{version[0]} {version[1]}"


def cursor_pages(fetch: Callable[[str | None, int], CursorPage], size: int) -> Iterator[list[Any]]:
    """A list continued from its last id, until a page is empty or the id does not advance.

    Large pages fail at times: the page is halved, down to SMALLEST_PAGE, before giving up.
    """
    last: str | None = None
    used: set[str] = set()
    while True:
        try:
            page = fetch(last, size)
        except PortalUnavailable as failure:
            too_much = failure.cause is Cause.TIMEOUT or (failure.status or 0) >= 500
            if not too_much or size <= SMALLEST_PAGE:
                raise
            size = max(SMALLEST_PAGE, size // 2)
            continue
        if not page.items:
            return
        yield page.items
        if page.last_id is None or page.last_id in used:
            return
        last = page.last_id
        used.add(last)


def in_parallel(ask: Callable[[Asked], Answer], questions: Iterable[Asked], parallel: int) -> Iterator[Answer]:
    """The answers in the order of the questions, `parallel` of them being asked at a time."""
    if parallel <= 1:
        yield from map(ask, questions)
        return
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(parallel) as pool:
        try:
            for question in questions:
                waiting.append(pool.submit(ask, question))
                if len(waiting) > parallel:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
