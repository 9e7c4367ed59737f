"""Lists continued by a cursor, and many questions at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import chain

import pytest

from dvc766.portals.errors import Cause, PortalUnavailable
from dvc766.portals.reading import CursorPage, cursor_pages, in_parallel


def cursor_over(rows: list[str]) -> Callable[[str | None, int], CursorPage]:
    def fetch(last: str | None, size: int) -> CursorPage:
        start = 0 if last is None else rows.index(last) + 1
        page = rows[start : start + size]
        return CursorPage(page, page[-1] if page else None)

    return fetch


def test_a_cursor_is_followed_to_the_empty_page() -> None:
    rows = [f"r{i:02}" for i in range(25)]
    assert list(chain.from_iterable(cursor_pages(cursor_over(rows), 10))) == rows


@pytest.mark.parametrize("last_id", ["stuck", None])
def test_a_cursor_that_does_not_advance_stops(last_id: str | None) -> None:
    calls: list[str | None] = []

    def fetch(last: str | None, size: int) -> CursorPage:
        calls.append(last)
        assert len(calls) <= 2, "the reading does not end"
        return CursorPage(["a"], last_id)

    assert list(cursor_pages(fetch, 10)) == [["a"]] * len(calls)


def failing_above(size_limit: int, cause: Cause, status: int | None) -> Callable[[str | None, int], CursorPage]:
    fetch = cursor_over([f"r{i:03}" for i in range(70)])

    def limited(last: str | None, size: int) -> CursorPage:
        if size > size_limit:
            raise PortalUnavailable("a_portal", "POST /list", cause, status=status)
        return fetch(last, size)

    return limited


@pytest.mark.parametrize(("cause", "status"), [(Cause.BUSY, 500), (Cause.BUSY, 503), (Cause.TIMEOUT, None)])
def test_a_page_too_large_for_the_portal_is_halved(cause: Cause, status: int | None) -> None:
    assert len(list(chain.from_iterable(cursor_pages(failing_above(30, cause, status), 200)))) == 70


def test_a_portal_that_fails_on_the_smallest_page_is_unavailable() -> None:
    with pytest.raises(PortalUnavailable):
        list(cursor_pages(failing_above(5, Cause.BUSY, 500), 200))


def test_other_failures_do_not_shrink_the_page() -> None:
    with pytest.raises(PortalUnavailable):
        list(cursor_pages(failing_above(30, Cause.QUOTA, None), 200))


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
