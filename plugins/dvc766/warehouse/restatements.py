"""Frozen months beside the same months made again: which figures and which records would be others.

The months made again lie in schema `aside`, the frozen ones in `published`; of a month its newest revision counts.

    published: dossier 000.00.21.H44-260811-0007, timeliness on_time     sở A   2.1   411 of 420
    aside:     the same,                          timeliness late        sở A   2.1   410 of 420
    ──► a record `changed` in the fields timeliness, is_on_time, …; a figure 411 ──► 410 with one record behind it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import class_row

ASIDE = "aside"

_NEWEST = "select period_month, max(revision) as revision from published.revisions where period_month = any(%(months)s)"

# The total of an agency has an empty indicator_code.
_FIGURES = f"""
with newest as ({_NEWEST} group by period_month),
totals as (
    select
        coalesce(was.province_code, made.province_code) as province_code,
        coalesce(was.period_month, made.period_month) as period_month,
        coalesce(was.agency_code, made.agency_code) as agency_code,
        '' as indicator_code,
        was.score as points_before, made.score as points_after,
        was.rank as rank_before, made.rank as rank_after,
        null::bigint as numerator_before, null::bigint as numerator_after,
        null::bigint as denominator_before, null::bigint as denominator_after
    from (select * from published.agency_rankings_monthly inner join newest using (period_month, revision)) as was
    full join (select * from aside.ind_rankings_monthly where period_month = any(%(months)s)) as made
        on (was.province_code, was.period_month, was.agency_code)
        = (made.province_code, made.period_month, made.agency_code)
    where (was.score, was.rank, was.grade_code, was.assessment_status, was.applicable_score)
        is distinct from (made.score, made.rank, made.grade_code, made.assessment_status, made.applicable_score)
),
indicators as (
    select
        coalesce(was.province_code, made.province_code) as province_code,
        coalesce(was.period_month, made.period_month) as period_month,
        coalesce(was.agency_code, made.agency_code) as agency_code,
        coalesce(was.indicator_code, made.indicator_code) as indicator_code,
        was.points as points_before, made.points as points_after,
        null::integer as rank_before, null::integer as rank_after,
        was.numerator as numerator_before, made.numerator as numerator_after,
        was.denominator as denominator_before, made.denominator as denominator_after
    from (select * from published.agency_scorecards_monthly inner join newest using (period_month, revision)) as was
    full join (select * from aside.ind_scorecards_monthly where period_month = any(%(months)s)) as made
        on (was.province_code, was.period_month, was.agency_code, was.indicator_code)
        = (made.province_code, made.period_month, made.agency_code, made.indicator_code)
    where (was.numerator, was.denominator, was.points, was.max_points, was.target, was.status)
        is distinct from (made.numerator, made.denominator, made.points, made.max_points, made.target, made.status)
)
select * from totals union all select * from indicators
order by period_month, province_code, agency_code, indicator_code
"""

# Of a dossier all that it is judged by may have come late: itself, a payment, a complaint.
_DOSSIER_KNOWN = """
    select max(known_from) from (
        select version.known_from
        from raw.provincial_portal__dossiers as version
        where (version.province_code, version.source_id) = (found.province_code, found.source_id)
        union all
        select payment.known_from from aside.fct_payments as payment
        where (payment.province_code, payment.dossier_code) = (found.province_code, found.code)
        union all
        select petition.known_from from aside.fct_petitions as petition
        where (petition.province_code, petition.dossier_code) = (found.province_code, found.code)
    ) as known
"""
_PETITION_KNOWN = """
    select max(version.known_from)
    from raw.provincial_portal__petitions as version
    where (version.province_code, version.petition_id) = (found.province_code, found.source_id)
"""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Records that a frozen month rests on: where they lie, by which key, and since when they are known."""

    kind: str
    published: str
    made: str
    key: tuple[str, ...]
    source_id: str
    code: str
    known_since: str
    told_later: tuple[str, ...] = ()  # columns that months frozen before an earlier release do not hold


_EVIDENCE = (
    _Evidence(
        *("dossier", "dossier_months", "fct_dossier_months", ("source", "source_id"), "source_id", "dossier_code"),
        _DOSSIER_KNOWN,
        (
            *("reporting_agency_code", "province_agency_code", "receiving_agency_code", "received_on"),
            *("clock_started_on", "supplement_days", "apologised_on"),
            *("waiting_since_on", "is_flagged_paid", "is_recoded", "is_late_for_citizen"),
        ),
    ),
    _Evidence(
        *("petition", "petition_months", "fct_petition_months", ("petition_id",), "petition_id", "petition_id"),
        _PETITION_KNOWN,
        ("reporting_agency_code", "province_agency_code"),
    ),
)

