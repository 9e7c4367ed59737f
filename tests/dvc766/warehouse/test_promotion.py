"""What a promotion makes of a landed batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest
from psycopg import sql

from dvc766.portals.contract import Window
from dvc766.warehouse.promotion import promote
from dvc766.warehouse.promotion_sql import Statements
from dvc766.warehouse.sessions import RunRefused
from tests.dvc766.warehouse.readings import Pages, Warehouse, agency, page, rating, reading

Day = Callable[[int], datetime]


def test_a_first_batch_becomes_versions_known_from_the_windows_end(warehouse: Warehouse, day: Day) -> None:
    entry = warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1)), rating("b", day(1))]))
    assert (entry.fetched, entry.new, entry.known_from) == (2, 2, day(2))
    versions = warehouse.rows(
        "select province_code, rating_id, verdict, known_from, run_id, is_deleted"
        " from raw.provincial_portal__ratings order by version_id"
    )
    assert versions == [
        ("H44", "a", "HÀI LÒNG", day(2), entry.run_id, False),
        ("H44", "b", "HÀI LÒNG", day(2), entry.run_id, False),
    ]


def test_the_same_and_an_overlapping_window_add_nothing(warehouse: Warehouse, day: Day) -> None:
    rows = [rating("a", day(1)), rating("b", day(2))]
    warehouse.load(warehouse.ratings, Window(None, day(3)), reading(rows))
    before = warehouse.versions(warehouse.ratings)
    again = warehouse.load(warehouse.ratings, Window(None, day(3)), reading(rows))
    overlapping = warehouse.load(warehouse.ratings, Window(day(2), day(4)), reading(rows[1:]))
    assert warehouse.versions(warehouse.ratings) == before
    assert (again.unchanged, overlapping.unchanged) == (2, 1)


def test_a_change_is_a_version_and_a_mere_touch_is_none(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1)), rating("b", day(1))]))
    changed = rating("a", day(3), verdict="KHÔNG HÀI LÒNG")
    entry = warehouse.load(warehouse.ratings, Window(day(2), day(4)), reading([changed, rating("b", day(3))]))
    assert (entry.changed, entry.unchanged) == (1, 1)
    assert warehouse.rows(
        "select verdict, updated_at from raw.provincial_portal__ratings where rating_id = 'a' order by version_id"
    ) == [("HÀI LÒNG", day(1)), ("KHÔNG HÀI LÒNG", day(3))]


def test_of_duplicates_the_newest_counts(warehouse: Warehouse, day: Day) -> None:
    pages = Pages(
        page([rating("a", day(2), "KHÔNG HÀI LÒNG"), rating("a", day(1))]),
        page([rating("b", day(1)), rating("b", day(1), "RẤT HÀI LÒNG")]),
        declared=2,
    )
    entry = warehouse.load(warehouse.ratings, Window(None, day(3)), pages)
    assert (entry.fetched, entry.new, entry.duplicate) == (4, 2, 2)
    assert warehouse.rows("select rating_id, verdict from raw.provincial_portal__ratings order by 1") == [
        ("a", "KHÔNG HÀI LÒNG"),  # changed later
        ("b", "RẤT HÀI LÒNG"),  # read later
    ]


def test_what_is_gone_from_a_whole_list_gets_a_tombstone_and_may_come_back(warehouse: Warehouse, day: Day) -> None:
    agencies = warehouse.agencies
    warehouse.load(agencies, Window(None, day(1)), reading([agency("1"), agency("2")]))
    gone = warehouse.load(agencies, Window(None, day(2)), reading([agency("1")]))
    still_gone = warehouse.load(agencies, Window(None, day(3)), reading([agency("1")]))
    back = warehouse.load(agencies, Window(None, day(4)), reading([agency("1"), agency("2")]))
    assert (gone.deleted, still_gone.deleted, back.changed, back.deleted) == (1, 0, 1, 0)
    assert warehouse.rows(
        "select agency_code, is_deleted, known_from from raw.provincial_portal__agencies"
        " where agency_id = '2' order by version_id"
    ) == [("H44.2", False, day(1)), ("H44.2", True, day(2)), ("H44.2", False, day(4))]


@pytest.mark.parametrize("declared", [None, 2])
def test_an_incomplete_list_deletes_nothing(warehouse: Warehouse, day: Day, declared: int | None) -> None:
    warehouse.load(warehouse.agencies, Window(None, day(1)), reading([agency("1"), agency("2")]))
    entry = warehouse.load(warehouse.agencies, Window(None, day(2)), reading([agency("1")], declared=declared))
    assert entry.deleted == 0


def test_a_window_deletes_nothing_and_a_sweep_does(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1)), rating("b", day(1))]))
    window = warehouse.load(warehouse.ratings, Window(day(2), day(3)), reading([]))
    sweep = warehouse.load(warehouse.ratings, Window(None, day(4), sweep=True), reading([rating("b", day(1))]))
    assert (window.deleted, sweep.deleted, sweep.unchanged) == (0, 1, 1)


def test_an_old_window_read_again_teaches_nothing_into_the_past(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(9)), reading([rating("a", day(1))]))
    entry = warehouse.load(warehouse.ratings, Window(day(1), day(3)), reading([rating("b", day(2))]))
    assert (entry.new, entry.window_to, entry.known_from) == (1, day(3), day(9))


def test_promoting_twice_gives_the_same_entry(warehouse: Warehouse, day: Day) -> None:
    entry = warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1))]))
    before = warehouse.versions(warehouse.ratings)
    assert promote(warehouse.engine, warehouse.portal, warehouse.ratings, entry.batch_id) == entry
    assert warehouse.versions(warehouse.ratings) == before


def test_a_batch_that_was_landed_over_is_refused(warehouse: Warehouse, day: Day) -> None:
    run_id = warehouse.start(day(2))
    window = Window(None, day(2))
    first = warehouse.land(run_id, warehouse.ratings, window, reading([rating("a", day(1))]))
    second = warehouse.land(run_id, warehouse.ratings, window, reading([rating("b", day(1))]))
    with pytest.raises(RunRefused, match=f"đang giữ lô {second.batch_id} .*, không phải lô {first.batch_id}"):
        promote(warehouse.engine, warehouse.portal, warehouse.ratings, first.batch_id)
    assert warehouse.versions(warehouse.ratings) == []


def test_a_superseded_run_writes_no_more(warehouse: Warehouse, day: Day) -> None:
    stale = warehouse.start(day(2), "scheduled__2025-06-02")
    batch = warehouse.land(stale, warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1))]))
    warehouse.start(day(2), "scheduled__2025-06-02")
    with pytest.raises(RunRefused, match="superseded"):
        promote(warehouse.engine, warehouse.portal, warehouse.ratings, batch.batch_id)
    with pytest.raises(RunRefused, match="superseded"):
        warehouse.land(stale, warehouse.ratings, Window(None, day(2)), reading([]))


def test_a_promotion_that_fails_half_way_leaves_nothing(warehouse: Warehouse, day: Day) -> None:
    run_id = warehouse.start(day(2))
    batch = warehouse.land(run_id, warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1))]))
    with warehouse.database.connect() as owner:
        owner.execute("revoke insert on ops.ledger from extractor")  # the last statement fails
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            promote(warehouse.engine, warehouse.portal, warehouse.ratings, batch.batch_id)
        assert warehouse.versions(warehouse.ratings) == []
        assert warehouse.rows("select from ops.cursors") == []
        owner.execute("grant insert on ops.ledger to extractor")
    assert promote(warehouse.engine, warehouse.portal, warehouse.ratings, batch.batch_id).new == 1


def test_the_ledger_refuses_sums_that_do_not_hold(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading([rating("a", day(1))]))
    with warehouse.database.connect() as owner, pytest.raises(psycopg.errors.CheckViolation, match="sum_holds"):
        owner.execute("update ops.ledger set fetched = fetched + 1")


def test_the_newest_version_is_found_by_key_whatever_the_statistics_say(warehouse: Warehouse, day: Day) -> None:
    """Walking the versions' own index for each key made a second load quadratic."""
    rows = [rating(str(number), day(1)) for number in range(3_000)]
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading(rows))
    statement = Statements(warehouse.portal, warehouse.ratings).insert_versions
    values = {"province_code": "H44", "known_from": day(3), "run_id": 1}
    with psycopg.connect(warehouse.database.url(), cursor_factory=psycopg.ClientCursor) as owner:
        plan = "\n".join(line for (line,) in owner.execute(sql.SQL("explain ") + statement, values))
        assert "Index Scan using provincial_portal__ratings_pkey on provincial_portal__ratings r" in plan


def test_a_large_batch_brings_the_statistics_up_to_date_and_a_small_one_does_not(
    warehouse: Warehouse, day: Day
) -> None:
    statistics = "select reltuples from pg_class where oid = 'raw.provincial_portal__ratings'::regclass"
    first = [rating(str(number), day(1)) for number in range(100)]
    warehouse.load(warehouse.ratings, Window(None, day(2)), reading(first))
    assert warehouse.rows(statistics) == [(100,)]
    second = [rating(f"later {number}", day(2)) for number in range(5)]
    warehouse.load(warehouse.ratings, Window(day(1), day(3)), reading(second))
    assert warehouse.rows(statistics) == [(100,)]
