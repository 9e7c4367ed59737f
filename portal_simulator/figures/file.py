"""Reading a file of published figures, and setting apart what no records can have.

Columns as in the file of the golden month: period_month, unit_code, unit_name_vi, unit_level, indicator_code,
numerator, denominator, points, captured_on, exact. A published file may hold a cell that cannot be: a typing error, a
restated base. Such a cell is left out with its cause, and the rest stands. Of these three

    H44.166,commune,4.1,650,867,4.50      H44.166,commune,4.2,866,867,4.00      H44.166,commune,4.3,many,867,0.01

4.3 is left out because it holds no number, and 4.2 because more dossiers cannot be digitised with a result file than
have one.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from portal_simulator.evaluation.scoring import GROUPS, RULES, measure

COLUMNS = (
    *("period_month", "unit_code", "unit_name_vi", "unit_level", "indicator_code"),
    *("numerator", "denominator", "points", "exact"),
)
LEVELS = {"province": "PROVINCE", "department": "AGENCY", "district": "DISTRICT", "commune": "COMMUNE"}
# Group totals that the portal publishes of a unit, with its own name for the group.
GROUP_TOTALS = {"DVCTT": "CLGQ", "TTTT": "TTTT"}
TOTAL_OF = {code: total for total, group in GROUP_TOTALS.items() for code in GROUPS[group]}
MOST = {code: rule.most for code, rule in RULES.items()} | {
    total: sum(RULES[code].most for code in GROUPS[group]) for total, group in GROUP_TOTALS.items()
}

Key = tuple[str, str]  # unit, indicator


class FiguresUnusable(ValueError):
    """The file cannot be read at all, or nothing of it can be made; the message names the next step."""


class Contradiction(ValueError):
    """No records can have all of these cells; the first of `suspects` is the likeliest to be wrong."""

    def __init__(self, unit: str, indicator: str, cause: str, *others: Key, everywhere: bool = False) -> None:
        super().__init__(f"{unit}, indicator {indicator}: {cause}")
        self.cause = cause
        self.suspects = ((unit, indicator), *others)
        self.everywhere = everywhere  # the indicator is one value that every unit carries


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A cell of the file that no records can have, and why."""

    unit: str
    indicator: str
    cause: str

    def __str__(self) -> str:
        return f"{self.unit}, {self.indicator}: {self.cause}"


@dataclass(frozen=True, slots=True)
class Cell:
    """What the portal published of one unit and indicator; None = nothing given."""

    unit: str
    indicator: str
    unit_name_vi: str
    unit_level: str
    numerator: int | None
    denominator: int | None
    points: Decimal | None
    is_exact: bool  # the file promises that the rule gives the points from the counts
    captured_on: str | None = None
    note: str = ""

    @property
    def counts(self) -> tuple[int, int] | None:
        """Numerator and denominator, where the portal gives them."""
        if self.numerator is None or self.denominator is None:
            return None
        return self.numerator, self.denominator


Cells = dict[str, Cell]  # of one unit, by indicator


@dataclass(slots=True)
class Figures:
    """The cells of one month by unit and indicator, in file order, and those left out."""

    month: date
    cells: dict[str, Cells] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, found: Contradiction) -> None:
        """Set a contradiction's cell apart: one whose points do not follow from its counts, else the first suspect.

        A unit that contradicts itself in no cell that it has is left out whole.
        Raises: FiguresUnusable when nothing is left.
        """
        suspects = [self._source(unit, indicator) for unit, indicator in found.suspects]
        present = [(unit, indicator) for unit, indicator in suspects if indicator in self.cells.get(unit, {})]
        chosen = next((key for key in present if not self._follows(*key)), present[0] if present else None)
        if chosen is None:
            keys = [(suspects[0][0], indicator) for indicator in self.cells.get(suspects[0][0], {})]
        elif found.everywhere:
            keys = [(unit, chosen[1]) for unit, cells in self.cells.items() if chosen[1] in cells]
        else:
            keys = [chosen]
        for unit, indicator in keys:
            del self.cells[unit][indicator]
            self.left_out.append(LeftOut(unit, indicator, found.cause))
        self.cells = {unit: cells for unit, cells in self.cells.items() if cells}
        if not keys or not self.cells:
            raise FiguresUnusable(f"The figures contradict each other: {found}.\nNext: correct the file.")

    def _source(self, unit: str, indicator: str) -> Key:
        """The cell that a count comes from.

        The rest agency's come from the province's cells, and what the file does not give from the total of its group.
        """
        unit = unit if unit in self.cells else unit.partition(".")[0]
        if indicator not in self.cells.get(unit, {}):
            indicator = TOTAL_OF.get(indicator, indicator)
        return unit, indicator

    def _follows(self, unit: str, indicator: str) -> bool:
        """False when the rule gives other points than those published, so that one of the numbers is wrong."""
        cell = self.cells[unit][indicator]
        if cell.counts is None or not cell.is_exact or indicator not in RULES:
            return True
        return measure(indicator, *cell.counts, self.month).points == cell.points


