"""Random histories of six months, built reading by reading with trouble: as if built at once, and frozen for good.

Each history is a province of its own in one warehouse, so that many cost little more than one. Builds break off at
random moments, months are frozen when they have ended, and late, backdated, recoded, repeated, deleted and re-opened
records go on coming. What is open at the end is what a build anew makes of it, row by row; what was frozen has kept
every byte.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from dvc766 import transform
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import PROJECT_ROOT, ROLES, Settings, WarehouseSettings
from dvc766.transform import TransformFailed
from dvc766.warehouse import layers, marts, published
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.run_life import Run, find_run, finish_run, start_build, start_run
from tests.database import COPY, FILLED, Database
from tests.dbt_project.kept_months import FAULTS
from tests.dbt_project.killed_builds import killed_after_nodes
from tests.dbt_project.lives import lives
from tests.dbt_project.raw_history import RawHistory
from tests.end_to_end.conftest import edited_project

SEED = 766
DOSSIERS = 40  # of each history
FIRST = datetime(2025, 5, 3, 1, tzinfo=LOCAL_ZONE)
READINGS = [FIRST + timedelta(days=days) for days in (9, 29, 45, 60, 77, 92, 108, 122, 140)]
KILLED_AFTER = (3, 80)  # nodes of a build of some hundred: the kill comes in every layer, however fast a machine is
FIRST_MONTH = date(2025, 4, 1)
_FEWER = 7  # readings that the planted faults need to be seen
# What a build takes up changes in, and leaves where it is without any.
KEPT = [
    f"intermediate.{name}"
    for name in (
        *("int_dossiers", "int_dossier_endings", "int_dossier_requests", "int_dossier_redatings"),
        *("int_dossier_record_changes", "int_payments", "int_ratings", "int_petitions"),
    )
]
# The layers that a build makes of open months, and what readers see.
COMPARED = ("facts", "indicators", "marts")


@dataclass
class Lived:
    """A warehouse that lived through the readings, and what was frozen in it on the way."""

    database: Database
    settings: Settings
    frozen: dict[date, dict[str, str]] = field(default_factory=dict)
    broken: int = 0
    selector: str = "all"  # "facts" makes no marts, and nothing can be frozen

    def build(self, as_of: datetime, *, killed_after: int | None = None) -> bool:
        """One build in its run, shown to readers; killed when so many nodes have ended. Whether it ended."""
        with _engine(self, "transformer") as engine:
            run = find_run(engine, start_build(engine, as_of, "code", "reference"))
            held = layers.versions_held(engine, run)
            try:
                with layers.writing(engine, run), killed_after_nodes(self.database, killed_after):
                    self._transform(run, held)
            except TransformFailed:
                finish_run(engine, run.run_id, "failed")
                self.broken += 1
                return False
            if self.selector == "all":
                marts.promote(engine)
            finish_run(engine, run.run_id, "succeeded")
        return True

    def forget(self, as_of: datetime) -> None:
        """A planted fault: a build that broke off before it wrote anything, and counts as done."""
        with _engine(self, "transformer") as engine:
            run = find_run(engine, start_build(engine, as_of, "code", "reference"))
            with layers.writing(engine, run):
                self.broken += 1
            finish_run(engine, run.run_id, "failed")

    def _transform(self, run: Run, held: object) -> None:
        transform.build(
            self.settings,
            self.selector,
            as_of=run.as_of,
            data_as_of=run.data_as_of,
            versions=run.versions,
            since=held,  # type: ignore[arg-type]
            with_tests=False,
        )

    def freeze(self, month: date) -> None:
        """Freeze a month as it was last shown."""
        following = (month + timedelta(days=31)).replace(day=1)
        with _engine(self, "publisher") as engine, _engine(self, "transformer") as transformer:
            [(newest,)] = self.rows("select max(run_id) from ops.runs where kind = 'ranking'")
            run_id = start_run(engine, "freezing", None, FIRST)
            published.freeze(engine, month, following - timedelta(days=1), find_run(engine, newest), run_id)
            finish_run(engine, run_id, "succeeded")
            marts.promote(transformer)
        self.frozen[month] = self.hashes(month)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives the database's owner."""
        with self.database.connect() as owner:
            return owner.execute(query).fetchall()

    def hashes(self, month: date) -> dict[str, str]:
        """A hash over all that readers and `published` hold of a month; which month is the latest, changes."""
        tables = [f"published.{name}" for name in published.COPIES] + [f"marts.{name}" for name in SHOWN]
        return {
            name: str(
                self.rows(
                    "select md5(string_agg(content, '' order by content)) from ("
                    f"select (to_jsonb(row) - 'is_latest_period')::text as content from {name} as row"
                    f" where period_month = '{month}') as rows"
                )[0][0]
            )
            for name in tables
        }

    def contents(self) -> dict[str, set[str]]:
        """The rows of every table of the compared layers."""
        tables = self.rows(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            f" where table_schema = any('{{{','.join(COMPARED)}}}') order by 1"
        )
        return {
            name: {str(row[0]) for row in self.rows(f"select (to_jsonb(row))::text from {name} as row")}
            for (name,) in tables
        }


