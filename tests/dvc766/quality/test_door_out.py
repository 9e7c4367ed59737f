"""The door out: a ranking that is not consistent is not shown, and readers keep what they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from dvc766 import runs
from dvc766.failures import NeedsAPerson
from dvc766.quality.audit import AuditBlocked
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import layers
from dvc766.warehouse.run_life import find_run
from dvc766.warehouse.sessions import RunRefused, WarehouseBusy
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, note_readings, settings_for

CANDIDATE = Path(__file__).with_name("candidate.sql").read_text(encoding="utf-8")
RANKING = "marts_candidate.agency_rankings_monthly"
PORTAL = "marts_candidate.portal_rankings_monthly"
CARDS = "marts_candidate.agency_scorecards_monthly"
ONE = "where agency_code = 'H44.71' and period_month = '2025-07-01'"

# what is planted -> what the message must name
DEFECTS = {
    f"delete from {RANKING}": "rows_lacking = 1",
    f"delete from {CARDS}": "rows_lacking = 1",
    f"delete from {PORTAL}": "rows_present = 0",
    f"insert into {PORTAL} select * from {PORTAL} {ONE}": "repeated_agencies = 1",
    f"update {PORTAL} set timeliness_points = 1 {ONE}": "sums_off = 1",
    f"update {PORTAL} set score = 60 where assessment_status = 'incomplete'": "sums_off = 2",
    f"update {PORTAL} set rank = 2 {ONE}": "ranks_off = 1",
    f"update {PORTAL} set rank = null {ONE}": "ranked_without_score = 1",
    f"update {PORTAL} set rank = 3 where assessment_status = 'incomplete'": "ranked_without_cause = 2",
    f"insert into {RANKING} select * from {RANKING} {ONE}": "repeated_agencies = 1",
    f"delete from {RANKING} {ONE}": "missing_agencies = 1",
    f"update {RANKING} set period_month = '2025-09-01' where period_month = '2025-07-01'": "missing_months = 2",
    f"delete from {RANKING} where agency_code = 'H44' and period_month = '2025-07-01'": "months_without_province = 1",
    f"update {RANKING} set timeliness_points = 1 {ONE}": "sums_off = 1",
    f"update {RANKING} set rank = 2 {ONE}": "ranks_off = 1",
    f"update {RANKING} set score = score - 1, timeliness_points = timeliness_points - 1 {ONE}": "ranks_off = 1",
    f"update {RANKING} set ranked_agencies = 9 {ONE}": "group_sizes_off = 1",
    f"update {RANKING} set grade_code = null {ONE}": "ranked_without_result = 1",
    f"update {RANKING} set score = null {ONE}": "ranked_without_result = 1",
    f"update {RANKING} set rank = 3 where assessment_status = 'no_dossiers'": "ranked_without_cause = 2",
    f"update {RANKING} set is_latest_period = true": "latest_months = 2",
    f"update {RANKING} set satisfaction_points = 19 {ONE}": "satisfaction_points",
    f"update {RANKING} set assessment_status = 'unsure' {ONE}": "assessment_status",
    f"update {CARDS} set points = points - 1 {ONE} and indicator_code = '2.1'": "totals_off = 1",
    f"update {CARDS} set points = 21 {ONE} and indicator_code = '2.1'": "points_out_of_bounds = 1",
    f"update {CARDS} set numerator = 101 {ONE} and indicator_code = '2.1'": "numerators_too_large = 1",
    f"update {CARDS} set points = null {ONE} and indicator_code = '2.1'": "scored_without_points = 1",
    f"update {CARDS} set status = 'no_data' {ONE} and indicator_code = '2.1'": "points_without_data = 1",
    f"insert into {CARDS} select * from {CARDS} {ONE} and indicator_code = '2.1'": "repeated_indicators = 1",
    f"delete from {CARDS} {ONE}": "agencies_without_scorecard = 1",
    f"update {CARDS} set status = 'guessed' {ONE}": "status",
    "delete from marts_candidate.dim_dates where date_on > '2025-09-30'": "months_ahead = 2",
}


@pytest.fixture(scope="module")
def settings(module_database: Database) -> Settings:
    """The project's settings over a warehouse whose readers have a good ranking."""
    made = settings_for(module_database)
    note_readings(module_database)
    build(module_database)
    run_id = start(made)
    audit = runs.audit_ranking(made, run_id)
    assert audit.passed
    assert audit.warnings == ()
    runs.swap_marts(made, run_id)
    return made


