"""Logins of persons: each reads as a member of a group, with a password of his own.

`python -m dvc766.warehouse.people add NAME --reads marts` makes one and prints its password once; `remove NAME` takes
it away; `list` says who there is. Run by the database's owner (DVC766_OWNER_URL). What a person may read is the
group's matter; settings, limits and sessions are put back and ended as those of the group's reader.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import Connection, errors, sql

from dvc766.settings import SettingsError, owner_url_from_env
from dvc766.warehouse import rights
from dvc766.warehouse.enforcement import ALL, assert_persons, persons

GROUP_OF = {"marts": rights.MARTS_READERS, "public": rights.PUBLIC_READERS, "ops": rights.OPS_READERS}
NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")


def add(connection: Connection[Any], name: str, group: str) -> str:
    """Make a person's login in a group; returns its password, which nothing keeps. SettingsError says what is wrong."""
    if not NAME.fullmatch(name) or name.startswith("pg_") or name in ALL:
        raise SettingsError(
            f"{name!r} cannot be a login.\nNext: choose small letters, digits and _, for instance nguyen_van_a."
        )
    password = secrets.token_urlsafe(18)
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    with connection.transaction():
        try:
            connection.execute(
                sql.SQL("create role {} login password {} in role {}").format(
                    sql.Identifier(name), sql.Literal(verifier), sql.Identifier(group)
                )
            )
        except errors.DuplicateObject:
            raise SettingsError(f"There is a role {name} already.\nNext: choose another name.") from None
        assert_persons(connection)
    return password


def remove(connection: Connection[Any], name: str) -> None:
    """Take a person's login away and end its sessions; SettingsError when there is no such person."""
    if name not in persons(connection):
        raise SettingsError(f"{name} is no person's login.\nNext: `list` says who there is.")
    with connection.transaction():
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [name])
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))
        assert_persons(connection)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done; 1 with the cause and the next step."""
    options = argparse.ArgumentParser(prog="python -m dvc766.warehouse.people", description="logins of persons")
    actions = options.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="make a login and print its password, once")
    adding.add_argument("name")
    adding.add_argument("--reads", choices=GROUP_OF, required=True)
    actions.add_parser("remove", help="take a login away").add_argument("name")
    actions.add_parser("list", help="who there is, and what each reads")
    asked = options.parse_args(arguments)
    try:
        with psycopg.connect(owner_url_from_env(), autocommit=True) as connection:
            if asked.action == "add":
                print(add(connection, asked.name, GROUP_OF[asked.reads]))
            elif asked.action == "remove":
                remove(connection, asked.name)
            else:
                for name, group in persons(connection).items():
                    print(f"{name}\t{group}")
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
