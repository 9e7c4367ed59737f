"""What stands out in a publication: who leads, who moved and why, which targets are missed, where points are cheap.

Nothing is scored here: these are choices and sums over the figures that are published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import GroupScore, IndicatorRule, ProcedureCount

PARTS = ("facts_points", "mix_points", "rules_points", "restated_points")  # of a change, as they are told


@dataclass(frozen=True, slots=True)
class Gain:
    """Points that an agency has not got in an indicator, and how many more records would bring them.

    2.1: 2 late dossiers of 120, target 100 %: 2 records, 0.33 points
    """

    indicator_code: str
    indicator_name_vi: str
    records: int
    points: Decimal

    @property
    def points_per_record(self) -> Decimal:
        """How much one record brings."""
        return self.points / self.records


@dataclass(frozen=True, slots=True)
class GroupOfAgency:
    """One agency's score in one criterion group."""

    agency: Agency
    score: GroupScore


@dataclass(frozen=True, slots=True)
class End:
    """One end of a criterion group: the agencies that are named, and how many more have the points of the last one."""

    named: Sequence[GroupOfAgency]
    equals: int = 0


@dataclass(frozen=True, slots=True)
class TargetMet:
    """How many agencies with cases reach the target of an indicator, and which do not, the furthest first.

    `equals`: how many more are as far from it as the first of those below.
    """

    rule: IndicatorRule
    reached: int
    of: int
    below: Sequence[Agency]
    equals: int = 0


@dataclass(frozen=True, slots=True)
class Practice:
    """A procedure of an agency where a service exists and is not used: how many dossiers, of how many."""

    agency: Agency
    procedure: ProcedureCount
    not_used: int
    of: int


def ranked(agencies: Sequence[Agency]) -> Sequence[Agency]:
    """Those with a rank, the best first."""
    return sorted((agency for agency in agencies if agency.standing.rank is not None), key=_by_rank)


def not_ranked(agencies: Sequence[Agency]) -> Sequence[Agency]:
    """Those without a rank, in the order of the official list."""
    return sorted(
        (agency for agency in agencies if agency.standing.rank is None),
        key=lambda agency: agency.standing.display_order,
    )


def risen(agencies: Sequence[Agency], most: int = 3) -> Sequence[Agency]:
    """The agencies that rose most, by rank and then by score."""
    moved = [agency for agency in agencies if (agency.standing.rank_change or 0) > 0]
    return sorted(moved, key=lambda agency: (-(agency.standing.rank_change or 0), _by_rank(agency)))[:most]


def fallen(agencies: Sequence[Agency], most: int = 3) -> Sequence[Agency]:
    """The agencies that fell most, by rank and then by score."""
    moved = [agency for agency in agencies if (agency.standing.rank_change or 0) < 0]
    return sorted(moved, key=lambda agency: (agency.standing.rank_change or 0, _by_rank(agency)))[:most]


