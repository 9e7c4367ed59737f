"""The golden month as the tests use it: its file, and the cells our records do not reproduce."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from portal_simulator.records import Province
from tests.oracle.ranking import standings
from tests.oracle.scoring import scorecards

FIGURES = Path(__file__).parents[1] / "fixtures" / "golden" / "figures-2026-08.csv"
PERIOD = "2026-08"
FIRST = date(2026, 8, 1)
_GROUPS = ("DVCTT", "TTTT")

Changes = Mapping[tuple[str, str], Mapping[str, str]]  # columns by unit and indicator


def altered(path: Path, units: Sequence[str], changes: Changes) -> Path:
    """A copy of the golden file at `path`, of some units, with some columns changed."""
    with FIGURES.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["unit_code"] in units]
    for row in rows:
        row.update(changes.get((row["unit_code"], row["indicator_code"]), {}))
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def seen_elsewhere(commune: str, department: str, other_points: str) -> Changes:
    """What the portal published of units that the golden file lacks, given to two that it has.

    At H44.151 more procedures have fee dossiers than payments (2 and 1 of 30), at H21.20 no procedure is for
    citizens. `other_points`: what the commune's TTTT has from 3.6.
    """
    total = Decimal(other_points) + Decimal("0.25")
    return {
        (commune, "3.5"): {"numerator": "2", "denominator": "30", "points": "0.17"},
        (commune, "3.5b"): {"numerator": "1", "denominator": "30", "points": "0.08"},
        (commune, "TTTT"): {"points": str(total)},
        (department, "4.5a"): {"numerator": "0", "denominator": "0", "points": ""},
    }


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
