"""Which versions of the portals' records a build reads, and whether it wrote the layers between raw and marts.

Revision ID: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = """
alter table ops.runs
    add column data_as_of timestamptz,
    add column versions jsonb,
    add column writing_at timestamptz,
    add column written_at timestamptz
"""


def upgrade() -> None:
    """What the layers hold now was made by models that are gone: the first build makes everything anew."""
    op.execute(COLUMNS)
    op.execute("grant update (data_as_of, versions, writing_at, written_at) on ops.runs to transformer")
    op.execute("drop table ops.build_steps")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