def best_and_weakest(agencies: Sequence[Agency], group_code: str, most: int = 3) -> tuple[End, End]:
    """The ranked agencies with the most and with the fewest points in a criterion group.

    Nobody stands in both lists, and nobody is among the weakest with the points of the best. Ties are told in the
    order of the official list; those that have no place any more are counted.
    """
    scored = [
        GroupOfAgency(agency, score)
        for agency in ranked(agencies)
        if (score := agency.group(group_code)) and score.points is not None
    ]
    scored.sort(key=lambda one: (-_points(one.score), one.agency.standing.display_order))
    most = min(most, len(scored) // 2)
    best = scored[:most]
    weakest = [one for one in reversed(scored[len(scored) - most :]) if one.score.points != best[-1].score.points]
    return _end(best, scored), _end(weakest, scored)


def office(publication: Publication) -> Agency | None:
    """The office that makes the ranking, where it stands in it itself; told by its name, which alone says so."""
    return next((agency for agency in publication.agencies if agency.name.startswith("Văn phòng")), None)


def change_of_group(agency: Agency, group_code: str) -> Decimal | None:
    """The change of a criterion group since the month before; None without a comparison."""
    changes = [
        change.points_change
        for change in agency.changes
        if change.group_code == group_code and change.points_change is not None
    ]
    return sum(changes, Decimal(0)) if changes else None


def change_by_group(agency: Agency) -> Sequence[tuple[GroupScore, Decimal]]:
    """The criterion groups that moved since the month before, the largest change first; empty without a comparison."""
    found = [(group, change) for group in agency.groups if (change := change_of_group(agency, group.group_code))]
    return sorted(found, key=lambda pair: -abs(pair[1]))


def change_by_part(agency: Agency) -> Sequence[tuple[str, Decimal]]:
    """The change of an agency's score by what brought it about; the parts add up to the change."""
    totals = {
        part: sum((getattr(change, part) or Decimal(0) for change in agency.changes), Decimal(0)) for part in PARTS
    }
    return [(part, total) for part, total in totals.items() if total]


def gains(agency: Agency) -> Sequence[Gain]:
    """Where an agency can still gain points of its own, the most points per record first.

    Left out: what the province carries for all, and indicators without cases.
    """
    found = list(_gains(agency))
    return sorted(found, key=lambda gain: (-gain.points_per_record, -gain.points, gain.indicator_code))


def targets(publication: Publication, agencies: Sequence[Agency]) -> Sequence[TargetMet]:
    """Each indicator of the agencies' own against its target."""
    found = []
    for rule in publication.rules:
        scores = [
            (agency, score)
            for agency in ranked(agencies)
            if (score := agency.indicator(rule.indicator_code)) and score.ratio is not None and score.scope == "agency"
        ]
        below = sorted(
            ((agency, score) for agency, score in scores if (score.ratio or 0) < rule.target),
            key=lambda pair: (pair[1].ratio or Decimal(0), pair[0].standing.display_order),
        )
        if scores:
            equals = sum(score.ratio == below[0][1].ratio for _, score in below[1:])
            missed = [agency for agency, _ in below]
            found.append(TargetMet(rule, len(scores) - len(below), len(scores), missed, equals))
    return found


def filed_direct(agencies: Sequence[Agency], most: int = 10) -> Sequence[Practice]:
    """Procedures offered online whose dossiers are mostly brought in person or by post: the most dossiers first."""
    return _practices(
        agencies,
        lambda row: (row.dossiers_filed_not_online, row.dossiers_filed) if row.is_offered_online else None,
        most,
    )


def paid_in_cash(agencies: Sequence[Agency], most: int = 10) -> Sequence[Practice]:
    """Procedures with a fee whose dossiers are not paid online: the most dossiers first."""
    return _practices(agencies, lambda row: (row.fee_dossiers_not_online, row.fee_dossiers), most)


def without_electronic_result(agencies: Sequence[Agency], most: int = 10) -> Sequence[Practice]:
    """Procedures whose results are not given electronically: the most dossiers first."""
    return _practices(agencies, lambda row: (row.dossiers_without_result_file, row.dossiers_in_hand), most)


def _practices(
    agencies: Sequence[Agency],
    counts: Callable[[ProcedureCount], tuple[int | None, int | None] | None],
    most: int,
) -> Sequence[Practice]:
    found = [
        Practice(agency, row, count[0], count[1])
        for agency in agencies
        for row in agency.procedures
        if (count := counts(row)) and count[0] and count[1]
    ]
    return sorted(found, key=lambda one: (-one.not_used, one.agency.code, one.procedure.procedure_code))[:most]


def _gains(agency: Agency) -> Iterator[Gain]:
    for score in agency.indicators:
        if score.scope != "agency" or not score.lost_points or not score.denominator or score.target is None:
            continue
        wanted = (score.target * score.denominator).to_integral_value(ROUND_CEILING)
        records = int(wanted) - (score.numerator or 0)
        if records > 0:
            yield Gain(score.indicator_code, score.indicator_name_vi, records, score.lost_points)


def _end(named: Sequence[GroupOfAgency], scored: Sequence[GroupOfAgency]) -> End:
    last = named[-1].score.points if named else None
    return End(named, sum(one.score.points == last for one in scored) - sum(one.score.points == last for one in named))


def _by_rank(agency: Agency) -> tuple[int, int]:
    return agency.standing.rank or 0, agency.standing.display_order


def _points(score: GroupScore) -> Decimal:
    return score.points if score.points is not None else Decimal(0)
