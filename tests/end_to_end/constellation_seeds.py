"""The rows by which a person would tell the project of the planted constellations."""

from __future__ import annotations

from datetime import timedelta

from tests.end_to_end.test_seed_edits import SEEDS, Row, edited
from tests.oracle.constellations import REDATED, RENAMED, REUSED, SUCCESSIONS

_DAY = timedelta(days=1)


def _agencies(text: str) -> str:
    def change(rows: list[Row]) -> list[Row]:
        for number, anew in enumerate(REUSED):
            old = next(row for row in rows if row["agency_code"] == anew.code)
            begun = {"valid_from": anew.since.isoformat(), "display_order": str(900 + number)}
            rows.append(old | begun | {"name_vi": anew.name_vi})
            old["valid_to"] = (anew.since - _DAY).isoformat()
        code, since, name = RENAMED
        row = next(row for row in rows if row["agency_code"] == code)
        rows.append(row | {"name_vi": name, "valid_from": since.isoformat()})
        row["valid_to"] = (since - _DAY).isoformat()
        return rows

    return edited(text, change)


def _successions(text: str) -> str:
    new = [
        {
            "predecessor_code": one.code,
            "field_code": one.field or "",
            "successor_code": one.successor or "",
            "effective_on": one.since.isoformat(),
            "kind": "abolished" if one.field else "merged",
            "source": "Thử nghiệm",
        }
        for one in SUCCESSIONS
    ]
    return edited(text, lambda rows: [*rows, *new])


def _codes(text: str) -> str:
    def change(rows: list[Row]) -> list[Row]:
        for (code_set, code), (since, meaning) in REDATED.items():
            row = next(row for row in rows if (row["code_set"], row["code"]) == (code_set, code))
            rows.append(row | {"meaning": meaning, "valid_from": since.isoformat()})
            row["valid_to"] = (since - _DAY).isoformat()
        return rows

    return edited(text, change)


def _rules(text: str) -> str:
    """A month of a small life announces more than 5 % of its decisions anew; that is no matter here."""
    free = {"value": "1"}
    return edited(text, lambda rows: [row | free if row["rule_code"] == "largest_gone_share" else row for row in rows])


EDITS = {
    f"{SEEDS}/rules.csv": _rules,
    f"{SEEDS}/agencies.csv": _agencies,
    f"{SEEDS}/agency_successions.csv": _successions,
    f"{SEEDS}/portal_codes.csv": _codes,
}