SHOWN = (
    "agency_rankings_monthly",
    "agency_scorecards_monthly",
    "agency_group_scores_monthly",
    *("score_changes_monthly", "rank_certainty_monthly"),
    "portal_rankings_monthly",
    "data_status",
)


class _engine:  # a context manager, named as a function is
    def __init__(self, lived: Lived, role: str) -> None:
        self._engine = engine_for(lived.settings.warehouse, role)

    def __enter__(self) -> Engine:
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


def live(
    database: Database,
    state: Path,
    histories: int,
    *,
    root: Path = PROJECT_ROOT,
    kills: random.Random | None = None,
    forgets: bool = False,
    selector: str = "all",
    readings: int = len(READINGS),
) -> Lived:
    """Let `histories` provinces live through the readings; `kills` says when builds are killed on their way."""
    warehouse = WarehouseSettings(database.host, database.port, database.name, {role: role for role in ROLES})
    settings = Settings(portals={}, warehouse=warehouse, state=state, project_root=root, first_period=FIRST_MONTH)
    lived = Lived(database, settings, selector=selector)
    provinces = [f"H{number}" for number in range(100, 100 + histories)]
    with database.connect() as connection:
        told = {
            code: (RawHistory(connection, code), lives(SEED + n, DOSSIERS, code)) for n, code in enumerate(provinces)
        }
        for history, _ in told.values():
            history.set_agencies(FIRST)
            history.set_limits(FIRST, 5)
        for number, now in enumerate(READINGS[:readings]):
            for history, province in told.values():
                history.read(province, now)
                if number == 5:
                    history.set_limits(now, 2)  # shortened: what was received before keeps its limit
            if number in (3, 6):
                if kills:
                    assert not lived.build(now, killed_after=kills.randint(*KILLED_AFTER)), "the kill came too late"
                if forgets:
                    lived.forget(now)
            assert lived.build(now)
            if selector == "all" and number in (4, 7):  # May and June, then July, have ended long before
                for month in _ended_long_before(now, lived):
                    lived.freeze(month)
    return lived


def _ended_long_before(now: datetime, lived: Lived) -> Iterator[date]:
    month = FIRST_MONTH
    while (month + timedelta(days=62)).replace(day=1) <= now.date().replace(day=1):
        if month not in lived.frozen:
            yield month
        month = (month + timedelta(days=31)).replace(day=1)


def anew(lived: Lived, database: Database, state: Path) -> Lived:
    """A copy of the warehouse in which everything open is made anew."""
    warehouse = WarehouseSettings(database.host, database.port, database.name, {role: role for role in ROLES})
    settings = Settings(**{**vars(lived.settings), "warehouse": warehouse, "state": state})
    copy = Lived(database, settings, selector=lived.selector)
    with database.connect() as owner:
        owner.execute("update ops.runs set versions = null, writing_at = null")
    [(as_of,)] = lived.rows("select max(as_of) from ops.runs where kind = 'ranking'")
    assert copy.build(as_of)
    return copy


def differences(one: dict[str, set[str]], other: dict[str, set[str]]) -> list[str]:
    """The tables that differ, with how many rows only the one or the other has."""
    return [
        f"{name}: {len(one[name] - other[name])} and {len(other[name] - one[name])} rows"
        for name in sorted({*one, *other})
        if one[name] != other[name]
    ]


