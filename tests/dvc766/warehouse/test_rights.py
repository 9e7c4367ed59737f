"""Each login may do what `warehouse/rights.py` says and nothing else: asked of the catalogue, and tried."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest

from dvc766.settings import PROJECT_ROOT
from dvc766.warehouse import rights
from dvc766.warehouse.rights import BUILT_IN, GROUPS, MADE_BY_DBT, PRIVILEGES, PROFILES, READERS, SCHEMAS, SYSTEM
from tests.database import Database
from tests.dvc766.warehouse.probing import DONE, LOGINS, PERSON, REFUSED, STRANGER, attempts, probed

EVER = (*PRIVILEGES.values(), "REFERENCES", "TRIGGER", "MAINTAIN")
TRIED = {
    "SELECT": "select from {relation}",
    "INSERT": "insert into {relation} default values",
    "UPDATE": "update {relation} set {column} = default",
    "DELETE": "delete from {relation}",
    "TRUNCATE": "truncate {relation}",
    "REFERENCES": "create table {schema}.planted (one {kind} references {relation} ({column}))",
    "TRIGGER": "create trigger planted before insert on {relation}"
    " execute function suppress_redundant_updates_trigger()",
    "MAINTAIN": "lock table {relation} in access exclusive mode",
}
# With MAINTAIN one may lock as one likes, but so one may with the right to change rows.
LOCKS = {"UPDATE", "DELETE", "TRUNCATE", "MAINTAIN"}


@pytest.fixture(scope="module")
def owner(module_database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a warehouse in which all is tried."""
    with probed(module_database) as connection:
        yield connection


def holder(login: str) -> str:
    """As what rights are declared to a login."""
    return {**READERS, PERSON: rights.MARTS_READERS}.get(login, login)


def relations(owner: psycopg.Connection[Any]) -> list[tuple[str, str, str, str, str]]:
    """Schema, name, kind, first column and its type of every table and view."""
    return owner.execute(
        "select nspname, relname, relkind::text, attname, format_type(atttypid, atttypmod) from pg_class"
        " join pg_namespace as n on n.oid = relnamespace join pg_attribute on attrelid = pg_class.oid"
        " where nspname = any(%s) and relkind in ('r', 'v') and attnum = 1 order by 1, 2",
        (list(SCHEMAS),),
    ).fetchall()


def told(found: set[Any], wanted: set[Any]) -> str:
    return f"surplus: {sorted(found - wanted)[:9]}; missing: {sorted(wanted - found)[:9]}"


def expected_on_relations(owner: psycopg.Connection[Any]) -> set[tuple[str, str, str]]:
    """Login, relation and privilege: all there are."""
    wanted = set()
    for (schema, name, *_), login in product(relations(owner), LOGINS):
        letters = rights.rights_on(schema, name).get(holder(login), "")
        owns = EVER if login == "transformer" and schema in MADE_BY_DBT else ()
        wanted |= {(login, f"{schema}.{name}", each) for each in (*owns, *(PRIVILEGES[letter] for letter in letters))}
    return wanted


def test_the_catalogue_knows_the_declared_rights_on_tables_and_no_other(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        "select who, nspname || '.' || relname, privilege,"
        " has_schema_privilege(who, nspname, 'usage') and has_table_privilege(who, c.oid, privilege) from pg_class as c"
        " join pg_namespace as n on n.oid = relnamespace, unnest(%s::text[]) as who, unnest(%s::text[]) as privilege"
        " where nspname = any(%s) and relkind in ('r', 'v')",
        (list(LOGINS), list(EVER), list(SCHEMAS)),
    ).fetchall()
    found = {(who, relation, privilege) for who, relation, privilege, is_granted in rows if is_granted}
    wanted = expected_on_relations(owner)
    assert len(rows) > 5_000
    assert found == wanted, told(found, wanted)


