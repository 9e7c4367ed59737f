"""What people are told of: an alert from its opening to its end, and the messages that told it.

Revision ID: 0027
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = """
create table ops.alerts (
    alert_id bigint not null generated always as identity primary key,
    key text not null,
    kind text not null,
    what_vi text not null,
    means_vi text not null,
    todo_vi text not null,
    since timestamptz not null,
    dag_id text,
    dag_run_id text,
    opened_at timestamptz not null,
    resolved_at timestamptz,
    constraint alerts_end_follows_opening check (resolved_at >= opened_at)
);
create unique index alerts_open_key on ops.alerts (key) where resolved_at is null;
create table ops.alert_messages (
    message_id bigint not null generated always as identity primary key,
    channel text not null,
    tried_at timestamptz not null,
    subject_vi text not null,
    opened bigint[] not null,
    still_open bigint[] not null,
    resolved bigint[] not null,
    state text not null,
    message_vi text,
    constraint alert_messages_state_is_known check (state in ('sent', 'failed'))
);
create index alert_messages_channel_idx on ops.alert_messages (channel, message_id);
grant insert, update (resolved_at) on ops.alerts to extractor;
grant insert on ops.alert_messages to extractor;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    """The history of alerts stays: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
