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
# 12 UBND phường Phúc Yên * 14,12 17,05 7,60 9,25 14,62 10,38 73,02 Khá ▲ 3 …
_PDF_ROW = re.compile(
    r"(?<!\S)(?P<rank>\d+|—) (?P<name>[^\d—]\D*?)(?: \*)? (?:(?:\d+,\d\d|—) ){6}"
    r"(?P<score>\d+,\d\d) (?P<grade>\D+?) [▲▼=—]"
)
# Tổng điểm 74,95 Xếp loại ◐ Khá Thứ hạng 6/14 … Vì sao có kết quả này • Văn phòng UBND Tỉnh: hạng 6 trên 14 …
_SHEET = re.compile(
    r"Tổng điểm (?P<score>\d+,\d\d) Xếp loại \S(?: (?P<grade>\D+?))? Thứ hạng (?P<rank>\d+|—)"
    r".*? Vì sao có kết quả này • (?P<told>[^.]+)\."
)


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


def of_pdf(content: bytes) -> dict[str, Standing]:
    """By name, from the rows of the annex with the whole ranking, as they stand in the text."""
    rows = _PDF_ROW.finditer(" ".join(_words_of_pdf(content)))
    return {row["name"]: (_number(row["rank"]), _plain(row["score"]), row["grade"]) for row in rows}


def of_sheet(content: bytes) -> dict[str, Standing]:
    """The agency's own, from the title of its sheet and what stands at its head."""
    about = pypdf.PdfReader(io.BytesIO(content)).metadata
    title = str(about.title if about else "")
    name = title.partition(": ")[2]
    found = _SHEET.search(" ".join(_words_of_pdf(content)))
    assert found, f"{title!r} has no standing at its head"
    rank, told = _number(found["rank"]), found["told"].removeprefix(f"{name}: ")
    return {name: (rank, _plain(found["score"]), found["grade"] if rank else told.capitalize())}


def text_of_pdf(content: bytes) -> str:
    """The text without spaces, which a layout moves."""
    return "".join(_words_of_pdf(content))


def _words_of_pdf(content: bytes) -> list[str]:
    return [word for page in pypdf.PdfReader(io.BytesIO(content)).pages for word in page.extract_text().split()]


SHEETS = "phieu-co-quan/*.pdf"
TABLES: Mapping[str, Callable[[bytes], dict[str, Standing]]] = {
    "*.xlsx": of_workbook,
    "rankings.csv": of_csv,
    "publication.json": of_json,
    "site/index.html": of_start_page,
    "*.docx": of_word,
    "*.pptx": of_slides,
    "bao-cao.pdf": of_pdf,
    "thong-bao.pdf": of_pdf,
    SHEETS: of_sheet,
}


def rankings(files: Mapping[str, bytes]) -> Iterator[tuple[PurePosixPath, dict[str, Standing]]]:
    """Each delivered file that holds a ranking or a standing, with what a stranger's program reads there."""
    for name, content in sorted(files.items()):
        path = PurePosixPath(name)
        for pattern, read in TABLES.items():
            if path.match(pattern):
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
