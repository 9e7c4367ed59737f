"""The migrations make what the metadata says, and each role can do its work and nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql

from dvc766.settings import ROLES, SettingsError
from dvc766.warehouse import alerts, backups, deliveries, oversight, quarantine, retention, watchdog
from dvc766.warehouse.engine import engine_of
from dvc766.warehouse.migrate import migrate
from dvc766.warehouse.tables import METADATA
from tests.database import Database

MADE_BY_DBT = [
    *("staging", "intermediate", "facts", "indicators"),
    *("marts_candidate", "marts", "reference", "marts_public", "aside"),
]
SCHEMAS = ["landing", "raw", "quarantine", "ops", "published", *MADE_BY_DBT]
OURS = {"landing", "raw", "quarantine", "ops"}

# role -> schema -> rights on a table of it: s(elect), i(nsert), u(pdate), d(elete), t(runcate), c(reate tables)
RIGHTS = {
    "extractor": {"landing": "sit", "raw": "si", "quarantine": "siu", "ops": "s"},
    "transformer": {"raw": "s", "ops": "s", "published": "s"} | dict.fromkeys(MADE_BY_DBT, "siudtc"),
    "publisher": {"reference": "s", "facts": "s", "aside": "s", "marts": "s", "published": "si", "ops": "s"},
    "bi_reader": {"marts": "s", "published": "s"},
    "bi_public": {"marts_public": "s"},
    "ops_reader": {"ops": "s", "quarantine": "s", "marts": "s"},
    "watchdog": {},
}
ATTEMPTS = {
    "s": "select * from {table}",
    "i": "insert into {table} values (default)",
    "u": "update {table} set probe = 2",
    "d": "delete from {table}",
    "t": "truncate {table}",
    "c": "create table {schema}.planted (probe int)",
}


def test_the_migrated_schema_equals_the_metadata(database: Database) -> None:
    engine = engine_of(database.url())
    tables = (
        *(alerts.ALERTS, backups.BACKUPS, deliveries.DELIVERIES, oversight.SOURCES),
        *(quarantine.RELEASES, retention.REMOVALS, watchdog.RIGHTS_FINDINGS),
    )
    assert {table.metadata for table in tables} == {METADATA}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "schema" or name in OURS,
            },
        )
        assert compare_metadata(context, METADATA) == []
        checks = connection.exec_driver_sql(
            "select conname from pg_constraint where contype = 'c' and connamespace::regnamespace::text"
            " in ('landing', 'raw', 'quarantine', 'ops')"
        )
        written = {constraint.name for table in METADATA.tables.values() for constraint in table.constraints}
        found = {name for (name,) in checks}
        assert found and found <= written
        unlogged = connection.exec_driver_sql(
            "select relname from pg_class where relpersistence <> 'u' and relkind = 'r'"
            " and relnamespace = 'landing'::regnamespace"
        )
        assert unlogged.fetchall() == []
    engine.dispose()


def test_migrating_again_renews_the_passwords_and_nothing_else(database: Database) -> None:
    migrate(database.url(), {role: f"new {role}" for role in ROLES})
    try:
        with pytest.raises(psycopg.OperationalError), database.connect("bi_reader"):
            pass
        with psycopg.connect(database.cluster.url(database.name, "bi_reader", "new%20bi_reader")) as connection:
            assert connection.execute("select current_user").fetchone() == ("bi_reader",)
    finally:
        migrate(database.url(), {role: role for role in ROLES})


def test_a_missing_password_is_named(database: Database) -> None:
    with pytest.raises(SettingsError, match="publisher, bi_public, ops_reader, watchdog"):
        migrate(database.url(), {"extractor": "a", "transformer": "b", "bi_reader": "c"})


@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_do_its_work_and_nothing_else(database: Database, role: str) -> None:
    """Every right is tried on a real table that the schema's own maker has just made."""
    for schema in SCHEMAS:
        with database.connect("transformer" if schema in MADE_BY_DBT else "postgres") as maker:
            maker.execute(f"create table {schema}.probe (probe int)")
    with database.connect(role) as connection:
        for schema in SCHEMAS:
            granted = {letter for letter in ATTEMPTS if _may(connection, schema, letter)}
            assert granted == set(RIGHTS[role].get(schema, "")), f"{role} in {schema}"


