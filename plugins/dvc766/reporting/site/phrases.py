"""Sentences that the pages say beside those of reports: how sure a rank is, what the portal counts otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from dvc766.reporting.content import Agency
from dvc766.reporting.rows import ProcedureCount, RevisionNote
from dvc766.reporting.sentences import in_volume_band, place
from dvc766.reporting.wording import ended, number, points, under

COUNTS_OF_PROCEDURE = {
    "dossiers_in_hand": "Phải giải quyết",
    "dossiers_late": "Quá hạn",
    "dossiers_without_result_file": "Chưa có kết quả điện tử",
    "dossiers_filed": "Nộp trong tháng",
    "dossiers_filed_not_online": "Không nộp trực tuyến",
    "fee_dossiers": "Có phí, lệ phí",
    "fee_dossiers_not_online": "Chưa thanh toán trực tuyến",
}
"""What the counts of a procedure are called, in their order."""


def standing(agency: Agency) -> str:
    """An agency's result in one sentence."""
    own = agency.standing
    if own.score is None:
        return f"{own.assessment_status_vi}."
    grade = f", xếp loại {own.grade_name_vi}" if own.grade_name_vi else ""
    return f"Đạt {points(own.score)} điểm{grade}; {place(agency)}."


def certainty(agency: Agency) -> Sequence[str]:
    """How sure the rank is, and how far the next one."""
    known = agency.certainty
    if known is None or known.rank_lowest is None:
        return []
    if known.rank_lowest == known.rank_highest:
        told = [f"Bớt đi một hồ sơ bất kỳ thì cơ quan vẫn ở hạng {known.rank_lowest}."]
    else:
        deciding = known.dossiers_that_change_rank or 0
        told = [
            f"Bớt đi một hồ sơ bất kỳ thì hạng nằm trong khoảng {known.rank_lowest} đến {known.rank_highest}"
            f" ({number(deciding)} hồ sơ, mỗi hồ sơ đủ làm thay đổi hạng): cần thận trọng khi so với cơ quan liền kề."
        ]
    if known.points_to_next_rank is not None:
        needed = known.dossiers_to_next_rank
        way = f"; thêm {number(needed)} hồ sơ đúng hạn là đủ" if needed else ""
        told.append(f"Còn thiếu {points(known.points_to_next_rank)} điểm để bằng hạng trên{way}.")
    if known.points_to_rank_below is not None:
        told.append(f"Hơn hạng dưới {points(known.points_to_rank_below)} điểm.")
    if band := in_volume_band(known):
        told.append(band)
    return told


def differences(agency: Agency) -> str:
    """How many indicators the national portal scores otherwise."""
    own = [row for row in agency.differences if row.indicator_code]
    other = [row for row in own if row.difference]
    if not own:
        return "Chưa có điểm của Cổng Dịch vụ công quốc gia để đối chiếu."
    if not other:
        return f"Cả {len(own)} chỉ số có điểm của Cổng Dịch vụ công quốc gia đều bằng điểm ở đây."
    return (
        f"{len(other)} trong {len(own)} chỉ số có điểm của Cổng Dịch vụ công quốc gia khác với điểm ở đây."
        " Chênh lệch được nêu riêng, không trộn vào điểm xếp hạng."
    )


def revision_reason(revision: RevisionNote) -> str:
    """Why a month was frozen anew, and what it moved."""
    if revision.revision == 1:
        return "Chốt lần đầu."
    note = f": {revision.note}" if revision.note else ""
    cells, ranks = number(revision.cells_changed), number(revision.ranks_changed)
    why = revision.reason_vi or "Đính chính"
    return f"{ended(why + note)} {cells} điểm chỉ số thay đổi, {ranks} cơ quan thay đổi hạng."


def of_procedure(row: ProcedureCount, name: str, least: int | None) -> str:
    """A count of a procedure; the public edition does not tell those under `least`, the internal one (None) all."""
    value = getattr(row, name)
    if value is None and least is not None:
        return under(least)
    return number(value)
