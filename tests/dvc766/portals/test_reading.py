"""Lists that move while they are read are read whole; what cannot be read whole is not hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from dvc766.portals.contract import Field, Kind, Resource
from dvc766.portals.instants import LOCAL
from dvc766.portals.normalise import RecordReader
from dvc766.portals.reading import (
    PASSES,
    ChangedRecords,
    Page,
    Reading,
    batch_of,
    pages_until_complete,
)

RESOURCE = Resource(
    "things",
    ("key",),
    (Field("key", "id", Kind.CODE, required=True), Field("updated_at", "updated", Kind.INSTANT, required=True)),
    changed_at="updated_at",
)
READER = RecordReader(RESOURCE, {})
START = datetime(2025, 7, 1, tzinfo=LOCAL)
END = START + timedelta(days=1)


class Portal:
    """Records with change times; sorted, cut and paged as the gateway does, and changeable meanwhile."""

    def __init__(self, minutes: dict[str, float], size: int = 4) -> None:
        self.times = {key: START + timedelta(minutes=minute) for key, minute in minutes.items()}
        self.size = size
        self.calls = 0
        self.meanwhile: Callable[[Portal], None] = lambda _: None

    def fetch(self, start: datetime | None, end: datetime | None, number: int) -> Page:
        self.calls += 1
        assert self.calls < 1000, "the reading does not end"
        found = sorted(
            (time, key)
            for key, time in self.times.items()
            if (start is None or time >= start) and (end is None or time < end)
        )
        cut = found[number * self.size : (number + 1) * self.size]
        items = [{"id": key, "updated": time.isoformat(timespec="milliseconds")} for time, key in cut]
        self.meanwhile(self)
        return Page(items, len(found), (number + 1) * self.size >= len(found))


def ids(pages: Iterator[list[Any]]) -> list[str]:
    return [item["id"] for item in chain.from_iterable(pages)]


def read(portal: Portal, start: datetime | None = START, end: datetime | None = END) -> list[str]:
    return ids(ChangedRecords(portal.fetch, READER).between(start, end))


def test_every_record_is_read_once_and_in_order() -> None:
    portal = Portal({f"r{i:02}": i for i in range(23)})
    assert read(portal) == [f"r{i:02}" for i in range(23)]
    assert portal.calls < 10


def test_an_empty_window_takes_one_call() -> None:
    portal = Portal({})
    assert (read(portal), portal.calls) == ([], 1)


def test_the_window_is_half_open() -> None:
    portal = Portal({"before": -1, "first": 0, "last": 1439.99, "after": 1440})
    assert read(portal) == ["first", "last"]


def test_a_window_may_have_no_bounds() -> None:
    portal = Portal({f"r{i:02}": i * 100 - 1000 for i in range(40)})
    assert len(set(read(portal, None, None))) == 40


@pytest.mark.parametrize("count", [4, 5, 8, 9, 30])
def test_a_burst_of_one_instant_larger_than_a_page_is_read_whole(count: int) -> None:
    burst = {f"b{i:02}": 60.0 for i in range(count)}
    around = {f"a{i}": float(i) for i in range(5)} | {f"z{i}": 100.0 + i for i in range(5)}
    portal = Portal(burst | around)
    assert sorted(read(portal)) == sorted(portal.times)


def test_a_window_that_is_one_burst_is_read_whole() -> None:
    portal = Portal({f"b{i:02}": 0.0 for i in range(11)})
    assert sorted(read(portal)) == sorted(portal.times)


def test_records_changed_while_reading_are_not_lost() -> None:
    """With page numbers, each record that leaves the pages already read hides one of the next page."""
    portal = Portal({f"r{i:02}": i for i in range(40)})
    touched: list[str] = []

    def touch_the_oldest(portal: Portal) -> None:
        oldest = min((key for key in portal.times if key not in touched), key=lambda key: portal.times[key])
        if len(touched) < 15:
            touched.append(oldest)
            portal.times[oldest] = START + timedelta(minutes=500 + len(touched))

    portal.meanwhile = touch_the_oldest
    assert set(read(portal)) == set(portal.times)


def test_a_record_changed_again_is_given_again() -> None:
    portal = Portal({f"r{i}": i for i in range(6)})

    def touch(portal: Portal) -> None:
        portal.times["r0"] = START + timedelta(minutes=50)

    portal.meanwhile = touch
    assert read(portal).count("r0") == 2


def test_records_leaving_a_burst_do_not_hide_others() -> None:
    portal = Portal({f"b{i:02}": 60.0 for i in range(20)})
    left = [f"b{i:02}" for i in range(6)]

    def leave(portal: Portal) -> None:
        if left and portal.calls > 2:
            portal.times[left.pop()] = END + timedelta(minutes=1)

    portal.meanwhile = leave
    given = set(read(portal))
    assert not left
    assert {key for key, time in portal.times.items() if time < END} <= given


def test_a_filter_coarser_than_the_clock_loses_nothing() -> None:
    """A portal that cuts the bounds to seconds finds nothing within a millisecond."""
    portal = Portal({f"b{i:02}": 60.0 for i in range(9)} | {"z": 90.0})
    fetch = portal.fetch

    def coarse(start: datetime | None, end: datetime | None, number: int) -> Page:
        bounds = [None if b is None else b.replace(microsecond=0) for b in (start, end)]
        return fetch(bounds[0], bounds[1], number)

    assert set(ids(ChangedRecords(coarse, READER).between(START, END))) == set(portal.times)


def test_a_portal_that_does_not_sort_as_asked_is_paged() -> None:
    portal = Portal({f"r{i:02}": i for i in range(23)})

    def descending(start: datetime | None, end: datetime | None, number: int) -> Page:
        portal.size = 1000
        everything = portal.fetch(start, end, 0).items[::-1]
        return Page(everything[number * 4 : number * 4 + 4], len(everything), (number + 1) * 4 >= len(everything))

    assert sorted(ids(ChangedRecords(descending, READER).between(START, END))) == sorted(portal.times)


def test_unreadable_change_times_do_not_stop_the_reading() -> None:
    unreadable = [{"id": key, "updated": "?"} for key in "abc"]
    pages = [unreadable[:2], unreadable[2:]]
    given = ids(ChangedRecords(lambda _s, _e, n: Page(pages[n], 3, n == 1), READER).between(START, END))
    assert given == ["a", "b", "c"]


def test_duplicates_of_a_page_stay_for_the_ledger() -> None:
    item = {"id": "a", "updated": "2025-07-01T08:00:00"}
    assert ids(ChangedRecords(lambda _s, _e, _n: Page([item, item], 1, True), READER).between(START, END)) == ["a"] * 2


def test_pages_are_read_again_until_all_are_seen() -> None:
    rows = list("abcdefgh")
    moved = False

    def fetch(number: int) -> Page:
        nonlocal moved
        page = Page(rows[number * 3 : number * 3 + 3], len(rows), number == 2)
        if number == 0 and not moved:  # "d" slips onto the page already read
            rows.insert(0, rows.pop(3))
            moved = True
        return page

    assert sorted(chain.from_iterable(pages_until_complete(fetch, str))) == sorted("abcdefgh")


def test_a_total_that_is_never_reached_ends_after_some_passes() -> None:
    calls: list[int] = []

    def fetch(number: int) -> Page:
        calls.append(number)
        return Page(["a"], 2, True)

    assert list(pages_until_complete(fetch, str)) == [["a"]]
    assert len(calls) == PASSES


def test_a_page_that_repeats_for_ever_ends_the_pass() -> None:
    assert list(pages_until_complete(lambda _: Page(["a", "b"], None, False), str)) == [["a", "b"]]


def test_a_batch_counts_what_came_rejected_or_not() -> None:
    batch = batch_of(READER, [{"id": "a", "updated": "20250701080000"}, {"id": "b", "updated": "x"}, None])
    assert batch.rows == [("a", "2025-07-01T08:00:00+07:00")]
    assert [(r.source_id, r.field) for r in batch.rejections] == [("b", "updated_at"), (None, "record")]
    assert batch.fetched == len(batch.rows) + len(batch.rejections)


def test_the_total_is_known_after_the_last_batch() -> None:
    def batches(reading: Reading) -> Iterator[Any]:
        yield batch_of(READER, [])
        reading.declared = 7

    reading = Reading(batches)
    assert reading.declared is None
    list(reading)
    assert reading.declared == 7
