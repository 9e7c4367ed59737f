"""The annexes of a report and a notice: rankings, indicator scores, overdue dossiers, method, limits of use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dvc766.reporting import sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.findings import SMALL_BASE_NOTE, name, rank_row
from dvc766.reporting.documents.layout import Annex, Column, Row, Section, Table
from dvc766.reporting.editions import Edition
from dvc766.reporting.rows import Grade, GroupScore, IndicatorRule, IndicatorScore, LostRecord
from dvc766.reporting.wording import NOTHING, day, moment, number, percent, points

MOST_OVERDUE = 100
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
WORKBOOK = "sổ tính kèm theo"

RULE_COLUMNS = (
    Column("code", "Chỉ số", 8, "center"),
    Column("name", "Tên chỉ số", 32),
    Column("max", "Điểm tối đa", 9, "right"),
    Column("target", "Chỉ tiêu", 9, "right"),
    Column("zero", "Khi không phát sinh", 12),
    Column("basis", "Căn cứ của chỉ tiêu", 30),
)
OVERDUE_COLUMNS = (
    Column("agency", "Cơ quan", 21),
    Column("code", "Mã hồ sơ", 17),
    Column("procedure", "Thủ tục", 26),
    Column("due", "Hạn trả", 10, "center"),
    Column("days", "Ngày làm việc quá hạn", 8, "right"),
    Column("apologised", "Ngày xin lỗi", 10, "center"),
    Column("reason", "Lý do", 16),
)


def annexes(publication: Publication, edition: Edition) -> Sequence[Annex]:
    """The annexes in their order, numbered as they stand; the overdue list is in the internal edition alone."""
    found: list[tuple[str, Sequence[Section], bool]] = [
        ("BẢNG XẾP HẠNG", [_rankings(publication)], True),
        ("ĐIỂM TỪNG CHỈ SỐ", _indicators(publication), True),
    ]
    if edition is Edition.INTERNAL:
        found.append(("HỒ SƠ QUÁ HẠN", [_overdue(publication)], True))
    found.append(("PHƯƠNG PHÁP VÀ GIỚI HẠN SỬ DỤNG SỐ LIỆU", [_method(publication), _limits(publication)], False))
    return [Annex(NUMERALS[place], title, sections, is_wide) for place, (title, sections, is_wide) in enumerate(found)]


def _rankings(publication: Publication) -> Section:
    """Every agency with its six groups, peer group by peer group; the province's row apart, never ranked."""
    groups = publication.criterion_groups
    columns = (
        Column("rank", "Hạng", 5, "center"),
        Column("name", "Cơ quan", 21),
        *(
            Column(group.group_code, f"{group.group_name_vi} ({number(group.max_points)})", 8, "right")
            for group in groups
        ),
        Column("score", "Tổng điểm", 7, "right"),
        Column("grade", "Xếp loại", 9),
        Column("movement", "Thay đổi hạng", 5, "center"),
        Column("change", "Điểm so với tháng trước", 6, "right"),
    )
    named = list(publication.peer_groups.items())
    if publication.province:
        named.append((publication.province.standing.peer_group_vi, [publication.province]))
    tables = [
        Table(
            label,
            columns,
            [_ranking_row(agency, groups) for agency in agencies],
            SMALL_BASE_NOTE if any(agency.standing.is_small_base for agency in agencies) else "",
        )
        for label, agencies in named
    ]
    return Section("annex_ranking", "", tables=tables)


def _ranking_row(agency: Agency, groups: Sequence[GroupScore]) -> Row:
    scored = {group.group_code: points(group.points) for group in agency.groups}
    return {**{group.group_code: scored.get(group.group_code, NOTHING) for group in groups}, **rank_row(agency)}


def _indicators(publication: Publication) -> Sequence[Section]:
    """Numerator, denominator and points of every indicator, in two halves as wide as a page."""
    rules = list(publication.rules)
    half = (len(rules) + 1) // 2
    lead = "Mỗi ô: tử số/mẫu số; điểm. Dấu — là không phát sinh hoặc không chấm."
    sections = []
    for place, part in enumerate((rules[:half], rules[half:])):
        columns = (
            Column("name", "Cơ quan", 19),
            *(
                Column(rule.indicator_code, f"{rule.indicator_code} ({number(rule.max_points)})", 10, "right")
                for rule in part
            ),
        )
        tables = []
        bearers = [*publication.peer_groups.items()]
        if publication.province:
            bearers.append((publication.province.standing.peer_group_vi, [publication.province]))
        for label, agencies in bearers:
            rows = [_indicator_row(agency, part) for agency in agencies]
            caption = f"{label}: chỉ số {part[0].indicator_code} đến {part[-1].indicator_code}" if part else label
            tables.append(Table(caption, columns, rows))
        sections.append(Section(f"annex_indicators_{place + 1}", "", lead=[lead], tables=tables))
    return sections


