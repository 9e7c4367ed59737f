"""The clean-up takes what is over its days, counts it, and leaves what is needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dvc766 import runs
from dvc766.portals.contract import Rejection, Window
from dvc766.runs import retention
from dvc766.settings import Environment, Keep, Settings, SettingsError, environment
from dvc766.warehouse.engine import engine_of
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, settings_for
from tests.dvc766.warehouse.readings import Warehouse, agency, rating, reading

KEEP = Keep()
OLD, NEW = timedelta(days=900), timedelta(days=5)


@pytest.fixture
def warehouse(database: Database) -> Iterator[Warehouse]:
    """An empty warehouse; runs of its readings end now."""
    engine = engine_of(database.url("extractor"), "test:extractor")
    yield Warehouse(database, engine)
    engine.dispose()


@pytest.fixture
def settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a state of the test's own, and a business clock."""
    monkeypatch.setattr(retention, "business_now", lambda _: AS_OF)
    return replace(settings_for(database), state=tmp_path / "state")


@pytest.fixture
def run(database: Database) -> Callable[..., int]:
    """Writes a run that ended some time ago; returns its number."""

    def write(kind: str, ended: timedelta | None, state: str = "succeeded") -> int:
        with database.connect() as owner:
            row = owner.execute(
                "insert into ops.runs (kind, as_of, finished_at, state) values (%s, now(), now() - %s::interval, %s)"
                " returning run_id",
                [kind, ended, state],
            ).fetchone()
        assert row is not None
        return int(row[0])

    return write


def age(warehouse: Warehouse, run_id: int, ended: timedelta) -> None:
    """Let a run have ended some time ago."""
    with warehouse.database.connect() as owner:
        owner.execute("update ops.runs set finished_at = now() - %s where run_id = %s", [ended, run_id])


def counts(settings: Settings, **asked: bool) -> dict[str, int]:
    """What a clean-up says it took."""
    return dict(runs.clean_up(settings, **asked))  # type: ignore[arg-type]


def test_a_batch_that_nobody_waits_for_goes_and_raw_stays(settings: Settings, warehouse: Warehouse) -> None:
    old = warehouse.load(
        warehouse.ratings, Window(None, AS_OF), reading([rating("a", AS_OF)], [Rejection("x", "v", "missing")])
    )
    new = warehouse.load(warehouse.agencies, Window(None, AS_OF), reading([agency("1")]))
    age(warehouse, old.run_id, OLD)
    age(warehouse, new.run_id, NEW)
    assert counts(settings)["landing"] == 2
    left = warehouse.rows("select resource from landing.batches")
    assert left == [("agencies",)]
    assert warehouse.rows("select count(*) from landing.provincial_portal__ratings") == [(0,)]
    assert warehouse.rows("select count(*) from landing.rejections") == [(0,)]
    assert warehouse.rows("select count(*) from landing.provincial_portal__agencies") == [(1,)]
    assert len(warehouse.versions(warehouse.ratings)) == 1
    assert warehouse.rows("select count(*) from ops.ledger") == [(2,)]


@pytest.mark.parametrize("state", ["blocked", "running"])
def test_a_batch_that_may_still_be_taken_stays(settings: Settings, warehouse: Warehouse, state: str) -> None:
    run_id = warehouse.start(AS_OF)
    warehouse.land(run_id, warehouse.ratings, Window(None, AS_OF), reading([rating("a", AS_OF)]))
    age(warehouse, run_id, OLD)
    with warehouse.database.connect() as owner:
        owner.execute("update ops.runs set state = %s where run_id = %s", [state, run_id])
    assert counts(settings)["landing"] == 0
    assert warehouse.rows("select count(*) from landing.provincial_portal__ratings") == [(1,)]


