"""A blocked reading that a person accepts is opened again by another DAG run.

Revision ID: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who drives a run may be told anew, so that its end is noticed however it comes."""
    op.execute("grant update (dag_id, dag_run_id, holder) on ops.runs to extractor")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
