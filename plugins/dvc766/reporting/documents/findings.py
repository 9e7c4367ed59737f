"""What a report says of the month: the result, the criterion groups, what moved and why, rankings, targets."""

from __future__ import annotations

from collections.abc import Sequence

from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.layout import Column, Row, Section, Table
from dvc766.reporting.rows import GroupScore
from dvc766.reporting.wording import (
    NOTHING,
    ended,
    listed,
    moment,
    movement_mark,
    number,
    percent,
    points,
    score_movement,
    signed,
    small,
)

SHOWN_WHOLE = 20  # a longer ranking shows its two ends, the whole stands in the annex
FIRST, LAST = 5, 5
SMALL_BASE = "*"
SMALL_BASE_NOTE = f"{SMALL_BASE} Cơ quan có ít hồ sơ trong tháng: tỷ lệ dao động mạnh, cần thận trọng khi so sánh."

GROUP_COLUMNS = (
    Column("name", "Nhóm tiêu chí", 34),
    Column("points", "Điểm", 12, "right"),
    Column("max", "Tối đa", 12, "right"),
    Column("percent", "Tỷ lệ", 13, "right"),
    Column("change", "So với tháng trước", 15, "right"),
    Column("room", "Còn có thể thêm", 14, "right"),
)
RANK_COLUMNS = (
    Column("rank", "Hạng", 9, "center"),
    Column("name", "Cơ quan", 41),
    Column("score", "Điểm", 12, "right"),
    Column("grade", "Xếp loại", 16),
    Column("movement", "Thay đổi hạng", 11, "center"),
    Column("change", "Điểm so với tháng trước", 13, "right"),
)
BEST_COLUMNS = (
    Column("group", "Nhóm tiêu chí (điểm tối đa)", 26),
    Column("best", "Cao nhất", 37),
    Column("weakest", "Thấp nhất", 37),
)
TARGET_COLUMNS = (
    Column("code", "Chỉ số", 8, "center"),
    Column("name", "Tên chỉ số", 34),
    Column("target", "Chỉ tiêu", 9, "right"),
    Column("reached", "Cơ quan đạt", 20),
    Column("below", "Cách chỉ tiêu xa nhất", 29),
)


def overall(publication: Publication) -> Section:
    """The month in one sentence, what it rests on, and what must be known before comparing."""
    counts = publication.head.counts
    lead = [
        sentences.headline(publication),
        f"Số liệu: {number(counts.dossiers_in_hand)} hồ sơ trong kỳ ({number(counts.dossiers_received)} hồ sơ tiếp nhận"
        f" trong tháng), {number(counts.petitions_in_hand)} phản ánh, kiến nghị; rút từ các hệ thống đến"
        f" {moment(publication.head.data_as_of)}. {number(counts.agencies)} cơ quan, đơn vị, địa phương được đánh giá,"
        f" {number(counts.ranked_agencies)} được xếp hạng.",
        *_unranked(publication),
        *_office(publication),
        *_correction(publication),
    ]
    return Section("overall", "Kết quả chung", lead=lead)


def groups(publication: Publication) -> Section:
    """The province's six criterion groups: points, most points, percent, change, and what can still be gained."""
    bearers = [publication.province] if publication.province else []
    rows = [_group_row(bearer, group) for bearer in bearers for group in bearer.groups]
    return Section("groups", "Kết quả theo nhóm tiêu chí", tables=[Table("Điểm của toàn tỉnh", GROUP_COLUMNS, rows)])


def movements(publication: Publication) -> Section:
    """What rose and fell since the month before, and what brought it about."""
    lead = []
    province = publication.province
    if province and (because := sentences.why(province)):
        lead.append(f"Toàn tỉnh: {because}")
        if parts := _parts(province):
            lead.append(f"Phần thay đổi điểm của toàn tỉnh gồm: {parts}.")
    for label, agencies in publication.peer_groups.items():
        if told := _movers(agencies):
            lead.append(f"{label}: {told}")
    lead += sentences.not_compared(publication.agencies)
    is_still = bool(highlights.ranked(publication.agencies))
    none = "Thứ hạng các cơ quan không thay đổi." if is_still else "Không có tháng trước để so sánh."
    return Section("movements", "Thay đổi so với tháng trước và nguyên nhân", lead=lead or [none])


