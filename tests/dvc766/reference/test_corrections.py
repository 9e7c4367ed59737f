"""A known error that cannot be followed or shown is refused by line and column, with the next step."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from dvc766 import reference
from dvc766.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
RUNBOOK = (PROJECT_ROOT / "docs" / "runbooks" / "loi-cua-nguon.md").read_text(encoding="utf-8")
Row = dict[str, str]


def example() -> list[Row]:
    """The rows of the runbook: one of the national portal, one of the provincial one."""
    found = re.search(r"```csv\n(.*?)```", RUNBOOK, re.S)
    assert found
    return list(csv.DictReader(io.StringIO(found[1])))


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def write(seeds: Path, rows: list[Row]) -> None:
    header = (SEEDS / "source_corrections.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    with (seeds / "source_corrections.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_example_of_the_runbook_is_accepted(seeds: Path) -> None:
    assert [row["portal_code"] for row in example()] == ["national_portal", "provincial_portal"]
    write(seeds, example())
    reference.check(seeds)


@pytest.mark.parametrize("figure", ["points", "numerator", "denominator"])
def test_every_figure_that_the_portal_shows_can_be_named(seeds: Path, figure: str) -> None:
    write(seeds, [example()[0] | {"expect_figure": figure}])
    reference.check(seeds)


# The row of the example (national, provincial), the cells that are changed, the column that is named, and how.
BAD: dict[str, tuple[int, Row, str, str]] = {
    "no guard": (0, {"expect_value": ""}, "expect_value", "không được trống"),
    "no measure": (0, {"expect_measure": ""}, "expect_measure", "không được trống"),
    "no evidence": (0, {"evidence": ""}, "evidence", "không được trống"),
    "a portal nobody reads": (0, {"portal_code": "cong_tinh"}, "portal_code", "cong_tinh"),
    "an agency that there is not": (0, {"agency_code": "H44.999"}, "agency_code", "không có trong agencies.csv"),
    "an indicator that there is not": (0, {"indicator_code": "1.9"}, "indicator_code", "không có trong indicators.csv"),
    "a reason that has no name": (0, {"reason_code": "other"}, "reason_code", "không thuộc các giá trị"),
    "a status that has no name": (0, {"status": "closed"}, "status", "không thuộc các giá trị"),
    "an effect in words": (0, {"effect_points": "0,35"}, "effect_points", "dấu chấm"),
    "half a case": (0, {"effect_cases": "1.5"}, "effect_cases", "không phải số nguyên"),
    "a value below nothing": (0, {"expect_value": "-1"}, "expect_value", "nhỏ hơn 0"),
    "a metric that the portal has not": (0, {"expect_measure": "DOSSIERS"}, "expect_measure", "portal_metrics.csv"),
    "a measure for a metric": (0, {"expect_measure": "dossiers_in_hand"}, "expect_measure", "portal_metrics.csv"),
    "counts of a group": (0, {"expect_measure": "GROUP_TDGQ"}, "expect_figure", "chỉ có points"),
    "points that are not published": (
        0, {"expect_measure": "SERVICE_USED", "expect_figure": "points"}, "expect_figure",
        "chỉ có numerator, denominator",
    ),
    "points of the provincial portal": (1, {"expect_figure": "points"}, "expect_figure", "provincial_portal: count"),
    "a measure that there is not": (1, {"expect_measure": "dossiers"}, "expect_measure", "indicators.csv"),
    "a measure that the portal counts": (
        1, {"expect_measure": "dossiers_confirmed_nationally"}, "expect_measure", "indicators.csv",
    ),
    "a day in the month": (0, {"expect_month": "2026-08-15"}, "expect_month", "ghi 2026-08-01"),
    "a month before the error": (0, {"expect_month": "2026-07-01"}, "expect_month", "ngoài thời gian"),
    "a month after the error": (0, {"expect_month": "2026-09-01"}, "expect_month", "ngoài thời gian"),
    "the figure of another agency": (0, {"expect_agency": "H44.07"}, "expect_agency", "khác agency_code H44.03"),
    "an agency that has ended": (
        1, {"expect_agency": "H62.05"}, "expect_agency", "chưa có hoặc không còn vào ngày 2026-08-31",
    ),
    "an end before the beginning": (0, {"valid_to": "2026-07-31"}, "valid_to", "trước ngày bắt đầu"),
    "a citizen's telephone": (0, {"what_vi": "Gọi ông A, 0912345678"}, "what_vi", "số điện thoại"),
    "a citizen's card": (0, {"evidence": "Đơn của công dân, CCCD 025190001234"}, "evidence", "số giấy tờ"),
    "a whole letter": (0, {"what_vi": "Sai." * 251}, "what_vi", "nhiều nhất 1000"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_cannot_be_followed_is_refused(seeds: Path, case: str) -> None:
    place, cells, column, words = BAD[case]
    rows = example()
    rows[place] |= cells
    write(seeds, rows)
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.check(seeds)
    [finding] = [found for found in refused.value.findings if found.column == column]
    assert str(finding).startswith(f"source_corrections.csv, dòng {place + 2}, cột '{column}'")
    assert words in finding.text
    assert "Việc cần làm: sửa các ô nêu trên" in str(refused.value)


def test_one_error_is_not_noted_twice(seeds: Path) -> None:
    rows = example()
    write(seeds, [*rows, rows[0] | {"correction_id": "LN-2026-003", "valid_from": "2026-08-31"}])
    with pytest.raises(reference.ReferenceRefused, match=r"dòng 4, cột 'valid_from': .* dòng 2"):
        reference.check(seeds)
    write(seeds, [*rows, rows[0]])
    with pytest.raises(reference.ReferenceRefused, match="dòng 4, cột 'correction_id'"):
        reference.check(seeds)
