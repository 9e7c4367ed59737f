"""What ODBC and BI tools read of the marts beside rows: keys, references between tables, columns never empty.

Declared here and not in the candidates, which are views. References are checked when the whole set has been taken
over, for a table may be filled before the one it points to. What is declared here needs no test in the dbt project: a
candidate that breaks it is refused before a reader sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection, sql

_References = dict[tuple[str, ...], str]
_MONTH: _References = {("period_month",): "dim_months"}
_AGENCY: _References = {("province_code", "agency_code"): "dim_agencies"}
_INDICATOR: _References = {("indicator_code",): "dim_indicators"}
_STATUS: _References = {("province_code", "period_month"): "data_status"}
_HEAD = (
    *("period_label", "period_sort", "peer_group", "peer_group_vi", "agency_name_vi", "agency_sort_key"),
    *("agency_search_text", "lineage_code", "display_order", "assessment_status", "assessment_status_vi"),
    *("period_state", "period_state_vi", "is_provisional", "revision", "is_latest_period"),
)
_CORRECTION = (
    *("portal_code", "portal_vi", "valid_from", "reason_code", "reason_vi", "what_vi", "evidence", "reported_on"),
    *("status", "status_vi", "is_open", "legal_basis", "guard_state", "guard_state_vi", "has_outlived_error"),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of a mart, the columns that point to another mart's key, and those that are never empty."""

    primary: tuple[str, ...]
    foreign: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    not_null: tuple[str, ...] = ()


KEYS: Mapping[str, Keys] = {
    "agency_rankings_monthly": Keys(
        ("province_code", "period_month", "agency_code"),
        _MONTH | _AGENCY | _STATUS,
        (*_HEAD, "ranked_agencies", "score", "dossiers_in_hand", "is_small_base", "catalogue_version"),
    ),
    "agency_scorecards_monthly": Keys(
        ("province_code", "period_month", "agency_code", "indicator_code"),
        _MONTH | _AGENCY | _INDICATOR | _STATUS,
        (
            *_HEAD,
            *("group_code", "group_name_vi", "group_order", "indicator_name_vi", "indicator_order"),
            *("target", "max_points", "status", "status_vi", "scope", "scope_vi"),
        ),
    ),
    "score_changes_monthly": Keys(
        ("province_code", "period_month", "agency_code", "indicator_code"),
        _MONTH | _AGENCY | _INDICATOR | _STATUS,
        (
            *_HEAD,
            *("group_code", "group_name_vi", "group_order", "indicator_name_vi", "indicator_order"),
            *("comparison_status", "comparison_status_vi", "is_catalogue_break"),
        ),
    ),
    "agency_group_scores_monthly": Keys(
        ("province_code", "period_month", "agency_code", "group_code"),
        _MONTH | _AGENCY | _STATUS,
        (*_HEAD, "group_name_vi", "group_order", "max_points"),
    ),
    "portal_rankings_monthly": Keys(
        ("province_code", "period_month", "agency_code"),
        _MONTH | _AGENCY | _STATUS,
        (*_HEAD, "ranked_agencies", "catalogue_version"),
    ),
    "score_reconciliations_monthly": Keys(
        ("province_code", "period_month", "agency_code", "row_code"),
        _MONTH | _AGENCY | _STATUS,
        ("agency_name_vi", "group_code", "difference", "cause_code", "cause_vi", "is_proved"),
    ),
    "portal_counts_daily": Keys(
        ("province_code", "period_month", "agency_code", "captured_on"),
        _MONTH | _AGENCY,
        (
            "period_state",
            "agency_name_vi",
            "our_received",
            "our_in_hand",
            "our_on_time",
            "our_filed",
            "our_filed_online",
        ),
    ),
    "rank_certainty_monthly": Keys(
        ("province_code", "period_month", "agency_code"),
        _MONTH | _AGENCY | _STATUS,
        (
            *("period_label", "peer_group", "peer_group_vi", "agency_name_vi", "rank", "score", "dossiers_in_hand"),
            *("is_small_base", "rank_lowest", "rank_highest", "dossiers_that_change_rank", "is_provisional"),
            "revision",
        ),
    ),
    "source_corrections_monthly": Keys(
        ("province_code", "period_month", "agency_code", "correction_id"),
        _MONTH | _AGENCY | _STATUS,
        (
            *("period_label", "period_sort", "peer_group", "peer_group_vi", "agency_name_vi", "agency_sort_key"),
            *("agency_search_text", "lineage_code", "display_order", *_CORRECTION),
            *("period_state", "period_state_vi", "is_provisional", "revision", "is_latest_period"),
        ),
    ),
    "source_corrections": Keys(("correction_id",), {}, _CORRECTION),
    "data_findings": Keys(
        ("finding_code",),
        {},
        ("finding_kind", "finding_kind_vi", "finding_severity", "finding_severity_vi", "subject", "finding_vi"),
    ),
    "data_dictionary": Keys(("relation_name", "column_name"), {}, ("label_vi",)),
    "rankings_latest": Keys(
        ("province_code", "agency_code"),
        _MONTH | _AGENCY,
        (*_HEAD, "rank", "score", "official_source", "official_source_vi"),
    ),
    "data_status": Keys(("province_code", "period_month"), _MONTH, ("period_state", "is_synthetic")),
    "dim_months": Keys(("period_month",), {}, ("period_label", "period_sort", "period_state", "period_state_vi")),
    "dim_agencies": Keys(
        ("province_code", "agency_code"), {}, ("version_no", "agency_name_vi", "agency_sort_key", "peer_group")
    ),
    "dim_agency_versions": Keys(("province_code", "agency_code", "version_no"), _AGENCY, ("agency_name_vi",)),
    "agency_successions": Keys(("province_code", "predecessor_code", "succession_no"), {}, ("effective_on",)),
    "dim_indicators": Keys(
        ("indicator_code",), {}, ("indicator_name_vi", "group_code", "max_points", "is_counted_by_portal")
    ),
    "dim_indicator_versions": Keys(("indicator_code", "valid_from"), _INDICATOR),
    "dim_procedures": Keys(("province_code", "procedure_code"), {}, ("procedure_name_vi",)),
    "dim_dates": Keys(("date_on",), {}, ("is_working_day",)),
    "open_dossier_months": Keys(("period_month", "province_code", "source", "source_id"), _MONTH),
    "open_redating_months": Keys(("period_month", "province_code", "source", "source_id", "change_number"), _MONTH),
    "open_dossier_steps": Keys(("period_month", "province_code", "source", "source_id", "step_number"), _MONTH),
    "open_filing_months": Keys(("period_month", "province_code", "source", "source_id"), _MONTH),
    "open_petition_months": Keys(("period_month", "province_code", "petition_id"), _MONTH),
    "open_procedure_months": Keys(("period_month", "province_code", "agency_code", "procedure_code"), _MONTH),
    "deduction_reasons": Keys(("reason_code",), {}, ("reason_vi",)),
    "evidence_labels": Keys(("code_set", "code"), {}, ("name_vi",)),
}


