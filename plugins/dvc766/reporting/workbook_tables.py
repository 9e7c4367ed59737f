"""The tables of the workbook: which rows of the content each shows, and under which headings.

Tables that list agencies leave the province out, so that a sum or a mean of a column counts nothing twice; the province
has a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.rows import IndicatorRule, RevisionNote
from dvc766.reporting.spreadsheet import Column, Kind, Table
from dvc766.reporting.wording import capital, under
from dvc766.reporting.workbook_columns import (
    Of,
    field,
    group_name,
    group_points,
    of_agency,
    of_indicator,
    own,
    standing,
    yes,
)

_RECORD_KINDS = {"dossier": "Hồ sơ", "procedure": "Thủ tục", "petition": "Phản ánh, kiến nghị"}


def ranking(label: str, agencies: Sequence[Agency], publication: Publication) -> Table[Agency]:
    """The ranking of one peer group: ranked agencies first, then the others with why they are not."""
    listed = [*highlights.ranked(agencies), *highlights.not_ranked(agencies)]
    notes = [f"{sum(agency.standing.rank is not None for agency in listed)} cơ quan được xếp hạng trong khối này."]
    if any(agency.standing.is_small_base for agency in listed):
        notes.append(f"“{sentences.SMALL_BASE}”: ít hồ sơ nên tỷ lệ dao động mạnh, cần thận trọng khi kết luận.")
    return Table(
        f"Xếp hạng - {label}",
        f"Xếp hạng khối {label.lower()}",
        [
            standing("Hạng", "rank", 7, Kind.COUNT),
            Column[Agency]("Cơ quan", lambda one: one.name, width=32),
            Column[Agency]("Mã", lambda one: one.code, width=11),
            standing("Điểm", "score", 8, Kind.POINTS),
            standing("Xếp loại", "grade_name_vi", 11),
            *(group_points(group) for group in publication.criterion_groups),
            standing("Hạng tháng trước", "previous_rank", 9, Kind.COUNT),
            standing("Thay đổi hạng", "rank_change", 9, Kind.MOVEMENT),
            standing("Điểm tháng trước", "previous_score", 9, Kind.POINTS),
            standing("Thay đổi điểm", "score_change", 9, Kind.CHANGE),
            standing("Trung vị của khối", "peer_median_score", 9, Kind.POINTS),
            standing("Số cơ quan cùng hạng", "tied_agencies", 9, Kind.COUNT),
            standing("Số hồ sơ", "dossiers_in_hand", 9, Kind.COUNT),
            Column[Agency]("Lưu ý", lambda one: sentences.SMALL_BASE if one.standing.is_small_base else None, width=9),
            standing("Tình trạng", "assessment_status_vi", 22),
        ],
        listed,
        notes,
        kept=2,
    )


def province(publication: Publication) -> Table[Of]:
    """The province's own indicators; its score and groups stand on the cover."""
    bearers = [publication.province] if publication.province else []
    return Table(
        "Toàn tỉnh",
        "Điểm chỉ số của toàn tỉnh (không xếp hạng, không cộng vào các khối)",
        of_indicator(),
        [(bearer, score) for bearer in bearers for score in bearer.indicators],
        kept=2,
    )


def groups(publication: Publication) -> Table[Of]:
    """The criterion groups of every agency beside its peers."""
    return Table(
        "Điểm nhóm tiêu chí",
        "Điểm từng nhóm tiêu chí và so với khối",
        [
            *of_agency(),
            field("Nhóm tiêu chí", "group_name_vi", 32),
            field("Điểm", "points", 10, Kind.POINTS),
            field("Điểm tối đa", "max_points", 10, Kind.POINTS),
            Column[Of](
                "Tỷ lệ đạt", lambda row: None if row[1].percent is None else row[1].percent / 100, Kind.PERCENT, 10
            ),
            field("Hạng trong khối", "group_rank", 10, Kind.COUNT),
            field("Trung vị của khối", "peer_median", 10, Kind.POINTS),
            field("Tứ phân vị trên", "peer_upper_quartile", 10, Kind.POINTS),
            field("Cao nhất khối", "peer_best", 10, Kind.POINTS),
        ],
        _of(publication, "groups"),
        kept=3,
    )


def indicators(publication: Publication) -> Table[Of]:
    """How many of how many, against which target, worth how many points: every indicator of every agency."""
    return Table(
        "Điểm chỉ số",
        "Điểm từng chỉ số: tử số, mẫu số, tỷ lệ, chỉ tiêu, điểm",
        [*of_agency(), *of_indicator()],
        _of(publication, "indicators"),
        kept=3,
    )


