"""`./run drill first-load [--years N] [--scale S] [--kills N]`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random

from bench.portal import simulator
from bench.server import Server
from drills import first_load
from drills.first_load import DrillFailed, Ground, Loaded
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import ROLES
from dvc766.settings.warehouse import WarehouseSettings
from local_stack.installation import simulated_portals

AS_OF = datetime(2025, 10, 1, 0, 30, tzinfo=LOCAL_ZONE)
ONE_PIECE = 100_000  # days


def main(arguments: list[str]) -> int:
    """Run the drill and print its figures; 1 when something that must hold did not."""
    options = _parser().parse_args(arguments)
    first = f"{2025 - options.years}-10-01"
    with (
        tempfile.TemporaryDirectory(prefix="dvc766-drill-") as folder,
        Server(Path(folder)) as server,
        simulator(options.scale, first) as portal,
    ):
        try:
            _first_load(server, portal, Path(folder), options)
        except DrillFailed as failed:
            print(f"DRILL FAILED: {failed}", file=sys.stderr)
            return 1
    return 0


def _first_load(server: Server, portal: str, state: Path, options: argparse.Namespace) -> None:
    def ground(name: str, slice_days: int) -> Ground:
        warehouse = server.warehouse(name)
        return Ground(_environment(warehouse.settings.warehouse, portal, state, slice_days), warehouse.url, AS_OF)

    whole, sliced, killed = ground("whole", ONE_PIECE), ground("sliced", options.slice_days), None
    _tell("in one piece", first_load.load(whole))
    undisturbed = first_load.load(sliced)
    _tell("in slices", undisturbed)
    chance = Random(options.seed)
    kills = sorted(chance.sample(range(1, undisturbed.batches), options.kills))
    killed = ground("killed", options.slice_days)
    _tell(f"killed {options.kills} times", first_load.load(killed, kills=kills, rng=chance))
    expected = first_load.contents(sliced)
    for name, other in {"in one piece": whole, "killed": killed}.items():
        if found := first_load.differences(expected, first_load.contents(other)):
            raise DrillFailed(f"{name} differs from in slices:\n" + "\n".join(found))
    rows = sum(count for count, _ in expected.values())
    print(f"All three hold the same {rows:,} rows, cell by cell.", flush=True)


def _tell(name: str, loaded: Loaded) -> None:
    killed = f"; killed after {loaded.killed_after} batches" if loaded.killed_after else ""
    print(
        f"{name}: {loaded.seconds:.1f} s, {loaded.batches} batches, longest transaction"
        f" {loaded.longest_transaction:.1f} s, {loaded.peak_memory} MiB at most{killed}",
        flush=True,
    )


def _environment(warehouse: WarehouseSettings, portal: str, state: Path, slice_days: int) -> Mapping[str, str]:
    """The variables by which a reader of its own process finds the portal and the warehouse."""
    variables = simulated_portals(portal)
    connection = json.loads(variables["AIRFLOW_CONN_PROVINCIAL_PORTAL"])
    connection["extra"] |= {"slice_days": slice_days, "page_size": 500}
    return {
        "AIRFLOW_CONN_PROVINCIAL_PORTAL": json.dumps(connection),
        "AIRFLOW_CONN_WAREHOUSE": json.dumps(
            {
                "conn_type": "postgres",
                "host": warehouse.host,
                "port": warehouse.port,
                "schema": warehouse.dbname,
                "login": "extractor",
                "password": warehouse.password("extractor"),
                "extra": {f"{role}_password": warehouse.password(role) for role in ROLES if role != "extractor"},
            }
        ),
        "DVC766_CLOCK_URL": variables["DVC766_CLOCK_URL"],
        "DVC766_STATE": str(state),
        "PYTHONPATH": ":".join(sys.path),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run drill first-load", description=__doc__)
    parser.add_argument("--years", type=int, default=2, help="how much there is to load")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the province's life")
    parser.add_argument("--slice-days", type=int, default=31, help="length of a slice")
    parser.add_argument("--kills", type=int, default=5, help="how often the load is killed")
    parser.add_argument("--seed", type=int, default=766, help="of the moments at which it is killed")
    return parser
