"""The tables behind what an operator looks at; the views themselves are made anew at each migration (ops_views).

Revision ID: 0030
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = """
alter table ops.check_results add column expected_vi text;

create table ops.sources (
    province_code text not null,
    portal text not null,
    resource text not null,
    portal_vi text not null,
    is_connected boolean not null,
    noted_at timestamptz not null default now(),
    primary key (province_code, portal, resource)
);
create table ops.month_deadlines (
    period_month date not null primary key,
    freeze_on date not null,
    approval_days integer not null,
    noted_at timestamptz not null default now()
);
create table quarantine.releases (
    release_id bigint not null generated always as identity primary key,
    record_id bigint not null,
    seen_run bigint not null,
    reason text not null,
    released_by text not null,
    released_at timestamptz not null default now(),
    constraint releases_reason_and_name_are_given check (btrim(reason) <> '' and btrim(released_by) <> '')
);
create index releases_record_id_idx on quarantine.releases (record_id);

create table ops.removals (
    run_id bigint not null,
    what text not null,
    removed bigint not null,
    older_than date not null,
    primary key (run_id, what),
    constraint removals_run_id_fkey foreign key (run_id) references ops.runs (run_id)
);

grant insert, update on ops.sources to extractor;
grant insert, update on ops.month_deadlines to transformer;
grant insert on ops.removals to extractor;
grant delete on quarantine.records, quarantine.releases to extractor;
grant delete on ops.restatements, ops.restated_records to transformer;
"""


def upgrade() -> None:
    """The limits of checks made before are not known any more."""
    op.execute(TABLES)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
