"""What one unit's records have to count up to, made of the unit's own cells.

A count that the file does not give, or that was left out, is free: it gets the least value with which the others can
hold. A count that contradicts another one is a Contradiction that names both cells.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from portal_simulator.figures.file import Cells, Contradiction, Key
from portal_simulator.figures.online import OnlineCounts, online_counts
from portal_simulator.figures.shares import Ratio, share_of

_DOSSIER_BASED = ("4.1", "4.2", "4.3", "4.4", "4.5b", "5.4")
_PAYMENTS = ("3.5", "3.5b", "3.6")


@dataclass(slots=True)
class Targets:
    """The counts one unit's records have to give."""

    code: str
    name_vi: str
    level: str  # province | department | district | commune
    given: frozenset[str] = frozenset()  # the indicators whose counts the file decides; the others are free
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


def targets(cells: Cells, first: date, services: int = 0) -> Targets:
    """What one unit's own cells of the month that begins on `first` ask for.

    `services`: how many online services there have to be at least, where the file leaves the choice.
    Raises: Contradiction.
    """
    any_cell = next(iter(cells.values()))
    counts = {code: cell.counts for code, cell in cells.items() if cell.counts is not None}
    unit = Targets(any_cell.unit, any_cell.unit_name_vi, any_cell.unit_level, frozenset(counts))
    unit.verified_procedures, unit.citizen_procedures = counts.get("4.5a", (0, 0))
    unit.base = _base(unit, cells, counts)
    _read_dossiers(unit, cells, counts)
    _read_payments(unit, cells, counts, first)
    _read_petitions(unit, counts)
    _read_online(unit, cells, counts, services)
    _check(unit)
    return unit


def _base(unit: Targets, cells: Cells, counts: dict[str, Ratio]) -> int:
    """The dossiers in hand, which are the denominator of several indicators.

    Raises: Contradiction that names the indicators whose denominator is not the commonest one.
    """
    bases = {code: counts[code][1] for code in _DOSSIER_BASED if code in counts}
    if "2.1" in counts and (cells["2.1"].is_exact or not bases):
        bases["2.1"] = counts["2.1"][1]
    if not bases:
        return max(unit.verified_procedures, *(counts.get(code, (0, 0))[1] for code in ("1.4", "3.6")))
    times = Counter(bases.values())
    common = times.most_common(1)[0][0]
    for code, base in bases.items():
        if base != common:
            also = [(unit.code, other) for other in bases if times[bases[other]] == times[base] and other != code]
            cause = f"its denominator {base} differs from the {common} dossiers in hand of the others"
            raise Contradiction(unit.code, code, cause, *also)
    return common


def _read_dossiers(unit: Targets, cells: Cells, counts: dict[str, Ratio]) -> None:
    unit.digitised = counts.get("4.2", (0, 0))[0]
    unit.results = counts.get("4.1", (unit.digitised, 0))[0]
    unit.reused = counts.get("4.3", (0, 0))[0]
    unit.stored = counts.get("4.4", (0, 0))[0]
    unit.verified = counts.get("4.5b", (unit.verified_procedures, 0))[0]
    satisfied = counts.get("5.4")
    if "2.1" not in counts:
        unit.on_time = satisfied[0] if satisfied else unit.base
    elif cells["2.1"].is_exact:
        unit.on_time = counts["2.1"][0]
    else:  # the base was restated between two captures: any count that fits 5.4
        unit.on_time = min(unit.base, max(counts["2.1"][0], satisfied[0] if satisfied else 0))
    unit.satisfied = satisfied[0] if satisfied else unit.on_time
    unit.received = min(unit.base, counts["1.4"][1]) if "1.4" in counts else unit.base * 2 // 3


