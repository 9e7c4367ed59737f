"""`./run quarantine`: what was turned away and why; a record explained, a code mapped, records or a batch released."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from datetime import date

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.runs import quarantine as work
from dvc766.runs.quarantine import Explained
from dvc766.settings import Settings
from dvc766.warehouse.run_life import Run
from local_stack.arguments import parser
from local_stack.warehouse_in_use import settings_in_use

REASONS = {"unknown_code": "mã lạ", "missing": "thiếu trường bắt buộc", "unreadable": "không đọc được"}
RUNBOOK = "docs/runbooks/ma-la.md"


def quarantine(arguments: list[str]) -> int:
    """One of list, explain, map, release; 0 when it is done."""
    options = parser("quarantine")
    parts = options.add_subparsers(dest="part", required=True, metavar="list|explain|map|release")
    listed = parts.add_parser("list", help="the open causes with their counts; with --records each record")
    listed.add_argument("--records", action="store_true", help="each record with its key")
    explain = parts.add_parser("explain", help="one record: what, where, since when, what to do")
    explain.add_argument("record", metavar="NUMBER_OR_KEY", help="the number of its row, or its key at the portal")
    mapped = parts.add_parser("map", help="gives an unknown code a meaning: a row of portal_codes.csv, to be committed")
    mapped.add_argument("record", type=int, metavar="NUMBER", help="the row of a record with the code")
    mapped.add_argument("--meaning", required=True, help="one of the meanings that _seeds.yml lists for the set")
    mapped.add_argument("--name", required=True, help="its Vietnamese name")
    mapped.add_argument("--source", required=True, help="who says so: letter, document, day")
    mapped.add_argument("--from", dest="since", type=date.fromisoformat, metavar="YYYY-MM-DD", help="today without it")
    release = parts.add_parser("release", help="has records read again by the next reading, or a blocked batch taken")
    release.add_argument("records", type=int, nargs="*", metavar="NUMBER", help="rows of records")
    release.add_argument("--alike", action="store_true", help="and all records with the same cause")
    release.add_argument("--run", type=int, metavar="N", help="the blocked reading whose batch is to be taken instead")
    release.add_argument("--reason", required=True, metavar="TEXT", help="why; no personal data")
    release.add_argument("--by", default=getpass.getuser(), metavar="NAME", help="who answers for it")
    asked = options.parse_args(arguments)
    if asked.part == "release" and bool(asked.records) == bool(asked.run):
        release.error("give numbers of records, or --run of a blocked reading")
    with settings_in_use() as settings:
        for line in PARTS[asked.part](settings, asked):
            print(line)
    return 0


def _list(settings: Settings, asked: argparse.Namespace) -> Iterator[str]:
    rows = runs.quarantined(settings, each_record=asked.records)
    if not rows:
        yield "Không có bản ghi nào đang bị cách ly."
    for row in rows:
        code = f" = {row['code']}" if row["code"] is not None else ""
        what = f"{row['portal_vi']} · {row['resource_vi']} · {row['reason_vi']} {row['field']}{code}"
        if asked.records:
            key = row["record_key"] or "(không có khóa)"
            waits = "chờ lượt đọc kế tiếp; " if row["is_to_be_read_again"] else ""
            yield f"{row['record_id']:>8}  {key} · {what} · {waits}từ {_day(row['since_on'])}"
        else:
            yield f"{row['records']:>8}  {what} · từ {_day(row['since_on'])}"


def _explain(settings: Settings, asked: argparse.Namespace) -> Iterator[str]:
    if asked.record.isascii() and asked.record.isdigit() and len(asked.record) < 12:
        numbers = [int(asked.record)]
    else:
        numbers = [record.record_id for record in work.rows_of(settings, asked.record)]
    for number in numbers:
        yield from explanation(work.explained(settings, number))


def explanation(found: Explained) -> Iterator[str]:
    """A quarantined record as an official reads it."""
    record = found.record
    yield f"Dòng cách ly {record.record_id}: bản ghi {record.source_id or '(không đọc được khóa)'}"
    yield f"  Nguồn: {found.portal_vi}, {found.resource_vi}"
    yield f"  Lý do: {REASONS[record.reason]}; trường {record.field} (trong trả lời của cổng: {found.wire})"
    if record.code is not None:
        yield f"  Cổng gửi mã: {record.code} (bộ mã {found.code_set or 'không rõ'})"
    elif record.reason == "missing":
        yield "  Cổng không gửi giá trị nào ở trường này."
    else:
        yield "  Cổng gửi một giá trị không đọc được; giá trị đó không được lưu vì có thể là thông tin cá nhân."
    if record.changed_at:
        yield f"  Cổng cập nhật bản ghi lúc {record.changed_at.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y}"
    yield f"  Gặp lần đầu ở {_run(found.first_seen)}; lần gần nhất ở {_run(found.last_seen)}"
    if found.batch:
        declared = "không khai" if found.batch.declared is None else f"khai {found.batch.declared}"
        yield (
            f"  Lô {found.batch.batch_id}: cổng {declared}, nhận {found.batch.fetched},"
            f" cách ly {found.batch.quarantined} bản ghi"
        )
    elif found.last_seen.state == "blocked":
        yield "  Lô của lượt đó bị chặn ở cửa vào, chưa được nạp (docs/runbooks/lo-bi-chan.md)."
    for release in found.releases:
        when = f"{release.released_at.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y}"
        yield f"  {release.released_by} yêu cầu đọc lại lúc {when}: {release.reason}"
    yield from _outcome(found)


def _outcome(found: Explained) -> Iterator[str]:
    record = found.record
    if found.resolved:
        arrived = {
            True: "bản ghi đã có trong kho",
            False: "bản ghi không còn trên cổng, hoặc bị trả lại vì lý do khác",
            None: "không rõ bản ghi nào",
        }[found.is_in_raw]
        yield f"  Đã giải quyết ở {_run(found.resolved)}: {arrived}."
        return
    if found.alike > 1:
        yield f"  Đang có {found.alike} bản ghi bị cách ly vì cùng nguyên nhân."
    if found.is_to_be_read_again:
        yield "  Việc cần làm: chờ lượt đọc kế tiếp (ingest_…_daily) rồi xem lại."
    elif record.reason == work.UNKNOWN_CODE:
        yield (
            "  Việc cần làm: hỏi đơn vị quản lý cổng nghĩa của mã, rồi ./run quarantine map"
            f' {record.record_id} --meaning … --name "…" --source "…"; xem {RUNBOOK}.'
        )
    elif found.is_read_whole:
        yield f"  Việc cần làm: báo đơn vị quản lý cổng sửa; danh mục này được đọc lại mỗi đêm. Xem {RUNBOOK}."
    else:
        yield (
            "  Việc cần làm: báo đơn vị quản lý cổng sửa; sửa mà ngày cập nhật không đổi thì ./run quarantine release"
            f' {record.record_id} --reason "…" --by "…"; xem {RUNBOOK}.'
        )


def _map(settings: Settings, asked: argparse.Namespace) -> Iterator[str]:
    done = work.map_code(
        settings,
        asked.record,
        meaning=asked.meaning,
        name_vi=asked.name,
        source=asked.source,
        valid_from=asked.since,
    )
    yield f"Đã thêm vào {done.file}:"
    yield done.row
    yield (
        f"Việc cần làm: đưa dòng này vào kho mã nguồn (git commit) và xét duyệt; sau đó lượt đọc kế tiếp tự đọc lại"
        f" {done.waiting} bản ghi."
    )


def _release(settings: Settings, asked: argparse.Namespace) -> Iterator[str]:
    if asked.run:
        entries = runs.accept_blocked(settings, asked.run, reason=asked.reason, accepted_by=asked.by)
        for entry in entries:
            yield f"{entry.resource}: {entry.new} mới, {entry.changed} thay đổi, {entry.quarantined} cách ly"
        yield "Việc cần làm: chạy build_warehouse_daily để bảng xếp hạng tính với lô này."
        return
    chosen = work.release(settings, asked.records, reason=asked.reason, released_by=asked.by, with_alike=asked.alike)
    yield f"Lượt đọc kế tiếp sẽ đọc lại {len(chosen)} bản ghi."
    yield f"Việc cần làm: chạy ingest_{chosen[0].portal}_daily hoặc chờ đêm nay, rồi ./run quarantine explain SỐ."


def _run(run: Run) -> str:
    return f"lượt {run.run_id} (số liệu đến {run.as_of.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y})"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "không rõ"


PARTS = {"list": _list, "explain": _explain, "map": _map, "release": _release}
