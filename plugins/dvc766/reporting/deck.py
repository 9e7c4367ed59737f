"""Slides with native tables and charts: a title, a body that fits, a mark where data are made up, and their origin.

The font asked for is Arial; where it is missing, the program that shows the slides takes its own (Liberation Sans has
the same widths). A text or a table is set in the largest size in which it fits; sizes are reckoned from the widths of
letters, for nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from dvc766.reporting.documents.layout import Table
from dvc766.reporting.fixed_dates import with_fixed_dates

FONT = "Arial"
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.5  # inches
BODY_TOP, BODY_BOTTOM = 1.25, 6.9
INK, BLUE, PALE, WARNING = (RGBColor.from_string(colour) for colour in ("1F2933", "12436D", "EEF3F8", "801650"))
SERIES = tuple(RGBColor.from_string(colour) for colour in ("0B3C66", "B45309", "767676", "801650"))
COUNTS = r"[>=1000000]0\.000\.000;[>=1000]0\.000;0"
"""A count with the Vietnamese mark of thousands on any machine, as in the texts beside a chart."""
_TITLE_ONLY = 5  # of the layouts that python-pptx comes with
_LETTER, _LINE = 0.51, 1.2  # mean width of a letter and height of a line, in sizes of the font
_GAP = 0.35  # between paragraphs, in sizes of the font
_SIDES = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on a slide, in inches."""

    left: float = MARGIN
    top: float = BODY_TOP
    width: float = WIDTH - 2 * MARGIN
    height: float = BODY_BOTTOM - BODY_TOP


@dataclass(frozen=True, slots=True)
class Series:
    """One set of bars, a value for each category; None is no bar."""

    name: str
    values: Sequence[float | None]


class Deck:
    """Slides in the making; the same calls give the same bytes."""

    def __init__(self, title: str, author: str, created: datetime, origin: str, warning: str | None) -> None:
        self._made = Presentation()
        self._made.slide_width, self._made.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._origin, self._warning, self._created = origin, warning, created.replace(microsecond=0)
        properties = self._made.core_properties
        properties.title, properties.author, properties.last_modified_by = title, author, author
        properties.language, properties.revision = "vi-VN", 1
        properties.created = properties.modified = self._created

    def slide(self, title: str) -> Slide:
        """A new slide with its title, the mark and the origin."""
        made = self._made.slides.add_slide(self._made.slide_layouts[_TITLE_ONLY])
        shown = Slide(made, self._created)
        heading = made.shapes.title
        heading.left, heading.top, heading.width, heading.height = map(Inches, (MARGIN, 0.45, WIDTH - 1, 0.75))
        _say(heading.text_frame, [title], 26, BLUE, bold=True)
        heading.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        if self._warning:
            shown.text([self._warning], Place(MARGIN, 0.12, WIDTH - 1, 0.35), 13, WARNING, bold=True)
        number = len(self._made.slides)
        shown.text([f"{self._origin} · Trang {number}"], Place(MARGIN, 7.0, WIDTH - 1, 0.35), 11)
        return shown

    def content(self) -> bytes:
        """The finished file."""
        saved = BytesIO()
        self._made.save(saved)
        return with_fixed_dates(saved.getvalue())


