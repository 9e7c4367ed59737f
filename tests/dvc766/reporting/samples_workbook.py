"""A month with three peer groups: a tie, an agency without dossiers, a long name, a group too long for a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import (
    Certainty,
    Difference,
    Lateness,
    LostRecord,
    PastMonth,
    ProcedureCount,
    Reason,
    RevisionNote,
)
from tests.dvc766.reporting import samples

LONG_NAME = (
    "Ban Quản lý các khu công nghiệp, khu kinh tế và Trung tâm Phục vụ hành chính công của Ủy ban nhân dân tỉnh Phú Thọ"
)
DOSSIER = "H44.{place:03}-260801-0001"
COMMUNES = 40
GRADES = {"good": "Tốt", "fair": "Khá", "weak": "Yếu"}


def month(**head: object) -> Publication:
    """The month, with its head changed in these fields."""
    departments = [
        ("Văn phòng UBND tỉnh", 1),
        (LONG_NAME, 2),
        ("Sở Công Thương", 2),
        ("Sở Y tế", 4),
        ("Thanh tra tỉnh", None),
    ]
    communes = [(f"UBND xã Số {rank}", rank) for rank in range(1, COMMUNES + 1)]
    districts = [(f"UBND huyện Số {rank}", rank) for rank in range(1, 8)]
    agencies = [
        *_group("department", "Sở, ban, ngành", departments, 0),
        *_group("district", "Cấp huyện", districts, 100),
        *_group("commune", "Cấp xã", communes, 200),
    ]
    usual = samples.usual()
    revisions = [
        RevisionNote(1, samples.HEAD.frozen_at, None, None, 0, 0),
        RevisionNote(2, datetime.fromisoformat("2026-09-20T10:00"), "Số liệu sửa", "Bổ sung 3 hồ sơ & văn bản", 4, 1),
    ]
    content = samples.publication(agencies, usual.province, **head)
    statement = "GIỚI HẠN SỬ DỤNG\n\n1. Không đo năng lực\n   của từng công chức.\n2. Chỉ so sánh trong khối."
    return replace(content, revisions=revisions, statement=statement)


def running() -> Publication:
    """The same month before it is frozen."""
    return replace(month(revision=0, number=None, short_hash=None), revisions=())


def _group(code: str, label: str, members: Sequence[tuple[str, int | None]], first: int) -> Sequence[Agency]:
    ranked = sum(rank is not None for _, rank in members)
    ranks = [rank for _, rank in members]
    return [
        _agency(first + place, name, rank, (code, label), ranked, ranks.count(rank))
        for place, (name, rank) in enumerate(members, 1)
    ]


def _agency(place: int, name: str, rank: int | None, group: tuple[str, str], ranked: int, tied: int) -> Agency:
    code = f"H44.{place:03}"
    score = Decimal("95.55") - Decimal("1.13") * (rank or 60)
    grade = "good" if score >= 80 else "fair" if score >= 70 else "weak"
    moved = 0 if rank is None else (-1) ** place * (place % 4)
    standing = samples.standing(
        *(code, name, rank, f"{score:.2f}"),
        peer_group=group[0],
        peer_group_vi=group[1],
        display_order=place,
        ranked_agencies=ranked,
        tied_agencies=tied if rank else None,
        grade_code=grade,
        grade_name_vi=GRADES[grade],
        previous_rank=rank and rank + moved,
        rank_change=rank and moved,
        score_change=Decimal("0.13") * moved,
        is_small_base=place == 3,
    )
    if rank is None:
        return samples.agency(standing, [samples.indicator(code, "2.1", 0, 0, "0")])
    late = place % 7 + 1
    return samples.agency(
        standing,
        [
            samples.indicator(code, "2.1", 100 - late, 100, f"{20 - Decimal(late) / 5:.2f}"),
            samples.indicator(code, "3.3", 20 + place % 30, 100, f"{Decimal(20 + place % 30) / 50 * 6:.2f}"),
        ],
        changes=[samples.change(code, "2.1", f"{Decimal('0.13') * moved}")],
        certainty=Certainty(code, Decimal("0.44"), Decimal("1.13"), rank, rank, 2, 6, "Từ 100 hồ sơ", 1, 2),
        differences=[
            Difference(
                code, "TDGQ", "2.1", Decimal(19), Decimal(18), Decimal(-1), "x", "Cổng & tỉnh", date(2026, 9, 1)
            ),
            Difference(code, "TDGQ", None, Decimal(19), Decimal(18), Decimal(-1), "x", "Cổng & tỉnh", None),
        ],
        reasons=[Reason(code, "2.1", "finished_late", "Giải quyết xong sau hạn", late)],
        procedures=[
            ProcedureCount(code, "1.000123", "Cấp giấy phép xây dựng", True, True, 60, 7, 3, 60, 40, 30, 9),
            ProcedureCount(code, "1.000456", "Thủ tục rất ít hồ sơ", True, True, 4, 1, 3, 4, 2, 3, 2),
        ],
        lateness=Lateness(code, 100, late, 0, 0, 0, 1),
        lost_records=[
            LostRecord(
                *(code, "2.1", "dossier", DOSSIER.format(place=place), "1.000123", "Cấp giấy phép xây dựng"),
                *("Giải quyết xong sau hạn", date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 12), 2, None),
            )
        ],
        history=[
            PastMonth(code, code, date(2026, past, 1), f"{past:02}/2026", score, rank, ranked, "2026")
            for past in (5, 6, 7)
        ],
    )
