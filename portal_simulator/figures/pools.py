"""Which procedures each agency applies, so that distinct counts hold for the units and the province.

Procedures are numbers here. The pools are tiers: every agency takes the procedures it needs from the
tiers that may carry them, so that the union over agencies never exceeds the province's own count; the
rest agency, which applies everything, brings the union up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from portal_simulator.figures.file import Contradiction
from portal_simulator.figures.targets import Targets

_OFFLINE_PROCEDURES = 6


@dataclass(slots=True)
class Pools:
    """All procedures of the province, by role."""

    fee_paid: list[int] = field(default_factory=list)  # fee-bearing, with fee dossiers and paid online
    fee_charged: list[int] = field(default_factory=list)  # fee-bearing, with fee dossiers, never paid online
    fee_idle: list[int] = field(default_factory=list)  # fee-bearing, with neither
    free_paid: list[int] = field(default_factory=list)  # paid online, though no fee stands in the catalogue
    verified: list[int] = field(default_factory=list)  # citizen, with verified dossiers
    citizen: list[int] = field(default_factory=list)  # citizen, without
    used: list[int] = field(default_factory=list)  # business, filed online
    other: list[int] = field(default_factory=list)  # business, online, never used
    offline: list[int] = field(default_factory=list)  # online at no agency
    citizen_fee: set[int] = field(default_factory=set)
    filed_online: list[int] = field(default_factory=list)  # may have an online dossier in the month
    services: list[int] = field(default_factory=list)  # may be an online service

    @property
    def all_fee(self) -> list[int]:
        """Every fee-bearing procedure."""
        return self.fee_paid + self.fee_charged + self.fee_idle

    @property
    def all_paid(self) -> list[int]:
        """Every procedure paid online in the month."""
        return self.fee_paid + self.free_paid

    @property
    def all_charged(self) -> list[int]:
        """Every fee-bearing procedure with a dossier of the month that has a fee."""
        return self.fee_paid + self.fee_charged

    @property
    def everything(self) -> list[int]:
        """Every procedure of the province."""
        nonfee = self.free_paid + self.verified + self.citizen + self.used + self.other + self.offline
        return self.all_fee + nonfee


@dataclass(slots=True)
class AgencySets:
    """One agency's procedures, by what has to be counted over them."""

    fee: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    charged: list[int] = field(default_factory=list)
    citizen: list[int] = field(default_factory=list)
    verified: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    services: list[int] = field(default_factory=list)
    offline: list[int] = field(default_factory=list)

    @property
    def idle(self) -> list[int]:
        """Fee-bearing procedures without a fee dossier of the month."""
        return [procedure for procedure in self.fee if procedure not in self.charged]


def _pick(count: int, tiers: Iterable[Sequence[int]], turn: int, taken: set[int]) -> list[int]:
    """The first `count` procedures not yet taken, tier by tier, each tier rotated by `turn`."""
    chosen: list[int] = []
    for tier in tiers:
        start = turn % len(tier) if tier else 0
        for procedure in [*tier[start:], *tier[:start]]:
            if len(chosen) == count:
                return chosen
            if procedure not in taken:
                chosen.append(procedure)
                taken.add(procedure)
    return chosen


def allot(units: list[Targets], province: Targets | None) -> tuple[Pools, dict[str, AgencySets]]:
    """The pools, and each unit's sets.

    Raises: Contradiction when the province's distinct counts cannot hold its units' counts.
    """
    bound = province or _bound(units)
    turns = {unit.code: 7 * index if unit.level != "commune" else 0 for index, unit in enumerate(units)}
    counter = iter(range(10**6))

    def new(count: int) -> list[int]:
        return [next(counter) for _ in range(count)]

    pools = Pools()
    _fee_pools(pools, [province] if province else units, new)
    sets = {unit.code: _fee_sets(unit, bound, pools, turns[unit.code]) for unit in units}
    _decide_citizen_fees(units, sets, pools, bound)
    needs = {unit.code: _verified_fees(unit, sets[unit.code], pools) for unit in units}
    verified_fees = {procedure for chosen in needs.values() for procedure in chosen}
    pools.verified = new(max(bound.verified_procedures - len(verified_fees), 0))
    if province is None or "4.5a" not in province.given:
        wanted = [u.citizen_procedures - len(pools.citizen_fee & set(sets[u.code].fee)) for u in units]
        pools.citizen = new(max([0, *wanted]))
    else:
        left = bound.citizen_procedures - len(pools.verified) - len(pools.citizen_fee)
        if left < 0:
            raise _too_many(bound, units, "4.5a", "fewer citizen procedures than its units apply")
        pools.citizen = new(left)
    for unit in units:
        _citizen_sets(unit, bound, sets[unit.code], pools, needs[unit.code], turns[unit.code])
    moving = pools.all_paid + pools.fee_charged
    active = moving + sorted(verified_fees - set(moving)) + pools.verified
    spare = [max(u.online.used_services - len({*sets[u.code].paid, *sets[u.code].verified}), 1) for u in units]
    room = bound.online.used_services - len(active) if province else max([1, *spare])
    pools.used = new(max(room, 0))
    if province:
        active = _mixed(moving, pools.verified, bound.online.used_services)
        active += pools.used[: max(0, bound.online.used_services - len(active))]
    else:
        active = [*active, *pools.used]
    pools.filed_online = active
    _add_other_services(units, sets, pools, province, new)
    for unit in units:
        _online_sets(unit, bound, sets[unit.code], pools, turns[unit.code])
    return pools, sets


