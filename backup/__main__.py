"""`python3 -m backup`: keeps the backups of the server that PG* and PGBACKREST_* name.

keep                      take what is due, until a signal comes
run [--kind full|diff]    take one now
late                      1 when the newest sound backup is too old: for a health check
verify                    read the whole repository
restore DIR [--to TIME]   fill an empty data directory; without a time with all WAL there is
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from backup.record import recorded
from backup.repository import BackupFailed, Repository
from backup.schedule import due, is_late

ROUND_SECONDS = 300.0
AFTER_FAILURE_SECONDS = 3600.0
DATABASE = "postgresql:///warehouse"  # host, user and password are libpq's own PGHOST, PGUSER, PGPASSWORD

_LOG = logging.getLogger("backup")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; 1 and the reason when it cannot be done."""
    options = argparse.ArgumentParser(prog="python3 -m backup", description=__doc__)
    what = options.add_subparsers(dest="what", required=True)
    for name in ("keep", "late", "verify"):
        what.add_parser(name)
    what.add_parser("run").add_argument("--kind", choices=("full", "diff"), default="diff")
    restoring = what.add_parser("restore")
    restoring.add_argument("folder", type=Path, metavar="DIR")
    restoring.add_argument("--to", type=moment, metavar="TIME", help="with its offset: 2026-11-29T08:00:00+07:00")
    asked = options.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        return _do(asked, Repository(os.environ))
    except (BackupFailed, psycopg.Error) as error:
        _LOG.error("%s", error)
        return 1


def _do(asked: argparse.Namespace, repository: Repository) -> int:
    if asked.what == "keep":
        keep(repository)
    elif asked.what == "run":
        repository.prepare()
        _LOG.info("%s", recorded(repository, asked.kind, DATABASE))
    elif asked.what == "verify":
        repository.verify()
        _LOG.info("Every file of the repository is whole.")
    elif asked.what == "restore":
        repository.restore(asked.folder, asked.to)
        _LOG.info("%s is ready; its server replays WAL when it starts.", asked.folder)
    else:
        return 1 if is_late(datetime.now(UTC), repository.backups()) else 0
    return 0


def keep(repository: Repository) -> None:
    """Take what is due, until a signal comes; what fails is written down and tried again an hour later."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    is_prepared, pause = False, 0.0
    while not stop.wait(pause):
        pause = ROUND_SECONDS
        try:
            if not is_prepared:
                repository.prepare()
                is_prepared = True
            if kind := due(datetime.now(UTC), repository.backups()):
                _LOG.info("%s", recorded(repository, kind, DATABASE))
        except (BackupFailed, psycopg.Error) as error:
            _LOG.error("%s", error)
            pause = AFTER_FAILURE_SECONDS if is_prepared else ROUND_SECONDS


def moment(text: str) -> datetime:
    """A time with its offset; one without could mean two seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 2026-11-29T08:00:00+07:00") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset: write 2026-11-29T08:00:00+07:00")
    return found


if __name__ == "__main__":
    sys.exit(main())
