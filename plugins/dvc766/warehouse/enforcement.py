"""Brings a warehouse to the rights that `rights` declares: grants what is missing, takes away what is too much.

Run by the database's owner, a superuser, before and after the migrations of every start. Where nothing differs, nothing
is written.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from psycopg import Connection

from dvc766.warehouse import rights
from dvc766.warehouse.rights import GROUPS, MADE_BY_DBT, PRIVILEGES, PROFILES, READERS, SCHEMAS, SYSTEM, WATCHDOG

LOGINS = tuple(PROFILES)
ALL = (*LOGINS, *GROUPS)
EVERYBODY = "public"

_LOG = logging.getLogger(__name__)
_ROUNDS = 3  # to revoke a right on a table revokes it on its columns, too, which the next round gives back


class Right(NamedTuple):
    """One privilege of one grantee on one thing; of default privileges, on what a maker will make in a schema."""

    kind: str
    thing: str
    column: str
    grantee: str
    privilege: str


# Everything of rights's kinds in this database, with its owner; names as statements want them.
_THINGS = """
select 'schema' as kind, quote_ident(nspname) as thing, nspname as schema, '' as name, nspowner as owner,
    coalesce(nspacl, acldefault('n', nspowner)) as acl
from pg_namespace
where nspname = any(%(schemas)s)
union all
select case relkind when 'S' then 'sequence' else 'table' end, format('%%I.%%I', nspname, relname), nspname, relname,
    relowner, coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
from pg_class join pg_namespace as n on n.oid = relnamespace
where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and (nspname = any(%(schemas)s) or (nspname = 'pg_catalog' and relname = any(%(catalogues)s)))
union all
select 'function', p.oid::regprocedure::text, nspname, proname, proowner, coalesce(proacl, acldefault('f', proowner))
from pg_proc as p join pg_namespace as n on n.oid = pronamespace
where nspname = any(%(schemas)s) or (nspname = 'pg_catalog' and proname ~ %(built_in)s)
union all
select 'language', quote_ident(lanname), '', lanname, lanowner, coalesce(lanacl, acldefault('l', lanowner))
from pg_language
where lanname = any(%(languages)s)
union all
select 'database', quote_ident(datname), '', datname, datdba, coalesce(datacl, acldefault('d', datdba))
from pg_database
where datname = current_database() or datname = any(%(databases)s)
"""
_NAMED = "case grantee when 0 then 'public' else pg_get_userbyid(grantee) end"
_GRANTED = f"""
with things as ({_THINGS})
select kind, thing, '', {_NAMED}, privilege_type
from things, aclexplode(acl)
where grantee <> owner
union all
select 'table', format('%%I.%%I', nspname, relname), quote_ident(attname), {_NAMED}, privilege_type
from pg_attribute join pg_class as c on c.oid = attrelid join pg_namespace as n on n.oid = relnamespace,
    aclexplode(attacl)
where attacl is not null and grantee <> relowner
    and (nspname = any(%(schemas)s) or (nspname = 'pg_catalog' and relname = any(%(catalogues)s)))
union all
select 'default', format('for role %%I in schema %%I', pg_get_userbyid(defaclrole), nspname), '', {_NAMED},
    privilege_type
