"""`./run demo`: the real DAGs, by the real scheduler, over four synthetic months and three days."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import psycopg

from dvc766 import runs, sealing
from dvc766.reporting import products
from dvc766.settings import from_env
from local_stack import airflow, installation, postgres, ranking_tables, report, secret_store, simulator
from local_stack.airflow_api import AirflowApi, RunFailed
from local_stack.arguments import parser
from local_stack.installation import Installation, exported_portals, say
from local_stack.paths import PUBLIC_KEY
from local_stack.processes import Programs, end_left_over, supervisor
from local_stack.publish import sealed
from local_stack.services import life, publications
from local_stack.timetable import Step, steps

INGEST = ("ingest_national_portal_daily", "ingest_provincial_portal_daily")
CATALOGUE = INGEST[0]
BUILD, RANK, FRESHNESS = "build_warehouse_daily", "rank_agencies_monthly", "check_freshness_daily"
FREEZE, APPROVE, PUBLISH = "freeze_month", "approve_month", "publish_month"
SHOWN_MONTHS = (date(2025, 6, 1), date(2025, 8, 1))
PUBLISHED_MONTH = date(2025, 7, 1)  # the newest whose cut-off has passed


def demo(arguments: list[str]) -> int:
    """Start everything, run what has not succeeded yet, print the rankings and where to look."""
    options = parser("demo")
    options.add_argument("--keep", action="store_true", help="leave the services up; ./run down ends them")
    keep = options.parse_args(arguments).keep
    begin = time.monotonic()
    if supervisor():
        say("./run up is running, and the demo would end it.\nNext: ./run down, then ./run demo.")
        return 1
    if exported_portals():
        say(f"The demo reads the simulator, not {' and '.join(exported_portals())}; its database is its own.")
    for name in end_left_over():
        say(f"Ended {name}, left by an earlier command")
    own = installation.embedded(installation.DEMO, postgres.port_near(installation.SIMULATOR_PORT, "the simulator"))
    own.take_into_use()
    server_ran = own.cluster.is_running()
    programs = Programs()
    is_done = False
    try:
        address = _run(own, programs, begin)
        is_done = True
        _say_where(own, address, kept=keep)
        say(f"Done in {time.monotonic() - begin:.0f} s.")
    finally:
        if not (keep and is_done):
            programs.stop()
            if not server_ran:
                own.cluster.stop()
    return 0


def _run(own: Installation, programs: Programs, begin: float) -> str:
    """All of it; returns Airflow's address."""
    say("Starting the embedded PostgreSQL and bringing the warehouse to its newest revision")
    own.ensure_warehouse()
    plan = list(steps())
    say("Starting the portal simulator and Airflow")
    portals = simulator.start(programs, own, [*life(), "--clock", plan[0].clock.isoformat()])
    scheduler = airflow.airflow_for(own)
    scheduler.migrate()
    scheduler.start(programs)
    api = AirflowApi(scheduler.url, airflow.ADMIN, secret_store.load()["airflow_admin"], programs.require_alive)
    api.sign_in()
    api.wait_for_dags([*INGEST, BUILD, RANK, FRESHNESS, FREEZE, PUBLISH])
    say(f"Airflow is up after {time.monotonic() - begin:.0f} s: {scheduler.url}")
    pipeline = Pipeline(api, portals)
    for step in plan:
        pipeline.run(step)
    pipeline.run_once(FRESHNESS, plan[-1].name, {})
    pipeline.run_once(FREEZE, plan[-1].name, {})
    _show_rankings(own)
    _publish(own)
    say(
        f"Laying out {PUBLISHED_MONTH:%m/%Y} for its readers in Airflow ({', '.join(products.PRODUCTS)}; half a minute)"
    )
    pipeline.run_once(PUBLISH, plan[-1].name, {})
    _say_delivered(own)
    return scheduler.url


