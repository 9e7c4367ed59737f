"""Rows as bytes: the same on every machine, harmless in a spreadsheet, exact for a program."""

from __future__ import annotations

import csv
import io
import json
import locale
import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from dvc766.sealing import SealRefused, Table

WRITTEN: Sequence[tuple[object, str, str]] = (
    (None, "", "null"),
    ("", '""', '""'),
    ("Sở Tài chính", "Sở Tài chính", '"Sở Tài chính"'),
    (True, "true", "true"),
    (-5, "-5", "-5"),
    (2**70, str(2**70), str(2**70)),
    (Decimal("12.50"), "12.50", "12.50"),
    (Decimal("-0.30"), "-0.30", "-0.30"),
    (Decimal("1E+2"), "100", "100"),
    (Decimal("1.5E-7"), "0.00000015", "0.00000015"),
    (Decimal("-0.00"), "0.00", "0.00"),
    (0.1, "0.1", "0.1"),
    (1e-7, "0.0000001", "0.0000001"),
    (-0.0, "0.0", "0.0"),
    (date(2026, 8, 31), "2026-08-31", '"2026-08-31"'),
    (datetime.fromisoformat("2026-08-31T17:00:00"), "2026-08-31T17:00:00", '"2026-08-31T17:00:00"'),
    (datetime(2026, 8, 31, 10, tzinfo=UTC), "2026-08-31T17:00:00+07:00", '"2026-08-31T17:00:00+07:00"'),
    ("=1+1", "'=1+1", '"=1+1"'),
    ("+84", "'+84", '"+84"'),
    ("-", "'-", '"-"'),
    ("@a", "'@a", '"@a"'),
    ("\ta", '"\'\ta"', '"\\ta"'),
    ("\ra", '"\'\ra"', '"\\ra"'),
    ("＝1", "'＝1", '"＝1"'),
    ('xã "Mới"', '"xã ""Mới"""', '"xã \\"Mới\\""'),
    ("a, b", '"a, b"', '"a, b"'),
    ("dòng 1\r\ndòng 2", '"dòng 1\r\ndòng 2"', '"dòng 1\\r\\ndòng 2"'),
    (" a", '" a"', '" a"'),
)


@pytest.mark.parametrize(("value", "in_csv", "in_json"), WRITTEN, ids=repr)
def test_a_value_is_written_so(value: object, in_csv: str, in_json: str) -> None:
    table = Table("t", ("a", "b"), [(value, 1)])
    assert table.csv().decode("utf-8-sig") == f"a,b\r\n{in_csv},1\r\n"
    assert table.json().decode() == f'[\n{{"a":{in_json},"b":1}}\n]\n'


def test_a_stranger_s_readers_get_the_rows_back() -> None:
    texts = [value for value, _, _ in WRITTEN if isinstance(value, str)]
    table = Table("t", ("số", "tên"), [(Decimal("1.10"), text) for text in texts])
    read = list(csv.reader(io.StringIO(table.csv().decode("utf-8-sig"), newline="")))
    assert [name.removeprefix("'") for _, name in read[1:]] == texts
    objects = json.loads(table.json(), parse_float=Decimal)
    assert objects == [{"số": Decimal("1.10"), "tên": text} for text in texts]
    assert str(objects[0]["số"]) == "1.10"


def test_no_text_begins_as_a_formula() -> None:
    dangerous = [first + "cmd|' /C calc'!A0" for first in "=+-@\t\r\n＝＋－＠"]
    table = Table("t", ("a",), [(text,) for text in dangerous])
    read = list(csv.reader(io.StringIO(table.csv().decode("utf-8-sig"), newline="")))
    assert [text for [text] in read[1:]] == [f"'{text}" for text in dangerous]


def test_a_table_without_rows_has_its_columns() -> None:
    assert Table("t", ("a", "b"), ()).csv() == b"\xef\xbb\xbfa,b\r\n"
    assert Table("t", ("a", "b"), ()).json() == b"[]\n"


def test_neither_time_zone_nor_locale_changes_a_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = datetime(2026, 8, 31, 10, tzinfo=UTC)
    zones = (UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-4)))
    made = set()
    for name, number_format in (("UTC", "C"), ("America/New_York", "C.UTF-8"), ("Asia/Ho_Chi_Minh", "POSIX")):
        monkeypatch.setattr(os, "environ", os.environ | {"TZ": name})
        time.tzset()
        locale.setlocale(locale.LC_ALL, number_format)
        made |= {Table("t", ("a", "b"), [(instant.astimezone(zone), 0.5)]).csv() for zone in zones}
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    monkeypatch.undo()
    time.tzset()
    assert len(made) == 1


@pytest.mark.parametrize(
    ("columns", "rows", "words"),
    [
        (("a",), [(b"x",)], "bytes"),
        (("a",), [({"b": 1},)], "dict"),
        (("a",), [(float("nan"),)], "float"),
        (("a",), [(Decimal("Infinity"),)], "Decimal"),
        (("a",), [(Decimal("1E+999999"),)], "Decimal"),
        (("a", "b"), [(1, 2), (1,)], "dòng 2 có 1 ô, cần 2"),
        (("a", "a"), [], "trùng nhau"),
        ((), [], "trống"),
    ],
)
def test_what_has_no_one_text_is_refused(columns: tuple[str, ...], rows: list[tuple[object, ...]], words: str) -> None:
    for form in ("csv", "json"):
        with pytest.raises(SealRefused, match=rf"^Bảng t: .*{words}[\s\S]*Việc cần làm:"):
            getattr(Table("t", columns, rows), form)()
