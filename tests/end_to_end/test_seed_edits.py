"""What officials may change is changed by rows alone: no SQL, no Python, no DAG."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.end_to_end.conftest import edited_project
from tests.end_to_end.pipeline import Pipeline

SEEDS = "dbt_project/seeds"

NEW_INDICATOR = {
    "indicator_code": "9.1",
    "group_code": "TDGQ",
    "name_vi": "Tỷ lệ hồ sơ tiếp nhận trong kỳ (thử nghiệm)",
    "numerator_measure": "dossiers_received",
    "denominator_measure": "dossiers_in_hand",
    "zero_rule": "zero",
    "scope": "agency",
    "needs_capture": "false",
    "always_applies": "false",
    "max_points": "0",
    "display_order": "99",
    "valid_from": "2026-08-01",
    "legal_basis": "Thử nghiệm",
}
NEW_TARGET = {
    "indicator_code": "9.1",
    "target": "1",
    "valid_from": "2026-08-01",
    "is_confirmed": "false",
    "legal_basis": "Thử nghiệm",
}
Row = dict[str, str]


def edited(text: str, change: Callable[[list[Row]], list[Row]]) -> str:
    """A seed's text with its rows changed."""
    reader = csv.DictReader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or (), restval="", lineterminator="\n")
    rows = list(reader)
    writer.writeheader()
    writer.writerows(change(rows))
    return written.getvalue()


def append(row: Row) -> Callable[[str], str]:
    """An edit that adds a row; columns it does not name stay empty."""
    return lambda text: edited(text, lambda rows: [*rows, row])


def cells(pipeline: Pipeline, indicator: str) -> dict[str, dict[str, object]]:
    rows = pipeline.rows(
        "select * from marts.agency_scorecards_monthly where indicator_code = %s and period_month = '2026-08-01'",
        indicator,
    )
    return {row["agency_code"]: row for row in rows}


def test_an_indicator_over_existing_measures_is_one_row(small_copy: Pipeline, tmp_path: Path) -> None:
    before = {code: row["score"] for code, row in rankings(small_copy).items()}
    assert cells(small_copy, "9.1") == {}
    edits = {
        f"{SEEDS}/indicators.csv": append(NEW_INDICATOR),
        f"{SEEDS}/indicator_targets.csv": append(NEW_TARGET),
    }
    with edited_project(tmp_path / "project", edits) as root:
        small_copy.with_project(root).rank()
    found = cells(small_copy, "9.1")
    in_hand = cells(small_copy, "4.1")
    assert set(found) == set(in_hand)
    for agency, cell in found.items():
        assert cell["denominator"] == in_hand[agency]["denominator"]
        assert 0 < cell["numerator"] <= cell["denominator"]  # type: ignore[operator]
    assert {code: row["score"] for code, row in rankings(small_copy).items()} == before


def test_a_target_changes_from_its_date_on(small_copy: Pipeline, tmp_path: Path) -> None:
    agency = "H44.171"
    before = cells(small_copy, "4.1")[agency]
    assert Decimal(0) < before["points"] < 6  # type: ignore[operator]

    def halve_from_september(text: str) -> str:
        return _redated(text, "2026-09-01")

    def halve_from_august(text: str) -> str:
        return _redated(text, "2026-08-01")

    targets = f"{SEEDS}/indicator_targets.csv"
    with edited_project(tmp_path / "later", {targets: halve_from_september}) as root:
        small_copy.with_project(root).rank()
    assert cells(small_copy, "4.1")[agency] == before

    with edited_project(tmp_path / "now", {targets: halve_from_august}) as root:
        small_copy.with_project(root).rank()
    after = cells(small_copy, "4.1")[agency]
    assert (after["target"], after["numerator"]) == (Decimal("0.5"), before["numerator"])
    assert after["points"] == min(Decimal(6), 2 * before["points"]) or after["points"] > before["points"]  # type: ignore[operator]


def _redated(text: str, start: str) -> str:
    """Close the row of 4.1 in force, and open one with half the target."""
    day_before = {"2026-08-01": "2026-07-31", "2026-09-01": "2026-08-31"}[start]

    def change(rows: list[Row]) -> list[Row]:
        [row] = [row for row in rows if row["indicator_code"] == "4.1" and not row["valid_to"]]
        opened = row | {"target": "0.5", "valid_from": start}
        return [one if one is not row else row | {"valid_to": day_before} for one in rows] + [opened]

    return edited(text, change)


def test_a_grade_reaches_months_that_were_scored_before(small_copy: Pipeline, tmp_path: Path) -> None:
    agency, before = next((code, row) for code, row in rankings(small_copy).items() if row["rank"] == 1)
    assert before["grade_code"] != "excellent"

    def lower(text: str) -> str:
        best = {"min_score": str(before["score"])}
        return edited(text, lambda rows: [row | best if row["grade_code"] == "excellent" else row for row in rows])

    with edited_project(tmp_path / "project", {f"{SEEDS}/grades.csv": lower}) as root:
        small_copy.with_project(root).rank()
    # of the classes by their least totals it is the third then
    excellent = {"grade_code": "excellent", "grade_name_vi": "Xuất sắc", "grade_order": 3}
    assert rankings(small_copy)[agency] == before | excellent


def test_two_communes_are_merged_by_rows(small_copy: Pipeline, tmp_path: Path) -> None:
    gone, heir = "H44.171", "H44.172"
    before = cells(small_copy, "4.1")
    total = sum(before[code]["denominator"] for code in (gone, heir))  # type: ignore[misc]
    edits = {
        f"{SEEDS}/agencies.csv": lambda text: _closed(text, gone, "2026-07-31"),
        f"{SEEDS}/agency_successions.csv": append(
            {
                "predecessor_code": gone,
                "successor_code": heir,
                "effective_on": "2026-08-01",
                "kind": "merged",
                "source": "Thử nghiệm",
            }
        ),
    }
    with edited_project(tmp_path / "project", edits) as root:
        small_copy.with_project(root).rank()
    after = cells(small_copy, "4.1")
    assert gone not in after
    assert after[heir]["denominator"] == total
    assert after["H44"]["denominator"] == before["H44"]["denominator"]
    assert after["H44.03"] == before["H44.03"]


def _closed(text: str, agency: str, last_day: str) -> str:
    return edited(
        text, lambda rows: [row | {"valid_to": last_day} if row["agency_code"] == agency else row for row in rows]
    )


def rankings(pipeline: Pipeline) -> dict[str, dict[str, object]]:
    rows = pipeline.rows("select * from marts.agency_rankings_monthly where period_month = '2026-08-01'")
    return {row["agency_code"]: row for row in rows}
