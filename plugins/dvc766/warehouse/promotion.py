"""An audited batch from landing into raw."""

from __future__ import annotations

from sqlalchemy import Engine

from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.ledger import LedgerEntry


def promote(engine: Engine, run_id: int, portal: Portal, resource: Resource) -> LedgerEntry:
    """Take the landed batch of this run into raw: rows, quarantine, ledger and cursor in one transaction.

    Promoting the same batch again changes nothing and returns the same entry. Raises RunRefused when
    the landed batch is another run's, or the run is not open.
    """
    raise NotImplementedError
