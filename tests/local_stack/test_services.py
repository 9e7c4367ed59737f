"""What `./run up` and `./run demo` refuse, and whose portals they read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dvc766.settings import ROLES, SettingsError, from_env, role_variable
from local_stack import airflow, demo, installation, paths, postgres, processes, secret_store, services
from local_stack.installation import simulated_portals

VARIABLES = ("AIRFLOW_CONN_NATIONAL_PORTAL", "AIRFLOW_CONN_PROVINCIAL_PORTAL")


class Stopped(Exception):
    """Nothing is started in these tests."""


@pytest.fixture(autouse=True)
def nothing_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[installation.Installation]:
    started: list[installation.Installation] = []

    def stop(own: installation.Installation) -> None:
        started.append(own)
        raise Stopped

    monkeypatch.setattr(paths, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(installation.Installation, "ensure_warehouse", stop)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return started


def export(monkeypatch: pytest.MonkeyPatch, **changed: object) -> None:
    for name, text in simulated_portals("http://127.0.0.1:1").items():
        if name in VARIABLES:
            monkeypatch.setenv(name, json.dumps(json.loads(text) | changed))


def test_without_portals_up_reads_the_simulator_into_its_own_database(
    nothing_starts: list[installation.Installation],
) -> None:
    with pytest.raises(Stopped):
        services.up([])
    [own] = nothing_starts
    assert own.simulator_url is not None
    assert (own.database, installation.database_in_use()) == ("demo", "demo")


@pytest.mark.parametrize("arguments", [[], ["--no-simulator"]])
def test_exported_portals_win(
    arguments: list[str], nothing_starts: list[installation.Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(monkeypatch)
    with pytest.raises(Stopped):
        services.up(arguments)
    [own] = nothing_starts
    assert own.simulator_url is None
    assert (own.database, installation.database_in_use()) == ("warehouse", "warehouse")


def test_a_portal_that_is_missing_or_a_placeholder_is_told_before_anything_starts(
    nothing_starts: list[installation.Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(monkeypatch, password="CHANGE_ME")
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_NATIONAL_PORTAL: 'password' still holds the placeholder"):
        services.up([])
    export(monkeypatch)
    monkeypatch.delenv("AIRFLOW_CONN_PROVINCIAL_PORTAL")
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_PROVINCIAL_PORTAL is not set"):
        services.up([])
    assert nothing_starts == []


def test_the_national_portal_alone_has_a_simulated_database_of_its_own(
    nothing_starts: list[installation.Installation],
) -> None:
    with pytest.raises(Stopped):
        services.up(["--national-only"])
    [own] = nothing_starts
    assert (own.database, installation.database_in_use()) == ("demo_national", "demo_national")
    portals = from_env(own.environment()).portals
    assert {code: dict(portal.options) for code, portal in portals.items()} == {"national_portal": {}}
    assert own.environment()["DVC766_CLOCK_URL"].startswith(own.simulator_url or "")


def test_the_national_portal_alone_may_be_a_real_one(
    nothing_starts: list[installation.Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(monkeypatch)
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_PROVINCIAL_PORTAL is set, but --national-only"):
        services.up(["--national-only"])
    monkeypatch.delenv("AIRFLOW_CONN_PROVINCIAL_PORTAL")
    with pytest.raises(Stopped):
        services.up(["--national-only"])
    [own] = nothing_starts
    assert (own.database, list(from_env(own.environment()).portals)) == ("warehouse", ["national_portal"])


def test_the_demo_does_not_end_a_running_installation(
    nothing_starts: list[installation.Installation], capsys: pytest.CaptureFixture[str]
) -> None:
    processes.remember_supervisor()
    assert demo.demo([]) == 1
    assert "./run up is running" in capsys.readouterr().err
    assert nothing_starts == []


def test_the_demo_and_real_portals_have_databases_of_their_own(
    nothing_starts: list[installation.Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(monkeypatch)
    with pytest.raises(Stopped):
        demo.demo([])
    with pytest.raises(Stopped):
        services.up([])
    assert [own.database for own in nothing_starts] == ["demo", "warehouse"]


def test_each_program_has_the_passwords_of_the_roles_that_it_works_as(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("airflow_database", "airflow_admin", "jwt", "session", "fernet")
    secrets = secret_store.Secrets({f"role_{role}": role for role in ROLES} | dict.fromkeys(names, "x"))
    monkeypatch.setattr(secret_store, "load", lambda: secrets)
    monkeypatch.setenv(role_variable("extractor"), "of another installation")
    own = installation.Installation(postgres.Cluster(paths.LOCAL, 1), "warehouse")
    monkeypatch.setattr(installation.Installation, "ensure_airflow_database", lambda _: "postgresql://nowhere")
    scheduler = airflow.airflow_for(own)
    programs = [*map(scheduler.program, airflow.COMPONENTS), services.sealer(own), services.watchdog(own)]
    held = {
        program.name: {role for role in ROLES if role_variable(role) in program.environment} for program in programs
    }
    assert {name: roles for name, roles in held.items() if roles} == {
        "airflow-api-server": {"extractor", "transformer", "publisher", "bi_reader"},  # a task asks it for its own
        "sealer": {"publisher", "bi_reader"},
        "watchdog": {"watchdog"},
    }
    assert from_env(own.environment()).warehouse.password("extractor") == "extractor"
    assert "password" not in own.environment(())["AIRFLOW_CONN_WAREHOUSE"]
