"""Lays a state document out in Word, by a docxtpl template of the same name that an officer can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate

from dvc766.reporting.documents.layout import Column, Document
from dvc766.reporting.fixed_dates import with_fixed_dates

TEMPLATES = Path(__file__).parent.parent / "templates"
WIDE, NARROW = Mm(257), Mm(160)  # what margins leave of a page on its side and upright


def word(document: Document, made_at: datetime) -> bytes:
    """The document as DOCX. `made_at` stands in its properties: the time of the figures, never that of the making."""
    template = DocxTemplate(TEMPLATES / f"{document.name}.docx")
    plain = document.plain()
    sections = {section["key"]: section for section in plain["sections"]}
    template.render(plain | {"s": sections}, autoescape=True)
    made = template.docx
    _share_widths(made.element.body.iter(qn("w:tbl")), _annex_tables(document))
    properties = made.core_properties
    properties.title = f"{document.form.kind}. {document.form.subject}"
    properties.author = f"{document.form.body} {' '.join(document.form.superior)}"
    properties.created = properties.modified = made_at.replace(microsecond=0)
    saved = BytesIO()
    template.save(saved)
    return with_fixed_dates(saved.getvalue())


def _annex_tables(document: Document) -> Mapping[Sequence[str], tuple[Sequence[Column], int]]:
    """The columns of each annex table and its width, by its headers."""
    return {
        tuple(column.header for column in table.columns): (table.columns, WIDE if annex.is_wide else NARROW)
        for annex in document.annexes
        for section in annex.sections
        for table in section.tables
    }


def _share_widths(tables: Iterator, known: Mapping[Sequence[str], tuple[Sequence[Column], int]]) -> None:
    """Gives the tables whose columns depend on the data the widths and sides of their columns."""
    for table in tables:
        rows = table.tr_lst
        headers = tuple("".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in rows[0].tc_lst)
        if headers not in known:
            continue
        columns, width = known[headers]
        shares = [int(width * column.share / sum(one.share for one in columns)) for column in columns]
        for grid, share in zip(table.tblGrid.gridCol_lst, shares, strict=True):
            grid.w = share
        for place, row in enumerate(rows):
            for cell, column, share in zip(row.tc_lst, columns, shares, strict=True):
                cell.width = share
                if place:
                    cell.p_lst[0].get_or_add_pPr().jc_val = None
                    cell.p_lst[0].get_or_add_pPr().get_or_add_jc().set(qn("w:val"), column.align)
