"""What every lost point rests on is frozen too: filings, procedures, and who answered for a record.

Revision ID: 0019
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Null in months that were frozen before: of them it is not known any more.
COLUMNS = """
alter table published.dossier_months
    add column reporting_agency_code text,
    add column province_agency_code text,
    add column receiving_agency_code text,
    add column received_on date,
    add column clock_started_on date,
    add column supplement_days integer,
    add column apologised_on date;
alter table published.petition_months
    add column reporting_agency_code text,
    add column province_agency_code text;
"""
TABLES = """
create table published.filing_months (
    province_code text not null,
    source text not null,
    source_id text not null,
    period_month date not null,
    revision integer not null,
    dossier_code text not null,
    agency_code text not null,
    agency_key text not null,
    reporting_agency_code text,
    province_agency_code text,
    receiving_agency_code text,
    procedure_code text not null,
    field_code text,
    submitted_on date,
    received_on date,
    channel text,
    is_filed_online boolean not null,
    has_fee boolean not null,
    constraint filing_months_pkey primary key (period_month, revision, province_code, source, source_id),
    constraint filing_months_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create table published.procedure_months (
    province_code text not null,
    agency_code text not null,
    period_month date not null,
    revision integer not null,
    procedure_code text not null,
    procedure_name_vi text,
    is_announced_on_time boolean,
    is_published_on_time boolean,
    is_complete boolean,
    is_under_authority boolean not null,
    is_offered_online boolean not null,
    is_online boolean not null,
    is_fee_bearing boolean not null,
    is_citizen boolean not null,
    has_fee_dossier boolean not null,
    is_paid_online boolean not null,
    is_verified boolean not null,
    dossiers_in_hand integer not null,
    dossiers_late integer not null,
    dossiers_with_result_file integer not null,
    dossiers_digitised integer not null,
    dossiers_filed integer not null,
    dossiers_filed_online integer not null,
    province_agency_code text,
    constraint procedure_months_pkey primary key (period_month, revision, province_code, agency_code, procedure_code),
    constraint procedure_months_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
"""
NAMES = ("filing_months", "procedure_months")


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(TABLES)
    for name in NAMES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on published.{name}"
            " for each statement execute function published.refuse()"
        )


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