def test_what_is_declared_on_tables_can_be_done_and_nothing_else(owner: psycopg.Connection[Any]) -> None:
    tables = [each for each in relations(owner) if each[2] == "r"]
    wanted, tried = expected_on_relations(owner), 0
    for login in LOGINS:
        probes = {}
        for (schema, name, _, column, kind), privilege in product(tables, EVER):
            statement = TRIED[privilege].format(
                relation=f"{schema}.{name}", schema=schema, column=f'"{column}"', kind=kind
            )
            probes[f"{schema}.{name}", privilege] = statement
        states = dict(zip(probes, attempts(owner, login, list(probes.values())), strict=True))
        tried += len(states)
        for (relation, privilege), state in states.items():
            held = {each for each in EVER if (login, relation, each) in wanted}
            columns = rights.COLUMNS.get(relation, {}).get(login, ())
            # None of the pipeline's columns is the first of its table; a new table needs a schema of one's own.
            assert privilege != "UPDATE" or not columns or probes[relation, privilege].split('"')[1] not in columns
            may = bool(held & LOCKS) if privilege == "MAINTAIN" else privilege in held
            assert (state != REFUSED) is may, f"{login}: {probes[relation, privilege]}: {state}"
    assert tried > 3_000


def test_columns_may_be_updated_where_it_is_declared(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        "select who, nspname || '.' || relname, attname, privilege, has_column_privilege(who, c.oid, attnum, privilege)"
        " from pg_class as c join pg_namespace as n on n.oid = relnamespace join pg_attribute on attrelid = c.oid,"
        " unnest(%s::text[]) as who, unnest(array['INSERT', 'UPDATE', 'REFERENCES']) as privilege"
        " where nspname in ('ops', 'quarantine', 'landing') and relkind = 'r' and attnum > 0 and not attisdropped",
        (list(LOGINS),),
    ).fetchall()
    whole = expected_on_relations(owner)
    for who, relation, column, privilege, is_granted in rows:
        by_column = privilege == "UPDATE" and column in rights.COLUMNS.get(relation, {}).get(who, ())
        assert is_granted is ((who, relation, privilege) in whole or by_column), (
            f"{who} {privilege} {relation}.{column}"
        )
    assert len(rows) > 5_000
    [state] = attempts(owner, "publisher", ["update ops.runs set state = 'failed', finished_at = now()"])
    assert state == DONE


def test_schemas_databases_sequences_and_languages(owner: psycopg.Connection[Any]) -> None:
    for login, schema in product(LOGINS, SCHEMAS):
        [(usage, create)] = owner.execute(
            "select has_schema_privilege(%(w)s, %(s)s, 'usage'), has_schema_privilege(%(w)s, %(s)s, 'create')",
            {"w": login, "s": schema},
        ).fetchall()
        owns = login == "transformer" and schema in MADE_BY_DBT
        assert (usage, create) == (owns or holder(login) in rights.users_of(schema), owns), f"{login} in {schema}"
        [state] = attempts(owner, login, [f"create table {schema}.planted (one int)"])
        assert (state == DONE) is owns
    databases = owner.execute("select datname from pg_database where datname in ('postgres', 'template1')").fetchall()
    for login in LOGINS:
        here = owner.execute(
            "select has_database_privilege(%(w)s, current_database(), 'connect'),"
            " has_database_privilege(%(w)s, current_database(), 'create'),"
            " has_database_privilege(%(w)s, current_database(), 'temporary')",
            {"w": login},
        ).fetchone()
        assert here == (login != STRANGER, False, login in rights.TEMPORARY), login
        for (name,) in databases:
            elsewhere = owner.execute(
                "select has_database_privilege(%(w)s, %(d)s, 'connect'), has_database_privilege(%(w)s, %(d)s, 'temp')",
                {"w": login, "d": name},
            ).fetchone()
            assert elsewhere == (False, False), f"{login} in {name}"
        [batch] = owner.execute("select has_sequence_privilege(%s, 'ops.batch_ids', 'usage')", [login]).fetchall()
        assert batch == (login in rights.SEQUENCES["ops.batch_ids"],)
        for language in rights.LANGUAGES:
            assert owner.execute("select has_language_privilege(%s, %s, 'usage')", [login, language]).fetchone() == (
                False,
            )
    assert attempts(owner, "transformer", ["do $$ begin null; end $$"]) == [REFUSED]
    assert attempts(owner, "extractor", ["create temporary table one (two int)"]) == [DONE]


