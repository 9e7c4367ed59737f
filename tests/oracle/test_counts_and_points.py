"""Petitions, announcements, points and ranks of the second implementation."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal_simulator.records import Dossier, FeeLine, Payment, Procedure, Province, Service
from tests.oracle.agencies import directory
from tests.oracle.catalogue import announcements
from tests.oracle.petitions import count_petitions
from tests.oracle.ranking import standings
from tests.oracle.samples import LONG_AFTER, announced, dossier, moment, month, petition, procedure, province
from tests.oracle.scoring import RULES, score, scorecards

GOLDEN = Path(__file__).parents[1] / "fixtures" / "golden" / "figures-2026-08.csv"
AUGUST = date(2026, 8, 31)


def test_the_rule_gives_every_exact_point_of_the_golden_month() -> None:
    missed = []
    with GOLDEN.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["exact"] != "true" or not row["numerator"] or row["indicator_code"] not in RULES:
                continue
            cell = score(row["indicator_code"], int(row["numerator"]), int(row["denominator"]), AUGUST)
            if cell.points != (Decimal(row["points"]) if row["points"] else None):
                missed.append((row["unit_code"], row["indicator_code"], cell.points))
    assert missed == []


@pytest.mark.parametrize(
    ("code", "top", "bottom", "points"),
    [("3.6", 1491, 1651, "5.42"), ("3.5b", 7, 31, "0.56"), ("3.5", 6, 31, "0.48"), ("3.6", 745, 1133, "3.95")],
)
def test_points_are_rounded_half_up_to_the_cent(code: str, top: int, bottom: int, points: str) -> None:
    assert score(code, top, bottom, AUGUST).points == Decimal(points)


def test_targets_are_those_of_the_periods_last_day() -> None:
    assert score("3.6", 15, 100, date(2025, 12, 31)).points == Decimal("3.00")
    assert score("3.6", 15, 100, date(2026, 1, 31)).points == Decimal("0.90")


def test_fee_dossiers_and_payments_are_counted_each_for_themselves() -> None:
    """Of 29 fee-bearing procedures two have fee dossiers of the month (3.5) and another one a payment (3.5b)."""
    received, filed, paid, earlier, later, unfee = (f"1.{number:06d}" for number in range(1, 7))
    world = province([_with_fee(received, "2025-06-02"), _with_fee(filed, "2025-06-03", taken=False)])
    world.dossiers += [_with_fee(earlier, "2025-05-30"), _with_fee(later, "2025-07-01"), _with_fee(unfee, "2025-06-02")]
    world.dossiers += [_with_fee(paid, "2025-05-28", paid_at="2025-06-30 23:59"), _with_fee(later, "2025-06-02", 0)]
    world.dossiers += [_with_fee(later, "2025-05-28", paid_at="2025-07-01 00:00")]
    world.procedures = [_applied(f"1.{number:06d}", 0 if number == 6 else 50_000) for number in range(1, 31)]
    assert _payment_cells(world) == {"3.5": (2, 29), "3.5b": (1, 29), "3.6": (1, 5)}
    world.dossiers.append(_with_fee(unfee, "2025-05-28", paid_at="2025-06-01 00:00"))
    assert _payment_cells(world) == {"3.5": (2, 30), "3.5b": (2, 30), "3.6": (2, 6)}


def test_a_filing_counts_for_3_5_in_its_own_month_until_it_is_received() -> None:
    world = province([_with_fee("1.000001", "2025-06-02")], procedures=[_applied("1.000001", 50_000)])
    world.dossiers[0].submitted_at = moment("2025-05-30")
    may, june = date(2025, 5, 1), date(2025, 6, 1)
    before, after = moment("2025-06-01"), moment("2025-06-03")
    assert scorecards(world, may, before, {})["H62.03"]["3.5"].numerator == 1
    assert scorecards(world, may, after, {})["H62.03"]["3.5"].numerator == 0
    assert scorecards(world, june, after, {})["H62.03"]["3.5"].numerator == 1


def _with_fee(
    code: str, received: str, amount: int = 50_000, *, taken: bool = True, paid_at: str | None = None
) -> Dossier:
    """A dossier with a fee; not `taken` = filed and never received; `paid_at` = paid online then."""
    made = dossier(received)
    made.procedure_code, made.fee_lines = code, [FeeLine(0), FeeLine(amount)]
    made.code = f"{code}-{received}-{paid_at}"
    if not taken:
        made.received_at = None
    if paid_at:
        made.payments = [Payment("p", amount, "truc-tuyen", moment(received), moment(paid_at))]
    return made


def _applied(code: str, fee: int) -> Procedure:
    return replace(procedure(fee=fee), code=code, services=[Service("H62.03", "FULL")])


def _payment_cells(world: Province) -> dict[str, tuple[int, int]]:
    card = scorecards(world, date(2025, 6, 1), LONG_AFTER, {})["H62.03"]
    return {code: (card[code].numerator, card[code].denominator) for code in ("3.5", "3.5b", "3.6")}


def test_no_citizen_procedures_cost_no_points() -> None:
    assert score("4.5a", 0, 0, AUGUST).points is None
    assert score("4.5a", 0, 3, AUGUST).points == Decimal(0)


def test_a_petition_is_late_by_its_deadline_or_fifteen_working_days() -> None:
    cases = {
        "answered in time": petition("2025-06-02", "2025-06-10", "2025-06-10"),
        "answered late": petition("2025-06-02", "2025-06-11", "2025-06-10"),
        "open, due on the last day": petition("2025-06-16", None, "2025-06-30"),
        "open, past due": petition("2025-06-02", None, "2025-06-27"),
        "answered late, but after the month": petition("2025-06-16", "2025-07-08", "2025-07-07"),
        "no deadline recorded": petition("2025-06-02", "2025-06-23"),
        "no deadline recorded, late": petition("2025-06-02", "2025-06-24"),
    }
    good = {}
    for name, record in cases.items():
        world = province(petitions=[record])
        counts = count_petitions(world, directory(world, date(2025, 6, 30)), month("2025-06"))["H62.03"]
        good[name] = counts["handled_well"]
    assert good == {
        "answered in time": 1,
        "answered late": 0,
        "open, due on the last day": 1,
        "open, past due": 0,
        "answered late, but after the month": 1,
        "no deadline recorded": 1,
        "no deadline recorded, late": 0,
    }


def test_repeats_and_dislikes_cost_the_first_petition() -> None:
    first, second = petition("2025-06-02", "2025-06-04"), petition("2025-06-05", "2025-06-06", key="p2")
    second.repeat_of = "p1"
    disliked = petition("2025-06-02", "2025-06-04", key="p3")
    disliked.votes_at, disliked.dislikes = disliked.answered_at, 1
    old = petition("2025-05-02", "2025-05-05", key="p4")
    world = province(petitions=[first, second, disliked, old])
    counts = count_petitions(world, directory(world, date(2025, 6, 30)), month("2025-06"))["H62.03"]
    assert (counts["handled"], counts["handled_well"]) == (3, 3)
    assert (counts["received"], counts["satisfied"]) == (2, 0)


@pytest.mark.parametrize(
    ("effective", "published", "expected"),
    [
        ("2025-06-16", "2025-06-16", {"1.1": (1, 1), "1.2": (1, 1)}),
        ("2025-06-13", "2025-06-17", {"1.1": (0, 1), "1.2": (0, 1)}),
        ("2025-06-16", None, {"1.1": (1, 1), "1.2": (0, 1)}),
    ],
)
def test_announcements_have_five_working_days_before_and_after(
    effective: str, published: str | None, expected: dict[str, tuple[int, int]]
) -> None:
    world = province(procedures=[announced("2025-06-09", effective, published)])
    found = announcements(world, month("2025-06"))
    assert {code: found[code] for code in expected} == expected


def test_agencies_without_dossiers_are_listed_apart() -> None:
    world = province([dossier("2025-06-02", "2025-06-16", "9@2025-06-10")])
    cards = scorecards(world, date(2025, 6, 1), LONG_AFTER, {})
    found = standings(world, date(2025, 6, 1), LONG_AFTER, cards)
    assert (found["H62.03"].status, found["H62.03"].rank, found["H62.03"].ranked_agencies) == ("ranked", 1, 1)
    assert (found["H62.04"].status, found["H62.04"].rank, found["H62.04"].grade) == ("no_dossiers", None, None)
    assert (found["H62"].status, found["H62"].rank) == ("province", None)
    assert found["H62"].grade is not None


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    codes = ("H62.03", "H62.04")
    world = province([dossier("2025-06-02", "2025-06-16", "9@2025-06-10", agency=code) for code in codes])
    first = date(2025, 6, 1)
    cards = scorecards(world, first, LONG_AFTER, {})
    assert [standings(world, first, LONG_AFTER, cards)[code].rank for code in codes] == [1, 1]
    late = province([dossier("2025-06-02", "2025-06-03", "9@2025-06-10", agency="H62.04"), world.dossiers[0]])
    lower = scorecards(late, first, LONG_AFTER, {})
    found = standings(late, first, LONG_AFTER, lower)
    assert (found["H62.03"].rank, found["H62.04"].rank) == (1, 2)
