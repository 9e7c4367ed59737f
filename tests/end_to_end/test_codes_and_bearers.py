"""The marts against the second implementation, over a life in which codes deceive.

Codes given to another agency, districts that ended, dossiers with another code or agency, petitions
cancelled, repeated or answered without a date, codes whose meaning changes (tests/oracle/constellations.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from portal_simulator import life
from portal_simulator.records import Province
from tests.database import COPY, FILLED, Database
from tests.end_to_end import constellation_seeds
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.pipeline import Pipeline, pipeline_over
from tests.end_to_end.test_second_implementation import ZONE, Cards, different_cells
from tests.end_to_end.wrong_definitions import WrongDefinition
from tests.end_to_end.wrong_identities import WRONG_IDENTITIES
from tests.oracle import constellations
from tests.oracle.codes import Codes
from tests.oracle.scoring import scorecards

MONTHS = [date(2025, month, 1) for month in (5, 6, 7, 8)]
READINGS = [datetime(2025, month, 1, 0, 30, tzinfo=ZONE) for month in (6, 7, 8, 9)]
CATALOGUE_READ_ON = [READINGS[0].date(), *(moment.date() for moment in READINGS[:-1])]  # known at each month's end
SEED, SCALE = 766, 0.25


@pytest.fixture(scope="module")
def province() -> Province:
    made = life.build(seed=SEED, scale=SCALE)
    constellations.plant(made, SEED)
    return made


@pytest.fixture(scope="module")
def pipeline(
    province: Province,
    make_database: MakeDatabase,
    migrated_template: Database,
    state: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pipeline]:
    """Read at the end of each month, ranked at the last; the sweep finds what the portal deleted."""
    database = make_database(FILLED, migrated_template.name)
    with (
        edited_project(tmp_path_factory.mktemp("deceiving"), constellation_seeds.EDITS) as root,
        pipeline_over(province, database, state, first_period=MONTHS[0], project_root=root) as lived,
    ):
        for moment in READINGS:
            lived.read(moment, sweep=True)
        lived.rank()
        yield lived
    database.cluster.drop_database(FILLED)


@pytest.fixture(scope="module")
def cards(province: Province, pipeline: Pipeline) -> Cards:
    """The second implementation's scorecards; what the national portal confirmed is an input to both."""
    captured = pipeline.rows(
        "select distinct on (period_start, unit_code) period_start, unit_code, numerator, denominator"
        " from raw.national_portal__evaluations where metric_code = 'DOSSIER_SYNC' and not is_deleted"
        " order by period_start, unit_code, version_id desc"
    )
    found = {}
    for month, read_on in zip(MONTHS, CATALOGUE_READ_ON, strict=True):
        national = {
            row["unit_code"]: (row["numerator"], row["denominator"]) for row in captured if row["period_start"] == month
        }
        found[month] = scorecards(
            province,
            month,
            READINGS[-1],
            national,
            catalogue_on=read_on,
            successions=constellations.SUCCESSIONS,
            codes=Codes(constellations.REDATED),
        )
    return found


def test_every_cell_agrees(cards: Cards, pipeline: Pipeline) -> None:
    assert sum(len(month) for month in cards.values()) >= 390
    assert different_cells(cards, pipeline) == []


@pytest.mark.parametrize(
    "wrong",
    [*WRONG_IDENTITIES[:3], *(pytest.param(wrong, marks=pytest.mark.long) for wrong in WRONG_IDENTITIES[3:])],
    ids=lambda wrong: wrong.name,
)
def test_a_wrong_reading_of_codes_is_seen(
    wrong: WrongDefinition, cards: Cards, pipeline: Pipeline, make_database: MakeDatabase, tmp_path: Path
) -> None:
    """Planted in what was read, it gives other cells."""
    planted = pipeline.on(make_database(COPY, pipeline.database.name))
    with edited_project(tmp_path / "project", wrong.edits(constellation_seeds.EDITS)) as root:
        planted.with_project(root).build_again(wrong.files)
    assert different_cells(cards, planted), f"{wrong.name} gives the same cells"
    planted.database.cluster.drop_database(COPY)


def test_an_agency_has_the_name_of_the_month(pipeline: Pipeline) -> None:
    """Renamed, or another agency under the code of one that ended."""
    rows = pipeline.rows(
        "select period_month, agency_code, agency_name_vi from marts.agency_rankings_monthly"
        " where agency_code = any(%s)",
        ["H44.172", "H44.170", "H62.08710"],
    )
    names = {(f"{row['period_month']:%m}", row["agency_code"]): row["agency_name_vi"] for row in rows}
    code, _, renamed = constellations.RENAMED
    assert (names["07", code], names["08", code]) == ("UBND xã Thái Hòa", renamed)
    assert (names["07", "H44.170"], names["08", "H44.170"]) == ("UBND xã Lập Thạch", "UBND xã Lập Thạch mới")
    assert (names["05", "H62.08710"], names["06", "H62.08710"]) == ("UBND phường Liên Bảo", "UBND phường Liên Bảo mới")
    versions = pipeline.rows("select * from marts.dim_agency_versions where agency_code = %s", code)
    assert len({row["display_order"] for row in versions}) == 1
    assert len(versions) == 2


def test_what_a_district_left_open_counts_apart_and_for_the_province(pipeline: Pipeline) -> None:
    rows = pipeline.rows("select * from marts.data_status where period_month = any(%s)", MONTHS)
    left = {f"{row['period_month']:%m}": row["dossiers_of_ended_agencies"] for row in rows}
    assert left["05"] == left["06"] == 0
    assert left["07"] > left["08"] > 0
    [july] = [row for row in rows if f"{row['period_month']:%m}" == "07"]
    assert 0 < july["late_dossiers_of_ended_agencies"] < july["dossiers_of_ended_agencies"]
    shown = pipeline.rows("select 1 from marts.agency_rankings_monthly where agency_code like '%%.ket-thuc'")
    assert shown == []
