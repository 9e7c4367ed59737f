"""The finished marts to their readers, as a set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from psycopg import Connection, errors, sql
from sqlalchemy import Engine

from dvc766.failures import NeedsAPerson
from dvc766.warehouse import marts_keys, marts_views
from dvc766.warehouse.sessions import lock, transaction

CANDIDATE = "marts_candidate"
MARTS = "marts"

# Whole rows are compared as records: two nulls are equal, and each row is hashed once.
_DELETE = sql.SQL(
    "delete from {mart} as m"
    " where {m_part} and not exists (select from {candidate} as c where {c_part} and (c.*)::record = (m.*)::record)"
)
# What is left by now are rows of the candidate, each of which its key tells as well.
_INSERT = sql.SQL(
    "insert into {mart} select c.* from {candidate} as c"
    " where {c_part} and not exists (select from {mart} as m where {m_part} and {same})"
)
# The months that may differ: those that are open, and those of which the list of months says something else now.
_MOVING_MONTHS = sql.SQL(
    "select period_month from {candidate} as c full join {mart} as m using (period_month)"
    " where c.period_state is distinct from 'frozen' or (c.*)::record is distinct from (m.*)::record"
)
_MONTHS = "dim_months"
_EVERYTHING = sql.SQL("true")
_SIZES = sql.SQL(
    "select (select count(*) from {mart} as m where {m_part}), (select count(*) from {candidate} as c where {c_part})"
)


class MartsRefused(NeedsAPerson):
    """The candidate cannot be taken over; the message says why. The marts stay as they were."""


def promote(engine: Engine, *, every_month: bool = True) -> dict[str, tuple[int, int]]:
    """Make schema `marts` equal `marts_candidate` in one transaction; only rows that differ are touched.

    A month that was frozen before and has no new revision is the same in both, so its rows need not be compared:
    without `every_month` they are not, and a row of it that somebody changed by hand stays.

    A reader sees the marts before or after, never a mixture, and taking the same candidate over
    again changes no row. Tables whose model is gone are dropped. Returns rows (inserted, deleted) by
    table. To be called as the transformer. Raises MartsRefused when the candidate is empty or a
    table holds the same row twice.
    """
    with transaction(engine) as connection:
        lock(connection, MARTS)
        # Of a candidate that is a view the planner expects one row, and would compare each row with every other.
        connection.execute("set local enable_nestloop = off")
        wanted = _tables(connection, CANDIDATE)
        if not wanted:
            raise MartsRefused(
                f"Lược đồ {CANDIDATE} không có bảng nào; bảng mà người dùng đang xem không thay đổi.\n"
                "Việc cần làm: chạy bước dựng kho dữ liệu trước."
            )
        for gone in sorted(_tables(connection, MARTS) - wanted):
            _drop(connection, gone)
        views = marts_views.texts(connection, CANDIDATE)
        made_anew = views != marts_views.texts(connection, MARTS) or any(_is_other(connection, name) for name in wanted)
        if made_anew:
            _drop_views(connection)
        months = None if every_month else _moving_months(connection)
        moved = {table: _sync(connection, table, months) for table in sorted(wanted)}
        _analyze(connection, moved)
        if made_anew:
            marts_views.make(connection, MARTS, views)
        for view in views:
            _copy_comments(connection, view, "view")
        try:
            marts_keys.declare(connection, MARTS, wanted)
        except (errors.ForeignKeyViolation, errors.UniqueViolation, errors.NotNullViolation) as violation:
            raise MartsRefused(
                f"Bảng {CANDIDATE}.{violation.diag.table_name} không giữ được khóa đã khai báo"
                f" ({violation.diag.constraint_name or violation.diag.column_name}: {violation.diag.message_detail});"
                " bảng mà người dùng đang xem không thay đổi.\n"
                "Việc cần làm: xem các phép kiểm tra của mô hình đó trong dự án dbt."
            ) from None
    return moved


def _sync(connection: Connection[Any], table: str, months: Sequence[date] | None) -> tuple[int, int]:
    candidate, mart = sql.Identifier(CANDIDATE, table), sql.Identifier(MARTS, table)
    if _is_other(connection, table):
        _drop(connection, table)
        connection.execute(sql.SQL("create table {} (like {} including all)").format(mart, candidate))
        months = None
    _copy_comments(connection, table)
    names = {"mart": mart, "candidate": candidate, "same": _same(table)} | _parts(table, months)
    deleted = connection.execute(_DELETE.format(**names)).rowcount
    inserted = connection.execute(_INSERT.format(**names)).rowcount
    sizes = connection.execute(_SIZES.format(**names)).fetchone()
    if sizes is None or sizes[0] != sizes[1]:
        raise MartsRefused(
            f"Bảng {CANDIDATE}.{table} có dòng lặp lại; bảng mà người dùng đang xem không thay đổi.\n"
            "Việc cần làm: xem phép kiểm tra khóa của mô hình đó trong dự án dbt."
        )
    return inserted, deleted


def _is_other(connection: Connection[Any], table: str) -> bool:
    """Whether a mart has other columns than its candidate."""
    return _shape(connection, MARTS, table) != _shape(connection, CANDIDATE, table)


def _drop(connection: Connection[Any], table: str) -> None:
    """Drop a mart whose columns have changed; MartsRefused when somebody has built a view on it."""
    marts_keys.release(connection, MARTS, table)
    try:
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(MARTS, table)))
    except errors.DependentObjectsStillExist as blocked:
        raise _used_by_others(f"{MARTS}.{table}", blocked) from None


def _drop_views(connection: Connection[Any]) -> None:
    """Drop the readers' views, which are made anew; MartsRefused when somebody has built a view on one."""
    try:
        marts_views.drop(connection, MARTS)
    except errors.DependentObjectsStillExist as blocked:
        raise _used_by_others(f"{MARTS} (khung nhìn)", blocked) from None


