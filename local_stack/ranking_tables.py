"""The rankings as tables on the terminal and as CSV files that Excel opens."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg

from local_stack.paths import local

SYNTHETIC = "DỮ LIỆU MÔ PHỎNG, không phải kết quả thật"
PEER_GROUPS = {
    "department": "Sở, ban, ngành",
    "district": "UBND cấp huyện",
    "commune": "UBND cấp xã",
    "province": "Toàn tỉnh",
}
SHORT = ("Hạng", "Cơ quan", "CKMB", "TĐGQ", "DVCTT", "TTTT", "SHHS", "MĐHL", "Tổng", "Xếp loại", "+/−")
LEGEND = (
    "CKMB công khai, minh bạch · TĐGQ tiến độ giải quyết · DVCTT dịch vụ trực tuyến · TTTT thanh toán trực tuyến"
    " · SHHS số hóa hồ sơ · MĐHL mức độ hài lòng · +/− tăng, giảm hạng so với tháng trước"
)
QUERY = """
select rank, agency_name_vi, transparency_points, timeliness_points, online_service_points,
       online_payment_points, digitisation_points, satisfaction_points, score, grade_name_vi, rank_change
from marts.agency_rankings_monthly
where period_month = %(month)s and peer_group = %(group)s
order by rank nulls last, score desc, agency_code collate "C"
"""

# Everything the mart says, and whether the figures are invented: a file is read far from where it was made.
FILE_QUERY = """
select ranking.*, status.is_synthetic
from marts.agency_rankings_monthly as ranking
inner join marts.data_status as status using (province_code, period_month)
where ranking.period_month = %(month)s and ranking.peer_group = %(group)s
order by ranking.rank nulls last, ranking.score desc, ranking.agency_code collate "C"
"""


def read(connection: psycopg.Connection, month: date) -> dict[str, list[tuple[object, ...]]]:
    """The rows of a month by peer group, in the order of the ranking; groups without agencies are left out."""
    found = {}
    for group in PEER_GROUPS:
        values = {"month": month, "group": group}  # of any province: Vĩnh Phúc's own code ended in June 2025
        if rows := connection.execute(QUERY, values).fetchall():
            found[group] = rows
    return found


def title(group: str, month: date, agencies: int) -> str:
    """The heading of one table, in the words of an official."""
    name = PEER_GROUPS[group]
    if group == "commune" and month >= date(2025, 7, 1):
        name = f"{agencies} xã, phường thuộc tỉnh Vĩnh Phúc cũ"
    return f"XẾP HẠNG THÁNG {month:%m/%Y} — {name} — {SYNTHETIC}"


def table(rows: Sequence[Sequence[object]]) -> str:
    """A text table; letters with marks count as one column."""
    cells = [list(SHORT), *([_shown(value, place) for place, value in enumerate(row)] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(SHORT))]
    left = {1, 9}
    lines = [
        "  ".join(
            value.ljust(width) if place in left else value.rjust(width)
            for place, (value, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def write_files(connection: psycopg.Connection) -> list[Path]:
    """Each ranking of each month as a CSV of its own; returns the files, oldest month first."""
    months = connection.execute("select period_month from marts.dim_months order by period_month").fetchall()
    return [
        write_csv(group, month, [column.name for column in cursor.description or ()], rows)
        for (month,) in months
        for group in PEER_GROUPS
        for cursor in [connection.execute(FILE_QUERY, {"month": month, "group": group})]
        if (rows := cursor.fetchall())
    ]


def write_csv(group: str, month: date, names: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    """One ranking as a tidy CSV: a line of column names, then a line for each agency.

    Commas between columns, a point before decimals, and the mark that makes Excel read it as UTF-8.
    """
    path = local("demo", f"xep-hang-{month:%Y-%m}-{group}.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(names)
        writer.writerows([["" if value is None else value for value in row] for row in rows])
    return path


def _shown(value: object, place: int) -> str:
    if value is None:
        return "—"
    if place == len(SHORT) - 1 and isinstance(value, int):
        return f"{value:+d}" if value else "0"
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    return unicodedata.normalize("NFC", str(value))
