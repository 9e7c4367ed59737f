"""Quarantined records, runs, their ledger and cursors, and the results of the checks.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
create table quarantine.records (
    record_id bigint not null generated always as identity primary key,
    province_code text not null,
    portal text not null,
    resource text not null,
    source_id text,
    field text not null,
    reason text not null,
    code text,
    changed_at timestamptz,
    first_seen_run bigint not null,
    last_seen_run bigint not null,
    resolved_run bigint,
    constraint records_reason_is_known check (reason in ('unreadable', 'missing', 'unknown_code'))
);
create unique index records_source_key on quarantine.records
    (province_code, portal, resource, source_id, field, reason, code) nulls not distinct;

create table ops.runs (
    run_id bigint not null generated always as identity primary key,
    kind text not null,
    portal text,
    dag_run_id text,
    as_of timestamptz not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    state text not null default 'running'::text,
    message_vi text,
    constraint runs_state_is_known
        check (state in ('running', 'succeeded', 'blocked', 'failed', 'superseded'))
);
create index runs_dag_run_id_idx on ops.runs (dag_run_id);

create table ops.ledger (
    run_id bigint not null,
    portal text not null,
    resource text not null,
    province_code text not null,
    window_from timestamptz,
    window_to timestamptz not null,
    is_sweep boolean not null,
    declared bigint,
    fetched bigint not null,
    new bigint not null,
    changed bigint not null,
    unchanged bigint not null,
    duplicate bigint not null,
    quarantined bigint not null,
    deleted bigint not null,
    known_from timestamptz not null,
    primary key (run_id, portal, resource),
    constraint ledger_run_id_fkey foreign key (run_id) references ops.runs (run_id),
    constraint ledger_sum_holds
        check (fetched = new + changed + unchanged + duplicate + quarantined),
    constraint ledger_no_count_is_negative
        check (least(fetched, new, changed, unchanged, duplicate, quarantined, deleted) >= 0)
);
create index ledger_resource_idx on ops.ledger (province_code, portal, resource, window_to);

create table ops.cursors (
    province_code text not null,
    portal text not null,
    resource text not null,
    cursor_at timestamptz not null,
    run_id bigint not null,
    primary key (province_code, portal, resource),
    constraint cursors_run_id_fkey foreign key (run_id) references ops.runs (run_id)
);

create table ops.check_results (
    check_id bigint not null generated always as identity primary key,
    run_id bigint not null,
    door text not null,
    suite text not null,
    expectation text not null,
    severity text not null,
    passed boolean not null,
    observed jsonb,
    notes_vi text,
    constraint check_results_run_id_fkey foreign key (run_id) references ops.runs (run_id),
    constraint check_results_door_is_known check (door in ('in', 'out')),
    constraint check_results_severity_is_known check (severity in ('critical', 'warning', 'info'))
);
create index check_results_run_id_idx on ops.check_results (run_id);
"""

RIGHTS = """
grant insert on ops.runs, ops.check_results to extractor, transformer, publisher;
grant update (state, finished_at, message_vi) on ops.runs to extractor, transformer, publisher;
grant insert on ops.ledger to extractor;
grant insert, update on ops.cursors to extractor;
"""


def upgrade() -> None:
    """The ledger's sums are held by the database itself."""
    op.execute(TABLES)
    op.execute(RIGHTS)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
