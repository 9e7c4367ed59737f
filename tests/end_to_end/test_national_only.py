"""An installation with the public national portal alone: its ranking stands, and what needs dossiers says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import Manners, PortalSettings, Settings
from tests.database import COPY, FILLED, Database
from tests.dvc766.portals.fake_host import serving
from tests.dvc766.portals.fake_national import Portal
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.evaluation_replies import UNITS, replies
from tests.end_to_end.pipeline import Pipeline, warehouse_of

MONTH = date(2026, 8, 1)
AS_OF = datetime(2026, 9, 20, 1, 30, tzinfo=LOCAL_ZONE)
RANKING = """
    select agency_code, peer_group, rank, score::text, assessment_status
    from marts.portal_rankings_monthly where period_month = '2026-08-01' order by agency_code
"""
NATIONAL = "national_portal"


def settings_over(url: str, database: Database, state: Path) -> Settings:
    """The public hosts of a national portal and nothing else."""
    portal = PortalSettings(NATIONAL, "H44", url + "/api/v1", manners=Manners(tries=2, first_wait_seconds=0))
    return Settings(
        portals={NATIONAL: portal},
        warehouse=warehouse_of(database),
        state=state / database.name,
        first_period=MONTH,
    )


@pytest.fixture(scope="module")
def only(make_database: MakeDatabase, migrated_template: Database, state: Path) -> Iterator[Pipeline]:
    """From an empty warehouse: the public hosts read and ranked once."""
    portal = Portal()
    portal.departments = [{"id": "d-H44", "code": "H44", "name": "UBND tỉnh Phú Thọ", "level": "PROVINCE"}]
    portal.formalities, portal.services = [], []
    portal.evaluations = replies(UNITS)
    database = make_database(FILLED, migrated_template.name)
    with serving(portal) as fake:
        pipeline = Pipeline(settings_over(fake.url, database, state), database, fake.url)
        runs.read_portal(pipeline.settings, NATIONAL, as_of=AS_OF)
        runs.rank(pipeline.settings)
        assert not any(asked.path == "/exchange" for asked in portal.asked)
        yield pipeline
    database.cluster.drop_database(FILLED)


@pytest.fixture
def copy(only: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The same warehouse, a copy for this test alone."""
    yield only.on(make_database(COPY, only.database.name))
    only.database.cluster.drop_database(COPY)


