"""A verdict is that of one batch; deletions beyond a share wait for a person; what is turned away stays readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from dvc766 import runs
from dvc766.portals.contract import Rejection, Window
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.quality.audit import AuditBlocked
from dvc766.quality.deletions import judge_deletions, read_largest_gone_share
from dvc766.reference import RuleUnusable
from dvc766.settings import PROJECT_ROOT, Settings
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.landing import LandedBatch, land
from dvc766.warehouse.sessions import RunRefused
from tests.database import Database
from tests.dvc766.quality.batches import (
    AS_OF,
    PROVINCE,
    Given,
    dossiers,
    land_provincial,
    ratings,
    row,
    settings_for,
    take,
)

DAY = timedelta(days=1)


@pytest.fixture
def settings(database: Database) -> Settings:
    """The project's settings over an empty warehouse."""
    return settings_for(database)


@pytest.fixture
def extractor(settings: Settings) -> Iterator[Engine]:
    """The extractor's engine."""
    engine = engine_for(settings.warehouse, "extractor")
    yield engine
    engine.dispose()


def agencies(count: int) -> Given:
    listed = [
        row(PROVINCIAL.resource("agencies"), number, {"agency_code": f"H44.{number}", "name_vi": "Đơn vị"})
        for number in range(count)
    ]
    return Given(listed, declared=count)


def land_one(
    engine: Engine, run_id: int, name: str, given: Given, *, as_of: datetime = AS_OF, sweep: bool = False
) -> LandedBatch:
    resource = PROVINCIAL.resource(name)
    start = as_of - 4 * DAY if resource.is_windowed and not sweep else None
    return land(engine, run_id, PROVINCIAL, resource, PROVINCE, Window(start, as_of, sweep=sweep), given)


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("dossiers", Given([], [Rejection("x", "dossierStatus.id", "unknown_code", "23")], declared=1)),
        ("agencies", agencies(1)),
        ("ratings", Given(ratings(1), declared=5)),
    ],
)
def test_a_batch_landed_after_the_audit_is_not_promoted_unjudged(
    settings: Settings, extractor: Engine, database: Database, name: str, again: Given
) -> None:
    run_id = land_provincial(settings, Given(dossiers(10), declared=10))
    runs.audit_landing(settings, run_id)
    batch = land_one(extractor, run_id, name, again)
    with pytest.raises(RunRefused, match=f"Lô {batch.batch_id} của lượt chạy {run_id} chưa qua"):
        runs.promote(settings, run_id)
    with database.connect() as connection:
        assert connection.execute("select from ops.ledger").fetchall() == []


def test_the_batch_that_was_judged_again_is_promoted(settings: Settings, extractor: Engine) -> None:
    run_id = land_provincial(settings, Given(dossiers(10), declared=10))
    runs.audit_landing(settings, run_id)
    land_one(extractor, run_id, "dossiers", Given(dossiers(11), declared=11))
    runs.audit_landing(settings, run_id)
    [entry] = [entry for entry in runs.promote(settings, run_id) if entry.resource == "dossiers"]
    assert entry.new == 11


@pytest.mark.parametrize("left", [1, 0, 30])
def test_a_list_that_shrinks_too_much_waits_for_a_person(
    settings: Settings, extractor: Engine, database: Database, left: int
) -> None:
    first = land_provincial(settings, Given(dossiers(10), declared=10), as_of=AS_OF - DAY)
    land_one(extractor, first, "agencies", agencies(40), as_of=AS_OF - DAY)
    runs.audit_landing(settings, first)
    runs.promote(settings, first)

    run_id = land_provincial(settings, Given(dossiers(10), declared=10))
    batch = land_one(extractor, run_id, "agencies", agencies(left))
    with pytest.raises(AuditBlocked, match=f"gone_records = {40 - left}, known_records = 40"):
        runs.audit_landing(settings, run_id)
    with database.connect() as connection:
        deleted = "select count(*) from raw.provincial_portal__agencies where is_deleted"
        assert connection.execute(deleted).fetchone() == (0,)
        # A person lets this batch pass, with a reason; the run is opened again for it.
        connection.execute(
            "insert into ops.acceptances (run_id, batch_id, suite, expectation, reason, accepted_by)"
            " select run_id, batch_id, suite, expectation, 'Đã hỏi cổng', 'Nguyễn A' from ops.check_results"
            " where batch_id = %s and severity = 'critical' and not passed",
            (batch.batch_id,),
        )
        connection.execute("update ops.runs set state = 'running' where run_id = %s", (run_id,))
        again = land_one(extractor, run_id, "agencies", agencies(left))
        with pytest.raises(RunRefused, match=f"Lô {again.batch_id}"):
            runs.promote(settings, run_id)
        assert connection.execute(deleted).fetchone() == (0,)


