"""A portal that was ever read is in use for good: losing its connection is told, and nothing goes on without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.portals import PORTALS, connected
from dvc766.runs import days
from dvc766.runs.ranking import read_to
from dvc766.settings import PortalSettings, Settings
from dvc766.warehouse.engine import engine_for
from tests.database import Database
from tests.dvc766.quality.batches import note_readings, portals_of, settings_for

NATIONAL, PROVINCIAL = "national_portal", "provincial_portal"
READ_TO = datetime(2025, 7, 1, 0, 30, tzinfo=LOCAL_ZONE)
EXCHANGE = {"exchange_units", "procedures", "decisions"}
CATALOGUE = {"formalities", "formality_details", "department_services"}


@pytest.fixture
def alone(database: Database) -> Settings:
    """The public national portal alone."""
    public = {NATIONAL: PortalSettings(NATIONAL, "H44", "https://portal")}
    return replace(settings_for(database), portals=public)


@pytest.fixture
def at_two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The business clock stands at two in the night of the readings."""
    monkeypatch.setattr(days, "business_now", lambda _: READ_TO + timedelta(hours=2))
    yield


def read(database: Database, settings: Settings, as_of: datetime = READ_TO) -> None:
    """Everything that is connected was read whole up to a moment, and a ranking shown."""
    with database.connect() as owner:
        for portal in connected(settings.portals):
            row = owner.execute(
                "insert into ops.runs (kind, portal, as_of, day, state)"
                " values ('reading', %s, %s, %s, 'succeeded') returning run_id",
                [portal.code, as_of, as_of.date()],
            ).fetchone()
            for resource in portal.resources:
                owner.execute(
                    "insert into ops.cursors values ('H44', %s, %s, %s, %s)"
                    " on conflict (province_code, portal, resource) do update set cursor_at = excluded.cursor_at",
                    [portal.code, resource.name, as_of, row[0] if row else 0],
                )
        owner.execute(
            "insert into ops.runs (kind, as_of, state, finished_at) values ('ranking', %s, 'succeeded', now())", [as_of]
        )


def test_alone_the_national_portal_is_all_that_is_waited_for_required_and_watched(
    alone: Settings, database: Database, at_two: None
) -> None:
    engine = engine_for(alone.warehouse, "transformer")
    with pytest.raises(runs.NothingRead, match=r"Chưa đọc được Cổng Dịch vụ công quốc gia nên") as nothing:
        read_to(alone, engine)
    assert PROVINCIAL not in str(nothing.value)
    [waits] = runs.portals_to_wait_for(alone, READ_TO.date(), until="06:00", waited=timedelta(hours=1))
    assert "của tỉnh" not in waits
    read(database, alone)
    assert runs.portals_to_wait_for(alone, READ_TO.date(), until="06:00", waited=timedelta(hours=1)) == []
    assert read_to(alone, engine) == READ_TO
    assert runs.check_freshness(alone, as_of=READ_TO + timedelta(hours=6)) == {NATIONAL: 6, "ranking": 6}
    runs.check_month_is_complete(alone, date(2025, 6, 1))
    engine.dispose()


def test_what_is_read_follows_the_connections(alone: Settings) -> None:
    [public] = connected(alone.portals)
    assert {each.name for each in public.resources} == {"departments", "evaluations", "evaluated_units"}
    assert connected(portals_of("H44")) == PORTALS
    beside = connected({**portals_of("H44"), **alone.portals})  # a province without the exchange
    assert {each.name for each in PORTALS[0].resources} - {each.name for each in beside[0].resources} == EXCHANGE
    exchange = connected({NATIONAL: portals_of("H44")[NATIONAL]})
    assert {each.name for each in PORTALS[0].resources} - {each.name for each in exchange[0].resources} == CATALOGUE


def test_a_lost_provincial_connection_stops_what_needs_it_and_is_told(
    alone: Settings, database: Database, at_two: None
) -> None:
    both = settings_for(database)
    read(database, both)
    later = READ_TO + timedelta(days=40)
    read(database, alone, later)
    engine = engine_for(alone.warehouse, "transformer")
    assert read_to(alone, engine) == READ_TO  # and not forty days later
    engine.dispose()
    with pytest.raises(runs.DataIsOld) as old:
        runs.check_freshness(alone, as_of=READ_TO)
    lost = "Cổng Dịch vụ công của tỉnh: đã từng được đọc nhưng nay không còn kết nối; đặt lại "
    assert lost + "AIRFLOW_CONN_PROVINCIAL_PORTAL" in str(old.value)
    with pytest.raises(runs.MonthIncomplete, match=r"Cổng Dịch vụ công của tỉnh, dossiers: mới đọc đến"):
        runs.check_month_is_complete(alone, date(2025, 7, 1))
    progress = days.progress_of(alone, later.date())
    assert progress["Cổng Dịch vụ công của tỉnh"] is days.Progress.LOST


def test_a_lost_exchange_is_told_by_its_own_name(database: Database) -> None:
    both = settings_for(database)
    read(database, both)
    without = replace(both, portals={**both.portals, NATIONAL: PortalSettings(NATIONAL, "H44", "https://portal")})
    with pytest.raises(runs.DataIsOld, match=r"máy chủ exchange: đã từng được đọc .* đặt lại exchange_url trong"):
        runs.check_freshness(without, as_of=READ_TO)
    assert runs.check_freshness(both, as_of=READ_TO) == {NATIONAL: 0, PROVINCIAL: 0, "ranking": 0}


def test_a_portal_newly_connected_is_required_at_once(alone: Settings, database: Database) -> None:
    read(database, alone)
    both = settings_for(database)
    engine = engine_for(both.warehouse, "transformer")
    with pytest.raises(runs.NothingRead, match="ingest_provincial_portal_daily"):
        read_to(both, engine)
    note_readings(database, READ_TO)
    assert read_to(both, engine) == READ_TO
    engine.dispose()
