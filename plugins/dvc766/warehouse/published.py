"""Frozen months: copies of what readers see and of what it was made of, in schema `published`.

A month is frozen once, as revision 1; corrections are revisions 2, 3, … Rows are added and never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection, errors, sql
from psycopg.rows import class_row, dict_row
from sqlalchemy import Engine

from dvc766.failures import NeedsAPerson
from dvc766.warehouse import restatements
from dvc766.warehouse.restatements import Difference
from dvc766.warehouse.run_life import Run
from dvc766.warehouse.sessions import lock, transaction

# Each table of schema published, and where its rows are copied from, column by column of the same name: of an open
# month what is shown, of a month that is corrected what was made again aside.
COPIES = {
    "agency_rankings_monthly": (("marts", "agency_rankings_monthly"), "ind_rankings_monthly"),
    "agency_scorecards_monthly": (("marts", "agency_scorecards_monthly"), "ind_scorecards_monthly"),
    "agency_group_scores_monthly": (("marts", "agency_group_scores_monthly"), "ind_group_scores_monthly"),
    "score_changes_monthly": (("marts", "score_changes_monthly"), "ind_score_changes_monthly"),
    "portal_rankings_monthly": (("marts", "portal_rankings_monthly"), "ind_portal_rankings_monthly"),
    "score_reconciliations_monthly": (
        ("marts", "score_reconciliations_monthly"),
        "ind_score_reconciliations_monthly",
    ),
    "source_corrections_monthly": (("marts", "source_corrections_monthly"), "ind_source_corrections_monthly"),
    "rank_certainty_monthly": (("marts", "rank_certainty_monthly"), "ind_rank_certainty_monthly"),
    "data_status": (("marts", "data_status"), "ind_data_status_monthly"),
    "dossier_months": (("facts", "fct_dossier_months"), "fct_dossier_months"),
    "redating_months": (("facts", "fct_redating_months"), "fct_redating_months"),
    "filing_months": (("facts", "fct_filing_months"), "fct_filing_months"),
    "petition_months": (("facts", "fct_petition_months"), "fct_petition_months"),
    "procedure_months": (("facts", "fct_procedure_months"), "fct_procedure_months"),
}
_MAY_BE_EMPTY = (
    *("score_reconciliations_monthly", "source_corrections_monthly", "rank_certainty_monthly"),
    *("redating_months", "filing_months", "petition_months", "procedure_months"),
)
# Empty where the provincial portal was never read: then the portal's own ranking is what is frozen.
_OF_DOSSIERS = (
    *("agency_rankings_monthly", "agency_scorecards_monthly", "agency_group_scores_monthly", "score_changes_monthly"),
    "dossier_months",
)
# What the freeze itself decides; everything else is copied as it is shown.
_DECIDED = {
    "revision": "%(revision)s",
    "period_state": "'frozen'",
    "period_state_vi": "(select name_vi from reference.labels where code_set = 'period_state' and code = 'frozen')",
    "is_provisional": "false",
}


_REVISIONS = (
    "select period_month, last_on, revision, frozen_at, data_as_of from published.revisions where period_month = %s"
)


class FreezeRefused(NeedsAPerson):
    """The month cannot be frozen; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One frozen state of a month."""

    period_month: date
    last_on: date
    revision: int
    frozen_at: datetime
    data_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a frozen month gets another revision, who asked for it and who agreed."""

    reason_code: str
    note: str
    author: str
    approver: str


