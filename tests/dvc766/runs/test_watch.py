"""Is the data in? Asked of the cursors, answered in words that name portal, resource and hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.portals import PORTALS
from dvc766.settings import Settings
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

READ_TO = datetime(2025, 7, 1, 0, 30, tzinfo=LOCAL_ZONE)


@pytest.fixture(scope="module")
def settings(module_database: Database) -> Iterator[Settings]:
    """A warehouse into which both portals were read half an hour into July."""
    with module_database.connect() as connection:
        row = connection.execute(
            "insert into ops.runs (kind, portal, as_of) values ('reading', 'x', now()) returning run_id"
        ).fetchone()
        for portal in PORTALS:
            for resource in portal.resources:
                connection.execute(
                    "insert into ops.cursors values ('H44', %s, %s, %s, %s)",
                    [portal.code, resource.name, READ_TO, row[0] if row else 0],
                )
        connection.execute(
            "insert into ops.runs (kind, as_of, state, finished_at) values ('ranking', %s, 'succeeded', now())",
            [READ_TO],
        )
    yield settings_for(module_database)


@pytest.fixture
def late_dossiers(module_database: Database) -> Iterator[None]:
    """Dossiers were read two hours less far."""
    move = "update ops.cursors set cursor_at = cursor_at + %s where resource = 'dossiers'"
    with module_database.connect() as connection:
        connection.execute(move, [timedelta(hours=-2)])
        yield
        connection.execute(move, [timedelta(hours=2)])


def test_fresh_data_is_told_with_its_age(settings: Settings) -> None:
    ages = runs.check_freshness(settings, as_of=READ_TO + timedelta(hours=6))
    assert ages == {"national_portal": 6, "provincial_portal": 6, "ranking": 6}


@pytest.mark.usefixtures("late_dossiers")
def test_old_data_names_portal_resource_and_hours(settings: Settings) -> None:
    now = READ_TO + timedelta(hours=25)
    with pytest.raises(runs.DataIsOld) as old:
        runs.check_freshness(settings, as_of=now)
    message = str(old.value)
    assert "Cổng Dịch vụ công của tỉnh, dossiers: đọc đến 22:30 30/06/2025, cách đây 27 giờ" in message
    assert message.count("\n- ") == 1
    assert "docs/runbooks/cong-khong-tra-loi.md" in message


def test_a_portal_that_was_never_read_is_old(settings: Settings) -> None:
    elsewhere = replace(settings.portals["provincial_portal"], province_code="H62")
    other = replace(settings, portals={**settings.portals, "provincial_portal": elsewhere})
    with pytest.raises(runs.DataIsOld, match="chưa đọc lần nào"):
        runs.check_freshness(other, as_of=READ_TO)


def test_a_month_read_past_its_end_is_complete(settings: Settings) -> None:
    runs.check_month_is_complete(settings, date(2025, 6, 1))


@pytest.mark.usefixtures("late_dossiers")
def test_a_month_not_read_to_its_end_is_named(settings: Settings) -> None:
    with pytest.raises(runs.MonthIncomplete) as incomplete:
        runs.check_month_is_complete(settings, date(2025, 6, 1))
    assert "tháng 06/2025" in str(incomplete.value)
    assert "dossiers: mới đọc đến 22:30 30/06/2025" in str(incomplete.value)
    assert "ratings" not in str(incomplete.value)


def test_the_running_month_is_not_complete(settings: Settings) -> None:
    with pytest.raises(runs.MonthIncomplete, match="phải đọc đến 00:00 01/08/2025"):
        runs.check_month_is_complete(settings, date(2025, 7, 1))


def test_december_ends_in_the_next_year(settings: Settings) -> None:
    with pytest.raises(runs.MonthIncomplete, match="phải đọc đến 00:00 01/01/2026"):
        runs.check_month_is_complete(settings, date(2025, 12, 1))


@pytest.mark.parametrize("month", [date(2024, 1, 1), date(2025, 4, 1), date(1999, 12, 1)])
def test_a_month_before_the_first_assessed_one_is_refused(month: date, settings: Settings) -> None:
    with pytest.raises(runs.MonthRefused, match=r"tháng đầu tiên được đánh giá là 05/2025"):
        runs.check_month_is_complete(settings, month)


def test_the_installation_s_own_first_month_counts(settings: Settings) -> None:
    own = replace(settings, first_period=date(2025, 6, 1))
    with pytest.raises(runs.MonthRefused, match=r"06/2025"):
        runs.check_month_is_complete(own, date(2025, 5, 1))
    runs.check_month_is_complete(own, date(2025, 6, 1))


@pytest.mark.parametrize(("begun", "refused"), [(None, False), ("2025-06-01", False), ("2025-06-02", True)])
def test_a_month_before_what_was_ever_read_is_refused(
    begun: str | None, refused: bool, settings: Settings, module_database: Database
) -> None:
    start = datetime.fromisoformat(begun).replace(tzinfo=LOCAL_ZONE) if begun else None
    with module_database.connect() as connection, connection.transaction(force_rollback=False):
        connection.execute("delete from ops.ledger")
        for resource, first in (("dossiers", start), ("ratings", datetime(2025, 5, 1, tzinfo=LOCAL_ZONE))):
            for window_from in (first, READ_TO - timedelta(days=3)):
                run = connection.execute(
                    "insert into ops.runs (kind, portal, as_of, state) values ('reading', 'x', now(), 'succeeded')"
                    " returning run_id"
                ).fetchone()
                connection.execute(
                    "insert into ops.ledger (batch_id, run_id, portal, resource, province_code, window_from, window_to,"
                    " is_sweep, is_last, fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted,"
                    " known_from) values (nextval('ops.batch_ids'), %s, 'provincial_portal', %s, 'H44', %s, %s,"
                    " false, true, 0, 0, 0, 0, 0, 0, 0, 0, now())",
                    [run[0] if run else 0, resource, window_from, READ_TO],
                )
    if refused:
        with pytest.raises(runs.MonthRefused, match=r"chỉ được đọc từ 00:00 02/06/2025") as told:
            runs.check_month_is_complete(settings, date(2025, 6, 1))
        assert "window_from = 2025-06-01T00:00:00+0700" in str(told.value)
    else:
        runs.check_month_is_complete(settings, date(2025, 6, 1))


def test_a_ranking_that_is_no_longer_built_is_old_though_the_portals_are_read(
    settings: Settings, module_database: Database
) -> None:
    move = "update ops.runs set as_of = as_of + %s where kind = 'ranking'"
    with module_database.connect() as connection:
        for days in (2, 5):
            connection.execute(move, [timedelta(days=-days)])
            with pytest.raises(runs.DataIsOld, match=f"Bảng xếp hạng đang hiển thị: .* cách đây {24 * days + 6} giờ"):
                runs.check_freshness(settings, as_of=READ_TO + timedelta(hours=6))
            connection.execute(move, [timedelta(days=days)])
        connection.execute("update ops.runs set state = 'blocked' where kind = 'ranking'")
        with pytest.raises(runs.DataIsOld, match="Bảng xếp hạng: chưa hiển thị lần nào"):
            runs.check_freshness(settings, as_of=READ_TO)
        connection.execute("update ops.runs set state = 'succeeded' where kind = 'ranking'")


def test_a_period_is_written_year_and_month() -> None:
    assert runs.month_of("2025-08") == date(2025, 8, 1)
    with pytest.raises(ValueError, match="YYYY-MM"):
        runs.month_of("08/2025")


def test_a_driver_s_text_never_reaches_the_run_s_message() -> None:
    assert "Nguyễn" not in runs.message_of(ValueError("Key (name)=(Nguyễn Văn A) exists"))
    assert runs.message_of(runs.DataIsOld("cũ")) == "cũ"
