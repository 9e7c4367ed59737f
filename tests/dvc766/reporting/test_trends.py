"""Lines of earlier months end where a comparison ends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dvc766.reporting.rows import PastMonth
from dvc766.reporting.trends import said, trend
from tests.dvc766.reporting import samples

JUNE = date(2026, 6, 1)


def past(code: str, month: int, score: str | None, catalogue: str = "2026") -> PastMonth:
    worth = Decimal(score) if score else None
    return PastMonth("H44.07", code, date(2026, month, 1), f"0{month}/2026", worth, 1, 2, catalogue)


def shown(*history: PastMonth) -> tuple[list[tuple[str, list[int]]], str]:
    agency = samples.agency(samples.standing("H44.07", "Sở Công Thương", 1, "90.50"), history=history)
    found = trend(agency, JUNE)
    return [(line.agency_code, [one.month.month for one in line.months]) for line in found.lines], said(found)


def test_a_gap_and_a_new_catalogue_end_a_line() -> None:
    lines, words = shown(
        past("H44.07", 1, "80", "2025"),
        past("H44.07", 2, "81", "2025"),
        past("H44.07", 4, "90"),
        past("H44.07", 6, "70"),
    )
    assert lines == [("H44.07", [1, 2]), ("H44.07", [4]), ("H44.07", [6])]
    assert words == (
        "Trong 4 tháng, điểm thấp nhất là 70,00 (tháng 6/2026), cao nhất là 90,00 (tháng 4/2026); tháng gần nhất 70,00."
        " Từ tháng 4/2026 áp dụng bộ chỉ số khác, không so sánh với các tháng trước đó."
        " Không có số liệu công bố của tháng 3/2026 và tháng 5/2026."
    )


def test_predecessors_have_lines_of_their_own_and_agencies_beside_it_none() -> None:
    lines, words = shown(
        past("H62.16", 5, "71.74"), past("H44.07", 6, "84.95"), past("H44.08", 5, "1"), past("H44.08", 6, "1")
    )
    assert lines == [("H44.07", [6]), ("H62.16", [5])]
    assert words.startswith("Mới có một tháng của cơ quan này: 84,95 điểm (tháng 6/2026). Đường nét đứt")


def test_no_month_and_no_movement_are_said() -> None:
    assert shown() == ([], "Chưa có điểm của tháng nào.")
    assert shown(past("H44.07", 5, "80"), past("H44.07", 6, "80"))[1] == "Qua 2 tháng điểm không đổi: 80,00."
