"""Which backups of the server were taken: a row of ops.backups for each try.

They are written by the folder `backup/`, as the database's owner, who takes them; no role of the run time adds any.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Table, Text

from dvc766.warehouse.tables import INSTANT, METADATA

BACKUPS = Table(
    "backups",
    METADATA,
    Column("backup_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("finished_at", INSTANT, nullable=False),
    Column("label", Text),
    Column("size_bytes", BigInteger),
    Column("wal_to", INSTANT),  # when the newest piece of WAL had arrived in the repository
    Column("succeeded", Boolean, nullable=False),
    Column("message_vi", Text),
    CheckConstraint("kind in ('full', 'diff', 'incr')", name="kind_is_known"),
    CheckConstraint("succeeded = (label is not null) and succeeded = (message_vi is null)", name="outcome_is_told"),
    schema="ops",
)
