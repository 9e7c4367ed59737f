"""Who decided on a frozen revision, having seen what, and as which publication it was sealed.

Revision ID: 0022
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = """
create table published.decisions (
    decision_id bigint generated always as identity,
    period_month date not null,
    revision integer not null,
    decision text not null,
    decided_by text not null,
    decided_at timestamptz not null,
    asked_at timestamptz not null,
    channel text not null,
    checklist jsonb not null,
    answer text not null,
    constraint decisions_pkey primary key (decision_id),
    constraint decisions_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision),
    constraint decisions_decision_is_known check (decision in ('approved', 'rejected')),
    constraint decisions_channel_is_known check (channel in ('airflow', 'command', 'unattended'))
);
create table published.publications (
    sequence integer not null,
    period_month date not null,
    revision integer not null,
    decision_id bigint not null,
    manifest_sha256 text not null,
    folder text not null,
    sealed_at timestamptz not null,
    constraint publications_pkey primary key (sequence),
    constraint publications_revision_key unique (period_month, revision),
    constraint publications_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision),
    constraint publications_decision_id_fkey foreign key (decision_id) references published.decisions (decision_id)
);
"""
NAMES = ("decisions", "publications")


def upgrade() -> None:
    op.execute(TABLES)
    for name in NAMES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on published.{name}"
            " for each statement execute function published.refuse()"
        )


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
