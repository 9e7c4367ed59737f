"""A first load in slices, killed at random and taken up again, ends as one that nobody disturbed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from drills.first_load import Ground, contents, differences, load
from dvc766.settings import ROLES
from local_stack.installation import simulated_portals
from portal_simulator import life
from portal_simulator.records import Province
from portal_simulator.running import running
from tests.database import Database

SLICE_DAYS = 60
WHOLE = 100_000

MakeGround = Callable[[str, int], Ground]


@pytest.fixture(scope="module")
def province() -> Province:
    """Nine months of a very small province."""
    return life.build(766, 0.01)


@pytest.fixture(scope="module")
def make_ground(
    province: Province,
    make_database: Callable[..., Database],
    migrated_template: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MakeGround]:
    """An empty warehouse by name, with a reader's environment of so many days a slice."""
    state = tmp_path_factory.mktemp("first_load")
    made: list[Database] = []
    with running(province) as url:

        def make(name: str, slice_days: int) -> Ground:
            database = make_database(f"first_load_{name}", migrated_template.name)
            made.append(database)
            return Ground(_environment(database, url, state, slice_days), database.url(), province.clock)

        yield make
    for database in made:
        database.cluster.drop_database(database.name)


def _environment(database: Database, url: str, state: Path, slice_days: int) -> dict[str, str]:
    variables = simulated_portals(url)
    connection = json.loads(variables["AIRFLOW_CONN_PROVINCIAL_PORTAL"])
    connection["extra"] |= {"slice_days": slice_days, "slice_records": 1, "first_wait_seconds": 0}
    warehouse = {
        "conn_type": "postgres",
        "host": database.host,
        "port": database.port,
        "schema": database.name,
        "login": "extractor",
        "password": "extractor",
        "extra": {f"{role}_password": role for role in ROLES if role != "extractor"},
    }
    return {
        "AIRFLOW_CONN_PROVINCIAL_PORTAL": json.dumps(connection),
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(warehouse),
        "DVC766_CLOCK_URL": variables["DVC766_CLOCK_URL"],
        "DVC766_STATE": str(state),
        "PYTHONPATH": ":".join(sys.path),
    }


@pytest.fixture(scope="module")
def undisturbed(make_ground: MakeGround) -> Ground:
    """The province loaded in slices, without an interruption."""
    ground = make_ground("undisturbed", SLICE_DAYS)
    loaded = load(ground)
    assert loaded.batches > 15  # slices of five resources, and the list of agencies
    return ground


def test_slices_and_one_piece_give_the_same_cells(undisturbed: Ground, make_ground: MakeGround) -> None:
    whole = make_ground("whole", WHOLE)
    assert load(whole).batches == 6
    assert differences(contents(undisturbed), contents(whole)) == []


def test_a_load_that_is_killed_goes_on_and_ends_with_the_same_cells(
    undisturbed: Ground, make_ground: MakeGround
) -> None:
    killed = make_ground("killed", SLICE_DAYS)
    loaded = load(killed, kills=(3, 9), rng=Random(766))
    assert len(loaded.killed_after) == 2
    assert differences(contents(undisturbed), contents(killed)) == []
    with killed.connect() as owner:
        [(slices, first)] = owner.execute(
            "select count(*), count(*) filter (where window_from is null) from ops.ledger where resource = 'dossiers'"
        ).fetchall()
        states = owner.execute("select state, count(*) from ops.runs group by state order by state").fetchall()
    assert (first, states) == (1, [("failed", 2), ("succeeded", 1)])  # the first slice was not read again
    assert int(str(slices)) >= 4


def test_a_cell_that_differs_is_seen(undisturbed: Ground) -> None:
    before = contents(undisturbed)
    assert before["raw.provincial_portal__dossiers"][0] > 100
    with undisturbed.connect() as owner:
        owner.execute("update ops.cursors set cursor_at = cursor_at + %s where resource = 'ratings'", (timedelta(1),))
        try:
            assert [line.partition(":")[0] for line in differences(before, contents(undisturbed))] == ["ops.cursors"]
        finally:
            owner.execute(
                "update ops.cursors set cursor_at = cursor_at - %s where resource = 'ratings'", (timedelta(1),)
            )
