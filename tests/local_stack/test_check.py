"""`./run check --env FILE` and the gate of the image: what is wrong is said, each with its variable, and no secret."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dvc766.settings import ROLES, SettingsError, require_sound_secrets
from local_stack.check import FileUnreadable, variables
from local_stack.paths import ROOT
from tests.database import Database

FERNET = base64.urlsafe_b64encode(bytes(range(32))).decode()
SOUND = {
    "AIRFLOW__CORE__FERNET_KEY": FERNET,
    "AIRFLOW__API_AUTH__JWT_SECRET": "a secret that nobody guesses",
    "AIRFLOW__API__SECRET_KEY": "another one, and not the same",
}


def test_sound_secrets_are_let_through() -> None:
    require_sound_secrets(SOUND)


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize(
    "secret", ["", "CHANGE_ME", "short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "{other}", "temporary_key"]
)
def test_a_weak_missing_or_repeated_secret_is_refused_and_not_shown(name: str, secret: str) -> None:
    other = SOUND["AIRFLOW__API__SECRET_KEY" if "JWT" in name else "AIRFLOW__API_AUTH__JWT_SECRET"]
    with pytest.raises(SettingsError, match=r"AIRFLOW__[\s\S]*Next:") as refused:
        require_sound_secrets(SOUND | {name: secret.format(other=other)})
    assert other not in str(refused.value)


def test_a_file_of_variables_is_read_as_a_shell_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text('# a note\n\nA=1\nB=\'{"x": "y z"}\'\nC=\n')
    assert variables(file) == {"A": "1", "B": '{"x": "y z"}', "C": ""}


@pytest.mark.parametrize("line", ["no assignment", "A=two words", "A='open"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "env"
    file.write_text(f"X=1\n{line}\n")
    with pytest.raises(FileUnreadable, match="line 2"):
        variables(file)


def gate(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What the image's entrypoint does before it starts a service."""
    command = [str(ROOT / "entrypoint"), sys.executable, "-c", "print('started')"]
    bare = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": f"{ROOT / 'plugins'}:{ROOT}"}
    return subprocess.run(command, env=bare | dict(environment), capture_output=True, text=True, check=False)


def warehouse(database: Database, **changed: object) -> dict[str, str]:
    """The connection to a database of the tests, whose roles have their names for passwords."""
    connection = {"conn_type": "postgres", "host": database.host, "port": database.port, "schema": database.name}
    account = {"login": "extractor", "password": "extractor"}
    extra = {f"{role}_password": role for role in ROLES if role != "extractor"}
    return {"AIRFLOW_CONN_WAREHOUSE": json.dumps(connection | account | {"extra": extra} | changed)}


def test_a_service_starts_over_the_schema_of_its_release(database: Database) -> None:
    done = gate(SOUND | warehouse(database))
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


def test_nothing_starts_over_a_schema_that_the_release_does_not_know(database: Database) -> None:
    with database.connect() as owner:
        owner.execute("update public.alembic_version set version_num = '9999'")
    done = gate(SOUND | warehouse(database))
    assert done.returncode == 1 and done.stdout == ""
    assert "bản 9999" in done.stderr and "Việc cần làm" in done.stderr


def test_all_that_is_wrong_is_said_at_once(database: Database) -> None:
    wrong = SOUND | {"AIRFLOW__API_AUTH__JWT_SECRET": "short", "DVC766_FIRST_PERIOD": "soon"}
    done = gate(wrong | warehouse(database, password="not the extractor's"))
    assert done.returncode == 1 and done.stdout == ""
    for expected in ("AIRFLOW__API_AUTH__JWT_SECRET", "DVC766_FIRST_PERIOD", "as extractor: ", "warehouse's schema"):
        assert expected in done.stderr
    assert "not the extractor's" not in done.stderr
