"""The second receipt date of a dossier that another place received for the competent agency.

Revision ID: 0012
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "provincial_portal__dossiers"


def upgrade() -> None:
    """Versions of before know nothing of it."""
    for schema in ("landing", "raw"):
        op.add_column(TABLE, Column("competent_received_at", DateTime(timezone=True)), schema=schema)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
