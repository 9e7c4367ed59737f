"""Rows of the seeds that cannot be meant are refused by file, line and column before anything is built."""

from __future__ import annotations

import csv
import pickle
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from dvc766 import reference, transform
from dvc766.clock import LOCAL_ZONE
from dvc766.failures import NeedsAPerson
from dvc766.settings import PROJECT_ROOT, Settings, WarehouseSettings

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
Row = dict[str, str]
Edit = Callable[[list[Row]], object]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy of the project's seeds."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return tmp_path / "seeds"


def edit(path: Path, change: Edit) -> int:
    """Change rows in place; returns the line of the last row."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, names = list(reader), reader.fieldnames or ()
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows) + 1


def line_of(path: Path, **cells: str) -> int:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return 2 + next(n for n, row in enumerate(rows) if cells.items() <= row.items())


def test_the_seeds_of_the_project_are_accepted() -> None:
    reference.check(SEEDS)


CELLS = {
    "a national state that there is not": (
        "portal_codes", {"code_set": "dossier_status", "code": "9"}, "meaning", "99",
    ),
    "a channel nobody counts": ("portal_codes", {"code_set": "channel", "code": "2"}, "meaning", "onlin"),
    "a set of codes nobody reads": ("portal_codes", {"code_set": "channel", "code": "2"}, "code_set", "chanel"),
    "a portal nobody reads": ("portal_codes", {"code_set": "channel", "code": "2"}, "portal_code", "cong_tinh"),
    "a day of another writing": ("portal_codes", {"code_set": "channel", "code": "2"}, "valid_from", "01/08/2022"),
    "a target above all": ("indicator_targets", {"indicator_code": "2.1"}, "target", "1.2"),
    "a target of nothing": ("indicator_targets", {"indicator_code": "2.1"}, "target", "0"),
    "a target below nothing": ("indicator_targets", {"indicator_code": "2.1"}, "target", "-0.5"),
    "a decimal comma": ("indicator_targets", {"indicator_code": "3.1"}, "target", "0,8"),
    "an indicator that there is not": ("indicator_targets", {"indicator_code": "2.1"}, "indicator_code", "2.11"),
    "a month of 13": ("indicator_targets", {"indicator_code": "2.1"}, "valid_from", "2022-13-01"),
    "no first day": ("indicator_targets", {"indicator_code": "2.1"}, "valid_from", ""),
    "a group that there is not": ("indicators", {"indicator_code": "2.1"}, "group_code", "TDGQQ"),
    "a rule without cases nobody knows": ("indicators", {"indicator_code": "2.1"}, "zero_rule", "half"),
    "points below nothing": ("indicators", {"indicator_code": "2.1"}, "max_points", "-20"),
    "neither true nor false": ("indicators", {"indicator_code": "2.1"}, "needs_capture", "có"),
    "a class above all": ("grades", {"grade_code": "good"}, "min_score", "800"),
    "half an order": ("agencies", {"agency_code": "H44.170"}, "display_order", "21.5"),
    "a group of peers that there is not": ("agencies", {"agency_code": "H44.170"}, "peer_group", "xã"),
    "no name": ("agencies", {"agency_code": "H44.170"}, "name_vi", ""),
    "a space after a code": ("agencies", {"agency_code": "H44.170"}, "agency_code", "H44.170 "),
    "a successor that there is not": ("agency_successions", {"predecessor_code": "H62.03"}, "successor_code", "H44.4"),
    "a predecessor that there is not": (
        "agency_successions", {"predecessor_code": "H62.03"}, "predecessor_code", "H62.033",
    ),
    "a kind of end that there is not": ("agency_successions", {"predecessor_code": "H62.03"}, "kind", "gộp"),
    "a supplement clock nobody knows": ("rules", {"rule_code": "supplement_clock"}, "value", "restarted"),
    "an hour that there is not": ("rules", {"rule_code": "same_day_cutoff_hour"}, "value", "25"),
    "a rule nobody reads": ("rules", {"rule_code": "petition_answer_days"}, "rule_code", "petition_days"),
    "a number in words": ("rules", {"rule_code": "petition_answer_days"}, "value", "mười lăm"),
    "a kind of day that there is not": ("calendar_days", {"date_on": "2025-09-02"}, "kind", "nghỉ"),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_that_cannot_be_meant_is_refused_by_line_and_column(seeds: Path, case: str) -> None:
    name, cells, column, value = CELLS[case]
    path = seeds / f"{name}.csv"
    line = line_of(path, **cells)

    def change(rows: list[Row]) -> None:
        rows[line - 2][column] = value

    edit(path, change)
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.check(seeds)
    assert f"{name}.csv, dòng {line}, cột '{column}'" in str(refused.value)
    assert isinstance(refused.value, NeedsAPerson)


def close(row: Row, day: str) -> None:
    row["valid_to"] = day


def find(rows: list[Row], **cells: str) -> Row:
    return next(row for row in rows if cells.items() <= row.items())


RENAMED = {"valid_from": "2025-08-01", "name_vi": "UBND xã Lập Thạch Mới"}


def succeed(rows: list[Row], last_day: str) -> None:
    """A row of H44.170 from August on, after one that ends on a day."""
    old = find(rows, agency_code="H44.170")
    rows.append(old | RENAMED)
    close(old, last_day)


TOGETHER: dict[str, tuple[str, Edit, str]] = {
    "an end before the beginning": (
        "portal_codes", lambda rows: close(find(rows, code_set="channel", code="2"), "2021-01-01"), "cột 'valid_to'",
    ),
    "two rows of one rule on one day": (
        "rules",
        lambda rows: rows.append(rows[0] | {"value": "restart", "valid_from": "2024-01-01"}),
        "cột 'valid_from'",
    ),
    "two meanings of a code on one day": (
        "portal_codes",
        lambda rows: rows.append(find(rows, code_set="channel", code="3") | {"meaning": "online"}),
        "cột 'valid_from'",
    ),
    "two holders of a code on one day": (
        "agencies", lambda rows: rows.append(find(rows, agency_code="H44.170") | RENAMED), "cột 'valid_from'",
    ),
    "points that do not add up": (
        "indicators", lambda rows: find(rows, indicator_code="1.1").update(max_points="5"), "nhóm CKMB cộng lại 17",
    ),
    "points that stop adding up on a day": (
        "indicators", lambda rows: close(find(rows, indicator_code="3.3"), "2026-12-31"), "từ 2027-01-01",
    ),
    "groups that do not make 100": (
        "criterion_groups", lambda rows: find(rows, group_code="TDGQ").update(max_points="30"), "cột 'max_points'",
    ),
    "an indicator without a target": (
        "indicator_targets", lambda rows: rows.remove(find(rows, indicator_code="4.1")), "chỉ số 4.1 không có chỉ tiêu",
    ),
    "a target that ends": (
        "indicator_targets", lambda rows: close(find(rows, indicator_code="4.1"), "2026-06-30"), "vào ngày 2026-07-01",
    ),
    "two classes of one bound": (
        "grades", lambda rows: find(rows, grade_code="good").update(min_score="90"), "cột 'min_score'",
    ),
    "two bands of one bound": (
        "volume_bands", lambda rows: find(rows, band_code="medium").update(min_dossiers="834"), "cùng số hồ sơ",
    ),
    "no lowest band": (
        "volume_bands", lambda rows: rows.remove(find(rows, band_code="small")), "bắt đầu từ 0 hồ sơ",
    ),
    "no lowest class": ("grades", lambda rows: rows.remove(find(rows, grade_code="weak")), "bắt đầu từ 0 điểm"),
    "an agency that ended and left its work": (
        "agencies", lambda rows: close(find(rows, agency_code="H44.170"), "2025-09-30"), "H44.170 kết thúc",
    ),
    "a code given anew after a gap": (
        "agencies",
        lambda rows: succeed(rows, "2025-07-15"),
        "H44.170 kết thúc",
    ),
    "an agency that goes on and is succeeded": (
        "agency_successions",
        lambda rows: rows.append(rows[0] | {"predecessor_code": "H44.170", "successor_code": "H44.171"}),
        "không có dòng nào của H44.170 kết thúc",
    ),
    "two successors of everything": (
        "agency_successions",
        lambda rows: rows.append(find(rows, predecessor_code="H62.03") | {"successor_code": "H44.43"}),
        "đã nói ai nhận",
    ),
    "a successor that comes later": (
        "agency_successions",
        lambda rows: find(rows, predecessor_code="H62.05").update(successor_code="H44.43"),
        "H44.43 chưa có",
    ),
    "an agency that succeeds itself": (
        "agency_successions",
        lambda rows: find(rows, predecessor_code="H62.03").update(successor_code="H62.03"),
        "không kế thừa chính nó",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOGETHER)
def test_rows_that_cannot_stand_together_are_refused(seeds: Path, case: str) -> None:
    name, change, words = TOGETHER[case]
    edit(seeds / f"{name}.csv", change)
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.check(seeds)
    assert words in str(refused.value)
    assert ".csv" in str(refused.value)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_agency_may_be_renamed_any_number_of_times(seeds: Path, times: int) -> None:
    def rename(rows: list[Row]) -> None:
        for number in range(times):
            last = next(row for row in reversed(rows) if row["agency_code"] == "H44.170")
            rows.append(last | {"valid_from": f"2026-0{number + 2}-01", "name_vi": f"Xã {number}"})
            close(last, f"2026-0{number + 2}-01")
            last["valid_to"] = ("2026-01-31", "2026-02-28", "2026-03-31")[number]

    edit(seeds / "agencies.csv", rename)
    reference.check(seeds)


def test_a_succeeded_agencys_code_may_be_given_anew(seeds: Path) -> None:
    succession = {"predecessor_code": "H44.170", "successor_code": "H44.171", "effective_on": "2025-08-01"}
    edit(seeds / "agency_successions.csv", lambda rows: rows.append(rows[0] | succession))
    edit(
        seeds / "agencies.csv",
        lambda rows: succeed(rows, "2025-07-31"),
    )
    reference.check(seeds)


def test_a_copy_of_a_seed_beside_it_is_refused(seeds: Path) -> None:
    shutil.copy(seeds / "agencies.csv", seeds / "agencies (1).csv")
    with pytest.raises(reference.ReferenceRefused, match=r"agencies \(1\).csv"):
        reference.check(seeds)


def test_all_that_is_wrong_is_told_at_once_and_survives_a_process(seeds: Path) -> None:
    def spoil(rows: list[Row]) -> None:
        for row in rows:
            row["target"] = "2"

    edit(seeds / "indicator_targets.csv", spoil)
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.check(seeds)
    assert str(refused.value).count("2 lớn hơn 1") == 20
    assert "lỗi khác" in str(refused.value)
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)  # noqa: S301


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""], ids=["with a byte order mark", "plain"])
def test_a_build_is_refused_before_the_warehouse_is_asked(tmp_path: Path, mark: bytes) -> None:
    shutil.copytree(PROJECT_ROOT / "dbt_project", tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target"))
    table = tmp_path / "dbt_project" / "seeds" / "portal_codes.csv"
    table.write_bytes(mark + table.read_bytes().replace(b",", b";"))
    nowhere = WarehouseSettings("127.0.0.1", 1, "none", {transform.ROLE: "none"})
    settings = Settings(portals={}, warehouse=nowhere, state=tmp_path, project_root=tmp_path)
    with pytest.raises(reference.ReferenceRefused, match=r"portal_codes\.csv, dòng 1, cột 'portal_code'"):
        transform.build(settings, as_of=datetime(2026, 9, 1, tzinfo=LOCAL_ZONE))
