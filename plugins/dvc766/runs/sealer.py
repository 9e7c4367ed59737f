"""The one program that holds the signing key: it seals what was approved, and does nothing else.

Airflow's tasks never see the key; they and this program meet in the warehouse alone.

    python -m dvc766.runs.sealer --publications DIR --private-key FILE --public-key FILE
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from dvc766 import sealing
from dvc766.failures import NeedsAPerson
from dvc766.runs.publishing import seal_all
from dvc766.settings import Settings, from_env

PAUSE_SECONDS = 30.0

_LOG = logging.getLogger("dvc766.sealer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Look for approved revisions until a signal comes; with `--once` one time."""
    options = argparse.ArgumentParser(prog="python -m dvc766.runs.sealer", description="seals what was approved")
    options.add_argument("--publications", type=Path, required=True, metavar="DIR", help="where the bundles go")
    options.add_argument("--private-key", type=Path, required=True, metavar="FILE", help="made when it is missing")
    options.add_argument("--public-key", type=Path, required=True, metavar="FILE")
    options.add_argument("--once", action="store_true", help="look once; 1 when something could not be sealed")
    options.add_argument("--heartbeat", type=Path, metavar="FILE", help="touched after each round, whatever came of it")
    asked = options.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings, key = from_env(), sealing.own_key(asked.private_key, asked.public_key)
    if asked.once:
        return 0 if seal_what_waits(settings, asked.publications, key) else 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        seal_what_waits(settings, asked.publications, key)
        if asked.heartbeat:
            asked.heartbeat.touch()
        stop.wait(PAUSE_SECONDS)
    return 0


def seal_what_waits(settings: Settings, publications: Path, key: Ed25519PrivateKey) -> bool:
    """Seal what was approved; False, and a line in the log, when something stood in the way. It is tried again."""
    try:
        seal_all(settings, publications, key)
    except (NeedsAPerson, psycopg.Error, SQLAlchemyError, OSError) as error:
        _LOG.error("%s: %s", type(error).__name__, error)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
