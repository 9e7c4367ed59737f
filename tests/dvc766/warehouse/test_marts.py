"""The marts are taken over as a set."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine

from dvc766.warehouse import marts
from dvc766.warehouse.engine import engine_of
from tests.database import Database

CANDIDATE = """
create table marts_candidate.points (agency_code text, points numeric(5, 2), c jsonb);
comment on table marts_candidate.points is 'Điểm';
comment on column marts_candidate.points.points is 'Điểm của cơ quan';
insert into marts_candidate.points values ('H44.1', 12.5, '{}'), ('H44.2', null, null);
"""


@pytest.fixture
def transformer(database: Database) -> Iterator[Engine]:
    engine = engine_of(database.url("transformer"), "test:transformer")
    with database.connect("transformer") as connection:
        connection.execute(CANDIDATE)
    yield engine
    engine.dispose()


def _as_reader(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connect("bi_reader") as connection:
        return connection.execute(query).fetchall()


def test_the_reader_sees_rows_and_comments(database: Database, transformer: Engine) -> None:
    assert marts.promote(transformer) == {"points": (2, 0)}
    assert _as_reader(database, "select agency_code, points::text from marts.points order by 1") == [
        ("H44.1", "12.50"),
        ("H44.2", None),
    ]
    assert _as_reader(
        database,
        "select obj_description('marts.points'::regclass), col_description('marts.points'::regclass, 2)",
    ) == [("Điểm", "Điểm của cơ quan")]


def test_a_candidate_may_be_a_view(database: Database, transformer: Engine) -> None:
    with database.connect("transformer") as connection:
        connection.execute("alter table marts_candidate.points set schema indicators")
        connection.execute("create view marts_candidate.points as table indicators.points")
        connection.execute("comment on column marts_candidate.points.points is 'Điểm số'")
    assert marts.promote(transformer) == {"points": (2, 0)}
    assert marts.promote(transformer) == {"points": (0, 0)}
    query = "select relkind::text, col_description(oid, 2) from pg_class where oid = 'marts.points'::regclass"
    assert _as_reader(database, query) == [("r", "Điểm số")]


def test_the_planner_is_told_when_a_tenth_of_a_mart_has_changed(database: Database, transformer: Engine) -> None:
    known = []
    for first, last in ((1, 100), (101, 105), (106, 120)):
        with database.connect("transformer") as connection:
            connection.execute(
                "insert into marts_candidate.points"
                " select 'H44.9.' || n, n, null from generate_series(%s::int, %s::int) as n",
                (first, last),
            )
        marts.promote(transformer)
        known += _as_reader(database, "select reltuples::int from pg_class where oid = 'marts.points'::regclass")
    assert known == [(102,), (102,), (122,)]


def test_the_same_candidate_again_touches_no_row(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    rows = "select xmin::text, ctid::text, * from marts.points"
    before = _as_reader(database, rows)
    assert marts.promote(transformer) == {"points": (0, 0)}
    assert _as_reader(database, rows) == before


def test_only_rows_that_differ_are_written(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("update marts_candidate.points set points = 3 where agency_code = 'H44.2'")
        connection.execute("comment on column marts_candidate.points.points is 'Điểm mới'")
    assert marts.promote(transformer) == {"points": (1, 1)}
    assert _as_reader(database, "select points::text from marts.points where agency_code = 'H44.2'") == [("3.00",)]
    assert _as_reader(database, "select col_description('marts.points'::regclass, 2)") == [("Điểm mới",)]


def test_of_a_monthly_table_every_row_that_differs_is_written(database: Database, transformer: Engine) -> None:
    """Also a month that came, one that went, and one that somebody changed behind the pipeline's back."""
    with database.connect("transformer") as connection:
        connection.execute("create table marts_candidate.months (period_month date, score numeric(5, 2))")
        connection.execute(
            "insert into marts_candidate.months"
            " values ('2025-05-01', 1), ('2025-05-01', null), ('2025-06-01', 2), ('2025-07-01', 3)"
        )
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("update marts.months set score = 99 where period_month = '2025-05-01' and score = 1")
        connection.execute("delete from marts_candidate.months where period_month = '2025-06-01'")
        connection.execute("insert into marts_candidate.months values ('2025-08-01', 4)")
    assert marts.promote(transformer)["months"] == (2, 2)
    assert _as_reader(database, "select period_month::text, score::text from marts.months order by 1, 2") == [
        ("2025-05-01", "1.00"),
        ("2025-05-01", None),
        ("2025-07-01", "3.00"),
        ("2025-08-01", "4.00"),
    ]


