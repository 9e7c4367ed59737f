"""A small month to lay out as documents: two peer groups with a tie, an agency without dossiers, a long name.

Figures follow from an agency's place in the list, so that they differ and stay the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from dvc766.reporting import rows
from dvc766.reporting.content import Agency, Publication

GROUPS = {
    "CKMB": ("Công khai, minh bạch", "18"),
    "TDGQ": ("Tiến độ, kết quả giải quyết", "20"),
    "DVCTT": ("Cung cấp dịch vụ công trực tuyến", "12"),
    "TTTT": ("Thanh toán trực tuyến", "10"),
    "MDSH": ("Mức độ số hóa hồ sơ", "22"),
    "MDHL": ("Mức độ hài lòng", "18"),
}
_MOST = (
    "1.1 6 1.2 4 1.3 2 1.4 6 2.1 20 3.1 2 3.2 4 3.3 6 3.5 2 3.5b 2 3.6 6 4.1 6 4.2 4 4.3 2 4.4 4 4.5a 2 4.5b 2 4.6 2"
)
MOST = dict(zip(*[iter(f"{_MOST} 5.2 6 5.3 6 5.4 6".split())] * 2, strict=True))
GROUP_OF = {
    code: {"1": "CKMB", "2": "TDGQ", "4": "MDSH", "5": "MDHL"}.get(code[0], "DVCTT") for code in MOST
} | dict.fromkeys(("3.5", "3.5b", "3.6"), "TTTT")
HEAD = rows.Head(
    province_code="H44",
    province_name_vi="UBND tỉnh Phú Thọ",
    month=date(2026, 8, 1),
    label="08/2026",
    last_on=date(2026, 8, 31),
    revision=1,
    reason_vi=None,
    note=None,
    frozen_at=datetime.fromisoformat("2026-09-15T09:05"),
    data_as_of=datetime.fromisoformat("2026-09-14T23:30"),
    catalogue_version="2026",
    catalogue_name_vi="Bộ chỉ số áp dụng từ năm 2026",
    official_source="computed",
    is_synthetic=True,
    number=3,
    short_hash="3f2a 90c1 77de 0b45",
    next_release=date(2026, 10, 15),
    least_shown=5,
    counts=rows.Counts(7, 6, 1234, 1011, 1022, 7, 6, 19, 0),
)
LONG_NAME = "Ban Quản lý các khu công nghiệp, khu kinh tế và khu công nghệ cao Hòa Lạc mở rộng phía Tây Bắc"
DOSSIER = "H44.{place:02}-260801-{count:04}"
PROCEDURE = "Cấp giấy chứng nhận đủ điều kiện kinh doanh dịch vụ & đăng ký <thay đổi>"


def _name(code: str) -> str:
    said = "Tỷ lệ thủ tục hành chính có nghĩa vụ tài chính được tích hợp trên Cổng Dịch vụ công quốc gia, tiêu chí thứ"
    return f"{said} {list(MOST).index(code) + 1}" if code == "3.5" else f"Tỷ lệ hồ sơ đạt tiêu chí của chỉ số {code}"


def _indicator(agency: str, place: int, code: str, *, empty: bool) -> rows.IndicatorScore:
    order = list(MOST).index(code)
    denominator = 0 if empty else 101 + 13 * place + order
    numerator = 0 if empty else denominator - (7 * place + 3 * order) % 47
    target, most = Decimal("0.9") if order % 5 == 4 else Decimal(1), Decimal(MOST[code])
    ratio = Decimal(numerator) / denominator if denominator else None
    worth = Decimal(0) if ratio is None else (most * min(Decimal(1), ratio / target)).quantize(Decimal("0.01"))
    of_province = code in ("1.1", "1.2", "1.3")
    return rows.IndicatorScore(
        *(agency, GROUP_OF[code], code, _name(code), order + 1, numerator, denominator, ratio, target, most, worth),
        most - worth,
        Decimal("0.875"),
        *(("no_cases", "Không phát sinh") if empty else ("scored", "Đã chấm điểm")),
        *(("province", "Số liệu của toàn tỉnh") if of_province else ("agency", "Số liệu của cơ quan")),
    )


def _group(agency: str, order: int, code: str, scores: Sequence[rows.IndicatorScore]) -> rows.GroupScore:
    name, most = GROUPS[code]
    worth = sum((score.points or Decimal(0) for score in scores if score.group_code == code), Decimal(0))
    percent = (100 * worth / Decimal(most)).quantize(Decimal("0.01"))
    peers = (Decimal("9.01"), Decimal("9.52"), Decimal("9.83"))
    return rows.GroupScore(agency, code, name, order, worth, Decimal(most), percent, 2, *peers)


def _lost(place: int, count: int) -> rows.LostRecord:
    code = DOSSIER.format(place=place, count=count)
    days = (date(2026, 7, 20), date(2026, 8, 3), date(2026, 8, 20))
    return rows.LostRecord(
        f"H44.{place:02}", "2.1", "dossier", code, "1.000123", PROCEDURE, "Giải quyết xong sau hạn", *days, count, None
    )


def agency(place: int, name: str, group: tuple[str, str], rank: int | None, *, tied: int = 1) -> Agency:
    """One agency; without a rank it has no dossiers."""
    code = f"H44.{place:02}"
    scores = [_indicator(code, place, indicator, empty=rank is None) for indicator in MOST]
    groups = [_group(code, order, group_code, scores) for order, group_code in enumerate(GROUPS, 1)]
    total = sum((score.points or Decimal(0) for score in groups), Decimal(0))
    moved = None if rank is None else (place % 3) - 1
    standing = rows.Standing(
        *(code, name, code, *group, place, code, rank, 4, tied if rank else None, total, "good", "Tốt"),
        *(None if rank is None else rank + (moved or 0), total - Decimal("0.37"), moved, Decimal("0.37")),
        *(Decimal("85.13"), 0 if rank is None else 101 + 13 * place, place == 3),
        *(("ranked", "Được xếp hạng") if rank else ("no_dossiers", "Không phát sinh hồ sơ")),
    )
    changed = [
        rows.Change(
            *(
                code,
                GROUP_OF[one],
                one,
                "compared",
                "Đã so sánh với tháng trước",
                Decimal("3.21"),
                Decimal(0),
                Decimal(0),
            ),
            *(Decimal("0.06"), Decimal("0.31"), Decimal("3.58"), Decimal("0.37")),
        )
        for one in ("2.1",)
    ]
    several = rows.ProcedureCount(
        code, "1.000123", PROCEDURE, True, True, 60 + place, 9, 21 + place, 55, 17 + place, 44, 13
    )
    few = rows.ProcedureCount(code, "1.000456", "Thủ tục ít hồ sơ", True, True, 4, 1, 3, 4, 2, 3, 2)
    some = rows.ProcedureCount(code, "1.000789", "Thủ tục gần đủ hồ sơ", True, True, 8, 2, 3, 7, 4, 6, 2)
    cases = rank is not None
    return Agency(
        standing=standing,
        groups=groups,
        indicators=scores,
        changes=changed if cases else (),
        certainty=rows.Certainty(
            code, Decimal("0.44"), Decimal("0.55"), 1, 3, 2, 6, "Trung bình (167 đến 833 hồ sơ)", 1, 2
        )
        if cases
        else None,
        differences=[
            rows.Difference(
                *(code, "TDGQ", "2.1", Decimal("19.11"), Decimal("18.98"), Decimal("-0.13"), "states_sent_as_finished"),
                *("Trạng thái 5, 6, 8 được gửi thành 9", date(2026, 9, 3)),
            )
        ],
        reasons=[
            rows.Reason(code, one, reason, f"Lý do {text} làm mất điểm", 11 + place)
            for one in MOST
            for reason, text in (("first", "thứ nhất"), ("second", "thứ hai"))
        ]
        if cases
        else (),
        procedures=((several, few, some) if place < 4 else (few, some)) if cases else (),
        lateness=rows.Lateness(code, 100 + place, 6 + place, 5, 2, 1, 3) if cases else None,
        lost_records=[_lost(place, count) for count in range(1, 66)] if cases else (),
        history=[_past(code, step) for step in range(12)],
    )


def _past(code: str, step: int) -> rows.PastMonth:
    month = date(2025 + (8 + step) // 12, (8 + step) % 12 + 1, 1)
    catalogue = "2022" if month < date(2026, 1, 1) else "2026"
    return rows.PastMonth(code, code, month, f"{month:%m/%Y}", Decimal("70.25") + step, 1 + step % 4, 4, catalogue)


def publication() -> Publication:
    """The month."""
    departments, communes = ("department", "Sở, ban, ngành"), ("commune", "Cấp xã")
    agencies = [
        agency(1, "Văn phòng UBND tỉnh", departments, 1),
        agency(2, LONG_NAME, departments, 2, tied=2),
        agency(3, "Sở Ngoại vụ", departments, 2, tied=2),
        agency(4, "Sở Nội vụ", departments, 4),
        agency(5, "Thanh tra tỉnh", departments, None),
        *(agency(5 + rank, f"UBND xã Thứ {rank}", communes, rank) for rank in (1, 2)),
    ]
    bearer = agency(70, "UBND tỉnh Phú Thọ", (rows.PROVINCE, "Toàn tỉnh"), 1)
    place = replace(
        bearer.standing,
        rank=None,
        previous_rank=None,
        rank_change=None,
        assessment_status=rows.PROVINCE,
        assessment_status_vi="Toàn tỉnh, không xếp hạng",
    )
    return Publication(
        head=HEAD,
        province=replace(bearer, standing=place, lost_records=()),
        agencies=agencies,
        revisions=[rows.RevisionNote(1, datetime.fromisoformat("2026-09-15T09:05"), None, None, 0, 0)],
        rules=[
            rows.IndicatorRule(
                *(code, GROUP_OF[code], _name(code), Decimal(most), Decimal(1), "0 điểm", "Số liệu của cơ quan"),
                *("Quyết định 766/QĐ-TTg", "Nghị quyết 76/NQ-CP"),
            )
            for code, most in MOST.items()
        ],
        grades=[
            rows.Grade("good", "Tốt", Decimal(80), "Quyết định 766/QĐ-TTg"),
            rows.Grade("weak", "Yếu", Decimal(0), "Quyết định 766/QĐ-TTg"),
        ],
        statement="GIỚI HẠN SỬ DỤNG SỐ LIỆU\n\n1. Điểm đo việc thực hiện\n   thủ tục.\n2. Chỉ so sánh trong cùng nhóm.",
    )
