"""Points of the national portal: counts in, points out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")
_SINCE_2026 = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Rule:
    """An indicator's most points, its target, and what it gives without a case."""

    most: int
    target: Decimal = Decimal(1)
    without_cases: str = "none"  # none | zero | full
    target_to_2025: Decimal | None = None

    def target_in(self, period_start: date) -> Decimal:
        """The target of a period."""
        if self.target_to_2025 is not None and period_start < _SINCE_2026:
            return self.target_to_2025
        return self.target


RULES: dict[str, Rule] = {
    "1.1": Rule(6),
    "1.2": Rule(4),
    "1.3": Rule(2),
    "1.4": Rule(6),
    "2.1": Rule(20, without_cases="zero"),
    "3.1": Rule(2, Decimal("0.8"), "zero"),
    "3.2": Rule(4, without_cases="zero"),
    "3.3": Rule(6, Decimal("0.5"), "zero"),
    "3.5": Rule(2, Decimal("0.8"), "zero"),
    "3.5b": Rule(2, Decimal("0.8"), "zero", Decimal("0.5")),
    "3.6": Rule(6, without_cases="zero", target_to_2025=Decimal("0.3")),
    "4.1": Rule(6),
    "4.2": Rule(4, target_to_2025=Decimal("0.8")),
    "4.3": Rule(2, Decimal("0.8")),
    "4.4": Rule(4),
    "4.5a": Rule(2),
    "4.5b": Rule(2),
    "4.6": Rule(2, without_cases="full"),
    "5.2": Rule(6, without_cases="full"),
    "5.3": Rule(6, without_cases="full"),
    "5.4": Rule(6, Decimal("0.9"), "zero"),
}

GROUPS: dict[str, tuple[str, ...]] = {
    "CKMB": ("1.1", "1.2", "1.3", "1.4"),
    "TDGQ": ("2.1",),
    "CLGQ": ("3.1", "3.2", "3.3"),
    "TTTT": ("3.5", "3.5b", "3.6"),
    "MDSH": ("4.1", "4.2", "4.3", "4.4", "4.5a", "4.5b", "4.6"),
    "MDHL": ("5.2", "5.3", "5.4"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator of a unit: counts where there are any, points where any are given."""

    numerator: int | None
    denominator: int | None
    points: Decimal | None


def measure(indicator: str, numerator: int, denominator: int, period_start: date) -> Measured:
    """The points of two counts: half up, at most the rule's."""
    rule = RULES[indicator]
    if denominator == 0:
        given = {"none": None, "zero": Decimal(0), "full": Decimal(rule.most)}
        return Measured(numerator, denominator, given[rule.without_cases])
    share = min(Decimal(1), Decimal(numerator) / Decimal(denominator) / rule.target_in(period_start))
    points = (rule.most * share).quantize(_CENT, ROUND_HALF_UP)
    return Measured(numerator, denominator, points)
