"""Views of readers: over the readers' tables and what is published, never a second copy of a row.

dbt makes them over the candidates; readers get the same text over the tables they see.

    marts_candidate.dossier_deductions_monthly   over marts_candidate.open_dossier_months, published.dossier_months
    marts.dossier_deductions_monthly             over marts.open_dossier_months, published.dossier_months
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

# In the order in which one reads the other.
VIEWS = (
    "dossier_deductions_by_revision",
    "dossier_deductions_monthly",
    "petition_deductions_by_revision",
    "petition_deductions_monthly",
    "procedure_deductions_by_revision",
    "procedure_deductions_monthly",
    "agency_procedures_monthly",
    "dossiers_filed_monthly",
    "dossiers_in_hand_monthly",
    "dossier_redatings_by_revision",
    "dossier_redatings_monthly",
    "dossier_steps_monthly",
    "agency_lateness_monthly",
    "portal_evidence_monthly",
)


def texts(connection: Connection[Any], schema: str) -> Mapping[str, str]:
    """The text of each view of a schema; names of the same schema stand without it."""
    with _within(connection, schema):
        rows = connection.execute(
            "select relname, pg_get_viewdef(oid) from pg_catalog.pg_class"
            " where relnamespace = %s::regnamespace and relkind = 'v' and relname = any(%s)",
            (schema, list(VIEWS)),
        ).fetchall()
    return dict(rows)


def drop(connection: Connection[Any], schema: str) -> None:
    """Drop the views of a schema; fails where somebody has built on one of them."""
    for name in reversed(VIEWS):
        connection.execute(sql.SQL("drop view if exists {}").format(sql.Identifier(schema, name)))


def make(connection: Connection[Any], schema: str, wanted: Mapping[str, str]) -> None:
    """Make the views of a schema from their texts."""
    with _within(connection, schema):
        for name in VIEWS:
            if name in wanted:
                text = sql.SQL(wanted[name])
                connection.execute(sql.SQL("create view {} as ").format(sql.Identifier(schema, name)) + text)


@contextmanager
def _within(connection: Connection[Any], schema: str) -> Iterator[None]:
    """Names without a schema are those of this one, until the end of the block."""
    [(before,)] = connection.execute("select current_setting('search_path')").fetchall()
    connection.execute("select set_config('search_path', %s, true)", (schema,))
    yield
    connection.execute("select set_config('search_path', %s, true)", (before,))
