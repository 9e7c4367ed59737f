"""`./run backup` and `./run restore`: backups of the embedded server, below `.local/` or its stand-in.

The first backup switches the archiving of WAL on; from then on the server is always started with it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from backup.__main__ import moment
from backup.record import recorded
from backup.repository import INSTALL, BackupFailed
from local_stack import archive, installation, postgres, secret_store
from local_stack.arguments import parser
from local_stack.installation import say
from local_stack.processes import left_running, supervisor


def backup(arguments: list[str]) -> int:
    """Take a backup of the embedded server, and write a row about it into the warehouse in use."""
    options = parser("backup")
    options.add_argument("--kind", choices=("full", "diff"), default="diff", help="the first one is always full")
    options.add_argument("--verify", action="store_true", help="read the whole repository afterwards")
    asked = options.parse_args(arguments)
    _require_program()
    own = installation.embedded(installation.database_in_use())
    ran = own.cluster.is_running()
    if not archive.is_archived(own.cluster.home):
        if supervisor() or left_running():
            say("The running server does not archive its WAL yet.\nNext: ./run down, ./run backup, ./run up.")
            return 1
        own.cluster.stop()
        archive.make_repository(own.cluster.home)
        own = replace(own, cluster=archive.archived(own.cluster, secret_store.load()["backup"]))
    own.ensure_warehouse()
    try:
        repository = archive.repository_of(own.cluster, secret_store.load()["backup"])
        repository.prepare()
        taken = recorded(repository, asked.kind, own.cluster.url(own.database))
        say(f"{taken.kind} backup {taken.label}: {taken.size_bytes / 1e6:.1f} MB below {own.cluster.home}")
        if asked.verify:
            repository.verify()
            say("Every file of the repository is whole.")
    finally:
        if not ran:
            own.cluster.stop()
    say("Its key is `backup` in .local/secrets.json: keep a copy of both away from this machine.")
    return 0


def restore(arguments: list[str]) -> int:
    """Restore the embedded server into a new folder and start it there; the server it was taken from is not touched."""
    options = parser("restore")
    options.add_argument("--to", type=moment, metavar="TIME", help="2026-11-29T08:00:00+07:00; default: the newest")
    options.add_argument("--into", type=Path, required=True, metavar="DIR", help="a folder that is empty or not there")
    asked = options.parse_args(arguments)
    _require_program()
    own = installation.embedded(installation.database_in_use())
    if not archive.is_archived(own.cluster.home):
        say("There is no backup of this server.\nNext: ./run backup.")
        return 1
    restored = archive.restored_cluster(own.cluster, asked.into.resolve(), secret_store.load()["backup"], asked.to)
    say(
        f"Restored into {asked.into}, and running on port {restored.port}.\n"
        f"To look: psql '{restored.url(own.database)}'\n"
        f"To end it: {postgres.binaries() / 'pg_ctl'} stop -D {restored.data} (as the user who owns that folder)"
    )
    return 0


def _require_program() -> None:
    if shutil.which("pgbackrest") is None:
        raise BackupFailed(f"pgbackrest is not installed.\n{INSTALL}")