def test_the_keys_of_a_sweep_that_is_over_go(settings: Settings, warehouse: Warehouse, run: Callable[..., int]) -> None:
    for number, ended in enumerate((OLD, NEW)):
        with warehouse.database.connect() as owner:
            owner.execute(
                "insert into ops.ledger (batch_id, run_id, portal, resource, province_code, window_to, is_sweep,"
                " is_last, fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted, known_from)"
                " values (%s, %s, 'p', 'r', 'H44', now(), true, false, 0, 0, 0, 0, 0, 0, 0, 0, now())",
                [number, run("reading", ended)],
            )
            owner.execute("insert into landing.sweep_keys values ('p', 'r', %s, 'key')", [number])
    assert counts(settings)["landing"] == 1
    assert warehouse.rows("select batch_id from landing.sweep_keys") == [(1,)]


def test_resolved_rows_of_quarantine_go_and_open_ones_never(
    settings: Settings, warehouse: Warehouse, run: Callable[..., int]
) -> None:
    first = run("reading", OLD)
    resolved = {"old": run("reading", OLD), "new": run("reading", NEW), "open": None}
    with warehouse.database.connect() as owner:
        for key, resolved_run in resolved.items():
            owner.execute(
                "with record as (insert into quarantine.records (province_code, portal, resource, source_id, field,"
                " reason, first_seen_run, last_seen_run, resolved_run)"
                " values ('H44', 'p', 'r', %s, 'f', 'missing', %s, %s, %s) returning record_id)"
                " insert into quarantine.releases (record_id, seen_run, reason, released_by)"
                " select record_id, 1, 'x', 'y' from record",
                [key, first, first, resolved_run],
            )
    assert counts(settings)["quarantine"] == 1
    assert warehouse.rows("select source_id from quarantine.records order by 1") == [("new",), ("open",)]
    assert warehouse.rows("select count(*) from quarantine.releases") == [(2,)]


def test_what_old_watches_found_goes_but_not_the_newest_nor_what_a_correction_found(
    settings: Settings, warehouse: Warehouse, run: Callable[..., int]
) -> None:
    kept = {"correcting": run("correcting", OLD)}
    run_ids = [run("watching", OLD), run("watching", OLD), kept["correcting"]]
    for run_id in run_ids:
        restate(warehouse, run_id)
    assert counts(settings)["restatements"] == 2  # a figure and a record of the first watch
    assert warehouse.rows("select run_id from ops.restatements order by 1") == [(run_ids[2],), (run_ids[1],)]
    newest = run("watching", NEW)
    restate(warehouse, newest)
    assert counts(settings)["restatements"] == 2
    assert warehouse.rows("select run_id from ops.restated_records order by 1") == [(run_ids[2],), (newest,)]


def restate(warehouse: Warehouse, run_id: int) -> None:
    """A figure and a record that a run found to be other."""
    with warehouse.database.connect() as owner:
        owner.execute(
            "insert into ops.restatements (run_id, province_code, period_month, agency_code, indicator_code, revision,"
            " records, causes) values (%s, 'H44', '2025-07-01', 'H44.03', '', 1, 1, '{}')",
            [run_id],
        )
        owner.execute(
            "insert into ops.restated_records (run_id, province_code, period_month, kind, source_id, revision, change,"
            " fields) values (%s, 'H44', '2025-07-01', 'dossier', 'x', 1, 'added', '{}')",
            [run_id],
        )


@pytest.mark.parametrize(("ended", "removed"), [(OLD, 3), (NEW, 0), (None, 0)])
def test_months_made_again_aside_go_when_nobody_made_any_for_long(
    settings: Settings, database: Database, run: Callable[..., int], ended: timedelta | None, removed: int
) -> None:
    run("watching", OLD)
    run("correcting", ended, "running" if ended is None else "succeeded")
    with database.connect("transformer") as owner:
        owner.execute("create table aside.fct_made as select generate_series(1, 3) as number")
    assert counts(settings)["aside"] == removed
    with database.connect("transformer") as owner:
        assert owner.execute("select count(*) from aside.fct_made").fetchone() == (3 - removed,)


