"""The pages, read back by an HTML parser: they say what the content says, hang together, and ask nobody else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import urldefrag, urlsplit

import pytest
from lxml import html  # type: ignore[import-untyped]

from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from dvc766.reporting.rows import RevisionNote
from dvc766.reporting.site import addresses, phrases
from dvc766.reporting.wording import points
from tests.dvc766.reporting import samples_site
from tests.dvc766.reporting.samples_site import LONG_NAME, RECORDS

LARGEST = 200_000  # bytes of a page
MOST_COLUMNS = 6  # that a phone shows beside each other
CONTENTS = {"a correction": samples_site.publication(), "a first month": samples_site.unsealed_first_month()}
MADE = {
    (name, edition): {path.removeprefix("site/"): made for path, made in make(content, edition, ["site"]).items()}
    for name, content in CONTENTS.items()
    for edition in Edition
}
PAGES = [
    pytest.param(made, path, id=f"{name}, {edition.value}, {path}")
    for (name, edition), made in MADE.items()
    for path in made
    if path.endswith(".html")
]


def tree(made: Mapping[str, bytes], path: str) -> html.HtmlElement:
    return html.document_fromstring(made[path].decode(), parser=html.HTMLParser(encoding="utf-8"))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(("made", "path"), PAGES)
def test_every_link_leads_somewhere_within_the_site(made: Mapping[str, bytes], path: str) -> None:
    page = tree(made, path)
    for element, _, address, _ in page.iterlinks():
        if element.get("data-other-revision") is not None:
            continue  # beside this site, not in it
        parts = urlsplit(address)
        assert not parts.scheme, address
        assert not parts.netloc, address
        target, fragment = urldefrag(address)
        found = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
        assert found in made, f"{address} of {path}"
        if fragment:
            assert tree(made, found).xpath("//*[@id=$id]", id=fragment), address


@pytest.mark.parametrize(("made", "path"), PAGES)
def test_a_page_can_be_read_by_everybody(made: Mapping[str, bytes], path: str) -> None:
    page = tree(made, path)
    assert page.get("lang") == "vi"
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
    assert page.xpath("//body/*[1]/@href") == [f"#{page.xpath('//main')[0].get('id')}"]  # past the menu
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    for table in page.iter("table"):
        assert text(table.find("caption"))
        assert all(cell.get("scope") in ("col", "row") for cell in table.iter("th"))
        assert len({len(row) for row in table.iter("tr")}) == 1, "rows of different length"
    wide = [table for table in page.iter("table") if len(table.xpath("./thead//th")) > MOST_COLUMNS]
    on_cards = page.xpath("//table[contains(@class, 'cards-')]")
    assert [text(one.find("caption")) for one in wide if one not in on_cards and one.get("class") != "scores"] == []
    for table in on_cards:  # on a phone each cell says what its column is
        headers = [text(cell) for cell in table.xpath("./thead//th")]
        for row in table.xpath("./tbody/tr"):
            assert [cell.get("data-label") for cell in row.iter("td")] == headers[1:]
    assert all(picture.get("alt") for picture in page.iter("img"))
    assert not page.xpath("//script")
    assert len(made[path]) <= LARGEST


@pytest.mark.parametrize(("made", "path"), PAGES)
def test_every_page_says_where_its_figures_come_from(made: Mapping[str, bytes], path: str) -> None:
    said = text(tree(made, path))
    assert "DỮ LIỆU MÔ PHỎNG, không phải kết quả thật" in said
    assert "tháng 8/2026, lần chốt" in said


@pytest.mark.parametrize("name", list(CONTENTS))
@pytest.mark.parametrize("edition", list(Edition))
def test_rank_score_and_grade_are_those_of_the_content(name: str, edition: Edition) -> None:
    made, content = MADE[name, edition], CONTENTS[name]
    rows = {row.get("data-agency"): row for row in tree(made, "index.html").iter("tr") if row.get("data-agency")}
    assert list(rows) == [agency.code for agencies in content.peer_groups.values() for agency in agencies]
    for agency in content.agencies:
        own = agency.standing
        rank, name_, score, *_ = (text(cell) for cell in rows[agency.code])
        assert rank.split()[0] == (str(own.rank) if own.rank else "—")
        assert ("cùng hạng" in rank) == bool(own.tied_agencies and own.tied_agencies > 1)
        assert name_.startswith(" ".join(agency.name.split()))
        assert score.split()[0] == points(own.score)
        assert (own.grade_name_vi or "không xếp loại") in score
        page = tree(made, addresses.agency(agency.code))
        figures = {one.get("data-figure"): text(one) for one in page.xpath("//*[@data-figure]")}
        assert figures["score"] == points(own.score)
        assert figures["rank"] == (f"{own.rank}/{own.ranked_agencies}" if own.rank else own.assessment_status_vi)
        for indicator in agency.indicators:
            row = next(
                row
                for row in page.iter("tr")
                if text(row).startswith(f"{indicator.indicator_code} {indicator.indicator_name_vi}")
            )
            cells = [text(cell) for cell in row]
            assert cells[1:3] == [str(indicator.numerator), str(indicator.denominator)]
            assert cells[-2].startswith(points(indicator.points))


def test_a_correction_says_why_and_how_much() -> None:
    made = MADE["a correction", Edition.PUBLIC]
    assert "Cổng đã sửa dữ liệu sai" in text(tree(made, "index.html"))
    row = next(row for row in tree(made, addresses.REVISIONS).iter("tr") if row[0].text == "2")
    told = ["2", "09 giờ 00 ngày 20/9/2026", "Cổng đã sửa dữ liệu sai: Cổng gửi lại", "4", "2", "trang này"]
    assert [text(cell) for cell in row] == told


def test_a_note_that_ends_with_a_stop_gets_no_second_one() -> None:
    note = RevisionNote(2, samples_site.publication().head.frozen_at, "Số liệu sửa", "Cổng gửi lại.", 4, 2)
    told = "Số liệu sửa: Cổng gửi lại. 4 điểm chỉ số thay đổi, 2 cơ quan thay đổi hạng."
    assert phrases.revision_reason(note) == told


def test_what_the_columns_of_the_method_say_stands_in_each_cell_for_phones() -> None:
    tables = tree(MADE["a first month", Edition.PUBLIC], addresses.METHOD).xpath(
        "//table[caption[contains(., 'nhóm')]]"
    )
    assert tables
    assert {table.get("class") for table in tables} == {"indicators cards-tablet"}


def test_an_agency_page_tells_breaks_and_how_sure_its_rank_is() -> None:
    said = text(tree(MADE["a correction", Edition.PUBLIC], addresses.agency("H44.03")))
    assert "điểm của cơ quan tiền thân (H62.16 và H62.17), không nối với điểm hiện nay" in said
    assert "Từ tháng 8/2026 áp dụng bộ chỉ số khác" in said
    assert "Không có số liệu công bố của tháng 7/2026" in said
    assert "hạng nằm trong khoảng 1 đến 3" in said
    assert "1 trong 2 chỉ số có điểm của Cổng Dịch vụ công quốc gia khác với điểm ở đây" in said


def test_a_month_before_its_seal_says_so() -> None:
    said = text(tree(MADE["a first month", Edition.PUBLIC], addresses.VERIFY))
    assert "chưa được ký" in said
    assert LONG_NAME in text(tree(MADE["a correction", Edition.PUBLIC], addresses.agency("H44.05")))


def test_long_lists_have_several_pages_and_lose_no_record() -> None:
    made = MADE["a correction", Edition.INTERNAL]
    listed = [
        row.findtext("th")
        for part in (1, 2, 3)
        for row in tree(made, addresses.records("H44.03", "3.3", part)).xpath("//tbody/tr")
    ]
    assert listed == [f"H44.03-260801-{number:04}" for number in range(RECORDS)]


@pytest.mark.parametrize("name", list(CONTENTS))
def test_the_public_edition_gives_nothing_away(name: str) -> None:
    content: Publication = CONTENTS[name]
    codes = {record.code for agency in content.agencies for record in agency.lost_records}
    small = [row.procedure_code for agency in content.agencies for row in agency.procedures if row.dossiers_in_hand < 5]
    for path, made in MADE[name, Edition.PUBLIC].items():
        said = made.decode("utf-8-sig")
        assert not [code for code in codes if code and code in said], path
        assert not re.search(r"H\d\d[.\w]*-\d{6}-\d{4}", said), path
        assert not [code for code in small if code in said], path
        assert "thu-tuc/" not in path
    page = tree(MADE[name, Edition.PUBLIC], addresses.agency("H44.03"))
    for table in page.xpath("//section[h2[@id='thu-tuc']]//table"):
        assert [text(cell) for cell in table.xpath(".//tbody//td")] == ["60", "dưới 5", "12", "60", "40", "30", "9"]


def test_names_are_text_and_never_markup() -> None:
    made = MADE["a correction", Edition.INTERNAL]
    assert not any(tree(made, path).xpath("//script") for path in made if path.endswith(".html"))
    assert b"&lt;script&gt;" in made["index.html"]
