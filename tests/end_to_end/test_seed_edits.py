"""What officials may change is changed by rows alone: no SQL, no Python, no DAG."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tests.end_to_end.conftest import edited_project
from tests.end_to_end.pipeline import Pipeline

SEEDS = "dbt_project/seeds"

NEW_INDICATOR = (
    "9.1,TDGQ,Tỷ lệ hồ sơ tiếp nhận trong kỳ (thử nghiệm),dossiers_received,dossiers_in_hand,"
    "zero,agency,false,0,99,2026-08-01,,Thử nghiệm\n"
)


def append(row: str) -> Callable[[str], str]:
    """An edit that adds a row."""
    return lambda text: text.rstrip("\n") + "\n" + row


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
        f"{SEEDS}/indicator_targets.csv": append("9.1,1,2026-08-01,,Thử nghiệm\n"),
    }
    with edited_project(tmp_path / "project", edits) as root:
        small_copy.with_project(root, tmp_path / "state").rank()
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
        small_copy.with_project(root, tmp_path / "state").rank()
    assert cells(small_copy, "4.1")[agency] == before

    with edited_project(tmp_path / "now", {targets: halve_from_august}) as root:
        small_copy.with_project(root, tmp_path / "state").rank()
    after = cells(small_copy, "4.1")[agency]
    assert (after["target"], after["numerator"]) == (Decimal("0.5"), before["numerator"])
    assert after["points"] == min(Decimal(6), 2 * before["points"]) or after["points"] > before["points"]  # type: ignore[operator]


def _redated(text: str, start: str) -> str:
    """Close the row of 4.1 in force, and open one with half the target."""
    day_before = {"2026-08-01": "2026-07-31", "2026-09-01": "2026-08-31"}[start]
    lines = text.splitlines()
    header = lines[0].split(",")
    valid_to = header.index("valid_to")
    [row] = [line for line in lines if line.startswith("4.1,") and line.split(",")[valid_to] == ""]
    closed = row.split(",")
    closed[valid_to] = day_before
    lines[lines.index(row)] = ",".join(closed)
    opened = dict(zip(header, row.split(","), strict=True)) | {"target": "0.5", "valid_from": start}
    return "\n".join([*lines, ",".join(opened[name] for name in header)]) + "\n"


def test_two_communes_are_merged_by_rows(small_copy: Pipeline, tmp_path: Path) -> None:
    gone, heir = "H44.171", "H44.172"
    before = cells(small_copy, "4.1")
    total = sum(before[code]["denominator"] for code in (gone, heir))  # type: ignore[misc]
    edits = {
        f"{SEEDS}/agencies.csv": lambda text: _closed(text, gone, "2026-07-31"),
        f"{SEEDS}/agency_successions.csv": append_succession(gone, heir, "2026-08-01"),
    }
    with edited_project(tmp_path / "project", edits) as root:
        small_copy.with_project(root, tmp_path / "state").rank()
    after = cells(small_copy, "4.1")
    assert gone not in after
    assert after[heir]["denominator"] == total
    assert after["H44"]["denominator"] == before["H44"]["denominator"]
    assert after["H44.03"] == before["H44.03"]


def _closed(text: str, agency: str, last_day: str) -> str:
    lines = text.splitlines()
    header = lines[0].split(",")
    [row] = [line for line in lines if line.startswith(f"{agency},")]
    fields = row.split(",")
    fields[header.index("valid_to")] = last_day
    lines[lines.index(row)] = ",".join(fields)
    return "\n".join(lines) + "\n"


def append_succession(gone: str, heir: str, on: str) -> Callable[[str], str]:
    """An edit that adds a succession, whatever further columns the seed has."""

    def edit(text: str) -> str:
        header = text.splitlines()[0].split(",")
        row = {"predecessor_code": gone, "successor_code": heir, "effective_on": on, "kind": "merged"}
        row |= {"source": "Thử nghiệm"}
        return text.rstrip("\n") + "\n" + ",".join(row.get(name, "") for name in header) + "\n"

    return edit


def rankings(pipeline: Pipeline) -> dict[str, dict[str, object]]:
    rows = pipeline.rows("select * from marts.agency_rankings_monthly where period_month = '2026-08-01'")
    return {row["agency_code"]: row for row in rows}
