"""Which agency of a month a record counts for."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal_simulator.records import Agency, Province

_FILE = Path(__file__).parents[2] / "portal_simulator" / "data" / "agency_successions.csv"
PEER_GROUPS = {
    "PROVINCE": "province",
    "AGENCY": "department",
    "DISTRICT": "district",
    "COMMUNE": "commune",
}


@dataclass(frozen=True)
class Directory:
    """The agencies valid on a day, and the successions that happened by then."""

    valid: dict[str, Agency]  # in display order
    province_code: str
    successors: dict[str, str]

    def agency_of(self, code: str | None) -> str | None:
        """The agency valid on the day that a record's code counts for; None = the province alone."""
        if code is None:
            return None
        seen = set()
        while code not in self.valid and code in self.successors and code not in seen:
            seen.add(code)
            code = self.successors[code]
        if code == self.province_code:
            return None
        return code if code in self.valid else f"{self.province_code}.khac"


def directory(province: Province, day: date) -> Directory:
    """The province's agencies as valid on `day`."""
    valid = {
        agency.code: agency
        for agency in province.agencies
        if (agency.valid_from is None or agency.valid_from <= day)
        and (agency.valid_to is None or agency.valid_to >= day)
    }
    with _FILE.open(encoding="utf-8", newline="") as rows:
        successors = {
            row["predecessor_code"]: row["successor_code"]
            for row in csv.DictReader(rows)
            if date.fromisoformat(row["effective_on"]) <= day
        }
    own = next(agency.code for agency in valid.values() if agency.level == "PROVINCE")
    return Directory(valid, own, successors)
