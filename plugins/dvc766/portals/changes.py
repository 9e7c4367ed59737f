"""The records of a resource that changed in a span of time, read by key set.

Always the first page from the last change time seen is asked: a record that moves to the end while we
read is met there, and none is skipped. Only within one second is a page number used. This stands on two
parameters that the portal has to obey, the window and the order; both are looked at on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from dvc766.portals.contract import Doubt
from dvc766.portals.errors import Cause
from dvc766.portals.instants import read_instant
from dvc766.portals.normalise import RecordReader
from dvc766.portals.pages import Bound, ListCall, Page, pages_until_complete

SECOND = timedelta(seconds=1)  # the coarsest to which a portal may cut or round the bounds it is given

Fetch = Callable[[datetime | None, datetime | None, int], Page]
Version = tuple[str | None, str | None]


class ChangedRecords:
    """Reads what changed between two times, in the order of its change.

    On the wire, with a page size of 3 (`updated-from` is written with its date in front):

        updated-from=08:00, updated-to=17:00, page=0
            {"content": [{"id": "a", "updatedDate": "…T08:10:00.000+0700"},   totalElements 4, last false
                         {"id": "b", "updatedDate": "…T09:00:00.000+0700"},
                         {"id": "c", "updatedDate": "…T09:00:00.000+0700"}]}
        updated-from=09:00, updated-to=17:00, page=0                          a was changed again meanwhile
            {"content": [b, c, {"id": "a", "updatedDate": "…T09:30:00…"}]}    totalElements 4, last false
        updated-from=09:30, updated-to=17:00, page=0
            {"content": [a, {"id": "d", "updatedDate": "…T11:00:00…"}]}       totalElements 2, last true

    This gives a, b, c; then a as it is now; then d. The end is believed, because the page has room. Had
    it been full, one more round from 11:00 would have shown whether something follows: if so it is given,
    and a doubt is noted. Had the second page brought nothing new and not been the last, then 09:00 would
    hold more records than a page: that second is read by page numbers, and the next round begins after it.

    So each round gives a record that was not given before, or moves on by a second, or ends the reading.
    """

    def __init__(self, fetch: Fetch, reader: RecordReader, call: ListCall, doubts: list[Doubt]) -> None:
        """`doubts` takes what the portal said and did not hold. Errors name `call` and its parameters."""
        self._fetch = fetch
        self._reader = reader
        self._call = call
        self._doubts = doubts
        self._bound = Bound(call)

    def between(self, start: datetime | None, end: datetime | None) -> Iterator[list[Any]]:
        """Half-open; an open side has no bound.

        Raises PortalRefused at the first page with a record outside the window, or not in order. A record
        changed after `end` while we read is no excuse: the portal must not find it any more. A bound that
        the portal cuts or rounds to the second is obeyed: records up to a second outside are taken.
        """
        seen: dict[str, str | None] = {}  # what was given, with its change time, of the last second
        ended: set[str | None] | None = None  # the ids of a page that called itself the last
        while True:
            page, versions = self._look(start, end, 0)
            marks = [_mark(item, version) for item, version in zip(page.items, versions, strict=True)]
            fresh = [at for at, mark in enumerate(marks) if mark not in seen]
            if fresh:
                if ended is not None and end is not None and any(versions[at][0] not in ended for at in fresh):
                    self._doubts.append(Doubt("false_end", "record", versions[fresh[0]][0]))
                yield [page.items[at] for at in fresh]
            if not page.items or (page.is_last and not (fresh and page.is_full)):
                return
            changed = [time for _, time in versions]
            times = [time for time in changed if time is not None]
            if not times:  # unreadable change times: every one of these records is rejected
                yield from self._paged(start, end, {*seen, *marks})
                return
            newest = datetime.fromisoformat(times[-1])
            if fresh:
                start = newest
                edge = _text(newest - SECOND)
                given = chain(seen.items(), zip(marks, changed, strict=True))
                seen = {mark: time for mark, time in given if time is None or time >= edge}
                ended = {its_id for its_id, _ in versions} if page.is_last else None
                continue
            since = newest if start is None else max(start, newest)
            following = since.replace(microsecond=0) + SECOND
            yield from self._paged(since, following if end is None else min(following, end), set(seen))
            if end is not None and following >= end:
                return
            start, seen, ended = following, {}, None

    def _look(self, start: datetime | None, end: datetime | None, number: int) -> tuple[Page, list[Version]]:
        """A page, after it was found to be within the window and in order."""
        page = self._fetch(start, end, number)
        versions = [self._reader.version(item) for item in page.items]
        times = [time for _, time in versions if time is not None]
        if times:
            if start is not None and min(times) < _text(start - SECOND):
                raise self._broken(Cause.WINDOW, self._call.since, versions, min(times))
            if end is not None and max(times) >= _text(end + SECOND):
                raise self._broken(Cause.WINDOW, self._call.until, versions, max(times))
            ordered = sorted(times)
            if times != ordered:
                early = next(time for time, its in zip(times, ordered, strict=True) if time != its)
                raise self._broken(Cause.ORDER, self._call.sort, versions, early)
        self._bound.count(page.items, page.total)
        return page, versions

    def _broken(self, cause: Cause, parameter: str, versions: list[Version], time: str) -> Exception:
        """Names the parameter that is not obeyed, and the record and the field that show it."""
        resource = self._reader.resource
        source_id = next((its_id for its_id, its_time in versions if its_time == time), None)
        field = next(field.wire for field in resource.fields if field.column == resource.changed_at)
        return self._call.broken(cause, parameter, *([source_id[:60]] if source_id else []), f"{field} = {time}")

    def _paged(self, start: datetime | None, end: datetime | None, seen: set[str]) -> Iterator[list[Any]]:
        def mark(item: Any) -> str:
            return _mark(item, self._reader.version(item))

        def fetch(number: int) -> Page:
            return self._look(start, end, number)[0]

        return pages_until_complete(fetch, mark, Bound(self._call), seen=seen, doubts=self._doubts)


def _mark(item: Any, version: Version) -> str:
    """The same record changed again is another one; so is every record without a readable key."""
    return repr(item) if version[0] is None else f"{version[0]} {version[1]}"


def _text(instant: datetime) -> str:
    """The canonical text, whose order is the order of the instants."""
    return str(read_instant(instant.isoformat()))
