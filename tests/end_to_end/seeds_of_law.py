"""The second implementation's law as edits of the project's seeds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

from tests.oracle.law import Law

Row = dict[str, str]


def seeds_of(law: Law) -> dict[str, Callable[[str], str]]:
    """An edit for each seed that says what `law` says, by the seed's path in the project."""
    return {
        "dbt_project/seeds/calendar_days.csv": lambda text: _edited(text, lambda rows: rows + _days_of_places(law)),
        "dbt_project/seeds/rules.csv": lambda text: _edited(text, lambda rows: _redated(rows, law)),
    }


def lower_target(indicator: str, target: str, start: date) -> Callable[[str], str]:
    """An edit of the targets by which an indicator has another one from a day on."""

    def change(rows: list[Row]) -> list[Row]:
        [row] = [
            row
            for row in rows
            if row["indicator_code"] == indicator and row["valid_from"] <= f"{start}" <= (row["valid_to"] or "9999")
        ]
        lower = row | {"target": target, "valid_from": start.isoformat()}
        row["valid_to"] = (start - timedelta(days=1)).isoformat()
        return [*rows, lower]

    return lambda text: _edited(text, change)


def _days_of_places(law: Law) -> list[Row]:
    return [
        {
            "date_on": day.isoformat(),
            "kind": kind,
            "place_code": place,
            "name_vi": "Ngày riêng",
            "confidence": "confirmed",
        }
        for place, days in law.local_days.items()
        for day, kind in days.items()
    ]


def _redated(rows: list[Row], law: Law) -> list[Row]:
    eve = (law.competent_receipt_from - timedelta(days=1)).isoformat()
    before, after = [row for row in rows if row["rule_code"] == "clock_starts_at"]
    before["valid_to"], after["valid_from"] = eve, law.competent_receipt_from.isoformat()
    for row in rows:
        if row["rule_code"] == "largest_gone_share":
            row["value"] = "1"  # between two readings lies a month here, and more is gone than in a night
    return rows


def _edited(text: str, change: Callable[[list[Row]], list[Row]]) -> str:
    reader = csv.DictReader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or (), restval="", lineterminator="\n")
    rows = change(list(reader))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()
