"""Records appear at their events, windows are half-open, pages are slices."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal_simulator.faces.wire import VIETNAM
from portal_simulator.views.timeline import Timeline

START = datetime(2025, 6, 1, tzinfo=VIETNAM)
HOUR = timedelta(hours=1)


def three_records() -> Timeline[str]:
    """a changes at hours 0 and 5, b at 1, c at 2."""
    events = {"a": [START, START + 5 * HOUR], "b": [START + HOUR], "c": [START + 2 * HOUR]}
    return Timeline(list(events), lambda name: events[name])


def shown(timeline: Timeline[str], start: datetime | None = None, end: datetime | None = None) -> list[str]:
    """Names of a window in the order in which they are served."""
    return [record for _, record in timeline.page(start, end, 0, 100)]


def test_a_record_stands_at_its_last_event_by_the_clock() -> None:
    timeline = three_records()
    timeline.set_clock(START + 3 * HOUR)
    assert shown(timeline) == ["a", "b", "c"]
    timeline.set_clock(START + 5 * HOUR)
    assert shown(timeline) == ["b", "c", "a"]


def test_nothing_is_shown_before_its_first_event() -> None:
    timeline = three_records()
    timeline.set_clock(START + HOUR)
    assert shown(timeline) == ["a", "b"]


def test_a_window_holds_its_start_and_not_its_end() -> None:
    timeline = three_records()
    timeline.set_clock(START + 3 * HOUR)
    assert shown(timeline, START + HOUR, START + 2 * HOUR) == ["b"]
    assert timeline.count(START + HOUR, START + 2 * HOUR) == 1
    assert timeline.count(START + 2 * HOUR, START + HOUR) == 0


def test_pages_partition_a_window_in_both_directions() -> None:
    timeline = three_records()
    timeline.set_clock(START + 3 * HOUR)
    pages = [timeline.page(None, None, offset, 2) for offset in (0, 2, 4)]
    assert [record for page in pages for _, record in page] == ["a", "b", "c"]
    backwards = [timeline.page(None, None, offset, 2, descending=True) for offset in (0, 2, 4)]
    assert [record for page in backwards for _, record in page] == ["c", "b", "a"]


def test_a_deleted_record_is_gone_from_its_deletion_on() -> None:
    timeline = Timeline(["a"], lambda _: [START], lambda _: START + HOUR)
    timeline.set_clock(START)
    assert shown(timeline) == ["a"]
    timeline.set_clock(START + HOUR)
    assert shown(timeline) == []


def test_a_touched_record_moves_once_and_comes_back_when_forgotten() -> None:
    timeline = three_records()
    timeline.set_clock(START + 3 * HOUR)
    timeline.touch(0, START, START + 3 * HOUR)
    assert shown(timeline) == ["b", "c", "a"]
    assert timeline.is_touched(0)
    timeline.forget_touches()
    timeline.set_clock(START + 3 * HOUR)
    assert shown(timeline) == ["a", "b", "c"]
