"""The sentences of reports, slides and pages: each says figures of the content and nothing else.

headline(...)   "Tháng 8/2025, tỉnh Phú Thọ đạt 77,34 điểm (xếp loại Khá), tăng 1,20 điểm so với tháng trước; đứng đầu
                 khối sở, ban, ngành là Sở Công Thương (81,20 điểm), đứng đầu khối cấp xã là UBND phường Việt Trì …"
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dvc766.reporting import highlights
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import Certainty, Lateness
from dvc766.reporting.wording import (
    capital,
    listed,
    month,
    number,
    percent,
    points,
    rank_movement,
    score_movement,
    small,
)

PARTS_VI = {
    "facts_points": "kết quả thực hiện của cơ quan",
    "mix_points": "cơ cấu thủ tục có hồ sơ",
    "rules_points": "thay đổi quy định, chỉ tiêu",
    "restated_points": "số liệu tháng trước được tính lại",
}
"""What a part of a change is called."""

SYNTHETIC = "DỮ LIỆU MÔ PHỎNG, không phải kết quả thật"
PROVISIONAL = "SỐ LIỆU TẠM TÍNH, tháng chưa chốt, còn thay đổi"
SMALL_BASE = "Ít hồ sơ"
AUTHOR = "Văn phòng UBND tỉnh"
SOURCES = {
    "computed": "tính từ hồ sơ của tỉnh",
    "portal": "theo điểm công bố của Cổng Dịch vụ công quốc gia",
}


def headline(publication: Publication) -> str:
    """The month in one sentence: the province's score, and who leads each peer group."""
    parts = [_province(publication)]
    for label, agencies in publication.peer_groups.items():
        first = [agency for agency in highlights.ranked(agencies) if agency.standing.rank == 1]
        if first:
            names = listed([agency.name for agency in first])
            together = "cùng đứng đầu" if len(first) > 1 else "đứng đầu"
            parts.append(f"{together} khối {label.lower()} là {names} ({points(first[0].standing.score)} điểm)")
    return "; ".join(part for part in parts if part) + "."


def movement(agency: Agency) -> str:
    """How an agency's rank and score moved; says why there is no comparison."""
    standing = agency.standing
    if standing.rank is None:
        return standing.assessment_status_vi
    if standing.rank_change is None or standing.score_change is None:
        status = next((change.comparison_status_vi for change in agency.changes), "")
        return status or "Không so sánh với tháng trước"
    score = "điểm không thay đổi" if not standing.score_change else score_movement(standing.score_change)
    return capital(f"{rank_movement(standing.rank_change)}, {score}")


def not_compared(agencies: Sequence[Agency]) -> Sequence[str]:
    """Why ranked agencies have no comparison with the month before, and how many."""
    counts: dict[str, int] = {}
    for agency in highlights.ranked(agencies):
        if agency.standing.rank_change is None:
            status = next((change.comparison_status_vi for change in agency.changes), "Không so sánh với tháng trước")
            counts[status] = counts.get(status, 0) + 1
    return [f"{status}: {number(count)} cơ quan." for status, count in counts.items()]


def place(agency: Agency) -> str:
    """The rank of an agency in words: hạng 4 trên 14 sở, ban, ngành (cùng hạng với 1 cơ quan khác)."""
    standing = agency.standing
    if standing.rank is None:
        return standing.assessment_status_vi.lower()
    others = (standing.tied_agencies or 1) - 1
    tied = f", cùng hạng với {others} cơ quan khác" if others > 0 else ""
    return f"hạng {standing.rank} trên {standing.ranked_agencies} ({standing.peer_group_vi.lower()}){tied}"


def why(agency: Agency) -> str:
    """Why a score changed: the criterion groups that moved most, and what brought it about."""
    groups = highlights.change_by_group(agency)
    if not groups:
        return ""
    told = [f"{small(group.group_name_vi)} {score_movement(change)}" for group, change in groups[:2]]
    parts = sorted(highlights.change_by_part(agency), key=lambda pair: -abs(pair[1]))
    because = f"; chủ yếu do {PARTS_VI[parts[0][0]]} ({score_movement(parts[0][1])})" if parts else ""
    return f"{capital(listed(told))}{because}."


def lateness(late: Lateness) -> str:
    """The late dossiers told apart; they add up."""
    if not late.late:
        return f"Trong {number(late.timed)} hồ sơ có hạn, không có hồ sơ quá hạn."
    kinds = [
        (late.finished_late, "giải quyết xong sau hạn"),
        (late.open_past_deadline, "quá hạn mà chưa giải quyết xong"),
        (late.second_supplement, "yêu cầu bổ sung quá một lần"),
        (late.re_dated, "quá hạn ban đầu đã xin lỗi và hẹn lại ngày trả"),
    ]
    told = listed([f"{number(count)} hồ sơ {kind}" for count, kind in kinds if count])
    letters = f" {number(late.with_apology)} hồ sơ quá hạn đã có văn bản xin lỗi." if late.with_apology else ""
    share = percent(Decimal(late.late) / late.timed)
    return f"Trong {number(late.timed)} hồ sơ có hạn, {number(late.late)} hồ sơ quá hạn ({share}): {told}.{letters}"


