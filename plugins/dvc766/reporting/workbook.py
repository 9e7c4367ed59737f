"""Product "workbook": the publication as a spreadsheet, with real numbers and dates to filter and to reckon on.

so-tinh.xlsx: cover · a ranking for each peer group · the province · groups · indicators · changes ·
certainty · differences to the portal · reasons · procedures · method · revisions; internal edition: each lost record
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dvc766.reporting import sentences, wording
from dvc766.reporting import workbook_tables as tables
from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.spreadsheet import Kind, Origin, Spreadsheet, Table, Value

COVER = "Bìa và ghi chú"


def render(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """The workbook of an edition."""
    book = Spreadsheet(_origin(publication, edition))
    book.add_text(COVER, book.origin.title, list(_cover(publication, edition)))
    for table in _tables(publication, edition):
        book.add(table)
    return {"so-tinh.xlsx": book.content()}


def _tables(publication: Publication, edition: Edition) -> Iterator[Table[Any]]:
    for label, agencies in publication.peer_groups.items():
        yield tables.ranking(label, agencies, publication)
    yield tables.province(publication)
    yield tables.groups(publication)
    yield tables.indicators(publication)
    yield tables.changes(publication)
    yield tables.certainty(publication)
    yield tables.differences(publication)
    yield tables.reasons(publication)
    if edition is Edition.INTERNAL:
        yield tables.lost_records(publication)
    yield tables.procedures(publication, edition)
    yield tables.rules(publication)
    yield tables.revisions(publication)


def _origin(publication: Publication, edition: Edition) -> Origin:
    head = publication.head
    return Origin(
        subject=f"{edition.name_vi} · {head.province_name_vi} · {wording.month(head.month)}",
        provenance=sentences.provenance(publication),
        warning=sentences.warning(publication),
        created=head.frozen_at,
        title=f"Kết quả xếp hạng giải quyết thủ tục hành chính {wording.month(head.month)}",
        author=sentences.AUTHOR,
    )


def _cover(publication: Publication, edition: Edition) -> Iterator[tuple[str, Value, Kind]]:
    head, counts = publication.head, publication.head.counts
    text = Kind.TEXT
    yield "Tóm tắt", sentences.headline(publication), text
    yield from _province(publication)
    yield "Bản", edition.name_vi, text
    yield "Nguồn gốc", sentences.provenance(publication), text
    yield "Số liệu lấy đến", head.data_as_of, Kind.MOMENT
    if not head.is_provisional:
        yield "Chốt lúc", head.frozen_at, Kind.MOMENT
    if head.reason_vi:
        yield "Lý do của lần chốt này", head.reason_vi, text
    if head.note:
        yield "Ghi chú của lần chốt này", head.note, text
    yield "Bộ chỉ số", head.catalogue_name_vi, text
    break_of_catalogue = sentences.catalogue_break(publication)
    if break_of_catalogue:
        yield "Thay đổi bộ chỉ số", break_of_catalogue, text
    yield "Kỳ công bố tiếp theo", head.next_release, Kind.DAY
    yield "Cơ quan được xếp hạng", counts.ranked_agencies, Kind.COUNT
    yield "Cơ quan trong danh sách", counts.agencies, Kind.COUNT
    yield "Hồ sơ đã và đang giải quyết", counts.dossiers_in_hand, Kind.COUNT
    yield "Hồ sơ tiếp nhận trong tháng", counts.dossiers_received, Kind.COUNT
    yield "Hồ sơ nộp trong tháng", counts.dossiers_filed, Kind.COUNT
    yield "Hồ sơ không có hạn giải quyết", counts.dossiers_without_deadline, Kind.COUNT
    yield "Hồ sơ của cơ quan ngoài danh sách", counts.dossiers_of_unlisted_agencies, Kind.COUNT
    yield "Phản ánh, kiến nghị", counts.petitions_in_hand, Kind.COUNT
    yield "Điểm chỉ số chưa có số liệu", counts.indicators_without_data, Kind.COUNT
    for grade in publication.grades:
        yield f"Xếp loại {grade.name_vi}", f"từ {wording.points(grade.min_score)} điểm", text
    for note in _notes(publication):
        yield "Cách đọc", note, text
    for paragraph in sentences.paragraphs(publication.statement):
        yield "Giới hạn sử dụng", paragraph, text


def _province(publication: Publication) -> Iterator[tuple[str, Value, Kind]]:
    """The province's row: shown here, in no list of agencies."""
    province = publication.province
    if province is None:
        return
    yield f"{province.name}: điểm", province.standing.score, Kind.POINTS
    yield f"{province.name}: xếp loại", province.standing.grade_name_vi or wording.NOTHING, Kind.TEXT
    for group in province.groups:
        name = f"{group.group_name_vi} (tối đa {wording.number(group.max_points)})"
        yield name, group.points if group.points is not None else wording.NOTHING, Kind.POINTS


def _notes(publication: Publication) -> Sequence[str]:
    office = sentences.ranks_itself(publication)
    return (
        "Chỉ so sánh các cơ quan trong cùng khối. Toàn tỉnh có trang riêng, không xếp hạng và không cộng vào các khối.",
        "Ô trống nghĩa là không có giá trị (không phát sinh, không so sánh), không phải bằng 0.",
        f"“{sentences.SMALL_BASE}” đánh dấu cơ quan có ít hồ sơ: tỷ lệ dao động mạnh, cần thận trọng khi kết luận.",
        "▲ tăng hạng, ▼ giảm hạng, = giữ nguyên. Số và ngày hiện theo thiết lập vùng của máy đang mở.",
        *([office] if office else []),
    )
