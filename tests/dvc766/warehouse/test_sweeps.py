"""What is gone is found at the end of a whole reading, also of one in slices, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import pytest

from dvc766.portals.contract import Rejection, Row, Window
from dvc766.warehouse.deletions import count_gone
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.run_life import finish_run
from dvc766.warehouse.sessions import RunRefused
from tests.dvc766.warehouse.readings import Warehouse, agency, rating, reading

Day = Callable[[int], datetime]

DELETED = "select rating_id from raw.provincial_portal__ratings where is_deleted order by 1"


@pytest.fixture
def known(warehouse: Warehouse, day: Day) -> Warehouse:
    """Ratings 1 to 9 are known, each changed on the day of its number."""
    rows = [rating(str(number), day(number)) for number in range(1, 10)]
    warehouse.load(warehouse.ratings, Window(None, day(10)), reading(rows))
    return warehouse


def sweep_slice(
    warehouse: Warehouse,
    run_id: int,
    span: tuple[datetime | None, datetime],
    rows: Iterable[Row],
    rejections: Iterable[Rejection] = (),
    *,
    last: bool = False,
) -> LedgerEntry:
    window = Window(*span, sweep=True, is_last=last)
    return warehouse.take(run_id, warehouse.ratings, window, reading(rows, rejections))


def present(day: Day, *numbers: int) -> list[Row]:
    return [rating(str(number), day(number)) for number in numbers]


def test_a_sweep_in_slices_deletes_what_no_slice_met(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    slices = [
        sweep_slice(known, run_id, (None, day(4)), present(day, 1, 3)),
        sweep_slice(known, run_id, (day(4), day(7)), present(day, 4, 5, 6)),
        sweep_slice(known, run_id, (day(7), day(11)), present(day, 7, 9), last=True),
    ]
    assert [entry.deleted for entry in slices] == [0, 0, 2]
    assert known.rows(DELETED) == [("2",), ("8",)]


def test_a_record_that_moves_while_it_is_swept_is_not_gone(known: Warehouse, day: Day) -> None:
    """2 was touched after our last reading, 5 changes between two slices, 6 after the end of the sweep."""
    run_id = known.start(day(11))
    sweep_slice(known, run_id, (None, day(4)), present(day, 1, 3))
    sweep_slice(known, run_id, (day(4), day(7)), present(day, 4))
    moved = [rating("2", day(8)), rating("5", day(10)), rating("6", day(12), "KHÔNG HÀI LÒNG")]
    last = sweep_slice(known, run_id, (day(7), day(11)), [*present(day, 7, 8, 9), *moved], last=True)
    assert (last.deleted, last.changed) == (0, 1)


def test_a_rejected_record_of_an_earlier_slice_is_not_gone(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    unreadable = Rejection("2", "rated_at", "unreadable", None, day(2))
    sweep_slice(known, run_id, (None, day(5)), present(day, 1, 4), [unreadable])
    last = sweep_slice(known, run_id, (day(5), day(11)), present(day, 5, 6, 7, 8, 9), last=True)
    assert last.deleted == 1
    assert known.rows(DELETED) == [("3",)]


def test_nothing_is_gone_while_a_record_without_a_readable_id_was_met(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    sweep_slice(known, run_id, (None, day(5)), present(day, 1), [Rejection(None, "rating_id", "unreadable")])
    assert sweep_slice(known, run_id, (day(5), day(11)), [], last=True).deleted == 0


def test_a_sweep_that_is_taken_up_again_remembers_its_earlier_slices(known: Warehouse, day: Day) -> None:
    first = known.start(day(11), "manual__1")
    sweep_slice(known, first, (None, day(5)), present(day, 1, 2, 3))
    finish_run(known.engine, first, "failed")
    second = known.start(day(11), "manual__1")
    last = sweep_slice(known, second, (day(4), day(11)), present(day, 5, 6, 7, 8, 9), last=True)
    assert (last.deleted, known.rows(DELETED)) == (1, [("4",)])


def test_a_sweep_whose_earlier_slices_are_forgotten_is_refused(known: Warehouse, day: Day) -> None:
    """Another sweep has begun meanwhile; or the server crashed, which empties landing."""
    first = known.start(day(11))
    sweep_slice(known, first, (None, day(5)), present(day, 1, 2, 3, 4))
    other = known.start(day(11))
    sweep_slice(known, other, (None, day(3)), present(day, 1, 2))
    with pytest.raises(RunRefused, match="có 4 bản ghi, nhưng chỉ còn nhớ 0"):
        sweep_slice(known, first, (day(5), day(11)), present(day, 5, 6, 7, 8, 9), last=True)
    assert known.rows(DELETED) == []


def test_an_incomplete_slice_of_a_sweep_deletes_nothing(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    window = Window(None, day(5), sweep=True, is_last=False)
    known.take(run_id, known.ratings, window, reading(present(day, 1), declared=4))
    assert sweep_slice(known, run_id, (day(5), day(11)), present(day, 5, 6, 7, 8, 9), last=True).deleted == 0


def test_what_would_be_deleted_is_counted_before(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    sweep_slice(known, run_id, (None, day(5)), present(day, 1, 2))
    window = Window(day(5), day(11), sweep=True)
    batch = known.land(run_id, known.ratings, window, reading(present(day, 5, 9)))
    assert count_gone(known.engine, known.portal, known.ratings, batch) == (5, 9)
    known.load(known.agencies, Window(None, day(11)), reading([agency(str(n)) for n in range(40)]))
    run_id = known.start(day(12))
    listed = known.land(run_id, known.agencies, Window(None, day(12)), reading([agency("1")]))
    assert count_gone(known.engine, known.portal, known.agencies, listed) == (39, 40)


def test_a_window_and_a_list_without_a_total_tell_nothing_about_deletions(known: Warehouse, day: Day) -> None:
    run_id = known.start(day(11))
    window = known.land(run_id, known.ratings, Window(day(5), day(11)), reading([]))
    sweep = known.land(run_id, known.ratings, Window(None, day(11), sweep=True), reading([], declared=None))
    for batch in (window, sweep):
        assert count_gone(known.engine, known.portal, known.ratings, batch) is None
