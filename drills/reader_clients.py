"""Strangers' clients read the marts: ODBC, JDBC and DuckDB. Run by drills/readers.py in an environment of its own.

`python reader_clients.py CLIENT`, with the address of the warehouse in the PG… variables. Prints, as JSON, what the
client found: rows by mart, keys, the types of some columns, and the names that begin with D, Đ and E in the order of
their sort keys.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

MARTS = "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
ORDERED = (
    "select agency_name_vi from marts.dim_agencies"
    " where left(agency_search_text, 1) in ('d', 'e') order by agency_sort_key, agency_code"
)
SAMPLE = (
    "agency_rankings_monthly",
    ("agency_name_vi", "score", "is_provisional", "period_month", "data_as_of_local_at"),
)
JAR = "/usr/share/java/postgresql.jar"


def odbc() -> dict[str, Any]:
    """Through psqlodbc, as Excel and Power BI on a server would."""
    import pyodbc

    connection = pyodbc.connect(
        "Driver=PostgreSQL Unicode;Server={PGHOST};Port={PGPORT};Database={PGDATABASE};Uid={PGUSER};Pwd={PGPASSWORD};"
        "BoolsAsChar=0".format(**os.environ)
    )
    cursor = connection.cursor()
    marts = [row[0] for row in cursor.execute(MARTS).fetchall()]
    types = {
        row.column_name: f"{row.type_name}({row.column_size})" for row in cursor.columns(SAMPLE[0], schema="marts")
    }
    return _found(
        marts,
        lambda query: [list(row) for row in cursor.execute(query).fetchall()],
        {mart: [row.column_name for row in cursor.primaryKeys(mart, schema="marts").fetchall()] for mart in marts},
        {mart: len(cursor.foreignKeys(foreignTable=mart, foreignSchema="marts").fetchall()) for mart in marts},
        types,
    )


def jdbc() -> dict[str, Any]:
    """Through the JDBC driver, as Metabase, DBeaver or Pentaho would."""
    import jaydebeapi

    connection = jaydebeapi.connect(
        "org.postgresql.Driver",
        "jdbc:postgresql://{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ),
        {"user": os.environ["PGUSER"], "password": os.environ["PGPASSWORD"]},
        JAR,
    )
    told = connection.jconn.getMetaData()

    def rows(query: str) -> list[list[Any]]:
        cursor = connection.cursor()
        cursor.execute(query)
        return [list(row) for row in cursor.fetchall()]

    def values(result: Any, *names: str) -> list[list[str]]:
        found = []
        while result.next():
            found.append([str(result.getString(name)) for name in names])
        return found

    marts = [row[0] for row in rows(MARTS)]
    columns = values(told.getColumns(None, "marts", SAMPLE[0], None), "COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE")
    keys = {
        mart: [
            name
            for _, name in sorted(
                (int(place), name)
                for place, name in values(told.getPrimaryKeys(None, "marts", mart), "KEY_SEQ", "COLUMN_NAME")
            )
        ]
        for mart in marts
    }
    foreign = {mart: len(values(told.getImportedKeys(None, "marts", mart), "FKCOLUMN_NAME")) for mart in marts}
    return _found(marts, rows, keys, foreign, {name: f"{kind}({size})" for name, kind, size in columns})


def duckdb() -> dict[str, Any]:
    """Through DuckDB's reader of PostgreSQL tables, as an analyst's notebook would."""
    import duckdb as engine
    from duckdb_extensions import import_extension

    import_extension("postgres_scanner")
    connection = engine.connect()
    connection.execute("attach '' as warehouse (type postgres, schema 'marts', read_only)")
    marts = [
        row[0]
        for row in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse' order by 1"
        ).fetchall()
    ]
    described = connection.execute(f"describe warehouse.marts.{SAMPLE[0]}").fetchall()
    return _found(
        marts,
        lambda query: [list(row) for row in connection.execute(query.replace("marts.", "warehouse.marts.")).fetchall()],
        {},  # DuckDB tells no keys of attached tables
        {},
        {row[0]: row[1] for row in described},
    )


def _found(
    marts: list[str],
    rows: Callable[[str], list[list[Any]]],
    keys: dict[str, list[str]],
    foreign: dict[str, int],
    types: dict[str, str],
) -> dict[str, Any]:
    return {
        "rows": {mart: int(rows(f"select count(*) from marts.{mart}")[0][0]) for mart in marts},
        "read": {mart: len(rows(f"select * from marts.{mart}")) for mart in marts},
        "keys": keys,
        "foreign_keys": foreign,
        "types": {name: types[name] for name in SAMPLE[1]},
        "ordered": [row[0] for row in rows(ORDERED)],
    }


if __name__ == "__main__":
    print(json.dumps({"odbc": odbc, "jdbc": jdbc, "duckdb": duckdb}[sys.argv[1]](), default=str))
