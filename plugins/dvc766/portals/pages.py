"""Lists that come in pages: read until everything was met, and never longer than the list can be.

What a page says of the list (the last page, the total) is looked at again: a full page that calls itself
the last is followed by one more ask, a pass that met less than the total by another pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from dvc766.portals.contract import Doubt
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable

Marker = Callable[[Any], str]

PASSES = 5  # over pages that keep moving; afterwards the completeness check has the word
PAGES = 100_000  # of a list that tells no total
SPARE_PAGES = 1_000  # beyond ten times the pages that the total needs
SMALLEST_PAGE = 10


class Page(NamedTuple):
    """One page: its records, the portal's own total, whether it says it is the last, how many it can hold."""

    items: list[Any]
    total: int | None
    is_last: bool
    size: int | None = None  # None: whatever there is

    @property
    def is_full(self) -> bool:
        """True when the page may have been cut: it has no room left, or holds a round number of records,
        as it does where a portal gives fewer than it was asked for and does not say so."""
        held = len(self.items)
        return self.size is not None and held > 0 and (held >= self.size or held % 10 == 0)


class CursorPage(NamedTuple):
    """One page of a list continued from the id of its last record."""

    items: list[Any]
    last_id: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ListCall:
    """A list as messages name it: the portal, the call, and its parameters that have to be obeyed."""

    portal: str
    name: str  # POST /reporting/formalities
    since: str = ""  # changed at this time or after it
    until: str = ""  # changed before this time
    sort: str = ""

    def broken(self, cause: Cause, *details: str) -> PortalRefused:
        """The error that says so; the details name a parameter, a record, a field."""
        return PortalRefused(self.portal, " · ".join([self.name, *details]), cause)


class Bound:
    """Ends a reading that would not end by itself.

    Pages are counted: ten times as many as the largest total said so far needs, and SPARE_PAGES, may
    come; PAGES from a list that tells no total. More are a list that is made up as it is read.
    """

    def __init__(self, call: ListCall) -> None:
        self._call = call
        self._pages = self._total = 0
        self._length = 1

    def count(self, items: list[Any], total: int | None) -> None:
        """One more page came; ENDLESS when it is one too many."""
        self._pages += 1
        self._length = max(self._length, len(items))
        self._total = max(self._total, total or 0)
        most = SPARE_PAGES + 10 * -(-self._total // self._length) if self._total else PAGES
        if self._pages > most:
            raise self._call.broken(Cause.ENDLESS)


def pages_until_complete(
    fetch: Callable[[int], Page],
    mark: Marker,
    bound: Bound,
    *,
    seen: set[str] | None = None,
    doubts: list[Doubt] | None = None,
) -> Iterator[list[Any]]:
    """The records of a paged list; what an earlier page already gave is left out.

    `mark` tells records apart. Rows may slip to a page that was already read, so the list is read
    again, at most PASSES times, until in one pass its total stood still and as many different
    records were met:

        pass 1: page 0 [a b c], d slips to page 0, page 1 [e f], total 6     gives a b c, e f
        pass 2: page 0 [d a b], page 1 [c e f], total 6                      gives d; six were met

    Every page but a pass's last brings a record that the pass had not met, and `bound` counts them.
    """
    known = set() if seen is None else seen
    for _ in range(PASSES):
        met: set[str] = set()
        totals: set[int | None] = set()
        number, is_over = 0, False
        while True:
            page = fetch(number)
            bound.count(page.items, page.total)
            totals.add(page.total)
            marks = [mark(item) for item in page.items]
            fresh = [item for item, its in zip(page.items, marks, strict=True) if its not in known]
            if fresh:
                if is_over and doubts is not None:
                    doubts.append(Doubt("false_end", "record", None))
                yield fresh
            is_repeated = met.issuperset(marks)  # nothing came, or the portal repeats itself
            known.update(marks)
            met.update(marks)
            is_over = page.is_last
            if is_repeated or (page.is_last and not page.is_full):
                break
            number += 1
        if page.total is None or (len(totals) == 1 and len(met) >= page.total):
            return


def cursor_pages(fetch: Callable[[str | None, int], CursorPage], size: int, bound: Bound) -> Iterator[list[Any]]:
    """A list continued from its last id, until a page is empty, repeats the page before, or its id was used.

    Large pages fail at times: the page is halved, down to SMALLEST_PAGE, before giving up.
    """
    last: str | None = None
    used: set[str] = set()
    before: list[Any] = []
    while True:
        try:
            page = fetch(last, size)
        except PortalUnavailable as failure:
            too_much = failure.cause is Cause.TIMEOUT or (failure.status or 0) >= 500
            if not too_much or size <= SMALLEST_PAGE:
                raise
            size = max(SMALLEST_PAGE, size // 2)
            continue
        bound.count(page.items, page.total)
        if not page.items or page.items == before:
            return
        yield page.items
        if page.last_id is None or page.last_id in used:
            return
        last, before = page.last_id, page.items
        used.add(last)