_RECORDS = """
insert into ops.restated_records (
    run_id, province_code, period_month, kind, source_id, revision, code, agency_key, change, fields, known_since
)
with newest as ({newest} group by period_month),
was as (select kept.* from published.{published} as kept inner join newest using (period_month, revision)),
made as (select again.* from aside.{made} as again inner join newest using (period_month)),
found as (
    select
        province_code, period_month, source_id, code, agency_key, change, fields
    from (
        select
            coalesce(was.province_code, made.province_code) as province_code,
            coalesce(was.period_month, made.period_month) as period_month,
            coalesce(was.{source_id}, made.{source_id}) as source_id,
            coalesce(made.{code}, was.{code}) as code,
            coalesce(made.agency_key, was.agency_key) as agency_key,
            case
                when was.period_month is null then 'added'
                when made.period_month is null then 'removed'
                else 'changed'
            end as change,
            array(
                select one.key
                from jsonb_each(to_jsonb(was)) as one
                inner join jsonb_each(to_jsonb(made)) as other using (key)
                where one.value <> other.value
                order by one.key
            ) as fields
        from was full join made on ({was_key}) = ({made_key})
        where row({was_columns}) is distinct from row({made_columns})
    ) as compared
)
select
    %(run)s, found.province_code, found.period_month, {kind}, found.source_id, newest.revision, found.code,
    found.agency_key, found.change, found.fields, ({known_since})
from found inner join newest using (period_month)
"""

# Which records stand behind an agency's figures, the months made again say: who answers for whom.
_RESTATEMENTS = """
insert into ops.restatements (run_id, revision, {names}, records, known_since, causes)
with newest as ({newest} group by period_month),
behind as (
    select bridge.period_month, bridge.agency_code, count(*) as records, min(record.known_since) as known_since
    from ops.restated_records as record
    inner join (
        select distinct province_code, period_month, recorded_agency_key, agency_code
        from aside.bridge_agencies_by_month
    ) as bridge
        on record.province_code = bridge.province_code
        and record.period_month = bridge.period_month
        and coalesce(record.agency_key, '') = bridge.recorded_agency_key
    where record.run_id = %(run)s
    group by bridge.period_month, bridge.agency_code
)
select
    %(run)s, newest.revision, {names}, coalesce(behind.records, 0), behind.known_since,
    array_remove(array[
        case when behind.records > 0 then 'records' end,
        case when made.reference_fingerprint <> frozen.reference_fingerprint then 'reference' end,
        case when made.code_fingerprint <> frozen.code_fingerprint then 'code' end
    ], null)
from ({figures}) as figure
inner join newest using (period_month)
inner join published.revisions as frozen using (period_month, revision)
inner join ops.runs as made on made.run_id = %(run)s
left join behind using (period_month, agency_code)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a frozen month, and what it would be; the total of an agency has an empty indicator_code."""

    province_code: str
    period_month: date
    agency_code: str
    indicator_code: str
    points_before: Decimal | None
    points_after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    numerator_before: int | None
    numerator_after: int | None
    denominator_before: int | None
    denominator_after: int | None


COLUMNS = tuple(Difference.__annotations__)


def figures(connection: Connection[Any], months: Sequence[date]) -> list[Difference]:
    """The figures of frozen months that differ from the months made again."""
    with connection.cursor(row_factory=class_row(Difference)) as cursor:
        return cursor.execute(_FIGURES.encode(), {"months": list(months)}).fetchall()


def record(connection: Connection[Any], run_id: int, months: Sequence[date]) -> int:
    """Write to ops what differs in frozen months, figures and records; returns how many records."""
    records = sum(_record_evidence(connection, run_id, months, one) for one in _EVIDENCE)
    statement = sql.SQL(_RESTATEMENTS).format(
        names=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
        newest=sql.SQL(_NEWEST),
        figures=sql.SQL(_FIGURES),
    )
    connection.execute(statement, {"run": run_id, "months": list(months)})
    return records


def _record_evidence(connection: Connection[Any], run_id: int, months: Sequence[date], one: _Evidence) -> int:
    columns = [
        name
        for (name,) in connection.execute(
            "select attname from pg_catalog.pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and attname <> 'revision' and attname <> all(%s) order by attnum",
            (f"published.{one.published}", list(one.told_later)),
        )
    ]
    key = ("province_code", "period_month", *one.key)
    statement = sql.SQL(_RECORDS).format(
        newest=sql.SQL(_NEWEST),
        published=sql.Identifier(one.published),
        made=sql.Identifier(one.made),
        source_id=sql.Identifier(one.source_id),
        code=sql.Identifier(one.code),
        kind=sql.Literal(one.kind),
        known_since=sql.SQL(one.known_since),
        was_key=_qualified("was", key),
        made_key=_qualified("made", key),
        was_columns=_qualified("was", columns),
        made_columns=_qualified("made", columns),
    )
    return connection.execute(statement, {"run": run_id, "months": list(months)}).rowcount


def _qualified(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, column) for column in columns)
