"""The report, the notice and the sheets of agencies, read back from Word and PDF."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import cast

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from pypdf.generic import DictionaryObject

from dvc766.reporting import sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents import details, state_papers
from dvc766.reporting.documents.annexes import MOST_OVERDUE
from dvc766.reporting.documents.layout import texts_of
from dvc766.reporting.editions import Edition, of_edition
from dvc766.reporting.products import make
from tests.dvc766.reporting import reading_documents as reading
from tests.dvc766.reporting.samples_documents import LONG_NAME, publication

ROOT = Path(__file__).parents[3]
PAPERS = {"bao-cao": state_papers.report, "thong-bao": state_papers.notice}
DIGESTS = """
import hashlib
from dvc766.reporting.documents.layout import texts_of
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from tests.dvc766.reporting.samples_documents import publication
files = make(publication(), Edition.INTERNAL, ["report", "notice", "agency_sheets"])
print("\\n".join(f"{path} {hashlib.sha256(made).hexdigest()}" for path, made in sorted(files.items())))
"""


@pytest.fixture(scope="module")
def month() -> Publication:
    return publication()


@pytest.fixture(scope="module")
def made(month: Publication) -> dict[Edition, dict[str, bytes]]:
    return {edition: make(month, edition, ["report", "notice", "agency_sheets"]) for edition in Edition}


def _foot(month: Publication, edition: Edition) -> str:
    return f"{sentences.SYNTHETIC}. {edition.name_vi} · {sentences.provenance(month)}"


def test_the_same_month_gives_the_same_bytes_in_another_process() -> None:
    digests = [
        subprocess.run(
            [sys.executable, "-c", DIGESTS],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"plugins{os.pathsep}."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/Lima"))
    ]
    assert digests[0] == digests[1]
    assert "bao-cao.docx" in digests[0]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("name", PAPERS)
def test_word_and_pdf_say_what_the_document_says_in_its_order(
    month: Publication, made: dict[Edition, dict[str, bytes]], name: str, edition: Edition
) -> None:
    document = PAPERS[name](of_edition(month, edition), edition)
    in_word = reading.squeezed(reading.of_word(made[edition][f"{name}.docx"]))
    place = 0
    body = [text for section in document.sections for text in texts_of(section)]
    annexed = [text for annex in document.annexes for section in annex.sections for text in texts_of(section)]
    for text in [*body, document.form.closing, *annexed]:
        found = in_word.find(reading.squeezed(text), place)
        assert found >= 0, text
        place = found + len(reading.squeezed(text))
    in_pdf = _without_page_breaks(made[edition][f"{name}.pdf"], _foot(month, edition))
    missing = [text for text in [*body, *annexed] if reading.squeezed(text) not in in_pdf]
    assert missing == []


@pytest.mark.parametrize("name", PAPERS)
def test_rank_score_and_grade_of_every_agency_stand_in_the_annex(
    month: Publication, made: dict[Edition, dict[str, bytes]], name: str
) -> None:
    rows = {
        row[1]: (row[0], row[-4], row[-3])
        for table in reading.tables_of_word(made[Edition.PUBLIC][f"{name}.docx"])
        for row in table
        if len(row) == 12
    }
    pdf = reading.of_pdf(made[Edition.PUBLIC][f"{name}.pdf"])
    for agency in month.agencies:
        standing = agency.standing
        name = f"{agency.name} *" if standing.is_small_base else agency.name
        rank = str(standing.rank) if standing.rank else "—"
        score = f"{standing.score:.2f}".replace(".", ",")
        grade = standing.grade_name_vi if standing.rank else standing.assessment_status_vi
        assert rows[name] == (rank, score, grade)
        groups = [f"{group.points:.2f}".replace(".", ",") for group in agency.groups]
        assert reading.squeezed("".join([rank, name, *groups, score, grade or ""])) in pdf


def test_every_sheet_says_rank_score_and_grade(month: Publication, made: dict[Edition, dict[str, bytes]]) -> None:
    for agency in month.agencies:
        text = reading.of_pdf(made[Edition.PUBLIC][f"phieu-co-quan/{agency.code}.pdf"])
        standing = agency.standing
        assert reading.squeezed(agency.name) in text
        assert sentences.points(standing.score) in text
        assert f"●{standing.grade_name_vi}" in text
        assert (f"{standing.rank}/{standing.ranked_agencies}" if standing.rank else "khôngphátsinhhồsơ") in text


@pytest.mark.parametrize("edition", Edition)
def test_every_number_is_a_figure_of_the_month(
    month: Publication, made: dict[Edition, dict[str, bytes]], edition: Edition
) -> None:
    known = reading.numbers_of(of_edition(month, edition))
    for path, file in made[edition].items():
        text = reading.of_word(file) if path.endswith(".docx") else _prose(file)
        pages = set() if path.endswith(".docx") else {str(page + 1) for page in range(reading.pages_of(file))}
        assert reading.strange_numbers(text, known) - pages == set(), path


@pytest.mark.parametrize("path", ["bao-cao.docx", "bao-cao.pdf", "phieu-co-quan/H44.01.pdf"])
def test_a_wrong_number_in_a_sentence_is_found(month: Publication, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    for said in ("headline", "place"):
        monkeypatch.setattr(sentences, said, lambda _: "Tháng 8/2026 đạt 98,76 điểm.")
    file = make(month, Edition.PUBLIC, ["report", "agency_sheets"])[path]
    text = reading.of_word(file) if path.endswith(".docx") else _prose(file)
    assert "98,76" in reading.strange_numbers(text, reading.numbers_of(of_edition(month, Edition.PUBLIC)))


def test_the_public_edition_names_no_dossier_and_no_small_count(
    month: Publication, made: dict[Edition, dict[str, bytes]]
) -> None:
    codes = {record.code for agency in month.agencies for record in agency.lost_records}
    files = made[Edition.PUBLIC]
    assert any(code in reading.of_word(made[Edition.INTERNAL]["bao-cao.docx"]) for code in codes if code)
    for path, file in files.items():
        text = reading.of_word(file) if path.endswith(".docx") else reading.of_pdf(file)
        assert not [code for code in codes if code and code in text], path
        assert "Thủ tục ít hồ sơ" not in text
        assert "DỰ THẢO" not in text
    counts = [
        cell
        for name in PAPERS
        for table in reading.tables_of_word(files[f"{name}.docx"])
        if table[0][1:3] == ["Thủ tục", "Hồ sơ"]
        for row in table[1:]
        for cell in row[2:4]
    ]
    assert counts
    assert min(int(cell.replace(".", "")) for cell in counts) >= 5


def test_drafts_are_marked_wherever_they_stand(month: Publication) -> None:
    report = state_papers.report(month, Edition.INTERNAL)
    drafts = [section for section in report.sections if section.is_draft]
    assert [section.key for section in drafts] == ["weak_points", "causes", "tasks", "proposals", "follow_up"]
    assert all("DỰ THẢO" in section.title for section in drafts)


def test_what_an_officer_wrote_stands_for_the_draft_in_every_format(month: Publication) -> None:
    written = replace(month, texts={"tasks": "- Sở Công Thương rà soát 12 hồ sơ.\n\n- Báo cáo trước ngày 10/9."})
    report = state_papers.report(written, Edition.INTERNAL)
    tasks = next(section for section in report.sections if section.key == "tasks")
    assert (tasks.is_draft, list(tasks.lead)) == (
        False,
        ["- Sở Công Thương rà soát 12 hồ sơ.", "- Báo cáo trước ngày 10/9."],
    )
    assert "DỰ THẢO" not in tasks.title
    files = make(written, Edition.INTERNAL, ["report", "notice", "slides"])
    for path in ("bao-cao.docx", "thong-bao.docx"):
        assert "- Báo cáo trước ngày 10/9." in reading.of_word(files[path])
    for path in ("bao-cao.pdf", "thong-bao.pdf"):
        assert "Báocáotrướcngày10/9." in reading.of_pdf(files[path])
    public = make(written, Edition.PUBLIC, ["report", "notice"])
    assert all("Báocáotrướcngày10/9." not in reading.of_pdf(public[f"{name}.pdf"]) for name in PAPERS)


def test_a_sheet_has_two_pages_and_its_records_two_more(made: dict[Edition, dict[str, bytes]]) -> None:
    sheets = {path: file for path, file in made[Edition.PUBLIC].items() if path.startswith("phieu-co-quan/")}
    assert {reading.pages_of(file) for file in sheets.values()} == {2}
    assert {reading.pages_of(made[Edition.INTERNAL][path]) for path in sheets} == {2, 4}


def test_a_pdf_is_tagged_vietnamese_and_undated(made: dict[Edition, dict[str, bytes]]) -> None:
    for path in ("bao-cao.pdf", "phieu-co-quan/H44.01.pdf"):
        pdf = pypdf.PdfReader(BytesIO(made[Edition.PUBLIC][path]))
        root = pdf.root_object
        assert cast(DictionaryObject, root["/MarkInfo"])["/Marked"]
        assert str(root["/Lang"]) == "vi"
        assert pdf.metadata is not None
        assert pdf.metadata.creation_date is None
        assert pdf.xmp_metadata is not None
        assert b"pdfuaid" in pdf.xmp_metadata.stream.get_data()


def test_the_overdue_list_is_internal_and_bounded(month: Publication) -> None:
    internal = state_papers.report(month, Edition.INTERNAL).annexes
    assert [annex.title for annex in internal][2] == "HỒ SƠ QUÁ HẠN"
    rows = internal[2].sections[0].tables[0].rows
    assert len(rows) == MOST_OVERDUE
    assert [annex.number for annex in internal] == ["I", "II", "III", "IV"]
    assert len(state_papers.report(of_edition(month, Edition.PUBLIC), Edition.PUBLIC).annexes) == 3


def test_months_of_other_kinds_are_said_in_words(month: Publication) -> None:
    head = replace(month.head, revision=2, reason_vi="Đính chính hồ sơ", note="Gộp hồ sơ trùng", short_hash=None)
    corrected = replace(
        month, head=head, revisions=[*month.revisions, replace(month.revisions[0], revision=2, cells_changed=4)]
    )
    assert month.province is not None
    agencies = [_without_change(agency) for agency in month.agencies]
    first = replace(month, agencies=agencies, province=_without_change(month.province))
    national = replace(month, head=replace(month.head, official_source="portal"), agencies=[], province=None)
    said = {
        kind: reading.of_word(make(variant, Edition.PUBLIC, ["report"])["bao-cao.docx"])
        for kind, variant in (("corrected", corrected), ("first", first), ("national", national))
    }
    assert "lần chốt 2" in said["corrected"]
    assert "Đính chính hồ sơ. Gộp hồ sơ trùng. So với lần chốt trước" in said["corrected"]
    assert "4 điểm chỉ số" in said["corrected"]
    assert "Tháng đầu tiên" in said["first"]
    assert sentences.SOURCES["portal"] in said["national"]
    assert LONG_NAME in said["first"]


@pytest.mark.parametrize(
    ("province", "agencies", "said"),
    [
        ("0", "0", "của toàn tỉnh và của từng cơ quan do tỉnh tính đều bằng điểm trên Cổng"),
        ("0", "-0.13", "do tỉnh tính là 19,11 điểm, bằng điểm trên Cổng"),
        ("-0.13", "-0.13", "chênh lệch −0,13 điểm; nguyên nhân: trạng thái 5, 6, 8 được gửi thành 9."),
        (None, "0", "Chưa có số liệu của Cổng"),
    ],
)
def test_points_beside_the_portals_are_said_as_they_are(
    month: Publication, province: str | None, agencies: str, said: str
) -> None:
    assert month.province is not None
    lead = " ".join(
        details.timeliness(
            replace(
                month,
                province=_differing(month.province, province),
                agencies=[_differing(agency, agencies) for agency in month.agencies],
            )
        ).lead
    )
    assert said in lead
    assert "không khác" not in lead and "lệch 0" not in lead
    assert ("Chỉ quá hạn theo cách tính của Cổng" in lead) is (province is not None and agencies != "0")


def _differing(agency: Agency, difference: str | None) -> Agency:
    found = Decimal(difference) if difference is not None else None
    cause = ("equal", "Không khác") if not found else ("status_rewritten", "Trạng thái 5, 6, 8 được gửi thành 9")
    return replace(
        agency,
        differences=[
            replace(one, difference=found, cause_code=cause[0], cause_vi=cause[1]) for one in agency.differences
        ],
    )


@pytest.mark.parametrize("name", PAPERS)
def test_what_ends_a_section_of_word_takes_no_room(made: dict[Edition, dict[str, bytes]], name: str) -> None:
    body = docx.Document(BytesIO(made[Edition.INTERNAL][f"{name}.docx"])).element.body
    ends = [
        paragraph for paragraph in body.iterchildren(qn("w:p")) if paragraph.find(f".//{qn('w:sectPr')}") is not None
    ]
    assert len(ends) == 2
    for end in ends:  # as a line it would stand alone on a page wherever the one before is full
        spacing = end.pPr.find(qn("w:spacing"))
        assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("20", "exact")


def test_the_lowest_grade_ends_where_the_next_begins(month: Publication) -> None:
    [annex] = [annex for annex in state_papers.report(month, Edition.PUBLIC).annexes if "PHƯƠNG PHÁP" in annex.title]
    assert "Xếp loại: Tốt từ 80 điểm; Yếu dưới 80 điểm." in annex.sections[0].lead


def _without_change(agency: Agency) -> Agency:
    changes = [
        replace(
            change, comparison_status_vi="Tháng đầu tiên, không có tháng trước", points_change=None, facts_points=None
        )
        for change in agency.changes
    ]
    standing = replace(agency.standing, rank_change=None, score_change=None, previous_rank=None, previous_score=None)
    return replace(agency, standing=standing, changes=changes)


def _prose(file: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages)


def _without_page_breaks(file: bytes, foot: str) -> str:
    """The squeezed text of a PDF as if it had one page: without feet and page numbers."""
    found = []
    for place, page in enumerate(pypdf.PdfReader(BytesIO(file)).pages):
        text = reading.squeezed(page.extract_text())
        text = text.replace(reading.squeezed(foot), "")
        found.append(text.removeprefix(str(place + 1)))
    return "".join(found)
