"""`./run check`: every connection of the installation in use, or of a file like .env, looked at by one command."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local_stack import installation, secret_store
from local_stack.arguments import parser
from local_stack.installation import say
from local_stack.paths import PLUGINS, ROOT

# What Airflow reads: the name in .env, which docker-compose.yaml hands on, and the name among the secrets of ./run.
SECRETS = {
    "AIRFLOW__CORE__FERNET_KEY": ("AIRFLOW_FERNET_KEY", "fernet"),
    "AIRFLOW__API_AUTH__JWT_SECRET": ("AIRFLOW_JWT_SECRET", "jwt"),
    "AIRFLOW__API__SECRET_KEY": ("AIRFLOW_SESSION_SECRET", "session"),
}


class FileUnreadable(RuntimeError):
    """A file of variables is not what it should be; the message names the line."""


def check(arguments: list[str]) -> int:
    """Say of each connection whether it can be used; 1 when one cannot."""
    options = parser("check")
    options.add_argument("--env", type=Path, metavar="FILE", help="the variables of this file, for instance .env")
    asked = options.parse_args(arguments)
    return subprocess.run(
        [sys.executable, "-m", "dvc766.runs.connections"],
        env=_of_file(asked.env) if asked.env else _in_use(),
        check=False,
    ).returncode


def _in_use() -> Mapping[str, str]:
    """The variables of the warehouse that up or the demo used last, whose server must run."""
    database = installation.database_in_use()
    is_real = database == installation.WAREHOUSE
    own = installation.embedded(database, None if is_real else installation.SIMULATOR_PORT)
    if not own.cluster.is_running():
        say("The embedded server is down, so are its simulator and Airflow.\nNext: ./run up, then ./run check.")
    secrets = secret_store.load()
    return own.environment() | {name: secrets[kept] for name, (_, kept) in SECRETS.items()}


def _of_file(path: Path) -> Mapping[str, str]:
    """This process's variables without those of an installation, and the file's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "DVC766_"))}
    given = variables(path)
    secrets = {name: given.pop(written, "") for name, (written, _) in SECRETS.items()}
    return kept | given | secrets | {"PYTHONPATH": os.pathsep.join((str(PLUGINS), str(ROOT)))}


def variables(path: Path) -> dict[str, str]:
    """The variables of a file of NAME=VALUE lines, quotes taken away as a shell does."""
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, is_there, value = line.partition("=")
        try:
            words = shlex.split(value)
        except ValueError:
            words = ["", ""]
        if not is_there or len(words) > 1:
            raise FileUnreadable(f"{path}, line {number}: not NAME=VALUE.\nNext: quote the value as in .env.example.")
        found[name.strip()] = words[0] if words else ""
    return found
