"""Why an agency has the points it has: its count, and every record that is not in the numerator.

H44.03, indicator 2.1, 08/2025: 118 of 120      listed: 2 dossiers, each with its reason and its dates
118 + 2 = 120: the list is whole
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import sql
from psycopg.rows import class_row
from sqlalchemy import Engine

from dvc766.failures import NeedsAPerson
from dvc766.warehouse.sessions import transaction

_CARD = """
select
    card.province_code, card.period_month, card.revision, card.period_state_vi, card.agency_code, card.agency_name_vi,
    card.indicator_code, card.indicator_name_vi, card.numerator, card.denominator, card.target, card.points,
    card.max_points, card.status_vi, card.scope, card.scope_vi, indicator.is_counted_by_portal
from {cards} as card
inner join marts.dim_indicator_versions as indicator
    on
        card.indicator_code = indicator.indicator_code
        and indicator.valid_from < card.period_month + interval '1 month'
        and coalesce(indicator.valid_to >= (card.period_month + interval '1 month')::date - 1, true)
where card.period_month = %(month)s and card.agency_code = %(agency)s and card.indicator_code = %(indicator)s
    and card.revision = coalesce(%(revision)s, card.revision)
"""
_RECORDS = """
select
    'dossier' as kind, dossier_code as code, procedure_code, procedure_name_vi, reason_code, reason_vi,
    coalesce(submitted_on, received_on) as began_on, original_due_on, due_on, finished_on, working_days_late,
    supplement_days, apologised_on, lateness_kind_vi, source_id
from marts.dossier_deductions_by_revision
where {asked}
union all
select
    'procedure', procedure_code, procedure_code, procedure_name_vi, reason_code, reason_vi,
    null, null, null, null, null, null, null, null, null
from marts.procedure_deductions_by_revision
where {asked}
union all
select
    'petition', petition_id, null, null, reason_code, reason_vi, received_on, due_on, due_on, answered_on,
    null, null, null, null, null
from marts.petition_deductions_by_revision
where {asked}
order by reason_code, began_on, code
"""
# A value that the province bears for every agency may be wrong in the province's row alone.
_CORRECTIONS = """
select distinct correction_id, portal_vi, what_vi, status_vi, guard_state_vi, effect_points, effect_cases
from {corrections}
where period_month = %(month)s and revision = %(revision)s and agency_code in (%(agency)s, %(bearer)s)
    and coalesce(indicator_code = %(indicator)s, true) and status <> 'rejected'
order by correction_id
"""
_REDATINGS = """
select
    source_id, date_vi, before_on, after_on, redated_local_at::date as redated_on, is_apologised,
    is_on_time_before, is_on_time_after
from marts.dossier_redatings_by_revision
where
    period_month = %(month)s and revision = %(revision)s and agency_code = %(bearer)s and source_id = any(%(dossiers)s)
order by source_id, change_number
"""
_ASKED = """
    period_month = %(month)s and revision = %(revision)s
    and agency_code = %(bearer)s and indicator_code = %(indicator)s
"""


class NoSuchScore(NeedsAPerson):
    """There is no such score; the message says what was asked for."""


@dataclass(frozen=True, slots=True)
class Score:
    """One cell of a scorecard; `scope` is `province` where every agency carries the province's value."""

    province_code: str
    period_month: date
    revision: int
    period_state_vi: str
    agency_code: str
    agency_name_vi: str
    indicator_code: str
    indicator_name_vi: str
    numerator: int | None
    denominator: int | None
    target: Decimal
    points: Decimal | None
    max_points: Decimal
    status_vi: str
    scope: str
    scope_vi: str
    is_counted_by_portal: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A dossier, procedure or petition that is not in the numerator: why, and the dates that decide it."""

    kind: str
    code: str
    procedure_code: str | None
    procedure_name_vi: str | None
    reason_code: str
    reason_vi: str
    began_on: date | None
    original_due_on: date | None
    due_on: date | None
    finished_on: date | None
    working_days_late: int | None
    supplement_days: int | None
    apologised_on: date | None
    lateness_kind_vi: str | None  # of 2.1 alone
    source_id: str | None  # of dossiers


@dataclass(frozen=True, slots=True)
class Redating:
    """A date of a listed dossier that was changed after the fact; on time by the value before, and after."""

    source_id: str
    date_vi: str
    before_on: date | None
    after_on: date
    redated_on: date
    is_apologised: bool
    is_on_time_before: bool | None
    is_on_time_after: bool | None


@dataclass(frozen=True, slots=True)
class KnownError:
    """A known error of a portal that touches the score; told beside it, never counted in."""

    correction_id: str
    portal_vi: str
    what_vi: str
    status_vi: str
    guard_state_vi: str
    effect_points: Decimal | None
    effect_cases: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score, all that is not in its numerator, known errors that touch it, and dates changed after the fact."""

    score: Score
    records: Sequence[Record]
    known_errors: Sequence[KnownError] = ()
    redatings: Sequence[Redating] = ()

    @property
    def is_whole(self) -> bool:
        """Whether numerator and listed records make the denominator."""
        return (self.score.numerator or 0) + len(self.records) == (self.score.denominator or 0)


def explain(engine: Engine, month: date, agency: str, indicator: str, revision: int | None = None) -> Explanation:
    """Explain one cell as it stands now, or as a revision of a frozen month has it.

    Of what the national portal counts (`is_counted_by_portal`) no record is known, so none is listed. Raises
    NoSuchScore.
    """
    asked: dict[str, Any] = {"month": month, "agency": agency, "indicator": indicator, "revision": revision}
    schema = "marts" if revision is None else "published"
    cards = sql.Identifier(schema, "agency_scorecards_monthly")
    corrections = sql.Identifier(schema, "source_corrections_monthly")
    with transaction(engine) as connection:
        connection.execute("set local jit = off")  # compiling costs more than reading
        with connection.cursor(row_factory=class_row(Score)) as cursor:
            score = cursor.execute(sql.SQL(_CARD).format(cards=cards), asked).fetchone()
        if score is None:
            which = f", lần chốt {revision}" if revision is not None else ""
            raise NoSuchScore(
                f"Không có điểm của cơ quan {agency}, chỉ số {indicator}, tháng {month:%m/%Y}{which}.\n"
                "Việc cần làm: xem mã cơ quan và chỉ số trong marts.agency_scorecards_monthly."
            )
        bearer = score.province_code if score.scope == "province" else score.agency_code
        asked |= {"revision": score.revision, "bearer": bearer}
        with connection.cursor(row_factory=class_row(Record)) as records:
            listed = records.execute(sql.SQL(_RECORDS).format(asked=sql.SQL(_ASKED)), asked).fetchall()
        with connection.cursor(row_factory=class_row(KnownError)) as errors:
            known = errors.execute(sql.SQL(_CORRECTIONS).format(corrections=corrections), asked).fetchall()
        dossiers = [one.source_id for one in listed if one.source_id]
        with connection.cursor(row_factory=class_row(Redating)) as redatings:
            changed = redatings.execute(_REDATINGS, asked | {"dossiers": dossiers}).fetchall()
    return Explanation(score, listed, known, changed)
