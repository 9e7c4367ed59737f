"""A publication with what is hard to show: ties, a correction, a merger, a new catalogue, texts that a sheet runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import Certainty, Difference, LostRecord, PastMonth, ProcedureCount, Reason, RevisionNote
from tests.dvc766.reporting import samples

LONG_NAME = "Ban Quản lý các khu công nghiệp, khu kinh tế cửa khẩu và khu công nghệ cao của tỉnh Phú Thọ"
PAYLOADS = ("=1+1", "+SUM(A1)", "-2+3", "@SUM(1)", "\t=cmd", "＝1+1", "<script>alert(1)</script>", 'a"b,c')
RECORDS = 650


def publication() -> Publication:
    """Six departments, two of them tied, and the province; the second revision of its month, seen beside the first."""
    usual = samples.usual()
    tied = replace(samples.standing("H44.05", LONG_NAME, 2, "83.34"), tied_agencies=2, display_order=4)
    payloads = [_payload(number, text) for number, text in enumerate(PAYLOADS)]
    first, second, third = usual.agencies
    second = replace(
        second, standing=replace(second.standing, tied_agencies=2, rank_change=-1, score_change=Decimal("-2.5"))
    )
    agencies = [first, _rich(second), samples.agency(tied), *payloads, third]
    return replace(
        usual,
        agencies=agencies,
        head=replace(usual.head, revision=2, reason_vi="Cổng đã sửa dữ liệu sai", note="Cổng gửi lại tháng 8"),
        revisions=[
            RevisionNote(1, datetime.fromisoformat("2026-09-15T09:00"), None, None, 0, 0),
            RevisionNote(
                2, datetime.fromisoformat("2026-09-20T09:00"), "Cổng đã sửa dữ liệu sai", "Cổng gửi lại", 4, 2
            ),
        ],
        beside=[(date(2026, 7, 1), 1), (date(2026, 8, 1), 1)],
    )


def unsealed_first_month() -> Publication:
    """A month without a predecessor, not sealed yet, by the portal's points, without dossiers or a province."""
    usual = samples.usual()
    alone = [
        replace(
            agency,
            standing=replace(agency.standing, rank_change=None, score_change=None, dossiers_in_hand=None),
            procedures=(),
            reasons=(),
            lateness=None,
            history=(),
        )
        for agency in usual.agencies
    ]
    head = replace(usual.head, short_hash=None, number=None, official_source="portal", data_as_of=None)
    return replace(usual, head=head, agencies=alone, province=None)


def _rich(agency: Agency) -> Agency:
    code = agency.code
    past = [("H62.16", 5, "71.74", "2025"), ("H62.17", 5, "60.00", "2025"), ("H62.16", 6, "72.00", "2025")]
    return replace(
        agency,
        changes=[samples.change(code, "2.1", "-0.33"), samples.change(code, "3.3", "0")],
        certainty=Certainty(code, Decimal("7.16"), None, 1, 3, 2, 2, "Ít hồ sơ", 1, 4),
        differences=[
            Difference(
                code, "TDGQ", None, Decimal("19.67"), Decimal("20"), Decimal("0.33"), "re_dated", "Hẹn lại", None
            ),
            Difference(
                code, "TDGQ", "2.1", Decimal("19.67"), Decimal("20"), Decimal("0.33"), "re_dated", "Hẹn lại", None
            ),
            Difference(code, "DVCTT", "3.3", Decimal("4"), Decimal("4"), Decimal(0), "equal", "Không khác", None),
        ],
        lost_records=[
            LostRecord(
                *(code, "3.3", "dossier", f"{code}-260801-{number:04}", "1.000123", "Cấp giấy phép xây dựng"),
                *("Nộp trực tiếp", date(2026, 8, 3), date(2026, 8, 10), None, None, None),
            )
            for number in range(RECORDS)
        ],
        history=[
            *(
                PastMonth("H44.03", other, date(2026, month, 1), f"0{month}/2026", Decimal(score), 3, 9, catalogue)
                for other, month, score, catalogue in past
            ),
            PastMonth("H44.03", code, date(2026, 8, 1), "08/2026", Decimal("83.34"), 2, 9, "2026"),
        ],
    )


def _payload(number: int, text: str) -> Agency:
    code = f"H44.9{number}"
    place = replace(samples.standing(code, text, 4 + number, "70.00"), display_order=10 + number)
    return samples.agency(
        place,
        [samples.indicator(code, "2.1", 3, 4, "15.00")],
        reasons=[Reason(code, "2.1", "finished_late", text, 1)],
        procedures=[ProcedureCount(code, "1.000777", text, True, True, 7, 1, 2, 6, 3, 5, 4)],
        lost_records=[
            LostRecord(code, "2.1", "dossier", f"{code}-260801-0001", "1.000777", text, text, None, None, None, 2, None)
        ],
    )
