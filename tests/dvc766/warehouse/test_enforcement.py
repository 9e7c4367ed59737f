"""What was changed by hand is put back at the next start, and told; where nothing differs, nothing is done."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
import pytest

from dvc766.warehouse import rights
from dvc766.warehouse.enforcement import assert_rights, persons
from tests.database import Database
from tests.dvc766.warehouse.probing import PASSWORDS, PERSON, fingerprint, probed


@pytest.fixture(scope="module")
def owner(module_database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a warehouse in which all is tried."""
    with probed(module_database) as connection:
        yield connection


@pytest.fixture(scope="module")
def before(owner: psycopg.Connection[Any]) -> Mapping[str, Any]:
    return fingerprint(owner)


def test_a_second_assertion_finds_nothing(owner: psycopg.Connection[Any]) -> None:
    with owner.transaction():
        assert assert_rights(owner, PASSWORDS) == []
    assert persons(owner) == {PERSON: rights.MARTS_READERS}


def test_a_database_of_others_that_is_open_is_named_and_not_touched(
    owner: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    owner.execute("create database of_others")
    try:
        with owner.transaction():
            assert assert_rights(owner, PASSWORDS) == []
        assert "everybody may connect to database of_others" in caplog.text
        assert "Next: revoke connect, temporary on database of_others from public" in caplog.text
        acl = owner.execute("select datacl from pg_database where datname = 'of_others'").fetchone()
        assert acl == (None,)
    finally:
        owner.execute("drop database of_others")


def test_a_password_set_by_another_warehouse_of_the_server_is_no_finding(
    owner: psycopg.Connection[Any], before: Mapping[str, Any]
) -> None:
    """Each makes a verifier of its own of the same password."""
    verifier = owner.pgconn.encrypt_password(b"bi_reader", b"bi_reader", b"scram-sha-256").decode()
    with owner.transaction(force_rollback=True):
        owner.execute(f"alter role bi_reader password '{verifier}'")
        assert assert_rights(owner, PASSWORDS) == []
        assert fingerprint(owner)["ops.rights_findings"] == before["ops.rights_findings"]
    with owner.transaction(force_rollback=True):
        assert "bi_reader: mật khẩu bị đổi; đã đặt lại" in assert_rights(owner, PASSWORDS | {"bi_reader": "renewed"})
        assert fingerprint(owner)["ops.rights_findings"] == before["ops.rights_findings"]


def test_what_differed_is_told_line_by_line(owner: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), owner.transaction(force_rollback=True):
        owner.execute("grant insert on ops.runs to bi_reader")
        assert_rights(owner, PASSWORDS)
    assert "rights: revoke insert on table ops.runs from bi_reader" in caplog.text


PLANTED = {
    "a grant on a table": "grant insert on ops.runs to bi_reader",
    "a grant to everybody": "grant select on raw.provincial_portal__dossiers to public",
    "a grant on a column": "grant select (known_from) on raw.provincial_portal__dossiers to ops_reader",
    "a grant on a catalogue": "grant select on pg_proc to public",
    "a grant on a function": "grant execute on function pg_advisory_lock(bigint) to public",
    "a grant on a schema": "grant create on schema marts to bi_reader",
    "a grant on the database": "grant temporary on database {database} to public",
    "a grant on another database": "grant connect on database postgres to public",
    "a right of tomorrow": "alter default privileges in schema raw grant select on tables to marts_readers",
    "a membership": "grant pg_read_all_data to bi_reader",
    "a membership of a reader": "grant transformer to ops_reader",
    "a login as a group": "alter role marts_readers login",
    "a mighty role": "alter role publisher createdb",
    "a right taken away": "revoke select on marts.of_tomorrow from marts_readers",
    "a column taken away": "revoke update (state) on ops.runs from publisher",
    "a membership taken away": "revoke public_readers from bi_public",
    "a right of tomorrow taken away": "alter default privileges in schema ops revoke select on tables from ops_readers",
    "an own password": "set session authorization bi_reader; alter role bi_reader password 'x';"
    " reset session authorization",
    "own settings": "alter role bi_reader set statement_timeout = 0",
    "own settings in one database": "alter role bi_reader in database {database} set work_mem = '8GB'",
    "no settings": "alter role ops_reader reset all",
    "a person's own settings": "alter role nguyen_van_a set statement_timeout = 0",
    "more connections": "alter role bi_public connection limit -1",
    "an end": "alter role extractor valid until '2020-01-01'",
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_was_changed_by_hand_is_put_back_and_told(
    owner: psycopg.Connection[Any], before: Mapping[str, Any], what: str
) -> None:
    statement = PLANTED[what].format(database=owner.info.dbname)
    with owner.transaction(force_rollback=True):
        owner.execute(statement.encode())
        assert fingerprint(owner) != before
        assert assert_rights(owner, PASSWORDS) != []
        after = dict(fingerprint(owner))
        for name in ("ops.rights_findings", "pg_default_acl"):  # a row about it; an entry's place
            after[name] = before[name]
        assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
        assert assert_rights(owner, PASSWORDS) == []