def widen(province: Targets, units: list[Targets]) -> None:
    """Let the province's distinct counts that the file does not give be large enough for those of its units."""
    for name, codes in (
        ("charged_procedures", {"3.5"}),
        ("paid_procedures", {"3.5b"}),
        ("duty_procedures", {"3.5", "3.5b"}),
        ("verified_procedures", {"4.5a"}),
        ("citizen_procedures", {"4.5a"}),
    ):
        if not codes & province.given:
            setattr(province, name, max([getattr(one, name) for one in (province, *units)]))


def _bound(units: list[Targets]) -> Targets:
    """Pool sizes when no province row limits them."""
    return Targets(
        code=units[0].code.split(".")[0],
        name_vi="",
        level="province",
        verified_procedures=max(u.verified_procedures for u in units),
    )


def _too_many(one: Targets, others: list[Targets], indicator: str, cause: str) -> Contradiction:
    return Contradiction(one.code, indicator, cause, *((other.code, indicator) for other in others))


def _fee_pools(pools: Pools, bounds: list[Targets], new: Callable[[int], list[int]]) -> None:
    """Procedures that bear a fee or are paid, as many of each role as the greatest of `bounds` needs.

    Of the paid ones as many are fee-bearing as have fee dossiers too, the rest are not.
    """
    both = [min(b.charged_procedures, b.paid_procedures) for b in bounds]
    pairs = list(zip(bounds, both, strict=True))
    pools.fee_paid = new(max(both))
    pools.fee_charged = new(max(b.charged_procedures - n for b, n in pairs))
    pools.free_paid = new(max(b.paid_procedures - n for b, n in pairs))
    pools.fee_idle = new(max(b.duty_procedures - b.charged_procedures - b.paid_procedures + n for b, n in pairs))


def _fee_sets(unit: Targets, bound: Targets, pools: Pools, turn: int) -> AgencySets:
    taken: set[int] = set()
    free = min(max(unit.paid_procedures - unit.charged_procedures, 0), len(pools.free_paid))
    inside = unit.paid_procedures - free
    both = _pick(min(unit.charged_procedures, inside), (pools.fee_paid,), turn, taken)
    charged = both + _pick(unit.charged_procedures - len(both), (pools.fee_charged, pools.fee_paid), turn, taken)
    paid_fees = both + _pick(inside - len(both), (pools.fee_paid,), turn, taken)
    paid = paid_fees + _pick(free, (pools.free_paid,), turn, taken)
    more = unit.duty_procedures - len({*charged, *paid})
    idle = _pick(more, (pools.fee_idle, pools.fee_charged, pools.fee_paid), turn, taken)
    for code, got, wanted in (
        ("3.5", len(charged), unit.charged_procedures),
        ("3.5b", len(paid), unit.paid_procedures),
        ("3.5b", len({*charged, *paid, *idle}), unit.duty_procedures),
    ):
        if got < wanted:
            raise _too_many(unit, [bound], code, f"{wanted} procedures, the province has {got}")
    return AgencySets(fee=list(dict.fromkeys([*charged, *paid_fees, *idle])), paid=paid, charged=charged)


