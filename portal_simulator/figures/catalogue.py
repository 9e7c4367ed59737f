"""The procedures behind published figures: names, limits, fees, levels, announcements."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from portal_simulator.calendar import at, next_month, shift
from portal_simulator.figures.file import Contradiction
from portal_simulator.figures.pools import AgencySets, Pools
from portal_simulator.procedure_names import field_of, name_of
from portal_simulator.records import Announcement, Procedure, Service

_LIMITS = ((3, "WORKING_DAY"), (5, "WORKING_DAY"), (40, "HOUR"), (10, "WORKING_DAY"), (15, "WORKING_DAY"))
_FEES = (20_000, 50_000, 100_000, 8_000, 300_000)
_PARTS = ("steps", "methods", "components", "time_limit", "subjects", "agencies")
_LEAD_DAYS = 5  # working days before the legal basis takes effect
_PUBLICATION_DAYS = 5  # working days after the decision


def procedures(pools: Pools, announced: int, seed: int) -> list[Procedure]:
    """All procedures, in the order of their numbers; at least as many as were announced."""
    rng = Random(f"{seed}:procedures")
    fees, citizens = set(pools.all_fee), {*pools.verified, *pools.citizen, *pools.citizen_fee}
    made = []
    for number in range(max(len(pools.everything), announced)):
        limit, unit = _LIMITS[number % len(_LIMITS)]
        made.append(
            Procedure(
                code=f"{1 + number % 2}.{100_003 + 7 * number:06d}",
                name_vi=name_of(number),
                field_code=field_of(number),
                target="citizen" if number in citizens else "business",
                time_limit=limit,
                time_limit_unit=unit,
                fee=rng.choice(_FEES) if number in fees else 0,
                state="UPDATED" if number % 5 == 0 else "PUBLISHED",
                legal_bases_effective_on=[date(2024, 1, 1) + timedelta(days=number % 400)],
            )
        )
    return made


def apply(made: list[Procedure], agency_code: str, chosen: AgencySets) -> None:
    """Enter the agency's services."""
    online = set(chosen.services)
    for number in dict.fromkeys([*chosen.services, *chosen.fee, *chosen.citizen, *chosen.offline]):
        level = ("FULL", "PARTIAL")[number % 2] if number in online else "NONE"
        made[number].services.append(Service(agency_code, level))


def publish(
    made: list[Procedure], agency_code: str, online: list[int], offline: list[int], counts: tuple[int, int]
) -> None:
    """Put procedures under the agency's own authority: `counts` = (online, all).

    Raises: Contradiction when too few procedures exist.
    """
    top, bottom = counts
    if top > len(online) or bottom - top > len(offline):
        raise Contradiction(agency_code, "3.1", f"{top} of {bottom}: too few procedures exist")
    for number in [*online[:top], *offline[: bottom - top]]:
        made[number].publishing_agency_codes.append(agency_code)


def announce(
    made: list[Procedure],
    province_code: str,
    first: date,
    decided: tuple[int, int],
    published: tuple[int, int],
    complete: tuple[int, int],
) -> None:
    """Announcing decisions so that 1.1 (`decided`), 1.2 (`published`) and 1.3 (`complete`) hold.

    `made` holds at least as many procedures as the greatest of the three counts.
    """
    both = min(decided[1], published[1])
    total = max(complete[1], decided[1] + published[1] - both)
    days = [
        (first + timedelta(days=3), True, True),  # decided in the month, publication due in it
        (next_month(first) - timedelta(days=1), True, False),
        (first - timedelta(days=2), False, True),
        (first - timedelta(days=200), False, False),
    ]
    kinds = [0] * both + [1] * (decided[1] - both) + [2] * (published[1] - both)
    kinds += [3] * (total - len(kinds))
    early = late = 0
    for number, kind in enumerate(kinds):
        day, in_month, falls_due = days[kind]
        day -= timedelta(days=number % 300 if kind == 3 else 0)
        procedure = made[number]
        procedure.announcing_agency_code = province_code
        procedure.missing_parts = (_PARTS[number % 6],) if number >= complete[0] else ()
        if not complete[1]:
            procedure.state = "INACTIVE"
        is_timely = not in_month or early < decided[0]
        early += in_month
        procedure.legal_bases_effective_on.append(
            shift(day, _LEAD_DAYS + 5) if is_timely else shift(day, _LEAD_DAYS - 2)
        )
        is_prompt = not falls_due or late < published[0]
        late += falls_due
        lag = 2 if is_prompt else _PUBLICATION_DAYS + 3
        decision = f"{(number % 400) + 100}/QĐ-UBND"
        procedure.announcements.append(
            Announcement(f"{province_code}-{number:05d}", decision, day, at(shift(day, lag), 9))
        )