def ranking(publication: Publication) -> Section:
    """The ranking of each peer group; of a long one its two ends."""
    tables = []
    note = ""
    for label, agencies in publication.peer_groups.items():
        in_order = [*highlights.ranked(agencies), *highlights.not_ranked(agencies)]
        ranked = len(highlights.ranked(agencies))
        caption = f"{label} ({number(ranked)} cơ quan được xếp hạng)"
        if len(in_order) > SHOWN_WHOLE:
            in_order = [*in_order[:FIRST], *highlights.ranked(agencies)[-LAST:]]
            caption += f": {FIRST} hạng đầu và {LAST} hạng cuối, đầy đủ tại Phụ lục I"
        note = SMALL_BASE_NOTE if any(agency.standing.is_small_base for agency in in_order) else ""
        tables.append(Table(caption, RANK_COLUMNS, [rank_row(agency) for agency in in_order], note))
    return Section("ranking", "Xếp hạng cơ quan, đơn vị, địa phương", tables=tables)


def best(publication: Publication) -> Section:
    """The best three and the weakest three of each criterion group, peer group by peer group."""
    tables = []
    for label, agencies in publication.peer_groups.items():
        rows = []
        for group in publication.criterion_groups:
            first, last = highlights.best_and_weakest(agencies, group.group_code)
            if first.named:
                told = (sentences.end(first), sentences.end(last))
                equal = (f"Các cơ quan cùng đạt {points(first.named[0].score.points)} điểm", NOTHING)
                said = dict(zip(("best", "weakest"), told if last.named else equal, strict=True))
                rows.append({"group": f"{group.group_name_vi} ({points(group.max_points)})", **said})
        tables.append(Table(label, BEST_COLUMNS, rows))
    return Section("best", "Cơ quan cao nhất và thấp nhất theo nhóm tiêu chí", tables=tables)


def targets(publication: Publication) -> Section:
    """How many agencies of each peer group reach the target of each indicator, and who is furthest from it."""
    found: dict[str, list[tuple[str, highlights.TargetMet]]] = {}
    for label, agencies in publication.peer_groups.items():
        for met in highlights.targets(publication, agencies):
            found.setdefault(met.rule.indicator_code, []).append((label, met))
    rows = [_target_row([*found[rule.indicator_code]]) for rule in publication.rules if rule.indicator_code in found]
    lead = ["Căn cứ của từng chỉ tiêu nêu tại phụ lục về phương pháp. Chỉ tính cơ quan có phát sinh trong tháng."]
    caption = "Số cơ quan đạt chỉ tiêu trên số cơ quan có phát sinh, và cơ quan cách chỉ tiêu xa nhất của mỗi khối"
    return Section(
        "targets",
        "Thực hiện chỉ tiêu của Chính phủ và của tỉnh",
        lead=lead,
        tables=[Table(caption, TARGET_COLUMNS, rows)],
    )


def name(agency: Agency) -> str:
    """An agency's name with the mark of a small base."""
    return f"{agency.name} {SMALL_BASE}" if agency.standing.is_small_base else agency.name


def rank_row(agency: Agency) -> Row:
    """One agency of a ranking; without a rank its status stands in the place of the grade."""
    standing = agency.standing
    is_ranked = standing.rank is not None
    return {
        "rank": number(standing.rank),
        "name": name(agency),
        "score": points(standing.score),
        "grade": (standing.grade_name_vi or NOTHING) if is_ranked else standing.assessment_status_vi,
        "movement": movement_mark(standing.rank_change) if is_ranked else NOTHING,
        "change": signed(standing.score_change),
    }


