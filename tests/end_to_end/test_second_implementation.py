"""The marts against the second implementation, over four months of a seeded life and a running one.

Three tiers in May and June 2025, the merger, two tiers after it; records as careless offices keep them,
days off of single places, and the second receipt date in force from summer 2025: every cell, total,
rank and class.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal_simulator import life
from portal_simulator.records import Province
from tests.database import COPY, FILLED, Database
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.explained import unexplained
from tests.end_to_end.one_left_out import expected, shown
from tests.end_to_end.pipeline import Pipeline, pipeline_over
from tests.end_to_end.seeds_of_law import lower_target, seeds_of
from tests.end_to_end.taken_apart import different_changes, freeze_and_correct
from tests.end_to_end.wrong_dates import WRONG_DATES
from tests.end_to_end.wrong_definitions import WrongDefinition
from tests.oracle.law import Law
from tests.oracle.ranking import Standing, standings
from tests.oracle.scoring import Cell, scorecards

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONTHS = [date(2025, month, 1) for month in (5, 6, 7, 8, 9)]
READINGS = [datetime(2025, month, 1, 0, 30, tzinfo=ZONE) for month in (6, 7, 8, 9)]
READINGS.append(datetime(2025, 9, 18, 0, 30, tzinfo=ZONE))  # September still runs
KNOWN_AT = READINGS[-1]
LAW = Law(
    local_days={
        "H62": {date(2025, 6, 18): "holiday"},
        "H44": {date(2025, 8, 13): "holiday", date(2025, 8, 16): "working_saturday"},
        "H44.13": {date(2025, 7, 10): "holiday", date(2025, 8, 13): "working_saturday"},
    },
    competent_receipt_from=date(2025, 6, 16),
)
SCALE = 0.25

Cards = dict[date, dict[str, dict[str, Cell]]]


@pytest.fixture(scope="module")
def province() -> Province:
    return life.build(seed=766, scale=SCALE, careless=True)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project with the seeds of `LAW`."""
    with edited_project(tmp_path_factory.mktemp("law") / "project", seeds_of(LAW)) as root:
        yield root


@pytest.fixture(scope="module")
def pipeline(
    province: Province, make_database: MakeDatabase, migrated_template: Database, state: Path, project: Path
) -> Iterator[Pipeline]:
    """Read at the end of each month, swept and ranked after every other one; a sweep finds what the portal deleted."""
    database = make_database(FILLED, migrated_template.name)
    with pipeline_over(province, database, state, first_period=MONTHS[0], project_root=project) as lived:
        for number, moment in enumerate(READINGS):
            ranked = number % 2 == 0
            lived.read(moment, sweep=ranked)
            if ranked:
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
    for month in MONTHS:
        national = {
            row["unit_code"]: (row["numerator"], row["denominator"]) for row in captured if row["period_start"] == month
        }
        found[month] = scorecards(province, month, KNOWN_AT, national, _catalogue_day(month), LAW)
    return found


def test_there_are_enough_agency_months_and_every_kind_of_case(cards: Cards, pipeline: Pipeline) -> None:
    assert sum(len(month) for month in cards.values()) >= 400
    statuses = {cell.status for month in cards.values() for card in month.values() for cell in card.values()}
    assert {"scored", "no_cases"} <= statuses
    [seen] = pipeline.rows(
        "select count(*) filter (where late_reason = 'second_supplement') as second_supplement,"
        " count(*) filter (where late_reason = 're_dated_late') as apology,"
        " count(*) filter (where ending_kind = 'withdrawn') as withdrawn,"
        " count(*) filter (where ending_kind = 'stopped') as stopped,"
        " count(*) filter (where ending_kind = 'refused') as refused,"
        " count(*) filter (where not is_timed) as untimed,"
        " count(*) filter (where agency_code like 'H62.%%' and period_month >= '2025-07-01') as of_merged_agencies"
        " from facts.fct_dossier_months"
    )
    assert all(count > 0 for count in seen.values()), seen


def test_every_cell_agrees(cards: Cards, pipeline: Pipeline) -> None:
    assert different_cells(cards, pipeline) == []


