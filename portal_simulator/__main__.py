"""`python -m portal_simulator`: serve a seeded life of the province, or published figures."""

from __future__ import annotations

import argparse
import gc
import sys
from datetime import date
from pathlib import Path

import uvicorn

from portal_simulator import figures, life
from portal_simulator.faces.wire import read_instant
from portal_simulator.records import Province
from portal_simulator.running import configuration


def main(arguments: list[str] | None = None) -> int:
    """Fill the simulator and serve it until it is ended."""
    options = _parser().parse_args(arguments)
    try:
        province = _province(options)
        for cell in province.left_out:
            print(f"portal_simulator: left out {cell['unit']}, {cell['indicator']}: {cell['cause']}", file=sys.stderr)
        if options.clock:
            province.clock = read_instant(options.clock)
    except (OSError, ValueError) as error:
        print(f"portal_simulator: {error}", file=sys.stderr)
        return 2
    gc.freeze()  # the records live as long as the process
    uvicorn.Server(configuration(province, options.host, options.port)).run()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal_simulator", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--life", type=int, metavar="SEED", help="a seeded life of the province")
    source.add_argument("--figures", type=Path, metavar="FILE", help="published figures to meet")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the life (default 1)")
    parser.add_argument("--first", type=date.fromisoformat, default=life.FIRST, help="first day of the life")
    parser.add_argument("--period", metavar="YYYY-MM", help="month of the figures")
    parser.add_argument("--units", help="codes of the figures' units to keep, with commas")
    parser.add_argument("--clock", metavar="ISO", help="the simulated now at the start")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8766)
    return parser


def _province(options: argparse.Namespace) -> Province:
    """The canonical records asked for; ValueError when they cannot be made."""
    if options.figures is None:
        return life.build(options.life, options.scale, options.first)
    if not options.period:
        raise ValueError("--figures needs --period YYYY-MM")
    units = options.units.split(",") if options.units else None
    return figures.build(options.figures, options.period, units)


if __name__ == "__main__":
    sys.exit(main())