@dataclass(slots=True)
class Pipeline:
    """Runs the steps through Airflow; what succeeded before is not run again."""

    api: AirflowApi
    portals: simulator.Simulator

    def run(self, step: Step) -> None:
        """One step: the catalogue of the eve, both ingests at once, the build of that day, the month's ranking."""
        begin = time.monotonic()
        if step.eve:
            self.portals.set_clock(step.eve)
            self.run_once(CATALOGUE, f"eve-of-{step.name}", step.eve_conf)
        self.portals.set_clock(step.clock)
        started = {dag_id: self._start(dag_id, step.name, step.conf) for dag_id in INGEST}
        for dag_id, (run_id, _) in started.items():
            self.api.wait(dag_id, run_id)
        read = time.monotonic()
        self.run_once(BUILD, step.name, {"day": f"{step.clock:%Y-%m-%d}"})
        built = time.monotonic()
        if step.period:
            self.run_once(RANK, step.name, {"period": step.period})
        say(
            f"{step.name}: read {read - begin:.0f} s, built {built - read:.0f} s"
            + (f", ranked {time.monotonic() - built:.0f} s" if step.period else "")
        )

    def run_once(self, dag_id: str, name: str, conf: Mapping[str, object]) -> None:
        """A run of that name, unless it has succeeded before; waits for it."""
        run_id, is_new = self._start(dag_id, name, conf)
        if is_new:
            self.api.wait(dag_id, run_id)

    def _start(self, dag_id: str, name: str, conf: Mapping[str, object]) -> tuple[str, bool]:
        """The id of the run of that name, and whether it was started now."""
        prefix = f"demo__{name}__"
        earlier = {run["dag_run_id"]: run["state"] for run in self.api.runs(dag_id)}
        mine = {run_id: state for run_id, state in earlier.items() if run_id.startswith(prefix)}
        for run_id, state in mine.items():
            if state == "success":
                return run_id, False
        return self.api.trigger(dag_id, f"{prefix}{len(mine) + 1}", conf), True


def _show_rankings(own: Installation) -> None:
    with psycopg.connect(own.url("bi_reader")) as connection:
        for month in SHOWN_MONTHS:
            groups = ranking_tables.read(connection, month)
            if not groups:
                raise RunFailed(f"marts.agency_rankings_monthly has no rows of {month:%m/%Y}.")
            for group, rows in groups.items():
                print(f"\n{ranking_tables.title(group, month, len(rows))}\n{ranking_tables.table(rows)}")
        ranking_tables.write_files(connection)
    print(f"\n{ranking_tables.LEGEND}", flush=True)


def _publish(own: Installation) -> None:
    """Approve and seal the newest frozen month, and have the bundle judged as a stranger would."""
    settings = from_env(own.environment())
    folder = sealed(own, settings, PUBLISHED_MONTH, by="demo", answer="Dữ liệu mô phỏng, chỉ để xem thử.")
    verdict = sealing.verify(folder, PUBLIC_KEY)
    if not verdict.is_valid:
        raise RunFailed(f"The bundle {folder} is not valid.\n{verdict.text()}")
    say(f"Published {PUBLISHED_MONTH:%m/%Y}: {folder} ({verdict.word})")


def _say_delivered(own: Installation) -> None:
    """Name what the venues got, and make both editions of the month, also where no venue wants one."""
    settings = from_env(own.environment())
    with psycopg.connect(own.url("publisher")) as connection:
        for line in connection.execute(
            "select distinct format('%s, %s edition, %s', venue_code, edition, state) from ops.deliveries order by 1"
        ):
            say(f"Delivered: {line[0]}")
    report.keep(settings, PUBLISHED_MONTH, runs.newest_revision(settings, PUBLISHED_MONTH))


def _say_where(own: Installation, address: str, *, kept: bool) -> None:
    state = "running; ./run down ends it" if kept else "ended; ./run demo --keep leaves it up"
    pages = sorted(own.editions.glob(f"*/*/public/{report.PAGE_TO_OPEN}"))
    page = f"\n              open {pages[-1]}" if pages else ""
    print(
        "\nWhere to look"
        f"\n  Airflow     {address} ({state})"
        f"\n              login {airflow.ADMIN}, password {secret_store.load()['airflow_admin']}"
        "\n  Rankings    .local/demo/*.csv"
        f"\n  Published   {publications(own)} (./run verify FOLDER judges a bundle)"
        f"\n  Editions    {own.editions}"
        f"{page}"
        "\n  Why         ./run explain --agency CODE --indicator 2.1 --period 2025-07"
        f"\n  Warehouse   {own.url('bi_reader')} (./run dsn starts it and prints this)",
        flush=True,
    )