def test_every_lost_point_leads_to_its_records(pipeline: Pipeline) -> None:
    listed = pipeline.rows("select indicator_code, count(*) from marts.dossier_deductions_monthly group by 1")
    assert {row["indicator_code"] for row in listed} == {"2.1", "3.3", "3.6", "4.1", "4.2", "4.3", "4.4", "4.5b", "5.4"}
    assert unexplained(pipeline, *MONTHS) == []


def test_every_rank_is_as_sure_as_a_recomputation_says(pipeline: Pipeline) -> None:
    months = {month: (shown(pipeline, month), expected(pipeline, month)) for month in MONTHS}
    assert [month for month, (ours, told) in months.items() if ours != told] == []
    of_june = list(months[date(2025, 6, 1)][1].values())
    assert len(of_june) > 100
    assert sum(row["deciding_dossier_code"] is not None for row in of_june) > 50
    assert sum(row["dossiers_to_next_rank"] is not None for row in of_june) > 50


@pytest.mark.parametrize(
    ("view", "right", "wrong"),
    [
        ("dossier_deductions_by_revision", "('3.6', dossier.has_fee,", "('3.6', true,"),
        ("dossier_deductions_by_revision", "where not filing.is_filed_online", "where filing.channel = 'direct'"),
        ("petition_deductions_by_revision", "('5.2', true, petition.is_on_time)", "('5.2', true, petition.is_repeat)"),
        ("procedure_deductions_by_revision", "'3.5b', procedure.is_fee_bearing or", "'3.5b', procedure.is_citizen or"),
    ],
)
def test_a_list_that_is_not_whole_is_seen(
    view: str, right: str, wrong: str, pipeline: Pipeline, make_database: MakeDatabase, tmp_path: Path
) -> None:
    path = f"dbt_project/models/marts/evidence/{view}.sql"
    planted = pipeline.on(make_database(COPY, pipeline.database.name))
    with edited_project(tmp_path / "project", {**seeds_of(LAW), path: lambda text: text.replace(right, wrong)}) as root:
        planted.with_project(root).build_again([path])
    assert unexplained(planted, *MONTHS) != []
    planted.database.cluster.drop_database(COPY)


def test_the_parts_of_every_change_add_up(pipeline: Pipeline) -> None:
    assert different_changes(pipeline) == []
    [seen] = pipeline.rows(
        "select count(*) filter (where mix_points <> 0) as mix, count(*) filter (where facts_points <> 0) as facts,"
        " count(*) filter (where restated_points <> 0 or rules_points <> 0) as others,"
        " array_agg(distinct comparison_status::text order by comparison_status::text) as statuses"
        " from marts.score_changes_monthly"
    )
    assert min(seen["mix"], seen["facts"]) > 100
    assert seen["others"] == 0
    assert seen["statuses"] == ["compared", "first_month", "reorganised", "running"]


def test_a_correction_and_a_lower_target_have_parts_of_their_own(
    pipeline: Pipeline, make_database: MakeDatabase, tmp_path: Path
) -> None:
    """July is frozen and corrected before August is made again, with a lower target of 4.1 from August on."""
    planted = pipeline.on(make_database(COPY, pipeline.database.name))
    agency = freeze_and_correct(planted, MONTHS[2])
    edits = seeds_of(LAW) | {"dbt_project/seeds/indicator_targets.csv": lower_target("4.1", "0.5", MONTHS[3])}
    with edited_project(tmp_path / "project", edits) as root:
        planted.with_project(root).build_again(["seeds/indicator_targets.csv", "int_periods.sql"])
    assert different_changes(planted) == []
    moved = planted.rows(
        "select agency_code, period_month, indicator_code, restated_points, rules_points, mix_points"
        " from marts.score_changes_monthly where restated_points <> 0 or rules_points <> 0"
    )
    restated = {(row["agency_code"], row["indicator_code"]) for row in moved if row["restated_points"]}
    assert restated >= {(agency, "4.3")}
    assert {code for _, code in restated} == {"4.3"}
    assert {row["indicator_code"] for row in moved if row["rules_points"]} == {"4.1"}
    assert {row["period_month"] for row in moved} == {MONTHS[3]}
    mixed = "select count(*) as cells from marts.score_changes_monthly where mix_points <> 0 and period_month = %s"
    assert planted.rows(mixed, MONTHS[3])[0]["cells"] > 50, "the mix of a frozen month is known"
    planted.database.cluster.drop_database(COPY)


