"""Which agency of a month a record counts for: its code names somebody on the day it was given, not for ever."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from portal_simulator.records import Agency, Dossier, Province

_FILE = Path(__file__).parents[2] / "portal_simulator" / "data" / "agency_successions.csv"
PEER_GROUPS = {
    "PROVINCE": "province",
    "AGENCY": "department",
    "DISTRICT": "district",
    "COMMUNE": "commune",
}


@dataclass(frozen=True)
class Succession:
    """`code` ended on the day before `since`; `successor` None = nobody took it over as a whole."""

    code: str
    successor: str | None
    since: date
    field: str | None = None  # only dossiers of this field of procedure


@dataclass(frozen=True)
class Directory:
    """The agencies of a day, and everything that happened to codes."""

    day: date
    valid: dict[str, Agency]  # in display order
    province_code: str
    agencies: Sequence[Agency]
    successions: Sequence[Succession]

    def agency_of(self, code: str | None, dated: date, field: str | None = None) -> str | None:
        """The agency of the day for which a record counts that bore `code` on `dated`; None = the province alone.

        `H62.khac` stands for units of no list, `H62.ket-thuc` for those that ended without a successor.
        """
        if code is None:
            return None
        for step in self._line(code, dated, field):
            if step.since > self.day:
                break
            if step.successor is None:
                return f"{self.province_code}.ket-thuc"
            code, dated = step.successor, step.since
        if code == self.province_code:
            return None
        is_somebody_else = any(
            self._is_given_anew(code, end.since, dated)
            for end in self.successions
            if end.code == code and self.day < end.since <= dated
        )
        return code if code in self.valid and not is_somebody_else else f"{self.province_code}.khac"

    def follows(self, code: str, dated: date, heir: str, field: str | None) -> bool:
        """Did `heir`, at any time, take over the work of whoever `code` named on `dated`?"""
        return any(step.successor == heir for step in self._line(code, dated, field))

    def _line(self, code: str, dated: date, field: str | None) -> Iterable[Succession]:
        """What happened to the holder of the code, step by step."""
        for _ in self.successions:  # no line is longer
            step = self._end_of(code, dated, field)
            if step is None:
                return
            yield step
            if step.successor is None:
                return
            code, dated = step.successor, step.since

    def _end_of(self, code: str, dated: date, field: str | None) -> Succession | None:
        ends = sorted({s.since for s in self.successions if s.code == code})
        # a record dated after the end is the old holder's still, unless somebody else bears the code by then
        last = [day for day in ends if day <= dated and not self._is_given_anew(code, day, dated)]
        chosen = last[-1:] or [day for day in ends if day > dated][:1]
        rows = [s for s in self.successions if s.code == code and s.since in chosen]
        scoped = [s for s in rows if s.field is not None and s.field == field]
        whole = [s for s in rows if s.field is None]
        if rows and not scoped and not whole:
            return Succession(code, None, rows[0].since)
        return next(iter(scoped + whole), None)

    def _is_given_anew(self, code: str, ended: date, day: date) -> bool:
        return any(a.code == code and a.valid_from is not None and ended <= a.valid_from <= day for a in self.agencies)


def agency_of_dossier(dossier: Dossier, places: Directory, known_at: datetime, field: str | None) -> str | None:
    """The agency a dossier counts for: a move to the successor changes nothing of the months before."""
    code, dated = dossier.agency_code, dossier.submitted_at.date()
    if dossier.moved is not None and dossier.moved[0] <= known_at:
        at, other = dossier.moved
        if not places.follows(code, dated, other, field):
            code, dated = other, at.date()
    return places.agency_of(code, dated, field)


def directory(province: Province, day: date, more: Sequence[Succession] = ()) -> Directory:
    """The province's agencies as valid on `day`; `more` = successions beside those of the file."""
    valid = {
        agency.code: agency
        for agency in province.agencies
        if (agency.valid_from is None or agency.valid_from <= day)
        and (agency.valid_to is None or agency.valid_to >= day)
    }
    with _FILE.open(encoding="utf-8", newline="") as rows:
        known = [
            Succession(row["predecessor_code"], row["successor_code"] or None, date.fromisoformat(row["effective_on"]))
            for row in csv.DictReader(rows)
        ]
    own = next(agency.code for agency in valid.values() if agency.level == "PROVINCE")
    return Directory(day, valid, own, province.agencies, [*known, *more])
