"""What changed in a window is read whole while it moves; a portal that does not obey the window is not believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from dvc766.portals.changes import ChangedRecords
from dvc766.portals.contract import Doubt, Field, Kind, Resource
from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.instants import LOCAL
from dvc766.portals.normalise import RecordReader
from dvc766.portals.pages import ListCall, Page

RESOURCE = Resource(
    "things",
    ("key",),
    (Field("key", "id", Kind.CODE, required=True), Field("updated_at", "updated", Kind.INSTANT, required=True)),
    changed_at="updated_at",
)
READER = RecordReader(RESOURCE, {})
START = datetime(2025, 7, 1, tzinfo=LOCAL)
END = START + timedelta(days=1)
CALL = ListCall("a_portal", "GET /things", "since", "until", "order")


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
        return Page(items, len(found), (number + 1) * self.size >= len(found), self.size)


def ids(pages: Iterator[list[Any]]) -> list[str]:
    return [item["id"] for item in chain.from_iterable(pages)]


def changed(fetch: Callable[..., Page], doubts: list[Doubt] | None = None) -> ChangedRecords:
    return ChangedRecords(fetch, READER, CALL, [] if doubts is None else doubts)


def read(portal: Portal, start: datetime | None = START, end: datetime | None = END) -> list[str]:
    return ids(changed(portal.fetch).between(start, end))


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

    assert set(ids(changed(coarse).between(START, END))) == set(portal.times)


Order = Callable[[list[Any]], list[Any]]


@pytest.mark.parametrize(
    "order",
    [
        lambda items: items[::-1],
        lambda items: [*items[1:], items[0]],
        lambda items: [*items[:-2], items[-1], items[-2]],
    ],
    ids=["newest first", "the first last", "the last two changed places"],
)
def test_records_out_of_order_break_the_contract_at_once(order: Order) -> None:
    portal = Portal({f"r{i:02}": i for i in range(23)})

    def disordered(start: datetime | None, end: datetime | None, number: int) -> Page:
        page = portal.fetch(start, end, number)
        return page._replace(items=order(page.items))

    with pytest.raises(PortalRefused) as caught:
        read_all(disordered)
    assert caught.value.cause is Cause.ORDER
    assert "GET /things · order · r" in str(caught.value)
    assert "updated = 2025-07-01T" in caught.value.message_vi
    assert portal.calls == 1


def read_all(fetch: Callable[..., Page], start: datetime | None = START, end: datetime | None = END) -> list[str]:
    return ids(changed(fetch).between(start, end))


def ignoring(portal: Portal, *parameters: str) -> Callable[..., Page]:
    """The portal, deaf to `since`, `until` or both."""

    def fetch(start: datetime | None, end: datetime | None, number: int) -> Page:
        return portal.fetch(None if "since" in parameters else start, None if "until" in parameters else end, number)

    return fetch


@pytest.mark.parametrize(
    ("ignored", "start", "end", "named", "calls"),
    [
        (("since", "until"), END, END + timedelta(days=1), "since · r00 · updated = 2025-07-01T00:00:00+07:00", 1),
        (("since",), START + timedelta(minutes=30), END, "since · r00 · updated = 2025-07-01T00:00:00+07:00", 1),
        (("until",), START, START + timedelta(minutes=2), "until · r03 · updated = 2025-07-01T00:03:00+07:00", 1),
        (("since", "until"), None, END, "since · r00 · updated = 2025-07-01T00:00:00+07:00", 2),
        (("until",), None, START + timedelta(minutes=30), "until · r33 · updated = 2025-07-01T00:33:00+07:00", 11),
        (("since",), None, None, "since · r00 · updated = 2025-07-01T00:00:00+07:00", 2),
    ],
)
def test_a_window_that_the_portal_does_not_obey_ends_the_reading_at_the_first_page_that_shows_it(
    ignored: tuple[str, ...], start: datetime | None, end: datetime | None, named: str, calls: int
) -> None:
    portal = Portal({f"r{i:02}": i for i in range(60)})
    with pytest.raises(PortalRefused) as caught:
        read_all(ignoring(portal, *ignored), start, end)
    assert caught.value.cause is Cause.WINDOW
    assert str(caught.value).startswith(f"a_portal: GET /things · {named}: ")
    assert "operator" in str(caught.value)
    assert "hỏi đơn vị vận hành" in caught.value.message_vi
    assert portal.calls <= calls


def test_bounds_cut_to_the_second_are_obeyed() -> None:
    portal = Portal({f"b{i:02}": 60 + i / 60_000 for i in range(50)} | {"z": 90.0})  # a millisecond apart

    def coarse(start: datetime | None, end: datetime | None, number: int) -> Page:
        cut = None if start is None else start.replace(microsecond=0)
        later = None if end is None else end.replace(microsecond=0) + timedelta(seconds=1)
        return portal.fetch(cut, later, number)

    assert set(read_all(coarse)) == set(portal.times)
    assert portal.calls < 40


@pytest.mark.parametrize("asked", [None, 500])  # the portal gives fewer than asked for
@pytest.mark.parametrize(("size", "total"), [(10, 1), (10, 10), (20, 1), (20, 20), (20, 0), (20, None)])
def test_an_end_that_is_none_and_a_total_that_is_too_small_lose_nothing(
    size: int, total: int | None, asked: int | None
) -> None:
    portal = Portal({f"r{i:03}": i for i in range(143)}, size)
    doubts: list[Doubt] = []

    def lying(start: datetime | None, end: datetime | None, number: int) -> Page:
        return portal.fetch(start, end, number)._replace(total=total, is_last=True, size=asked or size)

    assert ids(changed(lying, doubts).between(START, END)) == list(portal.times)
    assert doubts
    assert {(doubt.kind, doubt.field) for doubt in doubts} == {("false_end", "record")}
    assert doubts[0].source_id == f"r{size:03}"


@pytest.mark.parametrize(("count", "calls"), [(3, 1), (4, 2), (7, 3), (8, 3)])
def test_a_true_end_leaves_no_doubt_and_costs_one_call_where_the_page_was_full(count: int, calls: int) -> None:
    portal = Portal({f"r{i}": i for i in range(count)})
    doubts: list[Doubt] = []
    assert ids(changed(portal.fetch, doubts).between(START, END)) == list(portal.times)
    assert (portal.calls, doubts) == (calls, [])


def test_a_portal_that_never_says_last_is_left_when_nothing_new_comes() -> None:
    portal = Portal({f"r{i}": i for i in range(9)})
    fetch = lambda start, end, number: portal.fetch(start, end, number)._replace(is_last=False)  # noqa: E731
    assert read_all(fetch) == list(portal.times)
    assert portal.calls < 12


def test_a_portal_that_makes_up_records_is_left() -> None:
    calls: list[int] = []

    def inventing(start: datetime | None, end: datetime | None, number: int) -> Page:
        calls.append(number)
        when = (start or START).isoformat(timespec="milliseconds")
        return Page([{"id": f"{len(calls)}-{i}", "updated": when} for i in range(4)], 4, False)

    with pytest.raises(PortalRefused) as caught:
        read_all(inventing)
    assert caught.value.cause is Cause.ENDLESS
    assert len(calls) < 2_000


def test_unreadable_change_times_do_not_stop_the_reading() -> None:
    unreadable = [{"id": key, "updated": "?"} for key in "abc"]
    pages = [unreadable[:2], unreadable[2:]]
    given = read_all(lambda _s, _e, n: Page(pages[n], 3, n == 1))
    assert given == ["a", "b", "c"]


def test_duplicates_of_a_page_stay_for_the_ledger() -> None:
    item = {"id": "a", "updated": "2025-07-01T08:00:00"}
    assert ids(changed(lambda _s, _e, _n: Page([item, item], 1, True)).between(START, END)) == ["a"] * 2
