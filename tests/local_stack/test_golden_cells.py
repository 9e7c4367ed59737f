"""Comparing with published figures: what counts as a difference, and which files are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from local_stack.golden_cells import Cell, differences, earlier_captures, province_of, read_figures, report
from portal_simulator.figures import FiguresUnusable

HEADER = "period_month,unit_code,unit_name_vi,unit_level,indicator_code,numerator,denominator,points,max_points,exact\n"
MONTH = date(2026, 8, 1)
KEY = ("H44.01", "2.1")


def cell(numerator: int | None, denominator: int | None, points: str | None) -> Cell:
    return Cell(numerator, denominator, Decimal(points) if points else None)


@pytest.mark.parametrize(
    ("published", "ours"),
    [
        (cell(3, 4, "15.00"), cell(3, 4, "15")),
        (cell(None, None, "6.00"), cell(3, 4, "6.00")),  # the portal gives no counts of a group total
        (cell(0, 0, None), cell(0, 0, None)),
    ],
)
def test_equal_cells(published: Cell, ours: Cell) -> None:
    assert differences({KEY: (published, True)}, {KEY: ours}) == []


@pytest.mark.parametrize(
    "ours",
    [cell(2, 4, "15.00"), cell(3, 5, "15.00"), cell(3, 4, "14.99"), cell(3, 4, None), None],
)
def test_a_count_a_point_or_a_whole_row_may_differ(ours: Cell | None) -> None:
    found = differences({KEY: (cell(3, 4, "15.00"), True)}, {KEY: ours} if ours else {})
    assert [(one.unit, one.indicator, one.is_exact) for one in found] == [("H44.01", "2.1", True)]


def test_no_points_is_not_zero_points() -> None:
    assert differences({KEY: (cell(0, 0, None), True)}, {KEY: cell(0, 0, "0")})


def test_what_is_left_out_is_named_and_the_rest_decides() -> None:
    figures = {KEY: (cell(9, 4, "15"), True), ("H44.01", "4.1"): (cell(1, 2, "3"), True)}
    left_out = [{"unit": "H44.01", "indicator": "2.1", "cause": "9 of 4 is no share of a whole"}]
    ours = {KEY: cell(4, 4, "20"), ("H44.01", "4.1"): cell(1, 2, "3.00")}
    lines, has_failed = report(MONTH, figures, left_out, ours)
    assert " ".join(lines[0].split()) == "H44.01 2.1 left out: 9 of 4 is no share of a whole"
    assert "1 cells of 1 units, 1 marked exact; 0 exact cells differ, 0 others differ" in lines[1]
    assert not has_failed
    lines, has_failed = report(MONTH, figures, left_out, ours | {("H44.01", "4.1"): cell(2, 2, "6")})
    assert [line.split()[:2] for line in lines[:2]] == [["H44.01", "2.1"], ["H44.01", "4.1"]]
    assert has_failed
    assert report(MONTH, figures, [], ours)[1]


def write(folder: Path, *rows: str) -> Path:
    path = folder / "figures.csv"
    path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def test_only_the_rows_of_the_month_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "2026-08-01,H44.01,Văn phòng,department,2.1,3,4,15,20,true",
        "2026-07-01,H44.01,Văn phòng,department,2.1,1,4,5,20,true",
        "2026-08-01,H44.01,Văn phòng,department,TTTT,,,,10,false",
    )
    assert read_figures(path, MONTH) == {
        KEY: (cell(3, 4, "15"), True),
        ("H44.01", "TTTT"): (cell(None, None, None), False),
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",3,", ",three,", "no usable cell: H44.01, 2.1: 'three' is no whole number"),
        ("2026-08", "2026-07", "no rows of 2026-08"),
        (",exact", ",sure", "no column exact"),
    ],
)
def test_an_unusable_file_is_refused_with_the_next_step(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write(tmp_path, "2026-08-01,H44.01,Văn phòng,department,2.1,3,4,15,20,true")
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FiguresUnusable, match=rf"{said}[\s\S]*Next:"):
        read_figures(path, MONTH)


def test_the_days_of_earlier_captures_are_told(tmp_path: Path) -> None:
    days = ("2026-09-26", "2026-09-28", "", "26/9", "2026-09-26")
    rows = [
        f"2026-08-01,H44.0{number},Văn phòng,department,2.1,3,4,15,20,true,{day}" for number, day in enumerate(days)
    ]
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([HEADER.strip() + ",captured_on", *rows]), encoding="utf-8")
    assert earlier_captures(path, MONTH, date(2026, 9, 28)) == [date(2026, 9, 26)]


def test_a_missing_file_is_refused_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(FiguresUnusable, match=r"cannot be read[\s\S]*Next:"):
        read_figures(tmp_path / "missing.csv", MONTH)


def test_a_file_is_of_the_province_that_most_of_it_is_about(tmp_path: Path) -> None:
    rows = [f"2026-08-01,{unit},Văn phòng,department,2.1,3,4,15,20,true" for unit in ("H62.01", "H44.01", "H44.03")]
    figures = read_figures(write(tmp_path, *rows), MONTH)
    assert {unit for unit, _ in figures} == {"H44.01", "H44.03"}
    assert province_of(figures) == "H44"
