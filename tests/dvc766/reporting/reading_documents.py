"""Reads documents back with readers that know nothing of how they were made, and finds numbers that nobody gave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import pypdf
from docx.table import Table
from docx.text.paragraph import Paragraph

from dvc766.reporting import highlights
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents import agency_sheet, annexes, details, findings, form
from dvc766.reporting.wording import day, moment, number, percent, points, signed

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def of_word(made: bytes) -> str:
    """The body of a DOCX in the order of reading."""
    return "\n".join(_body(docx.Document(BytesIO(made))))


def tables_of_word(made: bytes) -> list[list[list[str]]]:
    """The cells of every table of a DOCX."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(BytesIO(made)).tables]


def of_pdf(made: bytes, foot: str = "") -> str:
    """The text of a PDF without spaces, the page numbers and the foot of its pages."""
    pages = []
    for page in pypdf.PdfReader(BytesIO(made)).pages:
        text = squeezed(page.extract_text()).replace(squeezed(foot), "")
        pages.append(text)
    return "".join(pages)


def pages_of(made: bytes) -> int:
    """How many pages a PDF has."""
    return len(pypdf.PdfReader(BytesIO(made)).pages)


def squeezed(text: str) -> str:
    """A text without its spaces and line breaks, which a layout moves."""
    return re.sub(r"\s+", "", text)


def strange_numbers(text: str, known: set[str]) -> set[str]:
    """The numbers of a text that are none of those known."""
    return set(NUMBER.findall(text)) - known


def numbers_of(publication: Publication) -> set[str]:
    """Every figure of a publication as documents write it, and what is counted and added up from it."""
    said = [*_said(publication), *_said(list(_derived(publication))), form.DECISION]
    limits = (
        findings.FIRST,
        findings.LAST,
        publication.head.least_shown,
        annexes.MOST_OVERDUE,
        agency_sheet.MOST_RECORDS,
        details.MOST,
    )
    said += [str(limit) for limit in limits]
    said += ["0", "100", "20"]  # the scale of bars, and the year that is left open
    return {found for text in said for found in NUMBER.findall(text)}


def _said(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _said(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _said(one)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, datetime):
        yield moment(value)
        yield day(value.date())
    elif isinstance(value, date):
        yield day(value)
    elif isinstance(value, (int, Decimal)):
        yield from (number(value), number(value, 2), number(-value), signed(value))
        if isinstance(value, Decimal):
            yield from (percent(value), percent(value / 100), points(-value))


def _derived(publication: Publication) -> Iterator[Any]:
    everybody = [*publication.agencies, *([publication.province] if publication.province else [])]
    for agency in everybody:
        yield from _of_agency(agency)
    for agencies in publication.peer_groups.values():
        yield len(highlights.ranked(agencies))
        yield [(met.reached, met.of) for met in highlights.targets(publication, agencies)]
    late = [agency for agency in publication.agencies if agency.lateness and agency.lateness.late]
    yield len(late)
    records = [record for agency in publication.agencies for record in agency.lost_records]
    yield sum(record.indicator_code == "2.1" for record in records)
    yield len([agency for agency in publication.agencies if agency.standing.grade_code in ("average", "weak")])


def _of_agency(agency: Agency) -> Iterator[Any]:
    yield [change for _, change in highlights.change_by_group(agency)]
    yield [change for _, change in highlights.change_by_part(agency)]
    yield [(gain.records, gain.points) for gain in highlights.gains(agency)]
    yield [group.max_points - (group.points or 0) for group in agency.groups]
    yield (agency.standing.tied_agencies or 1) - 1
    gained = {gain.indicator_code for gain in highlights.gains(agency)}
    yield sum(record.indicator_code in gained for record in agency.lost_records)
    if agency.lateness:
        total = agency.lateness.late
        yield [total, total - agency.lateness.with_apology, Decimal(total) / agency.lateness.timed]
    for row in agency.procedures:
        for part, whole in (
            (row.dossiers_filed_not_online, row.dossiers_filed),
            (row.fee_dossiers_not_online, row.fee_dossiers),
            (row.dossiers_without_result_file, row.dossiers_in_hand),
        ):
            if part and whole:
                yield Decimal(part) / whole


def _body(document: Any) -> Iterator[str]:
    for element in document.element.body.iterchildren():
        if element.tag.endswith("}p"):
            yield Paragraph(element, document).text
        elif element.tag.endswith("}tbl"):
            for row in Table(element, document).rows:
                yield from (cell.text for cell in row.cells)
