"""`./run bench [--quick] [PART…]`, and `./run bench idle` beside a running `./run up`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import editions, explain, growth, idle, large, loading
from bench.rounds import WrongSum
from bench.server import Server

PARTS = ("loading", "growth", "large", "explain", "editions")
IDLE = "idle"  # of what runs; it has no server of its own


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for and print a table for each; 1 when a sum is wrong."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if min(options.history) < growth.LEAST:
        parser.error(f"a history must reach back three months: --history takes {growth.LEAST} dossiers or more")
    parts = options.parts or PARTS
    if IDLE in parts:
        try:
            print(idle.run(options.seconds), flush=True)
        except idle.NothingRuns as nothing:
            print(nothing, file=sys.stderr)
            return 1
        return 0
    with tempfile.TemporaryDirectory(prefix="dvc766-bench-") as folder, Server(Path(folder)) as server:
        try:
            if "loading" in parts:
                scale = 0.02 if options.quick else options.scale
                print(loading.run(server, scale=scale, rounds=options.rounds, answer_ms=options.answer_ms), flush=True)
            if "growth" in parts:
                sizes = growth.QUICK if options.quick else options.history
                print(growth.run(server, sizes, rounds=options.rounds), flush=True)
            if "large" in parts:
                a_year = large.QUICK if options.quick else options.a_year
                print(large.run(server, a_year, rounds=options.rounds), flush=True)
            if "explain" in parts:
                print(explain.run(server, growth.LEAST if options.quick else explain.DOSSIERS), flush=True)
            if "editions" in parts:
                print(editions.run(server, editions.QUICK_MONTHS if options.quick else editions.MONTHS), flush=True)
        except WrongSum as wrong:
            print(f"WRONG SUM: {wrong}", file=sys.stderr)
            return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS, IDLE], help="what to measure; default: all but idle")
    parser.add_argument("--rounds", type=int, default=9, help="rounds, the things compared taking turns in each")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the province's life for loading")
    parser.add_argument("--answer-ms", type=int, default=0, help="how long the portal of loading takes to answer")
    parser.add_argument(
        "--history", type=int, nargs="+", metavar="DOSSIERS", default=growth.FULL, help="lengths compared by growth"
    )
    parser.add_argument("--a-year", type=int, default=large.A_YEAR, help="dossiers of a year, for large")
    parser.add_argument("--seconds", type=int, default=idle.SECONDS, help="how long is watched, for idle")
    parser.add_argument("--quick", action="store_true", help="small data, to see that it works")
    return parser


if __name__ == "__main__":
    sys.exit(main())
