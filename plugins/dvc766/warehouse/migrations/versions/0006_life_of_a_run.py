"""Who drives a run and for which day, which build wrote the layers, and when each check was made.

Revision ID: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
alter table ops.runs
    add column dag_id text,
    add column day date,
    add column holder bigint,
    add column reference_fingerprint text;

create table ops.build_steps (
    run_id bigint not null,
    step text not null,
    is_last boolean not null,
    written_at timestamptz,
    primary key (run_id, step),
    constraint build_steps_run_id_fkey foreign key (run_id) references ops.runs (run_id)
);

alter table ops.check_results add column checked_at timestamptz not null default clock_timestamp();

grant insert, update on ops.build_steps to transformer;
"""


def upgrade() -> None:
    """Builds of before have no steps, so the next build makes everything anew."""
    op.execute(TABLES)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
