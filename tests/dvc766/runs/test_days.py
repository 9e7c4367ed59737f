"""A build belongs to a day: it waits for that day's readings, and says which of them it had to do without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.runs import days
from dvc766.settings import PortalSettings, Settings
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import RANKING, Driver, finish_run, start_run
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

DAY = date(2025, 6, 18)
NATIONAL, PROVINCIAL = "national_portal", "provincial_portal"
LATE = timedelta(hours=2)  # a build that has been waiting for long

SetClock = Callable[..., None]


@pytest.fixture
def settings(database: Database) -> Settings:
    """An empty warehouse."""
    return settings_for(database)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets the business clock to an hour and minute of DAY, or of days after it."""

    def set_clock(hour: int, days_later: int = 0) -> None:
        now = datetime(2025, 6, 18, hour, tzinfo=LOCAL_ZONE) + timedelta(days=days_later)
        monkeypatch.setattr(days, "business_now", lambda _: now)

    return set_clock


def read(database: Database, portal: str, state: str = "succeeded", day: date | None = DAY) -> None:
    """A reading of a portal, in a state."""
    with database.connect() as connection:
        connection.execute(
            "insert into ops.runs (kind, portal, as_of, day, state) values ('reading', %s, now(), %s, %s)",
            [portal, day, state],
        )


def waits_for(settings: Settings, day: date = DAY, waited: timedelta = LATE) -> set[str]:
    sentences = " ".join(runs.portals_to_wait_for(settings, day, until="06:00", waited=waited))
    names = {NATIONAL: "Cổng Dịch vụ công quốc gia", PROVINCIAL: "Cổng Dịch vụ công của tỉnh"}
    return {code for code, name in names.items() if name in sentences}


def test_a_day_with_both_readings_is_built_at_once(settings: Settings, database: Database, at: SetClock) -> None:
    at(2)
    for portal in (NATIONAL, PROVINCIAL):
        assert portal in waits_for(settings)
        read(database, portal)
    assert waits_for(settings) == set()


@pytest.mark.parametrize("state", ["running", "failed", "blocked", "superseded"])
def test_until_six_a_portal_without_a_whole_reading_is_waited_for(
    state: str, settings: Settings, database: Database, at: SetClock
) -> None:
    read(database, NATIONAL)
    read(database, PROVINCIAL, state)
    for hour in (2, 5):
        at(hour)
        assert waits_for(settings) == {PROVINCIAL}


@pytest.mark.parametrize("state", ["failed", "blocked", "superseded", None])
def test_from_six_on_the_build_does_with_what_there_is(
    state: str | None, settings: Settings, database: Database, at: SetClock
) -> None:
    read(database, PROVINCIAL)
    if state:
        read(database, NATIONAL, state)
    at(6)
    assert waits_for(settings) == set()


def test_a_reading_that_is_at_work_at_six_is_waited_for(settings: Settings, database: Database, at: SetClock) -> None:
    read(database, PROVINCIAL)
    read(database, NATIONAL, "failed")
    read(database, NATIONAL, "running")
    at(7)
    assert waits_for(settings) == {NATIONAL}


def test_yesterday_s_reading_is_not_today_s(settings: Settings, database: Database, at: SetClock) -> None:
    at(2)
    for portal in (NATIONAL, PROVINCIAL):
        read(database, portal, day=DAY - timedelta(days=1))
        read(database, portal, day=None)
    assert waits_for(settings) == {NATIONAL, PROVINCIAL}


def test_days_made_up_late_are_each_waited_for_while_their_reading_may_begin(
    settings: Settings, database: Database, at: SetClock
) -> None:
    at(9, 2)
    for late in range(3):
        day = DAY + timedelta(days=late)
        assert waits_for(settings, day, timedelta(minutes=1)) == {NATIONAL, PROVINCIAL}
        read(database, NATIONAL, day=day)
        read(database, PROVINCIAL, "running", day)
        assert waits_for(settings, day) == {PROVINCIAL}
        read(database, PROVINCIAL, day=day)
        assert waits_for(settings, day, timedelta(minutes=1)) == set()


