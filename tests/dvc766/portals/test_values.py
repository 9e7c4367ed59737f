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


@pytest.mark.parametrize(
    ("wire", "text"),
    [("1.234,5", "1234.5"), ("1,234.50", "1234.5"), ("1.500.000", "1500000"), ("12 500", "12500"), ("7,05", "7.05")],
)
def test_a_decimal_may_have_its_thousands_apart_where_nothing_is_ambiguous(wire: str, text: str) -> None:
    assert values.read_number(wire) == text


@pytest.mark.parametrize("wire", ["NaN", "Infinity", "1e6", "1.00.000", "ba", True, [], float("inf"), 10**30, "٣"])
def test_what_is_no_number_is_unreadable(wire: object) -> None:
    for read in (values.read_number, values.read_amount, values.read_integer):
        with pytest.raises(Unreadable):
            read(wire)


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("150.000", "150000"),
        ("12.500", "12500"),
        ("2.000", "2000"),
        ("1.500.000", "1500000"),
        ("1.043", "1043"),
        ("999.999", "999999"),
        ("150,000", "150000"),
        ("150 000", "150000"),
        ("150\xa0000", "150000"),
        ("1\u202f500\u202f000", "1500000"),
        ("-1.500", "-1500"),
        ("150.000,00", "150000"),
        ("150,000.00", "150000"),
        ("150000,00", "150000"),
        ("150000.0", "150000"),
        ("150000.0000", "150000"),
        ("150000", "150000"),
        ("\ufeff150.000 ", "150000"),
        (150000.0, "150000"),
        (150, "150"),
        ("0", "0"),
        ("0.000", "0"),
        ("0,00", "0"),
        ("", None),
        (None, None),
    ],
)
def test_groups_of_three_are_thousands_in_amounts_and_counts(wire: object, text: str | None) -> None:
    assert values.read_amount(wire) == text
    assert values.read_integer(wire) == text


@pytest.mark.parametrize(
    "wire",
    [
        "1.5",
        "12.50",
        "0.500",
        "1.0434",
        "30000.000",
        "1500.000",
        "1.500.00",
        "1,500.000",
        "1.500,000",
        "012.500",
        "1.",
        "1 50",
    ],
)
def test_what_is_not_whole_or_can_be_read_two_ways_is_no_amount_and_no_count(wire: str) -> None:
    for read in (values.read_amount, values.read_integer):
        with pytest.raises(Unreadable):
            read(wire)


@pytest.mark.parametrize("wire", [1.5, 2**63, "9" * 19])
def test_an_integer_is_whole_and_fits(wire: object) -> None:
    with pytest.raises(Unreadable):
        values.read_integer(wire)


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("65F0C0FFEE65F0C0FFEE65F0", "65f0c0ffee65f0c0ffee65f0"),
        (" 65f0c0ffee65f0c0ffee65f0 ", "65f0c0ffee65f0c0ffee65f0"),
        ("65f0c0ffee65f0c0ffee65f0\u200b", "65f0c0ffee65f0c0ffee65f0"),
        ("019D2BE3-6A88-732B-8B17-B68020C8553A", "019d2be3-6a88-732b-8b17-b68020c8553a"),
        ("65F0C0FFEE65F0C0FFEE65F0C0FFEE65", "65f0c0ffee65f0c0ffee65f0c0ffee65"),
        (1000, "1000"),
        (1000.0, "1000"),
        ("1000.0", "1000"),
        ("1000.00", "1000"),
        ("h44.01-260915-0007", "H44.01-260915-0007"),
        ("000.00.53.h48-220921-0099", "000.00.53.H48-220921-0099"),
        ("H44.01-260915-0007 ", "H44.01-260915-0007"),
        ("h44.01-260915-0007-20260915101500", "H44.01-260915-0007-20260915101500"),
        ("", None),
        (None, None),
    ],
)
def test_an_id_has_one_spelling(wire: object, text: str | None) -> None:
    assert values.read_id(wire) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [("aB3xY", "AB3xY"), ("dvc4401", "DVC4401"), ("1.000", "1"), ("007", "7"), ("Aé", "Aè"), ("a-1", "A-1")],
)
def test_two_ids_that_may_be_two_records_stay_two(one: str, other: str) -> None:
    assert values.read_id(one) != values.read_id(other)


@pytest.mark.parametrize("wire", [True, 1, 1.0, "1", "true", "True", "TRUE", " true ", "true\u200b", "\ufeff1"])
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


@pytest.mark.parametrize(
    ("wire", "text"), [("/tệp.pdf", "t"), ("", "f"), (None, "f"), (" ", "f"), ("\u200b", "f"), ([], "f"), (0, "t")]
)
def test_presence_keeps_no_value(wire: object, text: str) -> None:
    assert values.read_present(wire) == text


def test_names_are_composed_and_the_vietnamese_one_is_taken() -> None:
    decomposed = unicodedata.normalize("NFD", "Sở  Nội vụ\n")
    assert values.read_text(decomposed) == "Sở Nội vụ"
    assert values.read_text([{"languageId": 46, "name": "Fee"}, {"languageId": 228, "name": "Lệ phí"}]) == "Lệ phí"
    assert values.read_text([{"languageId": "228", "name": "Lệ phí"}]) == "Lệ phí"
    assert values.read_text([]) is None


@pytest.mark.parametrize(
    "wire",
    [
        "Sở\u200b Nội vụ",
        "\ufeffSở Nội vụ",
        "Sở\xa0Nội\u202fvụ",
        "Sở Nội\u200d vụ\u200c",
        "Sở Nội v\u00adụ",
        "\u202aSở Nội vụ\u202c",
        "Sơ\u200b\u0309 Nội vụ",  # between a letter and its mark
        "Sở\u2003\u2060Nội vụ",
    ],
)
def test_characters_that_nobody_sees_are_dropped_and_every_space_is_one(wire: str) -> None:
    assert values.read_text(wire) == "Sở Nội vụ"
    assert values.read_code(wire) == "Sở Nội vụ"


@pytest.mark.parametrize("wire", ["\u200b", "\ufeff \xa0", "\u00ad"])
def test_a_text_that_nobody_sees_is_nothing(wire: str) -> None:
    assert values.read_text(wire) is None
    assert values.read_code(wire) is None


def test_no_message_repeats_the_value() -> None:
    with pytest.raises(Unreadable) as caught:
        values.read_number("Nguyễn Văn A")
    assert "Nguyễn" not in str(caught.value)


@pytest.mark.parametrize(
    ("wire", "count"),
    [
        (5, 5),
        ("5", 5),
        (None, None),
        ("12.000", 12000),
        ("1.043", 1043),
        ("1 043", 1043),
        ("1.5", None),
        ("", None),
        ("nhiều", None),
        ([], None),
    ],
)
def test_the_portals_own_counts(wire: object, count: int | None) -> None:
    assert values.whole(wire) == count
