"""Product "weekly-note": one page on the month that is running, provisional until it is frozen.

thong-tin-nhanh.pdf: who leads and by how much · where points can still be gained · who stands at the bottom and
what would help most · draft tasks (internal edition). A frozen month has no such page: its report says all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date

from dvc766.clock import month_before
from dvc766.reporting import highlights, sentences
from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.documents import drafts, findings
from dvc766.reporting.documents.layout import Column, Row, Table
from dvc766.reporting.documents.pdf import Press
from dvc766.reporting.editions import Edition
from dvc766.reporting.wording import NOTHING, moment, month, number, points

TEMPLATE = "thong-tin-nhanh.typ"
LAST_SHOWN = 3
TASKS_SHOWN = 4

LEADER_COLUMNS = (
    Column("label", "Khối", 16),
    Column("leader", "Tạm đứng đầu", 36),
    Column("score", "Điểm", 10, "right"),
    Column("gap", "Hơn hạng dưới", 12, "right"),
    Column("streak", "Số tháng đã công bố đứng đầu liên tiếp", 20, "center"),
)
LAST_COLUMNS = (
    Column("label", "Khối", 12),
    Column("agency", "Cơ quan", 22),
    Column("ranks", "Hạng tháng trước → tạm tính", 13, "center"),
    Column("score", "Điểm", 8, "right"),
    Column("gap", "Thiếu để bằng hạng trên", 11, "right"),
    Column("help", "Việc thêm được nhiều điểm nhất trên mỗi hồ sơ", 34),
)


def render(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """The page of a running month."""
    data = note(publication, edition)
    return {"thong-tin-nhanh.pdf": Press(TEMPLATE).print(data)}


def note(publication: Publication, edition: Edition) -> Mapping[str, object]:
    """The texts of the page, as the template takes them."""
    head = publication.head
    groups = [
        replace(table, caption="", columns=[column for column in table.columns if column.key != "change"])
        for table in findings.groups(publication).tables
    ]
    office = sentences.ranks_itself(publication)
    return {
        "title": f"Thông tin nhanh {month(head.month)} (tạm tính)",
        "subtitle": f"{head.province_name_vi} · số liệu đến {moment(head.data_as_of)}",
        "notices": [text for text in [sentences.warning(publication)] if text],
        "lead": [
            f"Tạm tính: {sentences.headline(publication)}",
            f"Đã tính {number(head.counts.dossiers_in_hand)} hồ sơ trong kỳ,"
            f" {number(head.counts.dossiers_received)} hồ sơ tiếp nhận trong tháng. Tháng chưa kết thúc nên không so"
            f" sánh với tháng trước; kết quả chính thức chỉ có khi tháng được chốt.{f' {office}' if office else ''}",
        ],
        "leaders": asdict(_leaders(publication)),
        "groups": [asdict(table) for table in groups],
        "last": asdict(_last(publication)),
        "tasks": list(_tasks(publication)) if edition is Edition.INTERNAL else [],
        "tasks_title": f"Nhiệm vụ cần tập trung ({drafts.DRAFT}, cán bộ rà soát trước khi gửi)",
        "form": {
            "notices": [],
            "edition": edition.name_vi,
            "provenance": sentences.provenance(publication),
        },
    }


def months_in_the_lead(agency: Agency, before: date) -> int:
    """How many published months on end an agency held the first rank, up to the newest one before a month.

    A month under another catalogue, of the agencies it was merged from, or that was not published ends the row.
    """
    past = sorted((one for one in agency.history if one.month < before), key=lambda one: one.month, reverse=True)
    held = 0
    for place, one in enumerate(past):
        is_next = place == 0 or one.month == month_before(past[place - 1].month)
        is_same = (one.agency_code, one.catalogue_version) == (agency.code, past[0].catalogue_version)
        if one.rank != 1 or not is_next or not is_same:
            break
        held += 1
    return held


def _leaders(publication: Publication) -> Table:
    rows = [_leader(label, agencies, publication) for label, agencies in publication.peer_groups.items()]
    return Table("", LEADER_COLUMNS, [row for row in rows if row])


def _leader(label: str, agencies: Sequence[Agency], publication: Publication) -> Row | None:
    first = [agency for agency in highlights.ranked(agencies) if agency.standing.rank == 1]
    if not first:
        return None
    gap = first[0].certainty.points_to_rank_below if first[0].certainty else None
    return {
        "label": label,
        "leader": "; ".join(findings.name(agency) for agency in first),
        "score": points(first[0].standing.score),
        "gap": points(gap),
        "streak": "; ".join(_streak(agency, publication.head.month) for agency in first),
    }


def _streak(agency: Agency, running: date) -> str:
    held = months_in_the_lead(agency, running)
    if not held:
        return NOTHING
    newest = max(one.month for one in agency.history if one.month < running)
    return f"{number(held)} (đến {month(newest)})"


def _last(publication: Publication) -> Table:
    """The last of each peer group; a group with fewer than twice as many has no bottom to speak of."""
    rows = []
    for label, agencies in publication.peer_groups.items():
        ranked = highlights.ranked(agencies)
        if len(ranked) >= 2 * LAST_SHOWN:
            rows += [_at_the_bottom(label, agency) for agency in ranked[-LAST_SHOWN:]]
    return Table("", LAST_COLUMNS, rows, findings.SMALL_BASE_NOTE if any("*" in row["agency"] for row in rows) else "")


def _at_the_bottom(label: str, agency: Agency) -> Row:
    standing = agency.standing
    gains = highlights.gains(agency)
    return {
        "label": label,
        "agency": findings.name(agency),
        "ranks": f"{number(standing.previous_rank)} → {number(standing.rank)}",
        "score": points(standing.score),
        "gap": points(agency.certainty.points_to_next_rank if agency.certainty else None),
        "help": sentences.gain(gains[0]) if gains else NOTHING,
    }


def _tasks(publication: Publication) -> Sequence[str]:
    lead = drafts.tasks(publication).lead
    return [text.removeprefix("- ") for text in (*lead[: TASKS_SHOWN - 1], *lead[-1:])]
