"""The workbook, read back by openpyxl, which shares no code with what writes it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from dvc766.reporting import sentences, workbook
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from dvc766.reporting.spreadsheet import Column, Kind, Origin, Spreadsheet, Table
from tests.dvc766.reporting import samples_workbook

MADE_AND_HASHED = (
    "import hashlib; from dvc766.reporting.products import make; from dvc766.reporting.editions import Edition;"
    " from tests.dvc766.reporting.samples_workbook import month, running;"
    " print([hashlib.sha256(content).hexdigest() for edition in Edition for of in (month(), running())"
    " for content in make(of, edition, ('workbook', 'slides', 'weekly-note')).values()])"
)
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "=\t", "-@", "+=", "@=")
_ENDINGS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x";"y")',
    "A1",
    "SUM(A1:A9)",
    "&<>\"'",
    "Sở Nội vụ",
    "",
    "0123",
    "#REF!",
)
PAYLOADS = [f"{first}{last}{' ' * times}" for times in range(5) for first in _BEGINNINGS for last in _ENDINGS]


@pytest.fixture(scope="module", params=list(Edition), ids=lambda edition: edition.value)
def edition(request: pytest.FixtureRequest) -> Edition:
    asked: Edition = request.param
    return asked


@pytest.fixture(scope="module")
def book(edition: Edition) -> Workbook:
    return _opened(samples_workbook.month(), edition)


def test_the_same_month_gives_the_same_bytes_in_any_process() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", MADE_AND_HASHED],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "Asia/Ho_Chi_Minh"), ("2", "America/Lima"))
    }
    assert len(made) == 1
    assert len(made.pop().split()) == 10


def test_rank_score_and_grade_of_every_agency_are_those_of_the_content(book: Workbook) -> None:
    month = samples_workbook.month()
    for label, agencies in month.peer_groups.items():
        rows = list(_rows(book[f"Xếp hạng - {label}"]))
        read = {row["Mã"]: (row["Hạng"], row["Cơ quan"], row["Điểm"], row["Xếp loại"]) for row in rows}
        assert read == {agency.code: _place(agency) for agency in agencies}
        assert [row["Hạng"] for row in rows if row["Hạng"]] == sorted(row["Hạng"] for row in rows if row["Hạng"])
    unranked = next(row for row in _rows(book["Xếp hạng - Sở, ban, ngành"]) if row["Cơ quan"] == "Thanh tra tỉnh")
    assert unranked["Tình trạng"] == "Không phát sinh hồ sơ"


def test_every_indicator_stands_with_its_count_ratio_target_and_points(book: Workbook) -> None:
    rows = list(_rows(book["Điểm chỉ số"]))
    expected = [(agency, score) for agency in samples_workbook.month().agencies for score in agency.indicators]
    assert len(rows) == len(expected)
    for row, (agency, score) in zip(rows, expected, strict=True):
        assert (row["Mã cơ quan"], row["Chỉ số"]) == (agency.code, score.indicator_code)
        assert (row["Tử số"], row["Mẫu số"]) == (score.numerator, score.denominator)
        for heading, value in (("Tỷ lệ", score.ratio), ("Chỉ tiêu", score.target), ("Điểm", score.points)):
            assert row[heading] == (None if value is None else pytest.approx(float(value)))


def test_numbers_and_dates_are_real_ones_in_formats_that_follow_the_reader(book: Workbook, edition: Edition) -> None:
    sheet = book["Xếp hạng - Sở, ban, ngành"]
    top = _top(sheet)
    headings = {cell.value: position for position, cell in enumerate(sheet[top], 1)}
    score, moved = (sheet.cell(top + 1, headings[name]) for name in ("Điểm", "Thay đổi hạng"))
    assert (score.data_type, score.number_format) == ("n", "#,##0.00")
    assert (moved.data_type, moved.number_format) == ("n", '"▲ "0;"▼ "0;"="')
    captured = [row["Ngày lấy điểm của Cổng"] for row in _rows(book["Chênh lệch với Cổng"])]
    assert captured[:2] == [datetime.fromisoformat("2026-09-01"), None]
    if edition is Edition.INTERNAL:
        row = next(_rows(book["Hồ sơ bị trừ điểm"]))
        assert row["Ngày hẹn trả"] == datetime.fromisoformat("2026-08-10")
        assert row["Mã"] == "H44.001-260801-0001"


def test_every_sheet_has_the_mark_the_origin_and_its_print_set_up(book: Workbook) -> None:
    origin = sentences.provenance(samples_workbook.month())
    sheet: Any
    for sheet in book:
        above = [cell.value for (cell,) in sheet["A1:A6"]]
        assert sentences.SYNTHETIC in above, sheet.title
        assert origin in above, sheet.title
        assert sentences.SYNTHETIC in sheet.oddHeader.left.text
        assert origin in sheet.oddFooter.left.text
        assert "&P" in sheet.oddFooter.right.text
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert sheet.freeze_panes, sheet.title
        if sheet.title != workbook.COVER:
            top = _top(sheet)
            assert sheet.freeze_panes.endswith(str(top + 1)), sheet.title
            assert sheet.auto_filter.ref.startswith(f"A{top}:"), sheet.title
            assert sheet.print_title_rows == f"${top}:${top}", sheet.title


def test_a_text_keeps_its_distance_from_the_number_before_it(book: Workbook) -> None:
    rows = book["Xếp hạng - Sở, ban, ngành"].iter_rows(min_row=9, min_col=2, max_col=2)
    assert {(cell.alignment.horizontal, cell.alignment.indent) for [cell] in rows} == {("left", 1)}


def test_a_row_of_short_texts_is_one_line_high(book: Workbook) -> None:
    for name in ("Lý do bị trừ điểm", "Độ chắc của thứ hạng", "Điểm chỉ số"):
        sheet = book[name]
        names = enumerate((name for [name] in sheet.iter_rows(min_col=3, max_col=3, values_only=True)), 1)
        short = [number for number, agency in names if agency == "Văn phòng UBND tỉnh"]
        assert short
        assert [number for number in short if sheet.row_dimensions[number].height] == [], name


def test_real_data_carry_no_mark() -> None:
    book = _opened(samples_workbook.month(is_synthetic=False), Edition.PUBLIC)
    assert not any(sentences.SYNTHETIC in str(cell) for cell in _cells(book))


def test_the_province_is_shown_and_stands_in_no_list_of_agencies(book: Workbook) -> None:
    assert book["Toàn tỉnh"].max_row > _top(book["Toàn tỉnh"])
    assert ("UBND tỉnh Phú Thọ: điểm", 86.2) in [(row[0].value, row[1].value) for row in book[workbook.COVER].rows]
    for sheet in book:
        if sheet.title not in (workbook.COVER, "Toàn tỉnh", "Các lần chốt", "Cách tính điểm"):
            assert all("Toàn tỉnh" not in row.values() for row in _rows(sheet)), sheet.title


def test_the_public_edition_names_no_record_and_no_small_count() -> None:
    public = _opened(samples_workbook.month(), Edition.PUBLIC)
    told = [str(value) for value in _cells(public)]
    assert "Hồ sơ bị trừ điểm" not in public.sheetnames
    assert not any("260801" in text or "Thủ tục rất ít hồ sơ" in text for text in told)
    rows = list(_rows(public["Thủ tục"]))
    assert rows
    for row in rows:
        counts = [value for name, value in row.items() if "ồ sơ" in name or name.startswith("Trong đó")]
        assert all(value == "dưới 5" or value >= 5 for value in counts)
    assert any(row["Trong đó chưa có kết quả điện tử"] == "dưới 5" for row in rows)


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    assert len(set(PAYLOADS)) == 500
    head = samples_workbook.month().head
    spreadsheet = Spreadsheet(Origin("=1+1", "@x", "-y", head.frozen_at, "+z", "=a"))
    spreadsheet.add(Table("=Bảng/1", "=2+2", [Column("=Cột", str), Column("+Số", str, Kind.COUNT)], PAYLOADS))
    spreadsheet.add_text("-Trang", "=3", [("=tên", payload, Kind.TEXT) for payload in PAYLOADS[:50]])
    book = load_workbook(BytesIO(spreadsheet.content()))
    assert all(cell.data_type in ("s", "n") for sheet in book for row in sheet.rows for cell in row)
    read = [(row[0].value, row[1].value) for row in book["=Bảng-1"].rows][-500:]
    # openpyxl shows a carriage return as a sheet writes it
    assert [text for text, _ in read] == [payload.replace("\r", "_x000D_") for payload in PAYLOADS]
    assert [text for _, text in read] == [text for text, _ in read]
    assert all(cell.quotePrefix for (cell, _) in list(book["=Bảng-1"].rows)[-500:])


def test_names_of_sheets_are_vietnamese_short_and_unlike() -> None:
    long = samples_workbook.month()
    standing = replace(long.agencies[0].standing, peer_group_vi="Cơ quan ngành dọc / Trung ương [đóng] tại tỉnh")
    other = replace(long.agencies[1].standing, peer_group_vi="Cơ quan ngành dọc / Trung ương [đóng] tại xã")
    agencies = [replace(long.agencies[0], standing=standing), replace(long.agencies[1], standing=other)]
    names = _opened(replace(long, agencies=agencies), Edition.PUBLIC).sheetnames
    assert names[1:3] == ["Xếp hạng - Cơ quan ngành dọc - ", "Xếp hạng - Cơ quan ngành dọ (2)"]
    assert all(len(name) <= 31 for name in names)


def test_a_correction_a_break_and_a_portal_month_are_named() -> None:
    month = samples_workbook.month(revision=2, reason_vi="Số liệu sửa", note="Bổ sung", official_source="portal")
    past = replace(month.agencies[0].history[0], catalogue_version="2022")
    agencies = [replace(month.agencies[0], history=[past, *month.agencies[0].history]), *month.agencies[1:]]
    told = [str(value) for value in _cells(_opened(replace(month, agencies=agencies), Edition.PUBLIC))]
    assert {"Số liệu sửa", "Bổ sung"} <= set(told)
    assert any("bộ chỉ số khác" in text for text in told)
    assert any("theo điểm công bố của Cổng" in text for text in told)


def test_a_month_without_agencies_or_dossiers_has_its_empty_sheets() -> None:
    month = samples_workbook.month(data_as_of=None, short_hash=None, number=None)
    bare = replace(month, agencies=(), province=None, revisions=(), rules=())
    assert len(_opened(bare, Edition.INTERNAL).sheetnames) == 12
    alone = [_without_records(agency) for agency in month.agencies]
    rows = list(_rows(_opened(replace(month, agencies=alone), Edition.INTERNAL)["Xếp hạng - Cấp xã"]))
    assert len(rows) == samples_workbook.COMMUNES


def test_a_running_month_says_that_it_is_provisional() -> None:
    book = _opened(samples_workbook.running(), Edition.INTERNAL)
    assert all(sentences.PROVISIONAL in str(sheet["A3"].value) for sheet in book)


def _opened(publication: Publication, edition: Edition) -> Workbook:
    [(name, content)] = make(publication, edition, ["workbook"]).items()
    assert name == "so-tinh.xlsx"
    return load_workbook(BytesIO(content))


def _place(agency: Agency) -> tuple[int | None, str, float | None, str | None]:
    standing = agency.standing
    return standing.rank, agency.name, float(standing.score or Decimal(0)), standing.grade_name_vi


def _without_records(agency: Agency) -> Agency:
    empty: dict[str, Any] = dict.fromkeys(("changes", "differences", "reasons", "procedures", "lost_records"), ())
    return replace(agency, certainty=None, lateness=None, **empty)


def _top(sheet: Worksheet) -> int:
    """The row of the headings: the first one after the blank line."""
    row = next(number for number in range(1, 20) if sheet.cell(number, 1).value is None)
    return row + 1


def _rows(sheet: Worksheet) -> Iterator[Mapping[str, Any]]:
    lines: Sequence[Sequence[Any]] = list(sheet.iter_rows(min_row=_top(sheet), values_only=True))
    for line in lines[1:]:
        yield dict(zip(lines[0], line, strict=True))


def _cells(book: Workbook) -> Iterator[Any]:
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            yield from row
