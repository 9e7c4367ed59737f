"""Reads a seed's file, or says by file, line and column why it cannot be read.

A file comes from a spreadsheet now and then: a byte order mark is let pass, everything else that would
move a value into another column (semicolons, another encoding, a row cut short) is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dvc766.failures import NeedsAPerson

MOST_SHOWN = 20
NO_DAY = "không phải ngày viết dạng YYYY-MM-DD"
_SAVE_AGAIN = "lưu lại dạng CSV UTF-8, phân cách bằng dấu phẩy"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file: the number of its line, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a cell, a row (no column) or a file (no line)."""

    file: str
    line: int | None
    column: str | None
    text: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line is not None:
            place.append(f"dòng {self.line}")
        if self.column is not None:
            place.append(f"cột '{self.column}'")
        return f"{', '.join(place)}: {self.text}"


class ReferenceRefused(NeedsAPerson, ValueError):
    """Reference rows cannot be used; names file, line, column and the next step."""

    def __init__(self, findings: Collection[Finding]) -> None:
        shown = [f"- {finding}" for finding in list(findings)[:MOST_SHOWN]]
        if len(findings) > MOST_SHOWN:
            shown.append(f"- … và {len(findings) - MOST_SHOWN} lỗi khác")
        super().__init__(
            "Dữ liệu tham chiếu không dùng được, chưa có gì được tính:\n"
            + "\n".join(shown)
            + "\nViệc cần làm: sửa các ô nêu trên trong thư mục dbt_project/seeds rồi chạy lại."
        )
        self.findings = tuple(findings)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.findings,))


def day_of(value: str) -> date | None:
    """The day of a text YYYY-MM-DD; None for any other text."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def day_in(path: Path, line: Line, column: str) -> date:
    """The day that a cell of a file holds; ReferenceRefused when it holds none."""
    value = line.cells[column]
    day = day_of(value)
    if day is None:
        raise ReferenceRefused([Finding(path.name, line.number, column, f"{value!r} {NO_DAY}")])
    return day


def read(path: Path, columns: Collection[str]) -> list[Line]:
    """The rows of a file that has at least these columns; ReferenceRefused when it is not such a file."""
    lines, findings = look(path, columns, exactly=False)
    if findings:
        raise ReferenceRefused(findings)
    return lines


def look(path: Path, columns: Collection[str], *, exactly: bool = True) -> tuple[list[Line], list[Finding]]:
    """The rows of a file, and what is wrong with its shape; rows of another length are left out."""
    text = _text(path)
    if isinstance(text, Finding):
        return [], [text]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        wrong = list(_wrong_header(path.name, header, columns, exactly=exactly))
        if wrong:
            return [], wrong
        lines: list[Line] = []
        number = reader.line_num + 1
        for row in reader:
            if len(row) == len(header):
                lines.append(Line(number, dict(zip(header, row, strict=True))))
            else:
                wrong.append(_wrong_length(path.name, number, row, header))
            number = reader.line_num + 1
    except csv.Error as error:
        at = reader.line_num
        return [], [Finding(path.name, at, None, f"dấu ngoặc kép không khép đúng ({error}); {_SAVE_AGAIN}")]
    return lines, wrong


def _text(path: Path) -> str | Finding:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Finding(path.name, None, None, "không có tệp này; lấy lại từ kho mã nguồn")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content:
        return Finding(path.name, 1, None, f"tệp được lưu dạng Unicode (UTF-16); {_SAVE_AGAIN}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = _column_at(content, error.start)
        return Finding(path.name, line, column, f"có ký tự không phải UTF-8; {_SAVE_AGAIN}")


def _column_at(content: bytes, position: int) -> str | None:
    """The column of a byte, whatever the encoding."""
    begun = content[content.rfind(b"\n", 0, position) + 1 : position].decode("latin-1")
    header = next(csv.reader([content.partition(b"\n")[0].decode("latin-1").strip()]), [])
    row = next(csv.reader([begun]), [""])
    return header[len(row) - 1] if len(row) <= len(header) else None


def _wrong_header(file: str, header: list[str], columns: Collection[str], *, exactly: bool) -> Iterator[Finding]:
    if len(header) == 1 and len(columns) > 1:
        for mark, name in ((";", "dấu chấm phẩy"), ("\t", "dấu tab")):
            if mark in header[0]:
                first = next(iter(columns))
                yield Finding(file, 1, first, f"các cột phân cách bằng {name}; {_SAVE_AGAIN}")
                return
    for name in columns:
        if name not in header:
            yield Finding(file, 1, name, "thiếu cột này trong dòng tiêu đề")
    for name in dict.fromkeys(header):
        if exactly and name not in columns:
            yield Finding(file, 1, name, "dòng tiêu đề có cột lạ")
        elif header.count(name) > 1:
            yield Finding(file, 1, name, "cột này có hai lần trong dòng tiêu đề")


def _wrong_length(file: str, number: int, row: list[str], header: list[str]) -> Finding:
    if not row:
        return Finding(file, number, None, "dòng trống; xóa dòng này")
    if len(row) < len(header):
        text = f"dòng chỉ có {len(row)} ô trong khi bảng có {len(header)} cột; thiếu từ cột này"
        return Finding(file, number, header[len(row)], text)
    text = f"dòng có {len(row)} ô trong khi bảng có {len(header)} cột; thừa sau cột này (giá trị có dấu phẩy?)"
    return Finding(file, number, header[-1], text)
