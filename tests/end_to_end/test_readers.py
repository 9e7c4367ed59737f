"""What tools read of the marts beside rows: types, keys, references, columns never empty, comments, order of names.

psycopg, SQLAlchemy and pandas; ODBC, JDBC and DuckDB read the same in `./run drill readers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pandas
import pytest
from psycopg import errors
from sqlalchemy import Engine, Inspector, inspect, text
from sqlalchemy.dialects import postgresql as pg

from dvc766.warehouse.engine import engine_of
from dvc766.warehouse.marts_keys import KEYS
from tests.end_to_end.pipeline import Pipeline

# Where Vietnamese order and that of code points part: Đ comes after D and before E, Ă after A.
ALPHABET = ["a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "h", "i", "k", "l", "m", "n", "o", "ô", "ơ", "p", "q"]
ALPHABET += ["r", "s", "t", "u", "ư", "v", "x", "y"]
MARKS = dict(
    zip(
        "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ",
        "aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy",
        strict=True,
    )
)


@pytest.fixture(scope="module")
def reader(small: Pipeline) -> Iterator[Engine]:
    """An engine of the role that BI tools use."""
    engine = engine_of(small.database.url("bi_reader"), "test:reader")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def schema(reader: Engine) -> Inspector:
    return inspect(reader)


def test_every_mart_has_its_key_and_its_references(schema: Inspector) -> None:
    tables = schema.get_table_names("marts")
    assert set(tables) >= set(KEYS)
    for table in tables:
        assert schema.get_pk_constraint(table, "marts")["constrained_columns"], table
    referred = {(table, key["referred_table"]) for table in tables for key in schema.get_foreign_keys(table, "marts")}
    assert referred >= {(table, other) for table, keys in KEYS.items() for other in keys.foreign.values()}


def test_every_column_has_a_comment_texts_a_length_and_instants_no_zone(schema: Inspector) -> None:
    for table in _relations(schema):
        for column in schema.get_columns(table, "marts"):
            kind = column["type"]
            assert column["comment"], f"{table}.{column['name']} says nothing"
            assert not (isinstance(kind, pg.TIMESTAMP) and kind.timezone), f"{table}.{column['name']} has a zone"
            if isinstance(kind, (pg.VARCHAR, pg.TEXT)):
                assert getattr(kind, "length", None), f"{table}.{column['name']} has no length"


def test_every_code_has_its_label_beside_it(schema: Inspector) -> None:
    for table in ("agency_rankings_monthly", "agency_scorecards_monthly", "agency_group_scores_monthly"):
        names = {column["name"] for column in schema.get_columns(table, "marts")}
        for code in ("peer_group", "assessment_status", "period_state"):
            assert f"{code}_vi" in names, f"{table}.{code}"
        assert {"period_label", "agency_name_vi", "period_sort", "is_provisional"} <= names


def test_a_text_longer_than_its_column_is_refused_and_not_cut(small: Pipeline) -> None:
    with small.database.connect("transformer") as connection, connection.transaction(force_rollback=True):
        connection.execute("update reference.labels set name_vi = repeat('x', 101) where code_set = 'period_state'")
        with pytest.raises(errors.StringDataRightTruncation, match=r"character varying\(100\)"):
            connection.execute("select * from marts_candidate.dim_months")


def test_pandas_reads_numbers_flags_and_local_times(reader: Engine) -> None:
    frame = pandas.read_sql(text("select * from marts.agency_rankings_monthly"), reader, coerce_float=False)
    assert len(frame) > 0
    assert all(isinstance(score, Decimal) for score in frame["score"].dropna())
    assert frame["is_provisional"].dtype == bool
    assert frame["data_as_of_local_at"].dtype.kind == "M"
    status = pandas.read_sql(text("select province_code, period_month from marts.data_status"), reader)
    assert len(frame.merge(status, on=["province_code", "period_month"])) == len(frame)


def test_names_stand_in_vietnamese_order_by_their_key(reader: Engine) -> None:
    frame = pandas.read_sql(
        text("select agency_name_vi, agency_sort_key from marts.dim_agencies order by agency_sort_key"), reader
    )
    names = list(frame["agency_name_vi"])
    words = [[_places(word) for word in name.lower().split()] for name in names]
    assert words == sorted(words)
    assert all(key.isalpha() for key in frame["agency_sort_key"]), "a text of digits is taken for a number"
    assert any(name.lower().startswith("đ") or " đ" in name.lower() for name in names), "no Đ to tell the orders apart"


def _places(word: str) -> list[int]:
    """The places of a word's letters in the alphabet, tone marks aside."""
    return [ALPHABET.index(letter) for letter in (MARKS.get(one, one) for one in word) if letter in ALPHABET]


def test_the_dictionary_names_every_column(reader: Engine, schema: Inspector) -> None:
    frame = pandas.read_sql(text("select * from marts.data_dictionary"), reader)
    told = set(zip(frame["relation_name"], frame["column_name"], strict=True))
    there = {(table, column["name"]) for table in _relations(schema) for column in schema.get_columns(table, "marts")}
    assert told == there
    assert all(re.search(r"\w", label) for label in frame["label_vi"])


def _relations(schema: Inspector) -> list[str]:
    """All that readers see: tables, and views over them."""
    return [*schema.get_table_names("marts"), *schema.get_view_names("marts")]
