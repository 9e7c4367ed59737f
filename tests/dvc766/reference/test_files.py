"""A seed as a spreadsheet saves it is read, or refused by file, line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from dvc766 import reference
from dvc766.portals import PORTALS
from dvc766.portals.codes import read_known_codes
from dvc766.quality.usual import read_calendar
from dvc766.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
COLUMNS = ("code", "name_vi", "valid_from")
TEXT = 'code,name_vi,valid_from\nA,"Sở A, B",2025-07-01\nB,Xã Đạo Trù,\n'
NAMES = ["Sở A, B", "Xã Đạo Trù"]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "agencies.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        '"code","name_vi","valid_from"\n"A","Sở A, B","2025-07-01"\n"B","Xã Đạo Trù",""\n'.encode(),
        TEXT.rstrip("\n").encode(),
    ],
    ids=["plain", "with a byte order mark", "line ends of Windows", "everything quoted", "no last line end"],
)
def test_what_a_spreadsheet_changes_without_harm_is_read(tmp_path: Path, content: bytes) -> None:
    lines = reference.read(written(tmp_path, content), COLUMNS)
    assert [line.cells["name_vi"] for line in lines] == NAMES
    assert [(line.number, line.cells["code"]) for line in lines] == [(2, "A"), (3, "B")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT.replace(",", ";").encode("utf-8-sig"), "dòng 1, cột 'code': các cột phân cách bằng dấu chấm phẩy"),
        (TEXT.replace(",", "\t").encode(), "dòng 1, cột 'code': các cột phân cách bằng dấu tab"),
        (TEXT.encode("utf-16"), "dòng 1: tệp được lưu dạng Unicode (UTF-16)"),
        (TEXT.encode("utf-16-le"), "dòng 1: tệp được lưu dạng Unicode (UTF-16)"),
        (
            "code,name_vi,valid_from\nA,Sở A,\nB,X\xe3,\n".encode("latin-1", "replace"),
            "dòng 3, cột 'name_vi': có ký tự không phải UTF-8",
        ),
        (TEXT.replace("name_vi", "ten").encode(), "dòng 1, cột 'name_vi': thiếu cột này"),
        (TEXT.replace("valid_from", "code", 1).encode(), "dòng 1, cột 'valid_from': thiếu cột này"),
        ("code,name_vi,valid_from\nA,Sở A,\nB,Xã\n".encode(), "dòng 3, cột 'valid_from': dòng chỉ có 2 ô"),
        (b"code,name_vi,valid_from\nA\n", "dòng 2, cột 'name_vi': dòng chỉ có 1 ô"),
        ("code,name_vi,valid_from\nA,Sở A, B,\n".encode(), "dòng 2, cột 'valid_from': dòng có 4 ô"),
        ("code,name_vi,valid_from\nA,Sở A,\n\nB,Xã,\n".encode(), "dòng 3: dòng trống"),
        ('code,name_vi,valid_from\nA,"Sở A,\nB,Xã,\n'.encode(), "dòng 3: dấu ngoặc kép không khép đúng"),
        (b"", "dòng 1, cột 'code': thiếu cột này"),
    ],
    ids=[
        *("semicolons", "tabs", "UTF-16", "UTF-16 without a mark", "another encoding", "a column renamed"),
        *("a column twice", "a row cut short", "a row cut off", "a comma too many", "a blank line", "an open quote"),
        "nothing",
    ],
)
def test_what_would_move_a_value_is_refused_by_file_line_and_column(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.read(written(tmp_path, content), COLUMNS)
    assert f"agencies.csv, {words}" in str(refused.value)
    assert "Việc cần làm" in str(refused.value)


def test_the_line_told_is_that_of_the_file_even_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    content = 'code,name_vi,valid_from\nA,"Sở\nA",\nB,Xã\n'.encode()
    with pytest.raises(reference.ReferenceRefused, match="dòng 4, cột 'valid_from'"):
        reference.read(written(tmp_path, content), COLUMNS)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(reference.ReferenceRefused, match="không có tệp này"):
        reference.read(tmp_path / "agencies.csv", COLUMNS)


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.code)
def test_known_codes_are_read_from_a_table_with_a_byte_order_mark(tmp_path: Path, portal: object) -> None:
    table = tmp_path / "portal_codes.csv"
    table.write_bytes((SEEDS / "portal_codes.csv").read_text(encoding="utf-8").encode("utf-8-sig"))
    assert read_known_codes(table, portal) == read_known_codes(SEEDS / "portal_codes.csv", portal)  # type: ignore[arg-type]


def test_known_codes_of_a_table_with_semicolons_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "portal_codes.csv"
    table.write_text((SEEDS / "portal_codes.csv").read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    with pytest.raises(reference.ReferenceRefused, match=r"portal_codes\.csv, dòng 1, cột 'portal_code'"):
        read_known_codes(table, next(iter(PORTALS)))


def test_the_calendar_is_read_from_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "calendar_days.csv"
    path.write_bytes((SEEDS / "calendar_days.csv").read_text(encoding="utf-8").encode("utf-8-sig"))
    assert read_calendar(path) == read_calendar(SEEDS / "calendar_days.csv")


@pytest.mark.parametrize("typed", ["31/12/2027", "2027-12-32", "20271231", ""])
def test_a_calendar_with_what_is_no_day_is_refused_by_whoever_reads_it(typed: str, tmp_path: Path) -> None:
    """A reading and a freeze ask the calendar before any build has judged the seeds."""
    path = tmp_path / "calendar_days.csv"
    text = (SEEDS / "calendar_days.csv").read_text(encoding="utf-8").rstrip("\n").splitlines()
    path.write_text("\n".join([*text, ",".join([typed, *text[-1].split(",")[1:]])]) + "\n", encoding="utf-8")
    place = rf"calendar_days\.csv, dòng {len(text) + 1}, cột 'date_on': '{typed}' không phải ngày"
    with pytest.raises(reference.ReferenceRefused, match=place):
        read_calendar(path)
