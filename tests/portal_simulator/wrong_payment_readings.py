"""Ways of reading 3.5, 3.5b, 3.6 and 4.5a wrongly; each changes the second implementation in one place.

The sums of procedures are made in `scoring._ratios`, what a dossier adds to them in `dossiers._facts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal_simulator.records import Dossier, Procedure
from tests.oracle import dossiers, scoring
from tests.oracle.catalogue import Sets
from tests.oracle.codes import AS_EVER, Codes
from tests.oracle.dossiers import DossierCounts
from tests.oracle.scoring import Ratio
from tests.oracle.timeliness import Period, is_accepted

Patch = pytest.MonkeyPatch
_facts, _in_hand_facts, _ratios = dossiers._facts, dossiers._in_hand_facts, scoring._ratios
_CAME = "came_with_fee"
_NATIONAL = "1"  # the paid flag of the national gateway


def _counting(patch: Patch, change: Callable[[dict[str, set[str]], Sets], dict[str, Ratio]]) -> None:
    """Replace some indicators by what `change` makes of the procedures seen and the catalogue's sets."""

    def ratios(counts: DossierCounts, petitions: Counter[str], sets: Sets) -> dict[str, Ratio]:
        return _ratios(counts, petitions, sets) | change(counts.procedures, sets)

    patch.setattr(scoring, "_ratios", ratios)


def _arriving(patch: Patch, is_counted: Callable[[Dossier, Period, list[str]], bool]) -> None:
    """Let 3.5 count the procedures of the dossiers that `is_counted` takes."""

    def facts(
        dossier: Dossier, procedure: Procedure | None, period: Period, complaints: set[str], codes: Codes
    ) -> tuple[list[str], set[str]]:
        found, seen = _facts(dossier, procedure, period, complaints, codes)
        return found, (seen - {_CAME}) | ({_CAME} if is_counted(dossier, period, found) else set())

    patch.setattr(dossiers, "_facts", facts)


def _has_fee(dossier: Dossier) -> bool:
    return any(line.amount > 0 for line in dossier.fee_lines)


def cash_counts(patch: Patch) -> None:
    """The paid flag is taken for an online payment."""

    def facts(dossier: Dossier, *others: object) -> tuple[list[str], set[str]]:
        payments = [replace(p, method="truc-tuyen") if p.method == "tien-mat" else p for p in dossier.payments]
        return _facts(replace(dossier, payments=payments), *others)  # type: ignore[arg-type]

    patch.setattr(dossiers, "_facts", facts)


def national_payments_count_for_3_5(patch: Patch) -> None:
    """3.5 takes the procedures paid through the national gateway."""
    _arriving(patch, lambda d, p, found: "paid" in _seen(d, p) and d.paid_flag == _NATIONAL)


def _seen(dossier: Dossier, period: Period) -> set[str]:
    return _facts(dossier, None, period, set(), AS_EVER)[1]


def payments_count_for_3_5(patch: Patch) -> None:
    """3.5 takes the fee-bearing procedures paid through either gateway."""
    _counting(
        patch, lambda seen, sets: {"3.5": (len(sets.fee_bearing & seen["paid"]), len(sets.fee_bearing | seen["paid"]))}
    )


def procedures_outside_the_catalogue_count_for_3_5(patch: Patch) -> None:
    """3.5 takes every procedure with a fee dossier, fee-bearing by the catalogue or not."""
    _counting(patch, lambda seen, sets: {"3.5": (len(seen[_CAME]), len(sets.fee_bearing | seen["paid"]))})


def the_denominator_is_the_catalogue(patch: Patch) -> None:
    """3.5 and 3.5b are divided by the fee-bearing procedures alone."""
    _counting(
        patch,
        lambda seen, sets: {
            "3.5": (len(sets.fee_bearing & seen[_CAME]), len(sets.fee_bearing)),
            "3.5b": (len(seen["paid"]), len(sets.fee_bearing)),
        },
    )


def only_fee_bearing_payments_count(patch: Patch) -> None:
    """3.5b leaves out the paid procedures that bear no fee in the catalogue."""
    _counting(
        patch, lambda seen, sets: {"3.5b": (len(sets.fee_bearing & seen["paid"]), len(sets.fee_bearing | seen["paid"]))}
    )


def only_fee_bearing_dossiers_count(patch: Patch) -> None:
    """3.6 leaves out the dossiers of procedures that bear no fee in the catalogue."""

    def facts(dossier: Dossier, procedure: Procedure | None, *others: object) -> list[str]:
        found = _in_hand_facts(dossier, procedure, *others)  # type: ignore[arg-type]
        is_listed = procedure is not None and procedure.fee > 0
        return found if is_listed else [f for f in found if f not in ("with_fee", "paid_online")]

    patch.setattr(dossiers, "_in_hand_facts", facts)


def fees_of_zero_count(patch: Patch) -> None:
    """Any fee line makes a fee dossier, one of zero too."""
    patch.setattr(dossiers, "_bears_fee", lambda dossier: bool(dossier.fee_lines))


def received_after_the_month_counts_for_3_5(patch: Patch) -> None:
    """3.5 takes every dossier received since the month began."""
    _arriving(patch, lambda d, p, found: _has_fee(d) and (d.received_at or d.submitted_at) >= p.start)


def in_hand_counts_for_3_5(patch: Patch) -> None:
    """3.5 takes the dossiers in hand, those carried over included."""
    _arriving(patch, lambda d, p, found: _has_fee(d) and "in_hand" in found)


def never_accepted_is_left_out_of_3_5(patch: Patch) -> None:
    """3.5 takes accepted dossiers only."""
    _arriving(patch, lambda d, p, found: _CAME in _seen(d, p) and is_accepted(d, p))


def paid_at_any_time_counts_for_3_5b(patch: Patch) -> None:
    """3.5b takes payments after the month too."""

    def facts(
        dossier: Dossier, procedure: Procedure | None, period: Period, complaints: set[str], codes: Codes
    ) -> tuple[list[str], set[str]]:
        found, seen = _facts(dossier, procedure, period, complaints, codes)
        later = _seen(dossier, replace(period, end=period.known_at))
        return found, seen | (later & {"paid"})

    patch.setattr(dossiers, "_facts", facts)


def no_citizen_procedures_cost_points(patch: Patch) -> None:
    """4.5a gives zero points where there is no citizen procedure, instead of none."""
    patch.setitem(scoring.RULES, "4.5a", (*scoring.RULES["4.5a"][:3], "zero"))


WRONG_PAYMENT_READINGS: tuple[Callable[[Patch], None], ...] = (
    cash_counts,
    national_payments_count_for_3_5,
    payments_count_for_3_5,
    procedures_outside_the_catalogue_count_for_3_5,
    the_denominator_is_the_catalogue,
    only_fee_bearing_payments_count,
    only_fee_bearing_dossiers_count,
    fees_of_zero_count,
    received_after_the_month_counts_for_3_5,
    in_hand_counts_for_3_5,
    never_accepted_is_left_out_of_3_5,
    paid_at_any_time_counts_for_3_5b,
    no_citizen_procedures_cost_points,
)
