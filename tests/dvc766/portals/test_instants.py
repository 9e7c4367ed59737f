"""Every documented form of an instant gives the same text; unzoned and Z are Vietnamese time."""

from __future__ import annotations

import pytest

from dvc766.portals.instants import read_date, read_instant
from dvc766.portals.values import Unreadable

TEN = "2025-07-01T10:00:00+07:00"
MIDNIGHT = "2025-07-01T00:00:00+07:00"


@pytest.mark.parametrize(
    "wire",
    [
        "20250701100000",
        20250701100000,
        "01/07/2025 10:00:00",
        "1/7/2025 10:00:00",
        "2025-07-01 10:00:00",
        "2025-07-01T10:00:00",
        "2025-07-01T10:00",
        "2025-07-01T10:00:00.000",
        "2025-07-01T10:00:00.000+0700",
        "2025-07-01T10:00:00+07:00",
        "2025-07-01T10:00:00+07",
        "2025-07-01 10:00:00 +07",
        "2025-07-01T10:00+7:00",
        "01/07/2025 10:00:00+07",
        "2025-07-01T03:00:00+00",
        "2025-06-30T22:00:00-05",
        "2025-07-01T15:30:00+1230",
        "2025-07-01T10:00:00Z",
        "2025-07-01T10:00:00.000Z",
        "2025-07-01T03:00:00+00:00",
        "2025-07-01T03:00:00.000+0000",
        "2025-06-30T22:00:00-0500",
        1751338800000,
        "1751338800000",
        1751338800000.0,
        " 20250701100000 ",
    ],
)
def test_one_instant_in_every_form(wire: object) -> None:
    assert read_instant(wire) == TEN


@pytest.mark.parametrize("wire", ["20250701", "01/07/2025", "1/7/2025", "2025-07-01", "Jul 01, 2025", "1 Jul 2025"])
def test_a_bare_day_is_its_midnight(wire: object) -> None:
    assert read_instant(wire) == MIDNIGHT
    assert read_date(wire) == "2025-07-01"


@pytest.mark.parametrize(
    "wire",
    [
        "0001-01-01",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.000+0700",
        "0001-01-01T00:00:00.0000000+07:00",
        "0001-01-01 00:00:00",
        "01/01/0001 00:00:00",
        "01/01/0001",
        "1/1/0001 00:00:00",
        "00010101000000",
        "00010101",
        -62135596800000,
        "-62135596800000",
    ],
)
def test_the_first_day_of_the_year_1_is_no_date(wire: object) -> None:
    assert read_instant(wire) is None
    assert read_date(wire) is None


@pytest.mark.parametrize(
    "wire",
    [
        "\ufeff2025-07-01T10:00:00",
        "2025-07-01T10:00:00\u200b",
        "2025-07-01\xa010:00:00",
        "20250701\u200b100000",
        "\u200e01/07/2025 10:00:00",
    ],
)
def test_characters_that_nobody_sees_change_no_instant(wire: str) -> None:
    assert read_instant(wire) == TEN


@pytest.mark.parametrize("wire", [None, "", "  ", "\u200b"])
def test_nothing_is_nothing(wire: object) -> None:
    assert read_instant(wire) is None
    assert read_date(wire) is None


def test_milliseconds_are_kept_and_zeros_are_not() -> None:
    assert read_instant("2025-07-01T10:00:00.120+0700") == "2025-07-01T10:00:00.12+07:00"
    assert read_instant("2025-07-01T10:00:00.000+0700") == TEN
    assert read_instant(1751338800120) == "2025-07-01T10:00:00.12+07:00"


def test_a_date_is_the_local_day() -> None:
    assert read_date("2025-06-30T18:00:00+00:00") == "2025-07-01"


def test_the_order_of_texts_is_the_order_of_instants() -> None:
    forms = ["2025-07-01T10:00:00", "2025-07-01T10:00:00.100", "2025-07-01T10:00:00.12", "2025-07-01T10:00:01"]
    texts = [str(read_instant(form)) for form in forms]
    assert texts == sorted(texts)


@pytest.mark.parametrize(
    "wire",
    [
        "20250230100000",
        "29/02/2025",
        "2025-13-01",
        "2025-07-01T24:00:00",
        "2025-07-01T10:60:00",
        "2025-07-01T10:00:61",
        "19891231235959",
        "21010101000000",
        "0001-01-02",
        "0002-01-01T00:00:00",
        "1900-01-01T00:00:00",
        "01/01/1753",
        "2025-07-01T10:00:00+07:60",
        "2025-07-01T10:00:00+07:",
        "2025-07-01X10:00:00",
        "2025-07-01T10:00:00+99:00",
        "2025-W27-2",
        "hôm qua",
        "2025",
        "99999999999999",
        99999999999999999999,
        -1,
        True,
        1.5,
        [],
        {},
        "٢٠٢٥0701100000",
        "2025-07-01T10:00:00\x00",
    ],
)
def test_what_is_no_instant_is_unreadable(wire: object) -> None:
    with pytest.raises(Unreadable):
        read_instant(wire)
