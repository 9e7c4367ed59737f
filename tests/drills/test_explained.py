"""Which cell of a scorecard its listed records do not make up, and which cells are looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from drills.explained import Cell, Read, draw

SOUND = Read(date(2025, 5, 1), 1, "H44.03", "2.1", 118, 120, False, 2, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"numerator": None, "denominator": None, "listed": 0},
        {"is_counted_by_portal": True, "listed": 0},
    ],
)
def test_a_whole_list_is_silent(changes: dict[str, Any]) -> None:
    assert replace(SOUND, **changes).complaint() is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"listed": 1}, "118 and 1 listed are not 120"),
        ({"listed": 3}, "118 and 3 listed are not 120"),
        ({"numerator": None, "denominator": None}, "None and 2 listed are not None"),
        ({"twice": 1}, "1 listed twice"),
        ({"without_reason": 1}, "1 without a reason"),
        ({"is_counted_by_portal": True}, "2 records of what the portal counts"),
    ],
)
def test_what_does_not_make_up_the_figures_is_told(changes: dict[str, Any], told: str) -> None:
    complaint = replace(SOUND, **changes).complaint()
    assert complaint is not None
    assert complaint.startswith("05/2025 r1 H44.03 2.1: ")
    assert told in complaint


def test_the_same_cells_are_drawn_each_time_and_all_where_there_are_fewer() -> None:
    every = [Cell(date(2025, 5, 1), 1, f"H44.{number}", "2.1") for number in range(50)]
    assert draw(every, 10) == draw(every, 10)
    assert len(set(draw(every, 10))) == 10
    assert set(draw(every, 1000)) == set(every)