class Slide:
    """One slide: texts, tables and charts in their places."""

    def __init__(self, made: Any, created: datetime) -> None:
        self._made, self._created = made, created

    def text(
        self,
        paragraphs: Sequence[str],
        place: Place,
        most: float = 20,
        colour: RGBColor = INK,
        *,
        bold: bool = False,
    ) -> None:
        """Paragraphs, in a size of at most `most` points."""
        box = self._made.shapes.add_textbox(*_emu(place))
        size = _fitting(most, place.height, lambda size: _height(paragraphs, place.width - 0.2, size))
        _say(box.text_frame, paragraphs, size, colour, bold=bold)

    def table(self, table: Table, place: Place, most: float = 14) -> None:
        """A table with its caption above and its note below."""
        caption = Place(place.left, place.top, place.width, 0.4)
        self.text([table.caption], caption, 14, bold=True)
        note = 0.35 if table.note else 0
        room = place.height - 0.4 - note
        shares = [place.width * column.share / sum(one.share for one in table.columns) for column in table.columns]
        texts = [[column.header for column in table.columns]]
        texts += [[row[column.key] for column in table.columns] for row in table.rows]
        size = _fitting(most, room, lambda size: sum(_row_height(row, shares, size) for row in texts))
        heights = [_row_height(row, shares, size) for row in texts]
        below = Place(place.left, place.top + 0.4, place.width, sum(heights))
        frame = self._made.shapes.add_table(len(texts), len(shares), *_emu(below))
        _describe(frame, table.caption)
        for column, share in zip(frame.table.columns, shares, strict=True):
            column.width = Inches(share)
        for position, (row, height) in enumerate(zip(texts, heights, strict=True)):
            frame.table.rows[position].height = Inches(height)
            for cell, text, column in zip(frame.table.rows[position].cells, row, table.columns, strict=True):
                _fill(cell, text, size, _SIDES[column.align], is_header=position == 0)
        if table.note:
            self.text([table.note], Place(place.left, below.top + below.height, place.width, note), 11)

    def bars(
        self,
        caption: str,
        categories: Sequence[str],
        series: Sequence[Series],
        place: Place,
        *,
        stacked: bool = False,
        number_format: str = COUNTS,
    ) -> None:
        """A chart of lying bars, the first category on top, with their values."""
        data = CategoryChartData(number_format=number_format)
        data.categories = categories
        for one in series:
            data.add_series(one.name, one.values)
        kind = XL_CHART_TYPE.BAR_STACKED if stacked else XL_CHART_TYPE.BAR_CLUSTERED
        frame = self._made.shapes.add_chart(kind, *_emu(place), data)
        _describe(frame, caption)
        chart = frame.chart
        chart.part.chart_workbook.update_from_xlsx_blob(self._workbook(categories, series, number_format))
        chart.font.size, chart.font.name = Pt(11), FONT
        chart.has_title = True
        _say(chart.chart_title.text_frame, [caption], 13, INK, bold=True)
        chart.has_legend = len(series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        chart.category_axis.reverse_order = True
        chart.category_axis.format.line.color.rgb = INK
        chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
        chart.value_axis.minimum_scale = 0
        plot = chart.plots[0]
        plot.gap_width, plot.has_data_labels = 45, True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = number_format, False
        plot.data_labels.font.size = Pt(11)
        for bars, colour in zip(plot.series, SERIES, strict=False):
            bars.format.fill.solid()
            bars.format.fill.fore_color.rgb = colour
            bars.invert_if_negative = False
            if stacked:
                bars.data_labels.show_value = True
                bars.data_labels.font.color.rgb, bars.data_labels.font.size = RGBColor(255, 255, 255), Pt(11)

    def _workbook(self, categories: Sequence[str], series: Sequence[Series], number_format: str) -> bytes:
        """The sheet that stands behind a chart, where python-pptx puts it, but without the time of making."""
        made = BytesIO()
        book = xlsxwriter.Workbook(made, {"in_memory": True})
        book.set_properties({"created": self._created})
        sheet, style = book.add_worksheet("Sheet1"), book.add_format({"num_format": number_format})
        for row, category in enumerate(categories, 1):
            sheet.write_string(row, 0, category)
        for column, one in enumerate(series, 1):
            sheet.write_string(0, column, one.name)
            for row, value in enumerate(one.values, 1):
                if value is not None:
                    sheet.write_number(row, column, value, style)
        book.close()
        return made.getvalue()


def _say(frame: Any, paragraphs: Sequence[str], size: float, colour: RGBColor, *, bold: bool = False) -> None:
    """Texts in a frame, a paragraph each."""
    frame.word_wrap = True
    for position, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_after = Pt(size * _GAP) if len(paragraphs) > 1 else Pt(0)
        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.size, font.name, font.bold, font.color.rgb = Pt(size), FONT, bold, colour
        font.language_id = MSO_LANGUAGE_ID.VIETNAMESE


def _fill(cell: Any, text: str, size: float, side: Any, *, is_header: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = BLUE if is_header else PALE
    _say(cell.text_frame, [text], size, RGBColor(255, 255, 255) if is_header else INK, bold=is_header)
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER if is_header else side


def _describe(frame: Any, text: str) -> None:
    """What a screen reader says of a table or chart."""
    frame._element.find(f".//{qn('p:cNvPr')}").set("descr", text)


def _fitting(most: float, room: float, needed: Callable[[float], float]) -> float:
    """The largest size, in half points from `most` down to 8, for which there is room."""
    size = most
    while size > 8 and needed(size) > room:
        size -= 0.5
    return size


def _height(paragraphs: Sequence[str], width: float, size: float) -> float:
    lines = sum(_lines(text, width, size) for text in paragraphs)
    return (lines * _LINE + (len(paragraphs) - 1) * _GAP) * size / 72 + 0.1


def _row_height(texts: Sequence[str], widths: Sequence[float], size: float) -> float:
    lines = max(_lines(text, width - 0.12, size) for text, width in zip(texts, widths, strict=True))
    return lines * _LINE * size / 72 + 0.06


def _lines(text: str, width: float, size: float) -> int:
    """How many lines a text takes; a little more than it will, for words are kept whole."""
    per_line = max(1, int(width * 72 / (size * _LETTER)))
    longest_word = max((len(word) for word in text.split()), default=0)
    return max(1, ceil(len(text) / max(1, per_line - min(longest_word, 3))))


def _emu(place: Place) -> tuple[Any, Any, Any, Any]:
    return Inches(place.left), Inches(place.top), Inches(place.width), Inches(place.height)
