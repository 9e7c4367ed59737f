"""The next window overlaps the last complete one and never leaves a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dvc766.portals.contract import Window
from dvc766.warehouse.windows import next_window
from tests.dvc766.warehouse.readings import PROVINCE, Warehouse, agency, rating, reading

Day = Callable[[int], datetime]


def _next(warehouse: Warehouse, as_of: datetime, **asked: object) -> Window:
    run_id = warehouse.start(as_of)
    return next_window(warehouse.engine, run_id, warehouse.portal, warehouse.ratings, PROVINCE, as_of, **asked)  # type: ignore[arg-type]


def test_the_first_window_starts_at_the_beginning_or_where_it_is_told(warehouse: Warehouse, day: Day) -> None:
    assert _next(warehouse, day(9)) == Window(None, day(9))
    assert _next(warehouse, day(9), window_from=day(2)) == Window(day(2), day(9))


def test_a_window_starts_the_overlap_before_the_last_one(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(20)), reading([]))
    assert _next(warehouse, day(21)) == Window(day(13), day(21))  # ratings overlap by seven days


def test_a_given_start_catches_up_but_skips_nothing(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(20)), reading([]))
    assert _next(warehouse, day(30), window_from=day(2)).start == day(2)
    assert _next(warehouse, day(30), window_from=day(25)).start == day(13)


def test_an_incomplete_window_is_read_again(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(20)), reading([]))
    warehouse.load(warehouse.ratings, Window(day(13), day(25)), reading([rating("a", day(22))], declared=2))
    assert _next(warehouse, day(26)) == Window(day(13), day(26))


def test_an_earlier_day_done_again_reads_its_own_window(warehouse: Warehouse, day: Day) -> None:
    for start, end in ((None, 20), (13, 30), (23, 40)):
        warehouse.load(warehouse.ratings, Window(None if start is None else day(start), day(end)), reading([]))
    assert _next(warehouse, day(30)) == Window(day(13), day(30))
    assert _next(warehouse, day(40)) == Window(day(23), day(40))


def test_lists_and_sweeps_are_read_whole(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(20)), reading([]))
    warehouse.load(warehouse.agencies, Window(None, day(20)), reading([agency("1")]))
    assert _next(warehouse, day(21), sweep=True) == Window(None, day(21), sweep=True)
    window = next_window(warehouse.engine, 0, warehouse.portal, warehouse.agencies, PROVINCE, day(21))
    assert window == Window(None, day(21))