def different_cells(cards: Cards, pipeline: Pipeline) -> list[str]:
    """The cells in which the marts and the second implementation differ, both values named."""
    ours = {
        (row["period_month"], row["agency_code"], row["indicator_code"]): row
        for row in pipeline.rows(
            "select * from marts.agency_scorecards_monthly where period_month = any(%s)", list(cards)
        )
    }
    theirs = {
        (month, agency, code): cell
        for month, agencies in cards.items()
        for agency, card in agencies.items()
        for code, cell in card.items()
    }
    assert set(ours) == set(theirs)
    return [
        f"{month:%Y-%m} {agency} {code}: ours {_read(ours[month, agency, code])}, second {cell}"
        for (month, agency, code), cell in theirs.items()
        if not _agree(ours[month, agency, code], cell)
    ]


@pytest.mark.parametrize(
    "wrong",
    [*WRONG_DATES[:3], *(pytest.param(wrong, marks=pytest.mark.long) for wrong in WRONG_DATES[3:])],
    ids=lambda wrong: wrong.name,
)
def test_a_wrong_reading_of_dates_is_seen(
    wrong: WrongDefinition, cards: Cards, pipeline: Pipeline, make_database: MakeDatabase, tmp_path: Path
) -> None:
    """Planted in what was read, it gives other cells."""
    planted = pipeline.on(make_database(COPY, pipeline.database.name))
    with edited_project(tmp_path / "project", wrong.edits(seeds_of(LAW))) as root:
        planted.with_project(root).build_again(wrong.files)
    assert different_cells(cards, planted), f"{wrong.name} gives the same cells"
    planted.database.cluster.drop_database(COPY)


def test_every_rank_class_and_total_agrees(province: Province, cards: Cards, pipeline: Pipeline) -> None:
    rows = pipeline.rows("select * from marts.agency_rankings_monthly where period_month = any(%s)", MONTHS)
    ours = {(row["period_month"], row["agency_code"]): row for row in rows}
    different = []
    ties = 0
    for month in MONTHS:
        places = standings(province, month, KNOWN_AT, cards[month])
        assert {agency for at, agency in ours if at == month} == set(places)
        for agency, place in places.items():
            if _standing(ours[month, agency]) != _expected(place):
                different.append((month, agency, _standing(ours[month, agency]), _expected(place)))
        scores = [place.score for place in places.values() if place.status == "ranked"]
        ties += len(scores) - len(set(scores))
    assert different == []
    assert ties > 0, "the life has no tie"


def _catalogue_day(month: date) -> date:
    """The newest reading of the catalogue known by the month's end; for the first month, the first there is."""
    known = [moment.date() for moment in READINGS if moment.date() <= month.replace(day=28)]
    return max(known, default=READINGS[0].date())


def _agree(row: dict[str, Any], cell: Cell) -> bool:
    if row["status"] != cell.status or row["points"] != cell.points:
        return False
    if cell.status == "no_data":
        return True
    if row["ratio"] != (_ratio(cell) if cell.denominator else None):
        return False
    return (row["numerator"] or 0, row["denominator"] or 0) == (cell.numerator, cell.denominator)


def _ratio(cell: Cell) -> Decimal:
    exact = Decimal(cell.numerator) / Decimal(cell.denominator)
    return min(exact.quantize(Decimal("1E-6"), ROUND_HALF_UP), Decimal("9.999999"))


def _read(row: dict[str, Any]) -> str:
    return f"{row['numerator']}/{row['denominator']} = {row['ratio']} {row['points']} {row['status']}"


def _standing(row: dict[str, Any]) -> tuple[object, ...]:
    groups = ("transparency", "timeliness", "online_service", "online_payment", "digitisation", "satisfaction")
    return (
        *(row["peer_group"], row["assessment_status"], row["rank"], row["grade_code"], row["score"]),
        *(row["applicable_score"], row["dossiers_in_hand"], *(row[f"{group}_points"] for group in groups)),
    )


def _expected(place: Standing) -> tuple[object, ...]:
    groups = ("CKMB", "TDGQ", "DVCTT", "TTTT", "MDSH", "MDHL")
    return (
        *(place.peer_group, place.status, place.rank, place.grade, _two(place.score)),
        *(place.applicable_score, place.dossiers_in_hand, *(place.groups[group] for group in groups)),
    )


def _two(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
