"""A long way back is cut into months, so that the night's reading waits for one of them and not for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.runs.parts import LONGEST_PART
from dvc766.settings import PortalSettings, Settings
from dvc766.warehouse.run_life import finish_run
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

PORTAL, OTHER = "provincial_portal", "national_portal"
BACK_TO = datetime(2024, 5, 24, tzinfo=LOCAL_ZONE)
NOW = datetime(2025, 5, 26, 1, 30, tzinfo=LOCAL_ZONE)


@pytest.fixture
def settings(database: Database) -> Settings:
    """An empty warehouse, both portals connected."""
    portals = {code: PortalSettings(code, "H44", "https://portal") for code in (PORTAL, OTHER)}
    return replace(settings_for(database), portals=portals)


def read_to(database: Database, cursor: datetime, portal: str = PORTAL, resource: str = "dossiers") -> None:
    """A resource that has been read up to a moment."""
    with database.connect() as connection:
        connection.execute(
            "with run as (insert into ops.runs (kind, portal, as_of, state)"
            " values ('reading', %s, %s, 'succeeded') returning run_id)"
            " insert into ops.cursors (province_code, portal, resource, cursor_at, run_id)"
            " select 'H44', %s, %s, %s, run_id from run",
            [portal, cursor, portal, resource, cursor],
        )


def test_what_was_read_before_is_read_again_a_month_at_a_time(settings: Settings, database: Database) -> None:
    read_to(database, NOW)
    assert runs.end_of_part(settings, PORTAL, BACK_TO, NOW) == BACK_TO + LONGEST_PART


def test_a_first_load_is_one_run(settings: Settings, database: Database) -> None:
    read_to(database, NOW, OTHER, "formality_details")
    assert runs.end_of_part(settings, PORTAL, BACK_TO, NOW) == NOW


def test_whole_lists_are_read_once(settings: Settings, database: Database) -> None:
    read_to(database, NOW, OTHER, "departments")
    assert runs.end_of_part(settings, OTHER, BACK_TO, NOW) == NOW


def test_what_lies_behind_the_cursor_alone_is_cut(settings: Settings, database: Database) -> None:
    read_to(database, BACK_TO + timedelta(days=40))
    assert runs.end_of_part(settings, PORTAL, BACK_TO, NOW) == BACK_TO + LONGEST_PART
    assert runs.end_of_part(settings, PORTAL, BACK_TO + timedelta(days=20), NOW) == NOW


def test_the_last_part_ends_where_the_run_was_asked_to(settings: Settings, database: Database) -> None:
    read_to(database, NOW)
    assert runs.end_of_part(settings, PORTAL, NOW - timedelta(days=30), NOW) == NOW


def test_the_parts_follow_each_other_without_a_gap_to_the_end(settings: Settings, database: Database) -> None:
    """Twelve months and two days are twelve parts, whatever the hour at which each is asked what is left."""
    read_to(database, NOW)
    window_from: datetime | None = BACK_TO
    ends, now = [BACK_TO], NOW
    while window_from is not None:
        end = runs.end_of_part(settings, PORTAL, window_from, now)
        run_id = runs.start_reading(settings, PORTAL, as_of=end)
        with runs.life.engine_of_role(settings, "extractor") as engine:
            finish_run(engine, run_id, "succeeded")
        now += timedelta(minutes=5)
        window_from = runs.rest_from(settings, run_id, window_from, now)
        assert window_from in (None, end)
        ends.append(end)
    assert len(ends) == 13
    assert {later - earlier for earlier, later in pairwise(ends[:-1])} == {LONGEST_PART}
    assert ends[-1] == NOW + timedelta(minutes=55)