def _may(connection: psycopg.Connection[Any], schema: str, letter: str) -> bool:
    statement = sql.SQL(ATTEMPTS[letter]).format(table=sql.Identifier(schema, "probe"), schema=sql.Identifier(schema))
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("set transaction read write")
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("extractor", "insert into ops.check_results (run_id, door, suite, expectation, severity, passed)"
         " values (1, 'in', 's', 'e', 'critical', true)"),
        ("transformer", "insert into ops.check_results (run_id, door, suite, expectation, severity, passed)"
         " values (1, 'out', 's', 'e', 'critical', true)"),
        ("transformer", "update ops.runs set state = 'succeeded' where run_id = 1"),
        ("publisher", "insert into ops.runs (kind, as_of) values ('publish', now())"),
        ("publisher", "insert into ops.deliveries (venue_code, period_month, revision, edition, products, sha256)"
         " values ('v', '2025-07-01', 1, 'public', '{}', 'x')"),
        ("publisher", "update ops.deliveries set state = 'failed', ended_at = now(), message_vi = 'x'"),
        ("extractor", "insert into ops.alerts (key, kind, what_vi, means_vi, todo_vi, since, opened_at)"
         " values ('k', 'disk_low', 'w', 'm', 't', now(), now())"),
        ("extractor", "update ops.alerts set resolved_at = now()"),
        ("extractor", "insert into ops.alert_messages (channel, tried_at, subject_vi, opened, still_open, resolved,"
         " state) values ('mail', now(), 's', '{}', '{}', '{}', 'sent')"),
        ("transformer", "create temporary table scratch (one int)"),
        ("transformer", "create view staging.some_view as select * from raw.provincial_portal__ratings"),
    ],
)  # fmt: skip
def test_a_role_may(database: Database, role: str, statement: str) -> None:
    with database.connect() as owner:
        owner.execute("insert into ops.runs (kind, as_of) values ('ingest', now())")
    with database.connect(role) as connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("extractor", "update ops.runs set as_of = now()"),
        ("extractor", "update ops.ledger set declared = 1"),
        ("publisher", "update ops.deliveries set sha256 = 'y'"),
        ("transformer", "update ops.deliveries set state = 'failed'"),
        ("extractor", "update ops.alerts set what_vi = 'x'"),
        ("extractor", "delete from ops.alerts"),
        ("extractor", "update ops.alert_messages set state = 'sent'"),
        ("publisher", "update ops.alerts set resolved_at = now()"),
        ("transformer", "insert into ops.ledger (run_id) values (1)"),
        (
            "publisher",
            "insert into ops.backups (kind, started_at, finished_at, label, succeeded)"
            " values ('full', now(), now(), 'x', true)",
        ),
        ("transformer", "select * from landing.batches"),
        ("transformer", "select * from quarantine.records"),
        ("bi_reader", "create temporary table scratch (one int)"),
        ("bi_reader", "create table public.planted (one int)"),
        ("extractor", "create table public.planted (one int)"),
        ("extractor", "create schema planted"),
        ("extractor", "alter role extractor superuser"),
        ("transformer", "set role extractor"),
        ("bi_reader", "select * from pg_authid"),
    ],
)
def test_a_role_may_not(database: Database, role: str, statement: str) -> None:
    with database.connect() as owner:
        # A copy of a template does not take over the rights on the database itself.
        owner.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database.name)))
        owner.execute(
            sql.SQL("grant connect on database {} to extractor, transformer, publisher, bi_reader").format(
                sql.Identifier(database.name)
            )
        )
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("set default_transaction_read_only = off")
        connection.execute(statement)


def test_strangers_cannot_connect_and_no_role_is_an_owner(empty_database: Database) -> None:
    migrate(empty_database.url(), {role: role for role in ROLES})
    with empty_database.connect() as owner:
        rows = owner.execute(
            "select rolname, rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or rolreplication,"
            " has_database_privilege(rolname, current_database(), 'create'),"
            " has_database_privilege(rolname, current_database(), 'connect'),"
            " (select datdba = r.oid from pg_database where datname = current_database())"
            " from pg_roles as r where rolname = any(%s)",
            (list(ROLES),),
        ).fetchall()
        assert len(rows) == len(ROLES)
        assert {row[1:] for row in rows} == {(False, False, True, False)}
        public = owner.execute(
            "select count(*) from pg_database, aclexplode(datacl) where datname = current_database() and grantee = 0"
        ).fetchone()
        assert public == (0,)


def test_sessions_keep_local_time_and_readers_cannot_write_or_hang(database: Database) -> None:
    for role in ROLES:
        with database.connect(role) as connection:
            assert connection.execute("show timezone").fetchone() == ("Asia/Ho_Chi_Minh",)
    for role, limit in (("bi_reader", "1min"), ("bi_public", "30s")):
        with database.connect(role) as connection:
            assert connection.execute("show default_transaction_read_only").fetchone() == ("on",)
            assert connection.execute("show statement_timeout").fetchone() == (limit,)
