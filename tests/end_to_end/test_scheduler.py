"""The five DAGs by the real scheduler: one month of a small province, as the demo runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from dvc766 import sealing
from dvc766.settings import VenueSettings
from dvc766.settings.venues import VenueExtra
from local_stack import airflow, demo, paths, postgres, secret_store, simulator
from local_stack.airflow_api import AirflowApi, RunFailed
from local_stack.installation import Installation
from local_stack.processes import Programs, left_running, members
from local_stack.timetable import steps
from tests.dvc766.delivery import places
from tests.end_to_end import delivered
from tests.end_to_end.conftest import secrets

DEAD = "scheduled__of_a_lost_metadata_database"
DAGS = (*demo.INGEST, demo.BUILD, demo.RANK, demo.FRESHNESS, demo.FREEZE, demo.APPROVE)
PUT_OFF, APPROVED = "asked_and_put_off", "asked_and_approved"
PORTAL = "venue_provincial_portal"  # open until June 2025
ANSWER = "Đã xem từng hồ sơ; không thuộc cơ quan được xếp hạng."


@dataclass(frozen=True)
class Ran:
    """What is left when a month has run: Airflow still up, and the programs behind it."""

    api: AirflowApi
    programs: Programs
    installation: Installation
    day: date  # of the readings and the build


@pytest.fixture(scope="module")
def ran(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Airflow, simulator and warehouse of their own, after one month and its closing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "LOCAL", tmp_path_factory.mktemp("local"))
        patch.setattr(secret_store, "load", secrets)
        own = Installation(cluster, "scheduler_test", postgres.free_port())
        step = next(steps())
        programs = Programs()
        try:
            own.ensure_warehouse()
            with cluster.connect(own.database) as connection:
                connection.execute(
                    "insert into ops.runs (kind, dag_id, dag_run_id, as_of) values ('ranking', %s, %s, now())",
                    [demo.BUILD, DEAD],
                )
            filling = ["--life", "1", "--scale", "0.2", "--clock", step.clock.isoformat()]
            portals = simulator.start(programs, own, filling)
            scheduler = airflow.airflow_for(own)
            scheduler.migrate()
            scheduler.start(programs)
            api = AirflowApi(scheduler.url, airflow.ADMIN, secrets()["airflow_admin"], programs.require_alive)
            api.waits_for_retries = False
            api.sign_in()
            api.wait_for_dags([*DAGS, demo.PUBLISH])
            pipeline = demo.Pipeline(api, portals)
            pipeline.run(step)
            pipeline.run_once(demo.FRESHNESS, step.name, {})
            pipeline.run_once(demo.FREEZE, step.name, {"period": str(step.period)})
            for run_id, choice, answer in ((PUT_OFF, "Để sau", ""), (APPROVED, "Duyệt", ANSWER)):
                api.trigger(demo.APPROVE, run_id, {"period": str(step.period)})
                api.wait_for_question(demo.APPROVE, run_id, "approve")
                api.answer(demo.APPROVE, run_id, "approve", choice, {"answer": answer})
                api.wait(demo.APPROVE, run_id)
            yield Ran(api, programs, own, step.clock.date())
        finally:
            programs.stop()
            cluster.drop_database("scheduler_test")
            cluster.drop_database("airflow")
        assert left_running() == []


def month_runs(ran: Ran) -> dict[str, list[dict[str, Any]]]:
    """The month's runs by DAG, without those that the wall clock's schedule may have added."""
    return {dag_id: [run for run in ran.api.runs(dag_id) if run["run_type"] != "scheduled"] for dag_id in DAGS}


def test_every_dag_ran_and_is_green(ran: Ran) -> None:
    states = {dag_id: [run["state"] for run in runs] for dag_id, runs in month_runs(ran).items()}
    assert states == {dag_id: ["success"] * (2 if dag_id == demo.APPROVE else 1) for dag_id in DAGS}


def test_no_task_had_to_be_tried_twice(ran: Ran) -> None:
    tries = {
        (dag_id, task["task_id"]): task["try_number"]
        for dag_id, runs in month_runs(ran).items()
        for run in runs
        for task in ran.api.tasks(dag_id, run["dag_run_id"])
        if task["state"] != "skipped"  # nothing is left to read after a night's reading
    }
    assert tries and set(tries.values()) == {1}


def test_readings_and_build_are_known_by_their_day(ran: Ran) -> None:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        runs = connection.execute(
            "select kind, count(*), count(distinct portal), min(state), max(state) from ops.runs"
            " where day = %s and dag_run_id <> %s group by kind order by kind",
            [ran.day, DEAD],
        ).fetchall()
    assert [kind for kind, *_ in runs] == ["freezing", "ranking", "reading"]
    assert runs[2] == ("reading", 2, 2, "succeeded", "succeeded")
    assert {runs[1][3], runs[1][4]} == {"succeeded"}


def test_a_build_whose_dag_run_airflow_does_not_know_is_ended_and_keeps_nobody_waiting(ran: Ran) -> None:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        dead = connection.execute("select state, message_vi from ops.runs where dag_run_id = %s", [DEAD]).fetchall()
    assert [state for state, _ in dead] == ["failed"]
    assert "không kịp khép lượt" in dead[0][1]


@pytest.mark.parametrize(
    ("dag_id", "conf"),
    [
        (demo.INGEST[0], {"as_of": "hom qua"}),
        (demo.INGEST[1], {"window_from": "01/05/2025"}),
        (demo.BUILD, {"day": "2025-6-1"}),
        (demo.RANK, {"period": "08/2025"}),
    ],
)
def test_a_wrong_parameter_is_refused_before_a_run_exists(ran: Ran, dag_id: str, conf: dict[str, str]) -> None:
    with pytest.raises(RunFailed, match=r"answered 4\d\d"):
        ran.api.trigger(dag_id, "wrong", conf)
    assert "wrong" not in {run["dag_run_id"] for run in ran.api.runs(dag_id)}


def test_the_month_is_ranked_and_frozen(ran: Ran) -> None:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        row = connection.execute(
            "select count(*) filter (where rank = 1) > 0, min(period_state), max(revision)"
            " from marts.agency_rankings_monthly where period_month = '2025-05-01'"
        ).fetchone()
    assert row == (True, "frozen", 1)


@pytest.fixture(scope="module")
def sealed(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bundle of the approved month lies, with its keys."""
    folder = tmp_path_factory.mktemp("sealed")
    files = [f"--private-key={folder / 'private.pem'}", f"--public-key={folder / 'public.pem'}"]
    command = [sys.executable, "-m", "dvc766.runs.sealer", "--once", f"--publications={folder / 'out'}", *files]
    done = subprocess.run(command, env=ran.installation.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_month_is_approved_by_the_person_who_answered_and_then_sealed(ran: Ran, sealed: Path) -> None:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        decisions = connection.execute(
            "select decision, decided_by, channel, answer, jsonb_array_length(checklist) > 0 from published.decisions"
        ).fetchall()
    assert decisions == [("approved", airflow.ADMIN, "airflow", ANSWER, True)]  # what was put off is no decision
    verdict = sealing.verify(sealed / "out" / "2025-05" / "r1", sealed / "public.pem")
    assert verdict.is_valid, verdict.text()


@pytest.mark.usefixtures("sealed")
def test_a_sealed_month_reaches_every_venue_in_force(ran: Ran, tmp_path_factory: pytest.TempPathFactory) -> None:
    """By the real scheduler to a folder, a publishing interface, an S3 server and an SFTP server.

    One venue cannot take it at first, which does not keep the others waiting. The portal's front end has no
    connection until a person enters one, and moves from the one server to the other.
    """
    meeting = ran.installation.venues / "administrative_meeting"
    meeting.mkdir()
    in_the_way = meeting / "latest.json"
    in_the_way.write_text("<html>")
    _publish(ran, "one_in_the_way", fails=True)
    assert _delivered(ran) == {("provincial_web_portal", "public", "delivered")}
    in_the_way.unlink()
    with places.s3_server() as endpoint, places.sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        bucket, host = places.s3(endpoint, "cong"), places.sftp(server, "cong")
        _connect(ran, PORTAL, bucket.venue)
        _publish(ran, "the_rest")
        _connect(ran, PORTAL, host.venue)
        _publish(ran, "moved", {"period": "2025-05"})
        everywhere = [
            places.folder(meeting),
            places.interface(str(ran.installation.simulator_url)),
            bucket,
            host,
        ]
        assert [places.what_readers_see(place) for place in everywhere] == [{"2025-05": 1}] * 4
        read = [rankings for place in everywhere for rankings in delivered.rankings(places.files_of(place, "2025-05"))]
    assert _delivered(ran) == {
        ("administrative_meeting", "internal", "delivered"),
        ("administrative_meeting", "internal", "unchanged"),
        ("provincial_portal", "public", "delivered"),
        ("provincial_web_portal", "public", "delivered"),
        ("provincial_web_portal", "public", "unchanged"),
    }
    assert {pattern for path, _ in read for pattern in delivered.TABLES if path.match(pattern)} == {*delivered.TABLES}
    shown = _shown(ran)
    sheets: dict[str, delivered.Standing] = {}
    for path, rankings in read:
        assert rankings.items() <= shown.items(), path
        if path.match(delivered.SHEETS):
            sheets |= rankings
        elif path.suffix != ".pptx":  # slides show two ends of a long ranking
            assert len(rankings) >= len(shown) - 1, path  # the annex of a document has the province's row too
    assert len(sheets) == len(shown)


def _publish(ran: Ran, run_id: str, conf: dict[str, str] | None = None, *, fails: bool = False) -> None:
    ran.api.trigger(demo.PUBLISH, run_id, conf or {})
    with pytest.raises(RunFailed, match="deliver") if fails else nullcontext():
        ran.api.wait(demo.PUBLISH, run_id)


def _connect(ran: Ran, name: str, venue: VenueSettings) -> None:
    """Enter a venue's connection, or change it, as a person does on Airflow's page."""
    usual = asdict(VenueExtra())
    extra = {key: value for key, value in asdict(venue.extra).items() if value != usual[key]}
    account = {"login": venue.login, "password": venue.password, "extra": json.dumps(extra)}
    ran.api.keep_connection({"connection_id": name, "conn_type": "generic", "host": venue.url} | account)


def _shown(ran: Ran) -> dict[str, delivered.Standing]:
    """What the marts say of the province and every agency with a score."""
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        rows = connection.execute(
            "select agency_name_vi, coalesce(rank::text, ''), score::text,"
            " case when rank is null then assessment_status_vi else grade_name_vi end"
            " from marts.agency_rankings_monthly"
            " where period_month = '2025-05-01' and score is not null"
        ).fetchall()
    assert rows
    return {name: (rank, score, grade) for name, rank, score, grade in rows}


def _delivered(ran: Ran) -> set[tuple[str, str, str]]:
    with ran.installation.cluster.connect(ran.installation.database) as connection:
        return set(connection.execute("select venue_code, edition, state from ops.deliveries where state <> 'failed'"))


def test_airflow_asks_for_a_login(ran: Ran) -> None:
    assert requests.get(f"{ran.api.url}/api/v2/dags", timeout=30).status_code == 401
    wrong = {"username": airflow.ADMIN, "password": "wrong"}
    assert requests.post(f"{ran.api.url}/auth/token", json=wrong, timeout=30).status_code == 401


def test_only_loopback_is_listened_on(ran: Ran) -> None:
    leaders = [process.pid for process in ran.programs.running.values()]
    sockets = {
        Path(link).readlink().name
        for pid in members(leaders)
        for link in Path(f"/proc/{pid}/fd").glob("*")
        if Path(link).is_symlink()
    }
    listening = [
        fields
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in (line.split() for line in Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets
    ]
    assert listening
    assert {fields[1].partition(":")[0] for fields in listening} == {"0100007F"}
