"""The tables that are given away as data: their columns, said once for CSV, JSON, its schema and the page about them.

The province's own row stands in no table of agencies, where it would be added to them; JSON carries it apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.editions import Edition
from dvc766.sealing.tables import Table

Kind = Literal["text", "integer", "number", "boolean", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it means, and what stands in it; `has_gaps` = it may be empty."""

    name: str
    meaning_vi: str
    kind: Kind = "text"
    has_gaps: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A table that is given away: of each agency, the rows that `rows_of` finds."""

    name: str
    title_vi: str
    columns: Sequence[Column]
    rows_of: Callable[[Agency], Iterable[Any]]
    editions: Sequence[Edition] = (Edition.PUBLIC, Edition.INTERNAL)
    is_in_json: bool = True

    def records(self, publication: Publication, agencies: Sequence[Agency]) -> list[dict[str, Any]]:
        """The rows of agencies with what every row carries: which month, which revision, real or not."""
        read = [attrgetter(column.name) for column in self.columns]
        shared = _shared(publication)
        return [
            shared | {column.name: get(row) for column, get in zip(self.columns, read, strict=True)}
            for agency in agencies
            for row in self.rows_of(agency)
        ]

    def table(self, publication: Publication) -> Table:
        """All agencies' rows, as they are written to CSV."""
        names = [column.name for column in (*SHARED, *self.columns)]
        rows = [[record[name] for name in names] for record in self.records(publication, publication.agencies)]
        return Table(self.name, names, rows)


SHARED = (
    Column("period_month", "Tháng đánh giá (ngày đầu tháng)", "day"),
    Column("revision", "Lần chốt", "integer"),
    Column("is_provisional", "Đúng khi tháng chưa chốt, số liệu còn thay đổi", "boolean"),
    Column("is_synthetic", "Đúng khi là dữ liệu mô phỏng, không phải kết quả thật", "boolean"),
)
_AGENCY = Column("agency_code", "Mã cơ quan trên Cổng Dịch vụ công quốc gia")
_INDICATOR = Column("indicator_code", "Mã chỉ số")

