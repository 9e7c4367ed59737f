"""The demo's steps, its tables for officials, and the closing line of `./run test`."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dvc766.clock import LOCAL_ZONE
from local_stack import checks, paths, ranking_tables
from local_stack.timetable import steps

ROW = (1, "Phường Vĩnh Yên", *[Decimal("12.50")] * 3, None, *[Decimal("9.00")] * 2, Decimal("71.30"), "Khá", 2)
LAST = (None, "Xã Không Hồ Sơ", *[None] * 6, Decimal("0.00"), None, None)


def test_four_months_are_closed_and_three_days_follow() -> None:
    plan = list(steps())
    assert [step.period for step in plan] == ["2025-05", "2025-06", "2025-07", "2025-08", None, None, None]
    assert [step.clock for step in plan] == sorted(step.clock for step in plan)
    assert plan[3].clock == datetime(2025, 9, 1, 0, 30, tzinfo=LOCAL_ZONE)
    assert plan[0].window_from == datetime(2025, 1, 1, tzinfo=LOCAL_ZONE)  # what is open since before the first month
    assert plan[3].window_from == datetime(2025, 8, 1, tzinfo=LOCAL_ZONE)
    assert plan[-2].conf == {"as_of": "2025-09-03T00:30:00+07:00"}


def test_a_month_s_catalogue_is_read_by_its_end_and_deletions_are_found_at_the_end() -> None:
    plan = list(steps())
    assert plan[1].eve_conf == {"as_of": "2025-06-30T23:30:00+07:00", "window_from": "2025-06-01T00:00:00+07:00"}
    assert [step.eve is not None for step in plan] == [False, True, True, True, False, False, False]
    assert plan[-1].conf == {"as_of": "2025-09-04T00:30:00+07:00", "sweep": True}
    assert [step.is_sweep for step in plan[:-1]] == [False] * 6


def test_titles_say_that_the_figures_are_synthetic_and_whose_they_are() -> None:
    august = ranking_tables.title("commune", date(2025, 8, 1), 36)
    assert "36 xã, phường thuộc tỉnh Vĩnh Phúc cũ" in august and "DỮ LIỆU MÔ PHỎNG" in august
    june = ranking_tables.title("commune", date(2025, 6, 1), 121)
    assert "cũ" not in june and "DỮ LIỆU MÔ PHỎNG" in june


def test_a_table_shows_missing_points_as_a_dash_and_movement_with_its_sign() -> None:
    lines = ranking_tables.table([ROW, LAST]).splitlines()
    assert lines[2].split()[0] == "1" and lines[2].endswith("+2") and "12,50" in lines[2]
    assert lines[3].lstrip().startswith("—") and lines[3].count("—") == 9
    assert lines[0].index("Cơ quan") == lines[2].index("Phường") == lines[3].index("Xã")


def test_a_csv_opens_in_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    names = ("rank", "agency_name_vi", *"abcdef", "score", "grade_name_vi", "rank_change")
    path = ranking_tables.write_csv("commune", date(2025, 8, 1), names, [ROW, LAST])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == list(names)
    assert rows[1][:3] == ["1", "Phường Vĩnh Yên", "12.50"] and rows[2][0] == ""


@pytest.mark.parametrize(
    ("attributes", "counts"),
    [
        ('tests="12" failures="0" errors="0" skipped="0"', (12, 0)),
        ('tests="12" failures="2" errors="0" skipped="0"', (10, 2)),
        ('tests="2" failures="0" errors="0" skipped="1"', (1, 1)),
        ('tests="3" failures="0" errors="2" skipped="0"', (1, 2)),
    ],
)
def test_whatever_did_not_pass_counts_as_failed(attributes: str, counts: tuple[int, int], tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(f'<testsuites name="pytest tests"><testsuite name="pytest" {attributes}/></testsuites>')
    assert checks.counts_of(report) == counts


def test_a_run_without_a_report_has_passed_nothing(tmp_path: Path) -> None:
    assert checks.counts_of(tmp_path / "none.xml") == (0, 0)