from pg_default_acl join pg_namespace as n on n.oid = defaclnamespace, aclexplode(defaclacl)
where defaclobjtype = 'r' and grantee <> defaclrole
"""
_COLUMNS = """
select relname, attname
from pg_attribute join pg_class as c on c.oid = attrelid
where relnamespace = 'pg_catalog'::regnamespace and relname = any(%s) and attnum > 0 and not attisdropped
"""


def make_roles(connection: Connection[Any]) -> None:
    """Make the roles that do not exist, without any right; roles belong to the whole server."""
    known = {name for (name,) in connection.execute("select rolname from pg_roles")}
    for name in ALL:
        if name not in known:
            kind = "nologin" if name in GROUPS else "login"
            connection.execute(f"create role {name} {kind}".encode())


def assert_rights(connection: Connection[Any], passwords: Mapping[str, str]) -> list[str]:
    """Make rights, roles, settings and passwords what is declared; returns what differed, each in a line of the log.

    `passwords` holds the one of each login role; only its SCRAM verifier leaves this process, so that no log of the
    server can show it.
    """
    [(is_kept,)] = connection.execute("select exists (select from guard.asserted)").fetchall()
    mended = [*_assert_roles(connection)]
    for _ in range(_ROUNDS):
        wanted = set(_wanted(connection))
        granted = {Right(*row) for row in connection.execute(_GRANTED.encode(), _named())}
        statements = [
            *(_statement(right, give=False) for right in sorted(granted - wanted)),
            *(_statement(right, give=True) for right in sorted(wanted - granted)),
        ]
        if not statements:
            break
        mended += [_executed(connection, statement) for statement in statements]
    _adopt(connection, passwords)
    mended += [found for (found,) in connection.execute("select guard.keep()")]  # what was changed since the last time
    _declare(connection, passwords)
    mended += [found for (found,) in connection.execute("select guard.put_back()")]  # what is declared otherwise now
    for line in mended if is_kept else [f"made as declared by {len(mended)} statements"]:
        _LOG.info("rights: %s", line)
    for database in open_databases(connection):
        _LOG.warning(
            "rights: everybody may connect to database %s, readers of the warehouse too.\n"
            "Next: revoke connect, temporary on database %s from public; grant connect to those who use it.",
            *(database, database),
        )
    return mended


def open_databases(connection: Connection[Any]) -> list[str]:
    """The databases of the server to which everybody may connect: those of others, which are not touched here."""
    rows = connection.execute(
        "select datname from pg_database where datallowconn and exists"
        " (select from aclexplode(coalesce(datacl, acldefault('d', datdba))) where grantee = 0) order by 1"
    )
    return [name for (name,) in rows]


def _named() -> dict[str, Any]:
    return {
        "schemas": list(SCHEMAS),
        "catalogues": list(rights.TEXTS),
        "built_in": f"^({'|'.join(rights.BUILT_IN)})$",
        "languages": list(rights.LANGUAGES),
        "databases": list(rights.OTHER_DATABASES),
    }


def _wanted(connection: Connection[Any]) -> Iterator[Right]:
    """Every right that is declared, on what there is now and on tables that will be made."""
    patterns = list(rights.BUILT_IN.items())
    things = connection.execute(
        f"select kind, thing, schema, name, (select string_agg(p.n::text, ',' order by p.n)"
        f" from unnest(%(patterns)s::text[]) with ordinality as p(text, n)"
        f" where kind = 'function' and schema = 'pg_catalog' and name ~ p.text) from ({_THINGS}) as things".encode(),
        _named() | {"patterns": [f"^({pattern})$" for pattern, _ in patterns]},
    ).fetchall()
    for kind, thing, schema, name, pattern in things:
        if kind == "schema":
            yield from (Right(kind, thing, "", who, "USAGE") for who in rights.users_of(schema))
        elif kind == "table" and schema != "pg_catalog":
            for who, letters in rights.rights_on(schema, name).items():
                yield from (Right(kind, thing, "", who, PRIVILEGES[letter]) for letter in letters)
            for who, columns in rights.COLUMNS.get(f"{schema}.{name}", {}).items():
                yield from (Right(kind, thing, column, who, "UPDATE") for column in columns)
        elif kind == "sequence":
            yield from (Right(kind, thing, "", who, "USAGE") for who in rights.SEQUENCES.get(f"{schema}.{name}", ()))
        elif kind == "function":
            allowed = (
                patterns[int(pattern.split(",")[0]) - 1][1] if pattern else rights.FUNCTIONS.get(f"{schema}.{name}")
            )
            yield from (Right(kind, thing, "", who, "EXECUTE") for who in allowed or ())
        elif kind == "database" and name not in rights.OTHER_DATABASES:
            yield from (Right(kind, thing, "", who, "CONNECT") for who in (*SYSTEM, WATCHDOG, *GROUPS))
            yield from (Right(kind, thing, "", who, "TEMPORARY") for who in rights.TEMPORARY)
    for relation, column in connection.execute(_COLUMNS, [list(rights.TEXTS)]):
        if column not in rights.TEXTS[relation]:
            yield Right("table", f"pg_catalog.{relation}", column, EVERYBODY, "SELECT")
    for relation in rights.TEXTS:
        yield Right("table", f"pg_catalog.{relation}", "", rights.READS_TEXTS, "SELECT")
    [(owner,)] = connection.execute("select quote_ident(current_user)").fetchall()
    for schema, given in SCHEMAS.items():
        maker = f"for role {'transformer' if schema in MADE_BY_DBT else owner} in schema {schema}"
        for who, letters in given.items():
            yield from (Right("default", maker, "", who, PRIVILEGES[letter]) for letter in letters)


def _statement(right: Right, *, give: bool) -> str:
    """The grant, or the revocation."""
    column = f" ({right.column})" if right.column else ""
    to = f"{'to' if give else 'from'} {right.grantee if right.grantee == EVERYBODY else _quoted(right.grantee)}"
    action = "grant" if give else "revoke"
    if right.kind == "default":
        return f"alter default privileges {right.thing} {action} {right.privilege.lower()} on tables {to}"
    return f"{action} {right.privilege.lower()}{column} on {right.kind} {right.thing} {to}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if not name.replace("_", "").isalnum() else name


def _assert_roles(connection: Connection[Any]) -> Iterator[str]:
    """The attributes of the roles, and who is a member of what."""
    rows = connection.execute(
        "select rolname, rolcanlogin, rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls,"
        " rolvaliduntil < 'infinity' from pg_roles where rolname = any(%s) order by 1",
        (list(ALL),),
    ).fetchall()
    for name, may_login, is_mighty, ends in rows:
        if may_login == (name in GROUPS) or is_mighty or ends:
            kind = "nologin" if name in GROUPS else "login"
            rest = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls valid until 'infinity'"
            yield _executed(connection, f"alter role {name} {kind} {rest}")
    found = connection.execute(
        "select pg_get_userbyid(roleid), pg_get_userbyid(member), admin_option, m.rolcanlogin and not m.rolsuper"
        " from pg_auth_members join pg_roles as m on m.oid = member"
        " where pg_get_userbyid(roleid) = any(%(all)s) or pg_get_userbyid(member) = any(%(all)s)",
        {"all": list(ALL)},
    ).fetchall()
    members = {(of, member) for of, member, _, _ in found}
    for member, group in READERS.items():
        if (group, member) not in members:
            yield _executed(connection, f"grant {group} to {member}")
    for of, member, may_give_on, is_person in found:
        is_reader = READERS.get(member) == of or (member not in ALL and is_person)
        is_declared = of in GROUPS and is_reader and not may_give_on
        if not is_declared:
            yield _executed(connection, f"revoke {_quoted(of)} from {_quoted(member)} cascade")


def persons(connection: Connection[Any]) -> dict[str, str]:
    """The logins of persons, each with its group: members of a group that the installation did not make itself."""
    rows = connection.execute(
        "select pg_get_userbyid(member), pg_get_userbyid(roleid) from pg_auth_members"
        " join pg_roles as m on m.oid = member"
        " where pg_get_userbyid(roleid) = any(%s) and not pg_get_userbyid(member) = any(%s)"
        " and m.rolcanlogin and not m.rolsuper order by 1, 2",
        (list(GROUPS), list(ALL)),
    )
    return dict(rows.fetchall())


def assert_persons(connection: Connection[Any]) -> None:
    """Let what is declared of a group's persons hold for those there are now."""
    _write_down(connection, _of_persons(connection), {})
    connection.execute("select guard.put_back()")


