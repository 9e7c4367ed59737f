"""Small publications to lay out: three departments and the province, every figure given, none read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import (
    Change,
    Counts,
    Grade,
    GroupScore,
    Head,
    IndicatorRule,
    IndicatorScore,
    Lateness,
    LostRecord,
    PastMonth,
    ProcedureCount,
    Reason,
    RevisionNote,
    Standing,
)

GROUPS = {
    "TDGQ": ("Tiến độ, kết quả giải quyết", Decimal(20)),
    "DVCTT": ("Cung cấp dịch vụ công trực tuyến", Decimal(12)),
}
INDICATORS = {
    "2.1": ("TDGQ", "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn", Decimal(20), Decimal(1)),
    "3.3": ("DVCTT", "Tỷ lệ hồ sơ nộp trực tuyến", Decimal(6), Decimal("0.5")),
}
HEAD = Head(
    province_code="H44",
    province_name_vi="UBND tỉnh Phú Thọ",
    month=date(2026, 8, 1),
    label="08/2026",
    last_on=date(2026, 8, 31),
    revision=1,
    reason_vi=None,
    note=None,
    frozen_at=datetime.fromisoformat("2026-09-15T09:00"),
    data_as_of=datetime.fromisoformat("2026-09-14T23:30"),
    catalogue_version="2026",
    catalogue_name_vi="Bộ chỉ số áp dụng từ năm 2026",
    official_source="computed",
    is_synthetic=True,
    number=3,
    short_hash="3f2a 90c1 77de 0b45",
    next_release=date(2026, 10, 15),
    least_shown=5,
    counts=Counts(3, 2, 180, 150, 160, 0, 0, 4, 0),
)


def standing(code: str, name: str, rank: int | None, score: str | None, **changed: Any) -> Standing:
    """One agency's place; the rest as a department that was ranked before with the same score."""
    plain = Standing(
        agency_code=code,
        agency_name_vi=name,
        lineage_code=code,
        peer_group="department",
        peer_group_vi="Sở, ban, ngành",
        display_order=1,
        agency_sort_key=code,
        rank=rank,
        ranked_agencies=2,
        tied_agencies=1,
        score=Decimal(score) if score else None,
        grade_code="good",
        grade_name_vi="Tốt",
        previous_rank=rank,
        previous_score=Decimal(score) if score else None,
        rank_change=0,
        score_change=Decimal(0),
        peer_median_score=Decimal("80.00"),
        dossiers_in_hand=90,
        is_small_base=False,
        assessment_status="ranked" if rank else "no_dossiers",
        assessment_status_vi="Được xếp hạng" if rank else "Không phát sinh hồ sơ",
    )
    return replace(plain, **changed)


def indicator(agency: str, code: str, numerator: int, denominator: int, points: str) -> IndicatorScore:
    """One indicator with its count and points."""
    group, name, most, target = INDICATORS[code]
    worth = Decimal(points)
    return IndicatorScore(
        agency_code=agency,
        group_code=group,
        indicator_code=code,
        indicator_name_vi=name,
        indicator_order=list(INDICATORS).index(code),
        numerator=numerator,
        denominator=denominator,
        ratio=Decimal(numerator) / denominator if denominator else None,
        target=target,
        max_points=most,
        points=worth if denominator else None,
        lost_points=most - worth if denominator else None,
        peer_median_ratio=Decimal("0.8"),
        status="scored" if denominator else "no_cases",
        status_vi="Đã chấm điểm" if denominator else "Không phát sinh",
        scope="agency",
        scope_vi="Số liệu của cơ quan",
    )


def change(agency: str, code: str, facts: str, mix: str = "0") -> Change:
    """The change of an indicator that facts and the mix of procedures brought about."""
    total = Decimal(facts) + Decimal(mix)
    return Change(
        agency_code=agency,
        group_code=INDICATORS[code][0],
        indicator_code=code,
        comparison_status="compared",
        comparison_status_vi="Đã so sánh với tháng trước",
        previous_points=Decimal(10),
        restated_points=Decimal(0),
        rules_points=Decimal(0),
        mix_points=Decimal(mix),
        facts_points=Decimal(facts),
        points=Decimal(10) + total,
        points_change=total,
    )


