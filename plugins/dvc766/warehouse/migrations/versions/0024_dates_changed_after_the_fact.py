"""Dates that were changed after the fact, and lateness by the citizen's count, are frozen with the month.

Revision ID: 0024
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Months that were frozen before have no rows, and null in the new column: of them it is not known any more.
TABLES = """
alter table published.dossier_months
    add column is_late_for_citizen boolean;
create table published.redating_months (
    province_code text not null,
    source text not null,
    source_id text not null,
    period_month date not null,
    revision integer not null,
    change_number integer not null,
    dossier_code text not null,
    agency_code text not null,
    agency_key text not null,
    reporting_agency_code text,
    province_agency_code text,
    procedure_code text not null,
    field_code text,
    date_code text not null,
    before_on date,
    after_on date not null,
    redated_local_at timestamp not null,
    is_apologised boolean not null,
    apologised_on date,
    is_counted boolean not null,
    is_on_time_before boolean,
    is_on_time_after boolean,
    numerator_effect integer not null,
    constraint redating_months_pkey
    primary key (period_month, revision, province_code, source, source_id, change_number),
    constraint redating_months_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
create trigger append_only before update or delete or truncate on published.redating_months
for each statement execute function published.refuse();
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
