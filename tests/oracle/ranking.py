"""From points to ranks and classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from portal_simulator.records import Province
from tests.oracle.agencies import PEER_GROUPS
from tests.oracle.scoring import RULES, Cell, places_of

GRADES = (
    (Decimal(90), "excellent"),
    (Decimal(80), "good"),
    (Decimal(70), "fair"),
    (Decimal(50), "average"),
    (Decimal(0), "weak"),
)


@dataclass
class Standing:
    """One agency's place in a month."""

    agency_code: str
    peer_group: str
    score: Decimal
    groups: dict[str, Decimal | None]
    applicable_score: Decimal
    dossiers_in_hand: int
    status: str  # ranked | no_dossiers | province
    rank: int | None = None
    ranked_agencies: int = 0
    grade: str | None = None


def group_points(cells: dict[str, Cell], group: str) -> Decimal | None:
    """The sum of a group's points; None when no indicator of it has any."""
    given = [cell.points for code, cell in cells.items() if RULES[code][0] == group and cell.points is not None]
    return sum(given, Decimal(0)) if given else None


def applicable_score(cells: dict[str, Cell]) -> Decimal:
    """Points in percent of what could be had where there were cases (and 4.6), and where there are data."""
    known = [code for code, cell in cells.items() if cell.status != "no_data"]
    counted = [code for code in known if cells[code].denominator > 0 or code == "4.6"]
    most = sum((Decimal(RULES[code][1]) for code in counted), Decimal(0))
    got = sum((cells[code].points or Decimal(0) for code in counted), Decimal(0))
    return (100 * got / most).quantize(Decimal("0.01"), ROUND_HALF_UP)


def standings(
    province: Province, first: date, known_at: datetime, cards: dict[str, dict[str, Cell]]
) -> dict[str, Standing]:
    """Ranks within peer groups: competition ranking on the total, agencies without dossiers apart."""
    places = places_of(province, first, known_at)
    found: dict[str, Standing] = {}
    for code, cells in cards.items():
        level = PEER_GROUPS[places.valid[code].level]
        groups = {g: group_points(cells, g) for g in dict.fromkeys(r[0] for r in RULES.values())}
        in_hand = cells["5.4"].denominator
        status = "province" if level == "province" else "ranked" if in_hand else "no_dossiers"
        total = sum((points for points in groups.values() if points is not None), Decimal(0))
        found[code] = Standing(code, level, total, groups, applicable_score(cells), in_hand, status)
    for standing in found.values():
        peers = [
            other for other in found.values() if other.peer_group == standing.peer_group and other.status == "ranked"
        ]
        standing.ranked_agencies = len(peers)
        if standing.status == "ranked":
            standing.rank = 1 + sum(other.score > standing.score for other in peers)
        if standing.status != "no_dossiers":
            standing.grade = next(name for bound, name in GRADES if standing.score >= bound)
    return found
