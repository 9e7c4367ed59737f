"""A long window in slices: without a gap, from the first record on, and none for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Glance, Window
from dvc766.runs.slices import Look, Slice, SliceSize, cut

MONTH = SliceSize(timedelta(days=31), records=1)  # a record a day: no two months are joined
END = datetime(2026, 1, 1, 0, 30, tzinfo=LOCAL_ZONE)


def portal(*changes: datetime, tells_total: bool = True) -> Look:
    """A portal with a record for each of the changes."""

    def look(since: datetime | None, until: datetime | None) -> Glance:
        found = [at for at in changes if (since is None or at >= since) and (until is None or at < until)]
        return Glance(min(found, default=None), len(found) if tells_total else None)

    return look


def daily(days: int) -> Look:
    """A record every day."""
    return portal(*(END - timedelta(days=number) for number in range(1, days)))


def spans(slices: list[Slice]) -> list[tuple[datetime | None, datetime]]:
    return [(one.window.start, one.window.end) for one in slices]


def test_a_window_shorter_than_two_slices_is_one_and_asks_nothing() -> None:
    def never(*_: datetime | None) -> Glance:
        raise AssertionError("asked")

    for days in (1, 4, 31, 61):
        window = Window(END - timedelta(days=days), END)
        assert list(cut(window, MONTH, never)) == [Slice(window, 1, 1)]


def test_two_years_are_months_that_begin_at_midnight() -> None:
    start = END - timedelta(days=730)
    slices = list(cut(Window(start, END), MONTH, daily(730)))
    assert [(one.number, one.of) for one in slices] == [(number, 23) for number in range(1, 24)]
    assert [one.window.is_last for one in slices] == [False] * 22 + [True]
    assert {one.window.end.time().isoformat() for one in slices[:-1]} == {"00:00:00"}
    assert slices[0].text == "slice 1 of 23, to 2024-02-02"


def test_months_with_few_records_are_one_slice_up_to_the_most_it_may_hold() -> None:
    start = END - timedelta(days=730)
    slices = list(cut(Window(start, END), SliceSize(MONTH.length, records=70), daily(731)))
    assert [one.number for one in slices] == [*range(2, 23, 2), 23]
    held = [daily(731)(one.window.start, one.window.end).total or 0 for one in slices]
    assert sum(held) == 730
    assert max(held) <= 70


def test_a_resource_with_fewer_records_than_a_slice_may_hold_is_one() -> None:
    [only] = cut(Window(None, END), SliceSize(MONTH.length, records=1000), daily(730))
    assert (only.window, only.number) == (Window(None, END), only.of)


def test_of_a_portal_that_tells_no_total_no_slices_are_joined() -> None:
    days = [END - timedelta(days=number) for number in range(1, 200)]
    slices = list(cut(Window(None, END), SliceSize(MONTH.length, records=1000), portal(*days, tells_total=False)))
    assert [one.number for one in slices] == [1, 2, 3, 4, 5, 6]


def test_without_a_start_the_first_record_says_where_to_cut_and_the_start_stays_open() -> None:
    first = END - timedelta(days=100)
    slices = list(cut(Window(None, END), MONTH, portal(first, END - timedelta(days=60), END - timedelta(days=20))))
    assert slices[0].window.start is None
    assert slices[0].window.end == first.replace(hour=0, minute=0) + MONTH.length
    assert [one.of for one in slices] == [3, 3, 3]


def test_a_portal_without_records_is_one_slice() -> None:
    assert list(cut(Window(None, END), MONTH, portal())) == [Slice(Window(None, END), 1, 1)]


def test_one_record_of_1970_costs_two_slices_and_not_six_hundred() -> None:
    old = datetime(1970, 1, 1, 7, tzinfo=LOCAL_ZONE)
    slices = list(cut(Window(None, END), MONTH, portal(old, END - timedelta(days=10))))
    assert len(slices) == 2
    assert slices[0].window.end.year == 1970


def test_the_slices_of_a_sweep_are_a_sweep_and_only_the_last_is_last() -> None:
    slices = list(cut(Window(None, END, sweep=True), MONTH, daily(200)))
    assert all(one.window.sweep for one in slices)
    assert [one.window.is_last for one in slices] == [False] * (len(slices) - 1) + [True]


def test_no_slice_of_days_that_are_read_again_is_last() -> None:
    window = Window(END - timedelta(days=200), END - timedelta(days=100), is_last=False)
    assert not any(one.window.is_last for one in cut(window, MONTH, daily(300)))


@given(
    start=st.none() | st.integers(0, 2000),
    length=st.integers(1, 400),
    records=st.integers(1, 6),
    changes=st.lists(st.integers(0, 2000), max_size=12),
    is_sorted=st.booleans(),
)
def test_slices_leave_no_gap_and_no_overlap(
    start: int | None, length: int, records: int, changes: list[int], is_sorted: bool
) -> None:
    """Also where the portal's hint is wrong, as that of one that does not sort."""
    times = [END - timedelta(days=number, hours=number % 24) for number in changes]
    right = portal(*times)
    look = right if is_sorted else lambda *_: replace(right(None, None), first_change=times[0] if times else None)
    window = Window(None if start is None else END - timedelta(days=start, hours=3), END)
    slices = list(cut(window, SliceSize(timedelta(days=length), records), look))
    found = spans(slices)
    assert found[0][0] == window.start
    assert found[-1][1] == window.end
    assert all(earlier[1] == later[0] for earlier, later in pairwise(found))
    assert all(begin is None or begin < end for begin, end in found[1:])


@pytest.mark.parametrize("hours", [1, 30])
def test_a_first_record_after_the_end_is_one_slice(hours: int) -> None:
    window = Window(None, END)
    assert list(cut(window, MONTH, portal(END + timedelta(hours=hours)))) == [Slice(window, 1, 1)]
