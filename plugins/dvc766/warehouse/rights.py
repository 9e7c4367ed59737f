"""Who may do what in the warehouse: all of it, in this one place.

`enforcement.assert_rights` brings a warehouse to it at every start, and takes away whatever else was granted.
A new table of a schema named here has the schema's rights from its first moment on, by default privileges;
a right on one table alone, or on some of its columns, is a line of RELATIONS or COLUMNS.

    system roles   extractor, transformer, publisher: the pipeline; they log in
    groups         marts_readers, public_readers, ops_readers: what people read; nobody logs in as one
    readers        bi_reader, bi_public, ops_reader: one login a group for tools, the passwords are the installation's
    persons        logins of their own in a group, made by `python -m dvc766.warehouse.people`
    watchdog       may call guard.keep(), and nothing else
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

SYSTEM = ("extractor", "transformer", "publisher")
WATCHDOG = "watchdog"
MARTS_READERS, PUBLIC_READERS, OPS_READERS = "marts_readers", "public_readers", "ops_readers"
READERS = {"bi_reader": MARTS_READERS, "bi_public": PUBLIC_READERS, "ops_reader": OPS_READERS}
GROUPS = tuple(READERS.values())
MADE_BY_DBT = (
    *("reference", "staging", "intermediate", "facts", "indicators"),
    *("marts_candidate", "marts", "marts_public", "aside"),
)

PRIVILEGES = {"s": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE", "t": "TRUNCATE"}

# schema -> who -> rights on each of its tables and views. Of MADE_BY_DBT the transformer is the owner.
SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "landing": {"extractor": "sit"},
    "raw": {"extractor": "si", "transformer": "s"},
    "quarantine": {"extractor": "siu", OPS_READERS: "s"},
    "ops": {"extractor": "s", "transformer": "s", "publisher": "s", OPS_READERS: "s"},
    "published": {"transformer": "s", "publisher": "si", MARTS_READERS: "s"},
    "reference": {"publisher": "s"},
    "staging": {},
    "intermediate": {},
    "facts": {"publisher": "s"},
    "indicators": {},
    "marts_candidate": {},
    "marts": {"publisher": "s", MARTS_READERS: "s", OPS_READERS: "s"},
    "marts_public": {PUBLIC_READERS: "s"},
    "aside": {"publisher": "s"},
    "guard": {},
    "public": {},
}
# relation -> who -> rights beside those of its schema
RELATIONS: Mapping[str, Mapping[str, str]] = {
    "landing.batches": {"extractor": "ud"},
    "landing.rejections": {"extractor": "d"},
    "landing.doubts": {"extractor": "d"},
    "landing.sweep_keys": {"extractor": "d"},
    "ops.runs": {"extractor": "i", "transformer": "i", "publisher": "i"},
    "ops.check_results": {"extractor": "i", "transformer": "i", "publisher": "i"},
    "ops.ledger": {"extractor": "i"},
    "ops.cursors": {"extractor": "iu"},
    "ops.acceptances": {"extractor": "i", "transformer": "i"},
    "ops.origin": {"extractor": "i"},
    "ops.restatements": {"transformer": "id"},
    "ops.restated_records": {"transformer": "id"},
    "ops.sources": {"extractor": "iu"},
    "ops.month_deadlines": {"transformer": "iu"},
    "ops.removals": {"extractor": "i"},
    "quarantine.records": {"extractor": "d"},
    "quarantine.releases": {"extractor": "d"},
    "ops.deliveries": {"publisher": "i"},
    "ops.alerts": {"extractor": "i"},
    "ops.alert_messages": {"extractor": "i"},
    "published.reference_files": {"transformer": "i"},
}
# relation -> who -> columns that it may update
_END_OF_A_RUN = ("state", "finished_at", "message_vi")
COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ops.runs": {
        "extractor": (*_END_OF_A_RUN, "dag_id", "dag_run_id", "holder"),
        "transformer": (*_END_OF_A_RUN, "data_as_of", "versions", "writing_at", "written_at"),
        "publisher": _END_OF_A_RUN,
    },
    "ops.deliveries": {"publisher": ("ended_at", "state", "message_vi")},
    "ops.alerts": {"extractor": ("resolved_at",)},
}
SEQUENCES: Mapping[str, tuple[str, ...]] = {"ops.batch_ids": ("extractor",)}
FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "ops.analyze_raw": ("extractor",),
    "ops.analyze_published": ("publisher",),
    "guard.keep": (WATCHDOG,),
}
USE_ALONE: Mapping[str, tuple[str, ...]] = {"guard": (WATCHDOG,)}  # schemas entered for a function, not for tables
TEMPORARY = ("extractor", "transformer")  # who may make temporary tables

# Functions of PostgreSQL that it gives to everybody, as patterns of whole names -> who keeps them here.
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    r"pg_(try_)?advisory_.*": SYSTEM,  # the locks by which runs wait for each other
    r"lo_.*|loread|lowrite": (),  # large objects: files that belong to no table
    r"pg_sleep.*": (),  # a session that does nothing and is in the way
    r".*_to_xml.*|ts_stat": (),  # run a text as a query, behind the back of a tool that checks queries
    r"pg_get_functiondef|pg_get_function_sqlbody": (),  # texts of others
    r"pg_logical_emit_message|pg_notify|pg_export_snapshot": (),  # write outside all tables, or keep old rows alive
}
LANGUAGES = ("plpgsql", "sql")  # nobody writes functions or DO blocks but the owner
# Catalogues that hold texts, with the columns that one role alone may read, for it copies views at the swap. psql,
# JDBC and ODBC do not ask for them.
READS_TEXTS = "transformer"
TEXTS: Mapping[str, tuple[str, ...]] = {"pg_rewrite": ("ev_qual", "ev_action"), "pg_proc": ("prosrc", "prosqlbody")}
# Databases of the server besides this one, as initdb makes them: closed. Others' databases are told, not touched.
OTHER_DATABASES = ("postgres", "template1")


@dataclass(frozen=True)
class Profile:
    """What holds for each session of a login: its settings, how many at once, how long before the watchdog ends it.

    A role may lift most settings for its own session, PostgreSQL offers no other way; `statement` and `transaction`
    are the limits that hold whatever a session has set.
    """

    settings: Mapping[str, str]
    connections: int = -1
    statement: str | None = None
    transaction: str | None = None


_ALL = {"TimeZone": "Asia/Ho_Chi_Minh", "idle_in_transaction_session_timeout": "15min"}
_READS = _ALL | {
    "default_transaction_read_only": "on",
    "temp_file_limit": "1GB",  # the one limit that only a superuser may lift
}
PROFILES: Mapping[str, Profile] = {
    "extractor": Profile(_ALL | {"search_path": "pg_catalog"}),
    "transformer": Profile(_ALL | {"search_path": "pg_catalog", "constraint_exclusion": "on"}),
    "publisher": Profile(_ALL | {"search_path": "published, marts"}),
    "bi_reader": Profile(
        _READS | {"search_path": "marts, published", "statement_timeout": "60s"}, 30, "90 seconds", "30 minutes"
    ),
    "bi_public": Profile(
        _READS | {"search_path": "marts_public", "statement_timeout": "30s"}, 15, "45 seconds", "5 minutes"
    ),
    "ops_reader": Profile(
        _READS | {"search_path": "ops, marts", "statement_timeout": "60s"}, 10, "90 seconds", "30 minutes"
    ),
    WATCHDOG: Profile(_ALL | {"search_path": "pg_catalog", "statement_timeout": "60s"}, 3),
}


def profile_of_person(group: str) -> Profile:
    """The profile of a person's login in a group: that of the group's reader, for fewer sessions."""
    [reader] = [name for name, its_group in READERS.items() if its_group == group]
    return replace(PROFILES[reader], connections=5)


def rights_on(schema: str, relation: str) -> dict[str, str]:
    """Who -> letters of PRIVILEGES on a whole table or view."""
    found = dict(SCHEMAS.get(schema, {}))
    for who, letters in RELATIONS.get(f"{schema}.{relation}", {}).items():
        found[who] = found.get(who, "") + letters
    return found


def users_of(schema: str) -> set[str]:
    """Who may enter a schema."""
    named = {who for relation, rights in RELATIONS.items() if relation.startswith(f"{schema}.") for who in rights}
    return {*SCHEMAS[schema], *named, *USE_ALONE.get(schema, ())}
