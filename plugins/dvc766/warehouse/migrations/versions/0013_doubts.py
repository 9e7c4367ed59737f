"""What a portal said and did not hold, with the batch; by how much its total fell.

Revision ID: 0013
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = """
create unlogged table landing.doubts (
    portal text not null,
    resource text not null,
    kind text not null,
    field text not null,
    source_id text,
    constraint doubts_kind_is_known check (kind in ('left_empty', 'orphan', 'false_end'))
);
grant delete on landing.doubts to extractor;
create index doubts_portal_resource_idx on landing.doubts (portal, resource);
"""


def upgrade() -> None:
    """Nobody looked at the batches that have landed before."""
    op.execute(TABLE)
    op.execute("alter table landing.batches add column total_fell bigint not null default 0")
    op.execute("alter table landing.batches alter column total_fell drop default")


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
