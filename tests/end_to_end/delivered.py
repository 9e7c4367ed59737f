"""Rank, score and grade of the agencies as strangers' programs read them from what was delivered.

bao-cao.docx  ->  {"Sở Công Thương": ("1", "85.08", "Tốt"), ...}; without a rank the status stands for the grade
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import docx
import pypdf
from lxml import html  # type: ignore[import-untyped]
from openpyxl import load_workbook
from pptx import Presentation

Standing = tuple[str, str, str]
"""Rank ("" without one), score with a point before its two decimals, grade; texts, for formats that have no numbers."""

RANKED_TABLE = 12  # cells in a row of the whole ranking in a document's annex
_SCORE = re.compile(r"\d{1,3},\d\d")


def of_workbook(content: bytes) -> dict[str, Standing]:
    """By name, from the sheets of the peer groups; their scores are numbers."""
    found: dict[str, Standing] = {}
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        header = next((row for row in rows if {"Hạng", "Cơ quan", "Điểm", "Xếp loại"} <= set(row)), None)
        if header is None or not sheet.title.startswith("Xếp hạng"):
            continue
        for row in rows[rows.index(header) + 1 :]:
            cells = dict(zip(header, row, strict=True))
            if cells["Cơ quan"] and cells["Điểm"] is not None:
                grade = cells["Xếp loại"] if cells["Hạng"] else cells["Tình trạng"]
                found[str(cells["Cơ quan"])] = (str(cells["Hạng"] or ""), f"{cells['Điểm']:.2f}", str(grade))
    return found


def of_csv(content: bytes) -> dict[str, Standing]:
    """By name."""
    return _rows(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def of_json(content: bytes) -> dict[str, Standing]:
    """By name."""
    return _rows(json.loads(content)["rankings"])


def of_start_page(content: bytes) -> dict[str, Standing]:
    """By name, from the rows of the rankings."""
    found = {}
    for row in html.fromstring(content).xpath("//tr[@data-agency]"):
        rank, _, score, *_ = (cell.text_content().split() for cell in row)
        [name] = (link.text_content() for link in row.xpath(".//a"))
        unranked = row.xpath("./th/span[@class='mark']/text()")
        grade = unranked[0] if rank[0] == "—" else " ".join(word for word in score[1:] if word.isalpha())
        if _SCORE.fullmatch(score[0]):
            found[name] = (_number(rank[0]), _plain(score[0]), grade)
    return found


def of_word(content: bytes) -> dict[str, Standing]:
    """By name, from the annex with the whole ranking."""
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(io.BytesIO(content)).tables
    ]
    return {
        row[1].removesuffix(" *"): (_number(row[0]), _plain(row[-4]), row[-3])
        for table in tables
        for row in table
        if len(row) == RANKED_TABLE and _SCORE.fullmatch(row[-4])
    }


def of_slides(content: bytes) -> dict[str, Standing]:
    """By name, those that the slides of the rankings show."""
    found = {}
    for slide in Presentation(io.BytesIO(content)).slides:
        if not slide.shapes.title.text.startswith("Xếp hạng khối"):
            continue
        [table] = [shape.table for shape in slide.shapes if shape.has_table]
        for row in list(table.rows)[1:]:
            rank, name, score, grade, *_ = (cell.text for cell in row.cells)
            if _SCORE.fullmatch(score):
                found[name.removesuffix(" *")] = (_number(rank), _plain(score), grade)
    return found


def text_of_pdf(content: bytes) -> str:
    """The text without spaces, which a layout moves."""
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


TABLES: Mapping[str, Callable[[bytes], dict[str, Standing]]] = {
    ".xlsx": of_workbook,
    "rankings.csv": of_csv,
    "publication.json": of_json,
    "site/index.html": of_start_page,
    ".docx": of_word,
    ".pptx": of_slides,
}


def rankings(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Standing]]]:
    """Each delivered file that holds a ranking, with what a stranger's program reads there."""
    for path, content in sorted(files.items()):
        for ending, read in TABLES.items():
            if str(PurePosixPath(path)).endswith(ending):
                yield path, read(content)


def _rows(rows: Iterable[Mapping[str, object]]) -> dict[str, Standing]:
    return {
        str(row["agency_name_vi"]): (
            str(row["rank"] or ""),
            f"{float(str(row['score'])):.2f}",
            str(row["grade_name_vi"] if row["rank"] else row["assessment_status_vi"]),
        )
        for row in rows
    }


def _number(text: str) -> str:
    return "" if text == "—" else text


def _plain(score: str) -> str:
    return score.replace(",", ".")