def test_an_accepted_batch_is_promoted_with_its_deletions(
    settings: Settings, extractor: Engine, database: Database
) -> None:
    take(settings, Given(dossiers(200), declared=200), as_of=AS_OF - DAY)
    run_id = land_provincial(settings, Given())
    batch = land_one(extractor, run_id, "dossiers", Given(dossiers(20), declared=20), sweep=True)
    with pytest.raises(AuditBlocked, match="gone_records = 180, known_records = 200"):
        runs.audit_landing(settings, run_id)
    with database.connect() as connection:
        connection.execute(
            "insert into ops.acceptances (run_id, batch_id, suite, expectation, reason, accepted_by)"
            " select run_id, batch_id, suite, expectation, 'Đã hỏi cổng', 'Nguyễn A' from ops.check_results"
            " where batch_id = %s and severity = 'critical' and not passed",
            (batch.batch_id,),
        )
        connection.execute("update ops.runs set state = 'running' where run_id = %s", (run_id,))
    [entry] = [entry for entry in runs.promote(settings, run_id) if entry.resource == "dossiers"]
    assert (entry.unchanged, entry.deleted) == (20, 180)


@pytest.mark.parametrize(
    ("gone", "known", "passed"), [(0, 0, True), (1, 3, True), (2, 40, True), (3, 40, False), (2, 3, False)]
)
def test_a_single_record_may_always_go_and_more_only_within_the_share(gone: int, known: int, passed: bool) -> None:
    check = judge_deletions("t", gone, known, 0.05)
    assert (check.passed, check.severity) == (passed, "critical")


def test_the_share_is_the_dated_row_of_the_day(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    rules = tmp_path_factory.mktemp("rules") / "rules.csv"
    head = "rule_code,value,valid_from,valid_to,legal_basis\n"
    rules.write_text(
        head + "largest_gone_share,0.05,2025-01-01,2025-06-30,a\nlargest_gone_share,0.5,2025-07-01,,b\n", "utf-8-sig"
    )
    assert read_largest_gone_share(rules, date(2025, 6, 30)) == 0.05
    assert read_largest_gone_share(rules, date(2026, 1, 1)) == 0.5
    with pytest.raises(RuleUnusable, match=r"rules\.csv: largest_gone_share có 0 dòng"):
        read_largest_gone_share(rules, date(2024, 1, 1))
    rules.write_text(head + "largest_gone_share,nhiều,2025-01-01,,a\n", "utf-8")
    with pytest.raises(RuleUnusable, match="nhiều"):
        read_largest_gone_share(rules, date(2025, 1, 1))
    assert read_largest_gone_share(settings.dbt_project / "seeds" / "rules.csv", AS_OF.date()) == 0.1


BLOCKED = {
    "a third unknown": [Rejection(f"x{n}", "status_id", "unknown_code", "23", AS_OF - DAY) for n in range(5)],
    "unreadable": [Rejection(f"x{n}", "submitted_at", "unreadable", None, AS_OF - DAY) for n in range(5)],
    "without an id": [Rejection(None, "source_id", "missing", None, None) for _ in range(5)],
}


@pytest.mark.parametrize("rejections", BLOCKED.values(), ids=BLOCKED)
def test_what_a_blocked_batch_turned_away_is_read_where_the_runbook_looks(
    settings: Settings, database: Database, rejections: list[Rejection]
) -> None:
    run_id = land_provincial(settings, Given(dossiers(10), rejections, declared=15))
    with pytest.raises(AuditBlocked):
        runs.audit_landing(settings, run_id)
    land_provincial(settings, Given())  # the next landing forgets the batch itself
    runbook = (PROJECT_ROOT / "docs" / "runbooks" / "ma-la.md").read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n(.*?)```", runbook, re.DOTALL)
    with database.connect("ops_reader") as connection:
        found = connection.execute(query).fetchall()
    one = rejections[0]
    said = {"unknown_code": "mã lạ", "unreadable": "không đọc được", "missing": "thiếu trường bắt buộc"}[one.reason]
    different = len({rejection.source_id for rejection in rejections})
    assert found == [("provincial_portal", "dossiers", one.field, said, one.code, AS_OF.date(), different)]


def test_a_record_that_was_turned_away_with_a_blocked_batch_is_resolved_when_it_arrives_well(
    settings: Settings, database: Database
) -> None:
    bad = [Rejection(f"key-{n:05}", "status_id", "unknown_code", "23", AS_OF - 3 * DAY) for n in range(10, 15)]
    with pytest.raises(AuditBlocked):
        runs.audit_landing(settings, land_provincial(settings, Given(dossiers(10), bad, declared=15)))
    take(settings, Given(dossiers(15), declared=15))
    with database.connect() as connection:
        assert connection.execute("select count(*) from quarantine.records where resolved_run is null").fetchone() == (
            0,
        )
