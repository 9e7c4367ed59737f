"""In how many objects of a batch's replies a key stood twice, with different values.

Revision ID: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody looked at the batches that have landed before."""
    op.execute("alter table landing.batches add column repeated_keys bigint not null default 0")
    op.execute("alter table landing.batches alter column repeated_keys drop default")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
