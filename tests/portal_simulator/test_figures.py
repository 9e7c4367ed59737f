"""Records made for published figures count up to them, and wrong readings of the rules do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from portal_simulator.figures.province import build
from portal_simulator.records import Province
from tests.oracle.scoring import score
from tests.portal_simulator.golden import FIGURES, PERIOD, altered, red_cells, seen_elsewhere
from tests.portal_simulator.wrong_payment_readings import WRONG_PAYMENT_READINGS
from tests.portal_simulator.wrong_readings import WRONG_READINGS

UNITS = ["H44.01", "H44.08", "H44.13", "H44.19", "H44.46", "H44.181", "H44.182"]


@pytest.fixture(scope="module")
def some_figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Communes and departments of all sizes, without the province's row."""
    path = tmp_path_factory.mktemp("figures") / "figures.csv"
    return altered(path, UNITS, seen_elsewhere("H44.182", "H44.13", "5.27"))


@pytest.fixture(scope="module")
def some_units(some_figures: Path) -> Province:
    """Records for them."""
    return build(some_figures, PERIOD, UNITS)


def test_every_exact_cell_of_the_golden_month_is_met() -> None:
    province = build(FIGURES, PERIOD)
    assert red_cells(province) == []
    assert {d.agency_code for d in province.dossiers} >= {"H44.khac"}
    assert len(province.dossiers) > 198_000


def test_units_without_the_province_row_are_met(some_units: Province) -> None:
    assert red_cells(some_units) == []
    assert all(not d.agency_code.endswith(".khac") for d in some_units.dossiers)


@pytest.mark.parametrize("reading", (*WRONG_READINGS, *WRONG_PAYMENT_READINGS), ids=lambda reading: reading.__name__)
def test_a_wrong_reading_turns_cells_red(
    reading: Callable[[pytest.MonkeyPatch], None],
    some_units: Province,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading(monkeypatch)
    assert red_cells(some_units)


def test_the_same_seed_gives_the_same_records(some_figures: Path, some_units: Province) -> None:
    assert build(some_figures, PERIOD) == some_units
    assert build(some_figures, PERIOD, seed=2) != some_units


def test_another_province_and_month(tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", ["H44.03", "H44.19", "H44.20", "H44.181"], {})
    text = path.read_text(encoding="utf-8").replace("H44", "H21")
    path.write_text(text.replace("2026-08-01", "2026-02-01"), encoding="utf-8")  # Tết: the shortest month
    province = build(path, "2026-02")
    assert province.code == "H21"
    assert red_cells(province, province.clock.date().replace(month=2, day=1)) == []


@pytest.mark.parametrize(
    ("charged", "paid", "of", "dossiers"),
    [
        (2, 1, 30, (3, 221)),  # H44.151 of the same month: neither count contains the other
        (0, 2, 3, (7, 7)),  # one procedure of the catalogue, without a fee dossier
        (5, 0, 5, (0, 0)),  # fee dossiers filed and never accepted
        (0, 0, 0, (0, 9)),  # fees that the catalogue does not name
        (0, 0, 0, (9, 9)),
        (0, 4, 4, (4, 9)),
        (35, 35, 35, (300, 300)),
        (35, 0, 35, (0, 400)),
    ],
)
def test_any_counts_of_fee_dossiers_and_payments_are_met(
    charged: int, paid: int, of: int, dossiers: tuple[int, int], tmp_path: Path
) -> None:
    counts = {"3.5": (charged, of), "3.5b": (paid, of), "3.6": dossiers}
    cells = {code: score(code, *pair, date(2026, 8, 31)) for code, pair in counts.items()}
    changes = {
        ("H44.181", code): {"numerator": str(top), "denominator": str(bottom), "points": str(cells[code].points)}
        for code, (top, bottom) in counts.items()
    }
    changes["H44.181", "TTTT"] = {"points": str(sum(cell.points or 0 for cell in cells.values()))}
    assert red_cells(build(altered(tmp_path / "figures.csv", ["H44.181"], changes), PERIOD)) == []


@pytest.mark.parametrize("total", ["3.17", "5.99", "6.00", "9.99", "11.50", "12.00"])
def test_any_total_of_online_services_is_met(total: str, tmp_path: Path) -> None:
    path = altered(tmp_path / "figures.csv", ["H44.181"], {("H44.181", "DVCTT"): {"points": total}})
    assert red_cells(build(path, PERIOD)) == []
