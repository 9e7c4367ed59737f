"""A file of published figures against our marts, cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg

GROUP_TOTALS = {"DVCTT": "online_service_points", "TTTT": "online_payment_points"}
COLUMNS = ("period_month", "unit_code", "indicator_code", "numerator", "denominator", "points", "exact")

Key = tuple[str, str]  # unit, indicator


class FiguresUnusable(ValueError):
    """The file cannot be compared; the message names the line and the next step."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts and points of one unit and indicator; None = none given."""

    numerator: int | None
    denominator: int | None
    points: Decimal | None

    def __str__(self) -> str:
        counts = "no counts" if self.denominator is None else f"{self.numerator} of {self.denominator}"
        return f"{counts}, {'no points' if self.points is None else self.points}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of the file that our marts do not reproduce."""

    unit: str
    indicator: str
    published: Cell
    ours: Cell | None
    is_exact: bool

    def __str__(self) -> str:
        ours = "no row" if self.ours is None else str(self.ours)
        mark = "exact" if self.is_exact else "not exact in the file"
        return f"{self.unit:<10} {self.indicator:<6} published {self.published!s:<28} ours {ours:<28} {mark}"


def read_figures(path: Path, month: date) -> dict[Key, tuple[Cell, bool]]:
    """The month's cells of the file, each with whether it is marked exact.

    Raises FiguresUnusable for a missing column, an unreadable number, or a month without rows.
    """
    found: dict[Key, tuple[Cell, bool]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            rows = csv.DictReader(source)
            if missing := set(COLUMNS) - set(rows.fieldnames or ()):
                raise FiguresUnusable(f"{path} has no column {', '.join(sorted(missing))}.\nNext: add it.")
            for row in rows:
                if row["period_month"] == month.isoformat():
                    found[row["unit_code"], row["indicator_code"]] = (_cell(row, path), row["exact"] == "true")
    except OSError as error:
        raise FiguresUnusable(f"{path} cannot be read: {error.strerror}.\nNext: check the path.") from error
    if not found:
        raise FiguresUnusable(f"{path} has no rows of {month:%Y-%m}.\nNext: give a --period that it has.")
    return found


def province_of(figures: Mapping[Key, object]) -> str:
    """The province that the file's units belong to."""
    codes = {unit.partition(".")[0] for unit, _ in figures}
    if len(codes) != 1:
        raise FiguresUnusable(f"The file has units of {', '.join(sorted(codes))}.\nNext: one province at a time.")
    return codes.pop()


def read_ours(connection: psycopg.Connection, province: str, month: date) -> dict[Key, Cell]:
    """Our scorecards of a month, and the group totals that the portal publishes without counts."""
    values = {"province": province, "month": month}
    ours = {}
    for unit, indicator, numerator, denominator, points in connection.execute(
        "select agency_code, indicator_code, numerator, denominator, points from marts.agency_scorecards_monthly"
        " where province_code = %(province)s and period_month = %(month)s",
        values,
    ):
        ours[unit, indicator] = Cell(numerator, denominator, points)
    columns = ", ".join(GROUP_TOTALS.values())
    for unit, *totals in connection.execute(
        f"select agency_code, {columns} from marts.agency_rankings_monthly"
        " where province_code = %(province)s and period_month = %(month)s",
        values,
    ):
        for group, points in zip(GROUP_TOTALS, totals, strict=True):
            ours[unit, group] = Cell(None, None, points)
    return ours


def differences(figures: Mapping[Key, tuple[Cell, bool]], ours: Mapping[Key, Cell]) -> list[Difference]:
    """The file's cells that ours do not equal, in the file's order."""
    found = []
    for (unit, indicator), (published, is_exact) in figures.items():
        own = ours.get((unit, indicator))
        if own is None or not _equal(published, own):
            found.append(Difference(unit, indicator, published, own, is_exact))
    return found


def _equal(published: Cell, own: Cell) -> bool:
    """Counts are compared where the portal publishes them; points always, none being none."""
    counts = (published.numerator, published.denominator)
    return published.points == own.points and counts in ((None, None), (own.numerator, own.denominator))


def _cell(row: Mapping[str, str], path: Path) -> Cell:
    try:
        return Cell(
            int(row["numerator"]) if row["numerator"] else None,
            int(row["denominator"]) if row["denominator"] else None,
            Decimal(row["points"]) if row["points"] else None,
        )
    except (ValueError, ArithmeticError) as error:
        where = f"{row['unit_code']}, {row['indicator_code']}"
        raise FiguresUnusable(f"{path}: {where} holds no number.\nNext: correct that row.") from error
