"""A known error of a portal stands beside the score until the portal mends it, and its row does not outlive it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dvc766 import runs
from dvc766.runs.life import engine_of_role
from dvc766.runs.publishing import contents
from dvc766.warehouse.explanations import explain
from local_stack.explain import lines
from portal_simulator.records import Province
from tests.end_to_end.conftest import PERIOD, edited_project, small_clock
from tests.end_to_end.pipeline import Pipeline
from tests.end_to_end.test_seed_edits import append

SEED = "dbt_project/seeds/source_corrections.csv"
AGENCY, INDICATOR = "H44.03", "2.1"
WRONG = 7  # of far more dossiers
ROW = {
    "correction_id": "LN-1",
    "portal_code": "national_portal",
    "agency_code": AGENCY,
    "indicator_code": INDICATOR,
    "valid_from": "2026-08-01",
    "valid_to": "2026-08-31",
    "reason_code": "portal_fault",
    "what_vi": "Cổng chỉ đếm 7 hồ sơ đúng hạn",
    "evidence": "Văn bản thử nghiệm số 1, ngày 02/9/2026",
    "reported_on": "2026-09-02",
    "status": "accepted",
    "effect_points": "-15.50",
    "expect_measure": "DOSSIER_ON_TIME",
    "expect_figure": "numerator",
    "expect_agency": AGENCY,
    "expect_month": "2026-08-01",
    "expect_value": str(WRONG),
    "legal_basis": "Thử nghiệm",
}
ANSWER = "Đã biết; Cổng đang sửa."


@contextmanager
def wrong_figure(province: Province) -> Iterator[None]:
    """The portal publishes a wrong count until the end of the block."""
    figures = province.published_figures
    assert figures is not None
    right = figures[AGENCY, INDICATOR]
    figures[AGENCY, INDICATOR] = right | {"numerator": WRONG}
    try:
        yield
    finally:
        figures[AGENCY, INDICATOR] = right


def registered(pipeline: Pipeline) -> dict[str, Any]:
    [row] = pipeline.rows("select * from marts.source_corrections")
    return row


def findings(pipeline: Pipeline) -> list[dict[str, Any]]:
    return pipeline.rows("select * from marts.data_findings where finding_kind = 'source_correction'")


def shown(pipeline: Pipeline) -> list[dict[str, Any]]:
    return pipeline.rows(
        "select agency_code, period_month, correction_id, status, status_vi, guard_state, guard_state_vi, revision"
        " from marts.source_corrections_monthly"
    )


def open_points(pipeline: Pipeline) -> list[runs.Item]:
    _, items = runs.checklist(pipeline.settings, PERIOD)
    return [item for item in items if item.code == "source_correction"]


def test_an_error_is_told_while_it_stands_and_blocks_once_it_is_gone(
    small_copy: Pipeline, small_province: Province, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    at = small_clock(small_copy)
    with edited_project(tmp_path / "noted", {SEED: append(ROW)}) as root:
        noted = small_copy.with_project(root)
        with wrong_figure(small_province):
            noted.read_one("national_portal", at + timedelta(hours=1))
            noted.rank()
            known = {"agency_code": AGENCY, "period_month": PERIOD, "correction_id": "LN-1", "status": "accepted"}
            known |= {"status_vi": "Nguồn đã xác nhận", "guard_state": "holds"}
            known |= {"guard_state_vi": "Nguồn vẫn cho giá trị sai"}
            assert shown(noted) == [known | {"revision": 0}]
            assert (registered(noted)["has_outlived_error"], findings(noted)) == (False, [])

            runs.freeze(noted.settings, PERIOD)
            [item] = open_points(noted)
            assert item.severity == "warning"
            assert "LN-1 (Cổng Dịch vụ công quốc gia, H44.03): Cổng chỉ đếm 7 hồ sơ đúng hạn" in item.text_vi
            with pytest.raises(runs.NotApproved, match="trả lời bằng văn bản"):
                runs.approve(noted.settings, PERIOD, by="Trần B", channel="command")
            told = [line for line in explained(noted) if line.startswith("Lỗi đã biết")]
            assert told == [
                "Lỗi đã biết của nguồn LN-1 (Cổng Dịch vụ công quốc gia): Cổng chỉ đếm 7 hồ sơ đúng hạn. Nguồn đã xác"
                " nhận. Nguồn vẫn cho giá trị sai. Ảnh hưởng theo nơi báo: -15,50 điểm."
                " Điểm trên không được điều chỉnh."
            ]

        noted.read_one("national_portal", at + timedelta(hours=2))
        with caplog.at_level("WARNING", logger="dvc766.transform"):
            noted.rank()
        assert "assert_no_correction_outlives_its_error: correction_id = LN-1, finding_vi = Dòng LN-1" in caplog.text
        row = registered(noted)
        assert (row["guard_state"], row["has_outlived_error"]) == ("mended", True)
        [finding] = findings(noted)
        assert (finding["finding_severity"], finding["period_month"], finding["agency_code"]) == (
            *("critical", PERIOD, AGENCY),
        )
        assert "Việc cần làm: " in finding["finding_vi"]
        assert [(item.severity, item.text_vi) for item in open_points(noted)] == [("error", finding["finding_vi"])]
        with pytest.raises(runs.NotReleasable, match="Dòng LN-1"):
            runs.approve(noted.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
        assert shown(noted) == [known | {"revision": 1}], "what was known at the freeze"

    with edited_project(tmp_path / "closed", {SEED: append(ROW | {"status": "mended"})}) as root:
        closed = small_copy.with_project(root)
        closed.rank()
        assert (registered(closed)["has_outlived_error"], findings(closed), open_points(closed)) == (False, [], [])
        runs.approve(closed.settings, PERIOD, by="Trần B", channel="command", answer=ANSWER)
        [table] = [table for table in contents(closed.settings, PERIOD, 1).tables if table.name == "source_corrections"]
        [sealed] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        assert (sealed["correction_id"], sealed["guard_state"]) == ("LN-1", "holds")


def test_no_row_changes_a_score(small_copy: Pipeline, tmp_path: Path) -> None:
    rows = [
        ROW,
        ROW | {"correction_id": "LN-2", "agency_code": "", "indicator_code": "", "valid_to": "", "effect_cases": "40"},
        ROW
        | {"correction_id": "LN-3", "portal_code": "provincial_portal", "expect_measure": "dossiers_in_hand"}
        | {"expect_figure": "count", "status": "reported"},
        ROW | {"correction_id": "LN-4", "status": "rejected", "reason_code": "wrong_formula"},
    ]

    def noted(text: str) -> str:
        for row in rows:
            text = append(row)(text)
        return text

    before = scores(small_copy)
    with edited_project(tmp_path / "project", {SEED: noted}) as root:
        small_copy.with_project(root).rank()
    found = small_copy.rows("select correction_id, count(*) from marts.source_corrections_monthly group by 1")
    [agencies] = small_copy.rows("select count(*) from marts.agency_rankings_monthly where period_month >= %s", PERIOD)
    assert {row["correction_id"]: row["count"] for row in found} == {
        "LN-1": 1,
        "LN-2": agencies["count"],
        "LN-3": 1,
        "LN-4": 1,
    }
    assert scores(small_copy) == before


def scores(pipeline: Pipeline) -> dict[str, tuple[int, str]]:
    """All that readers see but the register and what it finds."""
    beside = {"marts.source_corrections", "marts.source_corrections_monthly", "marts.data_findings"}
    made = pipeline.fingerprints("marts", "indicators")
    return {
        name: hashed
        for name, hashed in made.items()
        if name not in beside | {"indicators.ind_source_corrections", "indicators.ind_findings"}
    }


def explained(pipeline: Pipeline) -> list[str]:
    with engine_of_role(pipeline.settings, "bi_reader") as engine:
        now = explain(engine, PERIOD, AGENCY, INDICATOR)
        kept = explain(engine, PERIOD, AGENCY, INDICATOR, 1)
    assert now.known_errors == kept.known_errors
    return list(lines(kept))
