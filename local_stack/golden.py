"""`./run golden`: records made to fit published figures, through the whole pipeline, compared cell by cell."""

from __future__ import annotations

import json
import logging
import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from dvc766 import runs
from dvc766.portals import PORTALS
from dvc766.settings import Settings, from_env
from local_stack import golden_cells, installation, postgres, simulator
from local_stack.arguments import parser
from local_stack.installation import GOLDEN, Installation, say
from local_stack.processes import Programs

MANNERS = {"page_size": 500, "parallel": 4, "pause_seconds": 0}


def golden(arguments: list[str]) -> int:
    """Compare what records can be made for; 1 when a cell of it that is marked exact differs."""
    options = parser("golden")
    options.add_argument("--figures", type=Path, required=True, help="columns of the golden month's file")
    options.add_argument("--period", type=_month, required=True, metavar="YYYY-MM")
    options.add_argument("--units", help="codes of the file's units to keep, with commas; default all")
    chosen = options.parse_args(arguments)
    units = chosen.units.split(",") if chosen.units else None
    figures = golden_cells.read_figures(chosen.figures, chosen.period, units)
    own = replace(installation.embedded(GOLDEN, postgres.free_port()), province_code=golden_cells.province_of(figures))
    filling = ["--figures", str(chosen.figures), "--period", f"{chosen.period:%Y-%m}"]
    filling += ["--units", chosen.units] if chosen.units else []
    server_ran = own.cluster.is_running()
    programs = Programs()
    begin = time.monotonic()
    try:
        _empty(own)
        say("Filling the simulator with records that fit the figures")
        portals = simulator.start(programs, own, filling)
        left_out = portals.left_out()
        as_of = portals.now()
        for day in golden_cells.earlier_captures(chosen.figures, chosen.period, as_of.date(), units):
            moment = as_of.replace(year=day.year, month=day.month, day=day.day)
            say(f"Reading what the national portal published by {day}")
            portals.set_clock(moment)
            say(_read(_environment(own), chosen.period, "national_portal", moment))
        portals.set_clock(as_of)
        _run(own, chosen.period, as_of, begin)
        with psycopg.connect(own.url("bi_reader")) as connection:
            ours = golden_cells.read_ours(connection, own.province_code, chosen.period)
            lines, has_failed = golden_cells.report(chosen.period, figures, left_out, ours)
            lines.append(golden_cells.reconciled(connection, own.province_code, chosen.period))
        print(*lines, sep="\n")
        return int(has_failed)
    finally:
        programs.stop()
        if not server_ran:
            own.cluster.stop()


def _empty(own: Installation) -> None:
    """A warehouse with nothing in it; what it loses in a crash can be made again."""
    say("Making an empty warehouse")
    own.cluster.start()
    own.cluster.drop_database(own.database)
    own.ensure_warehouse()
    with own.cluster.connect() as connection:
        name = sql.Identifier(own.database)
        connection.execute(sql.SQL("alter database {} set synchronous_commit = off").format(name))


def _run(own: Installation, month: date, as_of: datetime, begin: float) -> None:
    environment = _environment(own)
    say(f"Reading both portals over HTTP ({time.monotonic() - begin:.0f} s so far)")
    with ProcessPoolExecutor(len(PORTALS), mp_context=multiprocessing.get_context("spawn")) as readers:
        readings = [readers.submit(_read, environment, month, portal.code, as_of) for portal in PORTALS]
        for reading in readings:
            say(reading.result())
    say(f"Building, checking and showing the ranking ({time.monotonic() - begin:.0f} s so far)")
    runs.rank(_settings(environment, month), as_of=as_of)
    say(f"The pipeline took {time.monotonic() - begin:.0f} s.")


def _read(environment: Mapping[str, str], month: date, portal: str, as_of: datetime) -> str:
    """One portal's reading, told in a line; from the environment, since settings do not travel to a process."""
    logging.getLogger("dvc766.portals").setLevel(logging.ERROR)  # the file holds one month; readers ask for more
    begin = time.monotonic()
    entries = runs.read_portal(_settings(environment, month), portal, as_of=as_of)
    counts = ", ".join(f"{entry.resource} {entry.fetched}" for entry in entries)
    return f"{portal}, {time.monotonic() - begin:.0f} s: {counts}"


def _environment(own: Installation) -> Mapping[str, str]:
    environment = own.environment()
    for name in ("AIRFLOW_CONN_NATIONAL_PORTAL", "AIRFLOW_CONN_PROVINCIAL_PORTAL"):
        connection = json.loads(environment[name])
        connection["extra"] |= MANNERS
        environment[name] = json.dumps(connection)
    return environment


def _settings(environment: Mapping[str, str], month: date) -> Settings:
    return replace(from_env(environment), first_period=month)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
