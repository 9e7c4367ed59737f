"""Which edition was delivered where, try by try.

Revision ID: 0026
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = """
create table ops.deliveries (
    delivery_id bigint not null generated always as identity primary key,
    venue_code text not null,
    period_month date not null,
    revision integer not null,
    edition text not null,
    products text[] not null,
    sha256 text not null,
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    state text not null default 'running'::text,
    message_vi text,
    constraint deliveries_state_is_known check (state in ('running', 'delivered', 'unchanged', 'failed')),
    constraint deliveries_end_is_told check ((state = 'running') = (ended_at is null))
);
create index deliveries_period_month_idx on ops.deliveries (period_month, revision, venue_code);
grant insert, update (ended_at, state, message_vi) on ops.deliveries to publisher;
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    """The log of deliveries stays: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
