"""A province whose records count up to published figures.

Every agency's records equal its figures, indicator by indicator, and carry beside them the cases that
a wrong reading of the rules counts differently. A province row adds a rest agency, so that the
province's own counts (all records, distinct procedures) hold too.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from random import Random

from portal_simulator.calendar import at, next_month
from portal_simulator.figures.cases import Maker
from portal_simulator.figures.catalogue import announce, apply, procedures, publish
from portal_simulator.figures.children import complete
from portal_simulator.figures.dossiers import Desk, hash_of, in_hand
from portal_simulator.figures.file import LEVELS, Contradiction, Figures, FiguresUnusable, read
from portal_simulator.figures.month import Month
from portal_simulator.figures.outside import outside
from portal_simulator.figures.petitions import Mailbox
from portal_simulator.figures.pools import AgencySets, allot, widen
from portal_simulator.figures.rest import rest_sets, rest_targets
from portal_simulator.figures.targets import Targets, targets
from portal_simulator.records import Agency, Dossier, Petition, Procedure, Province

_CLOCK_DAY, _CLOCK_HOUR = 28, 6


def build(figures_path: Path | str, period: str, units: list[str] | None = None, seed: int = 1) -> Province:
    """Records for the figures of `period` (YYYY-MM); only of `units` when given.

    Cells that no records can have together with the others are left out and named in the province's `left_out`.
    The clock stands on the 28th of the following month, 06:00.
    Raises: FiguresUnusable when the file cannot be read, or nothing of it can be made.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
        raise FiguresUnusable(f"The period {period!r} is not of the form YYYY-MM.\nNext: give one like 2026-08.")
    figures = read(Path(figures_path), date.fromisoformat(f"{period}-01"), units)
    was_collecting = gc.isenabled()
    gc.disable()  # millions of live records and no rubbish: collecting would double the time
    try:
        while True:
            try:
                return _province(figures, seed)
            except Contradiction as found:
                figures.leave_out(found)
    finally:
        if was_collecting:
            gc.enable()


def _province(figures: Figures, seed: int) -> Province:
    """Raises: Contradiction when no records can have the figures."""
    first = figures.month
    clock = at(next_month(first).replace(day=_CLOCK_DAY), _CLOCK_HOUR)
    month = Month(first, clock)
    cells = figures.cells
    wanted = [targets(own, first) for unit, own in cells.items() if "." in unit]
    code = next(iter(cells)).partition(".")[0]
    province = None
    if code in cells:
        province = targets(cells[code], first, max((u.online.services for u in wanted), default=0))
        widen(province, wanted)
        wanted.insert(0, province)
    agencies = [unit for unit in wanted if unit is not province]
    rest = rest_targets(province, cells[code], agencies, first) if province else None
    pools, sets = allot(agencies, province)
    if province and rest:
        sets[rest.code] = rest_sets(province, rest, pools, sets, agencies)
    announced = _announced(figures)
    catalogue = procedures(pools, max(bottom for _, bottom in announced), seed)
    _enter_catalogue(catalogue, code, sets, agencies, province, pools.services, pools.offline)
    announce(catalogue, code, first, *announced)
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
        left_out=[asdict(cell) for cell in figures.left_out],
    )


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


def _announced(figures: Figures) -> list[tuple[int, int]]:
    """1.1, 1.2 and 1.3, which are the province's value and carried by every unit.

    Raises: Contradiction when a unit carries another value than most, or 1.3 counts less than was announced.
    """
    values = []
    for indicator in ("1.1", "1.2", "1.3"):
        given = [cell for cells in figures.cells.values() if (cell := cells.get(indicator)) and cell.counts]
        common = Counter(cell.counts for cell in given).most_common(1)
        value = common[0][0] if common else None
        for cell in given:
            if cell.counts != value:
                cause = f"{cell.numerator} of {cell.denominator} is not the province's value that most units carry"
                raise Contradiction(cell.unit, indicator, cause)
        values.append(value or (0, 0))
    (_, decided), (_, published), (_, public) = values
    if 0 < public < max(decided, published):
        cause = f"{public} public procedures, but {max(decided, published)} were announced (1.1, 1.2)"
        units = [
            (unit, code) for code in ("1.3", "1.1", "1.2") for unit in figures.cells if code in figures.cells[unit]
        ]
        raise Contradiction(*units[0], cause, *units[1:], everywhere=True)
    return values


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
    known = [(unit.code, unit.name_vi, LEVELS[unit.level]) for unit in wanted]
    if all(level != "PROVINCE" for _, _, level in known):
        known.insert(0, (code, f"UBND tỉnh {code}", "PROVINCE"))
    return [
        Agency(f"{hash_of(agency_code):08x}-0000-7000-8000-{number:012x}", agency_code, name, level)
        for number, (agency_code, name, level) in enumerate(known)
    ]


def _published(figures: Figures) -> dict[tuple[str, str], dict[str, object]]:
    """The cells, for the evaluation the national portal itself publishes."""
    return {
        (unit, indicator): {
            "numerator": cell.numerator,
            "denominator": cell.denominator,
            "points": cell.points,
            "captured_on": cell.captured_on,
            "is_exact": cell.is_exact,
            "note": cell.note,
        }
        for unit, cells in figures.cells.items()
        for indicator, cell in cells.items()
    }
