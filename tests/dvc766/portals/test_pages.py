"""Lists in pages and by a cursor are read whole, or left with an error; many questions at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest

from dvc766.portals.contract import Doubt
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.pages import PASSES, Bound, CursorPage, ListCall, Page, cursor_pages, pages_until_complete
from dvc766.portals.reading import in_parallel, one_ahead

CALL = ListCall("a_portal", "GET /things")


def paged(fetch: Callable[[int], Page], doubts: list[Doubt] | None = None) -> list[list[Any]]:
    return list(pages_until_complete(fetch, str, Bound(CALL), doubts=doubts))


def continued(fetch: Callable[[str | None, int], CursorPage], size: int) -> list[list[Any]]:
    return list(cursor_pages(fetch, size, Bound(CALL)))


def cursor_over(rows: list[str]) -> Callable[[str | None, int], CursorPage]:
    def fetch(last: str | None, size: int) -> CursorPage:
        start = 0 if last is None else rows.index(last) + 1
        page = rows[start : start + size]
        return CursorPage(page, page[-1] if page else None)

    return fetch


def test_a_cursor_is_followed_to_the_empty_page() -> None:
    rows = [f"r{i:02}" for i in range(25)]
    assert list(chain.from_iterable(continued(cursor_over(rows), 10))) == rows


@pytest.mark.parametrize("last_id", ["stuck", None])
def test_a_cursor_that_does_not_advance_stops(last_id: str | None) -> None:
    calls: list[str | None] = []

    def fetch(last: str | None, size: int) -> CursorPage:
        calls.append(last)
        assert len(calls) <= 2, "the reading does not end"
        return CursorPage(["a"], last_id)

    assert continued(fetch, 10) == [["a"]]


def failing_above(size_limit: int, cause: Cause, status: int | None) -> Callable[[str | None, int], CursorPage]:
    fetch = cursor_over([f"r{i:03}" for i in range(70)])

    def limited(last: str | None, size: int) -> CursorPage:
        if size > size_limit:
            raise PortalUnavailable("a_portal", "POST /list", cause, status=status)
        return fetch(last, size)

    return limited


@pytest.mark.parametrize(("cause", "status"), [(Cause.BUSY, 500), (Cause.BUSY, 503), (Cause.TIMEOUT, None)])
def test_a_page_too_large_for_the_portal_is_halved(cause: Cause, status: int | None) -> None:
    assert len(list(chain.from_iterable(continued(failing_above(30, cause, status), 200)))) == 70


def test_a_portal_that_fails_on_the_smallest_page_is_unavailable() -> None:
    with pytest.raises(PortalUnavailable):
        continued(failing_above(5, Cause.BUSY, 500), 200)


def test_other_failures_do_not_shrink_the_page() -> None:
    with pytest.raises(PortalUnavailable):
        continued(failing_above(30, Cause.QUOTA, None), 200)


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

    assert sorted(chain.from_iterable(paged(fetch))) == sorted("abcdefgh")


def test_a_total_that_is_never_reached_ends_after_some_passes() -> None:
    calls: list[int] = []

    def fetch(number: int) -> Page:
        calls.append(number)
        return Page(["a"], 2, True)

    assert paged(fetch) == [["a"]]
    assert len(calls) == PASSES


def test_a_page_that_repeats_for_ever_ends_the_pass() -> None:
    assert paged(lambda _: Page(["a", "b"], None, False)) == [["a", "b"]]


@pytest.mark.parametrize(("total", "last"), [(3, True), (1, True), (None, True), (3, False)])
def test_a_full_page_that_calls_itself_the_last_is_followed_by_one_more_ask(total: int | None, last: bool) -> None:
    rows = list("abcdefgh")
    doubts: list[Doubt] = []

    def fetch(number: int) -> Page:
        return Page(rows[number * 3 : number * 3 + 3], total, last, 3)

    assert list(chain.from_iterable(paged(fetch, doubts))) == rows
    assert [doubt.kind for doubt in doubts] == (["false_end"] * 2 if last else [])


def test_a_last_page_with_room_or_of_unknown_size_is_believed() -> None:
    calls: list[int] = []

    def fetch(number: int) -> Page:
        calls.append(number)
        return Page(["a", "b"], 2, True, None if number else 3)

    assert paged(fetch) == [["a", "b"]]
    assert calls == [0]


def test_a_list_that_is_made_up_as_it_is_read_is_left() -> None:
    def invented(number: int) -> Page:
        return Page([f"{number}-{at}" for at in range(10)], 50, False)

    def invented_by_cursor(last: str | None, size: int) -> CursorPage:
        number = 0 if last is None else int(last) + 1
        return CursorPage([f"{number}-{at}" for at in range(10)], str(number), 50)

    for read in (lambda: paged(invented), lambda: continued(invented_by_cursor, 10)):
        with pytest.raises(PortalRefused) as caught:
            read()
        assert caught.value.cause is Cause.ENDLESS
        assert "GET /things" in str(caught.value)


def test_a_cursor_that_moves_while_the_rows_do_not_stops() -> None:
    calls: list[str | None] = []

    def fetch(last: str | None, size: int) -> CursorPage:
        calls.append(last)
        return CursorPage(["a", "b"], str(len(calls)))

    assert continued(fetch, 10) == [["a", "b"]]
    assert len(calls) == 2


@pytest.mark.parametrize("parallel", [1, 3])
def test_answers_come_in_the_order_of_the_questions(parallel: int) -> None:
    assert list(in_parallel(lambda n: n * n, range(20), parallel)) == [n * n for n in range(20)]


def test_no_more_questions_are_open_than_allowed() -> None:
    barrier = threading.Barrier(3)
    open_now, most = 0, 0
    lock = threading.Lock()

    def ask(_: int) -> None:
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        barrier.wait(10)  # passes only when three are asked at a time
        with lock:
            open_now -= 1

    list(in_parallel(ask, range(9), 3))
    assert most == 3


def test_a_failed_question_ends_the_reading() -> None:
    def ask(n: int) -> int:
        if n == 3:
            raise PortalUnavailable("a_portal", "POST /thing", Cause.BUSY)
        return n

    with pytest.raises(PortalUnavailable):
        list(in_parallel(ask, range(100), 2))


def test_one_answer_is_asked_for_while_another_is_worked_on_and_no_more() -> None:
    asked: queue.Queue[str] = queue.Queue()

    def ask() -> Iterator[str]:
        try:
            for letter in "abcd":
                asked.put(letter)
                yield letter
        finally:
            asked.put("end")

    answers = one_ahead(ask())
    assert next(answers) == "a"
    assert [asked.get(timeout=10) for _ in "ab"] == ["a", "b"]
    answers.close()  # waits for what is being asked
    assert asked.get(timeout=10) == "end"


def test_an_answer_that_fails_does_so_after_those_before_it() -> None:
    def ask() -> Iterator[str]:
        yield from "ab"
        raise PortalUnavailable("a_portal", "POST /thing", Cause.BUSY)

    answers = one_ahead(ask())
    assert [next(answers), next(answers)] == ["a", "b"]
    with pytest.raises(PortalUnavailable):
        next(answers)
    assert list(one_ahead(iter("ab"))) == ["a", "b"]
