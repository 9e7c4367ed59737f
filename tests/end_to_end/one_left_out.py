"""How sure each rank of a month is, by brute force: every dossier is left out, one at a time, and all is counted again.

What a dossier counts in is written here a second time, in plain Python; the months are open ones.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dvc766.settings import PROJECT_ROOT
from tests.end_to_end.pipeline import Pipeline

BANDS = PROJECT_ROOT / "dbt_project" / "seeds" / "volume_bands.csv"
Row = Mapping[str, Any]

IN_HAND = {
    "dossiers_in_hand": lambda one: True,
    "dossiers_in_hand_timed": lambda one: one["is_timed"],
    "dossiers_in_hand_on_time": lambda one: one["is_on_time"],
    "dossiers_with_result_file": lambda one: one["has_result_file"],
    "dossiers_digitised": lambda one: one["is_digitised"],
    "dossiers_reusing_data": lambda one: one["reuses_data"],
    "dossiers_in_national_store": lambda one: one["in_national_store"],
    "dossiers_using_population_data": lambda one: one["is_vneid_verified"] or one["uses_population_data"],
    "dossiers_satisfied": lambda one: one["is_satisfied"],
    "fee_dossiers_in_hand": lambda one: one["has_fee"],
    "fee_dossiers_paid_online": lambda one: one["has_fee"] and one["is_paid_online"],
}
FILED = {
    "dossiers_filed": lambda one: True,
    "dossiers_filed_online": lambda one: one["is_filed_online"],
}


@dataclass
class Dossier:
    """A dossier of an agency and month, in hand or filed or both."""

    code: str
    is_in_hand: bool
    measures: set[str]
    measures_if_on_time: set[str]


def expected(pipeline: Pipeline, month: date) -> dict[str, dict[str, Any]]:
    """What marts.rank_certainty_monthly has to say of the ranked agencies of a month."""
    ranked = {
        row["agency_code"]: row
        for row in pipeline.rows(
            "select * from marts.agency_rankings_monthly where period_month = %s and rank is not null", month
        )
    }
    cards = pipeline.rows(
        "select card.*, version.numerator_measure, version.denominator_measure, version.zero_rule"
        " from marts.agency_scorecards_monthly as card inner join marts.dim_indicator_versions as version"
        " using (indicator_code) where period_month = %s and card.scope = 'agency' and %s >= version.valid_from"
        " and (version.valid_to is null or %s <= version.valid_to)",
        *(month, _last(month), _last(month)),
    )
    dossiers = _dossiers(pipeline, month)
    told = {}
    for code, own in ranked.items():
        peers = [row["score"] for row in ranked.values() if row["peer_group"] == own["peer_group"] and row is not own]
        mine = [card for card in cards if card["agency_code"] == code]
        told[code] = _certainty(own, peers, mine, dossiers.get(code, []))
        told[code] |= _in_band(own, list(ranked.values()))
    return told


def shown(pipeline: Pipeline, month: date) -> dict[str, dict[str, Any]]:
    """What marts.rank_certainty_monthly says of them."""
    rows = pipeline.rows("select * from marts.rank_certainty_monthly where period_month = %s", month)
    return {row["agency_code"]: {name: row[name] for name in COMPARED} for row in rows}


COMPARED = (
    *("rank", "score", "dossiers_in_hand", "is_small_base", "points_to_next_rank", "points_to_rank_below"),
    *("rank_lowest", "rank_highest", "dossiers_that_change_rank", "deciding_dossier_code", "dossiers_to_next_rank"),
    *("volume_band_code", "rank_in_band", "agencies_in_band"),
)


def _certainty(own: Row, peers: list[Decimal], cards: Sequence[Row], dossiers: list[Dossier]) -> dict[str, Any]:
    seen, changes = [own["rank"]], []
    for dossier in dossiers:
        rank = None
        if not dossier.is_in_hand or own["dossiers_in_hand"] > 1:
            score = own["score"] + sum(_change(card, dossier.measures) for card in cards)
            rank = 1 + sum(peer > score for peer in peers)
            seen.append(rank)
        if rank != own["rank"]:
            move = float("inf") if rank is None else abs(rank - own["rank"])
            changes.append((-move, dossier.code.encode()))
    better = min((peer for peer in peers if peer > own["score"]), default=None)
    worse = max((peer for peer in peers if peer < own["score"]), default=None)
    return {name: own[name] for name in ("rank", "score", "dossiers_in_hand", "is_small_base")} | {
        "points_to_next_rank": None if better is None else better - own["score"],
        "points_to_rank_below": None if worse is None else own["score"] - worse,
        "rank_lowest": min(seen),
        "rank_highest": max(seen),
        "dossiers_that_change_rank": len(changes),
        "deciding_dossier_code": min(changes)[1].decode() if changes else None,
        "dossiers_to_next_rank": None if better is None else _least_on_time(own, better, cards, dossiers),
    }


def _least_on_time(own: Row, better: Decimal, cards: Sequence[Row], dossiers: list[Dossier]) -> int | None:
    """By every choice of late dossiers: some that would be satisfied as well, and some that would not."""
    late = [dossier for dossier in dossiers if dossier.measures_if_on_time]
    both = sum(len(dossier.measures_if_on_time) == 2 for dossier in late)
    for chosen in range(1, len(late) + 1):
        for satisfied in range(max(0, chosen - (len(late) - both)), min(both, chosen) + 1):
            more = {"dossiers_in_hand_on_time": chosen, "dossiers_satisfied": satisfied}
            gained = sum(
                _points(card, card["numerator"] + more.get(card["numerator_measure"], 0), card["denominator"])
                - (card["points"] or 0)
                for card in cards
                if card["numerator_measure"] in more
            )
            if own["score"] + gained >= better:
                return chosen
    return None


def _change(card: Row, measures: set[str]) -> Decimal:
    """What the points of an indicator change by, without a dossier that counts in these measures."""
    if not {card["numerator_measure"], card["denominator_measure"]} & measures:
        return Decimal(0)
    numerator = card["numerator"] - (card["numerator_measure"] in measures)
    denominator = card["denominator"] - (card["denominator_measure"] in measures)
    return _points(card, numerator, denominator) - Decimal(card["points"] or 0)


def _points(card: Row, numerator: int, denominator: int) -> Decimal:
    if denominator == 0:
        return Decimal(card["max_points"]) if card["zero_rule"] == "full" else Decimal(0)
    exact: Decimal = card["max_points"] * numerator / (denominator * card["target"])
    return min(Decimal(card["max_points"]), exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _dossiers(pipeline: Pipeline, month: date) -> dict[str, list[Dossier]]:
    """The dossiers for which each agency answers."""
    found: dict[tuple[str, str], Dossier] = {}
    agencies: dict[str, list[Dossier]] = {}
    for table, measures in (("open_dossier_months", IN_HAND), ("open_filing_months", FILED)):
        for row in pipeline.rows(f"select * from marts.{table} where period_month = %s", month):
            if row["reporting_agency_code"] is None:
                continue
            dossier = found.get((row["source"], row["source_id"]))
            if dossier is None:
                dossier = found[row["source"], row["source_id"]] = Dossier(row["dossier_code"], False, set(), set())
                agencies.setdefault(row["reporting_agency_code"], []).append(dossier)
            dossier.measures |= {name for name, counts in measures.items() if counts(row)}
            if table == "open_dossier_months":
                dossier.is_in_hand = True
                if row["is_timed"] and not row["is_on_time"]:
                    unhappy = row["is_rated_unsatisfied"] or row["is_complained_about"]
                    dossier.measures_if_on_time = {"dossiers_in_hand_on_time"} | (
                        set() if unhappy else {"dossiers_satisfied"}
                    )
    return agencies


def _in_band(own: Row, ranked: Sequence[Row]) -> dict[str, Any]:
    with BANDS.open(encoding="utf-8") as lines:
        bands = sorted(csv.DictReader(lines), key=lambda band: int(band["min_dossiers"]))

    def band_of(row: Row) -> str:
        return [band["band_code"] for band in bands if int(band["min_dossiers"]) <= row["dossiers_in_hand"]][-1]

    alike = [row for row in ranked if row["peer_group"] == own["peer_group"] and band_of(row) == band_of(own)]
    return {
        "volume_band_code": band_of(own),
        "rank_in_band": 1 + sum(row["score"] > own["score"] for row in alike),
        "agencies_in_band": len(alike),
    }


def _last(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
