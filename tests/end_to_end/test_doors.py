"""Planted defects at both doors: stopped, named, and the state before stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dvc766 import runs
from dvc766.quality.audit import AuditBlocked
from dvc766.warehouse.sessions import RunRefused
from portal_simulator.records import Province
from tests.end_to_end.pipeline import Pipeline

KEPT = ("raw", "facts", "indicators", "marts")


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
    small_copy: Pipeline, small_province: Province, defect: str, named: list[str]
) -> None:
    later = small_province.clock + timedelta(hours=1)
    everything = small_province.clock - timedelta(days=3650)
    for number in range(6):  # what is usual has to be known first
        small_copy.read_one("provincial_portal", later + timedelta(minutes=number), window_from=everything)
    before = small_copy.fingerprints(*KEPT)
    cursors = small_copy.rows("select * from ops.cursors order by portal, resource")
    small_copy.switch_fault(defect)
    try:
        with pytest.raises(AuditBlocked) as blocked:
            small_copy.read_one("provincial_portal", later + timedelta(hours=1), window_from=everything)
    finally:
        small_copy.switch_fault(defect, on=False)
    for word in named:
        assert word in str(blocked.value)
    assert "docs/runbooks/lo-bi-chan.md" in str(blocked.value)
    assert small_copy.fingerprints(*KEPT) == before
    assert small_copy.rows("select * from ops.cursors order by portal, resource") == cursors
    [run] = small_copy.rows("select * from ops.runs order by run_id desc limit 1")
    assert run["state"] == "blocked"
    [failed] = small_copy.rows(
        "select count(*) as n from ops.check_results where run_id = %s and severity = 'critical' and not passed",
        run["run_id"],
    )
    assert failed["n"] > 0

    # The portal mended, the next reading goes through by itself.
    small_copy.read_one("provincial_portal", later + timedelta(hours=2), window_from=everything)


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
    run_id = runs.start_ranking(small_copy.settings)
    for selector in runs.SELECTORS:
        runs.transform(small_copy.settings, run_id, selector)
    with small_copy.database.connect() as connection:
        changed = connection.execute(defect.replace("{}", "marts_candidate.agency_rankings_monthly"))  # type: ignore[arg-type]
        assert changed.rowcount > 0

    with pytest.raises(AuditBlocked) as blocked:
        runs.audit_ranking(small_copy.settings, run_id)

    assert "agency_rankings_monthly" in str(blocked.value)
    assert named in str(blocked.value)
    with pytest.raises(RunRefused):
        runs.swap_marts(small_copy.settings, run_id)
    assert small_copy.fingerprints("marts") == shown