def gain(found: highlights.Gain) -> str:
    """What more records of an indicator would bring."""
    return (
        f"Chỉ số {found.indicator_code} ({small(found.indicator_name_vi)}): thêm {number(found.records)}"
        f" {_kind(found.indicator_code)} đạt yêu cầu thì được thêm {points(found.points)} điểm."
    )


def best_and_weakest(agencies: Sequence[Agency], group_code: str) -> str:
    """The best and the weakest of a criterion group in one sentence; empty with fewer than two agencies."""
    best, weakest = highlights.best_and_weakest(agencies, group_code)
    if not best.named:
        return ""
    if not weakest.named:
        return f"Các cơ quan cùng đạt {points(best.named[0].score.points)} điểm."
    return f"Cao nhất: {end(best)}; thấp nhất: {end(weakest)}."


def end(found: highlights.End) -> str:
    """The agencies at one end of a criterion group, each with its points, and how many more have those of the last."""
    told = [f"{one.agency.name} ({points(one.score.points)})" for one in found.named]
    if found.equals:
        told.append(f"{number(found.equals)} cơ quan khác cùng {points(found.named[-1].score.points)} điểm")
    return listed(told)


def target(found: highlights.TargetMet) -> str:
    """How many agencies reach a target."""
    return f"{found.rule.name_vi} (chỉ tiêu {percent(found.rule.target)}): {found.reached} trên {found.of} cơ quan đạt."


def in_volume_band(sure: Certainty) -> str:
    """The rank among the peers with as many dossiers; empty where the office has no such bands."""
    if not sure.volume_band_vi or sure.rank_in_band is None or sure.agencies_in_band is None:
        return ""
    told = f"Khối lượng hồ sơ: {small(sure.volume_band_vi)}; "
    if sure.agencies_in_band == 1:
        return f"{told}không có cơ quan nào khác cùng khối có khối lượng tương đương."
    return (
        f"{told}hạng {number(sure.rank_in_band)} trên {number(sure.agencies_in_band)} cơ quan cùng khối có khối lượng"
        " tương đương."
    )


def provenance(publication: Publication) -> str:
    """What the figures rest on, for the foot of pages."""
    head = publication.head
    state = "tạm tính, chưa chốt" if head.is_provisional else f"lần chốt {head.revision}"
    told = [f"Xếp hạng {SOURCES[head.official_source]}", f"{month(head.month)}, {state}"]
    if head.short_hash:
        told.append(f"số công bố {head.number}, mã {head.short_hash}")
    return " · ".join(told)


def warning(publication: Publication) -> str | None:
    """What stands on every page before anything else: that the data are made up, or that the month is not frozen."""
    head = publication.head
    told = [text for text, holds in ((SYNTHETIC, head.is_synthetic), (PROVISIONAL, head.is_provisional)) if holds]
    return " · ".join(told) or None


def catalogue_break(publication: Publication) -> str | None:
    """Where the months that are shown were scored by another version of the catalogue; None without a break."""
    version = publication.head.catalogue_version
    bearers = [*([publication.province] if publication.province else []), *publication.agencies]
    others = {
        past.month: past.label for agency in bearers for past in agency.history if past.catalogue_version != version
    }
    if not others:
        return None
    return f"Đến tháng {others[max(others)]}, điểm tính theo bộ chỉ số khác, nên không so sánh với các tháng sau đó."


def ranks_itself(publication: Publication) -> str | None:
    """That the office which makes the ranking stands in it; None where it does not."""
    office = highlights.office(publication)
    return f"{office.name} lập bảng xếp hạng này và cũng được đánh giá: {place(office)}." if office else None


def paragraphs(statement: str) -> Sequence[str]:
    """The statement without its breaks of lines: its title and its numbered points."""
    found: list[str] = []
    for line in statement.splitlines():
        if line.startswith(" ") and found:
            found[-1] += f" {line.strip()}"
        elif line.strip():
            found.append(line.strip())
    return found


def _province(publication: Publication) -> str:
    province, head = publication.province, publication.head
    if province is None or province.standing.score is None:
        return f"{capital(month(head.month))}, {publication.head.counts.ranked_agencies} cơ quan được xếp hạng"
    standing = province.standing
    moved = f", {score_movement(standing.score_change)} so với tháng trước" if standing.score_change is not None else ""
    grade = f" (xếp loại {standing.grade_name_vi})" if standing.grade_name_vi else ""
    name = head.province_name_vi.removeprefix("UBND ")
    return f"{capital(month(head.month))}, {name} đạt {points(standing.score)} điểm{grade}{moved}"


def _kind(indicator_code: str) -> str:
    """What an indicator counts."""
    if indicator_code in ("3.1", "3.2", "3.5", "3.5b", "4.5a"):
        return "thủ tục"
    return "phản ánh, kiến nghị" if indicator_code in ("5.2", "5.3") else "hồ sơ"
