"""What the templates can say, read as an office would read it: singulars, zeros, ties and first times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from dvc766.reporting import highlights, sentences, wording
from dvc766.reporting.content import Agency
from dvc766.reporting.rows import Certainty, Lateness
from tests.dvc766.reporting import samples
from tests.dvc766.reporting.samples import agency, change, indicator, publication, standing


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (wording.points(Decimal("83.34")), "83,34"),
        (wording.points(Decimal("0")), "0,00"),
        (wording.points(None), "—"),
        (wording.number(1234), "1.234"),
        (wording.number(1234567), "1.234.567"),
        (wording.number(Decimal("2.345"), 2), "2,35"),
        (wording.number(Decimal("-0.004"), 2), "0,00"),
        (wording.percent(Decimal("0.756")), "75,6%"),
        (wording.percent(Decimal(1)), "100%"),
        (wording.percent(None), "—"),
        (wording.signed(Decimal("1.2")), "+1,20"),
        (wording.signed(Decimal("-0.5")), "−0,50"),
        (wording.signed(Decimal("0.001")), "0"),
        (wording.day(date(2025, 9, 2)), "02/9/2025"),
        (wording.day(date(2026, 1, 15)), "15/01/2026"),
        (wording.day_in_words(date(2026, 2, 3)), "ngày 03 tháng 02 năm 2026"),
        (wording.month(date(2025, 8, 1)), "tháng 8/2025"),
        (wording.month(date(2026, 2, 1)), "tháng 02/2026"),
        (wording.moment(datetime.fromisoformat("2025-09-04T07:30")), "07 giờ 30 ngày 04/9/2025"),
        (wording.rank_movement(2), "tăng 2 bậc"),
        (wording.rank_movement(-1), "giảm 1 bậc"),
        (wording.rank_movement(0), "giữ nguyên hạng"),
        (wording.movement_mark(3), "▲ 3"),
        (wording.movement_mark(-4), "▼ 4"),
        (wording.movement_mark(0), "="),
        (wording.movement_mark(None), "—"),
        (wording.score_movement(Decimal("-0.5")), "giảm 0,50 điểm"),
        (wording.score_movement(Decimal(0)), "không thay đổi"),
        (wording.score_movement(Decimal("-0.004")), "không thay đổi"),
        (wording.listed(["a"]), "a"),
        (wording.listed(["a", "b", "c"]), "a, b và c"),
        (wording.listed([]), ""),
        (wording.listed(["A (1,50)", "Sở Văn hóa, Thể thao", "c"]), "A (1,50); Sở Văn hóa, Thể thao; c"),
    ],
)
def test_numbers_and_dates_are_said_as_state_documents_say_them(value: str, said: str) -> None:
    assert value == said


def test_the_headline_says_the_province_and_who_leads() -> None:
    assert sentences.headline(samples.usual()) == (
        "Tháng 8/2026, tỉnh Phú Thọ đạt 86,20 điểm (xếp loại Tốt), không thay đổi so với tháng trước; đứng đầu khối"
        " sở, ban, ngành là Sở Công Thương (90,50 điểm)."
    )


def test_a_first_month_has_no_change_to_tell() -> None:
    usual = samples.usual()
    assert usual.province
    new = replace(usual.province, standing=replace(usual.province.standing, score_change=None, previous_score=None))
    assert "so với tháng trước" not in sentences.headline(replace(usual, province=new))


def test_agencies_with_one_score_lead_together() -> None:
    tied = [
        agency(standing("H44.07", "Sở Công Thương", 1, "90.50", tied_agencies=2)),
        agency(standing("H44.08", "Sở Y tế", 1, "90.50", tied_agencies=2)),
    ]
    assert "cùng đứng đầu khối sở, ban, ngành là Sở Công Thương và Sở Y tế (90,50 điểm)" in sentences.headline(
        publication(tied)
    )
    assert sentences.place(tied[0]) == "hạng 1 trên 2 (sở, ban, ngành), cùng hạng với 1 cơ quan khác"


def test_a_month_of_the_portal_alone_has_no_province_to_tell() -> None:
    assert sentences.headline(publication([])) == "Tháng 8/2026, 2 cơ quan được xếp hạng."


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (standing("A", "A", 3, "80.00", rank_change=2, score_change=Decimal("1.5")), "Tăng 2 bậc, tăng 1,50 điểm"),
        (standing("A", "A", 3, "80.00", rank_change=-1, score_change=Decimal("0.2")), "Giảm 1 bậc, tăng 0,20 điểm"),
        (standing("A", "A", 3, "80.00"), "Giữ nguyên hạng, điểm không thay đổi"),
        (standing("A", "A", None, None), "Không phát sinh hồ sơ"),
        (standing("A", "A", 3, "80.00", rank_change=None, score_change=None), "Không so sánh với tháng trước"),
    ],
)
def test_movements_are_said_in_words(place: object, said: str) -> None:
    assert sentences.movement(agency(place)) == said  # type: ignore[arg-type]


def test_why_a_score_changed_names_the_largest_group_and_part() -> None:
    moved = agency(
        standing("A", "Sở A", 1, "80.00", rank_change=1, score_change=Decimal("1.50")),
        [indicator("A", "2.1", 9, 10, "18.00"), indicator("A", "3.3", 5, 10, "6.00")],
        changes=[change("A", "2.1", "2.00"), change("A", "3.3", "0.10", "-0.60")],
    )
    assert sentences.why(moved) == (
        "Tiến độ, kết quả giải quyết tăng 2,00 điểm và cung cấp dịch vụ công trực tuyến giảm 0,50 điểm;"
        " chủ yếu do kết quả thực hiện của cơ quan (tăng 2,10 điểm)."
    )
    assert sentences.why(agency(standing("A", "A", 1, "80.00"))) == ""


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (Lateness("A", 60, 0, 0, 0, 0, 0), "Trong 60 hồ sơ có hạn, không có hồ sơ quá hạn."),
        (
            Lateness("A", 1200, 1, 0, 0, 0, 0),
            "Trong 1.200 hồ sơ có hạn, 1 hồ sơ quá hạn (0,1%): 1 hồ sơ giải quyết xong sau hạn.",
        ),
        (
            Lateness("A", 20, 2, 1, 1, 1, 3),
            "Trong 20 hồ sơ có hạn, 5 hồ sơ quá hạn (25%): 2 hồ sơ giải quyết xong sau hạn, 1 hồ sơ quá hạn mà chưa"
            " giải quyết xong, 1 hồ sơ yêu cầu bổ sung quá một lần và 1 hồ sơ quá hạn ban đầu đã xin lỗi và hẹn lại"
            " ngày trả. 3 hồ sơ quá hạn đã có văn bản xin lỗi.",
        ),
    ],
)
def test_lateness_is_told_apart(late: Lateness, said: str) -> None:
    assert sentences.lateness(late) == said


def test_the_cheapest_points_come_first() -> None:
    second = samples.named(samples.usual())["Ban Quản lý các khu công nghiệp"]
    found = highlights.gains(second)
    assert [(gain.indicator_code, gain.records, gain.points) for gain in found] == [
        ("3.3", 10, Decimal("2.00")),
        ("2.1", 2, Decimal("0.33")),
    ]
    assert sentences.gain(found[1]) == (
        "Chỉ số 2.1 (tỷ lệ hồ sơ xử lý trước hạn, đúng hạn): thêm 2 hồ sơ đạt yêu cầu thì được thêm 0,33 điểm."
    )


def test_best_and_weakest_never_name_equals() -> None:
    apart = _with_points("18.00", "12.50")
    assert sentences.best_and_weakest(apart, "TDGQ") == "Cao nhất: A0 (18,00); thấp nhất: A1 (12,50)."
    same = _with_points("18.00", "18.00")
    assert sentences.best_and_weakest(same, "TDGQ") == "Các cơ quan cùng đạt 18,00 điểm."
    assert sentences.best_and_weakest(same[:1], "TDGQ") == ""


def test_equals_that_have_no_place_any_more_are_counted() -> None:
    many = _with_points(*["18.00"] * 5, "12.50", "11.00", "11.00")
    assert sentences.best_and_weakest(many, "TDGQ") == (
        "Cao nhất: A0 (18,00), A1 (18,00), A2 (18,00) và 2 cơ quan khác cùng 18,00 điểm;"
        " thấp nhất: A7 (11,00), A6 (11,00) và A5 (12,50)."
    )
    low = _with_points("18.00", "17.00", "16.00", *["15.00"] * 5)
    assert sentences.best_and_weakest(low, "TDGQ").endswith(
        "thấp nhất: A7 (15,00), A6 (15,00), A5 (15,00) và 2 cơ quan khác cùng 15,00 điểm."
    )


def test_agencies_as_far_from_a_target_as_the_furthest_are_counted() -> None:
    none = [agency(standing(f"A{n}", f"A{n}", 1, "80.00"), [indicator(f"A{n}", "3.3", 0, 9, "0")]) for n in range(3)]
    [met] = [met for met in highlights.targets(publication(none), none) if met.rule.indicator_code == "3.3"]
    assert (met.reached, met.of, met.below[0].name, met.equals) == (0, 3, "A0", 2)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (
            9,
            "Khối lượng hồ sơ: trung bình (167 đến 833 hồ sơ); hạng 4 trên 9 cơ quan cùng khối có khối lượng tương"
            " đương.",
        ),
        (
            1,
            "Khối lượng hồ sơ: trung bình (167 đến 833 hồ sơ); không có cơ quan nào khác cùng khối có khối lượng tương"
            " đương.",
        ),
    ],
)
def test_the_rank_among_agencies_with_as_many_dossiers(others: int, said: str) -> None:
    band = "Trung bình (167 đến 833 hồ sơ)"
    sure = Certainty("A", None, None, 1, 1, 0, None, band, 4 if others > 1 else 1, others)
    assert sentences.in_volume_band(sure) == said
    assert sentences.in_volume_band(replace(sure, volume_band_vi=None)) == ""


def test_why_there_is_no_comparison_is_told_with_how_many_agencies() -> None:
    first = standing("A", "A", 1, "80.00", rank_change=None, score_change=None)
    told = replace(change("A", "2.1", "0"), comparison_status_vi="Tháng đầu tiên, không có tháng trước")
    agencies = [agency(first, changes=[told]), agency(first, changes=[told]), agency(standing("B", "B", 3, "70.00"))]
    assert sentences.not_compared(agencies) == ["Tháng đầu tiên, không có tháng trước: 2 cơ quan."]


def test_targets_count_only_agencies_with_cases() -> None:
    found = {met.rule.indicator_code: met for met in highlights.targets(samples.usual(), samples.usual().agencies)}
    assert sentences.target(found["3.3"]) == "Tỷ lệ hồ sơ nộp trực tuyến (chỉ tiêu 50%): 1 trên 2 cơ quan đạt."
    assert [one.name for one in found["3.3"].below] == ["Ban Quản lý các khu công nghiệp"]


def test_provenance_names_revision_and_seal() -> None:
    assert sentences.provenance(samples.usual()) == (
        "Xếp hạng tính từ hồ sơ của tỉnh · tháng 8/2026, lần chốt 1 · số công bố 3, mã 3f2a 90c1 77de 0b45"
    )
    unsealed = publication([], official_source="portal", number=None, short_hash=None)
    assert sentences.provenance(unsealed) == (
        "Xếp hạng theo điểm công bố của Cổng Dịch vụ công quốc gia · tháng 8/2026, lần chốt 1"
    )


def _with_points(*points: str) -> Sequence[Agency]:
    """Agencies A0, A1, ... with these points in 2.1."""
    return [
        agency(standing(f"A{n}", f"A{n}", 1, "80.00"), [indicator(f"A{n}", "2.1", 9, 10, one)])
        for n, one in enumerate(points)
    ]
