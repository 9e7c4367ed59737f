"""Builds that are killed on their way: dbt's session with the warehouse ends in the middle of a statement."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dvc766 import transform
from tests.database import Database


@contextmanager
def killed_after_nodes(database: Database, nodes: int | None) -> Iterator[None]:
    """Ends dbt's session with the warehouse in the middle of the first statement after so many nodes have ended."""
    ended = itertools.count(1)

    def kill() -> None:
        with database.connect() as owner:
            while not owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                " and usename = 'transformer' and application_name = 'dbt' and state = 'active'"
            ).fetchall():
                pass  # asked again at once: a statement may take a millisecond

    killer = threading.Thread(target=kill, daemon=True)

    def count(_: logging.LogRecord) -> bool:
        if next(ended) == nodes:
            killer.start()
        return True

    told = logging.getLogger(transform.__name__)  # a line for each node that ended
    level = told.level
    told.addFilter(count)
    told.setLevel(logging.INFO)
    try:
        yield
    finally:
        told.removeFilter(count)
        told.setLevel(level)
