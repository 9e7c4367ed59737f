"""Rejected records are kept by reason, read again once their code is known, and resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from dvc766.portals.contract import Field, Kind, Rejection, Resource, Window
from dvc766.warehouse.windows import Reader, windows_to_read_again
from tests.dvc766.warehouse.readings import PROVINCE, Warehouse, agency, rating, reading

Day = Callable[[int], datetime]

OPEN = "select source_id, field, reason, code, changed_at from quarantine.records where resolved_run is null order by 1"


def _unknown(source_id: str | None, code: str, changed_at: datetime | None, field: str = "verdict") -> Rejection:
    return Rejection(source_id, field, "unknown_code", code, changed_at)


def test_a_rejection_is_counted_and_kept_once(warehouse: Warehouse, day: Day) -> None:
    rejection = _unknown("x", "TUYỆT", day(1))
    first = warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1))], [rejection] * 2))
    second = warehouse.load(warehouse.ratings, Window(day(1), day(3)), reading([], [rejection]))
    assert (first.fetched, first.new, first.quarantined, second.quarantined) == (3, 1, 2, 1)
    assert warehouse.rows(OPEN) == [("x", "verdict", "unknown_code", "TUYỆT", day(1))]
    assert warehouse.rows("select first_seen_run, last_seen_run from quarantine.records") == [
        (first.run_id, second.run_id)
    ]


def test_a_record_that_arrives_well_is_resolved(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading([], [_unknown("x", "TUYỆT", day(1))]))
    entry = warehouse.load(warehouse.ratings, Window(day(1), day(3)), reading([rating("x", day(1))]))
    assert warehouse.rows(OPEN) == []
    assert warehouse.rows("select resolved_run from quarantine.records") == [(entry.run_id,)]


def test_the_newer_of_a_good_and_a_rejected_copy_counts(warehouse: Warehouse, day: Day) -> None:
    rows = [rating("good later", day(2)), rating("bad later", day(1))]
    rejections = [_unknown("good later", "?", day(1)), _unknown("bad later", "?", day(2))]
    warehouse.load(warehouse.ratings, Window(None, day(3)), reading(rows, rejections))
    assert [row[0] for row in warehouse.rows(OPEN)] == ["bad later"]


def test_another_reason_takes_the_place_of_the_first(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading([], [_unknown("x", "TUYỆT", day(1))]))
    missing = Rejection("x", "rated_at", "missing", None, day(3))
    warehouse.load(warehouse.ratings, Window(day(2), day(4)), reading([], [missing]))
    assert warehouse.rows(OPEN) == [("x", "rated_at", "missing", None, day(3))]


def test_a_rejected_record_is_not_deleted_and_a_vanished_one_is_resolved(warehouse: Warehouse, day: Day) -> None:
    agencies = warehouse.agencies
    warehouse.load(agencies, Window(None, day(1)), reading([agency("1"), agency("2")]))
    unreadable = Rejection("2", "name_vi", "unreadable")
    rejected = warehouse.load(agencies, Window(None, day(2)), reading([agency("1")], [unreadable]))
    vanished = warehouse.load(agencies, Window(None, day(3)), reading([agency("1")]))
    assert (rejected.deleted, vanished.deleted) == (0, 1)
    assert warehouse.rows(OPEN) == []


def test_nothing_is_deleted_while_a_record_without_a_readable_id_is_about(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.agencies, Window(None, day(1)), reading([agency("1"), agency("2")]))
    nameless = Rejection(None, "agency_id", "unreadable")
    entry = warehouse.load(warehouse.agencies, Window(None, day(2)), reading([agency("1")], [nameless], declared=2))
    assert entry.deleted == 0


def _again(
    warehouse: Warehouse, before: datetime, *known: str, release: str | None = None, resource: Resource | None = None
) -> list[tuple[datetime | None, datetime]]:
    """The windows that are read again before `before` by a reader that knows these codes."""
    reader = Reader({"rating_verdict": frozenset(known)}, release)
    found = windows_to_read_again(
        warehouse.engine, warehouse.portal, resource or warehouse.ratings, PROVINCE, before, reader
    )
    assert not any(window.is_last for window in found)
    return [(window.start, window.end) for window in found]


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0)


def test_the_days_of_records_whose_code_is_known_by_now_are_read_again(warehouse: Warehouse, day: Day) -> None:
    rejections = [_unknown("x", "TUYỆT", day(5)), _unknown("y", "TUYỆT", day(3)), _unknown("z", "TỆ", day(1))]
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], rejections))
    warehouse.load(warehouse.ratings, Window(day(23), day(40)), reading([rating("a", day(39))]))
    assert _again(warehouse, day(33), "HÀI LÒNG") == []
    assert _again(warehouse, day(33), "HÀI LÒNG", "TUYỆT") == [
        (_midnight(day(3)), _midnight(day(4))),
        (_midnight(day(5)), _midnight(day(6))),
    ]
    well = [rating("x", day(5), "TUYỆT"), rating("y", day(3), "TUYỆT")]
    warehouse.load(warehouse.ratings, Window(day(3), day(40)), reading(well))
    assert _again(warehouse, day(33), "HÀI LÒNG", "TUYỆT") == []


def test_days_that_touch_are_read_in_one_go_and_what_the_next_window_holds_is_not(
    warehouse: Warehouse, day: Day
) -> None:
    rejections = [_unknown(str(n), "TUYỆT", day(n)) for n in (3, 4, 5, 8, 20, 25)]
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], rejections))
    assert _again(warehouse, day(20), "TUYỆT") == [
        (_midnight(day(3)), _midnight(day(6))),
        (_midnight(day(8)), _midnight(day(9))),
        (_midnight(day(20)), day(20)),
    ]


@pytest.mark.parametrize("reason", ["unreadable", "missing", "unknown_code"])
def test_a_release_reads_again_what_an_earlier_one_turned_away_once(
    warehouse: Warehouse, day: Day, reason: str
) -> None:
    rejection = Rejection("x", "rated_at", reason, None, day(5))
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], [rejection]), release="A")
    assert _again(warehouse, day(23), release="A") == []
    [(start, end)] = _again(warehouse, day(23), release="B")
    assert (start, end) == (_midnight(day(5)), _midnight(day(6)))
    warehouse.load(warehouse.ratings, Window(start, end), reading([], [rejection]), release="B")
    assert _again(warehouse, day(23), release="B") == []
    assert _again(warehouse, day(23), release="C") == [(start, end)]
    warehouse.load(warehouse.ratings, Window(start, end), reading([rating("x", day(5))]), release="C")
    assert warehouse.rows(OPEN) == []


def test_a_record_without_a_change_time_is_looked_for_where_it_was_seen(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(day(10), day(30)), reading([], [_unknown("x", "TUYỆT", None)]))
    assert _again(warehouse, day(29), "TUYỆT") == [(day(10), day(29))]


def test_a_record_first_seen_in_a_window_without_a_start_is_looked_for_from_the_beginning(
    warehouse: Warehouse, day: Day
) -> None:
    rejections = [_unknown("x", "TUYỆT", None), _unknown("y", "TUYỆT", day(4))]
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], rejections))
    assert _again(warehouse, day(29), "TUYỆT") == [(None, day(29))]


def test_a_rejected_record_that_is_no_more_where_it_was_is_resolved(warehouse: Warehouse, day: Day) -> None:
    rejections = [_unknown("x", "TUYỆT", day(5)), _unknown(None, "TUYỆT", day(6)), _unknown("y", "TUYỆT", day(15))]
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], rejections))
    warehouse.load(warehouse.ratings, Window(day(5), day(9)), reading([], declared=1))  # incomplete: says nothing
    assert len(warehouse.rows(OPEN)) == 3
    warehouse.load(warehouse.ratings, Window(day(5), day(9)), reading([]))
    assert [row[0] for row in warehouse.rows(OPEN)] == ["y"]


def test_a_childs_code_counts_by_the_childs_code_set(warehouse: Warehouse, day: Day) -> None:
    child = Field("kind", "kind", Kind.CODE, code_set="rating_verdict")
    resource = replace(
        warehouse.ratings, fields=(*warehouse.ratings.fields, Field("parts", "parts", Kind.CHILDREN, children=(child,)))
    )
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], [_unknown("x", "K", day(2), "parts.kind")]))
    assert _again(warehouse, day(23), "K", resource=resource) == [(_midnight(day(2)), _midnight(day(3)))]
    assert _again(warehouse, day(23), "L", resource=resource) == []
