"""How the rows of a table are written: the same rows give the same bytes on every machine.

| value | CSV | JSON |
|---|---|---|
| nothing (NULL) | empty | `null` |
| empty text | `""` | `""` |
| yes, no | `true`, `false` | `true`, `false` |
| number 12.50 | `12.50` | `12.50` |
| number 1E+2 | `100` | `100` |
| day | `2026-08-31` | `"2026-08-31"` |
| instant with a zone | `2026-08-31T17:00:00+07:00` | the same, as text |
| local time without a zone | `2026-08-31T17:00:00` | the same, as text |
| text `=1+1` | `'=1+1` | `"=1+1"` |
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from dvc766.sealing.refusal import SealRefused

LOCAL = timezone(timedelta(hours=7))
"""Viet Nam's offset, fixed: no table of time zones, which differ from machine to machine, has a say."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it a spreadsheet reads Vietnamese letters wrongly
LINE_END = "\r\n"
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # how a text begins that a spreadsheet would run
_QUOTED = re.compile(r'[",;\r\n\t]|^$|^ | $')
_MOST_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to be published, in the order in which they are to stand. Example: `Table("rankings", ["rank"], [[1]])`."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def csv(self) -> bytes:
        """For spreadsheets: UTF-8 with a mark, commas, a point in decimals, CRLF."""
        lines = [self.columns, *self._whole_rows()]
        text = "".join(",".join(map(self._csv_cell, line)) + LINE_END for line in lines)
        return BYTE_ORDER_MARK + text.encode()

    def json(self) -> bytes:
        """For programs: a list of objects, one a line, their keys in the order of the columns."""
        keys = [json.dumps(column, ensure_ascii=False) for column in self.columns]
        rows = [
            "{" + ",".join(f"{key}:{self._json_cell(cell)}" for key, cell in zip(keys, row, strict=True)) + "}"
            for row in self._whole_rows()
        ]
        return ("[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n").encode()

    def _whole_rows(self) -> Sequence[Sequence[object]]:
        if not self.columns or len(set(self.columns)) < len(self.columns):
            raise self._refused("tên cột trống hoặc trùng nhau")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise self._refused(f"dòng {number} có {len(row)} ô, cần {len(self.columns)}")
        return self.rows

    def _csv_cell(self, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._plain(value)
        text = "'" + value if _FORMULA.match(value) else value
        return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text

    def _json_cell(self, value: object) -> str:
        if value is None:
            return "null"
        is_quoted = isinstance(value, str | date)
        text = value if isinstance(value, str) else self._plain(value)
        return json.dumps(text, ensure_ascii=False) if is_quoted else text

    def _plain(self, value: object) -> str:
        """A value that is no text, as both forms write it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            return (value.astimezone(LOCAL) if value.tzinfo else value).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int | float | Decimal):
            number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS:
                return f"{number if number else abs(number):f}"  # there is no minus zero
        raise self._refused(f"không ghi được giá trị kiểu {type(value).__name__}")

    def _refused(self, what: str) -> SealRefused:
        return SealRefused(f"Bảng {self.name}: {what}; chưa công bố gì.\nViệc cần làm: sửa truy vấn của bảng này.")
