"""Reading a file of published figures: what each unit's records have to count up to.

Columns as in the file of the golden month: unit_code, unit_name_vi, unit_level, indicator_code,
numerator, denominator, points, max_points, captured_on, exact. A file whose counts no set of records
can have is refused with a FiguresError that names the unit, the indicator and the cause.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from portal_simulator.figures.online import (
    OnlineCounts,
    online_counts,
)

Row = dict[str, str]
Ratio = tuple[int, int]
_DOSSIER_BASED = ("4.1", "4.2", "4.3", "4.4", "4.5b", "5.4")


class FiguresError(ValueError):
    """The figures contradict each other: no records can have these counts."""

    def __init__(self, unit: str, indicator: str, cause: str) -> None:
        super().__init__(f"Figures of {unit}, indicator {indicator}: {cause}.")


@dataclass(slots=True)
class Targets:
    """The counts one unit's records have to give."""

    code: str
    name_vi: str
    level: str  # province | department | district | commune
    base: int = 0  # dossiers in hand
    received: int = 0
    on_time: int = 0
    satisfied: int = 0
    results: int = 0
    digitised: int = 0
    reused: int = 0
    stored: int = 0
    verified: int = 0
    fee_dossiers: int = 0
    paid: int = 0
    duty_procedures: int = 0  # fee-bearing by the catalogue, or paid online in the month
    paid_procedures: int = 0
    charged_procedures: int = 0  # fee-bearing, with a dossier of the month that has a fee
    citizen_procedures: int = 0
    verified_procedures: int = 0
    petitions_handled: int = 0
    petitions_handled_well: int = 0
    petitions_received: int = 0
    petitions_satisfied: int = 0
    online: OnlineCounts = field(default_factory=OnlineCounts)


