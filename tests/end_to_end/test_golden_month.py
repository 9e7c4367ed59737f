"""The month the national portal published: reproduced, and not by accident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from dvc766.clock import LOCAL_ZONE
from local_stack import golden, golden_cells, installation, paths, postgres, secret_store
from local_stack.installation import Installation
from portal_simulator import figures
from tests.database import COPY, FILLED, Database
from tests.end_to_end.conftest import FIGURES, PERIOD, MakeDatabase, edited_project, secrets
from tests.end_to_end.pipeline import Pipeline, pipeline_over
from tests.end_to_end.wrong_definitions import WRONG_DEFINITIONS, WrongDefinition
from tests.portal_simulator.golden import Changes, altered, seen_elsewhere

# The day of the file's older captures; its other ones are of the day on which the simulator's clock stands.
FIRST_CAPTURE = datetime(2026, 9, 26, 12, tzinfo=LOCAL_ZONE)

# Units in which every wrong definition shows; few, so that each can be built anew.
TELLING_UNITS = ["H44.03", "H44.07", "H44.13", "H44.172"]


# Cells of other units that no records can have; they are left out, and tell nothing.
IMPOSSIBLE: Changes = {
    ("H44.07", "4.1"): {"numerator": "99999"},
    ("H44.03", "5.4"): {"numerator": "mười"},
    ("H44.172", "2.1"): {"numerator": "104"},
}


def published(file: Path = FIGURES) -> dict[golden_cells.Key, tuple[golden_cells.Cell, bool]]:
    """The published cells, without the province's own row."""
    cells = golden_cells.read_figures(file, PERIOD)
    return {key: cell for key, cell in cells.items() if key[0] != "H44"}


def differing(pipeline: Pipeline, file: Path = FIGURES) -> list[golden_cells.Difference]:
    """Exact cells in which the marts differ from the published figures."""
    with psycopg.connect(pipeline.database.url("bi_reader")) as connection:
        ours = golden_cells.read_ours(connection, "H44", PERIOD)
    return [one for one in golden_cells.differences(published(file), ours) if one.is_exact]


def explained(pipeline: Pipeline) -> dict[tuple[str, bool], int]:
    """How many cells of units each cause explains, proved or not; every group has one as well."""
    groups = pipeline.rows("select count(*) from marts.score_reconciliations_monthly where indicator_code is null")
    assert [row["count"] for row in groups] == [51 * 6]
    rows = pipeline.rows(
        "select cause_code, is_proved, count(*) filter (where indicator_code is not null) as cells"
        " from marts.score_reconciliations_monthly group by 1, 2"
    )
    return {(row["cause_code"], row["is_proved"]): row["cells"] for row in rows}


def test_all_units_of_the_golden_month_are_reproduced(
    make_database: MakeDatabase, migrated_template: Database, state: Path
) -> None:
    """As two captures, each of what was published by its day; no difference to the portal is left unexplained."""
    units = sorted({unit for unit, _ in published()})
    province = figures.build(FIGURES, "2026-08", units)
    database = make_database(FILLED, migrated_template.name)
    with pipeline_over(province, database, state, first_period=PERIOD) as pipeline:
        pipeline.read_one("national_portal", FIRST_CAPTURE)
        pipeline.read(province.clock)
        pipeline.rank()
        assert len(units) == 51
        assert sum(is_exact for _, is_exact in published().values()) > 1000
        assert differing(pipeline) == []
        assert explained(pipeline) == {
            ("equal", True): 51 * 18 - 13,
            ("portal_rounding", True): 1,
            ("restated", True): 12,
        }
    database.cluster.drop_database(FILLED)


@pytest.fixture(scope="module")
def telling_figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The figures of a few units, with two kinds of cells that were published elsewhere."""
    path = tmp_path_factory.mktemp("figures") / "figures.csv"
    return altered(path, TELLING_UNITS, seen_elsewhere("H44.172", "H44.13", "4.97"))


def test_the_command_names_the_cells_that_cannot_be_and_compares_the_rest(
    cluster: postgres.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = altered(tmp_path / "figures.csv", TELLING_UNITS, IMPOSSIBLE)
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    monkeypatch.setattr(secret_store, "load", secrets)
    monkeypatch.setattr(installation, "embedded", lambda _, port: Installation(cluster, "golden_test", port))
    status = golden.golden(["--figures", str(file), "--period", "2026-08"])
    lines = capsys.readouterr().out.splitlines()
    assert {tuple(line.split()[:2]) for line in lines if "left out:" in line} == set(IMPOSSIBLE)
    assert status == 0, lines
    cluster.drop_database("golden_test")


@pytest.fixture(scope="module")
def telling(
    telling_figures: Path, make_database: MakeDatabase, migrated_template: Database, state: Path
) -> Iterator[Pipeline]:
    """Their records, read and ranked."""
    province = figures.build(telling_figures, "2026-08")
    database = make_database(FILLED, migrated_template.name)
    with pipeline_over(province, database, state, first_period=PERIOD) as pipeline:
        pipeline.read(province.clock)
        pipeline.build_models()
        yield pipeline
    database.cluster.drop_database(FILLED)


@pytest.fixture
def rebuilt(telling: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The few units' ranked warehouse, a copy for this test alone."""
    yield telling.on(make_database(COPY, telling.database.name))
    telling.database.cluster.drop_database(COPY)


@pytest.mark.long  # the whole month above holds them; here the definitions planted below start from them
def test_the_telling_units_are_reproduced(rebuilt: Pipeline, telling_figures: Path) -> None:
    assert differing(rebuilt, telling_figures) == []


@pytest.mark.long
@pytest.mark.parametrize("wrong", WRONG_DEFINITIONS, ids=lambda wrong: wrong.name)
def test_a_wrong_definition_turns_cells_red(
    rebuilt: Pipeline, telling_figures: Path, wrong: WrongDefinition, tmp_path: Path
) -> None:
    with edited_project(tmp_path / "project", wrong.edits()) as root:
        rebuilt.with_project(root).build_again(wrong.files)
    assert differing(rebuilt, telling_figures), f"{wrong.name} reproduces the published figures as well"