def _decide_citizen_fees(units: list[Targets], sets: dict[str, AgencySets], pools: Pools, bound: Targets) -> None:
    """Every second fee-bearing procedure is for citizens, unless some unit applies too few of those."""
    chosen = set(pools.all_fee[::2])
    fits = all(len(chosen & set(sets[u.code].fee)) <= u.citizen_procedures for u in units)
    room = bound.citizen_procedures - bound.verified_procedures
    if fits and (not bound.citizen_procedures or len(chosen) <= room):
        pools.citizen_fee = chosen


def _verified_fees(unit: Targets, chosen: AgencySets, pools: Pools) -> list[int]:
    """Fee-bearing procedures that must have a verified dossier: others would not suffice."""
    mine = [procedure for procedure in chosen.fee if procedure in pools.citizen_fee]
    other_dossiers = unit.base - unit.fee_dossiers
    other_procedures = unit.citizen_procedures - len(mine)
    needed = max(
        0,
        unit.verified_procedures - other_dossiers,
        unit.verified_procedures - other_procedures,
    )
    if needed > min(len(mine), unit.fee_dossiers):
        cause = f"{unit.verified_procedures} verified procedures find no dossiers"
        raise Contradiction(unit.code, "4.5a", cause, (unit.code, "4.5b"))
    return mine[:needed]


def _citizen_sets(
    unit: Targets, bound: Targets, chosen: AgencySets, pools: Pools, verified_fees: list[int], turn: int
) -> None:
    taken = set(chosen.fee)
    more = unit.verified_procedures - len(verified_fees)
    verified = _pick(more, (pools.verified,), turn, taken)
    if len(verified) < more:
        raise _too_many(unit, [bound], "4.5a", f"{unit.verified_procedures} verified, the province has fewer")
    chosen.verified = verified_fees + verified
    fees = [procedure for procedure in chosen.fee if procedure in pools.citizen_fee]
    more = unit.citizen_procedures - len(fees) - len(verified)
    rest = _pick(more, (pools.citizen, pools.verified), 11 * turn, taken)
    if len(rest) < more:
        raise _too_many(unit, [bound], "4.5a", f"{unit.citizen_procedures} citizen procedures, too few exist")
    chosen.citizen = fees + verified + rest


def _mixed(first: list[int], second: list[int], count: int) -> list[int]:
    """`count` procedures of both lists, in proportion when they are too many."""
    if len(first) + len(second) <= count:
        return first + second
    share = count * len(first) // (len(first) + len(second))
    return first[:share] + second[: count - share]


def _add_other_services(
    units: list[Targets],
    sets: dict[str, AgencySets],
    pools: Pools,
    province: Targets | None,
    new: Callable[[int], list[int]],
) -> None:
    ordered = list(dict.fromkeys([*pools.filed_online, *pools.everything]))
    if province:
        pools.other = new(max(0, province.online.services - len(ordered)))
        pools.services = [*ordered, *pools.other][: province.online.services]
    else:
        lacking = [u.online.services - len({*sets[u.code].fee, *sets[u.code].citizen}) for u in units]
        pools.other = new(max([0, *lacking]))
        pools.services = [*ordered, *pools.other]
    offline = _OFFLINE_PROCEDURES
    if province:
        offline += province.online.authority - province.online.authority_online
    offline = max([offline, *(u.online.authority - u.online.authority_online for u in units)])
    pools.offline = new(offline)


def _online_sets(unit: Targets, bound: Targets, chosen: AgencySets, pools: Pools, turn: int) -> None:
    mine = {*chosen.fee, *chosen.paid, *chosen.citizen}
    may_be_filed = set(pools.filed_online)
    free = set(pools.used) | set(pools.other)
    taken: set[int] = set()
    count = unit.online.used_services
    tiers = [
        [p for p in dict.fromkeys([*chosen.paid, *chosen.charged, *chosen.verified]) if p in may_be_filed],
        [p for p in pools.used if p in may_be_filed],
        [p for p in pools.filed_online if p in mine],
    ]
    chosen.used = _pick(count, tiers[:1], 0, taken) if count else []
    chosen.used += _pick(count - len(chosen.used), tiers[1:], turn, taken)
    online = [p for p in pools.services if p in mine or p in free]
    more = unit.online.services - len(chosen.used)
    chosen.services = chosen.used + _pick(more, (online,), 3 * turn, taken)
    if len(chosen.used) < count or len(chosen.services) < unit.online.services:
        cause = f"{count} of {unit.online.services} online services: too few procedures exist"
        raise _too_many(unit, [bound], "3.2", cause)
    chosen.offline = list(pools.offline)
