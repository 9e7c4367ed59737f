"""Weak points, causes, tasks and proposals: what an officer wrote, else sentences made of the figures to start from.

They stand in the internal edition alone. What is not written yet is marked DỰ THẢO, and what figures cannot tell is
left open in square brackets.
"""

from __future__ import annotations

from collections.abc import Sequence

from dvc766.reporting import highlights
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.layout import Section
from dvc766.reporting.rows import IndicatorScore
from dvc766.reporting.sections import SECTIONS
from dvc766.reporting.wording import listed, month, number, percent, points, small

DRAFT = "DỰ THẢO"
SHOWN = 3
LOW_GRADES = ("average", "weak")


def drafts(publication: Publication) -> Sequence[Section]:
    """The four drafts of a report."""
    return [
        _written_or_draft(publication, "weak_points", _weak_points(publication)),
        _written_or_draft(publication, "causes", _causes(publication)),
        tasks(publication),
        _written_or_draft(publication, "proposals", _proposals(publication)),
    ]


def tasks(publication: Publication) -> Section:
    """What agencies are to do, each task with those whom the figures name."""
    return _written_or_draft(publication, "tasks", _tasks(publication))


def follow_up(publication: Publication) -> Section:
    """What became of the last meeting's conclusions: nothing in the data tells it, so an officer writes it."""
    return _written_or_draft(
        publication,
        "follow_up",
        [
            "[Cán bộ bổ sung: từng kết luận của phiên họp trước, cơ quan được giao, thời hạn, kết quả thực hiện, nguyên"
            " nhân nếu chưa hoàn thành.]"
        ],
    )


def _written_or_draft(publication: Publication, key: str, draft: Sequence[str]) -> Section:
    title = SECTIONS[key]
    if written := publication.texts.get(key):
        return Section(key, title, lead=[line.strip() for line in written.splitlines() if line.strip()])
    return Section(key, f"{title} ({DRAFT}, cán bộ rà soát trước khi trình ký)", lead=draft, is_draft=True)


def _weak_points(publication: Publication) -> Sequence[str]:
    told = [f"- {_short_of_target(score)}" for score in _most_lost(publication.province)]
    low = [agency for agency in publication.agencies if agency.standing.grade_code in LOW_GRADES and _ranked(agency)]
    if low:
        told.append(
            f"- {number(len(low))} cơ quan xếp loại Trung bình hoặc Yếu, thấp nhất là"
            f" {listed([f'{agency.name} ({points(agency.standing.score)} điểm)' for agency in _lowest(low)])}."
        )
    late = publication.province.lateness if publication.province else None
    if late and (rest := late.late - late.with_apology):
        told.append(
            f"- Còn {number(rest)} hồ sơ quá hạn chưa có văn bản xin lỗi, trong tổng số {number(late.late)}"
            " hồ sơ quá hạn."
        )
    return [*told, "- [Cán bộ bổ sung hạn chế khác.]"]


def _causes(publication: Publication) -> Sequence[str]:
    province = publication.province
    told = []
    for score in _most_lost(province):
        reasons = [
            f"{small(reason.reason_vi)} ({number(reason.records)})"
            for reason in (province.reasons if province else ())
            if reason.indicator_code == score.indicator_code
        ]
        if reasons:
            told.append(f"- Chỉ số {score.indicator_code}, theo dữ liệu: {listed(reasons[:SHOWN])}.")
    return [*told, "- [Cán bộ bổ sung nguyên nhân khách quan, chủ quan.]"]


def _tasks(publication: Publication) -> Sequence[str]:
    agencies = publication.agencies
    told = []
    open_ones = [agency for agency in agencies if agency.lateness and agency.lateness.open_past_deadline]
    open_ones.sort(key=lambda agency: (-_open(agency), agency.standing.display_order, agency.code))
    if open_ones:
        told.append(
            "- Giải quyết dứt điểm hồ sơ quá hạn chưa giải quyết xong và xin lỗi bằng văn bản theo quy định:"
            f" {listed([f'{agency.name} ({number(_open(agency))} hồ sơ)' for agency in open_ones[:SHOWN]])}."
        )
    for said, found in (
        ("Hướng dẫn người dân, doanh nghiệp nộp hồ sơ trực tuyến", highlights.filed_direct(agencies, SHOWN)),
        ("Hướng dẫn thanh toán trực tuyến phí, lệ phí", highlights.paid_in_cash(agencies, SHOWN)),
        ("Trả kết quả giải quyết bằng bản điện tử", highlights.without_electronic_result(agencies, SHOWN)),
    ):
        if found:
            told.append(f"- {said}: {listed([_practice(one) for one in found])}.")
    for label, members in publication.peer_groups.items():
        last = list(highlights.ranked(members))[-SHOWN:]
        if len(last) == SHOWN:
            told.append(
                f"- Khối {label.lower()}: {listed([agency.name for agency in last])} rà soát từng chỉ số mất điểm theo"
                " phiếu kết quả đã gửi, có biện pháp khắc phục trong tháng tới."
            )
    return [*told, "- [Cán bộ bổ sung nhiệm vụ, thời hạn.]"]


def _proposals(publication: Publication) -> Sequence[str]:
    told = []
    for label, members in publication.peer_groups.items():
        first = [agency.name for agency in highlights.ranked(members) if agency.standing.rank == 1]
        if first:
            told.append(f"- Biểu dương {listed(first)}, đứng đầu khối {label.lower()} {month(publication.head.month)}.")
    return [
        *told,
        "- Giao thủ trưởng các cơ quan nêu tại phần nhiệm vụ tổ chức thực hiện và báo cáo tại phiên họp tháng sau.",
        "- [Cán bộ bổ sung đề xuất, kiến nghị.]",
    ]


def _most_lost(agency: Agency | None) -> Sequence[IndicatorScore]:
    """The indicators in which most points are lost, of those with cases."""
    lost = [score for score in (agency.indicators if agency else ()) if score.lost_points and score.denominator]
    return sorted(lost, key=lambda score: (-(score.lost_points or 0), score.indicator_order))[:SHOWN]


def _short_of_target(score: IndicatorScore) -> str:
    return (
        f"Chỉ số {score.indicator_code} ({small(score.indicator_name_vi)}): đạt {percent(score.ratio)}"
        f" ({number(score.numerator)} trên {number(score.denominator)}), chỉ tiêu {percent(score.target)},"
        f" mất {points(score.lost_points)} điểm trên {points(score.max_points)}."
    )


def _practice(one: highlights.Practice) -> str:
    procedure = one.procedure.procedure_name_vi or one.procedure.procedure_code
    return f"{one.agency.name} ({procedure}: {number(one.not_used)} trên {number(one.of)} hồ sơ)"


def _lowest(agencies: Sequence[Agency]) -> Sequence[Agency]:
    return sorted(agencies, key=lambda agency: (agency.standing.score or 0, agency.standing.display_order))[:SHOWN]


def _ranked(agency: Agency) -> bool:
    return agency.standing.rank is not None


def _open(agency: Agency) -> int:
    return agency.lateness.open_past_deadline if agency.lateness else 0
