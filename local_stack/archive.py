"""The embedded server's repository of backups: what archives its WAL, and what restores it into another folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess

from backup.repository import KEY, STANZA, BackupFailed, Repository
from local_stack import postgres
from local_stack.paths import ROOT
from local_stack.postgres import Cluster
from local_stack.server_account import as_server, give_to_server, write_for_server

FOLDER = "backups"
PROGRAM, CONFIGURATION = "pgbackrest-archive", "pgbackrest.conf"
ARCHIVE_TIMEOUT_SECONDS = 60  # a change waits no longer than this on the server alone


def is_archived(home: Path) -> bool:
    """Whether the server of this folder has a repository."""
    return (home / FOLDER / CONFIGURATION).exists()


def make_repository(home: Path) -> None:
    """Make the folder that is the repository, with what the server calls to fill it, all of it the server's own."""
    folder = home / FOLDER
    for path in (folder, folder / "repository", folder / "lock"):
        path.mkdir(mode=0o700, exist_ok=True)
        give_to_server(path)
    write_for_server(folder / PROGRAM, (ROOT / "backup" / PROGRAM).read_text())
    (folder / PROGRAM).chmod(0o700)
    write_for_server(folder / CONFIGURATION, (ROOT / "backup" / CONFIGURATION).read_text())


def archived(cluster: Cluster, key: str) -> Cluster:
    """The cluster with its WAL archived; the same while it has no repository."""
    if not is_archived(cluster.home):
        return cluster
    settings = {
        "archive_mode": "on",
        "archive_timeout": str(ARCHIVE_TIMEOUT_SECONDS),
        "archive_command": f"'\"{cluster.home / FOLDER / PROGRAM}\" %p'",
    }
    return replace(cluster, settings=dict(cluster.settings) | settings, environment=_environment(cluster, key))


def repository_of(cluster: Cluster, key: str) -> Repository:
    """The repository of a cluster, asked as the server's own user."""
    address = {"PGHOST": postgres.HOST, "PGPASSWORD": cluster.password, "PGBACKREST_PG1_PORT": str(cluster.port)}
    return Repository(_environment(cluster, key) | address, _as_server)


def restored_cluster(source: Cluster, home: Path, key: str, to: datetime | None) -> Cluster:
    """A new cluster in `home`, restored from the repository of `source` and started; its passwords are the same.

    Raises BackupFailed when the folder holds something, or when the repository does not give what was asked.
    """
    if home.exists() and any(home.iterdir()):
        raise BackupFailed(f"{home} is not empty.\nNext: name a folder that is new.")
    home.mkdir(parents=True, exist_ok=True)
    new = Cluster(home, postgres.free_port(), settings=source.settings)
    new.data.mkdir(mode=0o700)
    new.log.touch(mode=0o640)
    for path in (new.data, new.log):
        give_to_server(path)
    repository_of(source, key).restore(new.data, to)
    shutil.copy(source.home / "owner-password", home / "owner-password")
    # a copy never writes into the repository it comes from
    settings = dict(source.settings) | _recovery(new.data) | {"archive_mode": "off"}
    new = replace(new, settings=settings, environment=_environment(source, key))
    new.start()
    return new


def _recovery(data: Path) -> dict[str, str]:
    """What pgBackRest wrote for the server's first start, which writes its settings anew."""
    lines = (data / "postgresql.auto.conf").read_text().splitlines()
    pairs = (line.split(" = ", 1) for line in lines if line.startswith(("restore_command", "recovery_target")))
    return dict(pairs)


def _environment(cluster: Cluster, key: str) -> dict[str, str]:
    folder = cluster.home / FOLDER
    return {
        KEY: key,
        "PGBACKREST_CONFIG": str(folder / CONFIGURATION),
        "PGBACKREST_STANZA": STANZA,
        "PGBACKREST_REPO1_PATH": str(folder / "repository"),
        "PGBACKREST_LOCK_PATH": str(folder / "lock"),
        "PGBACKREST_PG1_PATH": str(cluster.data),
    }


def _as_server(command: Sequence[str], environment: Mapping[str, str]) -> CompletedProcess[str]:
    return as_server(*command, environment=environment)