def agency(place: Standing, scores: Sequence[IndicatorScore] = (), **parts: Any) -> Agency:
    """An agency with these scores; its groups are their sums."""
    code = place.agency_code
    groups = []
    for order, (group, (name, most)) in enumerate(GROUPS.items(), 1):
        own = [score.points for score in scores if score.group_code == group and score.points is not None]
        points = sum(own, Decimal(0)) if own else None
        percent = 100 * points / most if points is not None else None
        groups.append(GroupScore(code, group, name, order, points, most, percent, 1, points, points, points))
    given: dict[str, Any] = {
        "changes": (),
        "certainty": None,
        "differences": (),
        "reasons": (),
        "procedures": (),
        "lateness": None,
        "lost_records": (),
        "history": (),
    }
    return Agency(standing=place, groups=groups, indicators=scores, **(given | parts))


def publication(agencies: Sequence[Agency], province: Agency | None = None, **head: Any) -> Publication:
    """A publication of these agencies."""
    return Publication(
        head=replace(HEAD, **head),
        province=province,
        agencies=agencies,
        revisions=[RevisionNote(1, HEAD.frozen_at, None, None, 0, 0)],
        rules=[
            IndicatorRule(code, group, name, most, target, "0 điểm", "Số liệu của cơ quan", "Quyết định 766", "Cổng")
            for code, (group, name, most, target) in INDICATORS.items()
        ],
        grades=[
            Grade("good", "Tốt", Decimal(80), "Quyết định 766"),
            Grade("weak", "Yếu", Decimal(0), "Quyết định 766"),
        ],
        statement="Điểm và thứ hạng không đo năng lực của từng công chức.",
    )


def usual() -> Publication:
    """Two ranked departments, one of them with late dossiers, one without dossiers, and the province."""
    first = agency(
        standing("H44.07", "Sở Công Thương", 1, "90.50"),
        [indicator("H44.07", "2.1", 60, 60, "20.00"), indicator("H44.07", "3.3", 55, 60, "6.00")],
        lateness=Lateness("H44.07", 60, 0, 0, 0, 0, 0),
        history=[
            PastMonth("H44.07", "H44.07", date(2026, 7, 1), "07/2026", Decimal("90.50"), 1, 2, "2026"),
            PastMonth("H44.07", "H44.07", date(2026, 8, 1), "08/2026", Decimal("90.50"), 1, 2, "2026"),
        ],
    )
    second = agency(
        standing("H44.03", "Ban Quản lý các khu công nghiệp", 2, "83.34", display_order=2, is_small_base=True),
        [indicator("H44.03", "2.1", 118, 120, "19.67"), indicator("H44.03", "3.3", 20, 60, "4.00")],
        lateness=Lateness("H44.03", 120, 1, 1, 0, 0, 1),
        reasons=[Reason("H44.03", "2.1", "finished_late", "Giải quyết xong sau hạn", 1)],
        procedures=[
            ProcedureCount("H44.03", "1.000123", "Cấp giấy phép xây dựng", True, True, 60, 2, 12, 60, 40, 30, 9),
            ProcedureCount("H44.03", "1.000456", "Cấp lại giấy phép", True, False, 3, 1, 1, 3, 2, 0, 0),
        ],
        lost_records=[
            LostRecord(
                *("H44.03", "2.1", "dossier", "H44.03-260801-0001", "1.000123", "Cấp giấy phép xây dựng"),
                *("Giải quyết xong sau hạn", date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 12), 2, None),
            )
        ],
    )
    third = agency(standing("H44.23", "Sở Ngoại vụ", None, "8.00", display_order=3, dossiers_in_hand=0))
    whole = agency(
        standing("H44", "UBND tỉnh Phú Thọ", None, "86.20", peer_group="province", peer_group_vi="Toàn tỉnh"),
        [indicator("H44", "2.1", 178, 180, "19.78"), indicator("H44", "3.3", 75, 120, "6.00")],
        lateness=Lateness("H44", 180, 1, 1, 0, 0, 1),
    )
    return publication([first, second, third], whole)


def named(content: Publication) -> Mapping[str, Agency]:
    """The agencies of a publication by name."""
    return {one.name: one for one in content.agencies}
