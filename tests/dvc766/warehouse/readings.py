"""Small readings, and a warehouse that loads them as a run does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from dvc766.portals.contract import Batch, Portal, Rejection, Resource, Row, Window
from dvc766.portals.provincial_fields import AGENCIES, PROVINCIAL, RATINGS
from dvc766.warehouse.landing import LandedBatch, land
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.promotion import promote
from dvc766.warehouse.run_life import Driver, finish_run, start_run
from dvc766.warehouse.tables import table_name
from tests.database import Database

PROVINCE = "H44"


class Pages:
    """A reading made of given pages."""

    def __init__(self, *pages: Batch, declared: int | None = None) -> None:
        self._pages = pages
        self.declared: int | None = None
        self.fell = 0
        self._total = declared

    def __iter__(self) -> Iterator[Batch]:
        yield from self._pages
        self.declared = self._total


def page(rows: Iterable[Row] = (), rejections: Iterable[Rejection] = ()) -> Batch:
    """One page of a reading."""
    batch = Batch(list(rows), list(rejections))
    batch.fetched = len(batch.rows) + len(batch.rejections)
    return batch


def reading(rows: Iterable[Row] = (), rejections: Iterable[Rejection] = (), declared: int | None = -1) -> Pages:
    """A reading of one page; its declared total is what it holds unless said otherwise."""
    batch = page(rows, rejections)
    return Pages(batch, declared=batch.fetched if declared == -1 else declared)


def rating(rating_id: str, changed_at: datetime, verdict: str = "HÀI LÒNG", dossier_code: str = "H44-1") -> Row:
    """A rating in the order of its fields."""
    instant = changed_at.isoformat()
    return (rating_id, instant, dossier_code, verdict, "2025-05-20T08:00:00+07:00")


def agency(agency_id: str, name_vi: str = "Sở Y tế") -> Row:
    """An agency in the order of its fields."""
    return (agency_id, f"H44.{agency_id}", name_vi)


@dataclass(frozen=True)
class Warehouse:
    """The warehouse of one test."""

    database: Database
    engine: Engine
    portal: Portal = PROVINCIAL
    ratings: Resource = RATINGS
    agencies: Resource = AGENCIES

    def start(self, as_of: datetime, dag_run_id: str | None = None, release: str | None = None) -> int:
        """Open a run; `release` stands for the fingerprint of the code that reads."""
        driver = Driver(dag_run_id=dag_run_id)
        return start_run(self.engine, "reading", self.portal.code, as_of, driver, release)

    def land(self, run_id: int, resource: Resource, window: Window, pages: Pages) -> LandedBatch:
        """Land a reading."""
        return land(self.engine, run_id, self.portal, resource, PROVINCE, window, pages)

    def take(self, run_id: int, resource: Resource, window: Window, pages: Pages) -> LedgerEntry:
        """Land a reading and promote it."""
        batch = self.land(run_id, resource, window, pages)
        return promote(self.engine, self.portal, resource, batch.batch_id)

    def load(self, resource: Resource, window: Window, pages: Pages, release: str | None = None) -> LedgerEntry:
        """A whole run of one resource."""
        run_id = self.start(window.end, release=release)
        entry = self.take(run_id, resource, window, pages)
        finish_run(self.engine, run_id, "succeeded")
        return entry

    def versions(self, resource: Resource) -> list[tuple[Any, ...]]:
        """Every version in raw, whole rows, oldest first."""
        return self.rows(f"select * from raw.{table_name(self.portal, resource)} order by version_id")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query, asked as the owner."""
        with self.database.connect() as connection:
            return connection.execute(query, values).fetchall()