@pytest.mark.parametrize("pattern", BUILT_IN)
def test_a_built_in_function_is_kept_from_all_who_do_not_need_it(owner: psycopg.Connection[Any], pattern: str) -> None:
    rows = owner.execute(
        "select who, p.oid::regprocedure::text, has_function_privilege(who, p.oid, 'execute')"
        " from pg_proc as p, unnest(%s::text[]) as who"
        " where pronamespace = 'pg_catalog'::regnamespace and proname ~ %s",
        (list(LOGINS), f"^({pattern})$"),
    ).fetchall()
    assert rows
    wrong = [(who, name) for who, name, may in rows if may is not (who in BUILT_IN[pattern])]
    assert wrong == []


def test_own_functions_are_their_users_alone(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        "select who, nspname || '.' || proname, has_function_privilege(who, p.oid, 'execute') from pg_proc as p"
        " join pg_namespace as n on n.oid = pronamespace, unnest(%s::text[]) as who where nspname = any(%s)",
        (list(LOGINS), list(SCHEMAS)),
    ).fetchall()
    assert {name for _, name, _ in rows} >= {"ops.analyze_raw", "guard.keep", "guard.put_back", "published.refuse"}
    assert [(who, name) for who, name, may in rows if may is not (who in rights.FUNCTIONS.get(name, ()))] == []


def test_no_login_is_another_nor_mighty(owner: psycopg.Connection[Any]) -> None:
    names = [name for (name,) in owner.execute("select rolname from pg_roles").fetchall()]
    for login, other in product(LOGINS, names):
        [(member,)] = owner.execute("select pg_has_role(%s, %s, 'member')", [login, other]).fetchall()
        assert member is (other in (login, holder(login))), f"{login} is {other}"
    attributes = owner.execute(
        "select rolname, rolcanlogin from pg_roles where rolname = any(%s)"
        " and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)",
        ([*LOGINS, *GROUPS],),
    ).fetchall()
    assert dict(attributes) == dict.fromkeys(LOGINS, True) | dict.fromkeys(GROUPS, False)


