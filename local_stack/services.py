"""`./run up` and `./run down`: everything as a few supervised programs, to try it out.

It is no installation to rely on: nothing starts it after a reboot. docker-compose.yaml is that.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from dvc766.portals import NATIONAL, PORTALS
from dvc766.settings import SettingsError, from_env, portal_variable
from local_stack import airflow, installation, postgres, secret_store, simulator
from local_stack.arguments import parser
from local_stack.installation import Installation, say
from local_stack.paths import PRIVATE_KEY, PUBLIC_KEY, local
from local_stack.processes import (
    Program,
    Programs,
    end_left_over,
    forget_supervisor,
    left_running,
    remember_supervisor,
    supervisor,
)
from local_stack.supervision import Supervision

SEED = 766
SEALER = "sealer"
SEALS_AS = ("publisher", "bi_reader")
WATCHDOG = "watchdog"
FOR_TRIALS = (
    "This is for trials: what ends is started again, but nothing starts it after a reboot.\n"
    "The installation for a server is docker-compose.yaml."
)
DOWN_LIMIT_SECONDS = 60.0


def up(arguments: list[str]) -> int:
    """Run everything until it is interrupted; programs that end by themselves are started again."""
    options = parser("up")
    options.add_argument("--no-simulator", action="store_true", help="read the portals of AIRFLOW_CONN_*")
    options.add_argument(
        "--national-only", action="store_true", help="the public national portal alone: its own ranking, no dossiers"
    )
    chosen = options.parse_args(arguments)
    is_real = chosen.no_simulator or bool(installation.exported_portals())
    if left_running():
        say(f"Already running: {', '.join(left_running())}.\nNext: ./run down ends it.")
        return 1
    own = (_real_portals if is_real else _simulated_portals)(national_only=chosen.national_only)
    programs = Programs()
    remember_supervisor()
    try:
        own.take_into_use()
        own.ensure_warehouse()
        if own.simulator_url:
            simulator.start(programs, own, life())
        scheduler = airflow.airflow_for(own, is_waited_for=False)
        scheduler.migrate()
        scheduler.start(programs)
        programs.start(sealer(own))
        programs.start(watchdog(own))
        say(f"Airflow: {scheduler.url}   login {airflow.ADMIN}   password {secret_store.load()['airflow_admin']}")
        say(f"{FOR_TRIALS}\nCtrl-C or ./run down ends it.")
        supervision(programs, scheduler).watch()
    finally:
        programs.stop()
        own.cluster.stop()
        forget_supervisor()
    return 0


def down(arguments: list[str]) -> int:
    """End what `up` or `demo --keep` left running, and the embedded server."""
    parser("down").parse_args(arguments)
    if pid := supervisor():
        say("Asking ./run up to end")
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + DOWN_LIMIT_SECONDS
        while supervisor() == pid and time.monotonic() < until:
            time.sleep(0.2)
    for name in end_left_over():
        say(f"Ended {name}")
    installation.embedded(installation.database_in_use()).cluster.stop()
    say("Nothing is running.")
    return 0


def _real_portals(*, national_only: bool) -> Installation:
    """The installation over the exported connections; SettingsError before anything starts when one cannot be used."""
    own = installation.embedded(installation.WAREHOUSE)
    settings = from_env(own.environment())
    for portal in PORTALS:
        if portal is NATIONAL or not national_only:
            settings.portal(portal.code)
        elif portal.code in settings.portals:
            raise SettingsError(
                f"{portal_variable(portal.code)} is set, but --national-only reads the national portal alone.\n"
                "Next: leave out --national-only, or unset the variable."
            )
    say(f"Reading the portals of {' and '.join(map(portal_variable, settings.portals))}; no simulator is started.")
    return own


def _simulated_portals(*, national_only: bool) -> Installation:
    """The installation over the simulator, whose database holds nothing but synthetic records."""
    database = installation.NATIONAL_DEMO if national_only else installation.DEMO
    own = installation.embedded(database, postgres.port_near(installation.SIMULATOR_PORT, "the simulator"))
    return replace(own, national_only=national_only)


def life() -> list[str]:
    """How the simulator is filled for `up` and the demo: always the same province."""
    return ["--life", str(SEED)]


def sealer(own: Installation) -> Program:
    """The program that holds the signing key, with the files of this installation."""
    files = ["--private-key", str(PRIVATE_KEY), "--public-key", str(PUBLIC_KEY)]
    command = [sys.executable, "-m", "dvc766.runs.sealer", "--publications", str(publications(own)), *files]
    return Program(SEALER, command, own.environment(SEALS_AS))


def watchdog(own: Installation) -> Program:
    """The program that puts back what readers changed of their logins, and ends sessions over their limits."""
    return Program(WATCHDOG, [sys.executable, "-m", "dvc766.warehouse.watchdog"], own.environment((WATCHDOG,)))


def publications(own: Installation) -> Path:
    """Where the bundles of a warehouse lie."""
    return local("publications", own.database)


def supervision(programs: Programs, scheduler: airflow.Airflow) -> Supervision:
    """The watch over an installation's programs and its database."""
    cluster = scheduler.installation.cluster
    return Supervision(programs, cluster, lambda name: _program(name, scheduler), scheduler.health)


def _program(name: str, scheduler: airflow.Airflow) -> Program:
    if name == SEALER:
        return sealer(scheduler.installation)
    if name == WATCHDOG:
        return watchdog(scheduler.installation)
    component = name.removeprefix("airflow-")
    if component in airflow.COMPONENTS:
        return scheduler.program(component)
    return simulator.program(scheduler.installation, life())
