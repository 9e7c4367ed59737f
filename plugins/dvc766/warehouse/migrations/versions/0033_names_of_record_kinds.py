"""What people call a kind of record, beside its name in code.

Revision ID: 0033
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The next reading fills in the name."""
    op.execute("alter table ops.sources add column resource_vi text")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