# The role trial: what a reader of an earlier release could do.
FORBIDDEN = {
    "an advisory lock, with the key of the swap": "select pg_advisory_lock(766)",
    "the same lock for a transaction": "select pg_try_advisory_xact_lock(hashtextextended('marts', 766))",
    "a large object": "select lo_create(0)",
    "a large object with content": "select lo_from_bytea(0, '\\x00')",
    "a query as text": "select query_to_xml('select 1', true, false, '')",
    "a table as text": "select table_to_xml('pg_class', true, false, '')",
    "a query in a text function": "select ts_stat('select ''a''::tsvector')",
    "a sleep": "select pg_sleep(0)",
    "a message into the log of changes": "select pg_logical_emit_message(false, 'a', 'b')",
    "the text of a view": "select pg_get_viewdef('marts.seen_tomorrow'::regclass)",
    "the texts of all views": "select definition from pg_views",
    "the stored rules": "select ev_action from pg_rewrite",
    "the texts of functions": "select prosrc from pg_proc",
    "the text of a function": "select pg_get_functiondef('pg_catalog.lower(text)'::regprocedure)",
    "a block of a language": "do $$ begin null; end $$",
    "more temporary files": "set temp_file_limit = -1",
    "more temporary files for good": "alter role current_user reset temp_file_limit",
    "more connections": "alter role current_user connection limit 99",
    "another's password": "alter role extractor password 'x'",
    "another's settings": "alter role publisher set statement_timeout = 0",
    "the database's settings": "alter database postgres set statement_timeout = 0",
    "a program": "copy (select 1) to program 'true'",
    "a file of the server": "select pg_read_file('PG_VERSION')",
    "a file as a table": "copy marts.of_tomorrow from '/etc/passwd'",
    "passwords of roles": "select rolpassword from pg_authid",
    "columns' values by statistics": "select * from pg_statistic",
    "a lock on a table of the marts": "lock table marts.of_tomorrow in row exclusive mode",
    "the watchdog's work": "select guard.keep()",
    "a temporary table": "create temporary table one (two int)",
    "a schema": "create schema planted",
    "a role": "create role planted",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("login", [*READERS, PERSON])
def test_a_reader_may_not(owner: psycopg.Connection[Any], login: str, what: str) -> None:
    assert attempts(owner, login, [FORBIDDEN[what]]) == [REFUSED]


def test_readers_see_of_others_names_alone(owner: psycopg.Connection[Any]) -> None:
    """What BI tools ask of the catalogue goes on, and what it says of other schemas is names and types."""
    asked = [
        "select * from information_schema.views",
        "select * from information_schema.columns",
        "select * from information_schema.table_constraints",
        "select viewname from pg_views",
        "select p.proname, pg_get_function_result(p.oid) from pg_proc as p",
        "select * from pg_class, pg_attribute, pg_index limit 1",
        "select pg_get_constraintdef(oid) from pg_constraint",
        "select pg_get_indexdef(indexrelid) from pg_index",
        "select pg_get_expr(adbin, adrelid) from pg_attrdef",
        "select * from pg_stats",
    ]
    for login in (*READERS, PERSON):
        assert attempts(owner, login, asked) == [DONE] * len(asked)
    text = "select pg_get_viewdef('marts.seen_tomorrow'::regclass)"
    assert attempts(owner, "transformer", [text]) == [DONE]  # the swap copies the texts of views
    assert attempts(owner, "publisher", [text]) == [REFUSED]


def test_the_locks_of_the_pipeline_are_still_its_own(owner: psycopg.Connection[Any]) -> None:
    for login in SYSTEM:
        assert attempts(owner, login, [FORBIDDEN["an advisory lock, with the key of the swap"]]) == [DONE]


def table() -> Iterator[str]:
    """The rights as docs/rights.md shows them."""
    who = (*SYSTEM, *GROUPS)
    yield f"| schema | {' | '.join(f'`{each}`' for each in who)} |"
    yield f"{'|---' * (len(who) + 1)}|"
    for schema, given in SCHEMAS.items():
        cells = [", ".join(PRIVILEGES[letter].lower() for letter in given.get(each, "")) or "–" for each in who]
        if schema in MADE_BY_DBT:
            cells[who.index("transformer")] = "owns it"
        yield f"| `{schema}` | {' | '.join(cells)} |"
    yield from ("", "| table | who | further |", "|---|---|---|")
    for relation, rights_of in rights.RELATIONS.items():
        for each, letters in rights_of.items():
            further = ", ".join(PRIVILEGES[letter].lower() for letter in letters)
            yield f"| `{relation}` | `{each}` | {further} |"
    for relation, columns_of in rights.COLUMNS.items():
        for each, columns in columns_of.items():
            yield f"| `{relation}` | `{each}` | update of {', '.join(f'`{column}`' for column in columns)} |"


def test_the_page_shows_the_rights_as_they_are() -> None:
    page = (PROJECT_ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    wanted = "\n".join(table())
    assert wanted in page, f"docs/rights.md should say:\n{wanted}"
    for login in READERS:
        assert f"| `{login}` | {PROFILES[login].connections} |" in page
