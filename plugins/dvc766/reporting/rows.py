"""The rows of a publication: one class for each thing that is said of an agency, an indicator or the month itself.

Each row is read from `published` as it was frozen; local times are Asia/Ho_Chi_Minh, days are dates, and None means
that there is no value, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

PROVINCE = "province"  # the peer group of the province's own row: shown, never ranked


@dataclass(frozen=True, slots=True)
class Head:
    """What is published: which month and revision (0 = not frozen yet), made of what, sealed as what.

    Times are local (Asia/Ho_Chi_Minh). `short_hash` is empty until the revision is sealed; `number` is its place in
    the chain of publications. Of a procedure, the public edition tells no count under `least_shown`.
    """

    province_code: str
    province_name_vi: str
    month: date
    label: str
    last_on: date
    revision: int
    reason_vi: str | None
    note: str | None
    frozen_at: datetime
    data_as_of: datetime | None
    catalogue_version: str
    catalogue_name_vi: str
    official_source: Literal["computed", "portal"]
    is_synthetic: bool
    number: int | None
    short_hash: str | None
    next_release: date
    least_shown: int
    counts: Counts

    @property
    def is_provisional(self) -> bool:
        """Whether the month is not frozen yet, so that its figures still move."""
        return self.revision == 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records a month rests on, and what could not be judged."""

    agencies: int
    ranked_agencies: int
    dossiers_in_hand: int
    dossiers_received: int
    dossiers_filed: int
    dossiers_without_deadline: int
    dossiers_of_unlisted_agencies: int
    petitions_in_hand: int
    indicators_without_data: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The rank, score and grade of one agency in its peer group; unranked agencies have a status instead."""

    agency_code: str
    agency_name_vi: str
    lineage_code: str
    peer_group: str
    peer_group_vi: str
    display_order: int
    agency_sort_key: str
    rank: int | None
    ranked_agencies: int
    tied_agencies: int | None
    score: Decimal | None
    grade_code: str | None
    grade_name_vi: str | None
    previous_rank: int | None
    previous_score: Decimal | None
    rank_change: int | None
    score_change: Decimal | None
    peer_median_score: Decimal | None
    dossiers_in_hand: int | None
    is_small_base: bool | None
    assessment_status: str
    assessment_status_vi: str


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The points of one agency in one criterion group, beside its peers; points None = nothing to score ("—")."""

    agency_code: str
    group_code: str
    group_name_vi: str
    group_order: int
    points: Decimal | None
    max_points: Decimal
    percent: Decimal | None
    group_rank: int | None
    peer_median: Decimal | None
    peer_upper_quartile: Decimal | None
    peer_best: Decimal | None


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One indicator of one agency: how many of how many, against which target, worth how many points."""

    agency_code: str
    group_code: str
    indicator_code: str
    indicator_name_vi: str
    indicator_order: int
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    target: Decimal | None
    max_points: Decimal
    points: Decimal | None
    lost_points: Decimal | None
    peer_median_ratio: Decimal | None
    status: str
    status_vi: str
    scope: str
    scope_vi: str


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one indicator's points since the month before, taken apart; the four parts add up to it."""

    agency_code: str
    group_code: str
    indicator_code: str
    comparison_status: str
    comparison_status_vi: str
    previous_points: Decimal | None
    restated_points: Decimal | None
    rules_points: Decimal | None
    mix_points: Decimal | None
    facts_points: Decimal | None
    points: Decimal | None
    points_change: Decimal | None


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a rank is: the interval when any one dossier is left out, and the way to the next rank."""

    agency_code: str
    points_to_next_rank: Decimal | None
    points_to_rank_below: Decimal | None
    rank_lowest: int | None
    rank_highest: int | None
    dossiers_that_change_rank: int | None
    dossiers_to_next_rank: int | None
    volume_band_vi: str | None
    rank_in_band: int | None
    agencies_in_band: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Our points of a group or indicator beside the national portal's; `indicator_code` None = the whole group."""

    agency_code: str
    group_code: str
    indicator_code: str | None
    our_points: Decimal | None
    portal_points: Decimal | None
    difference: Decimal | None
    cause_code: str
    cause_vi: str
    portal_captured_on: date | None


@dataclass(frozen=True, slots=True)
class Reason:
    """How many records of an agency cost points in an indicator for one reason."""

    agency_code: str
    indicator_code: str
    reason_code: str
    reason_vi: str
    records: int


@dataclass(frozen=True, slots=True)
class ProcedureCount:
    """What a procedure of an agency counts in the month.

    A detail below the agency: in the public edition small counts are None, said as "dưới 5".
    """

    agency_code: str
    procedure_code: str
    procedure_name_vi: str | None
    is_offered_online: bool
    is_fee_bearing: bool
    dossiers_in_hand: int
    dossiers_late: int | None
    dossiers_without_result_file: int | None
    dossiers_filed: int | None
    dossiers_filed_not_online: int | None
    fee_dossiers: int | None
    fee_dossiers_not_online: int | None


@dataclass(frozen=True, slots=True)
class Lateness:
    """The late dossiers of an agency, told apart; they add up to the denominator less the numerator of 2.1."""

    agency_code: str
    timed: int
    finished_late: int
    open_past_deadline: int
    second_supplement: int
    re_dated: int
    with_apology: int

    @property
    def late(self) -> int:
        """All late dossiers."""
        return self.finished_late + self.open_past_deadline + self.second_supplement + self.re_dated


@dataclass(frozen=True, slots=True)
class LostRecord:
    """One record that cost points; for the internal edition alone.

    `kind` is dossier, procedure or petition; `code` is the dossier's, procedure's or petition's own.
    """

    agency_code: str
    indicator_code: str
    kind: str
    code: str | None
    procedure_code: str | None
    procedure_name_vi: str | None
    reason_vi: str
    received_on: date | None
    due_on: date | None
    finished_on: date | None
    working_days_late: int | None
    apologised_on: date | None


@dataclass(frozen=True, slots=True)
class PastMonth:
    """How an agency stood in an earlier month, as it was frozen then; `lineage_code` follows it across a merger."""

    lineage_code: str
    agency_code: str
    month: date
    label: str
    score: Decimal | None
    rank: int | None
    ranked_agencies: int | None
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class RevisionNote:
    """One frozen state of the month: when, why, and how many scores it moved."""

    revision: int
    frozen_at: datetime
    reason_vi: str | None
    note: str | None
    cells_changed: int
    ranks_changed: int


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """How an indicator is scored in the month, for the page of methods."""

    indicator_code: str
    group_code: str
    name_vi: str
    max_points: Decimal
    target: Decimal
    zero_rule_vi: str
    scope_vi: str
    legal_basis: str
    target_basis: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A class of scores: from `min_score` up to the next one."""

    grade_code: str
    name_vi: str
    min_score: Decimal
    legal_basis: str