def changes(publication: Publication) -> Table[Of]:
    """The change of every indicator since the month before, taken apart; the four parts add up to it."""
    return Table(
        "Thay đổi so với tháng trước",
        "Thay đổi điểm so với tháng trước, tách theo nguyên nhân",
        [
            *of_agency(),
            field("Chỉ số", "indicator_code", 9),
            field("Điểm tháng trước", "previous_points", 10, Kind.POINTS),
            field("Điểm tháng này", "points", 10, Kind.POINTS),
            field("Thay đổi", "points_change", 10, Kind.CHANGE),
            *(field(capital(name), part, 14, Kind.CHANGE) for part, name in sentences.PARTS_VI.items()),
            field("So sánh", "comparison_status_vi", 36),
        ],
        _of(publication, "changes"),
        ["Bốn cột nguyên nhân cộng lại bằng cột “Thay đổi”. Ô trống: không so sánh được, lý do ở cột cuối."],
        kept=3,
    )


def certainty(publication: Publication) -> Table[Of]:
    """How sure each rank is."""
    surely = {
        "Hạng cao nhất khi bớt một hồ sơ": "rank_highest",
        "Hạng thấp nhất khi bớt một hồ sơ": "rank_lowest",
        "Số hồ sơ mà bớt đi thì đổi hạng": "dossiers_that_change_rank",
        "Số hồ sơ cần thêm để lên một hạng": "dossiers_to_next_rank",
    }
    return Table(
        "Độ chắc của thứ hạng",
        "Thứ hạng chắc đến mức nào",
        [
            *of_agency(),
            Column[Of]("Hạng", lambda row: row[0].standing.rank, Kind.COUNT, 8),
            *(field(heading, name, 14, Kind.COUNT) for heading, name in surely.items()),
            field("Điểm còn thiếu để bằng hạng trên", "points_to_next_rank", 13, Kind.POINTS),
            field("Điểm hơn hạng dưới", "points_to_rank_below", 11, Kind.POINTS),
            field("Nhóm theo số hồ sơ", "volume_band_vi", 38, Kind.TEXT),
            field("Hạng trong nhóm này", "rank_in_band", 11, Kind.COUNT),
            field("Số cơ quan trong nhóm này", "agencies_in_band", 11, Kind.COUNT),
        ],
        [(agency, agency.certainty) for agency in publication.agencies if agency.certainty],
        ["Thử bớt lần lượt từng hồ sơ rồi xếp hạng lại; khoảng hạng càng hẹp thì thứ hạng càng chắc."],
        kept=3,
    )


def differences(publication: Publication) -> Table[Of]:
    """Our points beside those of the national portal, with the cause of a difference."""
    return Table(
        "Chênh lệch với Cổng",
        "Chênh lệch với điểm của Cổng Dịch vụ công quốc gia",
        [
            *of_agency(),
            Column[Of]("Nhóm tiêu chí", lambda row: group_name(row), width=30),
            Column[Of]("Chỉ số", lambda row: row[1].indicator_code or "Cả nhóm", width=10),
            field("Điểm theo hồ sơ", "our_points", 11, Kind.POINTS),
            field("Điểm trên Cổng", "portal_points", 11, Kind.POINTS),
            field("Chênh lệch", "difference", 11, Kind.CHANGE),
            field("Nguyên nhân", "cause_vi", 44),
            field("Ngày lấy điểm của Cổng", "portal_captured_on", 12, Kind.DAY),
        ],
        _of(publication, "differences"),
        ["Dòng “Cả nhóm” là tổng của nhóm tiêu chí, đã gồm các chỉ số bên trong; không cộng hai loại dòng với nhau."],
        kept=3,
    )


def reasons(publication: Publication) -> Table[Of]:
    """How many records cost points, by reason."""
    return Table(
        "Lý do bị trừ điểm",
        "Số hồ sơ, thủ tục, phản ánh bị trừ điểm theo lý do",
        [
            *of_agency(),
            field("Chỉ số", "indicator_code", 9),
            field("Lý do", "reason_vi", 52),
            field("Số lượng", "records", 11, Kind.COUNT),
        ],
        _of(publication, "reasons"),
        ["Một hồ sơ có thể bị trừ điểm ở nhiều chỉ số nên không cộng số lượng của các chỉ số khác nhau."],
        kept=3,
    )


def lost_records(publication: Publication) -> Table[Of]:
    """Every record that cost points, for the internal edition: of agencies, and what the province bears for all."""
    return Table(
        "Hồ sơ bị trừ điểm",
        "Từng hồ sơ, thủ tục, phản ánh bị trừ điểm (chỉ dùng nội bộ)",
        [
            *of_agency(),
            field("Chỉ số", "indicator_code", 9),
            Column[Of]("Loại", lambda row: _RECORD_KINDS.get(row[1].kind, row[1].kind), width=13),
            field("Mã", "code", 24),
            field("Thủ tục", "procedure_code", 12),
            field("Tên thủ tục", "procedure_name_vi", 44),
            field("Lý do", "reason_vi", 36),
            field("Ngày nộp hoặc tiếp nhận", "received_on", 13, Kind.DAY),
            field("Ngày hẹn trả", "due_on", 12, Kind.DAY),
            field("Ngày xong hoặc ngày cuối kỳ", "finished_on", 13, Kind.DAY),
            field("Số ngày làm việc quá hạn", "working_days_late", 11, Kind.COUNT),
            field("Ngày xin lỗi", "apologised_on", 12, Kind.DAY),
        ],
        _lost_rows(publication),
        kept=3,
    )


