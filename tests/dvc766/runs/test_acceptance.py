"""A person lets a stopped batch pass: with a reason, that batch alone, and nothing that comes after it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest

from dvc766 import runs
from dvc766.portals.contract import Rejection
from dvc766.quality.audit import AuditBlocked
from dvc766.settings import PROJECT_ROOT, Settings
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.sessions import RunRefused
from tests.database import Database
from tests.dvc766.quality.batches import AS_OF, Given, agencies, dossiers, land_provincial, settings_for, take

REASON, WHO = "Cổng xác nhận đã xóa hồ sơ thử", "Trần Thị B, Văn phòng"


@pytest.fixture
def settings(database: Database) -> Settings:
    """The project's settings over an empty warehouse."""
    return settings_for(database)


def blocked(settings: Settings, given: Given) -> int:
    """A reading that the door in has stopped."""
    run_id = land_provincial(settings, given)
    with pytest.raises(AuditBlocked):
        runs.audit_landing(settings, run_id)
    return run_id


def accept(settings: Settings, run_id: int, reason: str = REASON, accepted_by: str = WHO) -> list[LedgerEntry]:
    return runs.accept_blocked(settings, run_id, reason=reason, accepted_by=accepted_by)


def codes_unknown() -> Given:
    return Given(dossiers(60), [Rejection(f"x-{n}", "dossierStatus.id", "unknown_code", "23") for n in range(40)], 100)


def pages_missing() -> Given:
    return Given(dossiers(60), declared=100)


def dates_shuffled() -> Given:
    late = dossiers(100, received_at="2025-06-17T10:00:00+07:00", completed_at="2025-06-16T10:00:00+07:00")
    return Given(late, declared=100)


@pytest.mark.parametrize("given", [codes_unknown, pages_missing, dates_shuffled])
def test_an_accepted_batch_reaches_raw_and_who_and_why_is_kept(
    given: Callable[[], Given], settings: Settings, database: Database
) -> None:
    run_id = blocked(settings, given())
    entries = {entry.resource: entry for entry in accept(settings, run_id)}
    assert entries["dossiers"].new == len(given().rows)
    with database.connect() as connection:
        kept = connection.execute(
            "select suite, reason, accepted_by, batch_id = %s from ops.acceptances where run_id = %s",
            [entries["dossiers"].batch_id, run_id],
        ).fetchall()
        state = connection.execute("select state, message_vi from ops.runs where run_id = %s", [run_id]).fetchone()
    assert kept == [("provincial_portal__dossiers", REASON, WHO, True)]
    assert state == ("succeeded", "Trần Thị B, Văn phòng chấp nhận lô bị chặn: Cổng xác nhận đã xóa hồ sơ thử")


def test_the_same_fault_in_the_next_batch_is_stopped_again(settings: Settings) -> None:
    accept(settings, blocked(settings, pages_missing()))
    with pytest.raises(AuditBlocked):
        runs.audit_landing(settings, land_provincial(settings, pages_missing(), as_of=AS_OF + timedelta(days=1)))


def test_a_shorter_list_is_accepted_once(settings: Settings) -> None:
    """Agencies that were merged stay merged: the next nights are not stopped for it again."""
    merged = {"agencies": Given(agencies(52), declared=52)}
    for day in range(5, 0, -1):
        before = {"agencies": Given(agencies(145), declared=145)}
        take(settings, Given(dossiers(60), declared=60), as_of=AS_OF - timedelta(days=day), others=before)
    stopped = land_provincial(settings, Given(dossiers(60), declared=60), others=merged)
    with pytest.raises(AuditBlocked, match=r"agencies · volume_ratio = 0\.35"):
        runs.audit_landing(settings, stopped)
    accept(settings, stopped)
    for day in range(1, 7):
        take(settings, Given(dossiers(60), declared=60), as_of=AS_OF + timedelta(days=day), others=merged)


def test_a_batch_that_was_read_again_since_is_not_accepted(settings: Settings, database: Database) -> None:
    run_id = blocked(settings, pages_missing())
    take(settings, Given(dossiers(50), declared=50), as_of=AS_OF + timedelta(days=1))
    with pytest.raises(RunRefused, match="không còn giữ lô bị chặn"):
        accept(settings, run_id)
    with database.connect() as connection:
        assert connection.execute("select count(*) from ops.acceptances").fetchone() == (0,)
        assert connection.execute("select count(*) from raw.provincial_portal__dossiers").fetchone() == (50,)


def test_only_a_blocked_reading_is_accepted(settings: Settings) -> None:
    good = land_provincial(settings, Given(dossiers(10), declared=10))
    with pytest.raises(RunRefused, match="không bị chặn"):
        accept(settings, good)
    runs.audit_landing(settings, good)
    runs.promote(settings, good)
    with pytest.raises(RunRefused, match="succeeded"):
        accept(settings, good)
    with pytest.raises(RunRefused, match="Không có lượt chạy 999"):
        accept(settings, 999)


def test_an_acceptance_that_broke_off_is_taken_to_its_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = blocked(settings, pages_missing())
    with monkeypatch.context() as patch:
        patch.setattr("dvc766.runs.acceptance.promotion.promote", lost_connection)
        with pytest.raises(ConnectionError):
            accept(settings, run_id)
    assert sum(entry.new for entry in accept(settings, run_id)) == 61


def lost_connection(*_: object) -> None:
    raise ConnectionError


def test_nothing_is_accepted_twice(settings: Settings) -> None:
    run_id = blocked(settings, pages_missing())
    accept(settings, run_id)
    with pytest.raises(RunRefused, match="succeeded"):
        accept(settings, run_id)


@pytest.mark.parametrize("empty", ["reason", "accepted_by"])
def test_nobody_accepts_without_a_reason_and_a_name(empty: str, settings: Settings, database: Database) -> None:
    run_id = blocked(settings, pages_missing())
    with pytest.raises(Exception, match="reason_and_name_are_given"):
        accept(settings, run_id, **{empty: "  "})
    with database.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("set role extractor")
        connection.execute("delete from ops.acceptances")


@pytest.mark.parametrize(("page", "found"), [("lo-bi-chan.md", "unknown_code_ratio"), ("ma-la.md", "23")])
def test_the_runbook_s_query_finds_what_stopped_a_batch_as_the_role_it_names(
    page: str, found: str, settings: Settings, database: Database
) -> None:
    blocked(settings, codes_unknown())
    text = (PROJECT_ROOT / "docs" / "runbooks" / page).read_text(encoding="utf-8")
    [query] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    [role] = set(re.findall(r"vai trò `(\w+)`", text))
    with database.connect(role) as connection:
        rows = connection.execute(query).fetchall()
    assert any(found in str(row) for row in rows)
