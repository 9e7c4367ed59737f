"""Counts behind published points: the rule of the points, read backwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from portal_simulator.evaluation.scoring import RULES, measure

Ratio = tuple[int, int]


def share_of(indicator: str, points: Decimal, bottoms: Iterable[int], first: date) -> Ratio | None:
    """A numerator and one of the denominators that give these points; None when there are none.

    `share_of("3.5", Decimal("0.17"), [30], date(2026, 8, 1))` is (2, 30).
    """
    rule = RULES[indicator]
    for bottom in bottoms:
        near = int(points * rule.target_in(first) * bottom / rule.most)
        for top in (near - 1, near, near + 1, bottom):
            if 0 <= top <= bottom and measure(indicator, top, bottom, first).points == points:
                return top, bottom
    return None
