"""The portal's own change time decides which state is the newest, whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from dvc766.portals.contract import Window
from tests.dvc766.warehouse.readings import Warehouse, rating, reading

Day = Callable[[int], datetime]

GOOD, BAD, BEST = "HÀI LÒNG", "KHÔNG HÀI LÒNG", "RẤT HÀI LÒNG"
VERSIONS = "select verdict, updated_at, is_stale, is_deleted from raw.provincial_portal__ratings order by version_id"


def test_an_older_state_is_kept_and_is_not_the_newest(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(5)), reading([rating("a", day(4), BAD)]))
    entry = warehouse.load(warehouse.ratings, Window(day(2), day(6)), reading([rating("a", day(3), GOOD)]))
    assert (entry.fetched, entry.stale, entry.changed, entry.unchanged) == (1, 1, 0, 0)
    assert warehouse.rows(VERSIONS) == [(BAD, day(4), False, False), (GOOD, day(3), True, False)]
    newer = warehouse.load(warehouse.ratings, Window(day(2), day(7)), reading([rating("a", day(4), BAD)]))
    assert (newer.unchanged, newer.changed) == (1, 0)  # compared with the newest, not with what came last


def test_a_state_that_is_kept_already_is_not_kept_twice(warehouse: Warehouse, day: Day) -> None:
    """The replica lags for nights: first with a state that was the newest once, then with one never seen."""
    warehouse.load(warehouse.ratings, Window(None, day(3)), reading([rating("a", day(2), GOOD)]))
    warehouse.load(warehouse.ratings, Window(day(2), day(5)), reading([rating("a", day(4), BAD)]))
    known = warehouse.load(warehouse.ratings, Window(day(2), day(6)), reading([rating("a", day(2), GOOD)]))
    never_seen = [
        warehouse.load(warehouse.ratings, Window(day(2), day(night)), reading([rating("a", day(3), BEST)]))
        for night in (7, 8)
    ]
    assert [entry.stale for entry in (known, *never_seen)] == [1, 1, 1]
    assert warehouse.rows(VERSIONS) == [
        (GOOD, day(2), False, False),
        (BAD, day(4), False, False),
        (BEST, day(3), True, False),
    ]


def test_an_older_state_does_not_bring_a_deleted_record_back_and_one_as_old_does(
    warehouse: Warehouse, day: Day
) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(5)), reading([rating("a", day(4), BAD)]))
    warehouse.load(warehouse.ratings, Window(None, day(6), sweep=True), reading([]))
    lagging = warehouse.load(warehouse.ratings, Window(day(2), day(7)), reading([rating("a", day(3), GOOD)]))
    back = warehouse.load(warehouse.ratings, Window(day(2), day(8)), reading([rating("a", day(4), BAD)]))
    assert (lagging.stale, back.changed) == (1, 1)
    assert [(stale, deleted) for _, _, stale, deleted in warehouse.rows(VERSIONS)] == [
        (False, False),
        (False, True),
        (True, False),
        (False, False),
    ]


@pytest.mark.parametrize("times", [(4, 4), (4, None), (None, 4), (3, 4)])
def test_of_equal_or_unknown_times_the_later_arrival_is_the_newest(
    warehouse: Warehouse, day: Day, times: tuple[int | None, int | None]
) -> None:
    def changed(moment: int | None, verdict: str) -> tuple[str | None, ...]:
        first, _, *rest = rating("a", day(4), verdict)
        return (first, None if moment is None else day(moment).isoformat(), *rest)

    warehouse.load(warehouse.ratings, Window(None, day(5)), reading([changed(times[0], GOOD)]))
    entry = warehouse.load(warehouse.ratings, Window(None, day(6)), reading([changed(times[1], BAD)]))
    assert (entry.changed, entry.stale) == (1, 0)


def test_the_same_state_with_an_older_time_is_unchanged(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(5)), reading([rating("a", day(4))]))
    entry = warehouse.load(warehouse.ratings, Window(None, day(6)), reading([rating("a", day(3))]))
    assert (entry.unchanged, entry.stale) == (1, 0)


def test_a_stale_version_is_not_what_a_tombstone_repeats(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(5)), reading([rating("a", day(4), BAD)]))
    warehouse.load(warehouse.ratings, Window(None, day(6)), reading([rating("a", day(3), GOOD)]))
    sweep = warehouse.load(warehouse.ratings, Window(None, day(7), sweep=True), reading([]))
    again = warehouse.load(warehouse.ratings, Window(None, day(8), sweep=True), reading([]))
    assert (sweep.deleted, again.deleted) == (1, 0)
    assert warehouse.rows(VERSIONS)[-1] == (BAD, day(4), False, True)
