"""Our scores beside the portal's: every way in which the portal counts otherwise is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal_simulator import life
from portal_simulator.views.faults import FAULTS, Kind
from tests.database import Database
from tests.end_to_end.conftest import MakeDatabase
from tests.end_to_end.pipeline import Pipeline, pipeline_over

MONTH = date(2025, 8, 1)
AS_OF = datetime(2025, 9, 1, 0, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
BEFORE, RECODED_AT = AS_OF - timedelta(days=16), AS_OF - timedelta(days=11)
DISTORTIONS = sorted(name for name, fault in FAULTS.items() if fault.kind is Kind.DISTORTION)
NAMED = Decimal("0.95")


@pytest.fixture(scope="module")
def pipeline(make_database: MakeDatabase, migrated_template: Database, state: Path) -> Iterator[Pipeline]:
    """One month of a seeded life, read and ranked; nothing is distorted yet."""
    province = life.build(seed=766, scale=0.25, careless=False)
    known = [dossier for dossier in province.dossiers if dossier.submitted_at < BEFORE]
    for dossier in known[::10]:  # a portal that moves gives dossiers other codes
        dossier.recoded = (RECODED_AT, f"{dossier.code}-M")
    database = make_database("reconciled", migrated_template.name)
    with pipeline_over(province, database, state, first_period=MONTH) as lived:
        lived.read(BEFORE)
        lived.read(AS_OF)
        lived.rank()
        yield lived
    database.cluster.drop_database("reconciled")


def test_without_a_distortion_nothing_differs(pipeline: Pipeline) -> None:
    different = pipeline.rows(
        "select agency_code, row_code, our_numerator, our_denominator, portal_numerator, portal_denominator,"
        " our_points, portal_points, cause_code from marts.score_reconciliations_monthly"
        " where period_month = %s and cause_code not in ('equal', 'portal_rounding', 'other_rules')",
        MONTH,
    )
    assert different == []
    [row] = pipeline.rows("select count(*) from marts.score_reconciliations_monthly where period_month = %s", MONTH)
    assert row["count"] > 500


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_distortion_is_named(name: str, pipeline: Pipeline) -> None:
    number = DISTORTIONS.index(name) + 1
    pipeline.switch_fault(name)
    try:
        pipeline.read_one("national_portal", AS_OF + timedelta(hours=number))
        pipeline.build_again(["dbt_project/models/staging/national_portal/stg_national_portal__evaluations.sql"])
    finally:
        pipeline.switch_fault(name, on=False)
    points: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in pipeline.rows(
        "select cause_code, sum(abs(difference)) as points from marts.score_reconciliations_monthly"
        " where period_month = %s and indicator_code is not null and cause_code <> 'other_rules' group by cause_code",
        MONTH,
    ):
        points[row["cause_code"]] += row["points"]
    total = sum(points.values())
    assert total > 0, f"{name} changes nothing"
    assert points[name] >= NAMED * total, dict(points)