def declare(connection: Connection[Any], schema: str, tables: set[str]) -> None:
    """Give the tables of a schema their keys; what is declared already stays, what is declared no more goes."""
    known = [table for table in KEYS if table in tables]
    connection.execute("set constraints all immediate")  # a table with a check still to come cannot be altered
    existing = {table: _constraints(connection, schema, table) for table in known}
    wanted = {table: _wanted(schema, table, set(known)) for table in known}
    for kind in ("f", "p"):  # references first: a key that is pointed to cannot go
        for table in known:
            for name, (found, definition) in existing[table].items():
                if found == kind and wanted[table].get(name) != definition:
                    _alter(connection, schema, table, sql.SQL("drop constraint {}").format(sql.Identifier(name)))
    for table in known:
        _fill(connection, schema, table)
    for table in sorted(known, key=lambda one: len(KEYS[one].foreign)):
        for name, definition in wanted[table].items():
            if existing[table].get(name, ("", ""))[1] != definition:
                clause = sql.SQL("add constraint {} ").format(sql.Identifier(name)) + sql.SQL(definition)
                _alter(connection, schema, table, clause)


def release(connection: Connection[Any], schema: str, table: str) -> None:
    """Drop the references to a table, which is about to go; `declare` makes them anew."""
    rows = connection.execute(
        "select relname, conname from pg_catalog.pg_constraint join pg_catalog.pg_class as c on c.oid = conrelid"
        " where contype = 'f' and confrelid = to_regclass(format('%%I.%%I', %s::text, %s::text))",
        (schema, table),
    ).fetchall()
    for other, name in rows:
        _alter(connection, schema, other, sql.SQL("drop constraint {}").format(sql.Identifier(name)))


def _wanted(schema: str, table: str, known: set[str]) -> dict[str, str]:
    keys = KEYS[table]
    wanted = {f"{table}_pkey": f"PRIMARY KEY ({', '.join(keys.primary)})"}
    for columns, other in keys.foreign.items():
        if other in known:
            of = ", ".join(KEYS[other].primary)
            wanted[f"{table}_{other}_fkey"] = (
                f"FOREIGN KEY ({', '.join(columns)}) REFERENCES {schema}.{other}({of}) DEFERRABLE INITIALLY DEFERRED"
            )
    return wanted


def _constraints(connection: Connection[Any], schema: str, table: str) -> dict[str, tuple[str, str]]:
    rows = connection.execute(
        "select conname, contype::text, pg_get_constraintdef(oid) from pg_catalog.pg_constraint"
        " where conrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) and contype in ('p', 'f')",
        (schema, table),
    )
    return {name: (kind, definition) for name, kind, definition in rows}


def _fill(connection: Connection[Any], schema: str, table: str) -> None:
    """Set the columns that are never empty, where they are not set yet."""
    rows = connection.execute(
        "select attname from pg_catalog.pg_attribute"
        " where attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) and attnum > 0 and not attisdropped"
        " and not attnotnull and attname = any(%s)",
        (schema, table, list(KEYS[table].not_null)),
    ).fetchall()
    for (column,) in rows:
        _alter(connection, schema, table, sql.SQL("alter column {} set not null").format(sql.Identifier(column)))


def _alter(connection: Connection[Any], schema: str, table: str, clause: sql.Composable) -> None:
    connection.execute(sql.SQL("alter table {} ").format(sql.Identifier(schema, table)) + clause)