def _used_by_others(what: str, blocked: errors.DependentObjectsStillExist) -> MartsRefused:
    return MartsRefused(
        f"Bảng {what} có cột mới nhưng còn bị khung nhìn khác dùng: {blocked.diag.message_detail}.\n"
        "Bảng mà người dùng đang xem không thay đổi.\n"
        "Việc cần làm: người tạo khung nhìn đó xóa nó, chạy lại lượt tính, rồi tạo lại khung nhìn."
    )


def _analyze(connection: Connection[Any], moved: Mapping[str, tuple[int, int]]) -> None:
    """Tell the planner of tables of which a tenth changed, and of those that it never looked at.

    Autovacuum leaves small tables alone, and comes too late to a large one. A small sample does: most of a mart are
    months that change no more.
    """
    connection.execute("set local default_statistics_target = 10")
    rows = connection.execute(
        "select relname, reltuples from pg_class where relnamespace = %s::regnamespace and relkind = 'r'"
        " order by relname",
        (MARTS,),
    ).fetchall()
    for table, rows_known in rows:
        changed = sum(moved.get(table, (0, 0)))
        if rows_known < 0 or (changed and changed * 10 >= rows_known):
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(MARTS, table)))


def _moving_months(connection: Connection[Any]) -> Sequence[date] | None:
    """The months whose rows may differ; None where one side has no list of months yet."""
    sides = {"candidate": sql.Identifier(CANDIDATE, _MONTHS), "mart": sql.Identifier(MARTS, _MONTHS)}
    if not all(_shape(connection, schema, _MONTHS) for schema in (CANDIDATE, MARTS)):
        return None
    if _shape(connection, CANDIDATE, _MONTHS) != _shape(connection, MARTS, _MONTHS):
        return None
    return [month for (month,) in connection.execute(_MOVING_MONTHS.format(**sides))]


def _parts(table: str, months: Sequence[date] | None) -> dict[str, sql.Composable]:
    """The rows to compare: of a mart whose every row has a month those of these months, else all."""
    keys = marts_keys.KEYS.get(table)
    if months is None or keys is None or "period_month" not in keys.primary:
        return {"m_part": _EVERYTHING, "c_part": _EVERYTHING}
    wanted = sql.SQL("{}.period_month = any({})")
    return {f"{side}_part": wanted.format(sql.SQL(side), sql.Literal(list(months))) for side in ("m", "c")}


def _same(table: str) -> sql.Composable:
    """The condition that a row of the mart and one of the candidate are one."""
    keys = marts_keys.KEYS.get(table)
    if keys is None:
        return sql.SQL("(m.*)::record = (c.*)::record")
    return sql.SQL(" and ").join(sql.SQL("m.{0} = c.{0}").format(sql.Identifier(name)) for name in keys.primary)


def _tables(connection: Connection[Any], schema: str) -> set[str]:
    rows = connection.execute(
        "select relname from pg_catalog.pg_class"
        " where relnamespace = %s::regnamespace and relkind in ('r', 'v') and relname <> all(%s)",
        (schema, list(marts_views.VIEWS)),
    )
    return {name for (name,) in rows}


def _shape(connection: Connection[Any], schema: str, table: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "select attname, format_type(atttypid, atttypmod) from pg_catalog.pg_attribute"
        " where attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) and attnum > 0 and not attisdropped"
        " order by attnum",
        (schema, table),
    )
    return [(name, kind) for name, kind in rows]


def _copy_comments(connection: Connection[Any], table: str, relation: str = "table") -> None:
    """Comments are a part of the contract with BI; those that differ are written again."""
    differing = connection.execute(
        """
        select a.attname, col_description(c.oid, a.attnum)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_class as m on m.relname = c.relname and m.relnamespace = %(mart)s::regnamespace
        join pg_catalog.pg_attribute as b on b.attrelid = m.oid and b.attname = a.attname
        where
            c.relnamespace = %(candidate)s::regnamespace and c.relname = %(table)s
            and col_description(c.oid, a.attnum) is distinct from col_description(m.oid, b.attnum)
        union all
        select null, obj_description(c.oid)
        from pg_catalog.pg_class as c
        join pg_catalog.pg_class as m on m.relname = c.relname and m.relnamespace = %(mart)s::regnamespace
        where
            c.relnamespace = %(candidate)s::regnamespace and c.relname = %(table)s
            and obj_description(c.oid) is distinct from obj_description(m.oid)
        """,
        {"mart": MARTS, "candidate": CANDIDATE, "table": table},
    ).fetchall()
    for column, comment in differing:
        target = sql.Identifier(MARTS, table) if column is None else sql.Identifier(MARTS, table, column)
        kind = sql.SQL(relation if column is None else "column")
        connection.execute(sql.SQL("comment on {} {} is {}").format(kind, target, sql.Literal(comment)))
