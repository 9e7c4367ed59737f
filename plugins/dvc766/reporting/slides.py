"""Product "slides": the month on at most twelve slides for the administrative meeting, the same figures as the report.

trinh-chieu.pptx: title · the month in short · the province's groups · a ranking for each peer group · movers
and why · lateness · targets · outreach · drafts (internal edition) · how to read it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.deck import BODY_TOP, MARGIN, WIDTH, Deck, Place, Series
from dvc766.reporting.documents import annexes, details, drafts, findings
from dvc766.reporting.documents.layout import Column, Row, Table
from dvc766.reporting.editions import Edition
from dvc766.reporting.wording import NOTHING, ended, moment, month, movement_mark, number, percent, points, signed

MOST_SLIDES = 12
SHOWN_WHOLE, ENDS = 15, 7  # a longer ranking shows this many of each end
TARGETS_SHOWN = 8
PRACTICES_SHOWN = 3
MOVERS_SHOWN = 8  # divided among the peer groups
LATE_SENTENCES = 3  # the causes that the portal alone knows stand in the report
_DRAFTS = {"weak_points": Place(width=4.3), "tasks": Place(MARGIN + 4.6, width=WIDTH - 2 * MARGIN - 4.6)}

LEADER_COLUMNS = (
    Column("label", "Khối", 20),
    Column("leader", "Đứng đầu", 44),
    Column("score", "Điểm", 10, "right"),
    Column("ranked", "Số cơ quan được xếp hạng", 14, "right"),
    Column("median", "Trung vị của khối", 12, "right"),
)
MOVER_COLUMNS = (
    Column("label", "Khối", 10),
    Column("agency", "Cơ quan", 20),
    Column("ranks", "Hạng trước → nay", 11, "center"),
    Column("change", "Điểm so với tháng trước", 9, "right"),
    Column("why", "Vì sao", 50),
)
PRACTICE_COLUMNS = (
    Column("what", "Nội dung", 20),
    Column("agency", "Cơ quan", 22),
    Column("procedure", "Thủ tục", 36),
    Column("not_used", "Hồ sơ chưa thực hiện", 11, "right"),
    Column("of", "Trên tổng số", 11, "right"),
)


def render(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """The slides of an edition."""
    head = publication.head
    title = f"Kết quả xếp hạng giải quyết thủ tục hành chính {month(head.month)}"
    origin = f"{edition.name_vi} · {sentences.provenance(publication)}"
    deck = Deck(title, sentences.AUTHOR, head.frozen_at, origin, sentences.warning(publication))
    _title(deck, publication, title)
    _headline(deck, publication)
    _groups(deck, publication)
    _rankings(deck, publication, room=MOST_SLIDES - 3 - (6 if edition is Edition.INTERNAL else 5))
    _movements(deck, publication)
    _lateness(deck, publication)
    _targets(deck, publication)
    _outreach(deck, publication, edition)
    if edition is Edition.INTERNAL:
        _drafts(deck, publication)
    _reading(deck, publication)
    return {"trinh-chieu.pptx": deck.content()}


def _title(deck: Deck, publication: Publication, title: str) -> None:
    head = publication.head
    told = [
        head.province_name_vi,
        f"Số liệu lấy đến {moment(head.data_as_of)}",
        head.catalogue_name_vi,
    ]
    if office := sentences.ranks_itself(publication):
        told.append(office)
    if head.revision > 1:
        note = f" {ended(head.note)}" if head.note else ""
        told.append(f"Số liệu đã đính chính: {head.reason_vi or 'không nêu lý do'}.{note}")
    if break_of_catalogue := sentences.catalogue_break(publication):
        told.append(break_of_catalogue)
    slide = deck.slide(title)
    slide.text(told, Place(top=2.2, height=3.5), 24)


def _headline(deck: Deck, publication: Publication) -> None:
    slide = deck.slide("Tháng này trong một câu")
    slide.text([sentences.headline(publication)], Place(height=2.4), 24, bold=True)
    rows = [_leader(label, agencies) for label, agencies in publication.peer_groups.items()]
    slide.table(Table("Các khối", LEADER_COLUMNS, rows), Place(top=3.8, height=1.9), 16)
    counts = publication.head.counts
    told = (
        f"{number(counts.dossiers_in_hand)} hồ sơ trong kỳ, {number(counts.petitions_in_hand)} phản ánh, kiến nghị;"
        f" {number(counts.ranked_agencies)} trên {number(counts.agencies)} cơ quan được xếp hạng."
    )
    slide.text([told], Place(top=6.0, height=0.8), 16)


def _leader(label: str, agencies: Sequence[Agency]) -> Row:
    ranked = highlights.ranked(agencies)
    first = [agency for agency in ranked if agency.standing.rank == 1]
    return {
        "label": label,
        "leader": "; ".join(findings.name(agency) for agency in first) or NOTHING,
        "score": points(first[0].standing.score if first else None),
        "ranked": f"{number(len(ranked))}/{number(len(agencies))}",
        "median": points(agencies[0].standing.peer_median_score),
    }


def _groups(deck: Deck, publication: Publication) -> None:
    slide = deck.slide("Sáu nhóm tiêu chí của toàn tỉnh")
    [table] = findings.groups(publication).tables
    if not table.rows or publication.province is None:
        slide.text(["Không có điểm của toàn tỉnh trong tháng."], Place())
        return
    slide.table(table, Place(width=7.2), 14)
    groups = publication.province.groups
    slide.bars(
        "Tỷ lệ điểm đạt được của từng nhóm (%)",
        [group.group_name_vi for group in groups],
        [Series("Tỷ lệ đạt (%)", [_float(group.percent) for group in groups])],
        Place(MARGIN + 7.4, BODY_TOP, WIDTH - 2 * MARGIN - 7.4, 4.9),
        number_format="0",
    )


def _rankings(deck: Deck, publication: Publication, room: int) -> None:
    """A slide for each peer group while there is room; the others are named as left to the workbook."""
    labels = list(publication.peer_groups)
    for position, label in enumerate(labels[:room]):
        left_out = labels[room:] if position == room - 1 else []
        slide = deck.slide(f"Xếp hạng khối {label.lower()}")
        table = ranking(label, publication.peer_groups[label])
        if left_out:
            table = replace(
                table, note=f"{table.note} Xếp hạng khối {', '.join(left_out)}: xem {annexes.WORKBOOK}.".strip()
            )
        slide.table(table, Place(), 13)


def ranking(label: str, agencies: Sequence[Agency]) -> Table:
    """The ranking of a peer group, a long one by its two ends, saying so."""
    ranked, others = highlights.ranked(agencies), highlights.not_ranked(agencies)
    caption, shown = f"{number(len(ranked))} cơ quan được xếp hạng", [*ranked, *others]
    rows = [findings.rank_row(agency) for agency in shown]
    if len(shown) > SHOWN_WHOLE:
        shown = [*ranked[:ENDS], *ranked[-ENDS:]]
        caption += f": {ENDS} cơ quan đầu và {ENDS} cơ quan cuối bảng, đầy đủ trong {annexes.WORKBOOK}"
        gap = dict.fromkeys((column.key for column in findings.RANK_COLUMNS), "…")
        rows = [findings.rank_row(agency) for agency in shown]
        rows.insert(ENDS, gap | {"name": f"… ({number(len(ranked) - 2 * ENDS)} cơ quan ở giữa)"})
    note = findings.SMALL_BASE_NOTE if any(agency.standing.is_small_base for agency in shown) else ""
    return Table(caption, findings.RANK_COLUMNS, rows, note)


def _movements(deck: Deck, publication: Publication) -> None:
    """Who rose and fell most in each peer group, with the cause; without movers, why there is no comparison."""
    section = findings.movements(publication)
    slide = deck.slide(section.title)
    most = max(1, MOVERS_SHOWN // 2 // max(1, len(publication.peer_groups)))
    rows = [
        _mover(label, agency)
        for label, agencies in publication.peer_groups.items()
        for movers in (highlights.risen, highlights.fallen)
        for agency in movers(agencies, most)
    ]
    if not rows:
        slide.text(section.lead, Place())
        return
    place = Place()
    if publication.province and (because := sentences.why(publication.province)):
        slide.text([f"Toàn tỉnh: {because}"], Place(height=0.8), 15)
        place = Place(top=2.05, height=4.8)
    caption = f"{most} cơ quan tăng và {most} cơ quan giảm nhiều bậc nhất của mỗi khối"
    slide.table(Table(caption, MOVER_COLUMNS, rows), place, 13)


def _mover(label: str, agency: Agency) -> Row:
    standing = agency.standing
    return {
        "label": label,
        "agency": findings.name(agency),
        "ranks": f"{number(standing.previous_rank)} → {number(standing.rank)} ({movement_mark(standing.rank_change)})",
        "change": signed(standing.score_change),
        "why": sentences.why(agency) or NOTHING,
    }


def _lateness(deck: Deck, publication: Publication) -> None:
    section = details.timeliness(publication)
    slide = deck.slide(section.title)
    slide.text(section.lead[:LATE_SENTENCES], Place(height=2.0), 16)
    [table] = section.tables
    if table.rows:
        slide.table(table, Place(top=3.3, width=7.9, height=3.5), 12)
    late = publication.province.lateness if publication.province else None
    if late:
        kinds = {
            "Xong sau hạn": late.finished_late,
            "Quá hạn, chưa xong": late.open_past_deadline,
            "Yêu cầu bổ sung quá một lần": late.second_supplement,
            "Đã xin lỗi và hẹn lại ngày trả": late.re_dated,
        }
        place = Place(MARGIN + 8.1, 3.3, WIDTH - 2 * MARGIN - 8.1, 3.5)
        slide.bars("Hồ sơ quá hạn của toàn tỉnh", list(kinds), [Series("Hồ sơ", list(kinds.values()))], place)


def _targets(deck: Deck, publication: Publication) -> None:
    """The indicators whose targets the fewest agencies reach."""
    met = {found.rule.indicator_code: found for found in highlights.targets(publication, publication.agencies)}
    fewest = sorted(met, key=lambda code: (Decimal(met[code].reached) / met[code].of, list(met).index(code)))
    shown = fewest[:TARGETS_SHOWN]
    section = findings.targets(publication)
    [table] = section.tables
    rows = sorted((row for row in table.rows if row["code"] in shown), key=lambda row: shown.index(row["code"]))
    slide = deck.slide(section.title)
    if not rows:
        slide.text(["Không có chỉ số nào có số liệu của cơ quan để so với chỉ tiêu."], Place())
        return
    caption = f"{len(rows)} chỉ số ít cơ quan đạt chỉ tiêu nhất, trong {len(met)} chỉ số; đầy đủ trong báo cáo"
    slide.table(Table(caption, table.columns, rows), Place(), 13)


def _outreach(deck: Deck, publication: Publication, edition: Edition) -> None:
    agencies = publication.agencies
    found = (
        ("Có dịch vụ trực tuyến mà nộp trực tiếp hoặc qua bưu chính", highlights.filed_direct),
        ("Có phí, lệ phí mà chưa thanh toán trực tuyến", highlights.paid_in_cash),
        ("Chưa trả kết quả điện tử", highlights.without_electronic_result),
    )
    rows = [_practice(what, one) for what, practices in found for one in practices(agencies, PRACTICES_SHOWN)]
    section = details.outreach(publication, edition)
    slide = deck.slide(section.title)
    if not rows:
        slide.text(["Không có thủ tục nào cần nêu."], Place())
        return
    note = " ".join(section.after)
    caption = f"{PRACTICES_SHOWN} thủ tục có nhiều hồ sơ chưa thực hiện nhất của mỗi nội dung"
    slide.table(Table(caption, PRACTICE_COLUMNS, rows, note), Place(), 13)


def _practice(what: str, one: highlights.Practice) -> Row:
    return {
        "what": what,
        "agency": one.agency.name,
        "procedure": one.procedure.procedure_name_vi or one.procedure.procedure_code,
        "not_used": number(one.not_used),
        "of": f"{number(one.of)} ({percent(Decimal(one.not_used) / one.of)})",
    }


def _drafts(deck: Deck, publication: Publication) -> None:
    sections = {section.key: section for section in drafts.drafts(publication)}
    mark = f" ({drafts.DRAFT})" if any(sections[key].is_draft for key in _DRAFTS) else ""
    slide = deck.slide(f"Tồn tại, hạn chế và nhiệm vụ{mark}")
    for key, place in _DRAFTS.items():
        section = sections[key]
        slide.text([section.title], replace(place, height=0.6), 13, bold=True)
        slide.text(section.lead, replace(place, top=place.top + 0.6, height=place.height - 0.6), 14)


def _reading(deck: Deck, publication: Publication) -> None:
    told = [
        "Chỉ so sánh các cơ quan trong cùng khối; dòng toàn tỉnh để tham khảo, không xếp hạng.",
        f"“{NOTHING}” nghĩa là không có giá trị, không phải bằng 0. ▲ tăng hạng, ▼ giảm hạng, = giữ nguyên.",
        findings.SMALL_BASE_NOTE,
        *sentences.paragraphs(publication.statement)[1:],
    ]
    deck.slide("Cách đọc và giới hạn sử dụng số liệu").text(told, Place(), 16)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
