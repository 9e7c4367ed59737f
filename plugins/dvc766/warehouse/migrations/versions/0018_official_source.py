"""Which ranking of a frozen month is the official one is frozen with it.

Revision ID: 0018
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the months frozen so far were shown as computed from dossiers
    op.execute("alter table published.revisions add column official_source text not null default 'computed'")
    op.execute("alter table published.revisions alter column official_source drop default")


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
