"""Planted defects at both doors: stopped, named, and the state before stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dvc766 import runs, transform
from dvc766.quality.audit import AuditBlocked
from dvc766.transform import TransformFailed
from dvc766.warehouse.sessions import RunRefused
from portal_simulator.records import Province
from tests.database import COPY, FILLED
from tests.end_to_end.conftest import MakeDatabase, edited_project
from tests.end_to_end.pipeline import Pipeline

KEPT = ("raw", "facts", "indicators", "marts")
# The candidate ranking is a view; as a table it can be spoilt.
AS_TABLE = (
    "create table marts_candidate.spoilt as table marts_candidate.agency_rankings_monthly",
    "drop view marts_candidate.agency_rankings_monthly cascade",
    "alter table marts_candidate.spoilt rename to agency_rankings_monthly",
)
EVERYTHING = timedelta(days=3650)  # a window that holds all there is, so that readings can be compared


@pytest.fixture(scope="module")
def usual(small: Pipeline, small_province: Province, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The small province after enough readings to know what is usual."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    for number in range(5):
        moment = small_province.clock + timedelta(minutes=number)
        pipeline.read_one("provincial_portal", moment, window_from=moment - EVERYTHING)
    yield pipeline
    small.database.cluster.drop_database(FILLED)
    small.set_clock(small_province.clock)


@pytest.fixture
def guarded(usual: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """A copy of it for one defect."""
    yield usual.on(make_database(COPY, usual.database.name))
    usual.database.cluster.drop_database(COPY)


@pytest.mark.parametrize(
    ("defect", "named"),
    [
        ("page_missing", ["provincial_portal__dossiers", "missing_records"]),
        ("third_unknown", ["provincial_portal__dossiers", "unknown_code_ratio"]),
        ("shuffled_dates", ["provincial_portal__dossiers", "_before_"]),
        ("volume_halved", ["provincial_portal__dossiers", "volume_ratio"]),
    ],
)
def test_a_defect_at_the_door_in_is_stopped(
    guarded: Pipeline, small_province: Province, defect: str, named: list[str]
) -> None:
    later = small_province.clock + timedelta(hours=1)
    before = guarded.fingerprints(*KEPT)
    cursors = guarded.rows("select * from ops.cursors order by portal, resource")
    guarded.switch_fault(defect)
    try:
        with pytest.raises(AuditBlocked) as blocked:
            guarded.read_one("provincial_portal", later, window_from=later - EVERYTHING)
    finally:
        guarded.switch_fault(defect, on=False)
    for word in named:
        assert word in str(blocked.value)
    assert "docs/runbooks/lo-bi-chan.md" in str(blocked.value)
    assert guarded.fingerprints(*KEPT) == before
    assert guarded.rows("select * from ops.cursors order by portal, resource") == cursors
    [run] = guarded.rows("select * from ops.runs order by run_id desc limit 1")
    assert run["state"] == "blocked"
    [failed] = guarded.rows(
        "select count(*) as n from ops.check_results where run_id = %s and severity = 'critical' and not passed",
        run["run_id"],
    )
    assert failed["n"] > 0

    # The portal mended, the next reading goes through by itself.
    guarded.read_one("provincial_portal", later + timedelta(minutes=1), window_from=later - EVERYTHING)


@pytest.mark.parametrize(
    ("defect", "named"),
    [
        ("delete from {} where peer_group = 'commune'", "missing_agencies"),
        ("update {} set score = score + 1 where assessment_status = 'ranked'", "sums_off"),
        ("update {} set timeliness_points = 21 where assessment_status = 'ranked'", "timeliness_points"),
        ("update {} set rank = rank + 1 where assessment_status = 'ranked'", "ranks_off"),
        ("insert into {} select * from {} where assessment_status = 'ranked'", "repeated_agencies"),
    ],
)
def test_a_defect_at_the_door_out_is_stopped(small_copy: Pipeline, defect: str, named: str) -> None:
    shown = small_copy.fingerprints("marts")
    run_id = runs.start_ranking(small_copy.settings)  # the candidate of the build before still stands
    with small_copy.database.connect("transformer") as connection:
        for statement in AS_TABLE:
            connection.execute(statement)
        changed = connection.execute(defect.replace("{}", "marts_candidate.agency_rankings_monthly"))
        assert changed.rowcount > 0

    with pytest.raises(AuditBlocked) as blocked:
        runs.audit_ranking(small_copy.settings, run_id)

    assert "agency_rankings_monthly" in str(blocked.value)
    assert named in str(blocked.value)
    with pytest.raises(RunRefused):
        runs.swap_marts(small_copy.settings, run_id)
    assert small_copy.fingerprints("marts") == shown


def test_scores_that_failed_a_test_are_made_and_tested_again(
    small_copy: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests look at the months that were scored again: a month that failed may not pass by being old.

    The fingerprint is held, or the planted code would have everything made anew; the months are scored
    again because a grade has changed.
    """
    shown = small_copy.fingerprints("marts")
    same = transform.code_fingerprint(small_copy.settings.dbt_project)
    monkeypatch.setattr(transform, "code_fingerprint", lambda _: same)
    scores = "dbt_project/models/indicators/ind_scores_monthly.sql"
    right, wrong = (
        "    scored.points,\n    scored.status,",
        "    (scored.max_points + 1)::numeric(5, 2) as points,\n    scored.status,",
    )

    def plant(text: str) -> str:
        assert text.count(right) == 1
        return text.replace(right, wrong)

    def regrade(text: str) -> str:
        return text.replace("good,Tốt,80,", "good,Tốt,81,")

    edits = {scores: plant, "dbt_project/seeds/grades.csv": regrade}
    with edited_project(tmp_path / "project", edits) as root:
        planted = small_copy.with_project(root)
        for _ in range(2):
            with pytest.raises(TransformFailed) as failed:
                planted.rank()
            assert any("assert_points_are_within_bounds" in node for node in failed.value.nodes)
    assert small_copy.fingerprints("marts") == shown
