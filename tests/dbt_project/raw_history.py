"""Raw tables as readings fill them: a version for each record that says something new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests.dbt_project.lives import AGENCIES, PROCEDURES, PROVINCE, Life, Record

KEYS = {
    "dossiers": "source_id",
    "payment_requests": "request_code",
    "payment_transactions": "reference",
    "ratings": "rating_id",
    "petitions": "petition_id",
}


class RawHistory:
    """Appends what a reading at a moment would have brought; the same calls give the same rows."""

    def __init__(self, connection: psycopg.Connection[Any], province: str = PROVINCE) -> None:
        self._connection = connection
        self._province = province
        self._last: dict[tuple[str, str], Record | None] = {}

    def read(self, lives: Sequence[Life], now: datetime) -> int:
        """Append the versions of one reading, with its ledger; returns how many."""
        added = 0
        for life in lives:
            shown = life.at(now)
            first = next(record for _, record in life.snapshots if record)
            key = (life.table, first[KEYS[life.table]])
            if shown == self._last.get(key):
                continue
            before = self._last.get(key)
            self._last[key] = shown
            self._append(f"provincial_portal__{life.table}", shown or before or first, now, gone=shown is None)
            added += 1
        self._note(now, added)
        return added

    def set_limits(self, now: datetime, days: int) -> None:
        """The national portal's time limits; the last procedures have none."""
        for number in range(PROCEDURES):
            method = {
                "processing_time": "0" if number == 0 else str(days + number),
                "processing_time_unit": ("WORKING_DAY", "DAY", "HOUR")[number % 3],
            }
            formality = {"formality_id": f"f{number}", "procedure_code": f"1.{number:06d}", "name_vi": "Thủ tục"}
            self._append("national_portal__formality_details", formality | {"execution_methods": [method]}, now)
        self._note(now, PROCEDURES)

    def set_agencies(self, now: datetime) -> None:
        """The national portal's list: the province, and the agencies whose dossiers it has."""
        codes = [self._province, *(f"{self._province}.{number:02d}" for number in range(1, AGENCIES + 1))]
        for code in codes:
            level = "PROVINCE" if code == self._province else "COMMUNE"
            department = {"department_id": code, "department_code": code, "name_vi": code, "level": level}
            self._append("national_portal__departments", department, now)
        self._note(now, len(codes))

    def _append(self, table: str, record: Record, now: datetime, *, gone: bool = False) -> None:
        row = record | {
            "province_code": self._province,
            "content_hash": hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).digest(),
            "known_from": now,
            "run_id": 1,
            "is_deleted": gone,
        }
        columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        values = [Jsonb(value, dumps=_dumps) if isinstance(value, list) else value for value in row.values()]
        self._connection.execute(f"insert into raw.{table} ({columns}) values ({marks})", values)

    def _note(self, now: datetime, changed: int) -> None:
        [run_id] = self._connection.execute(
            "insert into ops.runs (kind, portal, as_of, started_at, state)"
            " values ('read', 'provincial_portal', %s, %s, 'succeeded') returning run_id",
            (now, now),
        ).fetchone() or [0]
        self._connection.execute(
            "insert into ops.ledger (batch_id, run_id, portal, resource, province_code, window_to, is_sweep, is_last,"
            " fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted, known_from)"
            " values (nextval('ops.batch_ids'), %s, 'provincial_portal', 'dossiers', %s, %s, false, true, %s, %s,"
            " 0, 0, 0, 0, 0, 0, %s)",
            (run_id, self._province, now, changed, changed, now),
        )


def _dumps(value: object) -> str:
    return json.dumps(value, default=str)
