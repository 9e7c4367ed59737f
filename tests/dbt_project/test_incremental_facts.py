"""Facts built day by day equal facts built at once, and a build without news touches no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dvc766 import transform
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import ROLES, Settings, WarehouseSettings
from tests.database import Database
from tests.dbt_project.lives import lives
from tests.dbt_project.raw_history import KEYS, RawHistory

SEED = 766
DOSSIERS = 260
FACTS = ("fct_dossiers", "fct_dossier_months", "fct_payments", "fct_ratings", "fct_petitions")
KEPT = (
    "intermediate.int_dossiers",
    "intermediate.int_payments",
    "intermediate.int_ratings",
    "intermediate.int_petitions",
    "intermediate.int_dossier_endings",
    "intermediate.int_dossier_requests",
    "intermediate.int_dossier_redatings",
)
FIRST = datetime(2025, 6, 10, 1, tzinfo=LOCAL_ZONE)
READINGS = (
    datetime(2025, 6, 30, 23, tzinfo=LOCAL_ZONE),  # the last day of a month is judged as its end
    datetime(2025, 7, 1, 1, tzinfo=LOCAL_ZONE),  # a month begins
    datetime(2025, 7, 22, 1, tzinfo=LOCAL_ZONE),
    datetime(2025, 9, 2, 1, tzinfo=LOCAL_ZONE),  # a month was never the running one
)


@dataclass
class Warehouse:
    """A warehouse whose raw tables are filled by hand."""

    database: Database
    state: Path
    held: dict[str, int] | None = None  # the newest versions that the last build read

    def build(self, as_of: datetime, *, anew: bool = False) -> None:
        """Facts as of a moment, of all versions there are."""
        warehouse = WarehouseSettings(
            self.database.host, self.database.port, self.database.name, {role: role for role in ROLES}
        )
        settings = Settings(portals={}, warehouse=warehouse, state=self.state)
        newest = {
            f"provincial_portal__{table}": self.number(f"select max(version_id) from raw.provincial_portal__{table}")
            for table in KEYS
        }
        since = None if anew else self.held
        transform.build(settings, "facts", as_of=as_of, versions=newest, since=since)
        self.held = newest

    def facts(self) -> dict[str, set[str]]:
        """Each fact's rows as text."""
        return {name: self.column(f"select fact::text from facts.{name} as fact") for name in FACTS}

    def places(self) -> dict[str, set[str]]:
        """Where each stored row lies; a row that is written again lies elsewhere."""
        return {name: self.column(f"select ctid::text || '/' || xmin::text from {name}") for name in KEPT}

    def column(self, query: str) -> set[str]:
        """The only column of a query."""
        with self.database.connect() as connection:
            return {row[0] for row in connection.execute(query).fetchall()}

    def number(self, query: str) -> int:
        """The only number of a query; nothing is 0."""
        with self.database.connect() as connection:
            row = connection.execute(query).fetchone()
        return int(row[0] or 0) if row else 0


@pytest.fixture(scope="module")
def warehouses(
    make_database: Callable[..., Database],
    migrated_template: Database,
    tmp_path_factory: pytest.TempPathFactory,
    cluster: Any,
) -> Iterator[tuple[Warehouse, Warehouse]]:
    """One warehouse built after each reading, one built once; the same raw rows in both."""
    state = tmp_path_factory.mktemp("state")
    names = ("facts_day_by_day", "facts_at_once")
    by_day, at_once = (Warehouse(make_database(name, migrated_template.name), state) for name in names)
    province = lives(SEED, DOSSIERS)
    with by_day.database.connect() as one, at_once.database.connect() as other:
        histories = [RawHistory(one), RawHistory(other)]
        for history in histories:
            history.set_limits(FIRST, 5)
            history.read(province, FIRST)
        by_day.build(FIRST)
        for number, now in enumerate(READINGS):
            for history in histories:
                if number == 2:
                    history.set_limits(now, 6)
                assert history.read(province, now) > 0
            held = by_day.held
            by_day.build(now)
            if number == 1:  # as if this build had broken off before its end
                by_day.held = held
    at_once.build(READINGS[-1])
    yield by_day, at_once
    for name in names:
        cluster.drop_database(name)


def test_the_lives_hold_every_kind_of_ending_and_verdict(warehouses: tuple[Warehouse, Warehouse]) -> None:
    """A comparison of facts without these would prove little."""
    _, at_once = warehouses
    months = "facts.fct_dossier_months"
    kinds = at_once.column(f"select distinct ending_kind from {months} where ending_kind is not null")
    assert kinds >= {"result_ready", "refused", "withdrawn", "stopped"}
    assert len(at_once.column(f"select distinct timeliness from {months}")) == 6
    assert len(at_once.column(f"select distinct late_reason from {months} where late_reason is not null")) == 4
    assert at_once.column("select source_id from raw.provincial_portal__dossiers where is_deleted") - at_once.column(
        "select source_id from facts.fct_dossiers"
    )


@pytest.mark.parametrize("fact", FACTS)
def test_facts_built_day_by_day_equal_facts_built_at_once(warehouses: tuple[Warehouse, Warehouse], fact: str) -> None:
    """Each row, in both directions."""
    by_day, at_once = warehouses
    built, expected = by_day.facts()[fact], at_once.facts()[fact]
    assert expected
    assert sorted(built - expected) == []
    assert sorted(expected - built) == []


def test_a_later_build_without_news_touches_no_row(warehouses: tuple[Warehouse, Warehouse]) -> None:
    """What is kept by dossier stays where it is; the months are made again, and say the same."""
    by_day, _ = warehouses
    places, facts = by_day.places(), by_day.facts()
    by_day.build(READINGS[-1] + timedelta(days=1))
    assert by_day.places() == places
    assert by_day.facts() == facts


def test_made_anew_all_says_the_same(warehouses: tuple[Warehouse, Warehouse]) -> None:
    by_day, _ = warehouses
    before, places = by_day.facts(), by_day.places()
    by_day.build(READINGS[-1] + timedelta(days=1), anew=True)
    assert by_day.facts() == before
    assert not by_day.places()["intermediate.int_dossiers"] & places["intermediate.int_dossiers"]
