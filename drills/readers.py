"""`./run drill readers`: clients that nobody here wrote read every mart of the warehouse that was used last.

psycopg says what is there; psqlodbc, JDBC and DuckDB must find the same rows, keys and order of names. Their drivers
come from Debian (as root) and PyPI, into .local/readers; nothing of them is needed to run the system.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

from drills.reader_clients import MARTS, ORDERED
from dvc766.failures import NeedsAPerson
from dvc766.warehouse.marts_keys import KEYS
from local_stack import installation
from local_stack.installation import say
from local_stack.paths import local

DEBIAN = ("odbc-postgresql", "unixodbc", "libpostgresql-jdbc-java", "default-jre-headless")
PYPI = (
    "pyodbc==5.2.0",
    "JayDeBeApi==1.2.3",
    "duckdb==1.5.5",
    "duckdb-extensions",
    "duckdb-extension-postgres-scanner==1.5.5",
)
CLIENTS = ("odbc", "jdbc", "duckdb")


class DriversMissing(NeedsAPerson):
    """A client cannot be installed here; the message says what is missing."""


def main(arguments: list[str]) -> int:
    """1 when a client finds other rows, keys or another order than psycopg does."""
    options = argparse.ArgumentParser(prog="./run drill readers", description=__doc__)
    options.add_argument("--only", nargs="+", choices=CLIENTS, default=CLIENTS, help="these clients alone")
    chosen = options.parse_args(arguments).only
    python = _install(local("readers"), chosen)
    own = installation.embedded(installation.database_in_use())
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        own.ensure_warehouse()
        url = own.url("bi_reader")
        expected = _expected(url)
        complaints = [f"{client}: {one}" for client in chosen for one in _compare(client, python, url, expected)]
    finally:
        if not server_ran:
            own.cluster.stop()
    for one in complaints:
        print(one)
    print(f"{len(chosen)} clients, {len(expected['rows'])} marts, {len(complaints)} complaints")
    return 1 if complaints else 0


def _install(folder: Path, clients: list[str]) -> Path:
    needs_debian = {"odbc", "jdbc"} & set(clients) and not (
        Path("/usr/share/java/postgresql.jar").exists() and shutil.which("odbcinst")
    )
    if needs_debian:
        if os.geteuid() != 0:
            raise DriversMissing(
                f"Debian's {', '.join(DEBIAN)} are missing, and only root can install them.\n"
                "Next: install them, or run with --only duckdb."
            )
        say(f"installing {', '.join(DEBIAN)}")
        subprocess.run(["apt-get", "install", "--yes", "--quiet", *DEBIAN], check=True, stdout=subprocess.DEVNULL)
    python = folder / "bin" / "python"
    if not python.exists():
        say(f"installing the clients into {folder}")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PYPI], check=True)
    return python


def _expected(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as reader:
        marts = [name for (name,) in reader.execute(MARTS.encode()).fetchall()]
        rows = {mart: reader.execute(f"select count(*) from marts.{mart}".encode()).fetchall()[0][0] for mart in marts}
        ordered = [name for (name,) in reader.execute(ORDERED.encode()).fetchall()]
    return {"rows": rows, "ordered": ordered}


def _compare(client: str, python: Path, url: str, expected: dict[str, Any]) -> list[str]:
    parts = urlsplit(url)
    place = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port),
        "PGDATABASE": parts.path.lstrip("/"),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    script = Path(__file__).with_name("reader_clients.py")
    done = subprocess.run(
        [str(python), str(script), client], env=os.environ | place, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return [done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"]
    found = json.loads(done.stdout)
    say(f"{client}: {found['types']}")
    complaints = []
    if found["rows"] != expected["rows"] or found["read"] != expected["rows"]:
        complaints.append(f"other rows: {found['rows']} and {found['read']}, not {expected['rows']}")
    if found["ordered"] != expected["ordered"]:
        complaints.append("another order of names")
    for mart, key in found["keys"].items():
        if mart in KEYS and key != list(KEYS[mart].primary):
            complaints.append(f"marts.{mart} has the key {key}, not {list(KEYS[mart].primary)}")
    for mart, count in found["foreign_keys"].items():
        if mart in KEYS and count < len(KEYS[mart].foreign):
            complaints.append(
                f"marts.{mart} has {count} columns in references, not {len(KEYS[mart].foreign)} references"
            )
    return complaints
