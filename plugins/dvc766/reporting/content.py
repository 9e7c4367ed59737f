"""What a publication says of a month: every number, name and date that a document, page or sheet may show.

Renderers lay this out and work out nothing of their own, so that rank, score and grade are the same wherever they
stand. All of it is read from schema `published` (source.py), nothing from a clock.

H44.03 in 08/2026        agency.standing.rank = 4, agency.standing.score = 67.29
its group TDGQ           agency.group("TDGQ").points = 16.53 of 20
its indicator 2.1        agency.indicator("2.1"): 118 of 120, 2 late dossiers in agency.reasons
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from dvc766.reporting.rows import (
    Certainty,
    Change,
    Difference,
    Grade,
    GroupScore,
    Head,
    IndicatorRule,
    IndicatorScore,
    Lateness,
    LostRecord,
    PastMonth,
    ProcedureCount,
    Reason,
    RevisionNote,
    Standing,
)


@dataclass(frozen=True)
class Agency:
    """All that is said of one agency."""

    standing: Standing
    groups: Sequence[GroupScore]
    indicators: Sequence[IndicatorScore]
    changes: Sequence[Change]
    certainty: Certainty | None
    differences: Sequence[Difference]
    reasons: Sequence[Reason]
    procedures: Sequence[ProcedureCount]
    lateness: Lateness | None
    lost_records: Sequence[LostRecord]
    history: Sequence[PastMonth]

    @property
    def code(self) -> str:
        """The agency's code."""
        return self.standing.agency_code

    @property
    def name(self) -> str:
        """The agency's name on the official list."""
        return self.standing.agency_name_vi

    def group(self, code: str) -> GroupScore | None:
        """One criterion group, None when the agency has none of that code."""
        return next((score for score in self.groups if score.group_code == code), None)

    def indicator(self, code: str) -> IndicatorScore | None:
        """One indicator, None when it is not scored in this month."""
        return next((score for score in self.indicators if score.indicator_code == code), None)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a month is published, which its figures do not tell.

    When the next month is due, the smallest count of a procedure that everybody may read, and what the figures may
    not be used for.
    """

    next_release: date
    least_shown: int
    statement: str


@dataclass(frozen=True)
class Publication:
    """A month as it is published: agencies in the order of their peer groups and ranks, the province apart.

    `texts` are what officers wrote, by section of the report (sections.py).
    `beside` are the months and revisions that readers of this edition had before: a site links to these alone.
    """

    head: Head
    province: Agency | None
    agencies: Sequence[Agency]
    revisions: Sequence[RevisionNote]
    rules: Sequence[IndicatorRule]
    grades: Sequence[Grade]
    statement: str
    texts: Mapping[str, str] = field(default_factory=dict)
    beside: Collection[tuple[date, int]] = ()

    @cached_property
    def peer_groups(self) -> Mapping[str, Sequence[Agency]]:
        """Agencies by the label of their peer group, ranked ones first, then by the list's own order."""
        found: dict[str, list[Agency]] = {}
        for agency in self.agencies:
            found.setdefault(agency.standing.peer_group_vi, []).append(agency)
        return found

    @cached_property
    def criterion_groups(self) -> Sequence[GroupScore]:
        """One score of each criterion group, for its name, order and most points: the province's, or the first's."""
        bearer = self.province or (self.agencies[0] if self.agencies else None)
        return bearer.groups if bearer else ()

    def agency(self, code: str) -> Agency | None:
        """The agency of a code, the province included."""
        everybody = [*self.agencies, *([self.province] if self.province else [])]
        return next((agency for agency in everybody if agency.code == code), None)
