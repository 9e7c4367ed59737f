"""Which errors of the portals were known when a month was frozen.

Revision ID: 0025
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE = """
create table published.source_corrections_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7),
    period_sort integer,
    peer_group varchar(20),
    peer_group_vi varchar(100),
    agency_code varchar(40) not null,
    agency_name_vi varchar(500),
    agency_sort_key varchar(1000),
    agency_search_text varchar(500),
    lineage_code varchar(40),
    display_order integer,
    correction_id varchar(40) not null,
    portal_code varchar(30),
    portal_vi varchar(100),
    indicator_code varchar(20),
    valid_from date,
    valid_to date,
    reason_code varchar(30),
    reason_vi varchar(100),
    what_vi varchar(1000),
    evidence varchar(1000),
    reported_on date,
    status varchar(20),
    status_vi varchar(100),
    is_open boolean,
    effect_points numeric(5,2),
    effect_cases integer,
    legal_basis varchar(1000),
    expect_measure varchar(100),
    expect_figure varchar(20),
    expect_agency varchar(40),
    expect_month date,
    expect_value numeric(14,2),
    shown_value numeric(14,2),
    guard_state varchar(20),
    guard_state_vi varchar(100),
    has_outlived_error boolean,
    period_state varchar(20) not null,
    period_state_vi varchar(100),
    is_provisional boolean,
    revision integer not null,
    constraint source_corrections_monthly_pkey
    primary key (period_month, revision, province_code, agency_code, correction_id),
    constraint source_corrections_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision),
    constraint source_corrections_monthly_is_frozen check (period_state = 'frozen')
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(
        "create trigger append_only before update or delete or truncate on published.source_corrections_monthly"
        " for each statement execute function published.refuse()"
    )


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