def test_a_new_shape_replaces_the_table_and_a_gone_model_drops_it(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("alter table marts_candidate.points add rank integer default 1")
        connection.execute("create table marts_candidate.others as select 1 as one")
    assert marts.promote(transformer) == {"others": (1, 0), "points": (2, 0)}
    assert _as_reader(database, "select agency_code, rank from marts.points order by 1") == [("H44.1", 1), ("H44.2", 1)]
    with database.connect("transformer") as connection:
        connection.execute("drop table marts_candidate.points")
    assert marts.promote(transformer) == {"others": (0, 0)}
    assert _as_reader(database, "select to_regclass('marts.points')") == [(None,)]


def test_a_failure_leaves_every_mart_as_it_was(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("create table marts_candidate.a_new_one as select 1 as one")
        connection.execute("insert into marts_candidate.points values ('H44.3', 1, null), ('H44.3', 1, null)")
    with database.connect() as owner:  # nobody else writes functions
        owner.execute(
            "create function marts.refuse() returns trigger language plpgsql as $$"
            "begin raise exception 'planted'; end $$"
        )
        owner.execute("create trigger refuse before insert on marts.points execute function marts.refuse()")
    with pytest.raises(psycopg.errors.RaiseException, match="planted"):
        marts.promote(transformer)
    assert _as_reader(database, "select to_regclass('marts.a_new_one'), count(*) from marts.points") == [(None, 2)]


def test_a_row_that_stands_twice_is_refused(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("insert into marts_candidate.points values ('H44.1', 12.5, '{}')")
    with pytest.raises(marts.MartsRefused, match="có dòng lặp lại"):
        marts.promote(transformer)


def test_an_empty_candidate_is_refused(database: Database, transformer: Engine) -> None:
    with database.connect("transformer") as connection:
        connection.execute("drop table marts_candidate.points")
    with pytest.raises(marts.MartsRefused, match="không có bảng nào"):
        marts.promote(transformer)


MONTHS_AND_STATUS = """
create table marts_candidate.dim_months (
    period_month date, period_label varchar(7), period_sort integer, period_state text, period_state_vi text
);
insert into marts_candidate.dim_months values ('2026-08-01', '08/2026', 202608, 'open', 'Đã kết thúc');
create table marts_candidate.data_status (
    province_code text, period_month date, period_state text, is_synthetic boolean
);
insert into marts_candidate.data_status values ('H44', '2026-08-01', 'open', true);
"""
_KEYS = """
select conname::text, pg_get_constraintdef(oid) from pg_constraint
where connamespace = 'marts'::regnamespace and contype in ('p', 'f') order by 1
"""


def test_marts_have_their_keys_also_in_a_warehouse_that_exists(database: Database, transformer: Engine) -> None:
    with database.connect("transformer") as connection:
        connection.execute(MONTHS_AND_STATUS)
        connection.execute("create table marts.data_status (like marts_candidate.data_status)")  # of an older release
    for _ in range(2):
        marts.promote(transformer)
        assert _as_reader(database, _KEYS) == [
            (
                "data_status_dim_months_fkey",
                "FOREIGN KEY (period_month) REFERENCES dim_months(period_month) DEFERRABLE INITIALLY DEFERRED",
            ),
            ("data_status_pkey", "PRIMARY KEY (province_code, period_month)"),
            ("dim_months_pkey", "PRIMARY KEY (period_month)"),
        ]
    empty = (
        "select attname::text from pg_attribute"
        " where attrelid = 'marts.data_status'::regclass and attnotnull and attnum > 0"
    )
    assert {name for (name,) in _as_reader(database, empty)} == {
        *("province_code", "period_month", "period_state", "is_synthetic")
    }


def test_a_month_that_nobody_knows_is_refused_and_nothing_is_shown(database: Database, transformer: Engine) -> None:
    with database.connect("transformer") as connection:
        connection.execute(MONTHS_AND_STATUS)
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("insert into marts_candidate.data_status values ('H44', '2026-09-01', 'open', true)")
    with pytest.raises(marts.MartsRefused, match="data_status_dim_months_fkey"):
        marts.promote(transformer)
    assert _as_reader(database, "select count(*) from marts.data_status") == [(1,)]


def test_a_table_with_another_shape_gets_its_keys_again(database: Database, transformer: Engine) -> None:
    with database.connect("transformer") as connection:
        connection.execute(MONTHS_AND_STATUS)
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("alter table marts_candidate.dim_months add column year integer")
    marts.promote(transformer)
    assert len(_as_reader(database, _KEYS)) == 3


def test_somebodys_view_is_named_and_stays(database: Database, transformer: Engine) -> None:
    marts.promote(transformer)
    with database.connect() as connection:
        connection.execute("create schema reports; create view reports.own as select points from marts.points")
    with database.connect("transformer") as connection:
        connection.execute("alter table marts_candidate.points add column rank integer")
    with pytest.raises(marts.MartsRefused, match=r"view reports\.own"):
        marts.promote(transformer)
    assert _as_reader(database, "select count(*) from marts.points") == [(2,)]


def test_months_that_were_frozen_before_are_not_compared_but_on_demand(database: Database, transformer: Engine) -> None:
    """A new revision and an open month are taken over; what somebody changed in a frozen month stays until then."""
    with database.connect("transformer") as connection:
        connection.execute(
            "create table marts_candidate.dim_months (period_month date, period_label text, period_sort integer,"
            " period_state text, period_state_vi text, revision integer)"
        )
        connection.execute(
            "insert into marts_candidate.dim_months values ('2025-05-01', '', 1, 'frozen', '', 1),"
            " ('2025-06-01', '', 2, 'frozen', '', 1), ('2025-07-01', '', 3, 'open', '', 0)"
        )
        connection.execute(
            "create table marts_candidate.data_status (province_code text, period_month date, n numeric(5, 2),"
            " period_state text, is_synthetic boolean)"
        )
        connection.execute(
            "insert into marts_candidate.data_status"
            " select 'H44', period_month, 1, period_state, true from marts_candidate.dim_months"
        )
    marts.promote(transformer)
    with database.connect("transformer") as connection:
        connection.execute("update marts.data_status set n = 9 where period_month = '2025-05-01'")
        connection.execute("update marts_candidate.dim_months set revision = 2 where period_month = '2025-06-01'")
        connection.execute("update marts_candidate.data_status set n = 2 where period_month >= '2025-06-01'")
    assert marts.promote(transformer, every_month=False)["data_status"] == (2, 2)
    assert _as_reader(database, "select n::text from marts.data_status order by period_month") == [
        ("9.00",),
        ("2.00",),
        ("2.00",),
    ]
    assert marts.promote(transformer)["data_status"] == (1, 1)
    assert _as_reader(database, "select n::text from marts.data_status order by period_month limit 1") == [("1.00",)]
