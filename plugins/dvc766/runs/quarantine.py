"""Quarantine as it is worked: one record explained, an unknown code mapped, a record released to be read again.

A blocked batch is released by `acceptance.accept_blocked`. None of this changes a record: what a portal sends stays
as it is, and arrives by the next reading or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dvc766 import reference
from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.portals import PORTALS
from dvc766.portals.contract import Portal, Resource
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import quarantine
from dvc766.warehouse.quarantine import QuarantineRefused, Record, Release, SeenIn
from dvc766.warehouse.run_life import Run, find_run

UNKNOWN_CODE = "unknown_code"
_ROLE = "extractor"
_COLUMNS = ("portal_code", "code_set", "code", "meaning", "name_vi", "valid_from", "valid_to", "source")


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of a quarantined record, which is never what stands in it."""

    record: Record
    portal_vi: str
    resource_vi: str
    wire: str  # where the field stands in the portal's reply
    code_set: str | None
    alike: int  # open rows with the same cause
    first_seen: Run
    last_seen: Run
    batch: SeenIn | None
    releases: Sequence[Release]
    resolved: Run | None
    is_in_raw: bool | None
    is_read_whole: bool  # its list is read whole every night

    @property
    def is_to_be_read_again(self) -> bool:
        """Released, and no reading has looked since."""
        return any(release.seen_run == self.record.last_seen_run for release in self.releases)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A code that has a meaning now: the row, its file, and how many open records it is about."""

    row: str
    file: Path
    waiting: int


def explained(settings: Settings, record_id: int) -> Explained:
    """A quarantined record by the number of its row. Raises QuarantineRefused when there is none."""
    with engine_of_role(settings, _ROLE) as engine:
        record = quarantine.find(engine, record_id)
        portal, resource = _resource_of(record)
        field = resource.field_of(record.field)
        return Explained(
            record=record,
            portal_vi=portal.name_vi,
            resource_vi=resource.name_vi,
            wire=field.wire if field else record.field,
            code_set=field.code_set if field else None,
            alike=len(quarantine.alike(engine, record)),
            first_seen=find_run(engine, record.first_seen_run),
            last_seen=find_run(engine, record.last_seen_run),
            batch=quarantine.seen_in(engine, record),
            releases=quarantine.releases_of(engine, record),
            resolved=find_run(engine, record.resolved_run) if record.resolved_run else None,
            is_in_raw=quarantine.is_in_raw(engine, portal, resource, record),
            is_read_whole=not resource.is_windowed,
        )


def rows_of(settings: Settings, key: str) -> Sequence[Record]:
    """The rows of a record by its key at the portal; QuarantineRefused when it was never turned away."""
    with engine_of_role(settings, _ROLE) as engine:
        rows = quarantine.rows_of(engine, key)
    if not rows:
        raise QuarantineRefused(
            f"Bản ghi {key} chưa bao giờ bị cách ly.\nViệc cần làm: xem khóa ở ./run quarantine list --records."
        )
    return rows


def release(
    settings: Settings, record_ids: Sequence[int], *, reason: str, released_by: str, with_alike: bool = False
) -> Sequence[Record]:
    """Have quarantined records read again by the next reading, and keep who asked for it and why.

    With `with_alike` all open rows with the causes of these. Raises QuarantineRefused for a row that is resolved, for
    a list that is read whole every night in any case, and without a reason and a name.
    """
    if not reason.strip() or not released_by.strip():
        raise QuarantineRefused(
            "Thiếu lý do hoặc tên người yêu cầu đọc lại.\nViệc cần làm: chạy lại với --reason và --by."
        )
    with engine_of_role(settings, _ROLE) as engine:
        asked = [quarantine.find(engine, record_id) for record_id in record_ids]
        for record in asked:
            _require_releasable(record)
        found = {
            one.record_id: one
            for record in asked
            for one in (quarantine.alike(engine, record) if with_alike else [record])
        }
        chosen = [found[number] for number in sorted(found)]
        quarantine.release(engine, chosen, reason=reason.strip(), released_by=released_by.strip())
    return chosen


def map_code(
    settings: Settings, record_id: int, *, meaning: str, name_vi: str, source: str, valid_from: date | None = None
) -> Mapped:
    """Give an unknown code its meaning: a dated row of portal_codes.csv, judged with all other seeds before it is kept.

    Without a day the row is in force from the business clock's today; of a code that was never listed it is the
    first meaning, so it counts for earlier days, too. Raises QuarantineRefused when the row is not about a code, and
    when the seeds cannot be written here (the message holds the row); ReferenceRefused for a meaning that nothing uses.
    """
    with engine_of_role(settings, _ROLE) as engine:
        record = quarantine.find(engine, record_id)
        waiting = len(quarantine.alike(engine, record))
    code_set = _resource_of(record)[1].code_set_of(record.field)
    if record.reason != UNKNOWN_CODE or record.code is None or code_set is None:
        raise QuarantineRefused(
            f"Dòng cách ly {record_id} không phải mã lạ ({record.field}: {record.reason}), không có mã để khai báo.\n"
            f"Việc cần làm: ./run quarantine explain {record_id}."
        )
    since = valid_from or business_now(settings.clock_url).astimezone(LOCAL_ZONE).date()
    cells = (record.portal, code_set, record.code, meaning, name_vi, since.isoformat(), "", source)
    row = _add_row(settings, dict(zip(_COLUMNS, cells, strict=True)))
    return Mapped(row, settings.portal_codes, waiting)


def _add_row(settings: Settings, cells: Mapping[str, str]) -> str:
    """The row as it was added. The file is replaced at once, and only by one that all seeds can stand beside."""
    file = settings.portal_codes
    known = [line.cells for line in reference.read(file, _COLUMNS)]
    if any(all(row[name] == cells[name] for name in _COLUMNS[:3]) for row in known):
        raise QuarantineRefused(
            f"Mã {cells['code']} của {cells['code_set']} đã có trong {file.name}.\n"
            "Việc cần làm: không có; lượt đọc kế tiếp tự đọc lại các bản ghi này."
        )
    if empty := [name for name in ("meaning", "name_vi", "source") if not cells[name].strip()]:
        raise QuarantineRefused(
            f"Thiếu {', '.join(empty)} của mã {cells['code']}.\n"
            "Việc cần làm: hỏi đơn vị quản lý cổng nghĩa của mã, ghi cả nguồn (công văn, ngày)."
        )
    text = file.read_text(encoding="utf-8")
    row = _line(tuple(cells.values()))
    changed = text + ("" if text.endswith("\n") else "\n") + row + "\n"
    with tempfile.TemporaryDirectory(prefix="dvc766-seeds-") as folder:
        trial = Path(folder) / "seeds"
        shutil.copytree(file.parent, trial)
        (trial / file.name).write_text(changed, encoding="utf-8")
        reference.check(trial)
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK):
        raise QuarantineRefused(
            f"Không ghi được {file} ở đây. Dòng sau đã được kiểm tra là hợp lệ:\n{row}\n"
            "Việc cần làm: thêm dòng này vào cuối dbt_project/seeds/portal_codes.csv trong kho mã nguồn, xét duyệt rồi"
            " phát hành."
        )
    beside = file.with_name(f".{file.name}.new")  # what stands in the folder of seeds as a file of its own is refused
    beside.write_text(changed, encoding="utf-8")
    beside.replace(file)
    return row


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def _resource_of(record: Record) -> tuple[Portal, Resource]:
    [portal] = [portal for portal in PORTALS if portal.code == record.portal]
    return portal, portal.resource(record.resource)


def _require_releasable(record: Record) -> None:
    if record.resolved_run is not None:
        raise QuarantineRefused(
            f"Dòng cách ly {record.record_id} đã được giải quyết ở lượt {record.resolved_run}.\nViệc cần làm: không có."
        )
    if not _resource_of(record)[1].is_windowed:
        raise QuarantineRefused(
            f"{record.resource} được đọc toàn bộ mỗi đêm, không cần yêu cầu đọc lại (dòng {record.record_id}).\n"
            "Việc cần làm: chờ lượt đọc kế tiếp, hoặc chạy tay ingest_…_daily."
        )