def start(settings: Settings) -> int:
    """A build that has written the candidate as it stands."""
    run_id = runs.start_ranking(settings, as_of=AS_OF)
    with (
        engine_of_role(settings, "transformer") as engine,
        layers.writing(engine, find_run(engine, run_id)),
    ):
        return run_id


def build(database: Database) -> None:
    """The candidate as a good build leaves it."""
    with database.connect("transformer") as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'marts_candidate'").fetchall()
        for (table,) in tables:
            connection.execute(f"drop table marts_candidate.{table}")
        connection.execute(CANDIDATE)


def shown(database: Database) -> list[tuple[object, ...]]:
    """What readers see."""
    with database.connect("bi_reader") as connection:
        query = "select r::text from marts.agency_rankings_monthly as r order by 1"
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_blocked_named_and_not_shown(
    defect: str, settings: Settings, module_database: Database
) -> None:
    before = shown(module_database)
    build(module_database)
    with module_database.connect("transformer") as connection:
        connection.execute(defect)
    run_id = start(settings)
    with pytest.raises(AuditBlocked) as blocked:
        runs.audit_ranking(settings, run_id)
    assert DEFECTS[defect] in str(blocked.value)
    assert "Bảng xếp hạng bị chặn" in str(blocked.value)
    assert "docs/runbooks/lo-bi-chan.md" in str(blocked.value)
    with pytest.raises(RunRefused):
        runs.swap_marts(settings, run_id)
    assert shown(module_database) == before
    with module_database.connect() as connection:
        query = "select state, message_vi from ops.runs where run_id = %s"
        assert connection.execute(query, [run_id]).fetchall() == [("blocked", str(blocked.value))]


def test_without_the_provincial_portal_only_its_own_ranking_is_needed(
    settings: Settings, module_database: Database
) -> None:
    build(module_database)
    with module_database.connect("transformer") as connection:
        connection.execute("update marts_candidate.data_status set provincial_portal_read_local_at = null")
        connection.execute(f"delete from {RANKING}")
        connection.execute(f"delete from {CARDS}")
    run_id = start(settings)
    assert runs.audit_ranking(settings, run_id).passed
    runs.fail(settings, run_id, RuntimeError())


def test_a_calendar_that_ends_within_fifteen_months_is_told(settings: Settings, module_database: Database) -> None:
    build(module_database)
    with module_database.connect("transformer") as connection:
        connection.execute("delete from marts_candidate.dim_dates where date_on > '2026-09-30'")
    run_id = start(settings)
    audit = runs.audit_ranking(settings, run_id)
    runs.fail(settings, run_id, RuntimeError())
    assert [check.observed for check in audit.warnings] == [{"months_ahead": 14}]
    assert "calendar_days.csv" in audit.warnings[0].sentence_vi


def test_a_ranking_that_was_not_judged_is_not_shown(settings: Settings) -> None:
    run_id = start(settings)
    with pytest.raises(RunRefused, match="chưa qua bước kiểm tra"):
        runs.swap_marts(settings, run_id)
    runs.fail(settings, run_id, RuntimeError())


def test_what_was_built_again_after_its_audit_is_not_shown(settings: Settings, module_database: Database) -> None:
    build(module_database)
    run_id = start(settings)
    assert runs.audit_ranking(settings, run_id).passed
    with (
        engine_of_role(settings, "transformer") as engine,
        layers.writing(engine, find_run(engine, run_id)),
    ):
        pass  # an operator has cleared the step before the audit
    with pytest.raises(RunRefused, match="chưa qua bước kiểm tra"):
        runs.swap_marts(settings, run_id)
    assert runs.audit_ranking(settings, run_id).passed
    runs.swap_marts(settings, run_id)


def test_showing_a_ranking_twice_is_showing_it_once(settings: Settings, module_database: Database) -> None:
    build(module_database)
    run_id = start(settings)
    runs.audit_ranking(settings, run_id)
    runs.swap_marts(settings, run_id)
    before = shown(module_database)
    assert runs.swap_marts(settings, run_id) == {}
    assert shown(module_database) == before


def test_builds_queue(settings: Settings, module_database: Database) -> None:
    build(module_database)
    earlier = start(settings)
    with pytest.raises(WarehouseBusy, match=f"Lượt tính {earlier}") as busy:
        runs.start_ranking(settings, as_of=AS_OF)
    assert not isinstance(busy.value, NeedsAPerson)
    assert runs.audit_ranking(settings, earlier).passed
    runs.swap_marts(settings, earlier)
    later = start(settings)
    assert runs.audit_ranking(settings, later).passed
    runs.swap_marts(settings, later)
