"""Readings arrive in landing exactly as read, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dvc766.portals.contract import Batch, Doubt, Rejection, Window
from dvc766.portals.provincial_fields import AGENCIES, RATINGS
from dvc766.warehouse.copy_text import Encoder
from tests.dvc766.warehouse.readings import Pages, Warehouse, agency, page, rating, reading

Day = Callable[[int], datetime]

AWKWARD = ["", "\\", "\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "\\t", "Sở Y tế", "😀", "'\"", "\x01\x7f", "\u2028"]


def test_awkward_text_arrives_as_it_is(warehouse: Warehouse, day: Day) -> None:
    rows = [agency(str(number), text) for number, text in enumerate(AWKWARD)]
    warehouse.load(warehouse.agencies, Window(None, day(1)), reading([*rows, ("null", "H44.null", None)]))
    assert warehouse.rows(
        "select name_vi from raw.provincial_portal__agencies where agency_id <> 'null' order by agency_id::int"
    ) == [(text,) for text in AWKWARD]
    assert warehouse.rows("select name_vi from raw.provincial_portal__agencies where agency_id = 'null'") == [(None,)]


@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=2, max_size=2))
def test_no_two_rows_look_alike(values: list[str | None]) -> None:
    """A line of COPY gives back its values, so equal hashes mean equal values."""
    line = Encoder(AGENCIES).lines([("key", values[0], values[1])], 1).decode()
    unescaped = [
        None
        if part == "\\N"
        else part.replace("\\\\", "\0")
        .replace("\\t", "\t")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\0", "\\")
        for part in line.removesuffix("\n").split("\t")
    ]
    assert unescaped[:3] == ["key", *values]


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_postgresql_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Encoder(AGENCIES).lines([agency("1", text)], 1)


def test_the_hash_leaves_out_the_change_time_alone(day: Day) -> None:
    def hash_of(*rows: tuple[str | None, ...]) -> list[bytes]:
        return [line.rsplit(b"\t", 1)[1] for line in Encoder(RATINGS).lines(rows, 1).splitlines()]

    first, touched, other = hash_of(rating("a", day(1)), rating("a", day(2)), rating("a", day(1), "KHÔNG HÀI LÒNG"))
    assert first == touched != other


def test_a_batch_replaces_the_one_before(warehouse: Warehouse, day: Day) -> None:
    warehouse.load(
        warehouse.agencies, Window(None, day(1)), reading([agency("1")], [Rejection("2", "level", "missing")])
    )
    warehouse.load(warehouse.agencies, Window(None, day(2)), reading([agency("3")], declared=5))
    assert warehouse.rows("select agency_id, row_number from landing.provincial_portal__agencies") == [("3", 1)]
    assert warehouse.rows("select from landing.rejections") == []
    assert warehouse.rows("select declared, fetched, rejected from landing.batches") == [(5, 1, 0)]


def test_a_reading_that_breaks_off_leaves_the_batch_before(warehouse: Warehouse, day: Day) -> None:
    class Broken(Pages):
        def __iter__(self) -> Iterator[Batch]:
            yield page([agency("2")])
            raise ConnectionError("the portal hung up")

    warehouse.load(warehouse.agencies, Window(None, day(1)), reading([agency("1")]))
    run_id = warehouse.start(day(2))
    with pytest.raises(ConnectionError):
        warehouse.land(run_id, warehouse.agencies, Window(None, day(2)), Broken())
    assert warehouse.rows("select agency_id from landing.provincial_portal__agencies") == [("1",)]


def test_many_rejections_do_not_pile_up_in_memory(
    warehouse: Warehouse, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dvc766.warehouse.landing._WAITING_IN_MEMORY", 2)
    pages = [page([agency(str(n))], [Rejection(f"x{n}", "name_vi", "unreadable")]) for n in range(5)]
    run_id = warehouse.start(day(1))
    warehouse.land(run_id, warehouse.agencies, Window(None, day(1)), Pages(*pages))
    assert warehouse.rows("select count(*) from landing.provincial_portal__agencies") == [(5,)]
    assert warehouse.rows("select count(*) from landing.rejections") == [(5,)]
    assert warehouse.rows("select fetched, rejected from landing.batches") == [(10, 5)]


def test_objects_that_repeat_a_key_are_counted_over_the_whole_batch(warehouse: Warehouse, day: Day) -> None:
    pages = [page([agency("1")]), page([agency("2")], [Rejection("x", "name_vi", "unreadable")]), page()]
    for batch, repeated in zip(pages, (2, 0, 1), strict=True):
        batch.repeated_keys = repeated
    warehouse.land(warehouse.start(day(1)), warehouse.agencies, Window(None, day(1)), Pages(*pages))
    assert warehouse.rows("select fetched, rejected, repeated_keys from landing.batches") == [(3, 1, 3)]


def test_doubts_and_a_total_that_fell_stay_with_the_batch(
    warehouse: Warehouse, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dvc766.warehouse.landing._WAITING_IN_MEMORY", 2)
    pages = [page([agency(str(number))]) for number in range(4)]
    for number, batch in enumerate(pages):
        batch.doubts.append(Doubt("left_empty", "name_vi", str(number)))
    stream = Pages(*pages)
    stream.fell = 3
    warehouse.land(warehouse.start(day(1)), warehouse.agencies, Window(None, day(1)), stream)
    assert warehouse.rows("select fetched, rejected, total_fell from landing.batches") == [(4, 0, 3)]
    assert warehouse.rows("select distinct kind, field from landing.doubts") == [("left_empty", "name_vi")]
    assert warehouse.rows("select count(distinct source_id) from landing.doubts") == [(4,)]
    warehouse.land(warehouse.start(day(2)), warehouse.agencies, Window(None, day(2)), Pages(page()))
    assert warehouse.rows("select count(*) from landing.doubts") == [(0,)]


def test_a_page_that_does_not_account_for_what_it_fetched_is_refused(warehouse: Warehouse, day: Day) -> None:
    batch = page([agency("1")])
    batch.fetched = 2
    run_id = warehouse.start(day(1))
    with pytest.raises(ValueError, match="does not account"):
        warehouse.land(run_id, warehouse.agencies, Window(None, day(1)), Pages(batch))


def test_a_window_landed_again_is_another_batch(warehouse: Warehouse, day: Day) -> None:
    run_id = warehouse.start(day(1))
    first, second = (
        warehouse.land(run_id, warehouse.agencies, Window(None, day(1)), reading([agency("1")])) for _ in range(2)
    )
    assert first.batch_id != second.batch_id
    assert warehouse.rows("select batch_id from landing.batches") == [(second.batch_id,)]