def test_a_frozen_month_and_what_it_was_made_of_stay(settings: Settings, warehouse: Warehouse) -> None:
    with warehouse.database.connect() as owner:
        tables = owner.execute(
            "select schemaname || '.' || tablename from pg_tables where schemaname in ('raw', 'published')"
            " or (schemaname = 'ops' and tablename in ('runs', 'ledger', 'check_results', 'acceptances', 'deliveries'))"
        ).fetchall()
        for role in ("extractor", "transformer", "publisher"):
            for (table,) in tables:
                [may] = owner.execute(
                    "select has_table_privilege(%s, %s, 'delete, truncate')", [role, table]
                ).fetchall()
                assert may == (False,), f"{role} may delete from {table}"


def test_a_dry_run_counts_and_touches_nothing(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> None:
    entry = warehouse.load(warehouse.ratings, Window(None, AS_OF), reading([rating("a", AS_OF)]))
    age(warehouse, entry.run_id, OLD)
    file = log(tmp_path / "logs" / "old.log", OLD)
    asked: list[tuple[datetime, bool]] = []

    def metadata(before: datetime, dry_run: bool) -> int:
        asked.append((before, dry_run))
        return 7

    found = runs.clean_up(settings, logs=[tmp_path / "logs"], metadata=metadata, dry_run=True)
    assert found == {"landing": 1, "quarantine": 0, "restatements": 0, "aside": 0, "logs": 1, "metadata": 7}
    assert asked[0][1] is True
    assert file.exists()
    assert warehouse.rows("select count(*) from landing.batches") == [(1,)]
    assert warehouse.rows("select count(*) from ops.runs where kind = 'cleaning'") == [(0,)]


def test_what_was_taken_is_kept_with_the_run(settings: Settings, warehouse: Warehouse, tmp_path: Path) -> None:
    log(tmp_path / "logs" / "old.log", OLD)
    runs.clean_up(settings, logs=[tmp_path / "logs"], metadata=lambda before, dry_run: None)
    [(state, message)] = warehouse.rows("select state, message_vi from ops.runs where kind = 'cleaning'")
    assert state == "succeeded" and "tệp nhật ký: đã xóa 1" in message
    rows = warehouse.rows("select what, removed, older_than = current_date - 90 from ops.removals where what = 'logs'")
    assert rows == [("logs", 1, True)]
    assert warehouse.rows("select count(*) from ops.removals where what = 'metadata'") == [(0,)]


def test_only_old_files_go_and_nothing_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "logs", log(tmp_path / "elsewhere" / "kept.log", OLD)
    old, new = log(folder / "dag_id=a" / "old.log", OLD), log(folder / "dag_id=b" / "new.log", NEW)
    empty = folder / "dag_id=c"
    empty.mkdir()
    set_age(empty, OLD)
    (folder / "link").symlink_to(outside.parent)
    (folder / "link.log").symlink_to(outside)
    before = datetime.now(UTC) - timedelta(days=KEEP.logs_days)
    assert retention.clean_logs(folder, before) == 1
    assert (old.exists(), new.exists(), outside.exists(), empty.exists()) == (False, True, True, False)
    assert (folder / "link.log").is_symlink()
    assert retention.clean_logs(tmp_path / "never", before) == 0


def log(file: Path, ended: timedelta) -> Path:
    """A log file that was written to last some time ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    set_age(file, ended)
    return file


def set_age(path: Path, ended: timedelta) -> None:
    at = (datetime.now(UTC) - ended).timestamp()
    os.utime(path, (at, at))


def test_days_come_from_the_environment_and_explanations_are_kept_for_a_year_and_more() -> None:
    assert environment({}).keep == KEEP == Environment().keep
    assert environment({"DVC766_KEEP_LOGS_DAYS": "30"}).keep == replace(KEEP, logs_days=30)
    for name, value in (("QUARANTINE", "90"), ("RESTATEMENTS", "365"), ("LOGS", "0"), ("LANDING", "-1")):
        with pytest.raises(SettingsError, match=f"DVC766_KEEP_{name}_DAYS"):
            environment({f"DVC766_KEEP_{name}_DAYS": value})
