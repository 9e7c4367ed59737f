"""The sheet of an agency where there is little to say, or much that was before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.agency_sheet import agency_sheet
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from dvc766.reporting.rows import PastMonth
from tests.dvc766.reporting import reading_documents as reading
from tests.dvc766.reporting.samples_documents import publication

OWN, FIRST, SECOND = "H44.01", "H62.08737", "H62.08743"


@pytest.fixture(scope="module")
def month() -> Publication:
    return publication()


def _past(agency_code: str, label: str, catalogue: str = "2026") -> PastMonth:
    number, year = label.split("/")
    first = date(int(year), int(number), 1)
    return PastMonth(OWN, agency_code, first, label, Decimal("70.00"), 1, 4, catalogue)


def _notes(month: Publication, history: Sequence[PastMonth]) -> list[str]:
    agency = replace(month.agencies[0], history=history)
    return [row["note"] for row in agency_sheet(month, agency, Edition.PUBLIC).trend.rows]


def test_months_of_predecessors_are_said_to_be_theirs(month: Publication) -> None:
    codes = [(FIRST, "06/2026"), (SECOND, "06/2026"), (FIRST, "07/2026"), (SECOND, "07/2026"), (OWN, "08/2026")]
    theirs = [f"tiền thân ({code})" for code in (FIRST, SECOND, FIRST, SECOND)]
    assert _notes(month, [_past(*one) for one in codes]) == [*theirs, "sau sắp xếp cơ quan"]


def test_a_new_catalogue_is_named_once(month: Publication) -> None:
    history = [_past(OWN, "12/2025", "2022"), _past(OWN, "01/2026"), _past(OWN, "02/2026")]
    assert _notes(month, history) == ["", "đổi bộ chỉ số", ""]


def test_an_agency_without_dossiers_says_so_once(month: Publication) -> None:
    idle = next(agency for agency in month.agencies if agency.standing.rank is None)
    alone = replace(idle, standing=replace(idle.standing, score_change=None))
    said = agency_sheet(month, alone, Edition.PUBLIC).why
    assert [line for line in said if "không phát sinh hồ sơ" in line.lower()] == [
        f"{idle.name}: không phát sinh hồ sơ."
    ]


def test_a_sheet_without_earlier_months_says_so_and_shows_no_empty_table(month: Publication) -> None:
    def printed(agency: Agency) -> str:
        alone = replace(month, agencies=[agency], province=None)
        return reading.of_pdf(make(alone, Edition.PUBLIC, ["agency_sheets"])[f"phieu-co-quan/{OWN}.pdf"])

    first = month.agencies[0]
    empty, scale = "Chưacóthángnàođượcchốttrướctháng", "Thang0đến100"
    assert empty in printed(replace(first, history=()))
    assert scale not in printed(replace(first, history=()))
    assert scale in printed(first)


STRANGE = {"wide": "＝", "bullet of Word": "\uf0b7", "smile": "🙂", "Chinese": "漢字", "control": "\x01"}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=list(STRANGE))
def test_a_letter_that_the_fonts_lack_is_a_box_and_stops_no_paper(month: Publication, strange: str) -> None:
    first = month.agencies[0]
    named = replace(first, standing=replace(first.standing, agency_name_vi=f"Sở {strange} Nội vụ"))
    made = make(replace(month, agencies=[named], province=None), Edition.PUBLIC, ["agency_sheets"])
    assert f"Sở{'□' * len(strange)}Nộivụ" in reading.of_pdf(made[f"phieu-co-quan/{OWN}.pdf"])