def _group_row(agency: Agency, group: GroupScore) -> Row:
    room = None if group.points is None else group.max_points - group.points
    return {
        "name": group.group_name_vi,
        "points": points(group.points),
        "max": points(group.max_points),
        "percent": percent(group.percent / 100) if group.percent is not None else NOTHING,
        "change": signed(highlights.change_of_group(agency, group.group_code)),
        "room": points(room),
    }


def _parts(agency: Agency) -> str:
    told = [f"{sentences.PARTS_VI[part]} {score_movement(total)}" for part, total in highlights.change_by_part(agency)]
    return listed(told)


def _movers(agencies: Sequence[Agency]) -> str:
    """The three agencies that rose and fell most, and why the first of each did; empty when nobody moved."""
    risen, fallen = highlights.risen(agencies), highlights.fallen(agencies)
    told = []
    if risen:
        told.append(f"tăng hạng nhiều nhất là {listed([_moved(agency) for agency in risen])}")
    if fallen:
        told.append(f"giảm hạng nhiều nhất là {listed([_moved(agency) for agency in fallen])}")
    because = [
        f" {agency.name} {sentences.movement(agency).lower()}: {small(why)}"
        for agency in [*risen[:1], *fallen[:1]]
        if (why := sentences.why(agency))
    ]
    return f"{'; '.join(told)}.{''.join(because)}" if told else ""


def _moved(agency: Agency) -> str:
    standing = agency.standing
    way = _way(standing.rank_change)
    return f"{agency.name} (từ hạng {number(standing.previous_rank)} {way} hạng {number(standing.rank)})"


def _way(change: int | None) -> str:
    return "lên" if (change or 0) > 0 else "xuống"


def _unranked(publication: Publication) -> Sequence[str]:
    told = [
        f"{agency.name} ({agency.standing.assessment_status_vi.lower()})"
        for agency in highlights.not_ranked(publication.agencies)
    ]
    return [f"Không xếp hạng: {listed(told)}."] if told else []


def _office(publication: Publication) -> Sequence[str]:
    """The Office makes the ranking and stands in it: said wherever it is ranked."""
    office = highlights.office(publication)
    if office is None:
        return []
    return [
        f"Văn phòng Ủy ban nhân dân tỉnh là cơ quan lập bảng xếp hạng, đồng thời được đánh giá trong khối"
        f" {office.standing.peer_group_vi.lower()} ({_office_place(office)})."
    ]


def _office_place(office: Agency) -> str:
    standing = office.standing
    if standing.rank is None:
        return standing.assessment_status_vi.lower()
    return f"hạng {number(standing.rank)} trên {number(standing.ranked_agencies)}, {points(standing.score)} điểm"


def _correction(publication: Publication) -> Sequence[str]:
    if publication.head.revision <= 1:
        return []
    head = publication.head
    note = f" {ended(head.note)}" if head.note else ""
    last = publication.revisions[-1]
    return [
        f"Số liệu đã đính chính (lần chốt {head.revision}): {head.reason_vi or 'không nêu lý do'}.{note} So với lần"
        f" chốt trước, {number(last.cells_changed)} điểm chỉ số và {number(last.ranks_changed)} thứ hạng thay đổi."
    ]


def _target_row(found: Sequence[tuple[str, highlights.TargetMet]]) -> Row:
    """One indicator, its peer groups side by side."""
    rule = found[0][1].rule
    furthest = [
        f"{met.below[0].name}{f' và {number(met.equals)} cơ quan khác' if met.equals else ''} ({percent(score.ratio)})"
        for _, met in found
        if met.below and (score := met.below[0].indicator(rule.indicator_code))
    ]
    return {
        "code": rule.indicator_code,
        "name": rule.name_vi,
        "target": percent(rule.target),
        "reached": "; ".join(f"{label} {number(met.reached)}/{number(met.of)}" for label, met in found),
        "below": "; ".join(furthest) or NOTHING,
    }
