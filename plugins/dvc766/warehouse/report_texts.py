"""The texts of officers in the report of a revision: each entry is kept, the newest of a section counts.

06/2025 r1   tasks   "- Sở A giải quyết dứt điểm 12 hồ sơ quá hạn trước ngày 15/7."   by Trần B
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.warehouse.sessions import lock, transaction

_NEWEST = """
select distinct on (section) section, text_vi
from published.report_texts
where (period_month, revision) = (%s, %s)
order by section, text_number desc
"""
_KEEP = """
insert into published.report_texts (period_month, revision, section, text_vi, written_by)
values (%s, %s, %s, %s, %s)
"""
_STATE = """
select
    (
        select decision from published.decisions
        where (period_month, revision) = (%(month)s, %(revision)s)
        order by decision_id desc limit 1
    ) is not distinct from 'approved'
"""


def newest(connection: Connection[Any], month: date, revision: int) -> Mapping[str, str]:
    """The text that counts, by section; sections that nobody has written are not there."""
    return dict(connection.execute(_NEWEST, (month, revision)).fetchall())


def keep(engine: Engine, month: date, revision: int, texts: Mapping[str, str], written_by: str) -> bool:
    """Keep texts by section; those that say what counts already are not kept again. False = approved, so none is."""
    with transaction(engine) as connection:
        lock(connection, "publications")
        [(is_approved,)] = connection.execute(_STATE, {"month": month, "revision": revision}).fetchall()
        if is_approved:
            return False
        known = newest(connection, month, revision)
        for section, text in texts.items():
            if known.get(section) != text:
                connection.execute(_KEEP, (month, revision, section, text, written_by))
    return True