def read(path: Path, month: date, units: list[str] | None = None) -> Figures:
    """The month's cells of the file; only of `units` when given. What can be no cell is left out.

    Raises: FiguresUnusable for a file that cannot be read, lacks a column, or has no row of the month or of a unit.
    """
    figures = Figures(month)
    rows = [row for row in _rows(path) if row["period_month"] == month.isoformat()]
    if not rows:
        raise FiguresUnusable(f"{path} has no rows of {month:%Y-%m}.\nNext: give a period that it has.")
    found = {row["unit_code"] for row in rows}
    if absent := [unit for unit in units or () if unit not in found]:
        raise FiguresUnusable(f"{path} has no row of {', '.join(absent)}.\nNext: give units that it has.")
    province = Counter(row["unit_code"].partition(".")[0] for row in rows).most_common(1)[0][0]
    levels = {row["unit_code"]: row["unit_level"] for row in rows if _is_level(row["unit_code"], row["unit_level"])}
    said: dict[Key, set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        said[row["unit_code"], row["indicator_code"]].add((row["numerator"], row["denominator"], row["points"]))
    for row in rows:
        unit, indicator = row["unit_code"], row["indicator_code"]
        if units is not None and unit not in units:
            continue
        try:
            if len(said[unit, indicator]) > 1:
                raise ValueError("stands in the file more than once, with different values")
            cell = _cell(row, province, levels)
        except ValueError as cause:
            figures.left_out.append(LeftOut(unit or "(no unit)", indicator or "(none)", str(cause)))
        else:
            figures.cells.setdefault(unit, {})[indicator] = cell
    if not figures.cells:
        raise FiguresUnusable(f"{path} has no usable cell: {figures.left_out[0]}.\nNext: correct the file.")
    return figures


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The file's rows, values without the spaces around them; what a short row lacks is empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            rows = csv.DictReader(source)
            if missing := set(COLUMNS) - set(rows.fieldnames or ()):
                raise FiguresUnusable(f"{path} has no column {', '.join(sorted(missing))}.\nNext: add it.")
            for row in rows:
                yield {name: (row[name] or "").strip() for name in rows.fieldnames or ()}
    except OSError as error:
        raise FiguresUnusable(f"{path} cannot be read: {error.strerror}.\nNext: check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FiguresUnusable(f"{path} is no CSV file in UTF-8: {error}.\nNext: save it as one.") from error


def _is_level(unit: str, level: str) -> bool:
    """True for a level that a unit of this code can have: only a province's code is without a dot."""
    return level in LEVELS and (level == "province") == ("." not in unit)


def _cell(row: dict[str, str], province: str, levels: dict[str, str]) -> Cell:
    """One row as a cell; ValueError with the cause when no records can have it."""
    unit, indicator = row["unit_code"], row["indicator_code"]
    if unit.partition(".")[0] != province:
        raise ValueError(f"is no unit of {province}, which most of the file is about")
    if unit not in levels:
        raise ValueError(f"the level {row['unit_level']!r} is none that the unit can have")
    if indicator not in MOST:
        raise ValueError("there is no such indicator")
    numerator, denominator = _count(row["numerator"]), _count(row["denominator"])
    if (numerator is None) != (denominator is None):
        raise ValueError("one of numerator and denominator is missing")
    if numerator is not None and denominator is not None and numerator > denominator:
        raise ValueError(f"{numerator} of {denominator} is no share of a whole")
    points = _points(row["points"], MOST[indicator])
    is_exact = row["exact"].lower() == "true"
    more = (row.get("captured_on") or None, row.get("note", ""))
    return Cell(unit, indicator, row["unit_name_vi"], levels[unit], numerator, denominator, points, is_exact, *more)


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no whole number")
    return int(text) if text else None


def _points(text: str, most: int) -> Decimal | None:
    if not text:
        return None
    try:
        points = Decimal(text)
    except ArithmeticError:
        points = Decimal("NaN")
    if not points.is_finite():
        raise ValueError(f"the points {text!r} are no number")
    if not 0 <= points <= most:
        raise ValueError(f"{text} points, but the most is {most}")
    return points
