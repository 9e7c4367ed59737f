"""Equal facts have one canonical text, however a portal writes them; the rest is unreadable."""

from __future__ import annotations

import unicodedata

import pytest

from dvc766.portals import values
from dvc766.portals.values import Unreadable


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (None, None),
        ("", None),
        ("   ", None),
        (12, "12"),
        (12.0, "12"),
        ("12", "12"),
        ("007", "007"),
        (" H44.01 ", "H44.01"),
        ("HÀI  LÒNG", "HÀI LÒNG"),
        (unicodedata.normalize("NFD", "RẤT HÀI LÒNG"), "RẤT HÀI LÒNG"),
        ("0", "0"),
    ],
)
def test_codes_are_text(wire: object, text: str | None) -> None:
    assert values.read_code(wire) == text


@pytest.mark.parametrize(
    "wire",
    [True, 1.5, float("inf"), float("nan"), [], {"a": 1}, "x" * 201, "a\x00b", "a\ud800", 2**63],
)
def test_what_is_no_code_is_unreadable(wire: object) -> None:
    with pytest.raises(Unreadable):
        values.read_code(wire)


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("1.000123.000.00.00.H44", "1.000123"),
        ("1.000123", "1.000123"),
        ("TS_lop1.000.00.00.H22", "TS_lop1"),
        ("", None),
        (None, None),
    ],
)
def test_procedures_go_by_their_national_stem(wire: object, text: str | None) -> None:
    assert values.read_procedure_code(wire) == text


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (None, None),
        ("", None),
        (0, "0"),
        ("0", "0"),
        ("12", "12"),
        (12.0, "12"),
        ("12,50", "12.5"),
        ("12.500", "12.5"),
        (0.1, "0.1"),
        ("-3", "-3"),
        ("-0", "0"),
        (" 7 ", "7"),
        ("0012", "12"),
    ],
)
def test_numbers_come_as_text_and_with_a_decimal_comma(wire: object, text: str | None) -> None:
    assert values.read_number(wire) == text


@pytest.mark.parametrize("wire", ["NaN", "Infinity", "1e6", "1.000.000", "ba", True, [], float("inf"), 10**30, "٣"])
def test_what_is_no_number_is_unreadable(wire: object) -> None:
    with pytest.raises(Unreadable):
        values.read_number(wire)


@pytest.mark.parametrize("wire", ["1.5", 2**63, "9" * 19])
def test_an_integer_is_whole_and_fits(wire: object) -> None:
    with pytest.raises(Unreadable):
        values.read_integer(wire)


@pytest.mark.parametrize("wire", [True, 1, 1.0, "1", "true", "True", "TRUE", " true "])
def test_true_in_every_spelling(wire: object) -> None:
    assert values.read_flag(wire) == "t"


@pytest.mark.parametrize("wire", [False, 0, "0", "false", "False"])
def test_false_in_every_spelling(wire: object) -> None:
    assert values.read_flag(wire) == "f"


@pytest.mark.parametrize("wire", [None, "", " "])
def test_an_unset_flag_is_unknown_and_never_false(wire: object) -> None:
    assert values.read_flag(wire) is None


@pytest.mark.parametrize("wire", ["2", 2, "có", [], {}])
def test_what_is_no_flag_is_unreadable(wire: object) -> None:
    with pytest.raises(Unreadable):
        values.read_flag(wire)


@pytest.mark.parametrize(("wire", "text"), [("/tệp.pdf", "t"), ("", "f"), (None, "f"), (" ", "f"), ([], "f"), (0, "t")])
def test_presence_keeps_no_value(wire: object, text: str) -> None:
    assert values.read_present(wire) == text


def test_names_are_composed_and_the_vietnamese_one_is_taken() -> None:
    decomposed = unicodedata.normalize("NFD", "Sở  Nội vụ\n")
    assert values.read_text(decomposed) == "Sở Nội vụ"
    assert values.read_text([{"languageId": 46, "name": "Fee"}, {"languageId": 228, "name": "Lệ phí"}]) == "Lệ phí"
    assert values.read_text([{"languageId": "228", "name": "Lệ phí"}]) == "Lệ phí"
    assert values.read_text([]) is None


def test_no_message_repeats_the_value() -> None:
    with pytest.raises(Unreadable) as caught:
        values.read_number("Nguyễn Văn A")
    assert "Nguyễn" not in str(caught.value)


@pytest.mark.parametrize(("wire", "count"), [(5, 5), ("5", 5), (None, None), ("", None), ("nhiều", None), ([], None)])
def test_the_portals_own_counts(wire: object, count: int | None) -> None:
    assert values.whole(wire) == count