def _read_payments(unit: Targets, cells: Cells, counts: dict[str, Ratio], first: date) -> None:
    """3.5, 3.5b and 3.6; the one of them that is missing is found from the total of TTTT, where that is given."""
    counts = {code: counts[code] for code in _PAYMENTS if code in counts}
    total = cells["TTTT"].points if "TTTT" in cells else None
    lacking = [code for code in _PAYMENTS if code not in counts]
    if "3.5" in counts and "3.5b" in counts and counts["3.5"][1] != counts["3.5b"][1]:
        cause = f"{counts['3.5'][1]} procedures with a fee or a payment, but 3.5b counts {counts['3.5b'][1]}"
        raise Contradiction(unit.code, "3.5", cause, (unit.code, "3.5b"))
    known = counts.get("3.5b") or counts.get("3.5")
    if total is not None and lacking:
        rest = total - sum((cells[code].points or 0 for code in counts), start=0 * total)
        procedures, dossiers = known[1] if known else 0, unit.base * 2 // 3
        bottoms = [*range(dossiers, 0, -1), *range(unit.base, dossiers, -1)] if lacking == ["3.6"] else [procedures]
        found = share_of(lacking[0], rest, bottoms, first) if len(lacking) == 1 else None
        if rest == 0:
            counts |= {code: (0, 0 if code == "3.6" else procedures) for code in lacking}
        elif found is None:
            cause = f"its {total} points cannot be made up, for {' and '.join(lacking)} are not given"
            raise Contradiction(unit.code, "TTTT", cause)
        else:
            counts[lacking[0]] = found
    unit.given |= frozenset(counts)
    unit.paid, unit.fee_dossiers = counts.get("3.6", (0, 0))
    least = (1, 1) if unit.paid else (0, 0)  # a procedure to pay for
    unit.charged_procedures, unit.duty_procedures = counts.get("3.5", (0, (known or least)[1]))
    unit.paid_procedures = counts.get("3.5b", (min(least[0], unit.duty_procedures), 0))[0]


def _read_petitions(unit: Targets, counts: dict[str, Ratio]) -> None:
    received = counts.get("5.3")
    handled = counts.get("5.2") or ((received[1], received[1]) if received else (0, 0))
    unit.petitions_handled_well, unit.petitions_handled = handled
    unit.petitions_satisfied, unit.petitions_received = received or handled


def _read_online(unit: Targets, cells: Cells, counts: dict[str, Ratio], services: int) -> None:
    try:
        unit.online = online_counts(
            authority=counts.get("3.1"),
            services=counts.get("3.2"),
            filed=counts.get("3.3"),
            group_points=cells["DVCTT"].points if "DVCTT" in cells else None,
            wanted=max(services, unit.verified_procedures + unit.paid_procedures + 1),
            received=unit.received,
        )
    except ValueError as cause:
        parts = [(unit.code, code) for code in ("3.1", "3.2", "3.3") if code in counts]
        raise Contradiction(unit.code, "DVCTT", str(cause), *parts) from None


def _check(unit: Targets) -> None:
    """Refuse counts that contradict each other.

    Raises: Contradiction.
    """
    for code, other, cause, holds in (
        (
            *("5.4", "2.1"),
            f"{unit.satisfied} satisfied, but only {unit.on_time} are on time (2.1)",
            unit.satisfied <= unit.on_time,
        ),
        (
            *("4.2", "4.1"),
            f"{unit.digitised} with component and result, but only {unit.results} with a result (4.1)",
            unit.digitised <= unit.results,
        ),
        (
            *("3.6", "3.6"),
            f"{unit.fee_dossiers} dossiers with a fee, but only {unit.base} in hand",
            unit.fee_dossiers <= unit.base,
        ),
        (
            *("4.5a", "4.5b"),
            f"{unit.verified_procedures} procedures with a verified dossier, "
            f"but only {unit.verified} such dossiers (4.5b) of {unit.base} in hand",
            unit.verified_procedures <= unit.verified <= unit.base,
        ),
        (
            *("5.3", "5.2"),
            f"{unit.petitions_received} first received, but 5.2 counts {unit.petitions_handled}",
            unit.petitions_received <= unit.petitions_handled,
        ),
        (
            *("5.3", "5.2"),
            f"{unit.petitions_satisfied} satisfied, but too many of the {unit.petitions_received} "
            "first received are late (5.2)",
            unit.petitions_received - unit.petitions_satisfied
            >= (unit.petitions_handled - unit.petitions_handled_well)
            - (unit.petitions_handled - unit.petitions_received),
        ),
    ):
        if not holds:
            also: Key = (unit.code, other)
            raise Contradiction(unit.code, code, cause, also)