def procedures(publication: Publication, edition: Edition) -> Table[Of]:
    """What each procedure of an agency counts; small counts of the public edition are said as such."""
    counts = {
        "Hồ sơ đang và đã giải quyết trong kỳ": "dossiers_in_hand",
        "Trong đó quá hạn": "dossiers_late",
        "Trong đó chưa có kết quả điện tử": "dossiers_without_result_file",
        "Hồ sơ nộp trong kỳ": "dossiers_filed",
        "Trong đó không nộp trực tuyến": "dossiers_filed_not_online",
        "Hồ sơ có phí, lệ phí": "fee_dossiers",
        "Trong đó không thanh toán trực tuyến": "fee_dossiers_not_online",
    }
    least = publication.head.least_shown
    few = under(least) if edition is Edition.PUBLIC else None
    notes = [f"Bản công khai: thủ tục có dưới {least} hồ sơ không nêu; số nhỏ hơn ghi “{few}” (kể cả 0)."]
    return Table(
        "Thủ tục",
        "Số hồ sơ theo thủ tục của từng cơ quan",
        [
            *of_agency(),
            field("Mã thủ tục", "procedure_code", 13),
            field("Tên thủ tục", "procedure_name_vi", 50),
            Column[Of]("Có dịch vụ công trực tuyến", lambda row: yes(row[1].is_offered_online), width=11),
            Column[Of]("Có phí, lệ phí", lambda row: yes(row[1].is_fee_bearing), width=10),
            *(field(heading, name, 13, Kind.COUNT, few) for heading, name in counts.items()),
        ],
        _of(publication, "procedures"),
        notes if few else (),
        kept=3,
    )


def rules(publication: Publication) -> Table[IndicatorRule]:
    """How each indicator is scored in the month."""
    names = {group.group_code: group.group_name_vi for group in publication.criterion_groups}
    return Table(
        "Cách tính điểm",
        f"Cách tính điểm: {publication.head.catalogue_name_vi}",
        [
            Column[IndicatorRule]("Nhóm tiêu chí", lambda rule: names.get(rule.group_code, rule.group_code), width=28),
            own("Chỉ số", "indicator_code", 9),
            own("Tên chỉ số", "name_vi", 50),
            own("Điểm tối đa", "max_points", 10, Kind.POINTS),
            own("Chỉ tiêu", "target", 11, Kind.PERCENT),
            own("Khi không phát sinh", "zero_rule_vi", 16),
            own("Phạm vi số liệu", "scope_vi", 21),
            own("Căn cứ", "legal_basis", 44),
            own("Căn cứ của chỉ tiêu", "target_basis", 44),
        ],
        publication.rules,
        ["Điểm của chỉ số = điểm tối đa × tỷ lệ ÷ chỉ tiêu, nhiều nhất bằng điểm tối đa; tỷ lệ = tử số ÷ mẫu số."],
        kept=2,
    )


def revisions(publication: Publication) -> Table[RevisionNote]:
    """The frozen states of the month."""
    return Table(
        "Các lần chốt",
        "Các lần chốt số liệu của tháng",
        [
            own("Lần chốt", "revision", 10, Kind.COUNT),
            own("Chốt lúc", "frozen_at", 19, Kind.MOMENT),
            own("Lý do", "reason_vi", 34),
            own("Ghi chú", "note", 60),
            own("Số điểm chỉ số thay đổi", "cells_changed", 13, Kind.COUNT),
            own("Số cơ quan đổi hạng", "ranks_changed", 13, Kind.COUNT),
        ],
        publication.revisions,
        ["Chỉ lần chốt mới nhất có giá trị; các lần trước được giữ để đối chiếu."],
    )


def _of(publication: Publication, part: str) -> Iterator[Of]:
    """One part of every agency, each row with the agency that it is of."""
    return ((agency, row) for agency in publication.agencies for row in getattr(agency, part))


def _lost_rows(publication: Publication) -> Iterator[Of]:
    yield from _of(publication, "lost_records")
    if publication.province:
        borne = {
            score.indicator_code
            for agency in publication.agencies
            for score in agency.indicators
            if score.scope == "province"
        }
        for record in publication.province.lost_records:
            if record.indicator_code in borne:
                yield publication.province, record
