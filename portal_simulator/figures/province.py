"""A province whose records count up to published figures.

Every agency's records equal its figures, indicator by indicator, and carry beside them the cases that
a wrong reading of the rules counts differently. A province row adds a rest agency, so that the
province's own counts (all records, distinct procedures) hold too.
"""

from __future__ import annotations

import gc
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from portal_simulator.calendar import at, next_month
from portal_simulator.figures.cases import Maker
from portal_simulator.figures.catalogue import announce, apply, procedures, publish
from portal_simulator.figures.children import complete
from portal_simulator.figures.dossiers import Desk, hash_of, in_hand
from portal_simulator.figures.file import FiguresError, Row, Targets, ratio, read, targets
from portal_simulator.figures.month import Month
from portal_simulator.figures.outside import outside
from portal_simulator.figures.petitions import Mailbox
from portal_simulator.figures.pools import AgencySets, allot
from portal_simulator.figures.rest import rest_sets, rest_targets
from portal_simulator.records import Agency, Dossier, Petition, Procedure, Province

_LEVELS = {"province": "PROVINCE", "department": "AGENCY", "district": "DISTRICT", "commune": "COMMUNE"}
_CLOCK_DAY, _CLOCK_HOUR = 28, 6


def build(figures_path: Path | str, period: str, units: list[str] | None = None, seed: int = 1) -> Province:
    """Records for the figures of `period` (YYYY-MM); only of `units` when given.

    The clock stands on the 28th of the following month, 06:00.
    Raises: FiguresError when no records can have the figures.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        raise FiguresError("(all)", "(all)", f"the period {period!r} is not of the form YYYY-MM")
    first = date.fromisoformat(f"{period}-01")
    figures = read(Path(figures_path), units)
    _check_period(figures, first)
    was_collecting = gc.isenabled()
    gc.disable()  # millions of live records and no rubbish: collecting would double the time
    try:
        return _province(figures, first, seed)
    finally:
        if was_collecting:
            gc.enable()


def _province(figures: dict[str, dict[str, Row]], first: date, seed: int) -> Province:
    clock = at(next_month(first).replace(day=_CLOCK_DAY), _CLOCK_HOUR)
    month = Month(first, clock)
    wanted = [targets(rows) for rows in figures.values()]
    province = next((unit for unit in wanted if unit.level == "province"), None)
    agencies = [unit for unit in wanted if unit.level != "province"]
    code = province.code if province else agencies[0].code.split(".")[0]
    rest = rest_targets(province, agencies) if province else None
    pools, sets = allot(agencies, province)
    if province and rest:
        sets[rest.code] = rest_sets(province, rest, pools, sets, agencies)
    catalogue = procedures(pools, seed)
    _enter_catalogue(catalogue, code, sets, agencies, province, pools.services, pools.offline)
    _announce(catalogue, code, first, figures)
    share = None
    if province and province.online.filed and province.online.filed[1]:
        share = province.online.filed[0] / province.online.filed[1]
    dossiers: list[Dossier] = []
    petitions: list[Petition] = []
    filings = not_online = 0
    for unit in [*agencies, *([rest] if rest else [])]:
        if unit is rest and province and province.online.filed:
            filed = province.online.filed[1] - filings
            unit.online.filed = (filed - (province.online.filed[1] - province.online.filed[0] - not_online), filed)
        rng = Random(f"{seed}:{unit.code}")
        desk = Desk(unit, sets[unit.code], catalogue, month, rng, Maker(month, rng), share)
        pairs = in_hand(desk)
        complained = complete(desk, pairs)
        dossiers += [dossier for _, dossier in pairs]
        dossiers += outside(desk)
        filings += desk.filings
        not_online += desk.filings_not_online
        petitions += _petitions(code, unit, month, rng, complained)
    return Province(
        code=code,
        agencies=_agencies(code, wanted),
        procedures=catalogue,
        dossiers=dossiers,
        petitions=petitions,
        clock=clock,
        published_figures=_published(figures),
        published_month=first,
    )


def _check_period(figures: dict[str, dict[str, Row]], first: date) -> None:
    for unit, rows in figures.items():
        for indicator, row in rows.items():
            if row.get("period_month") and row["period_month"] != first.isoformat():
                raise FiguresError(unit, indicator, f"is of {row['period_month']}, not of {first.isoformat()}")


def _enter_catalogue(
    catalogue: list[Procedure],
    code: str,
    sets: dict[str, AgencySets],
    agencies: list[Targets],
    province: Targets | None,
    services: list[int],
    offline: list[int],
) -> None:
    for agency_code, chosen in sets.items():
        apply(catalogue, agency_code, chosen)
    for unit in agencies:
        counts = (unit.online.authority_online, unit.online.authority)
        publish(catalogue, unit.code, sorted(sets[unit.code].services), offline, counts)
    if province:
        counts = (province.online.authority_online, province.online.authority)
        publish(catalogue, code, services, offline, counts)


def _announce(catalogue: list[Procedure], code: str, first: date, figures: dict[str, dict[str, Row]]) -> None:
    """1.1 to 1.3 are the province's value, carried by every unit.

    Raises: FiguresError when two units carry different values.
    """
    values: dict[str, tuple[int, int]] = {}
    for unit, rows in figures.items():
        for indicator in ("1.1", "1.2", "1.3"):
            pair = ratio(rows, indicator)
            if pair is not None and values.setdefault(indicator, pair) != pair:
                raise FiguresError(unit, indicator, f"{pair} differs from {values[indicator]} of another unit")
    decided, published, parts = (values.get(key, (0, 0)) for key in ("1.1", "1.2", "1.3"))
    announce(catalogue, code, first, decided, published, parts)


def _petitions(code: str, unit: Targets, month: Month, rng: Random, complained: list[Dossier]) -> list[Petition]:
    """The unit's petitions; most of the rest's belong to no unit at all."""
    agency = None if unit.level == "rest" else unit.code
    mailbox = Mailbox(code, agency, month, rng)
    mailbox.fill(unit)
    if unit.base or unit.petitions_handled:
        mailbox.surround()
    mailbox.complain(complained)
    if unit.level == "rest":
        for petition in mailbox.petitions[::20]:
            petition.agency_code = unit.code
    return mailbox.petitions


def _agencies(code: str, wanted: list[Targets]) -> list[Agency]:
    known = [(unit.code, unit.name_vi, _LEVELS[unit.level]) for unit in wanted]
    if all(level != "PROVINCE" for _, _, level in known):
        known.insert(0, (code, f"UBND tỉnh {code}", "PROVINCE"))
    return [
        Agency(f"{hash_of(agency_code):08x}-0000-7000-8000-{number:012x}", agency_code, name, level)
        for number, (agency_code, name, level) in enumerate(known)
    ]


def _published(figures: dict[str, dict[str, Row]]) -> dict[tuple[str, str], dict[str, object]]:
    """The file's values, for the evaluation the national portal itself publishes."""
    return {
        (unit, indicator): {
            "numerator": int(row["numerator"]) if row["numerator"] else None,
            "denominator": int(row["denominator"]) if row["denominator"] else None,
            "points": Decimal(row["points"]) if row["points"] else None,
            "max_points": Decimal(row["max_points"]) if row.get("max_points") else None,
            "captured_on": row.get("captured_on") or None,
            "is_exact": row.get("exact", "true").strip().lower() == "true",
            "note": (row.get("note") or "").strip(),
        }
        for unit, rows in figures.items()
        for indicator, row in rows.items()
    }
