"""The header Retry-After: seconds or an HTTP date, and anything else counts as absent."""

from __future__ import annotations

import datetime as dt
import email.utils
import time

import pytest

from dvc766.portals.retry_after import seconds_to_wait


def test_seconds_are_taken_as_they_are() -> None:
    assert [seconds_to_wait(text) for text in ("0", "17", " 120 ", "0090")] == [0, 17, 120, 90]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York"])
def test_a_date_is_gmt_in_each_of_its_forms_and_wherever_we_are(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100)
        forms = [
            email.utils.format_datetime(later, usegmt=True),
            later.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
            later.strftime("%a %b %e %H:%M:%S %Y"),
            (later + dt.timedelta(hours=7)).strftime("%a, %d %b %Y %H:%M:%S +0700"),
        ]
        for form in forms:
            assert 95 < (seconds_to_wait(form) or 0) <= 100, form
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_that_has_passed_is_no_wait() -> None:
    assert seconds_to_wait("Sun, 06 Nov 1994 08:49:37 GMT") == 0


@pytest.mark.parametrize(
    "malformed",
    [
        *(None, "", "  ", "soon", "-5", "+5", "1.5", "1e3", "0x10", "5 s", "5, 6"),
        *("²", "１２", "١٢", "½", "10\x00", "9" * 12, "9" * 400, "9" * 5000),
        "Fri, 28 Nov 2026 01:00:00 +9999",
        "Fri, 28 Nov 2026 01:00:00 -9999",
        "Fri, 28 Nov 2026 01:00:00 +2359",
        "Fri, 28 Nov 2026 01:00:00 +999999999999",
        "Fri, 31 Feb 2026 01:00:00 GMT",
        "Fri, 28 Nov 2026 25:61:00 GMT",
        "Fri, 28 Nov 99999 01:00:00 GMT",
        "Fri, 28 Nov 999999999999999999999 01:00:00 GMT",
        "Fri, 01 Jan 9999 00:00:00 GMT",
        "Mon Jan  1 00:00:00 10000",
        "28/11/2026",
    ],
)
def test_what_is_malformed_or_beyond_belief_counts_as_absent(malformed: str | None) -> None:
    assert seconds_to_wait(malformed) is None
