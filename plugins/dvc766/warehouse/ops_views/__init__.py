"""The views of schema ops that an operator reads, one file each.

They hold no data, so they are made anew from these files whenever the warehouse is migrated, after the revisions: a
view changes where it is written, and its history is the file's. Who reads schema ops reads them, by the default
privileges of that schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg import Connection, sql

# In the order in which they build on one another.
VIEWS = (
    *("source_days", "quarantine_open", "door_results", "undecided_revisions", "waiting_batches", "last_night"),
    *("restatements_open", "next_deadlines"),
)


def make_views(connection: Connection[Any]) -> None:
    """Drop the views and make them as their files say; others see the former ones until the transaction's end."""
    names = sql.SQL(", ").join(sql.Identifier("ops", name) for name in VIEWS)
    connection.execute(sql.SQL("drop view if exists {}").format(names))
    for name in VIEWS:
        connection.execute((Path(__file__).parent / f"{name}.sql").read_bytes())
