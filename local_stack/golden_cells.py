"""A file of published figures against our marts, cell by cell."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg

from portal_simulator.figures import file

# The group totals that the portal publishes without counts, and our columns for them.
GROUP_POINTS = {"DVCTT": "online_service_points", "TTTT": "online_payment_points"}

Key = tuple[str, str]  # unit, indicator


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


def read_figures(path: Path, month: date, units: list[str] | None = None) -> dict[Key, tuple[Cell, bool]]:
    """The month's readable cells of the file, each with whether it is marked exact; only of `units` when given.

    The simulator, which reads the same file, names the cells that are none.
    Raises: FiguresUnusable when the file cannot be read or has nothing of the month.
    """
    cells = file.read(path, month, units).cells
    return {
        (unit, indicator): (Cell(cell.numerator, cell.denominator, cell.points), cell.is_exact)
        for unit, own in cells.items()
        for indicator, cell in own.items()
    }


def earlier_captures(path: Path, month: date, until: date, units: list[str] | None = None) -> list[date]:
    """The days before `until` on which cells of the file were captured; a day that is none is passed over."""
    days = set()
    for own in file.read(path, month, units).cells.values():
        for cell in own.values():
            with contextlib.suppress(ValueError):
                days.add(date.fromisoformat(cell.captured_on or ""))
    return sorted(day for day in days if day < until)


def reconciled(connection: psycopg.Connection, province: str, month: date) -> str:
    """A line on what the pipeline says of the differences to the portal's own scores of the month."""
    found = connection.execute(
        "select cause_code, is_proved, count(*) from marts.score_reconciliations_monthly"
        " where province_code = %(province)s and period_month = %(month)s and indicator_code is not null"
        " group by cause_code, is_proved order by count(*) desc, cause_code",
        {"province": province, "month": month},
    ).fetchall()
    told = [f"{count} {cause}{'' if is_proved else ' (not proved)'}" for cause, is_proved, count in found]
    return f"Beside the portal's own scores, by cause: {', '.join(told) or 'nothing was captured'}."


def province_of(figures: Mapping[Key, object]) -> str:
    """The province that the file's units belong to."""
    unit, _ = next(iter(figures))
    return unit.partition(".")[0]


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
    columns = ", ".join(GROUP_POINTS.values())
    for unit, *totals in connection.execute(
        f"select agency_code, {columns} from marts.agency_rankings_monthly"
        " where province_code = %(province)s and period_month = %(month)s",
        values,
    ):
        for group, points in zip(GROUP_POINTS, totals, strict=True):
            ours[unit, group] = Cell(None, None, points)
    return ours


def report(
    month: date,
    figures: Mapping[Key, tuple[Cell, bool]],
    left_out: Sequence[Mapping[str, str]],
    ours: Mapping[Key, Cell],
) -> tuple[list[str], bool]:
    """What to print of a comparison, and whether a cell marked exact differs.

    `left_out`: the cells that no records can have (unit, indicator, cause); they are named and not compared.
    """
    apart = {(cell["unit"], cell["indicator"]) for cell in left_out}
    compared = {key: cell for key, cell in figures.items() if key not in apart}
    different = differences(compared, ours)
    exact = sum(one.is_exact for one in different)
    marked = sum(is_exact for _, is_exact in compared.values())
    lines = [f"{cell['unit']:<10} {cell['indicator']:<6} left out: {cell['cause']}" for cell in left_out]
    lines += [str(one) for one in different]
    lines.append(
        f"{month:%Y-%m}: {len(compared)} cells of {len({unit for unit, _ in compared})} units, {marked} marked exact;"
        f" {exact} exact cells differ, {len(different) - exact} others differ."
    )
    if left_out:
        lines.append(f"Left out, because no records can have them beside the others: {len(left_out)}.")
    return lines, exact > 0


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
