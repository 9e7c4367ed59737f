"""Frozen months: what was announced, and what it was made of. Rows are added, and never touched again.

Revision ID: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
create table published.revisions (
    period_month date not null,
    revision integer not null,
    period_kind text not null,
    last_on date not null,
    frozen_at timestamptz not null,
    as_of timestamptz not null,
    data_as_of timestamptz,
    versions jsonb,
    code_fingerprint text not null,
    reference_fingerprint text not null,
    catalogue_version text not null,
    build_run_id bigint not null,
    run_id bigint not null,
    reason_code text,
    note text,
    author text,
    approver text,
    constraint revisions_pkey primary key (period_month, revision),
    constraint revisions_build_run_id_fkey foreign key (build_run_id) references ops.runs (run_id),
    constraint revisions_run_id_fkey foreign key (run_id) references ops.runs (run_id),
    constraint revisions_period_kind_is_known check (period_kind = 'month'),
    constraint revisions_count_from_one check (revision > 0),
    constraint revisions_corrections_have_a_reason check (
        revision = 1
        or (
            reason_code is not null and note is not null and author is not null and approver is not null
            and author <> approver
        )
    )
);
create table published.agency_rankings_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7) not null,
    period_sort integer not null,
    peer_group varchar(20) not null,
    peer_group_vi varchar(100) not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500) not null,
    agency_sort_key varchar(1000) not null,
    agency_search_text varchar(500) not null,
    lineage_code varchar(40) not null,
    display_order integer not null,
    rank integer,
    ranked_agencies integer not null,
    tied_agencies integer,
    score numeric(5, 2) not null,
    grade_code varchar(20),
    grade_name_vi varchar(100),
    grade_order integer,
    transparency_points numeric(5, 2),
    timeliness_points numeric(5, 2),
    online_service_points numeric(5, 2),
    online_payment_points numeric(5, 2),
    digitisation_points numeric(5, 2),
    satisfaction_points numeric(5, 2),
    applicable_score numeric(5, 2),
    previous_rank integer,
    previous_score numeric(5, 2),
    rank_change integer,
    score_change numeric(5, 2),
    peer_median_score numeric(5, 2),
    dossiers_in_hand integer not null,
    is_small_base boolean not null,
    assessment_status varchar(20) not null,
    assessment_status_vi varchar(100) not null,
    period_state varchar(20) not null,
    period_state_vi varchar(100) not null,
    is_provisional boolean not null,
    revision integer not null,
    catalogue_version varchar(20) not null,
    data_as_of_local_at timestamp,
    constraint agency_rankings_monthly_pkey primary key (period_month, revision, province_code, agency_code),
    constraint agency_rankings_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.agency_scorecards_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7) not null,
    period_sort integer not null,
    peer_group varchar(20) not null,
    peer_group_vi varchar(100) not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500) not null,
    agency_sort_key varchar(1000) not null,
    agency_search_text varchar(500) not null,
    lineage_code varchar(40) not null,
    display_order integer not null,
    group_code varchar(10) not null,
    group_name_vi varchar(200) not null,
    group_order integer not null,
    indicator_code varchar(20) not null,
    indicator_name_vi varchar(500) not null,
    indicator_order integer not null,
    numerator bigint,
    denominator bigint,
    ratio numeric(7, 6),
    target numeric(7, 6) not null,
    max_points numeric(5, 2) not null,
    points numeric(5, 2),
    lost_points numeric(5, 2),
    peer_median_ratio numeric(7, 6),
    status varchar(20) not null,
    status_vi varchar(100) not null,
    scope varchar(20) not null,
    scope_vi varchar(100) not null,
    assessment_status varchar(20) not null,
    assessment_status_vi varchar(100) not null,
    period_state varchar(20) not null,
    period_state_vi varchar(100) not null,
    is_provisional boolean not null,
    revision integer not null,
    constraint agency_scorecards_monthly_pkey
    primary key (period_month, revision, province_code, agency_code, indicator_code),
    constraint agency_scorecards_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.agency_group_scores_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7) not null,
    period_sort integer not null,
    peer_group varchar(20) not null,
    peer_group_vi varchar(100) not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500) not null,
    agency_sort_key varchar(1000) not null,
    agency_search_text varchar(500) not null,
    lineage_code varchar(40) not null,
    display_order integer not null,
    group_code varchar(10) not null,
    group_name_vi varchar(200) not null,
    group_order integer not null,
    points numeric(5, 2),
    max_points numeric(5, 2) not null,
    percent numeric(5, 2),
    group_rank integer,
    peer_median numeric(5, 2),
    peer_upper_quartile numeric(5, 2),
    peer_best numeric(5, 2),
    assessment_status varchar(20) not null,
    assessment_status_vi varchar(100) not null,
    period_state varchar(20) not null,
    period_state_vi varchar(100) not null,
    is_provisional boolean not null,
    revision integer not null,
    constraint agency_group_scores_monthly_pkey
    primary key (period_month, revision, province_code, agency_code, group_code),
    constraint agency_group_scores_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.portal_rankings_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7) not null,
    period_sort integer not null,
    peer_group varchar(20) not null,
    peer_group_vi varchar(100) not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500) not null,
    agency_sort_key varchar(1000) not null,
    agency_search_text varchar(500) not null,
    lineage_code varchar(40) not null,
    display_order integer not null,
    rank integer,
    ranked_agencies integer not null,
    score numeric(5, 2),
    transparency_points numeric(5, 2),
    timeliness_points numeric(5, 2),
    online_service_points numeric(5, 2),
    online_payment_points numeric(5, 2),
    digitisation_points numeric(5, 2),
    satisfaction_points numeric(5, 2),
    captured_on date,
    assessment_status varchar(20) not null,
    assessment_status_vi varchar(100) not null,
    period_state varchar(20) not null,
    period_state_vi varchar(100) not null,
    is_provisional boolean not null,
    revision integer not null,
    catalogue_version varchar(20) not null,
    constraint portal_rankings_monthly_pkey primary key (period_month, revision, province_code, agency_code),
    constraint portal_rankings_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.data_status (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7),
    period_sort integer,
    period_state varchar(20),
    period_state_vi varchar(100),
    is_provisional boolean,
    revision integer not null,
    catalogue_version varchar(20),
    agencies integer,
    ranked_agencies integer,
    indicators_without_data integer,
    dossiers_in_hand bigint,
    dossiers_received bigint,
    dossiers_filed bigint,
    dossiers_without_deadline bigint,
    dossiers_of_unlisted_agencies bigint,
    dossiers_of_ended_agencies bigint,
    late_dossiers_of_ended_agencies bigint,
    payments bigint,
    petitions_in_hand bigint,
    national_portal_read_local_at timestamp,
    provincial_portal_read_local_at timestamp,
    checks_failed integer,
    is_synthetic boolean,
    data_as_of_local_at timestamp,
    constraint data_status_pkey primary key (period_month, revision, province_code),
    constraint data_status_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.dossier_months (
    province_code text not null,
    source text not null,
    source_id text not null,
    period_month date not null,
    revision integer not null,
    dossier_code text not null,
    agency_code text not null,
    agency_key text not null,
    procedure_code text not null,
    field_code text,
    is_received_in_month boolean not null,
    ended_on date,
    ending_kind text,
    original_due_on date,
    is_due_from_limit boolean,
    due_on date,
    effective_finish_on date,
    is_timed boolean not null,
    is_on_time boolean not null,
    timeliness text not null,
    late_reason text,
    days_late integer,
    has_result_file boolean not null,
    is_digitised boolean not null,
    reuses_data boolean not null,
    in_national_store boolean not null,
    is_vneid_verified boolean not null,
    uses_population_data boolean not null,
    has_fee boolean not null,
    is_paid_online boolean not null,
    is_rated_unsatisfied boolean not null,
    is_complained_about boolean not null,
    is_satisfied boolean not null,
    constraint dossier_months_pkey primary key (period_month, revision, province_code, source, source_id),
    constraint dossier_months_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
"""
NAMES = (
    "revisions",
    "agency_rankings_monthly",
    "agency_scorecards_monthly",
    "agency_group_scores_monthly",
    "portal_rankings_monthly",
    "data_status",
    "dossier_months",
)

# Whoever owns the tables could still do it by switching the triggers off; no role of the run time owns them.
REFUSE = """
create function published.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'published.% is append-only: % is refused', tg_table_name, lower(tg_op)
    using hint = 'A correction is a new revision: ./run publish --period YYYY-MM --reason ...';
end $$;
"""
RIGHTS = """
grant usage on schema published to transformer;
grant select on all tables in schema published to transformer;
alter default privileges in schema published grant select on tables to transformer;
grant usage on schema facts, reference to publisher;
alter default privileges for role transformer in schema facts grant select on tables to publisher;
alter default privileges for role transformer in schema reference grant select on tables to publisher;
"""


def upgrade() -> None:
    """Months that have ended stay open until somebody freezes them: `./run publish`, or the DAG freeze_month."""
    op.execute(TABLES)
    op.execute(REFUSE)
    for name in NAMES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on published.{name}"
            " for each statement execute function published.refuse()"
        )
    op.execute(RIGHTS)


def downgrade() -> None:
    """What was announced stays: a backup is the way back."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
