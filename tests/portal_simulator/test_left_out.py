"""A cell of published figures that no records can have is named and left out; the rest is made and counts up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from portal_simulator.figures import FiguresUnusable, build
from portal_simulator.records import Province
from tests.oracle.scoring import score
from tests.portal_simulator.golden import FIGURES, PERIOD, Changes, altered, red_cells

UNITS = ["H44.01", "H44.13", "H44.181"]
COMMUNE = "H44.181"


# A province of a few thousand dossiers, large enough for the units H44.13 and H44.181.
SMALL = {
    "1.4": (1100, 1100),
    "2.1": (1000, 1500),
    "3.1": (20, 25),
    "3.2": (400, 1900),
    "3.3": (1500, 1600),
    "3.5": (14, 60),
    "3.5b": (22, 60),
    "3.6": (500, 600),
    "4.1": (1000, 1500),
    "4.2": (200, 1500),
    "4.3": (100, 1500),
    "4.4": (5, 1500),
    "4.5a": (60, 420),
    "4.5b": (600, 1500),
    "5.2": (9, 10),
    "5.3": (6, 9),
    "5.4": (990, 1500),
}
PARTS = {"DVCTT": ("3.1", "3.2", "3.3"), "TTTT": ("3.5", "3.5b", "3.6")}


def small_province() -> dict[tuple[str, str], dict[str, str]]:
    """Its row, every cell exact."""
    points = {code: score(code, *counts, date(2026, 8, 31)).points for code, counts in SMALL.items()}
    row = {
        ("H44", code): {"numerator": str(top), "denominator": str(bottom), "points": str(points[code]), "exact": "true"}
        for code, (top, bottom) in SMALL.items()
    }
    totals = {
        ("H44", total): {"points": str(sum(points[code] or 0 for code in parts))} for total, parts in PARTS.items()
    }
    return row | totals


def named(province: Province) -> list[tuple[str, str]]:
    """Unit and indicator of what was left out."""
    return [(cell["unit"], cell["indicator"]) for cell in province.left_out]


def made(path: Path, *units: str, changes: Changes) -> Province:
    """Records for some units of the golden file with some cells changed."""
    return build(altered(path / "figures.csv", units or UNITS, changes), PERIOD)


@pytest.mark.parametrize(
    ("code", "values", "cause"),
    [
        # beyond the whole, or no number at all
        ("3.5b", {"numerator": "36"}, "36 of 35 is no share of a whole"),
        ("3.5", {"numerator": "99"}, "99 of 35 is no share of a whole"),
        ("2.1", {"numerator": "6080"}, "no share of a whole"),
        ("4.1", {"numerator": "many"}, "'many' is no whole number"),
        ("4.1", {"numerator": "6.50"}, "'6.50' is no whole number"),
        ("1.4", {"denominator": "-7"}, "'-7' is no whole number"),
        ("5.2", {"denominator": ""}, "one of numerator and denominator is missing"),
        ("4.3", {"points": "NaN"}, "the points 'NaN' are no number"),
        ("4.3", {"points": "hai"}, "the points 'hai' are no number"),
        ("2.1", {"points": "140.2"}, "140.2 points, but the most is 20"),
        # against another cell; which of the two is wrong is told by its points
        ("5.4", {"numerator": "700"}, "only 608 are on time"),
        ("2.1", {"numerator": "60"}, "only 60 are on time"),
        ("4.2", {"numerator": "866"}, "650 with a result"),
        ("4.1", {"numerator": "65"}, "only 65 with a result"),
        ("4.5b", {"numerator": "20"}, "33 procedures with a verified dossier"),
        ("5.3", {"denominator": "4"}, "4 first received, but 5.2 counts 3"),
        ("5.2", {"numerator": "0"}, "too many of the 3 first received are late"),
        ("3.6", {"denominator": "868"}, "only 867 in hand"),
        ("3.5", {"denominator": "36"}, "36 procedures with a fee or a payment, but 3.5b counts 35"),
        ("3.5b", {"denominator": "53"}, "3.5b counts 53"),
        # a restated base
        ("4.2", {"denominator": "868"}, "differs from the 867 dossiers in hand"),
        ("4.1", {"denominator": "900"}, "differs from the 867 dossiers in hand"),
        ("2.1", {"denominator": "870"}, "differs from the 867 dossiers in hand"),
        # no such thing
        ("4.4", {"indicator_code": "4.9"}, "there is no such indicator"),
        ("4.4", {"indicator_code": ""}, "there is no such indicator"),
        ("1.3", {"numerator": "80", "points": "1.80"}, "not the province's value that most units carry"),
        ("DVCTT", {"points": "12.01"}, "12.01 points, but the most is 12"),
    ],
)
def test_a_cell_that_no_records_can_have_is_named_and_the_rest_is_made(
    code: str, values: dict[str, str], cause: str, tmp_path: Path
) -> None:
    province = made(tmp_path, changes={(COMMUNE, code): values})
    assert named(province) == [(COMMUNE, values.get("indicator_code", code) or "(none)")]
    assert cause in province.left_out[0]["cause"]
    assert red_cells(province) == []
    assert len(province.published_figures or {}) == 3 * 20 - 1


def test_three_cells_in_different_units_are_each_named(tmp_path: Path) -> None:
    wrong = {
        ("H44.01", "4.5a"): {"numerator": "5"},
        ("H44.13", "3.3"): {"numerator": "x"},
        ("H44.13", "4.1"): {"denominator": "3"},
        (COMMUNE, "3.5b"): {"numerator": "53"},
    }
    province = made(tmp_path, changes=wrong)
    assert sorted(named(province)) == [("H44.01", "4.5a"), ("H44.13", "4.1"), (COMMUNE, "3.5b")]
    assert red_cells(province) == []


def test_a_cell_that_stands_twice_is_left_out_where_the_values_differ(tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", UNITS, {})
    lines = path.read_text(encoding="utf-8").splitlines()
    twice = [line for line in lines if f"{COMMUNE}," in line and (",4.1," in line or ",4.2," in line)]
    path.write_text("\n".join([*lines, twice[0].replace(",650,", ",651,"), twice[1]]), encoding="utf-8")
    province = build(path, PERIOD)
    assert named(province) == [(COMMUNE, "4.1")] * 2
    assert red_cells(province) == []


@pytest.mark.parametrize(
    ("column", "value", "cause"),
    [
        ("unit_code", "H62.181", "is no unit of H44"),
        ("unit_code", "", "is no unit of H44"),
        ("unit_level", "ward", "the level 'ward' is none that the unit can have"),
        ("unit_level", "province", "the level 'province' is none that the unit can have"),
    ],
)
def test_a_unit_that_cannot_be_is_left_out_whole(column: str, value: str, cause: str, tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", UNITS, {})
    old = {"unit_code": f",{COMMUNE},", "unit_level": ",commune,"}[column]
    path.write_text(path.read_text(encoding="utf-8").replace(old, f",{value},"), encoding="utf-8")
    province = build(path, PERIOD)
    assert len(province.left_out) == 20
    assert {cell["unit"] for cell in province.left_out} == {value or "(no unit)" if column == "unit_code" else COMMUNE}
    assert all(cause in cell["cause"] for cell in province.left_out)
    assert red_cells(province) == []


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("4.1", {"numerator": "210"}),  # fewer than the units have together
        ("4.1", {"denominator": "500"}),
        ("5.2", {"numerator": "1", "denominator": "2"}),
        ("3.6", {"numerator": "8", "denominator": "9"}),
        ("3.5", {"numerator": "3"}),
        ("3.5b", {"numerator": "5"}),
        ("3.5b", {"numerator": "hết"}),
        ("4.5a", {"numerator": "20"}),
        ("4.5a", {"denominator": "300"}),
        ("2.1", {"numerator": "600"}),
        ("1.4", {"numerator": "9", "denominator": "9"}),
        ("3.3", {"numerator": "15"}),
    ],
)
def test_a_province_that_counts_less_than_its_units_loses_that_cell(
    code: str, values: dict[str, str], tmp_path: Path
) -> None:
    row = small_province()
    row["H44", code] |= values
    province = made(tmp_path, "H44", "H44.13", COMMUNE, changes=row)
    assert named(province) == [("H44", code)]
    assert red_cells(province) == []


def test_a_small_province_is_made_whole(tmp_path: Path) -> None:
    province = made(tmp_path, "H44", "H44.13", COMMUNE, changes=small_province())
    assert named(province) == []
    assert red_cells(province) == []


def test_a_unit_that_counts_more_than_its_province_loses_that_cell(tmp_path: Path) -> None:
    wrong = {(COMMUNE, "4.5a"): {"numerator": "70"}, (COMMUNE, "3.5"): {"numerator": "20"}}
    province = made(tmp_path, "H44", "H44.13", COMMUNE, changes=small_province() | wrong)
    assert sorted(named(province)) == [(COMMUNE, "3.5"), (COMMUNE, "4.5a")]
    assert red_cells(province) == []


def test_rows_of_another_month_are_another_months(tmp_path: Path) -> None:
    province = made(tmp_path, changes={(COMMUNE, "4.3"): {"period_month": "2026-07-01"}})
    assert province.left_out == []
    assert (COMMUNE, "4.3") not in (province.published_figures or {})
    assert red_cells(province) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("denominator", "mẫu số", "has no column denominator"),
        ("2026-08-01", "2026-07-01", "has no rows of 2026-08"),
        ("department", "office", "has no usable cell: H44.13"),
        ("period_month", "\x00", "has no column period_month"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error(old: str, new: str, said: str, tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", ["H44.13"], {})
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(FiguresUnusable, match=rf"{said}[\s\S]*Next:"):
        build(path, PERIOD)


def test_a_file_that_is_no_text_in_utf_8_is_one_error(tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", ["H44.13"], {})
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    with pytest.raises(FiguresUnusable, match="no CSV file in UTF-8"):
        build(path, PERIOD)


def test_an_unknown_unit_and_a_wrong_period_are_refused() -> None:
    with pytest.raises(FiguresUnusable, match=r"no row of H44\.999"):
        build(FIGURES, PERIOD, ["H44.999"])
    with pytest.raises(FiguresUnusable, match="not of the form YYYY-MM"):
        build(FIGURES, "08/2026")
