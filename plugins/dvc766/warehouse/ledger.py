"""What became of each batch, to the last record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one batch: fetched = new + changed + unchanged + duplicate + stale + quarantined."""

    batch_id: int
    run_id: int
    portal: str
    resource: str
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    is_last: bool  # of the slices of its reading
    declared: int | None  # the portal's own total for the window
    fetched: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    stale: int  # changed earlier than what is known already: kept, and never the newest
    quarantined: int
    deleted: int
    known_from: datetime

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing of what the portal declared."""
        return self.declared is None or self.fetched - self.duplicate >= self.declared


def runs_of_reading(connection: Connection[Any], run_id: int) -> list[int]:
    """The run, and the runs that the same DAG run began before it and did not finish."""
    rows = connection.execute(
        "select earlier.run_id from ops.runs as run join ops.runs as earlier"
        " on earlier.dag_run_id = run.dag_run_id and earlier.dag_id is not distinct from run.dag_id"
        " and earlier.kind = run.kind and earlier.portal is not distinct from run.portal"
        " where earlier.state <> 'succeeded' and run.run_id = %(run_id)s and earlier.run_id < %(run_id)s"
        " union select %(run_id)s",
        {"run_id": run_id},
    )
    return [int(number) for (number,) in rows]
