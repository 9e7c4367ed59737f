"""Which code a build was made by, so that a release is followed by a build of everything.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs of before know nothing of their code, so the next build makes everything anew."""
    op.add_column("runs", Column("code_fingerprint", Text), schema="ops")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
