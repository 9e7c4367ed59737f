"""The golden month as the tests use it: its file, and the cells our records do not reproduce."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from portal_simulator.records import Province
from tests.oracle.ranking import standings
from tests.oracle.scoring import scorecards

FIGURES = Path(__file__).parents[1] / "fixtures" / "golden" / "figures-2026-08.csv"
PERIOD = "2026-08"
FIRST = date(2026, 8, 1)
_GROUPS = ("DVCTT", "TTTT")


def red_cells(province: Province, first: date = FIRST) -> list[tuple[str, str]]:
    """Cells marked exact whose numerator, denominator or points the second implementation misses."""
    cards = scorecards(province, first, province.clock)
    totals = standings(province, first, province.clock, cards)
    red = []
    for (unit, indicator), published in (province.published_figures or {}).items():
        if not published["is_exact"]:
            continue
        if indicator in _GROUPS:
            fits = totals[unit].groups[indicator] == published["points"]
        else:
            cell = cards[unit][indicator]
            counts = (cell.numerator, cell.denominator)
            wanted = (published["numerator"], published["denominator"])
            fits = cell.points == published["points"] and wanted in (counts, (None, None))
        if not fits:
            red.append((unit, indicator))
    return red