RANKINGS = Given(
    "rankings",
    "Xếp hạng",
    [
        _AGENCY,
        Column("agency_name_vi", "Tên cơ quan"),
        Column("peer_group", "Khối so sánh (mã)"),
        Column("peer_group_vi", "Khối so sánh"),
        Column("rank", "Hạng trong khối; để trống khi không xếp hạng", "integer", True),
        Column("ranked_agencies", "Số cơ quan được xếp hạng của khối", "integer"),
        Column("tied_agencies", "Số cơ quan cùng hạng, kể cả cơ quan này", "integer", True),
        Column("score", "Tổng điểm, tối đa 100", "number", True),
        Column("grade_code", "Xếp loại (mã)", has_gaps=True),
        Column("grade_name_vi", "Xếp loại", has_gaps=True),
        Column("previous_rank", "Hạng tháng trước; để trống khi không so sánh", "integer", True),
        Column("previous_score", "Điểm tháng trước; để trống khi không so sánh", "number", True),
        Column("rank_change", "Số bậc tăng (dương) hoặc giảm (âm)", "integer", True),
        Column("score_change", "Số điểm tăng hoặc giảm", "number", True),
        Column("peer_median_score", "Trung vị điểm của khối", "number", True),
        Column("dossiers_in_hand", "Số hồ sơ phải giải quyết trong tháng", "integer", True),
        Column("is_small_base", "Đúng khi ít hồ sơ, tỷ lệ dao động mạnh", "boolean", True),
        Column("assessment_status", "Tình trạng xếp hạng (mã)"),
        Column("assessment_status_vi", "Tình trạng xếp hạng"),
    ],
    lambda agency: [agency.standing],
)
GROUPS = Given(
    "group_scores",
    "Điểm sáu nhóm tiêu chí",
    [
        _AGENCY,
        Column("group_code", "Nhóm tiêu chí (mã)"),
        Column("group_name_vi", "Nhóm tiêu chí"),
        Column("points", "Điểm; để trống khi không có gì để chấm", "number", True),
        Column("max_points", "Điểm tối đa", "number"),
        Column("percent", "Tỷ lệ phần trăm so với điểm tối đa", "number", True),
        Column("group_rank", "Hạng của nhóm tiêu chí trong khối", "integer", True),
        Column("peer_median", "Trung vị của khối", "number", True),
        Column("peer_upper_quartile", "Tứ phân vị trên của khối", "number", True),
        Column("peer_best", "Điểm cao nhất của khối", "number", True),
    ],
    lambda agency: agency.groups,
)
INDICATORS = Given(
    "indicator_scores",
    "Điểm từng chỉ số",
    [
        _AGENCY,
        Column("group_code", "Nhóm tiêu chí (mã)"),
        _INDICATOR,
        Column("indicator_name_vi", "Tên chỉ số"),
        Column("numerator", "Tử số: số đạt yêu cầu", "integer", True),
        Column("denominator", "Mẫu số: tổng số xem xét", "integer", True),
        Column("ratio", "Tỷ lệ, 1 là tất cả", "number", True),
        Column("target", "Chỉ tiêu, 1 là tất cả", "number", True),
        Column("max_points", "Điểm tối đa", "number"),
        Column("points", "Điểm; để trống khi không chấm", "number", True),
        Column("lost_points", "Điểm mất", "number", True),
        Column("peer_median_ratio", "Trung vị tỷ lệ của khối", "number", True),
        Column("status", "Tình trạng chấm điểm (mã)"),
        Column("status_vi", "Tình trạng chấm điểm"),
        Column("scope", "Số liệu của ai (mã)"),
        Column("scope_vi", "Số liệu của cơ quan hay của toàn tỉnh"),
    ],
    lambda agency: agency.indicators,
)
REASONS = Given(
    "reasons",
    "Lý do mất điểm",
    [
        _AGENCY,
        _INDICATOR,
        Column("reason_code", "Lý do (mã)"),
        Column("reason_vi", "Lý do"),
        Column("records", "Số hồ sơ, thủ tục hoặc phản ánh, kiến nghị", "integer"),
    ],
    lambda agency: agency.reasons,
)
PROCEDURES = Given(
    "procedures",
    "Thủ tục của từng cơ quan (bản công khai: số quá nhỏ để trống)",
    [
        _AGENCY,
        Column("procedure_code", "Mã thủ tục hành chính"),
        Column("procedure_name_vi", "Tên thủ tục hành chính", has_gaps=True),
        Column("is_offered_online", "Đúng khi có dịch vụ công trực tuyến", "boolean"),
        Column("is_fee_bearing", "Đúng khi danh mục ghi có thu phí, lệ phí", "boolean"),
        Column("dossiers_in_hand", "Hồ sơ phải giải quyết", "integer", True),
        Column("dossiers_late", "Trong đó quá hạn", "integer", True),
        Column("dossiers_without_result_file", "Chưa có tệp kết quả điện tử", "integer", True),
        Column("dossiers_filed", "Hồ sơ nộp trong tháng", "integer", True),
        Column("dossiers_filed_not_online", "Trong đó không nộp trực tuyến", "integer", True),
        Column("fee_dossiers", "Hồ sơ có phí, lệ phí", "integer", True),
        Column("fee_dossiers_not_online", "Trong đó chưa thanh toán trực tuyến", "integer", True),
    ],
    lambda agency: agency.procedures,
    is_in_json=False,
)
LOST_RECORDS = Given(
    "lost_records",
    "Hồ sơ, thủ tục, phản ánh mất điểm (chỉ có trong bản nội bộ)",
    [
        _AGENCY,
        _INDICATOR,
        Column("kind", "Hồ sơ (dossier), thủ tục (procedure) hay phản ánh, kiến nghị (petition)"),
        Column("code", "Mã hồ sơ, thủ tục hoặc phản ánh, kiến nghị", has_gaps=True),
        Column("procedure_code", "Mã thủ tục hành chính", has_gaps=True),
        Column("procedure_name_vi", "Tên thủ tục hành chính", has_gaps=True),
        Column("reason_vi", "Lý do"),
        Column("received_on", "Ngày tiếp nhận", "day", True),
        Column("due_on", "Ngày hẹn trả", "day", True),
        Column("finished_on", "Ngày có kết quả hoặc ngày xét", "day", True),
        Column("working_days_late", "Số ngày làm việc quá hạn", "integer", True),
        Column("apologised_on", "Ngày xin lỗi", "day", True),
    ],
    lambda agency: agency.lost_records,
    editions=(Edition.INTERNAL,),
    is_in_json=False,
)
TABLES = (RANKINGS, GROUPS, INDICATORS, REASONS, PROCEDURES, LOST_RECORDS)


def given(edition: Edition) -> Sequence[Given]:
    """The tables of an edition."""
    return [table for table in TABLES if edition in table.editions]


def _shared(publication: Publication) -> dict[str, Any]:
    head = publication.head
    return {
        "period_month": head.month,
        "revision": head.revision,
        "is_provisional": head.is_provisional,
        "is_synthetic": head.is_synthetic,
    }
