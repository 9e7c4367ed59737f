"""The documents of an edition as files: the report and the notice in Word and PDF, a sheet for each agency.

bao-cao.docx, bao-cao.pdf · thong-bao.docx, thong-bao.pdf · phieu-co-quan/H44.08.pdf
"""

from __future__ import annotations

from collections.abc import Mapping

from dvc766.reporting.content import Publication
from dvc766.reporting.documents import state_papers
from dvc766.reporting.documents.agency_sheet import agency_sheet
from dvc766.reporting.documents.layout import Document
from dvc766.reporting.documents.pdf import Press
from dvc766.reporting.documents.word import word
from dvc766.reporting.editions import Edition

SHEETS = "phieu-co-quan"


def report(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """BÁO CÁO in Word and as PDF."""
    return _both(state_papers.report(publication, edition), publication)


def notice(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """THÔNG BÁO in Word and as PDF."""
    return _both(state_papers.notice(publication, edition), publication)


def agency_sheets(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """The sheet of each agency and of the province, by the agency's code."""
    press = Press("phieu-co-quan.typ")
    bearers = [*publication.agencies, *([publication.province] if publication.province else [])]
    return {
        f"{SHEETS}/{agency.code}.pdf": press.print(agency_sheet(publication, agency, edition).plain())
        for agency in bearers
    }


def _both(document: Document, publication: Publication) -> Mapping[str, bytes]:
    return {
        f"{document.name}.docx": word(document, publication.head.frozen_at),
        f"{document.name}.pdf": Press("van-ban.typ").print(document.plain()),
    }
