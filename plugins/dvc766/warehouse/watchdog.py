"""Puts back what readers changed of their own logins, and ends sessions that are over their limits.

PostgreSQL lets a role change its own password and settings, and lift its own time-outs. This program asks
`guard.keep()` for it every few seconds: what was changed is as declared again, and told, in the log and in
`ops.rights_findings`. It logs in as `watchdog`, which may call that function and nothing else.

    python -m dvc766.warehouse.watchdog
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
from sqlalchemy import BigInteger, Column, Identity, Table, Text, text

from dvc766.settings import WarehouseSettings, warehouse_from_env
from dvc766.warehouse.rights import WATCHDOG
from dvc766.warehouse.tables import INSTANT, METADATA

PAUSE_SECONDS = 10.0

# What of the roles had to be put back, and which sessions were ended.
RIGHTS_FINDINGS = Table(
    "rights_findings",
    METADATA,
    Column("finding_id", BigInteger, Identity(always=True), primary_key=True),
    Column("found_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("role_name", Text, nullable=False),
    Column("what_vi", Text, nullable=False),
    schema="ops",
)

_LOG = logging.getLogger("dvc766.watchdog")


def main(arguments: Sequence[str] | None = None) -> int:
    """Look until a signal comes; with `--once` one time, 1 when the warehouse could not be asked."""
    options = argparse.ArgumentParser(prog="python -m dvc766.warehouse.watchdog", description="keeps readers' limits")
    options.add_argument("--once", action="store_true", help="look once")
    options.add_argument("--heartbeat", type=Path, metavar="FILE", help="touched after each round, whatever came of it")
    asked = options.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    warehouse = warehouse_from_env()
    if asked.once:
        return 0 if look(warehouse) else 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        look(warehouse)
        if asked.heartbeat:
            asked.heartbeat.touch()
        stop.wait(PAUSE_SECONDS)
    return 0


def look(warehouse: WarehouseSettings) -> bool:
    """One round; False, and a line in the log, when the warehouse could not be asked. It is tried again."""
    try:
        with psycopg.connect(warehouse.url(WATCHDOG), connect_timeout=5, application_name="dvc766:watchdog") as session:
            for (found,) in session.execute("select guard.keep()"):
                _LOG.warning("%s", found)
    except psycopg.Error as error:
        _LOG.error("%s: %s", type(error).__name__, error)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
