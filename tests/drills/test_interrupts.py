"""What the drill of interruptions demands of the queue in which a backfill and a night stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drills.backfill import Part, kept_waiting

MIDNIGHT = datetime(2025, 5, 26, tzinfo=UTC)


def part(name: str, queued: int, began: int | None, ended: int | None) -> Part:
    """A run by the minutes at which it was queued, began and ended."""
    moments = [None if minute is None else MIDNIGHT + timedelta(minutes=minute) for minute in (began, ended)]
    return Part(name, "success" if ended else "running", MIDNIGHT + timedelta(minutes=queued), *moments)


NIGHT = part("night", queued=30, began=35, ended=40)
BEFORE, AT_WORK = part("before", 0, 0, 20), part("at work", 20, 20, 35)
NEXT, LATER = part("next", 35, 40, None), part("later", 35, None, None)


@pytest.mark.parametrize(
    "parts",
    [[BEFORE, AT_WORK, NEXT], [BEFORE, AT_WORK, LATER], [part("before", 0, 0, 30), NEXT]],
    ids=["one that was at work", "the next still queued", "none"],
)
def test_a_night_may_wait_for_the_part_that_is_at_work(parts: list[Part]) -> None:
    assert kept_waiting(NIGHT, parts) == []


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([BEFORE, AT_WORK, part("too soon", 32, 33, None)], "the night waited for at work, too soon"),
        ([part("all of it", 0, 0, 35)], "nothing of the backfill was left when the night was read"),
    ],
)
def test_a_night_that_waited_longer_is_told(parts: list[Part], told: str) -> None:
    assert kept_waiting(NIGHT, parts) == [told]
