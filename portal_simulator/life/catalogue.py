"""The catalogue of the seeded province: who applies what, at which level, and what was announced when."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from portal_simulator.calendar import at, next_month, shift, working_days
from portal_simulator.procedure_names import field_of, name_of
from portal_simulator.records import Agency, Announcement, Procedure, Service

MERGER = date(2025, 7, 1)
OLD, NEW = "H62", "H44"
_DATA = Path(__file__).parents[1] / "data"
_LEVELS = {"province": "PROVINCE", "department": "AGENCY", "district": "DISTRICT", "commune": "COMMUNE"}
_LIMITS: tuple[tuple[int | None, str], ...] = (
    (5, "WORKING_DAY"),
    (10, "WORKING_DAY"),
    (0, "WORKING_DAY"),
    (15, "DAY"),
    (24, "HOUR"),
    (20, "WORKING_DAY"),
    (3, "WORKING_DAY"),
    (30, "DAY"),
    (1, "MONTH"),
    (7, "WORKING_DAY"),
    (8, "HOUR"),
    (0, "WORKING_DAY"),
)
_NO_LIMIT_EVERY = 67
_PER_TIER = {"AGENCY": 150, "DISTRICT": 60, "COMMUNE": 60}
_FIRST_CHANGE = date(2025, 4, 10)
_PARTS = ("steps", "methods", "components", "time_limit", "subjects", "agencies")


@dataclass(slots=True)
class Applied:
    """What an agency works on: procedures, the frequent ones first."""

    agency: Agency
    procedures: list[Procedure]


def load_agencies(first: date) -> list[Agency]:
    """Every agency valid on `first` or later, in display order."""
    with (_DATA / "agencies.csv").open(encoding="utf-8", newline="") as rows:
        return [
            Agency(
                agency_id=f"{number:08x}-0766-7000-8000-{number * 7919:012x}",
                code=row["agency_code"],
                name_vi=row["name_vi"],
                level=_LEVELS[row["peer_group"]],
                valid_from=_day(row["valid_from"]),
                valid_to=_day(row["valid_to"]),
            )
            for number, row in enumerate(csv.DictReader(rows), 1)
            if not row["valid_to"] or row["valid_to"] >= first.isoformat()
        ]


def load_successions() -> dict[str, str]:
    """Successor by predecessor."""
    with (_DATA / "agency_successions.csv").open(encoding="utf-8", newline="") as rows:
        return {row["predecessor_code"]: row["successor_code"] for row in csv.DictReader(rows)}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def make_catalogue(agencies: list[Agency], rng: Random, first: date, stop: date) -> list[Procedure]:
    """Procedures of departments, districts and communes, with services and announcements.

    District procedures go to the new communes with the districts' end.
    """
    successions = load_successions()
    made: list[Procedure] = []
    last_departments = [a for a in agencies if a.level == "AGENCY" and a.valid_to is None]
    for tier, count in _PER_TIER.items():
        for turn in range(count):
            procedure = _procedure(len(made), rng)
            if tier == "AGENCY":
                home = last_departments[turn % len(last_departments)].code
                appliers = _line(home, successions, agencies)
                publishers = appliers if turn % 3 == 0 else [OLD, NEW] if turn % 3 == 1 else []
            else:
                appliers = [a.code for a in agencies if a.level == tier]
                if tier == "DISTRICT":
                    appliers += [a.code for a in agencies if a.level == "COMMUNE" and a.code.startswith(NEW)]
                publishers = []
            _apply(procedure, appliers, publishers, turn)
            made.append(procedure)
    _announce(made, rng, first, stop)
    return made


def _line(code: str, successions: dict[str, str], agencies: list[Agency]) -> list[str]:
    """A department and everything it succeeded."""
    known = {agency.code for agency in agencies}
    line = [code]
    for member in line:
        line += [old for old, new in successions.items() if new == member and old in known]
    return line


def _procedure(number: int, rng: Random) -> Procedure:
    limit, unit = _LIMITS[number % len(_LIMITS)]
    if number % _NO_LIMIT_EVERY == 40:
        limit = None
    return Procedure(
        code=f"{1 + number % 3}.{200_011 + 13 * number:06d}",
        name_vi=name_of(number),
        field_code=field_of(number),
        target="business" if number % 4 == 3 else "citizen",
        time_limit=limit,
        time_limit_unit=unit,
        fee=rng.choice((8_000, 20_000, 50_000, 150_000)) if number % 3 == 0 else 0,
        state="UPDATED" if number % 6 == 0 else "PUBLISHED",
    )


def _apply(procedure: Procedure, appliers: list[str], publishers: list[str], turn: int) -> None:
    """Every agency applies it at one level; one in seven moves to another level on some day."""
    level = ("FULL", "PARTIAL", "FULL", "NONE", "PARTIAL")[turn % 5]
    procedure.publishing_agency_codes = publishers
    if turn % 7 != 3:
        procedure.services = [Service(code, level) for code in appliers]
        return
    after = {"NONE": "PARTIAL", "PARTIAL": "FULL", "FULL": "NONE"}[level]
    changed_on = _FIRST_CHANGE + timedelta(days=11 * (turn % 13))
    procedure.services = [Service(code, level, None, changed_on - timedelta(days=1)) for code in appliers]
    procedure.services += [Service(code, after, changed_on) for code in appliers]


def _announce(made: list[Procedure], rng: Random, first: date, stop: date) -> None:
    """Two in five are announced by the province; each month some are announced anew.

    The n-th legal basis goes with the n-th decision.
    """
    own = made[::5] + made[2::5]
    for number, procedure in enumerate(own):
        decided = shift(first - timedelta(days=120 + 3 * number), 0)
        _decide(procedure, decided, f"{number + 1}/QĐ-UBND", lead=12, lag=2)
        procedure.announcing_agency_code = OLD
        if number % 17 == 5:
            procedure.missing_parts = (_PARTS[number % len(_PARTS)],)
    again = list(own)
    rng.shuffle(again)
    month = first.replace(day=1)
    while month < stop:
        days = working_days(month, next_month(month))
        for turn in range(rng.randrange(5, 9)):
            if not again:
                break
            procedure = again.pop()
            lead = rng.choice((5, 6, 9, 12, 4, 2))  # five working days are needed
            lag: int | None = rng.choice((0, 1, 3, 5, 5, 6, 9))  # five are allowed
            if turn == 4:
                lag = None if rng.random() < 0.5 else 30
            _decide(procedure, rng.choice(days), f"{month.month}{turn:02d}/QĐ-UBND", lead, lag)
        month = next_month(month)


def _decide(procedure: Procedure, decided: date, number: str, lead: int, lag: int | None) -> None:
    """A decision signed `lead` working days before its basis takes effect, published `lag` after."""
    published = None if lag is None else at(shift(decided, lag), 10, 15)
    identity = f"{procedure.code}-{decided:%Y%m%d}"
    procedure.announcements.append(Announcement(identity, number, decided, published))
    procedure.legal_bases_effective_on.append(shift(decided, lead))
