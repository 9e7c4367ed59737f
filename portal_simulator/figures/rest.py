"""The rest agency: what the province's own row counts beyond the units of the file."""

from __future__ import annotations

from datetime import date

from portal_simulator.figures.file import Cell, Cells, Contradiction
from portal_simulator.figures.online import OnlineCounts
from portal_simulator.figures.pools import AgencySets, Pools
from portal_simulator.figures.targets import Targets, targets

# Indicators whose counts add up over the agencies: numerator and denominator.
_ADDED_UP = {
    "1.4": ("received", "received"),
    "2.1": ("on_time", "base"),
    "3.6": ("paid", "fee_dossiers"),
    "4.1": ("results", "base"),
    "4.2": ("digitised", "base"),
    "4.3": ("reused", "base"),
    "4.4": ("stored", "base"),
    "4.5b": ("verified", "base"),
    "5.2": ("petitions_handled_well", "petitions_handled"),
    "5.3": ("petitions_satisfied", "petitions_received"),
    "5.4": ("satisfied", "base"),
}


def rest_targets(province: Targets, cells: Cells, units: list[Targets], first: date) -> Targets:
    """The province's counts less those of the units, for the agency '<province>.khac'.

    Raises: Contradiction when the units count more than the province, or leave what cannot be.
    """
    code, name = f"{province.code}.khac", "Các cơ quan khác"
    left: Cells = {}
    for indicator, (top, bottom) in _ADDED_UP.items():
        if indicator not in province.given:
            continue
        numerator, denominator = (getattr(province, n) - sum(getattr(u, n) for u in units) for n in (top, bottom))
        is_exact = indicator not in cells or cells[indicator].is_exact
        if not is_exact:
            numerator = min(max(numerator, 0), denominator)
        if not 0 <= numerator <= denominator:
            cause = f"the units of the file leave {numerator} of {denominator} for the rest of the province"
            raise _of_all(province, units, cause, indicator)
        left[indicator] = Cell(code, indicator, name, "rest", numerator, denominator, None, is_exact)
    try:
        return targets(left, first) if left else Targets(code, name, "rest")
    except Contradiction as found:
        cause = f"what its units leave for the rest of the province contradicts itself: {found.cause}"
        raise _of_all(province, units, cause, *(indicator for _, indicator in found.suspects)) from None


def _of_all(province: Targets, units: list[Targets], cause: str, *indicators: str) -> Contradiction:
    """The province's cells or those of any unit are wrong."""
    suspects = [(one.code, indicator) for one in (province, *units) for indicator in indicators]
    return Contradiction(*suspects[0], cause, *suspects[1:])


def rest_sets(
    province: Targets, rest: Targets, pools: Pools, sets: dict[str, AgencySets], units: list[Targets]
) -> AgencySets:
    """Everything of the pools: what no unit covers first, and no more than the rest has dossiers for.

    Raises: Contradiction when the province's distinct counts cannot be reached.
    """
    covered_verified = {number for chosen in sets.values() for number in chosen.verified}
    covered_used = {number for chosen in sets.values() for number in chosen.used}
    verified = sorted(pools.verified, key=lambda number: number in covered_verified)
    missing = sum(number not in covered_verified for number in verified)
    if "4.5b" not in province.given:
        rest.verified = max(rest.verified, missing)
    most = min(rest.verified, rest.base - rest.fee_dossiers)
    if missing > most:
        cause = f"{missing} procedures are left without a dossier in hand"
        raise _of_all(province, units, cause, "4.5a", "4.5b")
    covered_charged = {number for chosen in sets.values() for number in chosen.charged}
    uncharged = [number for number in pools.all_charged if number not in covered_charged]
    others = [number for number in pools.all_charged if number in covered_charged]
    used = sorted(pools.filed_online, key=lambda number: number in covered_used)
    rest.online = _rest_online(province, rest, units)
    return AgencySets(
        fee=pools.all_fee,
        paid=pools.all_paid,
        charged=[*uncharged, *others[: rest.fee_dossiers]],
        citizen=pools.verified + pools.citizen + sorted(pools.citizen_fee),
        verified=verified[:most],
        used=used,
        services=list(pools.services),
        offline=list(pools.offline),
    )


def _rest_online(province: Targets, rest: Targets, units: list[Targets]) -> OnlineCounts:
    """Filled in again once the units' filings are known; here so that the courses can be planned."""
    share = province.online.filed
    filed = None
    if share:
        known = [u.online.filed for u in units if u.online.filed]
        filed = (share[0] - sum(f[0] for f in known), share[1] - sum(f[1] for f in known))
    return OnlineCounts(0, 0, province.online.used_services, province.online.services, filed)