@pytest.fixture(scope="module")
def histories(request: pytest.FixtureRequest) -> int:
    """How many: twelve in the suite, two hundred with --long."""
    return 200 if request.config.getoption("--long") else 12


@pytest.fixture(scope="module")
def lived(
    histories: int,
    make_database: Callable[..., Database],
    migrated_template: Database,
    state: Path,
) -> Iterator[Lived]:
    database = make_database(FILLED, migrated_template.name)
    yield live(database, state / FILLED, histories, kills=random.Random(SEED))
    database.cluster.drop_database(FILLED)


def test_open_months_are_as_if_made_anew(
    lived: Lived, histories: int, make_database: Callable[..., Database], state: Path
) -> None:
    copy = make_database(COPY, lived.database.name)
    once = anew(lived, copy, state / COPY)
    found = lived.contents()
    assert differences(found, once.contents()) == []
    assert lived.broken == 2
    assert len({row.split('"province_code": "')[1][:4] for row in found["facts.fct_dossier_months"]}) == histories
    assert {len(found[f"facts.{name}"]) > 0 for name in ("fct_dossiers", "fct_payments", "fct_petitions")} == {True}
    copy.cluster.drop_database(COPY)


def test_the_histories_hold_every_kind_of_ending_and_verdict(lived: Lived) -> None:
    """A comparison of facts without these would prove little; what is frozen counts too."""
    kinds = {
        column: {
            row[0]
            for table in ("facts.fct_dossier_months", "published.dossier_months")
            for row in lived.rows(f"select distinct {column} from {table} where {column} is not null")
        }
        for column in ("ending_kind", "timeliness", "late_reason")
    }
    assert kinds["ending_kind"] >= {"result_ready", "refused", "withdrawn", "stopped"}
    assert len(kinds["timeliness"]) == 6
    assert len(kinds["late_reason"]) == 4
    gone = "select count(*) from raw.provincial_portal__dossiers where is_deleted"
    assert lived.rows(gone)[0][0] > 0


def test_a_build_without_news_touches_nothing_that_is_kept(lived: Lived) -> None:
    """Where a row lies tells whether it was written again; the months are made again, and say the same."""
    places = {name: lived.rows(f"select ctid::text, xmin::text from {name} order by 1") for name in KEPT}
    shown = lived.contents()
    assert lived.build(READINGS[-1])
    assert {name: lived.rows(f"select ctid::text, xmin::text from {name} order by 1") for name in KEPT} == places
    assert differences(lived.contents(), shown) == []


def test_frozen_months_keep_every_byte(lived: Lived) -> None:
    assert len(lived.frozen) >= 3
    assert {month: lived.hashes(month) for month in lived.frozen} == lived.frozen
    open_months = {row[0] for row in lived.rows("select distinct period_month from facts.fct_dossier_months")}
    assert open_months
    assert not open_months & set(lived.frozen)


@pytest.mark.long
def test_what_stands_in_what_is_kept_and_must_not_is_seen(
    make_database: Callable[..., Database], migrated_template: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All faults are planted at once: each is seen in a table of its own."""
    folder = tmp_path_factory.mktemp("faults")
    edits = {
        name: (lambda text, pair=pair: text.replace(*pair))
        for fault in FAULTS.values()
        for name, pair in fault.edits.items()
    }
    with edited_project(folder / "project", edits) as root:
        found = _differences_of("faulty", make_database, migrated_template, folder, root=root)
    assert {name: fault.seen_in in found for name, fault in FAULTS.items()} == dict.fromkeys(FAULTS, True)


@pytest.mark.long
def test_a_build_that_broke_off_and_counts_as_done_is_seen(
    make_database: Callable[..., Database], migrated_template: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("forgetful")
    assert _differences_of("forgetful", make_database, migrated_template, folder, forgets=True)


def _differences_of(
    name: str, make_database: Callable[..., Database], template: Database, folder: Path, **how: Any
) -> set[str]:
    """The facts of a few histories that a build anew makes otherwise."""
    database = make_database(name, template.name)
    lived = live(database, folder / "state", 8, selector="facts", readings=_FEWER, **how)
    copy = make_database(f"{name}_anew", database.name)
    once = anew(lived, copy, folder / "anew")
    found = {told.partition(":")[0] for told in differences(lived.contents(), once.contents())}
    for one in (copy, database):
        one.cluster.drop_database(one.name)
    return found
