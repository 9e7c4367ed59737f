"""The slides, read back by python-pptx, and their charts by openpyxl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from dvc766.reporting import sentences, slides
from dvc766.reporting.content import Publication
from dvc766.reporting.deck import HEIGHT, WIDTH
from dvc766.reporting.documents.drafts import DRAFT
from dvc766.reporting.documents.findings import name
from dvc766.reporting.editions import Edition
from dvc766.reporting.highlights import not_ranked, ranked
from dvc766.reporting.products import make
from dvc766.reporting.wording import number, points
from tests.dvc766.reporting import samples_workbook

EMU = 914_400


@pytest.mark.parametrize("edition", Edition)
def test_rank_score_and_grade_of_every_agency_shown_are_those_of_the_content(edition: Edition) -> None:
    month, deck = samples_workbook.month(), _opened(samples_workbook.month(), edition)
    for label, agencies in month.peer_groups.items():
        slide = next(one for one in deck.slides if one.shapes.title.text == f"Xếp hạng khối {label.lower()}")
        [table] = _tables(slide)
        in_order = [*ranked(agencies), *not_ranked(agencies)]
        shown = (
            in_order if len(in_order) <= slides.SHOWN_WHOLE else [*in_order[: slides.ENDS], *in_order[-slides.ENDS :]]
        )
        read = [row[:4] for row in table[1:] if row[0] != "…"]
        assert read == [
            [
                number(agency.standing.rank),
                name(agency),
                points(agency.standing.score),
                agency.standing.grade_name_vi if agency.standing.rank else agency.standing.assessment_status_vi,
            ]
            for agency in shown
        ]
        if len(shown) < len(in_order):
            said = " ".join(_texts(slide))
            assert f"{slides.ENDS} cơ quan đầu và {slides.ENDS} cơ quan cuối" in said
            assert f"({len(in_order) - len(shown)} cơ quan ở giữa)" in said


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(
    "publication", [samples_workbook.month(), samples_workbook.running()], ids=["frozen", "running"]
)
def test_every_slide_has_a_title_the_mark_and_the_origin_and_nothing_outside(
    publication: Publication, edition: Edition
) -> None:
    deck = _opened(publication, edition)
    assert len(deck.slides) <= slides.MOST_SLIDES
    for position, slide in enumerate(deck.slides, 1):
        told = " ".join(_texts(slide))
        assert slide.shapes.title.text
        assert sentences.SYNTHETIC in told
        assert (sentences.PROVISIONAL in told) is publication.head.is_provisional
        assert f"{sentences.provenance(publication)} · Trang {position}" in told
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= (WIDTH + 0.01) * EMU, shape.name
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            assert shape.top + height <= HEIGHT * EMU, shape.name


def test_charts_hold_the_figures_of_the_content_and_say_what_they_are() -> None:
    month = samples_workbook.month()
    assert month.province
    charts = [shape for slide in _opened(month, Edition.PUBLIC).slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 2
    groups, late = (shape.chart for shape in charts)
    expected = [float(group.percent or 0) for group in month.province.groups]
    assert list(groups.plots[0].series[0].values) == pytest.approx(expected)
    assert list(late.plots[0].series[0].values) == [1, 1, 0, 0]
    for shape in charts:
        assert shape._element.find(".//{*}cNvPr").get("descr")
        assert shape.chart.plots[0].has_data_labels
        marks = shape.chart.plots[0].data_labels.number_format.replace("\\.", "")
        assert not {",", "."} & set(marks), "the machine, not the deck, chooses what stands between digits"
        sheet: Any = load_workbook(BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
        assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == pytest.approx(
            list(shape.chart.plots[0].series[0].values)
        )


def test_the_public_edition_names_no_record_no_small_count_and_no_draft() -> None:
    public, internal = (" ".join(_all_texts(samples_workbook.month(), edition)) for edition in Edition)
    assert "260801" not in public + internal
    assert "Thủ tục rất ít hồ sơ" not in public
    assert "Bản công khai không nêu số dưới 5" in public
    assert DRAFT in internal and DRAFT not in public


def test_more_peer_groups_than_room_are_named_and_left_to_the_workbook() -> None:
    month = samples_workbook.month()
    labels = [f"Khối {number}" for number in range(1, 7)]
    agencies = [
        replace(agency, standing=replace(agency.standing, peer_group_vi=label))
        for label in labels
        for agency in month.agencies[:2]
    ]
    many = replace(month, agencies=agencies)
    assert len(_opened(many, Edition.INTERNAL).slides) == slides.MOST_SLIDES
    assert "Xếp hạng khối Khối 4, Khối 5, Khối 6: xem sổ tính" in " ".join(_all_texts(many, Edition.INTERNAL))


def test_a_month_with_nothing_to_compare_or_to_tell_says_so() -> None:
    month = samples_workbook.month(revision=2, reason_vi="Số liệu sửa", note="Bổ sung", short_hash=None, number=None)
    parts: dict[str, Any] = dict.fromkeys(("changes", "procedures", "indicators"), ())
    agencies = [
        replace(one, lateness=None, standing=replace(one.standing, rank_change=None, score_change=None), **parts)
        for one in month.agencies
    ]
    told = " ".join(_all_texts(replace(month, agencies=agencies, province=None), Edition.INTERNAL))
    for said in ("Không có điểm của toàn tỉnh", "Không có thủ tục nào", "Không có chỉ số nào", "Số liệu sửa. Bổ sung"):
        assert said in told


def _opened(publication: Publication, edition: Edition) -> Any:
    return Presentation(BytesIO(make(publication, edition, ["slides"])["trinh-chieu.pptx"]))


def _tables(slide: Any) -> Sequence[Sequence[Sequence[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in slide.shapes if shape.has_table
    ]


def _texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
    for table in _tables(slide):
        for row in table:
            yield from row


def _all_texts(publication: Publication, edition: Edition) -> Iterator[str]:
    for slide in _opened(publication, edition).slides:
        yield from _texts(slide)
