"""The two pages of one agency: why this score, where points were lost, what would gain most, beside its peers.

The internal edition adds the agency's records that cost points, those first that would gain most, on two pages; all
of them are in the workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents.annexes import WORKBOOK
from dvc766.reporting.documents.findings import SMALL_BASE_NOTE
from dvc766.reporting.documents.form import notices
from dvc766.reporting.documents.layout import Column, Row, Table
from dvc766.reporting.editions import Edition
from dvc766.reporting.palette import look
from dvc766.reporting.rows import PROVINCE, GroupScore, IndicatorScore, LostRecord, PastMonth
from dvc766.reporting.wording import (
    NOTHING,
    day,
    ended,
    listed,
    moment,
    month,
    movement_mark,
    number,
    percent,
    points,
    score_movement,
    signed,
)

MOST_RECORDS = 60  # two pages
MOST_GAINS = 5
MOST_REASONS = 3

GROUP_COLUMNS = (
    Column("name", "Nhóm tiêu chí", 25),
    Column("points", "Điểm", 8, "right"),
    Column("max", "Tối đa", 8, "right"),
    Column("percent", "Tỷ lệ", 8, "right"),
    Column("change", "So với tháng trước", 10, "right"),
    Column("rank", "Hạng trong khối", 9, "right"),
    Column("median", "Trung vị khối", 9, "right"),
    Column("quartile", "Tứ phân vị trên", 10, "right"),
    Column("best", "Cao nhất", 9, "right"),
)
TREND_COLUMNS = (
    Column("month", "Tháng", 14, "center"),
    Column("score", "Điểm", 12, "right"),
    Column("rank", "Hạng", 14, "center"),
    Column("note", "Ghi chú", 24),
)
INDICATOR_COLUMNS = (
    Column("code", "Chỉ số", 6, "center"),
    Column("name", "Tên chỉ số", 29),
    Column("counted", "Tử số/mẫu số", 11, "right"),
    Column("ratio", "Tỷ lệ", 7, "right"),
    Column("target", "Chỉ tiêu", 7, "right"),
    Column("median", "Trung vị khối", 7, "right"),
    Column("points", "Điểm/tối đa", 10, "right"),
    Column("reasons", "Mất điểm ở đâu (số hồ sơ, thủ tục)", 29),
)
RECORD_COLUMNS = (
    Column("indicator", "Chỉ số", 6, "center"),
    Column("code", "Mã", 17),
    Column("procedure", "Thủ tục", 27),
    Column("received", "Ngày nhận", 9, "center"),
    Column("due", "Hạn trả", 9, "center"),
    Column("days", "Quá hạn (ngày làm việc)", 8, "right"),
    Column("apologised", "Ngày xin lỗi", 9, "center"),
    Column("reason", "Lý do", 19),
)


@dataclass(frozen=True, slots=True)
class AgencySheet:
    """What the sheet of one agency says: texts, and the scores of the months as lengths for the bars beside them."""

    code: str
    title: str
    peers: str
    facts: Sequence[tuple[str, str]]
    notices: Sequence[str]
    edition: str
    provenance: str
    data_as_of: str
    why: Sequence[str]
    gains: Sequence[str]
    groups: Table
    trend: Table
    bars: Sequence[float]
    indicators: Table
    remarks: Sequence[str]
    records: Table | None
    records_lead: str

    def plain(self) -> dict[str, Any]:
        """The same as dictionaries and lists, for the template."""
        return asdict(self)

    def texts(self) -> list[str]:
        """Every sentence and cell of the sheet."""
        tables = [self.groups, self.trend, self.indicators, *([self.records] if self.records else [])]
        cells = [text for table in tables for row in table.rows for text in row.values()]
        facts = [text for fact in self.facts for text in fact]
        return [self.title, *facts, *self.why, *self.gains, *self.remarks, *cells, self.records_lead, self.data_as_of]


def agency_sheet(publication: Publication, agency: Agency, edition: Edition) -> AgencySheet:
    """The sheet of an agency, or of the province."""
    standing, head = agency.standing, publication.head
    records = _records(agency) if edition is Edition.INTERNAL else None
    return AgencySheet(
        code=agency.code,
        title=f"Phiếu kết quả {month(head.month)}: {agency.name}",
        peers=standing.peer_group_vi,
        facts=_facts(agency),
        notices=notices(publication),
        edition=edition.name_vi,
        provenance=sentences.provenance(publication),
        data_as_of=f"Số liệu rút đến {moment(head.data_as_of)}.",
        why=_why(agency),
        gains=[sentences.gain(gain) for gain in highlights.gains(agency)[:MOST_GAINS]],
        groups=Table("", GROUP_COLUMNS, [_group_row(agency, group) for group in agency.groups]),
        trend=Table("", TREND_COLUMNS, _trend(agency)),
        bars=[float(past.score or 0) / 100 for past in agency.history],
        indicators=Table("", INDICATOR_COLUMNS, [_indicator_row(agency, score) for score in agency.indicators]),
        remarks=_remarks(publication, agency),
        records=records,
        records_lead=_records_lead(agency) if records else "",
    )


def _facts(agency: Agency) -> Sequence[tuple[str, str]]:
    standing = agency.standing
    place = f"{number(standing.rank)}/{number(standing.ranked_agencies)}" if standing.rank else NOTHING
    return (
        ("Tổng điểm", points(standing.score)),
        (
            "Xếp loại",
            f"{look(standing.grade_code).mark} {standing.grade_name_vi}" if standing.grade_name_vi else NOTHING,
        ),
        ("Thứ hạng", place),
        ("Thứ hạng so với tháng trước", movement_mark(standing.rank_change)),
        ("Điểm so với tháng trước", signed(standing.score_change)),
    )


def _why(agency: Agency) -> Sequence[str]:
    """Where the agency stands, how it moved and why, how sure the rank is."""
    standing = agency.standing
    told = [f"{agency.name}: {sentences.place(agency)}."]
    if standing.score_change is not None:
        rise = f"Điểm {score_movement(standing.score_change)} so với tháng trước. {sentences.why(agency)}"
        told.append(rise.strip())
    elif standing.rank is not None:
        told.append(ended(sentences.movement(agency)))
    if standing.peer_median_score is not None and standing.rank is not None:
        told.append(
            f"Trung vị của khối {standing.peer_group_vi.lower()} là {points(standing.peer_median_score)} điểm;"
            f" cơ quan đạt {points(standing.score)} điểm."
        )
    if agency.lateness:
        told.append(sentences.lateness(agency.lateness))
    return [*told, *_certainty(agency)]


def _certainty(agency: Agency) -> Sequence[str]:
    sure = agency.certainty
    if sure is None or agency.standing.rank is None:
        return []
    told = []
    if sure.points_to_next_rank is not None:
        dossiers = (
            f"; thêm {number(sure.dossiers_to_next_rank)} hồ sơ đúng hạn là đủ"
            if sure.dossiers_to_next_rank is not None
            else ""
        )
        told.append(f"Còn kém hạng trên liền kề {points(sure.points_to_next_rank)} điểm{dossiers}.")
    if sure.rank_lowest is not None and sure.rank_lowest != sure.rank_highest:
        told.append(
            f"Bớt đi một hồ sơ bất kỳ, thứ hạng có thể từ {number(sure.rank_lowest)} đến {number(sure.rank_highest)}."
        )
    if band := sentences.in_volume_band(sure):
        told.append(band)
    return told


def _group_row(agency: Agency, group: GroupScore) -> Row:
    return {
        "name": group.group_name_vi,
        "points": points(group.points),
        "max": points(group.max_points),
        "percent": percent(group.percent / 100) if group.percent is not None else NOTHING,
        "change": signed(highlights.change_of_group(agency, group.group_code)),
        "rank": number(group.group_rank),
        "median": points(group.peer_median),
        "quartile": points(group.peer_upper_quartile),
        "best": points(group.peer_best),
    }


def _trend(agency: Agency) -> Sequence[Row]:
    """The months as they were frozen; a row says where the catalogue changes, and of which predecessor it is."""
    rows = []
    before: PastMonth | None = None
    for past in agency.history:
        notes = []
        if before and before.catalogue_version != past.catalogue_version:
            notes.append("đổi bộ chỉ số")
        if past.agency_code != agency.code:
            notes.append(f"tiền thân ({past.agency_code})")
        elif before and before.agency_code != agency.code:
            notes.append("sau sắp xếp cơ quan")
        rank = f"{number(past.rank)}/{number(past.ranked_agencies)}" if past.rank else NOTHING
        rows.append({"month": past.label, "score": points(past.score), "rank": rank, "note": "; ".join(notes)})
        before = past
    return rows


def _indicator_row(agency: Agency, score: IndicatorScore) -> Row:
    counted = f"{number(score.numerator)}/{number(score.denominator)}" if score.denominator else NOTHING
    return {
        "code": score.indicator_code,
        "name": score.indicator_name_vi,
        "counted": counted,
        "ratio": percent(score.ratio),
        "target": percent(score.target),
        "median": percent(score.peer_median_ratio),
        "points": f"{points(score.points)}/{number(score.max_points)}",
        "reasons": _reasons(agency, score),
    }


def _reasons(agency: Agency, score: IndicatorScore) -> str:
    """The commonest reasons with their counts; for the province's own indicators and those without cases, that."""
    if not score.denominator:
        return score.status_vi
    if not score.lost_points:
        return "Không mất điểm"
    found = [reason for reason in agency.reasons if reason.indicator_code == score.indicator_code]
    told = "; ".join(f"{reason.reason_vi}: {number(reason.records)}" for reason in found[:MOST_REASONS])
    more = sum(reason.records for reason in found[MOST_REASONS:])
    told += f"; lý do khác: {number(more)}" if more else ""
    if score.scope != "agency" and agency.standing.peer_group != PROVINCE:
        return score.scope_vi
    return told


