"""What a reader has changed of its own login is put back within a round; what overstays is ended."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from dvc766.settings import ROLES, WarehouseSettings
from dvc766.warehouse.migrate import migrate
from dvc766.warehouse.watchdog import look
from tests.database import Database


@pytest.fixture
def kept(database: Database) -> Iterator[Database]:
    """A warehouse whose roles, which are the server's, are as declared at the end whatever a test left."""
    migrate(database.url(), {role: role for role in ROLES})
    yield database
    migrate(database.url(), {role: role for role in ROLES})


def settings_for(database: Database) -> WarehouseSettings:
    return WarehouseSettings(database.host, database.port, database.name, {role: role for role in ROLES})


def said(database: Database) -> list[tuple[str, str]]:
    with database.connect("ops_reader") as control_room:
        return control_room.execute("select role_name, what_vi from ops.rights_findings order by finding_id").fetchall()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("alter role bi_reader password 'mine'", "mật khẩu bị đổi; đã đặt lại"),
        ("alter role bi_reader set statement_timeout = 0", "cấu hình bị đổi; đã đặt lại"),
        ("alter role bi_reader set work_mem = '8GB'", "cấu hình bị đổi; đã đặt lại"),
        ("alter role bi_reader in database warehouse set statement_timeout = 0", "cấu hình bị đổi; đã đặt lại"),
        ("alter role bi_reader reset all", "cấu hình bị đổi; đã đặt lại"),
    ],
)
def test_what_a_reader_changes_of_its_own_login_lasts_a_round(
    kept: Database, statement: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with kept.connect("bi_reader") as reader:
        reader.execute("set default_transaction_read_only = off")
        reader.execute(statement.encode())  # PostgreSQL has no right to this that could be taken away
    assert look(settings_for(kept))
    with kept.connect("bi_reader") as reader:  # by the password that it had
        assert reader.execute("show statement_timeout").fetchone() == ("1min",)
        assert reader.execute("show work_mem").fetchone() == ("32MB",)
        assert reader.execute("show default_transaction_read_only").fetchone() == ("on",)
    assert said(kept) == [("bi_reader", told)]
    assert f"bi_reader: {told}" in caplog.text
    assert look(settings_for(kept)) and len(said(kept)) == 1


def test_a_session_over_its_limits_is_ended_whatever_it_has_set(kept: Database) -> None:
    with kept.connect() as owner:
        owner.execute("update guard.asserted set transaction_limit = interval '0' where role_name = 'bi_reader'")
    with psycopg.connect(kept.url("bi_reader")) as overstays, kept.connect("publisher") as works:
        overstays.execute("set idle_in_transaction_session_timeout = 0")
        works.execute("begin")
        assert look(settings_for(kept))
        with pytest.raises(psycopg.errors.AdminShutdown):
            overstays.execute("select 1")
        assert works.execute("select 1").fetchone() == (1,)
    assert said(kept) == [("bi_reader", "một giao dịch mở quá 00:00:00; phiên đã bị ngắt")]


def test_a_statement_over_its_limit_is_ended_whatever_its_session_has_set(kept: Database) -> None:
    with kept.connect() as owner:
        owner.execute("update guard.asserted set statement_limit = interval '0' where role_name = 'bi_reader'")
    with closing(psycopg.connect(kept.url("bi_reader"), autocommit=True)) as overstays:
        overstays.execute("set statement_timeout = 0")
        pgconn = overstays.pgconn
        pgconn.send_query(b"select count(*) from generate_series(1, 1000000000)")
        pgconn.flush()
        with kept.connect() as owner:
            state = "select state = 'active' from pg_stat_activity where pid = %s"
            while owner.execute(state, [pgconn.backend_pid]).fetchone() != (True,):
                pass
        assert look(settings_for(kept))
        result = pgconn.get_result()
        assert result is not None and result.error_field(ord("C")) == b"57P01"
    assert said(kept) == [("bi_reader", "một câu lệnh chạy quá 00:00:00; phiên đã bị ngắt")]


def test_a_warehouse_that_does_not_answer_is_told_and_asked_again(
    kept: Database, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = WarehouseSettings(kept.host, kept.port, kept.name, {"watchdog": "wrong"})
    with caplog.at_level(logging.ERROR):
        assert not look(wrong)
    assert "password authentication failed" in caplog.text