def _indicator_row(agency: Agency, rules: Sequence[IndicatorRule]) -> Row:
    return {"name": name(agency)} | {
        rule.indicator_code: _cell(agency.indicator(rule.indicator_code)) for rule in rules
    }


def _cell(score: IndicatorScore | None) -> str:
    if score is None:
        return NOTHING
    counted = f"{number(score.numerator)}/{number(score.denominator)}" if score.denominator else NOTHING
    return f"{counted}; {points(score.points)}"


def _overdue(publication: Publication) -> Section:
    """The longest overdue dossiers, agency by agency in the rows; the whole list is in the workbook."""
    late = [
        (agency, record)
        for agency in publication.agencies
        for record in agency.lost_records
        if record.indicator_code == "2.1" and record.kind == "dossier"
    ]
    late.sort(key=lambda pair: (-(pair[1].working_days_late or 0), pair[0].standing.display_order, pair[1].code or ""))
    shown = late[:MOST_OVERDUE]
    lead = f"{number(len(shown))} hồ sơ quá hạn lâu nhất trên tổng số {number(len(late))} hồ sơ quá hạn."
    more = f" Danh sách đầy đủ ở {WORKBOOK}." if len(late) > len(shown) else ""
    rows = [_overdue_row(agency, record) for agency, record in shown]
    return Section("annex_overdue", "", lead=[lead + more], tables=[Table("", OVERDUE_COLUMNS, rows)])


def _overdue_row(agency: Agency, record: LostRecord) -> Row:
    return {
        "agency": agency.name,
        "code": record.code or NOTHING,
        "procedure": record.procedure_name_vi or record.procedure_code or NOTHING,
        "due": day(record.due_on),
        "days": number(record.working_days_late),
        "apologised": day(record.apologised_on),
        "reason": record.reason_vi,
    }


def _method(publication: Publication) -> Section:
    head = publication.head
    lead = [
        f"Nguồn điểm: {sentences.SOURCES[head.official_source]}. {head.catalogue_name_vi}.",
        "Điểm của một chỉ số bằng điểm tối đa nhân với tỷ lệ đạt được chia cho chỉ tiêu, không quá điểm tối đa, làm"
        " tròn hai chữ số thập phân; điểm nhóm và tổng điểm là tổng các điểm đã làm tròn.",
        "Cơ quan bằng điểm thì cùng hạng, hạng kế tiếp lùi theo số cơ quan cùng hạng. Chỉ xếp hạng trong cùng khối;"
        " điểm của toàn tỉnh không xếp hạng.",
        f"Xếp loại: {'; '.join(_grades(publication.grades))}.",
        f"Hồ sơ không có hạn, không tính vào tiến độ: {number(head.counts.dossiers_without_deadline)}. Hồ sơ của"
        f" cơ quan ngoài danh sách: {number(head.counts.dossiers_of_unlisted_agencies)}. Chỉ số thiếu dữ liệu:"
        f" {number(head.counts.indicators_without_data)}.",
        f"Số liệu rút đến {moment(head.data_as_of)}; chốt lúc {moment(head.frozen_at)}, lần chốt"
        f" {number(head.revision)}.",
        f"Kỳ công bố tiếp theo: {day(head.next_release)}.",
    ]
    table = Table("Cách chấm từng chỉ số", RULE_COLUMNS, [_rule_row(rule) for rule in publication.rules])
    return Section("annex_method", "Phương pháp", lead=lead, tables=[table])


def _grades(grades: Sequence[Grade]) -> Sequence[str]:
    """From the top; the lowest grade ends where the next one begins."""
    from_the_top = sorted(grades, key=lambda grade: -grade.min_score)
    told = [f"{grade.name_vi} từ {number(grade.min_score)} điểm" for grade in from_the_top]
    if len(grades) > 1 and not from_the_top[-1].min_score:
        told[-1] = f"{from_the_top[-1].name_vi} dưới {number(from_the_top[-2].min_score)} điểm"
    return told


def _rule_row(rule: IndicatorRule) -> Row:
    return {
        "code": rule.indicator_code,
        "name": rule.name_vi,
        "max": points(rule.max_points),
        "target": percent(rule.target),
        "zero": rule.zero_rule_vi,
        "basis": rule.target_basis,
    }


def _limits(publication: Publication) -> Section:
    """The statement that goes with every publication: its paragraphs, without the breaks of its lines."""
    title, *paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n|\n(?=\d+\. )", publication.statement)]
    return Section("annex_limits", title.capitalize() if title.isupper() else title, lead=[p for p in paragraphs if p])