def read(path: Path, units: list[str] | None = None) -> dict[str, dict[str, Row]]:
    """The file's rows by unit and indicator, in file order; only `units` when given."""
    figures: dict[str, dict[str, Row]] = {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if units is None or row["unit_code"] in units:
                figures.setdefault(row["unit_code"], {})[row["indicator_code"]] = row
    for unit in units or ():
        if unit not in figures:
            raise FiguresError(unit, "(all)", f"the file {path.name} has no row of this unit")
    return figures


def ratio(rows: dict[str, Row], code: str) -> Ratio | None:
    """Numerator and denominator of an indicator; None when the file gives none."""
    row = rows.get(code)
    if row is None or not row["numerator"] or not row["denominator"]:
        return None
    unit = row["unit_code"]
    try:
        top, bottom = int(row["numerator"]), int(row["denominator"])
    except ValueError:
        raise FiguresError(unit, code, "numerator and denominator must be whole numbers") from None
    if not 0 <= top <= bottom:
        raise FiguresError(unit, code, f"{top} of {bottom} is no share of a whole")
    return top, bottom


def points(rows: dict[str, Row], code: str) -> Decimal | None:
    """The published points of an indicator or group."""
    row = rows.get(code)
    return Decimal(row["points"]) if row is not None and row["points"] else None


def is_exact(rows: dict[str, Row], code: str) -> bool:
    """True when the file promises that the rule reproduces this cell from its counts."""
    return code in rows and rows[code].get("exact", "true").strip().lower() == "true"


def targets(rows: dict[str, Row]) -> Targets:
    """What one unit's own rows ask for."""
    any_row = next(iter(rows.values()))
    unit = Targets(any_row["unit_code"], any_row["unit_name_vi"], any_row["unit_level"])
    _read_dossiers(unit, rows)
    _read_procedures(unit, rows)
    _read_petitions(unit, rows)
    unit.online = _read_online(unit, rows)
    check(unit)
    return unit


def _read_dossiers(unit: Targets, rows: dict[str, Row]) -> None:
    bases = {code: pair[1] for code in _DOSSIER_BASED if (pair := ratio(rows, code))}
    timeliness = ratio(rows, "2.1")
    if timeliness and (is_exact(rows, "2.1") or not bases):
        bases["2.1"] = timeliness[1]
    for code, base in bases.items():
        if base != next(iter(bases.values())):
            raise FiguresError(
                unit.code,
                code,
                f"its denominator {base} differs from the dossiers in hand of "
                f"{next(iter(bases))} ({next(iter(bases.values()))})",
            )
    unit.base = next(iter(bases.values()), 0)
    for code, name in (
        ("4.1", "results"),
        ("4.2", "digitised"),
        ("4.3", "reused"),
        ("4.4", "stored"),
        ("4.5b", "verified"),
    ):
        setattr(unit, name, (ratio(rows, code) or (0, 0))[0])
    satisfied = ratio(rows, "5.4")
    if timeliness is None:
        unit.on_time = satisfied[0] if satisfied else unit.base
    elif is_exact(rows, "2.1"):
        unit.on_time = timeliness[0]
    else:  # the base was restated between two captures: any count that fits 5.4
        unit.on_time = min(unit.base, max(timeliness[0], satisfied[0] if satisfied else 0))
    unit.satisfied = satisfied[0] if satisfied else unit.on_time
    national = ratio(rows, "1.4")
    unit.received = min(unit.base, national[1]) if national else unit.base * 2 // 3
    unit.paid, unit.fee_dossiers = ratio(rows, "3.6") or (0, 0)


def _read_procedures(unit: Targets, rows: dict[str, Row]) -> None:
    either = ratio(rows, "3.5b")
    charged = ratio(rows, "3.5")
    if either and charged and either[1] != charged[1]:
        raise FiguresError(
            unit.code,
            "3.5",
            f"{charged[1]} procedures with a fee or a payment, but 3.5b counts {either[1]}",
        )
    known = either or charged or (0, 0)
    unit.duty_procedures = known[1]
    unit.charged_procedures = charged[0] if charged else 0
    unit.paid_procedures = either[0] if either else 0
    verified = ratio(rows, "4.5a") or (0, 0)
    unit.verified_procedures, unit.citizen_procedures = verified


def _read_petitions(unit: Targets, rows: dict[str, Row]) -> None:
    handled = ratio(rows, "5.2") or (0, 0)
    received = ratio(rows, "5.3") or handled
    unit.petitions_handled_well, unit.petitions_handled = handled
    unit.petitions_satisfied, unit.petitions_received = received


def _read_online(unit: Targets, rows: dict[str, Row]) -> OnlineCounts:
    try:
        return online_counts(
            authority=ratio(rows, "3.1"),
            services=ratio(rows, "3.2"),
            filed=ratio(rows, "3.3"),
            group_points=points(rows, "DVCTT"),
            wanted=unit.verified_procedures + unit.paid_procedures + 1,
            received=unit.received,
        )
    except ValueError as cause:
        raise FiguresError(unit.code, "DVCTT", str(cause)) from None


def check(unit: Targets) -> None:
    """Refuse counts that contradict each other.

    Raises: FiguresError.
    """
    for code, cause, holds in (
        ("2.1", f"{unit.on_time} on time of {unit.base} in hand", unit.on_time <= unit.base),
        (
            "5.4",
            f"{unit.satisfied} satisfied, but only {unit.on_time} are on time (2.1)",
            unit.satisfied <= unit.on_time,
        ),
        (
            "4.2",
            f"{unit.digitised} with component and result, but only {unit.results} with a result (4.1)",
            unit.digitised <= unit.results,
        ),
        (
            "3.6",
            f"{unit.fee_dossiers} dossiers with a fee, but only {unit.base} in hand (4.1)",
            unit.fee_dossiers <= unit.base,
        ),
        (
            "4.5a",
            f"{unit.verified_procedures} procedures with a verified dossier, "
            f"but only {unit.verified} such dossiers (4.5b)",
            unit.verified_procedures <= unit.verified,
        ),
        (
            "5.3",
            f"{unit.petitions_received} first received, but 5.2 counts {unit.petitions_handled}",
            unit.petitions_received <= unit.petitions_handled,
        ),
        (
            "5.3",
            f"{unit.petitions_satisfied} satisfied, but too many of the {unit.petitions_received} "
            "first received are late (5.2)",
            unit.petitions_received - unit.petitions_satisfied
            >= (unit.petitions_handled - unit.petitions_handled_well)
            - (unit.petitions_handled - unit.petitions_received),
        ),
    ):
        if not holds:
            raise FiguresError(unit.code, code, cause)
