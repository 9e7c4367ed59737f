"""Rejected records are kept by reason, read again once their code is known, and resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dvc766.portals.contract import Field, Kind, Rejection, Window
from dvc766.warehouse.windows import next_window
from tests.dvc766.warehouse.readings import PROVINCE, Warehouse, agency, rating, reading

Day = Callable[[int], datetime]

OPEN = "select source_id, field, reason, code, changed_at from quarantine.records where resolved_run is null order by 1"


def _unknown(source_id: str, code: str, changed_at: datetime | None, field: str = "verdict") -> Rejection:
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


def test_a_window_goes_back_to_records_whose_code_is_known_by_now(warehouse: Warehouse, day: Day) -> None:
    def start(*known: str) -> datetime | None:
        codes = {"rating_verdict": frozenset(known)}
        return next_window(
            warehouse.engine, warehouse.portal, warehouse.ratings, PROVINCE, day(41), known_codes=codes
        ).start

    rejections = [_unknown("x", "TUYỆT", day(5)), _unknown("y", "TUYỆT", day(3)), _unknown("z", "TỆ", day(1))]
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], rejections))
    warehouse.load(warehouse.ratings, Window(day(23), day(40)), reading([rating("a", day(39))]))
    assert start("HÀI LÒNG") == day(33)
    assert start("HÀI LÒNG", "TUYỆT") == day(3)
    well = [rating("x", day(5), "TUYỆT"), rating("y", day(3), "TUYỆT")]
    warehouse.load(warehouse.ratings, Window(day(3), day(40)), reading(well))
    assert start("HÀI LÒNG", "TUYỆT") == day(33)


def test_a_record_without_a_change_time_sends_the_window_back_to_the_beginning(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], [_unknown("x", "TUYỆT", None)]))
    window = next_window(
        warehouse.engine, warehouse.portal, warehouse.ratings, PROVINCE, day(31),
        known_codes={"rating_verdict": frozenset({"TUYỆT"})},
    )  # fmt: skip
    assert window.start is None


def test_a_childs_code_counts_by_the_childs_code_set(warehouse: Warehouse, day: Day) -> None:
    child = Field("kind", "kind", Kind.CODE, code_set="kinds")
    resource = replace(
        warehouse.ratings, fields=(*warehouse.ratings.fields, Field("parts", "parts", Kind.CHILDREN, children=(child,)))
    )
    warehouse.load(warehouse.ratings, Window(None, day(30)), reading([], [_unknown("x", "K", day(2), "parts.kind")]))
    window = next_window(
        warehouse.engine, warehouse.portal, resource, PROVINCE, day(31), known_codes={"kinds": frozenset({"K"})}
    )
    assert window.start == day(2)