def _of_persons(connection: Connection[Any]) -> dict[str, rights.Profile]:
    return {name: rights.profile_of_person(group) for name, group in persons(connection).items()}


def _adopt(connection: Connection[Any], passwords: Mapping[str, str]) -> None:
    """A verifier of the right password is right, though another warehouse of this server has made it."""
    rows = connection.execute("select rolname, rolpassword from pg_authid where rolname = any(%s)", [list(LOGINS)])
    for name, verifier in rows.fetchall():
        if _is_of(verifier, passwords[name]):
            connection.execute(
                "update guard.asserted set verifier = %(own)s"
                " where role_name = %(name)s and verifier is distinct from %(own)s",
                {"own": verifier, "name": name},
            )


def _declare(connection: Connection[Any], passwords: Mapping[str, str]) -> None:
    """Write down what guard.put_back() puts back. A password that is as it was keeps its verifier."""
    known = dict(connection.execute("select role_name, verifier from guard.asserted").fetchall())
    verifiers = {name: _verifier(connection, name, passwords[name], known.get(name)) for name in LOGINS}
    _write_down(connection, {**PROFILES, **_of_persons(connection)}, verifiers)


def _write_down(
    connection: Connection[Any], profiles: Mapping[str, rights.Profile], verifiers: Mapping[str, str]
) -> None:
    connection.execute("delete from guard.asserted where not role_name = any(select rolname from pg_roles)")
    for name, profile in profiles.items():
        connection.execute(
            "insert into guard.asserted as asserted"
            " (role_name, connection_limit, settings, verifier, statement_limit, transaction_limit)"
            " values (%s, %s, array(select lower(name) || '=' || value from unnest(%s::text[], %s::text[])"
            " as given(name, value) order by 1), %s, %s, %s)"
            " on conflict (role_name) do update set connection_limit = excluded.connection_limit,"
            " settings = excluded.settings, verifier = excluded.verifier,"
            " statement_limit = excluded.statement_limit, transaction_limit = excluded.transaction_limit"
            " where excluded is distinct from asserted",
            [
                *(name, profile.connections, list(profile.settings), list(profile.settings.values())),
                *(verifiers.get(name), profile.statement, profile.transaction),
            ],
        )


def _verifier(connection: Connection[Any], name: str, password: str, known: str | None) -> str:
    if known is not None and _is_of(known, password):
        return known
    return connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()


def _is_of(verifier: str | None, password: str) -> bool:
    """Whether a SCRAM verifier was made of a password; False, too, for one whose letters SASL would prepare."""
    if verifier is None or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    _, _, rest = verifier.partition("$")
    cost, _, keys = rest.partition("$")
    rounds, _, salt = cost.partition(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return password.isascii() and hmac.compare_digest(stored, b64decode(keys.partition(":")[0]))


def _executed(connection: Connection[Any], statement: str) -> str:
    connection.execute(statement.encode())
    return statement
