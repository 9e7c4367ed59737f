"""The business clock is the system's, or that of the simulator when it is set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from dvc766.clock import LOCAL_ZONE, ClockUnavailable, business_now, month_after, month_before


@pytest.fixture
def clock() -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of a clock, and its replies by path."""
    replies: dict[str, bytes] = {}

    class Clock(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(replies[self.path])

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Clock)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", replies
    server.shutdown()
    server.server_close()


def test_without_a_clock_it_is_the_systems_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DVC766_CLOCK_URL", raising=False)
    assert abs(business_now() - datetime.now(LOCAL_ZONE)) < timedelta(seconds=5)


def test_a_set_clock_is_asked(monkeypatch: pytest.MonkeyPatch, clock: tuple[str, dict[str, bytes]]) -> None:
    address, replies = clock
    replies["/now"] = b'{"now": "2025-07-01T00:30:00+07:00"}'
    monkeypatch.setenv("DVC766_CLOCK_URL", f"{address}/now")
    assert business_now() == datetime(2025, 7, 1, 0, 30, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b'{"now": "noon"}', b'{"now": null}', b"[]"])
def test_a_clock_that_gives_no_time_is_no_reason_to_guess(clock: tuple[str, dict[str, bytes]], reply: bytes) -> None:
    address, replies = clock
    replies["/now"] = reply
    with pytest.raises(ClockUnavailable, match="Next: start the simulator"):
        business_now(f"{address}/now")


def test_a_clock_that_is_down_is_no_reason_to_guess() -> None:
    with pytest.raises(ClockUnavailable):
        business_now("http://127.0.0.1:9/now")


def test_the_month_after_december_is_january() -> None:
    assert month_after(date(2025, 12, 1)) == month_after(date(2025, 12, 31)) == date(2026, 1, 1)


def test_the_month_before_a_day() -> None:
    assert month_before(date(2025, 7, 1)) == date(2025, 6, 1)
    assert month_before(date(2025, 6, 30)) == date(2025, 5, 1)
    assert month_before(date(2025, 1, 31)) == date(2024, 12, 1)