def _remarks(publication: Publication, agency: Agency) -> Sequence[str]:
    told = [
        "Điểm của chỉ số ghi “Số liệu của toàn tỉnh” do các cơ quan cùng chịu, không tính vào phần có thể thêm điểm."
    ]
    if agency.standing.is_small_base:
        told.append(SMALL_BASE_NOTE)
    marks = [f"{look(grade.grade_code).mark} {grade.name_vi}" for grade in publication.grades]
    if marks:
        told.append(f"Ký hiệu xếp loại: {listed(marks)}.")
    return told


def _records(agency: Agency) -> Table | None:
    """The records that cost points, those first whose indicator gains most by a record."""
    order = {gain.indicator_code: place for place, gain in enumerate(highlights.gains(agency))}
    own = [record for record in agency.lost_records if record.indicator_code in order]
    own.sort(key=lambda record: order[record.indicator_code])
    rows = [_record_row(record) for record in own[:MOST_RECORDS]]
    return Table("", RECORD_COLUMNS, rows) if rows else None


def _records_lead(agency: Agency) -> str:
    codes = {gain.indicator_code for gain in highlights.gains(agency)}
    all_of_them = sum(record.indicator_code in codes for record in agency.lost_records)
    shown = min(all_of_them, MOST_RECORDS)
    if shown == all_of_them:
        return (
            f"{number(all_of_them)} hồ sơ, thủ tục, phản ánh làm mất điểm; xếp trước là chỉ số dễ được thêm điểm nhất."
        )
    return (
        f"{number(shown)} trên {number(all_of_them)} hồ sơ, thủ tục, phản ánh làm mất điểm; xếp trước là chỉ số dễ được"
        f" thêm điểm nhất. Danh sách đầy đủ ở {WORKBOOK}."
    )


def _record_row(record: LostRecord) -> Row:
    return {
        "indicator": record.indicator_code,
        "code": record.code or NOTHING,
        "procedure": record.procedure_name_vi or record.procedure_code or NOTHING,
        "received": day(record.received_on),
        "due": day(record.due_on),
        "days": number(record.working_days_late),
        "apologised": day(record.apologised_on),
        "reason": record.reason_vi,
    }
