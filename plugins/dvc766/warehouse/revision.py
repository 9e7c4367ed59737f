"""Which revision the warehouse's schema has, and that this code knows it.

A release brings code and migrations together. Code over a schema that it does not know would write what nobody
meant, so every program asks before it starts, and every run before it opens.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from psycopg import Connection, errors

from dvc766.failures import NeedsAPerson

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaUnknown(NeedsAPerson):
    """The warehouse's schema is not the one that this code was written for."""


@cache
def newest_revision() -> str:
    """The newest revision among this code's migrations."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise SchemaUnknown(f"Không có bản nâng cấp nào trong {MIGRATIONS}.\nViệc cần làm: cài lại đúng bản phát hành.")
    return head


def require_known(connection: Connection[Any]) -> None:
    """SchemaUnknown unless the schema has this code's newest revision. Any role that reads `ops` may ask.

    Not inside somebody's transaction that must go on after a refusal.
    """
    try:
        row = connection.execute("select version_num from ops.schema_revision").fetchone()
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        row = None
    found = row[0] if row else "trước 0029, hoặc chưa tạo"
    if found != newest_revision():
        raise SchemaUnknown(
            f"Lược đồ của kho dữ liệu ở bản {found}, phần mềm này cần bản {newest_revision()}.\n"
            "Việc cần làm: chạy nâng cấp một lần (python -m dvc766.warehouse.migrate; với docker compose:"
            " docker compose up init), hoặc khởi động đúng bản phần mềm của lược đồ đó."
        )
