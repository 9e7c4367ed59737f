"""Nights as ops keeps them: readings and builds of days, their batches, what the doors found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg

from dvc766.clock import LOCAL_ZONE
from dvc766.portals import PORTALS
from tests.database import Database

PROVINCE = "H44"
NATIONAL, PROVINCIAL = (portal.code for portal in PORTALS)
NAMES = {portal.code: portal.name_vi for portal in PORTALS}
DAY = date(2025, 6, 18)
RESOURCES = {NATIONAL: ("evaluations",), PROVINCIAL: ("dossiers", "ratings")}


@dataclass
class Nights:
    """Runs written down one after the other, an hour of the server's clock apart."""

    database: Database
    clock: datetime = datetime(2026, 1, 1, tzinfo=LOCAL_ZONE)

    def connect_portals(self, resources: dict[str, tuple[str, ...]] | None = None) -> None:
        """Sources as a reading notes them."""
        for portal, names in (resources or RESOURCES).items():
            for name in names:
                self.run(
                    "insert into ops.sources (province_code, portal, resource, portal_vi, is_connected)"
                    " values (%s, %s, %s, %s, true)",
                    *(PROVINCE, portal, name, NAMES[portal]),
                )

    def read(
        self,
        portal: str,
        day: date = DAY,
        *,
        state: str = "succeeded",
        missing: int = 0,
        quarantined: int = 0,
        resources: tuple[str, ...] | None = None,
        message: str | None = None,
    ) -> int:
        """A reading of a portal for a day; unless it succeeded, no batch of it is in."""
        as_of = datetime.combine(day, time(1, 30), LOCAL_ZONE)
        run = self._open("reading", portal, day, as_of, state, message)
        if state == "succeeded":
            for name in resources or RESOURCES[portal]:
                self._batch(run, portal, name, as_of, missing, quarantined)
        return run

    def build(self, day: date = DAY, *, state: str = "succeeded") -> int:
        """A build of the ranking for a day."""
        return self._open("ranking", None, day, datetime.combine(day, time(1, 30), LOCAL_ZONE), state, None)

    def check(
        self, run: int, suite: str, *, passed: bool, severity: str = "critical", door: str = "in", **more: Any
    ) -> None:
        """What a door found."""
        self.run(
            "insert into ops.check_results (run_id, batch_id, door, suite, expectation, severity, passed, observed,"
            " expected_vi, notes_vi) values (%s, %s, %s, %s, %s, %s, %s, %s, 'ít nhất 0.6', 'Hỏi cổng.')",
            *(run, more.get("batch"), door, suite, more.get("expectation", "volume_ratio"), severity, passed),
            '{"volume_ratio": 0.5}',
        )

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of a query."""
        with self.database.connect() as connection:
            return connection.cursor(row_factory=psycopg.rows.dict_row).execute(query, values).fetchall()

    def run(self, statement: str, *values: object) -> None:
        """A statement of the owner."""
        with self.database.connect() as connection:
            connection.execute(statement, values)

    def _open(self, kind: str, portal: str | None, day: date, as_of: datetime, state: str, message: str | None) -> int:
        started = self.clock
        self.clock += timedelta(hours=1)
        finished = None if state == "running" else started + timedelta(minutes=30)
        [row] = self.rows(
            "insert into ops.runs (kind, portal, day, as_of, started_at, finished_at, state, message_vi)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) returning run_id",
            *(kind, portal, day, as_of, started, finished, state, message),
        )
        return int(row["run_id"])

    def _batch(self, run: int, portal: str, resource: str, as_of: datetime, missing: int, quarantined: int) -> None:
        self.run(
            "insert into ops.ledger (batch_id, run_id, portal, resource, province_code, window_to, is_sweep, is_last,"
            " declared, fetched, new, quarantined, known_from, changed, unchanged, duplicate, stale, deleted)"
            " values (nextval('ops.batch_ids'), %s, %s, %s, %s, %s, false, true, %s, %s, %s, %s, %s, 0, 0, 0, 0, 0)",
            *(run, portal, resource, PROVINCE, as_of, 10 + missing, 10, 10 - quarantined, quarantined, as_of),
        )
        if not missing:
            self.run(
                "insert into ops.cursors values (%s, %s, %s, %s, %s) on conflict (province_code, portal, resource)"
                " do update set cursor_at = greatest(cursors.cursor_at, excluded.cursor_at), run_id = excluded.run_id",
                *(PROVINCE, portal, resource, as_of, run),
            )
