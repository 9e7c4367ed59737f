"""Reads what a publication says: one revision of a month from schema `published`, or an open month from `marts`.

A revision that was frozen stays as it is, so the same call gives the same content for ever: history stops at what was
frozen when the revision was, and no clock is asked. An open month has revision 0 and is provisional: what it says
holds until the next build.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, LiteralString, TypeVar

from psycopg import Connection, sql
from psycopg.rows import class_row, dict_row
from sqlalchemy import Engine

from dvc766.clock import LOCAL_ZONE
from dvc766.failures import NeedsAPerson
from dvc766.reporting import rows
from dvc766.reporting.content import Agency, Publication, Terms
from dvc766.reporting.frozen_reference import FrozenReference
from dvc766.sealing.verifier import short_hash
from dvc766.warehouse import published, report_texts
from dvc766.warehouse.sessions import transaction

MONTHS_OF_HISTORY = 12

Row = TypeVar("Row")

_OF_REVISION: LiteralString = "period_month = %(month)s and revision = %(revision)s"

# Rows of one class from one relation, its columns by the names of the class.
_PLAIN: tuple[tuple[str, type, str, LiteralString], ...] = (
    ("groups", rows.GroupScore, "agency_group_scores_monthly", "group_order"),
    ("indicators", rows.IndicatorScore, "agency_scorecards_monthly", "indicator_order"),
    ("changes", rows.Change, "score_changes_monthly", "indicator_order"),
    ("certainty", rows.Certainty, "rank_certainty_monthly", "agency_code"),
    ("differences", rows.Difference, "score_reconciliations_monthly", "row_code"),
)

_REASONS: LiteralString = """
select agency_code, indicator_code, reason_code, reason_vi, count(*)::integer as records
from (
    select agency_code, indicator_code, reason_code, reason_vi from marts.dossier_deductions_by_revision
    where period_month = %(month)s and revision = %(revision)s
    union all
    select agency_code, indicator_code, reason_code, reason_vi from marts.procedure_deductions_by_revision
    where period_month = %(month)s and revision = %(revision)s
    union all
    select agency_code, indicator_code, reason_code, reason_vi from marts.petition_deductions_by_revision
    where period_month = %(month)s and revision = %(revision)s
) as record
group by agency_code, indicator_code, reason_code, reason_vi
order by agency_code collate "C", indicator_code collate "C", records desc, reason_code collate "C"
"""
_LOST: LiteralString = """
select
    agency_code, indicator_code, 'dossier' as kind, dossier_code as code, procedure_code, procedure_name_vi, reason_vi,
    coalesce(received_on, submitted_on) as received_on, due_on, finished_on, working_days_late, apologised_on
from marts.dossier_deductions_by_revision
where period_month = %(month)s and revision = %(revision)s
union all
select
    agency_code, indicator_code, 'procedure', procedure_code, procedure_code, procedure_name_vi, reason_vi,
    null, null, null, null, null
from marts.procedure_deductions_by_revision
where period_month = %(month)s and revision = %(revision)s
union all
select
    agency_code, indicator_code, 'petition', petition_id, null, null, reason_vi,
    received_on, due_on, answered_on, null, null
from marts.petition_deductions_by_revision
where period_month = %(month)s and revision = %(revision)s
order by agency_code, indicator_code, working_days_late desc nulls last, code
"""
_LATENESS: LiteralString = """
select
    bearer.agency_code,
    count(*)::integer as timed,
    count(*) filter (where late_reason = 'finished_late')::integer as finished_late,
    count(*) filter (where late_reason = 'open_past_deadline')::integer as open_past_deadline,
    count(*) filter (where late_reason = 'second_supplement')::integer as second_supplement,
    count(*) filter (where late_reason = 're_dated_late')::integer as re_dated,
    count(*) filter (where not is_on_time and apologised_on is not null)::integer as with_apology
from {dossiers} as dossier
cross join lateral (values (reporting_agency_code), (province_agency_code)) as bearer (agency_code)
where period_month = %(month)s and revision = %(revision)s and is_timed and bearer.agency_code is not null
group by bearer.agency_code
"""
_PROCEDURES: LiteralString = """
with fees as (
    select
        bearer.agency_code,
        procedure_code,
        count(*) filter (where has_fee)::integer as fee_dossiers,
        count(*) filter (where has_fee and not is_paid_online)::integer as fee_dossiers_not_online
    from {dossiers} as dossier
    cross join lateral (values (reporting_agency_code), (province_agency_code)) as bearer (agency_code)
    where period_month = %(month)s and revision = %(revision)s
    group by bearer.agency_code, procedure_code
)

select
    agency_code,
    procedure_code,
    procedure_name_vi,
    is_offered_online,
    is_fee_bearing,
    dossiers_in_hand,
    dossiers_late,
    dossiers_in_hand - dossiers_with_result_file as dossiers_without_result_file,
    dossiers_filed,
    dossiers_filed - dossiers_filed_online as dossiers_filed_not_online,
    coalesce(fee_dossiers, 0) as fee_dossiers,
    coalesce(fee_dossiers_not_online, 0) as fee_dossiers_not_online
