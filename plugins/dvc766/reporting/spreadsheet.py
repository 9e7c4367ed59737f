"""Tables on sheets: text stays text, numbers and dates are real ones, and every sheet prints with its origin.

Number formats are Excel's own; the reader's language setting shows them as 1.234,56 or 1,234.56.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO
from typing import Any, Generic, TypeVar

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

Row = TypeVar("Row")
Value = str | int | Decimal | date | datetime | None

LONGEST_NAME, LONGEST_TEXT, LONGEST_FOOTER = 31, 32_767, 255  # what Excel holds in a sheet's name, a cell, a footer
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_INK, _HEADER, _RULE, _WARNING, _FONT = "#1F2933", "#DCE6F1", "#C8D2DC", "#801650", "Times New Roman"
_LINE, _TITLE = 15, 20  # points of height of a line of text and of the title
_NARROW = 1.1  # letters of the font in the width of a digit
_INDENT = 1  # of a text in its cell, in digits


class Kind(Enum):
    """What a column holds; the value is its number format."""

    TEXT = "General"
    COUNT = "#,##0"
    POINTS = "#,##0.00"
    PERCENT = "0.0%"
    DAY = "dd/mm/yyyy"
    MOMENT = "dd/mm/yyyy hh:mm"
    CHANGE = "+#,##0.00;−#,##0.00;0"
    MOVEMENT = '"▲ "0;"▼ "0;"="'


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its heading, how its value is taken from a row, what it holds and how wide it is in letters."""

    heading: str
    value: Callable[[Row], Value]
    kind: Kind = Kind.TEXT
    width: float = 12


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A sheet with one table: `name` on its tab, `title` and `notes` above the headings.

    `kept` columns stay in view when one scrolls to the right.
    """

    name: str
    title: str
    columns: Sequence[Column[Row]]
    rows: Iterable[Row]
    notes: Sequence[str] = ()
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands on every sheet: of what the figures are, on what they rest, and whether they are real."""

    subject: str
    provenance: str
    warning: str | None
    created: datetime
    title: str
    author: str


@dataclass
class Spreadsheet:
    """A workbook in the making: `add` tables and texts, then take its `content`; the same calls give the same bytes."""

    origin: Origin
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._bytes = BytesIO()
        self._book: Workbook = xlsxwriter.Workbook(
            self._bytes, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}
        )
        properties = {"title": self.origin.title, "subject": self.origin.subject, "author": self.origin.author}
        self._book.set_properties(
            properties | {"comments": self.origin.provenance, "created": self.origin.created, "company": ""}
        )
        basis = {"font_name": _FONT, "font_size": 11, "valign": "top", "font_color": _INK}
        cell = basis | {"bottom": 1, "bottom_color": _RULE}
        self._formats = {kind: self._book.add_format(cell | {"num_format": kind.value}) for kind in Kind}
        self._formats[Kind.TEXT].set_text_wrap()
        self._formats[Kind.TEXT].set_align("left")  # without it an indent is not shown
        self._formats[Kind.TEXT].set_indent(1)
        self._at_left = {
            kind: self._book.add_format(cell | {"num_format": kind.value, "align": "left", "text_wrap": True})
            for kind in Kind
        }
        self._guarded = self._book.add_format(cell | {"text_wrap": True, "quote_prefix": True})
        self._missing = self._book.add_format(cell | {"align": "right"})
        self._title = self._book.add_format(basis | {"bold": True, "font_size": 14})
        self._line = self._book.add_format(basis)
        self._warning = self._book.add_format(basis | {"bold": True, "font_color": _WARNING})
        self._heading = self._book.add_format(
            basis | {"bold": True, "text_wrap": True, "bg_color": _HEADER, "border": 1, "valign": "vcenter"}
        )

    def add(self, table: Table[Any]) -> None:
        """A sheet with a table: headings that stay in view, repeat on paper and filter."""
        sheet = self._sheet(table.name)
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, column.width)
        top = self._opening(sheet, table.title, table.notes)
        for position, column in enumerate(table.columns):
            sheet.write_string(top, position, column.heading, self._heading)
        # the filter's button takes room in a heading
        sheet.set_row(top, _LINE * max(_lines(column.heading, column.width - 3) for column in table.columns))
        last = top
        for last, row in enumerate(table.rows, top + 1):
            lines = 1
            for position, column in enumerate(table.columns):
                value = column.value(row)
                self._write(sheet, last, position, self._formats[column.kind], value)
                if column.kind is Kind.TEXT and isinstance(value, str) and len(value) > column.width - _INDENT:
                    lines = max(lines, _lines(value, (column.width - _INDENT) * _NARROW))
            if lines > 1:
                sheet.set_row(last, _LINE * lines)
        sheet.freeze_panes(top + 1, table.kept)
        sheet.autofilter(top, 0, max(last, top + 1), len(table.columns) - 1)
        sheet.repeat_rows(top)

    def add_text(self, name: str, title: str, pairs: Sequence[tuple[str, Value, Kind]], width: float = 80) -> None:
        """A sheet that is read from top to bottom: a name and what is said of it on each line."""
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, width)
        top = self._opening(sheet, title, ())
        for row, (label, value, kind) in enumerate(pairs, top):
            sheet.write_string(row, 0, label, self._formats[Kind.TEXT])
            self._write(sheet, row, 1, self._at_left[kind], value)
            if isinstance(value, str):
                sheet.set_row(row, _LINE * _lines(value, width * _NARROW))
        sheet.freeze_panes(top, 0)

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._bytes.getvalue()

    def _sheet(self, wanted: str) -> Worksheet:
        sheet = self._book.add_worksheet(self._free_name(wanted))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        unscaled = {"scale_with_doc": False}
        warning = f"&L{_of_footer(self.origin.warning)}" if self.origin.warning else ""
        sheet.set_header(f"{warning}&R{_of_footer(self.origin.subject)}"[:LONGEST_FOOTER], unscaled)
        sheet.set_footer(f"&L&8{_of_footer(self.origin.provenance)}&R&8Trang &P/&N"[:LONGEST_FOOTER], unscaled)
        return sheet

    def _free_name(self, wanted: str) -> str:
        name = wanted.translate(_NOT_IN_A_NAME).strip("'")[:LONGEST_NAME]
        number = 2
        while name.lower() in self._names:
            name = f"{name[: LONGEST_NAME - 4]} ({number})"
            number += 1
        self._names.add(name.lower())
        return name

    def _opening(self, sheet: Worksheet, title: str, notes: Sequence[str]) -> int:
        """The lines above a table; returns the row below them."""
        lines = [(title, self._title), (self.origin.subject, self._line)]
        if self.origin.warning:
            lines.append((self.origin.warning, self._warning))
        lines += [(self.origin.provenance, self._line), *((note, self._line) for note in notes)]
        for row, (text, style) in enumerate(lines):
            sheet.write_string(row, 0, text[:LONGEST_TEXT], style)
        sheet.set_row(0, _TITLE)
        return len(lines) + 1

    def _write(self, sheet: Worksheet, row: int, column: int, style: Format, value: Value) -> None:
        if value is None:
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            if value.startswith(_STARTS_A_FORMULA):
                style = self._guarded
            elif style.num_format != Kind.TEXT.value:
                style = self._missing
            sheet.write_string(row, column, value[:LONGEST_TEXT], style)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, style)
        else:
            sheet.write_number(row, column, float(value), style)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a width of letters, words kept whole."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, len(word)
        else:
            used += len(word) + (1 if used else 0)
    return lines


def _of_footer(text: str) -> str:
    """A text for a page's head or foot, where & starts a command."""
    return text.replace("&", "&&")
