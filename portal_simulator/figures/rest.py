"""The rest agency: what the province's own row counts beyond the units of the file."""

from __future__ import annotations

from portal_simulator.figures.file import FiguresError, Targets
from portal_simulator.figures.online import OnlineCounts
from portal_simulator.figures.pools import AgencySets, Pools

_DIFFERENCES = (
    ("base", "4.1"),
    ("satisfied", "5.4"),
    ("results", "4.1"),
    ("digitised", "4.2"),
    ("reused", "4.3"),
    ("stored", "4.4"),
    ("verified", "4.5b"),
    ("fee_dossiers", "3.6"),
    ("paid", "3.6"),
    ("petitions_handled", "5.2"),
    ("petitions_handled_well", "5.2"),
    ("petitions_received", "5.3"),
    ("petitions_satisfied", "5.3"),
)


def rest_targets(province: Targets, units: list[Targets]) -> Targets:
    """The province's counts less those of the units, for the agency '<province>.khac'.

    Raises: FiguresError when the units count more than the province.
    """
    rest = Targets(f"{province.code}.khac", "Các cơ quan khác", "rest")
    for name, indicator in _DIFFERENCES:
        whole, part = getattr(province, name), sum(getattr(unit, name) for unit in units)
        if part > whole:
            raise FiguresError(province.code, indicator, f"the units of the file count {part}, the province {whole}")
        setattr(rest, name, whole - part)
    rest.received = min(rest.base, max(0, province.received - sum(u.received for u in units)))
    on_time = province.on_time - sum(u.on_time for u in units)
    rest.on_time = min(rest.base, max(on_time, rest.satisfied))
    rest.digitised = min(rest.digitised, rest.results)
    if rest.digitised < province.digitised - sum(u.digitised for u in units):
        raise FiguresError(province.code, "4.2", "more digitised with a result than results left")
    if rest.fee_dossiers > rest.base or rest.paid > rest.fee_dossiers:
        raise FiguresError(province.code, "3.6", "its units leave no dossiers for the rest")
    return rest


def rest_sets(
    province: Targets, rest: Targets, pools: Pools, sets: dict[str, AgencySets], units: list[Targets]
) -> AgencySets:
    """Everything of the pools: what no unit covers first, and no more than the rest has dossiers for.

    Raises: FiguresError when the province's distinct counts cannot be reached.
    """
    covered_verified = {number for chosen in sets.values() for number in chosen.verified}
    covered_used = {number for chosen in sets.values() for number in chosen.used}
    verified = sorted(pools.verified, key=lambda number: number in covered_verified)
    missing = sum(number not in covered_verified for number in verified)
    most = min(rest.verified, rest.base - rest.fee_dossiers)
    if missing > most:
        raise FiguresError(province.code, "4.5a", f"{missing} procedures are left without a dossier")
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