def test_one_missing_night_leaves_no_later_day_behind(settings: Settings, database: Database, at: SetClock) -> None:
    read(database, PROVINCIAL)
    read(database, NATIONAL, "failed")
    for later in range(1, 4):
        day = DAY + timedelta(days=later)
        at(2, later)
        read(database, NATIONAL, day=day)
        assert waits_for(settings, day) == {PROVINCIAL}
        read(database, PROVINCIAL, day=day)
        assert waits_for(settings, day) == set()


@pytest.mark.parametrize("ending", ["succeeded", "failed"])
def test_a_build_without_a_portal_says_so_for_good(ending: str, settings: Settings, database: Database) -> None:
    read(database, PROVINCIAL)
    read(database, NATIONAL, "failed")
    engine = engine_for(settings.warehouse, "transformer")
    build = start_run(engine, RANKING, None, datetime(2025, 6, 18, tzinfo=LOCAL_ZONE), Driver(day=DAY))
    told = runs.tell_missing(settings, build)
    assert told is not None
    assert "Ngày 18/06/2025 còn thiếu dữ liệu của Cổng Dịch vụ công quốc gia (đọc không thành công)" in told
    assert "của tỉnh" not in told
    finish_run(engine, build, "succeeded" if ending == "succeeded" else "failed", None)
    engine.dispose()
    with database.connect() as connection:
        assert connection.execute("select message_vi from ops.runs where run_id = %s", [build]).fetchone() == (told,)


def test_a_build_with_both_portals_or_without_a_day_has_nothing_to_tell(settings: Settings, database: Database) -> None:
    engine = engine_for(settings.warehouse, "transformer")
    as_of = datetime(2025, 6, 18, tzinfo=LOCAL_ZONE)
    by_hand = start_run(engine, RANKING, None, as_of)
    for portal in (NATIONAL, PROVINCIAL):
        read(database, portal)
    whole = start_run(engine, RANKING, None, as_of, Driver(day=DAY))
    engine.dispose()
    assert [runs.tell_missing(settings, run) for run in (by_hand, whole)] == [None, None]


@pytest.mark.parametrize("portal", [NATIONAL, PROVINCIAL])
def test_readings_of_one_portal_wait_for_each_other_and_not_for_the_other_portal_s(
    portal: str, settings: Settings
) -> None:
    portals = {code: PortalSettings(code, "H44", "https://portal") for code in (NATIONAL, PROVINCIAL)}
    known, as_of = replace(settings, portals=portals), datetime(2025, 6, 18, 1, 30, tzinfo=LOCAL_ZONE)
    first = runs.start_reading(known, portal, as_of=as_of, driver=Driver("ingest", "backfill__1", DAY))
    with pytest.raises(runs.WarehouseBusy, match="backfill__1"):
        runs.start_reading(known, portal, as_of=as_of, driver=Driver("ingest", "scheduled__2", DAY))
    again = runs.start_reading(known, portal, as_of=as_of, driver=Driver("ingest", "backfill__1", DAY))
    assert again > first  # the same DAG run from its first task on
    other = PROVINCIAL if portal == NATIONAL else NATIONAL
    runs.start_reading(known, other, as_of=as_of, driver=Driver("ingest", "scheduled__2", DAY))
    runs.close_dead_runs(known, lambda dag_id, run_id: run_id == "backfill__1")
    runs.start_reading(known, portal, as_of=as_of, driver=Driver("ingest", "scheduled__2", DAY))


@pytest.mark.parametrize(
    ("hour", "state", "is_left"),
    [
        (1, None, False),
        (2, None, True),
        (2, "running", True),
        (5, "failed", True),
        (2, "succeeded", False),
        (6, None, False),
    ],
)
def test_from_the_hour_of_the_readings_on_a_portal_is_left_to_the_night_until_it_is_read(
    hour: int, state: str | None, is_left: bool, settings: Settings, database: Database, at: SetClock
) -> None:
    at(hour)
    read(database, NATIONAL)  # another portal's night
    read(database, PROVINCIAL, day=DAY - timedelta(days=30))  # a night of the backfill
    if state:
        read(database, PROVINCIAL, state)
    assert runs.is_night_first(settings, PROVINCIAL, since="01:30", until="06:00") is is_left
