"""Working days are counted wherever a date may lie, and a calendar that ends is told before it does."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from dvc766.clock import LOCAL_ZONE
from dvc766.settings import PROJECT_ROOT
from dvc766.transform import TransformFailed
from tests.database import FILLED, Database
from tests.dbt_project.filled import Warehouse
from tests.dbt_project.lives import Life, Record
from tests.dbt_project.raw_history import RawHistory

SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "calendar_days.csv"
LISTS = ("supplements", "redatings", "components", "results", "fee_lines", "database_codes")
FIXED = ("01-01", "04-30", "05-01", "09-02")  # off in every year, Labour Code 2019 Art. 112


def at(text: str) -> datetime:
    """`2028-01-05 09:00` in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE)


def dossier(name: str, procedure: int, received: str, **more: Any) -> Life:
    """A dossier as the portal shows it from its last change on; eight working days are procedure 3's limit."""
    record: Record = {
        "source_id": name,
        "dossier_code": f"H44.{name}",
        "agency_code": "H44.01",
        "procedure_code": f"1.{procedure:06d}",
        "submitted_at": at(received).isoformat(),
        "received_at": at(received).isoformat(),
        "status_id": "4",
        "updated_at": at(received).isoformat(),
        **{
            column: []
            for column in ("supplements", "redatings", "components", "results", "fee_lines", "database_codes")
        },
    } | more
    return Life("dossiers", [(datetime.fromisoformat(record["updated_at"]), record)])


@pytest.fixture(scope="module")
def warehouse(make_database: Callable[..., Database], migrated_template: Database, state: Path) -> Iterator[Warehouse]:
    """Dossiers around the turn of a year that the first calendar did not have."""
    made = Warehouse(make_database(FILLED, migrated_template.name), state / FILLED)
    waited = {"asked_at": at("2028-01-05 09:00").isoformat(), "answered_at": at("2028-01-19 09:00").isoformat()}
    ended = {"status_id": "9", "completed_at": at("2028-02-03 09:00").isoformat()}
    ended["updated_at"] = ended["completed_at"]
    lives = [
        dossier("over_new_year", 3, "2027-12-27 09:00"),
        dossier("a_month_of_days", 1, "2027-12-31 16:00"),
        dossier(
            "waited", 3, "2027-12-30 09:00", due_at=at("2028-01-20 17:00").isoformat(), supplements=[waited], **ended
        ),
    ]
    with made.database.connect() as connection:
        history = RawHistory(connection)
        history.set_limits(at("2027-12-01 01:00"), 5)
        history.read(lives, at("2028-02-05 01:00"))
    made.build(at("2028-02-05 01:00"))
    yield made
    made.database.cluster.drop_database(FILLED)


def test_a_limit_and_a_wait_after_the_year_2027_are_counted(warehouse: Warehouse) -> None:
    due = warehouse.column("select distinct source_id || ' ' || original_due_on from facts.fct_dossier_months")
    # 03/01/2028 is off; six days after 31/12 is Thursday the 6th
    assert due == {"over_new_year 2028-01-07", "a_month_of_days 2028-01-06", "waited 2028-01-20"}
    # ten working days were waited: 13/01 is the tenth before 03/02, over Tết
    assert warehouse.column(
        "select period_month || ' ' || timeliness || ' ' || effective_finish_on from facts.fct_dossier_months"
        " where source_id = 'waited' and ended_on is not null"
    ) == {"2028-02-01 early 2028-01-13"}


def test_the_calendar_reaches_back_to_the_oldest_act_and_fifteen_months_ahead(warehouse: Warehouse) -> None:
    bounds = warehouse.column(
        "select min(date_on) || ' ' || (max(date_on) > '2029-05-05') from intermediate.int_calendar"
    )
    assert bounds == {"1945-09-02 true"}
    assert warehouse.column("select count(*)::text from intermediate.int_calendar where working_day_index is null") == {
        "0"
    }


@pytest.mark.parametrize("year", range(2020, 2030))
def test_every_year_of_the_seed_has_its_days_off(year: int) -> None:
    """A year with a few rows only would count working days that are none."""
    with SEED.open(encoding="utf-8", newline="") as rows:
        off = {row["date_on"] for row in csv.DictReader(rows) if row["kind"] == "holiday" and not row["place_code"]}
    assert {f"{year}-{day}" for day in FIXED} <= off
    assert len([day for day in off if day.startswith(str(year))]) >= 11
    tet = [day for day in sorted(off) if date(year, 1, 20) <= date.fromisoformat(day) <= date(year, 2, 20)]
    assert len(tet) >= 5


def test_a_calendar_that_ends_within_three_months_stops_the_build(warehouse: Warehouse) -> None:
    warehouse.build(at("2028-10-01 01:00"))  # told, and no more
    with pytest.raises(TransformFailed) as stopped:
        warehouse.build(at("2029-10-01 01:00"))
    assert any(node.startswith("assert_the_days_off_are_known_ahead") for node in stopped.value.nodes)
