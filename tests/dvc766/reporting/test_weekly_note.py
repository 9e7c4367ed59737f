"""The page on the running month, read back by pypdf."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from dvc766.reporting import sentences, weekly_note
from dvc766.reporting.documents.drafts import DRAFT
from dvc766.reporting.editions import Edition
from dvc766.reporting.highlights import ranked
from dvc766.reporting.products import make
from dvc766.reporting.rows import PastMonth
from dvc766.reporting.wording import points
from tests.dvc766.reporting import samples, samples_workbook


@pytest.mark.parametrize("edition", Edition)
def test_it_is_one_page_marked_provisional_with_its_origin(edition: Edition) -> None:
    month = samples_workbook.running()
    reader, told = _read(edition)
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    for said in (sentences.SYNTHETIC, sentences.PROVISIONAL, sentences.provenance(month), edition.name_vi):
        assert _without_space(said) in told
    assert (_without_space(DRAFT) in told) is (edition is Edition.INTERNAL)
    assert "260801" not in told


def test_leaders_and_the_last_stand_with_their_ranks_and_scores() -> None:
    _, told = _read(Edition.PUBLIC)
    for label, agencies in samples_workbook.running().peer_groups.items():
        in_order = ranked(agencies)
        first, last = in_order[0], in_order[-1]
        assert _without_space(f"{label} {first.name} {points(first.standing.score)} 1,13 3 (đến tháng 7/2026)") in told
        if len(in_order) >= 6:
            ranks = f"{last.standing.previous_rank} → {last.standing.rank}"
            assert _without_space(f"{last.name} {ranks} {points(last.standing.score)} 0,44") in told


def test_a_frozen_month_has_no_such_page() -> None:
    assert make(samples_workbook.month(), Edition.INTERNAL, ["weekly-note"]) == {}


@pytest.mark.parametrize(
    ("ranks", "changed", "held"),
    [
        ({5: 1, 6: 1, 7: 1}, {}, 3),
        ({5: 1, 6: 2, 7: 1}, {}, 1),
        ({5: 1, 6: 1, 7: 2}, {}, 0),
        ({5: 1, 7: 1}, {}, 1),
        ({5: 1, 6: 1, 7: 1}, {"catalogue_version": "2022"}, 2),
        ({5: 1, 6: 1, 7: 1}, {"agency_code": "H62.16"}, 2),
        ({7: 1, 8: 1}, {}, 1),
        ({}, {}, 0),
    ],
    ids=["all", "interrupted", "lost", "gap", "catalogue", "merged", "itself", "none"],
)
def test_months_in_the_lead_stop_where_the_row_is_broken(
    ranks: dict[int, int], changed: dict[str, str], held: int
) -> None:
    past = [
        PastMonth("H44.07", "H44.07", date(2026, month, 1), f"{month:02}/2026", None, rank, 2, "2026")
        for month, rank in ranks.items()
    ]
    if changed:
        past[0] = replace(past[0], **changed)  # type: ignore[arg-type]
    agency = samples.agency(samples.standing("H44.07", "Sở Công Thương", 1, "90.50"), history=past)
    assert weekly_note.months_in_the_lead(agency, date(2026, 8, 1)) == held


def test_months_are_counted_across_the_year() -> None:
    past = [
        PastMonth("H44.07", "H44.07", month, "", None, 1, 2, "2026")
        for month in (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1))
    ]
    agency = samples.agency(samples.standing("H44.07", "Sở Công Thương", 1, "90.50"), history=past)
    assert weekly_note.months_in_the_lead(agency, date(2027, 2, 1)) == 3


def _read(edition: Edition) -> tuple[PdfReader, str]:
    [(name, content)] = make(samples_workbook.running(), edition, ["weekly-note"]).items()
    assert name == "thong-tin-nhanh.pdf"
    reader = PdfReader(BytesIO(content))
    return reader, _without_space("".join(page.extract_text() for page in reader.pages))


def _without_space(text: str) -> str:
    return re.sub(r"\s", "", text)