def ranking(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    return {row.pop("agency_code"): row for row in pipeline.rows(RANKING)}


def test_every_unit_with_six_groups_has_the_published_total_and_its_rank(only: Pipeline) -> None:
    ranked = {code: row for code, row in ranking(only).items() if row["assessment_status"] == "ranked"}
    whole = {unit.code: unit for unit in UNITS if unit.is_whole and unit.peer_group in ("department", "commune")}
    assert {code: row["score"] for code, row in ranked.items()} == {
        code: f"{unit.total:.2f}" for code, unit in whole.items()
    }
    for group in ("department", "commune"):
        peers = sorted((unit for unit in whole.values() if unit.peer_group == group), key=lambda unit: -unit.total)
        expected = {unit.code: 1 + sum(other.total > unit.total for other in peers) for unit in peers}
        assert {code: row["rank"] for code, row in ranked.items() if row["peer_group"] == group} == expected
    published_totals = only.rows(
        "select agency_code, points::text from facts.fct_captures"
        " where metric_code = 'TOTAL' and agency_code = any(%s)",
        list(whole),
    )
    assert {row["agency_code"]: float(row["points"]) for row in published_totals} == {
        code: float(row["score"]) for code, row in ranked.items()
    }


def test_a_unit_with_a_missing_group_is_named_and_not_ranked(only: Pipeline) -> None:
    rows = ranking(only)
    for unit in UNITS:
        if not unit.is_whole and unit.peer_group:
            assert rows[unit.code] == {
                "peer_group": unit.peer_group,
                "rank": None,
                "score": None,
                "assessment_status": "incomplete",
            }
    assert rows["H44"]["assessment_status"] == "province"


def test_every_unit_of_a_reply_is_ranked_or_named_with_the_reason(only: Pipeline) -> None:
    findings = only.rows(
        "select agency_code, agency_name_vi, finding_vi from marts.data_findings where finding_kind = 'unlisted_unit'"
    )
    assert [(row["agency_code"], row["agency_name_vi"]) for row in findings] == [("H44.999", "Trung tâm không rõ cấp")]
    assert "seeds/agencies.csv" in findings[0]["finding_vi"]
    assert {unit.code for unit in UNITS} == set(ranking(only)) | {row["agency_code"] for row in findings}


def test_what_needs_dossiers_says_so(only: Pipeline) -> None:
    tables = ("agency_rankings_monthly", "agency_scorecards_monthly", "agency_group_scores_monthly")
    for table in (*tables, "score_changes_monthly"):
        assert only.rows(f"select from marts.{table}") == []
    [told] = only.rows(
        "select * from marts.data_findings where finding_kind = 'connection' and period_month = %s", MONTH
    )
    assert told["finding_vi"].startswith("Chưa kết nối Cổng dịch vụ công của tỉnh")
    [status] = only.rows("select * from marts.data_status where period_month = %s", MONTH)
    assert (status["provincial_portal_read_local_at"], status["agencies"]) == (None, len(ranking(only)) - 1)


def test_the_portal_s_ranking_is_frozen_as_it_is_shown(copy: Pipeline) -> None:
    shown = ranking(copy)
    assert runs.freeze(copy.settings, MONTH).revision == 1
    assert ranking(copy) == shown
    kept = copy.rows("select agency_code, rank, score::text from published.portal_rankings_monthly")
    assert {row["agency_code"]: (row["rank"], row["score"]) for row in kept} == {
        code: (row["rank"], row["score"]) for code, row in shown.items()
    }
    runs.rank(copy.settings)
    assert ranking(copy) == shown
    told = "select period_month from marts.data_findings where finding_kind = 'connection' order by 1 limit 1"
    assert copy.rows(told) == [{"period_month": MONTH}]
    assert runs.watch_frozen_months(copy.settings).figures == []


def test_a_month_of_which_the_portal_shows_nothing_is_not_frozen(copy: Pipeline) -> None:
    with copy.database.connect() as owner:
        owner.execute("update marts.portal_rankings_monthly set score = null")
    with pytest.raises(runs.FreezeRefused, match="DVC766_FIRST_PERIOD"):
        runs.freeze(copy.settings, MONTH)
    assert copy.rows("select from published.revisions") == []


def test_the_latest_ranking_follows_the_dated_official_source_and_names_it(copy: Pipeline, tmp_path: Path) -> None:
    latest = "select agency_code, rank, score::text, official_source, official_source_vi from marts.rankings_latest"
    assert copy.rows(latest) == []  # computed, and nothing to compute from
    with edited_project(tmp_path, {"dbt_project/seeds/rules.csv": to_portal}) as root:
        runs.rank(copy.with_project(root).settings)
    assert copy.rows(f"{latest} order by agency_code") == [
        {"agency_code": code, "rank": row["rank"], "score": row["score"], "official_source": "portal"}
        | {"official_source_vi": "Xếp hạng theo điểm công bố của Cổng Dịch vụ công quốc gia"}
        for code, row in ranking(copy).items()
        if row["rank"]
    ]


def test_the_official_source_of_a_frozen_month_is_frozen_with_it(copy: Pipeline, tmp_path: Path) -> None:
    runs.freeze(copy.settings, MONTH)
    with edited_project(tmp_path, {"dbt_project/seeds/rules.csv": to_portal}) as root:
        runs.rank(copy.with_project(root).settings)
    months = copy.rows("select period_state, official_source from marts.dim_months where period_month >= %s", MONTH)
    assert {(row["period_state"], row["official_source"]) for row in months} == {
        ("frozen", "computed"),
        ("running", "portal"),
    }


def to_portal(rules: str) -> str:
    """From August 2026 on the portal's ranking is the official one."""
    before = "official_source,computed,2022-08-01,,"
    return rules.replace(before, f"official_source,portal,2026-08-01,,Thử\n{before.replace(',,', ',2026-07-31,')}")