def newest_revision(engine: Engine, month: date) -> Revision | None:
    """The newest frozen state of a month; None while it is open."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Revision)) as cursor:
        return cursor.execute(f"{_REVISIONS} order by revision desc limit 1", (month,)).fetchone()


def details(engine: Engine, month: date, revision: int) -> Mapping[str, Any]:
    """All that is known of how a revision was made; FreezeRefused when there is no such revision."""
    with transaction(engine) as connection, connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "select * from published.revisions where (period_month, revision) = (%s, %s)", (month, revision)
        ).fetchone()
    if row is None:
        raise _no_revision(month, revision)
    return row


def author_of(engine: Engine, month: date, revision: int) -> str | None:
    """Who asked for a correction; None for the first revision."""
    author: str | None = details(engine, month, revision)["author"]
    return author


def frozen_months(engine: Engine) -> Sequence[date]:
    """The months that are frozen, oldest first."""
    with transaction(engine) as connection:
        rows = connection.execute("select distinct period_month from published.revisions order by 1").fetchall()
    return [month for (month,) in rows]


def freeze(engine: Engine, month: date, last_on: date, build: Run, run_id: int) -> Revision:
    """Freeze an open month as the marts show it now, made by `build`: all tables in one transaction.

    Raises FreezeRefused when the marts or the facts hold nothing of the month. A month that is frozen already
    is refused by the key of `published.revisions`.
    """
    with transaction(engine) as connection:
        lock(connection, "published")
        sources = {table: shown for table, (shown, _) in COPIES.items()}
        frozen = _freeze(connection, month, last_on, build, run_id, sources, 1, None)
        connection.execute("select ops.analyze_published()")
    return frozen


def correct(
    engine: Engine, before: Revision, build: Run, differences: Sequence[Difference], correction: Correction
) -> Revision:
    """Freeze the next revision of a frozen month as it was made again aside by `build`, with the differences."""
    revision = before.revision + 1
    with transaction(engine) as connection:
        lock(connection, "published")
        sources = {table: (restatements.ASIDE, made) for table, (_, made) in COPIES.items()}
        frozen = _freeze(
            connection, before.period_month, before.last_on, build, build.run_id, sources, revision, correction
        )
        columns = ("revision", *restatements.COLUMNS)
        statement = sql.SQL("insert into published.revision_differences ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(map(sql.Placeholder, columns))
        )
        connection.cursor().executemany(
            statement, [asdict(difference) | {"revision": revision} for difference in differences]
        )
        connection.execute("select ops.analyze_published()")
    return frozen


def _freeze(
    connection: Connection[Any],
    month: date,
    last_on: date,
    build: Run,
    run_id: int,
    sources: Mapping[str, tuple[str, str]],
    revision: int,
    correction: Correction | None,
) -> Revision:
    status = sql.Identifier(*sources["data_status"])
    connection.execute(
        sql.SQL(
            """
            insert into published.revisions (
                period_month, revision, period_kind, last_on, frozen_at, as_of, data_as_of, versions,
                code_fingerprint, reference_fingerprint, catalogue_version, build_run_id, run_id,
                reason_code, note, author, approver, official_source
            )
            select
                %(month)s, %(revision)s, 'month', %(last_on)s, clock_timestamp(), as_of, data_as_of, versions,
                code_fingerprint, reference_fingerprint,
                (select max(catalogue_version) from {status} where period_month = %(month)s),
                run_id, %(run_id)s, %(reason_code)s, %(note)s, %(author)s, %(approver)s,
                coalesce(  -- marts of the release before have no such column, and showed what was computed
                    (
                        select to_jsonb(month) ->> 'official_source'
                        from marts.dim_months as month
                        where period_month = %(month)s
                    ),
                    'computed'
                )
            from ops.runs
            where run_id = %(build)s
            """
        ).format(status=status),
        {"month": month, "revision": revision, "last_on": last_on, "build": build.run_id, "run_id": run_id}
        | (asdict(correction) if correction else dict.fromkeys(Correction.__annotations__)),
    )
    may_be_empty = _MAY_BE_EMPTY + (_OF_DOSSIERS if _has_scores_alone(connection, sources, month) else ())
    for table, source in sources.items():
        if not _copy(connection, table, source, month, revision=revision) and table not in may_be_empty:
            raise FreezeRefused(
                f"Không có dòng nào của tháng {month:%m/%Y} trong {'.'.join(source)}; chưa chốt gì.\n"
                "Việc cần làm: chạy build_warehouse_daily, rồi chốt lại."
            )
    with connection.cursor(row_factory=class_row(Revision)) as cursor:
        [frozen] = cursor.execute(f"{_REVISIONS} and revision = %s", (month, revision)).fetchall()
    return frozen


def _has_scores_alone(connection: Connection[Any], sources: Mapping[str, tuple[str, str]], month: date) -> bool:
    """Whether a month knows no dossier, because the provincial portal was never read, and has scores of the portal.

    Raises FreezeRefused when it has neither.
    """
    status, ranking = (sql.Identifier(*sources[table]) for table in ("data_status", "portal_rankings_monthly"))
    [(is_read, is_scored)] = connection.execute(
        sql.SQL(
            "select exists (select from {status} where period_month = %(month)s"
            " and provincial_portal_read_local_at is not null),"
            " exists (select from {ranking} where period_month = %(month)s and score is not null)"
        ).format(status=status, ranking=ranking),
        {"month": month},
    ).fetchall()
    if not is_read and not is_scored:
        raise FreezeRefused(
            f"Tháng {month:%m/%Y} không có hồ sơ (chưa kết nối Cổng dịch vụ công của tỉnh) và chưa có điểm công bố nào;"
            " chưa chốt gì.\n"
            "Việc cần làm: chờ Cổng Dịch vụ công quốc gia công bố; nếu tháng này có trước khi hệ thống bắt đầu đọc,"
            " đặt DVC766_FIRST_PERIOD là tháng đầu tiên có điểm."
        )
    return not is_read


def was_frozen(engine: Engine, month: date, moment: datetime) -> bool:
    """Whether a month was frozen before a moment."""
    with transaction(engine) as connection:
        found = connection.execute(
            "select from published.revisions where period_month = %s and frozen_at < %s limit 1", (month, moment)
        ).fetchone()
    return found is not None


def build_of(engine: Engine, month: date, revision: int) -> int:
    """The number of the run that made a revision."""
    return int(details(engine, month, revision)["build_run_id"])


def _no_revision(month: date, revision: int) -> FreezeRefused:
    return FreezeRefused(
        f"Tháng {month:%m/%Y} không có lần chốt {revision}.\nViệc cần làm: xem bảng published.revisions."
    )


def keep_reference_files(engine: Engine, fingerprint: str, files: Mapping[str, bytes]) -> None:
    """Keep the rows of reference that builds of a fingerprint are made by; what is kept already stays."""
    with transaction(engine) as connection:
        connection.cursor().executemany(
            "insert into published.reference_files (reference_fingerprint, file_name, content) values (%s, %s, %s)"
            " on conflict do nothing",
            [(fingerprint, name, content) for name, content in files.items()],
        )


def reference_files(engine: Engine, fingerprint: str) -> Mapping[str, bytes]:
    """The files that builds of a fingerprint were made by; empty when they were not kept."""
    with transaction(engine) as connection:
        rows = connection.execute(
            "select file_name, content from published.reference_files where reference_fingerprint = %s", (fingerprint,)
        ).fetchall()
    return {name: bytes(content) for name, content in rows}


def _copy(connection: Connection[Any], table: str, source: tuple[str, str], month: date, *, revision: int) -> int:
    """Copy the rows of a month; none where the release that made them had no such table. Returns how many."""
    [(name,)] = connection.execute("select to_regclass(format('%%I.%%I', %s::text, %s::text))", source).fetchall()
    if name is None:
        return 0
    columns = [
        name
        for (name,) in connection.execute(
            "select attname from pg_catalog.pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped order by attnum",
            (f"published.{table}",),
        )
    ]
    values = [sql.SQL(_DECIDED[name]) if name in _DECIDED else sql.Identifier(name) for name in columns]
    statement = sql.SQL("insert into {} ({}) select {} from {} where period_month = %(month)s").format(
        sql.Identifier("published", table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(values),
        sql.Identifier(*source),
    )
    try:
        return connection.execute(statement, {"month": month, "revision": revision}).rowcount
    except errors.UndefinedColumn as missing:
        raise FreezeRefused(
            f"Bảng {'.'.join(source)} của bản trước, thiếu cột ({missing.diag.message_primary}); chưa chốt gì.\n"
            "Việc cần làm: chạy build_warehouse_daily, rồi chốt lại."
        ) from None