from {procedures} as procedure
left join fees using (agency_code, procedure_code)
where period_month = %(month)s and revision = %(revision)s and dossiers_in_hand + dossiers_filed > 0
order by agency_code, procedure_code
"""
_HISTORY: LiteralString = """
select distinct on (ranking.period_month, ranking.agency_code)
    ranking.lineage_code, ranking.agency_code, ranking.period_month as month, ranking.period_label as label,
    ranking.score, ranking.rank, ranking.ranked_agencies, ranking.catalogue_version
from published.agency_rankings_monthly as ranking
inner join published.revisions as kept using (period_month, revision)
where
    ranking.period_month <= %(month)s
    and ranking.period_month > %(month)s::date - make_interval(months => %(months)s)
    and (kept.frozen_at < %(frozen_at)s or (kept.period_month, kept.revision) = (%(month)s, %(revision)s))
order by ranking.period_month, ranking.agency_code, ranking.revision desc
"""
_REVISIONS: LiteralString = """
select
    kept.revision, kept.frozen_at, kept.reason_code as reason_vi, kept.note,
    count(*) filter (
        where moved.indicator_code <> '' and moved.points_before is distinct from moved.points_after
    )::integer as cells_changed,
    count(distinct moved.agency_code) filter (where moved.rank_before is distinct from moved.rank_after)::integer
        as ranks_changed
from published.revisions as kept
left join published.revision_differences as moved using (period_month, revision)
where kept.period_month = %(month)s and kept.revision <= %(revision)s
group by kept.period_month, kept.revision
order by kept.revision
"""
_STATUS: LiteralString = f"select * from {{status}} where {_OF_REVISION} order by province_code limit 1"
_SEALED: LiteralString = f"select sequence, manifest_sha256 from published.publications where {_OF_REVISION}"


_RUNNING: LiteralString = """
select
    period_month, last_on, 0 as revision, null as reason_code, null as note, official_source, status.catalogue_version,
    status.data_as_of_local_at at time zone 'Asia/Ho_Chi_Minh' as data_as_of,
    status.data_as_of_local_at at time zone 'Asia/Ho_Chi_Minh' as frozen_at
from marts.dim_months
inner join marts.data_status as status using (period_month)
where period_month = %(month)s and dim_months.revision = 0
order by status.province_code
limit 1
"""


class NoOpenMonth(NeedsAPerson):
    """A month was asked for as an open one, and is frozen or not read."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the rows of a revision stand: the marts of readers, and the facts they were counted from."""

    schema: LiteralString
    dossiers: LiteralString
    procedures: LiteralString

    def within(self, query: LiteralString) -> sql.Composed:
        """A query over this place's relations."""
        return sql.SQL(query).format(
            dossiers=sql.SQL(self.dossiers),
            procedures=sql.SQL(self.procedures),
            status=sql.Identifier(self.schema, "data_status"),
        )


_FROZEN = _Place("published", "published.dossier_months", "published.procedure_months")
_OPEN = _Place(
    "marts",
    "(select *, 0 as revision from marts.open_dossier_months)",
    "(select *, 0 as revision from marts.open_procedure_months)",
)


def read(engine: Engine, month: date, revision: int, terms: Terms) -> Publication:
    """What is published of a revision. Raises FreezeRefused when there is no such revision."""
    details = published.details(engine, month, revision)
    reference = FrozenReference(published.reference_files(engine, details["reference_fingerprint"]))
    with transaction(engine) as connection:
        return _publication(connection, _FROZEN, details, reference, terms)


def read_running(engine: Engine, month: date, terms: Terms, *, reference_files: Mapping[str, bytes]) -> Publication:
    """What a month that is not frozen says so far: the same content, as revision 0, provisional until it is frozen.

    `reference_files` are those of the installation (transform.reference_files). Raises NoOpenMonth.
    """
    with transaction(engine) as connection:
        with connection.cursor(row_factory=dict_row) as cursor:
            details = cursor.execute(_RUNNING, {"month": month}).fetchone()
        if details is None:
            raise NoOpenMonth(
                f"Tháng {month:%m/%Y} đã chốt hoặc chưa có số liệu, nên không có số tạm tính.\n"
                "Việc cần làm: xem các tháng chưa chốt trong marts.dim_months (cột period_state)."
            )
        return _publication(connection, _OPEN, details, FrozenReference(reference_files), terms)


