"""Reading twice changes nothing; a sick portal gives the same ranking as a healthy one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dvc766 import runs
from dvc766.portals import PROVINCIAL
from dvc766.runs import quarantine
from dvc766.transform import SCHEMAS
from portal_simulator.records import Province
from portal_simulator.views.faults import FAULTS, Kind
from tests.end_to_end.conftest import edited_project
from tests.end_to_end.pipeline import Pipeline

NOT_HARMLESS = (Kind.DEFECT, Kind.CONTENT, Kind.OUTAGE, Kind.DISTORTION, Kind.UPLOAD)
HARMLESS = [name for name, fault in FAULTS.items() if fault.kind not in NOT_HARMLESS]
MAPPED: dict[str, Any] = {"meaning": "4", "name_vi": "Chờ ký số", "source": "Thử nghiệm"}


def test_the_named_faults_are_all_here() -> None:
    assert set(HARMLESS) | {"unknown_status"} == {
        "err_in_200",
        "html_200",
        "session_expired",
        "token_401_once",
        "rate_429_retry_after",
        "page_drift",
        "dup_rows",
        "string_numbers",
        "date_mix",
        "nfd_text",
        "empty_vs_null",
        "unknown_status",
    }


def test_reading_and_ranking_again_changes_no_row(small_copy: Pipeline, small_province: Province) -> None:
    layers = ("raw", "facts", "indicators", "marts")
    before = small_copy.fingerprints(*layers)
    assert before["raw.provincial_portal__dossiers"][0] == len(small_province.dossiers)
    assert before["facts.fct_dossier_months"][0] > 0

    small_copy.read(small_province.clock)
    moved = small_copy.rank()

    assert small_copy.fingerprints(*layers) == before
    assert {table: counts for table, counts in moved.items() if counts != (0, 0)} == {}


def test_an_overlapping_window_adds_no_row(small_copy: Pipeline, small_province: Province) -> None:
    layers = ("raw", "facts", "indicators", "marts")
    before = small_copy.fingerprints(*layers)

    small_copy.read(small_province.clock, window_from=small_province.clock - timedelta(days=90))
    small_copy.rank()

    assert small_copy.fingerprints(*layers) == before
    assert _newest(small_copy, "dossiers")["unchanged"] > 0


def test_what_a_crash_of_the_database_took_out_of_landing_is_read_again(
    small_copy: Pipeline, small_province: Province
) -> None:
    """Landing is not logged: a killed server comes back without it, after the tasks that wrote it succeeded."""
    before, settings = small_copy.fingerprints("raw"), small_copy.settings
    small_copy.set_clock(small_province.clock)
    run = runs.start_reading(settings, PROVINCIAL.code, as_of=small_province.clock)
    runs.write(settings, run, [resource.name for resource in PROVINCIAL.resources])

    _empty_landing(small_copy)
    runs.audit_landing(settings, run)
    _empty_landing(small_copy)  # what was let through the door is judged again
    runs.promote(settings, run)

    assert small_copy.fingerprints("raw") == before
    _empty_landing(small_copy)
    with pytest.raises(runs.life.RunRefused, match="succeeded"):  # the run has ended: nothing is read again
        runs.audit_landing(settings, run)
    assert _landed(small_copy) == 0


def test_a_month_ranked_again_changes_no_row_and_makes_no_table_or_view_anew(small_copy: Pipeline) -> None:
    before, made = small_copy.fingerprints("facts", "indicators", "marts"), _made(small_copy)

    small_copy.rank()

    assert small_copy.fingerprints("facts", "indicators", "marts") == before
    assert _made(small_copy) == made


def test_every_fault_at_once_gives_the_same_ranking(
    small: Pipeline, small_empty: Pipeline, small_province: Province, tmp_path: Path
) -> None:
    shown = ("facts", "indicators", "marts")
    healthy = small.fingerprints(*shown)
    try:
        for name in HARMLESS:
            small_empty.switch_fault(name, retry_after=0)
        small_empty.switch_fault("unknown_status")
        small_empty.read(small_province.clock)
        small_empty.rank()

        held_back = _open_quarantine(small_empty)
        assert held_back > 0, "no dossier had an unknown code"
        assert small_empty.fingerprints(*shown) != healthy

        [cause] = runs.quarantined(small_empty.settings)
        assert (cause["code"], cause["records"]) == ("23", held_back)
        record = runs.quarantined(small_empty.settings, each_record=True)[0]["record_id"]

        # The code is mapped by one seed row; the records are read again by themselves, and seen to arrive.
        with edited_project(tmp_path / "project", {}) as root:
            mapped = small_empty.with_project(root)
            assert quarantine.map_code(mapped.settings, record, **MAPPED).waiting == held_back
            mapped.read(small_province.clock)
            mapped.rank()
        found = quarantine.explained(small_empty.settings, record)
        assert found.resolved is not None and found.is_in_raw
        status = runs.status(small_empty.settings)
        assert status.is_complete, "\n".join(status.lines())
    finally:
        for name in [*HARMLESS, "unknown_status"]:
            small_empty.switch_fault(name, on=False)

    assert _open_quarantine(small_empty) == 0
    assert _comparable(small_empty.fingerprints(*shown)) == _comparable(healthy)
    _assert_only_moved_dossiers_have_other_steps(small_empty, small)
    _assert_the_ledger_adds_up(small_empty)
    _assert_the_ledger_adds_up(small)


# The status says that a code is new. A step begins with the portal's own stamp, which `page_drift` moves.
DIFFERENT = ("marts.data_status", "facts.fct_dossier_steps", "marts.open_dossier_steps")


def _comparable(found: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    return {table: value for table, value in found.items() if table not in DIFFERENT}


def _assert_only_moved_dossiers_have_other_steps(sick: Pipeline, healthy: Pipeline) -> None:
    """The step of a record that moved begins with its new stamp, in a month that has ended by then it is not known.

    All other steps are the same, and there are some of both kinds.
    """
    stamps = {row["source_id"]: row["updated_at"] for row in _newest_versions(healthy)}
    moved = {row["source_id"] for row in _newest_versions(sick) if row["updated_at"] != stamps[row["source_id"]]}
    left, whole = (set(map(_key_of_step, pipeline.rows(STEPS))) for pipeline in (sick, healthy))
    kept = {step for step in whole if step[0] not in moved}
    assert kept and kept < whole
    assert {step for step in left if step[0] not in moved} == kept


STEPS = "select * from facts.fct_dossier_steps"


def _newest_versions(pipeline: Pipeline) -> list[dict[str, Any]]:
    return pipeline.rows(
        "select distinct on (source_id) source_id, updated_at from raw.provincial_portal__dossiers"
        " order by source_id, version_id desc"
    )


def _key_of_step(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["source_id"], *(row[name] for name in sorted(row)))


def _open_quarantine(pipeline: Pipeline) -> int:
    return int(pipeline.rows("select count(*) as n from quarantine.records where resolved_run is null")[0]["n"])


def _newest(pipeline: Pipeline, resource: str) -> dict[str, int]:
    return pipeline.rows("select * from ops.ledger where resource = %s order by run_id desc limit 1", resource)[0]


def _assert_the_ledger_adds_up(pipeline: Pipeline) -> None:
    """Fetched is the sum of its parts, nothing declared is missing, and raw holds what the ledger says."""
    entries = pipeline.rows("select * from ops.ledger order by run_id, portal, resource")
    assert len(entries) >= 14
    for entry in entries:
        parts = ("new", "changed", "unchanged", "duplicate", "stale", "quarantined")
        assert entry["fetched"] == sum(entry[part] for part in parts), entry
        if entry["declared"] is not None:
            assert entry["fetched"] - entry["duplicate"] >= entry["declared"], entry
    # a run that reads some days again has a batch, and an entry, for each of them
    for entry in pipeline.rows(
        "select run_id, portal, resource, sum(new + changed + stale + deleted) as versions from ops.ledger"
        " group by run_id, portal, resource"
    ):
        [kept] = pipeline.rows(
            f"select count(*) as n from raw.{entry['portal']}__{entry['resource']} where run_id = %s", entry["run_id"]
        )
        assert kept["n"] == entry["versions"], entry


def _made(pipeline: Pipeline) -> dict[str, int]:
    """What readers see and what a build makes, each with the number that the server gave it when it was made."""
    schemas = ["marts", "reference", *SCHEMAS.values()]
    found = (
        "select relnamespace::regnamespace::text || '.' || relname as name, oid from pg_class"
        " where relnamespace::regnamespace::text = any(%s) and relkind in ('r', 'v')"
    )
    return {row["name"]: row["oid"] for row in pipeline.rows(found, schemas)}


def _landed(pipeline: Pipeline) -> int:
    """How many dossiers landing holds."""
    return int(pipeline.rows("select count(*) as n from landing.provincial_portal__dossiers")[0]["n"])


def _empty_landing(pipeline: Pipeline) -> None:
    """What PostgreSQL does to unlogged tables when it was killed."""
    with pipeline.database.connect() as connection:
        for (name,) in connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'landing'"
        ).fetchall():
            connection.execute(f"truncate {name}".encode())
