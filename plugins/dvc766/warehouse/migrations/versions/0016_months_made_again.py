"""Frozen months made again aside: what would change, what a correction changed, and the rows people kept then.

Revision ID: 0016
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PUBLISHED = """
create table published.petition_months (
    province_code text not null,
    petition_id text not null,
    period_month date not null,
    revision integer not null,
    agency_code text,
    agency_key text,
    class_code text,
    received_on date,
    due_on date,
    is_due_from_rule boolean,
    answered_on date,
    is_first_received boolean,
    is_on_time boolean,
    is_disliked boolean,
    is_repeat boolean,
    is_repeated boolean,
    dossier_code text,
    constraint petition_months_pkey primary key (period_month, revision, province_code, petition_id),
    constraint petition_months_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.revision_differences (
    period_month date not null,
    revision integer not null,
    province_code text not null,
    agency_code text not null,
    indicator_code text not null,
    points_before numeric,
    points_after numeric,
    rank_before integer,
    rank_after integer,
    numerator_before bigint,
    numerator_after bigint,
    denominator_before bigint,
    denominator_after bigint,
    constraint revision_differences_pkey
    primary key (period_month, revision, province_code, agency_code, indicator_code),
    constraint revision_differences_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.reference_files (
    reference_fingerprint text not null,
    file_name text not null,
    content bytea not null,
    constraint reference_files_pkey primary key (reference_fingerprint, file_name)
);
"""
APPEND_ONLY = ("petition_months", "revision_differences", "reference_files")

OPS = """
create table ops.restatements (
    run_id bigint not null,
    province_code text not null,
    period_month date not null,
    agency_code text not null,
    indicator_code text not null,
    revision integer not null,
    points_before numeric,
    points_after numeric,
    rank_before integer,
    rank_after integer,
    numerator_before bigint,
    numerator_after bigint,
    denominator_before bigint,
    denominator_after bigint,
    records bigint not null,
    known_since timestamptz,
    causes text[] not null,
    constraint restatements_pkey primary key (run_id, province_code, period_month, agency_code, indicator_code),
    constraint restatements_run_id_fkey foreign key (run_id) references ops.runs (run_id)
);
create table ops.restated_records (
    run_id bigint not null,
    province_code text not null,
    period_month date not null,
    kind text not null,
    source_id text not null,
    revision integer not null,
    code text,
    agency_key text,
    change text not null,
    fields text[] not null,
    known_since timestamptz,
    constraint restated_records_pkey primary key (run_id, province_code, period_month, kind, source_id),
    constraint restated_records_run_id_fkey foreign key (run_id) references ops.runs (run_id),
    constraint restated_records_kind_is_known check (kind in ('dossier', 'petition')),
    constraint restated_records_change_is_known check (change in ('added', 'removed', 'changed'))
);
grant insert on ops.restatements, ops.restated_records to transformer;
grant insert on published.reference_files to transformer;
"""

# They let the planner leave these tables out where only open months are asked for.
_BY_STATE = ("agency_rankings_monthly", "agency_scorecards_monthly", "agency_group_scores_monthly")
BY_STATE = (*_BY_STATE, "portal_rankings_monthly", "data_status")

# dbt makes it and fills it; readers have no business there.
ASIDE = """
create schema aside authorization transformer;
grant usage on schema aside to publisher;
alter default privileges for role transformer in schema aside grant select on tables to publisher;
"""


def upgrade() -> None:
    """What is frozen already keeps the evidence it has: its petitions were not copied."""
    op.execute(PUBLISHED)
    for name in APPEND_ONLY:
        op.execute(
            f"create trigger append_only before update or delete or truncate on published.{name}"
            " for each statement execute function published.refuse()"
        )
    for name in BY_STATE:
        op.execute(f"alter table published.{name} add constraint {name}_is_frozen check (period_state = 'frozen')")
    op.execute("alter role transformer set constraint_exclusion = on")
    op.execute(OPS)
    op.execute(ASIDE)


def downgrade() -> None:
    """What was announced stays: a backup is the way back."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