def _publication(
    connection: Connection[Any],
    place: _Place,
    details: Mapping[str, Any],
    reference: FrozenReference,
    terms: Terms,
) -> Publication:
    asked = {
        "month": details["period_month"],
        "revision": details["revision"],
        "frozen_at": details["frozen_at"] if place is _FROZEN else "infinity",
        "months": MONTHS_OF_HISTORY,
    }
    order: LiteralString = "peer_group, rank nulls last, display_order, agency_code"
    ranking = _select(rows.Standing, (place.schema, "agency_rankings_monthly"), order)
    standings = _rows(connection, rows.Standing, ranking, asked)
    of_agencies = {
        name: _by_agency(_rows(connection, kind, _select(kind, (place.schema, relation), order), asked))
        for name, kind, relation, order in _PLAIN
    }
    queried = {
        "reasons": _by_agency(_rows(connection, rows.Reason, _REASONS, asked)),
        "lost_records": _by_agency(_rows(connection, rows.LostRecord, _LOST, asked)),
        "lateness": _by_agency(_rows(connection, rows.Lateness, place.within(_LATENESS), asked)),
        "procedures": _by_agency(_rows(connection, rows.ProcedureCount, place.within(_PROCEDURES), asked)),
    }
    history = _by_agency(_rows(connection, rows.PastMonth, _HISTORY, asked), "lineage_code")
    revisions = _rows(connection, rows.RevisionNote, _REVISIONS, asked)
    head = _head(connection, place, details, asked, reference, terms, standings)
    agencies = [_agency(standing, of_agencies | queried, history) for standing in standings]
    return Publication(
        head=head,
        province=next((agency for agency in agencies if agency.standing.peer_group == rows.PROVINCE), None),
        agencies=sorted(
            (agency for agency in agencies if agency.standing.peer_group != rows.PROVINCE),
            key=lambda agency: reference.place_of_peer_group(agency.standing.peer_group),
        ),
        revisions=[reference.named(replace(note, frozen_at=_local(note.frozen_at))) for note in revisions],
        rules=reference.rules(head.last_on),
        grades=reference.grades(head.last_on),
        statement=terms.statement,
        texts=report_texts.newest(connection, head.month, head.revision),
    )


def _head(
    connection: Connection[Any],
    place: _Place,
    details: Mapping[str, Any],
    asked: Mapping[str, Any],
    reference: FrozenReference,
    terms: Terms,
    standings: Sequence[rows.Standing],
) -> rows.Head:
    with connection.cursor(row_factory=dict_row) as cursor:
        status = cursor.execute(place.within(_STATUS), asked).fetchone() or {}
        sealed = cursor.execute(_SEALED, asked).fetchone() or {"sequence": None, "manifest_sha256": None}
    province = next((row for row in standings if row.peer_group == rows.PROVINCE), None)
    data_as_of = details["data_as_of"]
    return rows.Head(
        province_code=status["province_code"],
        province_name_vi=province.agency_name_vi if province else status["province_code"],
        month=details["period_month"],
        label=status["period_label"],
        last_on=details["last_on"],
        revision=details["revision"],
        reason_vi=reference.label("revision_reason", details["reason_code"]),
        note=details["note"],
        frozen_at=_local(details["frozen_at"]),
        data_as_of=_local(data_as_of) if data_as_of else None,
        catalogue_version=details["catalogue_version"],
        catalogue_name_vi=reference.catalogue_name(details["catalogue_version"]),
        official_source=details["official_source"],
        is_synthetic=status["is_synthetic"],
        number=sealed["sequence"],
        short_hash=short_hash(sealed["manifest_sha256"]) if sealed["manifest_sha256"] else None,
        next_release=terms.next_release,
        least_shown=terms.least_shown,
        counts=rows.Counts(**{field.name: status[field.name] or 0 for field in fields(rows.Counts)}),
    )


def _local(instant: datetime) -> datetime:
    """An instant as a local time without a zone, as documents show it."""
    return instant.astimezone(LOCAL_ZONE).replace(tzinfo=None)


def _select(kind: type, relation: tuple[str, str], order: LiteralString) -> sql.Composed:
    """The columns of a class, of one revision, in an order of texts by their bytes."""
    columns = sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(kind))
    return sql.SQL("select {} from {} where {} order by {}").format(
        columns,
        sql.Identifier(*relation),
        sql.SQL(_OF_REVISION),
        sql.SQL(", ").join(_in_letters(part) for part in order.split(", ")),
    )


def _in_letters(part: LiteralString) -> sql.Composable:
    name, _, more = part.partition(" ")
    is_text = name in ("peer_group", "agency_code", "row_code")
    return sql.Identifier(name) + sql.SQL(' collate "C"' if is_text else "") + sql.SQL(f" {more}" if more else "")


def _rows(connection: Connection[Any], kind: type[Row], query: Any, asked: Mapping[str, Any]) -> list[Row]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, asked).fetchall()


def _by_agency(found: Sequence[Any], key: str = "agency_code") -> Mapping[str, Sequence[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        grouped[getattr(row, key)].append(row)
    return grouped


def _agency(
    standing: rows.Standing,
    parts: Mapping[str, Mapping[str, Sequence[Any]]],
    history: Mapping[str, Sequence[rows.PastMonth]],
) -> Agency:
    own: dict[str, Any] = {name: found.get(standing.agency_code, ()) for name, found in parts.items()}
    for single in ("certainty", "lateness"):
        own[single] = next(iter(own[single]), None)
    return Agency(standing=standing, history=history.get(standing.lineage_code, ()), **own)
