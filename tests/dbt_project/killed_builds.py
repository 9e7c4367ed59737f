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
    """Ends dbt's sessions with the warehouse in the middle of their statements, once so many nodes have ended.

    Until the block ends: a session that is ended as its node ends anyway, is missed by nobody.
    """
    ended, over = itertools.count(1), threading.Event()

    def kill() -> None:
        with database.connect() as owner:
            while not over.is_set():
                owner.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    " and usename = 'transformer' and application_name = 'dbt' and state = 'active'"
                )

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
        over.set()
        if killer.ident is not None:
            killer.join()
        told.removeFilter(count)
        told.setLevel(level)
