"""The counts behind a published total of online services (DVCTT).

A unit's reply carries only the total of 3.1 + 3.2 + 3.3. Here counts are found whose points by the
rule give exactly that total: 3.3 full and 3.2 the rest where that is possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_MOST_SERVICES = 900
_REFUSED = 3  # filings never accepted, where nothing was filed online
_CENT = Decimal("0.01")
_AUTHORITY = (Decimal(2), Decimal("0.8"))
_SERVICES = (Decimal(4), Decimal(1))
_FILED = (Decimal(6), Decimal("0.5"))


@dataclass(slots=True)
class OnlineCounts:
    """Numerators and denominators of 3.1, 3.2 and 3.3; `filed` None = any counts with full points."""

    authority_online: int = 0
    authority: int = 0
    used_services: int = 0
    services: int = 0
    filed: tuple[int, int] | None = None


def points_of(top: int, bottom: int, rule: tuple[Decimal, Decimal]) -> Decimal:
    """Points by the rule: half up to the cent, 0 of 0 gives 0."""
    if bottom == 0:
        return Decimal(0)
    most, target = rule
    earned = most * min(Decimal(1), Decimal(top) / Decimal(bottom) / target)
    return earned.quantize(_CENT, ROUND_HALF_UP)


def online_counts(
    authority: tuple[int, int] | None,
    services: tuple[int, int] | None,
    filed: tuple[int, int] | None,
    group_points: Decimal | None,
    wanted: int,
    received: int,
) -> OnlineCounts:
    """Counts that give `group_points`; given counts stay as they are.

    `wanted`: how many services should have an online dossier, if the total leaves the choice.
    Raises: ValueError when no counts give the total.
    """
    if services and (filed or group_points is None):
        rest = authority or (0, 0)
        return OnlineCounts(*rest, *services, filed)
    if group_points is None:
        return OnlineCounts(*(authority or (0, 0)), wanted, wanted, filed)
    if group_points == 0 and not filed and not services:
        return OnlineCounts(*(authority or (0, 0)), 0, 0, (0, received + _REFUSED if received else 0))
    for authority_pair in [authority] if authority else [(0, 0), *_authority_choices(group_points)]:
        left = group_points - points_of(*authority_pair, _AUTHORITY)
        for filed_points, filed_pair in _filed_choices(left, filed, received):
            pair = services or _services_for(left - filed_points, wanted)
            if pair and points_of(*pair, _SERVICES) == left - filed_points:
                return OnlineCounts(*authority_pair, *pair, filed_pair)
    raise ValueError(f"no counts of 3.1, 3.2 and 3.3 give {group_points} points")


def _authority_choices(group_points: Decimal) -> Iterator[tuple[int, int]]:
    """Shares of procedures under authority, needed only above 10 points."""
    if group_points > 10:
        for bottom in range(1, 101):
            for top in range(1, bottom + 1):
                yield top, bottom


def _filed_choices(
    left: Decimal, filed: tuple[int, int] | None, received: int
) -> Iterator[tuple[Decimal, tuple[int, int] | None]]:
    if filed:
        yield points_of(*filed, _FILED), filed
        return
    if left >= 6:
        yield Decimal(6), None
        return
    for bottom in range(max(received, 1), max(received, 1) + 4000):
        near = int(left * bottom / 12)
        for top in (near, near + 1):
            if points_of(top, bottom, _FILED) == left:
                yield left, (top, bottom)


def _services_for(wanted_points: Decimal, wanted: int) -> tuple[int, int] | None:
    if wanted_points == 0:
        return 0, 0
    if not 0 < wanted_points <= 4:
        return None
    upwards = range(max(wanted, 1), _MOST_SERVICES)
    for top in [*upwards, *range(wanted - 1, 0, -1)]:
        near = int(4 * top / wanted_points)
        for bottom in (near, near + 1):
            if top <= bottom <= _MOST_SERVICES and points_of(top, bottom, _SERVICES) == wanted_points:
                return top, bottom
    return None
