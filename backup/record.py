"""ops.backups: one row for each try of a backup, so that its age can be watched from the warehouse alone."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg

from backup.repository import Backup, BackupFailed, Repository

MESSAGE_LENGTH = 1000
_FAILED_VI = (
    "Không sao lưu được kho dữ liệu: {error} Việc cần làm: xem docs/backup.md, mục When a backup fails; sửa rồi chạy"
    " lại lượt sao lưu."
)
_ADD = """
insert into ops.backups (kind, started_at, finished_at, label, size_bytes, wal_to, succeeded, message_vi)
values (
    %(kind)s, %(started_at)s, clock_timestamp(), %(label)s, %(size_bytes)s,
    (select last_archived_time from pg_stat_archiver), %(label)s::text is not null, %(message_vi)s
)
"""


def recorded(repository: Repository, kind: str, url: str) -> Backup:
    """Take a backup and write down what came of it; BackupFailed, once the row that says so is in.

    `url` is that of the warehouse's database, of its owner: nobody else may write the row.
    """
    row: dict[str, object] = {"kind": kind, "started_at": datetime.now(UTC), "label": None, "size_bytes": None}
    try:
        taken = repository.take(kind)
    except BackupFailed as error:
        said = " ".join(str(error).split())
        _add(url, row | {"message_vi": _FAILED_VI.format(error=said[:MESSAGE_LENGTH])})
        raise
    _add(url, row | {"kind": taken.kind, "label": taken.label, "size_bytes": taken.size_bytes, "message_vi": None})
    return taken


def _add(url: str, row: dict[str, object]) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        connection.execute(_ADD, row)
