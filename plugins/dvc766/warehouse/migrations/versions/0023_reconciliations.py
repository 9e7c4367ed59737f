"""What stood beside the national portal's scores when a month was frozen.

Revision ID: 0023
"""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = """
create table published.score_reconciliations_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_state varchar(20),
    is_provisional boolean,
    revision integer not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500),
    group_code varchar(10) not null,
    indicator_code varchar(20),
    row_code varchar(20) not null,
    our_points numeric(5, 2),
    portal_points numeric(5, 2),
    difference numeric(5, 2),
    our_numerator bigint,
    our_denominator bigint,
    portal_numerator bigint,
    portal_denominator bigint,
    records_left bigint,
    cause_code varchar(30) not null,
    cause_vi varchar(200),
    is_proved boolean not null,
    portal_captured_on date,
    constraint score_reconciliations_monthly_pkey
    primary key (period_month, revision, province_code, agency_code, row_code),
    constraint score_reconciliations_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
alter table published.dossier_months
    add column waiting_since_on date,
    add column is_flagged_paid boolean,
    add column is_recoded boolean;
"""
NAMES = ("score_reconciliations_monthly",)


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
