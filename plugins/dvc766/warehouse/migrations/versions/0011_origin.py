"""Whether a warehouse holds real or synthetic records; one row, written by the first reading.

Revision ID: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = """
create table ops.origin (
    is_only boolean not null default true primary key,
    is_synthetic boolean not null,
    noted_at timestamptz not null default now(),
    constraint origin_one_row check (is_only)
);
grant insert on ops.origin to extractor;
"""


def upgrade() -> None:
    """A warehouse of before gets its origin by its next reading."""
    op.execute(TABLE)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
