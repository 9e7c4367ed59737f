"""Our scores beside the portal's: every way in which the portal counts otherwise is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal_simulator import life
from portal_simulator.views.faults import FAULTS, Kind
from tests.database import FILLED, Database
from tests.end_to_end.conftest import MakeDatabase
from tests.end_to_end.pipeline import Pipeline, pipeline_over

MONTH = date(2025, 8, 1)
AS_OF = datetime(2025, 9, 1, 0, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
BEFORE, RECODED_AT = AS_OF - timedelta(days=16), AS_OF - timedelta(days=11)
DAY = timedelta(days=1)
RESTATED = "restated"  # shows beside an earlier capture only
DISTORTIONS = sorted(name for name, fault in FAULTS.items() if fault.kind is Kind.DISTORTION and name != RESTATED)
NAMED = Decimal("0.95")
# Causes of which dossiers can be named, each with an indicator of the province that moves by every one of them.
OF_DOSSIERS = {
    "late_sync": "4.1",
    "status_rewritten": "4.1",
    "flag_forced": "4.4",
    "cash_counted": "3.6",
    "missing_deadline_on_time": "2.1",
    "re_dated": "2.1",
    "re_keyed": "4.1",
}
CAPTURES = ["dbt_project/models/staging/national_portal/stg_national_portal__evaluations.sql",
            "dbt_project/models/staging/national_portal/stg_national_portal__evaluation_versions.sql"]  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(make_database: MakeDatabase, migrated_template: Database, state: Path) -> Iterator[Pipeline]:
    """One month of a seeded life, read and ranked; nothing is distorted yet."""
    province = life.build(seed=766, scale=0.25, careless=False)
    known = [dossier for dossier in province.dossiers if dossier.submitted_at < BEFORE]
    for dossier in known[::10]:  # a portal that moves gives dossiers other codes
        dossier.recoded = (RECODED_AT, f"{dossier.code}-M")
    database = make_database(FILLED, migrated_template.name)
    with pipeline_over(province, database, state, first_period=MONTH) as lived:
        lived.read(BEFORE)
        lived.read_one("national_portal", AS_OF - timedelta(hours=1))  # the catalogue of the month's last day
        lived.read(AS_OF)
        lived.rank()
        yield lived
    database.cluster.drop_database(FILLED)


def test_without_a_distortion_nothing_differs(pipeline: Pipeline) -> None:
    different = pipeline.rows(
        "select agency_code, row_code, our_numerator, our_denominator, portal_numerator, portal_denominator,"
        " our_points, portal_points, cause_code from marts.score_reconciliations_monthly"
        " where period_month = %s and cause_code not in ('equal', 'portal_rounding')",
        MONTH,
    )
    assert different == []
    [row] = pipeline.rows("select count(*) from marts.score_reconciliations_monthly where period_month = %s", MONTH)
    assert row["count"] > 500


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_distortion_is_named(name: str, pipeline: Pipeline) -> None:
    _capture(pipeline, AS_OF + timedelta(hours=DISTORTIONS.index(name) + 1), name)
    points = _points_by_cause(pipeline)
    total = sum(points.values())
    assert total > 0, f"{name} changes nothing"
    assert points[name] >= NAMED * total, dict(points)
    evidence = pipeline.rows("select * from marts.portal_evidence_monthly where cause_code = %s", name)
    assert bool(evidence) == (name in OF_DOSSIERS)
    if name in OF_DOSSIERS:
        _assert_each_dossier_is_named(pipeline, name, evidence)


def test_what_the_portal_changes_afterwards_is_named_and_proved(pipeline: Pipeline) -> None:
    """Its figures of one day are ours, and those of the next are not."""
    _capture(pipeline, AS_OF + timedelta(hours=20))
    assert sum(_points_by_cause(pipeline).values()) == 0
    _capture(pipeline, AS_OF + DAY, RESTATED)
    points = _points_by_cause(pipeline)
    assert sum(points.values()) > 0
    assert points[RESTATED] >= NAMED * sum(points.values()), dict(points)
    told = pipeline.rows(
        "select is_proved, count(*) from marts.score_reconciliations_monthly"
        " where period_month = %s and cause_code = %s group by 1",
        *(MONTH, RESTATED),
    )
    assert {row["is_proved"] for row in told} == {True}
    days = pipeline.rows(
        "select captured_on, sum(abs(in_hand_difference) + abs(on_time_difference) + abs(received_difference)) as apart"
        " from marts.portal_counts_daily where period_month = %s group by 1 order by 1",
        MONTH,
    )
    assert [row["captured_on"] for row in days] == [AS_OF.date(), AS_OF.date() + DAY]
    assert days[0]["apart"] == 0
    assert days[1]["apart"] > 0


def _capture(pipeline: Pipeline, at: datetime, *distortions: str) -> None:
    """Read the national portal at a moment, distorted or not, and build what hangs on it."""
    for name in distortions:
        pipeline.switch_fault(name)
    try:
        pipeline.read_one("national_portal", at)
        pipeline.build_again(CAPTURES)
    finally:
        for name in distortions:
            pipeline.switch_fault(name, on=False)


def _points_by_cause(pipeline: Pipeline) -> defaultdict[str, Decimal]:
    """How many points of indicators each cause accounts for."""
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in pipeline.rows(
        "select cause_code, sum(abs(difference)) as points from marts.score_reconciliations_monthly"
        " where period_month = %s and indicator_code is not null group by cause_code",
        MONTH,
    ):
        points[row["cause_code"]] += row["points"]
    return points


def _assert_each_dossier_is_named(pipeline: Pipeline, name: str, evidence: list[dict[str, Any]]) -> None:
    """As many as the portal's counts are apart by the cause, and each with a field and both values."""
    assert all(row["portal_field"] and row["our_value_vi"] and row["portal_counted_vi"] for row in evidence)
    assert all(row["cause_vi"] and row["dossier_code"] for row in evidence)
    indicator = OF_DOSSIERS[name]
    [cell] = pipeline.rows(
        "select *, greatest(abs(portal_numerator - our_numerator), abs(portal_denominator - our_denominator)) as apart"
        " from marts.score_reconciliations_monthly where period_month = %s and agency_code = 'H44' and row_code = %s",
        *(MONTH, indicator),
    )
    assert cell["cause_code"] == name
    dossiers = {
        row["source_id"]
        for row in evidence
        if row["agency_code"] == "H44" and indicator in row["indicator_codes"].split(", ")
    }
    assert 0 < cell["apart"] > cell["records_left"]
    assert abs(len(dossiers) - cell["apart"]) <= cell["records_left"]
