"""Frozen months: copies of what readers see and of what it was made of, in schema `published`.

A month is frozen once, as revision 1; corrections are revisions 2, 3, … Rows are added and never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import class_row
from sqlalchemy import Engine

from dvc766.failures import NeedsAPerson
from dvc766.warehouse.run_life import Run
from dvc766.warehouse.sessions import lock, transaction

# Each table of schema published, and where its rows are copied from, column by column of the same name.
COPIES = {
    "agency_rankings_monthly": ("marts", "agency_rankings_monthly"),
    "agency_scorecards_monthly": ("marts", "agency_scorecards_monthly"),
    "agency_group_scores_monthly": ("marts", "agency_group_scores_monthly"),
    "portal_rankings_monthly": ("marts", "portal_rankings_monthly"),
    "data_status": ("marts", "data_status"),
    "dossier_months": ("facts", "fct_dossier_months"),
}
# What the freeze itself decides; everything else is copied as it is shown.
_DECIDED = {
    "revision": "%(revision)s",
    "period_state": "'frozen'",
    "period_state_vi": "(select name_vi from reference.labels where code_set = 'period_state' and code = 'frozen')",
    "is_provisional": "false",
}


_REVISIONS = "select period_month, revision, frozen_at, data_as_of from published.revisions where period_month = %s"


class FreezeRefused(NeedsAPerson):
    """The month cannot be frozen; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One frozen state of a month."""

    period_month: date
    revision: int
    frozen_at: datetime
    data_as_of: datetime | None


def newest_revision(engine: Engine, month: date) -> Revision | None:
    """The newest frozen state of a month; None while it is open."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Revision)) as cursor:
        return cursor.execute(f"{_REVISIONS} order by revision desc limit 1", (month,)).fetchone()


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
        connection.execute(
            """
            insert into published.revisions (
                period_month, revision, period_kind, last_on, frozen_at, as_of, data_as_of, versions,
                code_fingerprint, reference_fingerprint, catalogue_version, build_run_id, run_id
            )
            select
                %(month)s, 1, 'month', %(last_on)s, clock_timestamp(), as_of, data_as_of, versions,
                code_fingerprint, reference_fingerprint,
                (select max(catalogue_version) from marts.data_status where period_month = %(month)s),
                run_id, %(run_id)s
            from ops.runs
            where run_id = %(build)s
            """,
            {"month": month, "last_on": last_on, "build": build.run_id, "run_id": run_id},
        )
        for table, source in COPIES.items():
            if not _copy(connection, table, source, month, revision=1):
                raise FreezeRefused(
                    f"Không có dòng nào của tháng {month:%m/%Y} trong {'.'.join(source)}; chưa chốt gì.\n"
                    "Việc cần làm: chạy build_warehouse_daily, rồi chốt lại."
                )
        with connection.cursor(row_factory=class_row(Revision)) as cursor:
            [frozen] = cursor.execute(f"{_REVISIONS} and revision = 1", (month,)).fetchall()
    return frozen


def _copy(connection: Connection[Any], table: str, source: tuple[str, str], month: date, *, revision: int) -> int:
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
    return connection.execute(statement, {"month": month, "revision": revision}).rowcount
