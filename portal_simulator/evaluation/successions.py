"""Which agency answers for another's records on a day: mergers and abolitions as dated rows."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "agency_successions.csv"


@cache
def _successors() -> dict[str, tuple[date, str]]:
    """For each predecessor: since when, and who."""
    with _FILE.open(encoding="utf-8", newline="") as rows:
        found: dict[str, tuple[date, str]] = {}
        for row in csv.DictReader(rows):
            since = date.fromisoformat(row["effective_on"])
            found.setdefault(row["predecessor_code"], (since, row["successor_code"]))
        return found


@cache
def responsible_agency(code: str, day: date) -> str:
    """The agency that answers on `day` for the records of `code`."""
    since, successor = _successors().get(code, (date.max, ""))
    return responsible_agency(successor, day) if since <= day else code
