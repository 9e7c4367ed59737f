"""Why a score is other than the month before is frozen with the month.

Revision ID: 0021
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# The months frozen so far have no rows: of them nobody took the change apart.
TABLE = """
create table published.score_changes_monthly (
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
    comparison_status varchar(20) not null,
    comparison_status_vi varchar(100) not null,
    is_catalogue_break boolean not null,
    previous_points numeric(5, 2),
    restated_points numeric(5, 2),
    rules_points numeric(5, 2),
    mix_points numeric(5, 2),
    facts_points numeric(5, 2),
    points numeric(5, 2),
    points_change numeric(5, 2),
    assessment_status varchar(20) not null,
    assessment_status_vi varchar(100) not null,
    period_state varchar(20) not null,
    period_state_vi varchar(100) not null,
    is_provisional boolean not null,
    revision integer not null,
    constraint score_changes_monthly_pkey
    primary key (period_month, revision, province_code, agency_code, indicator_code),
    constraint score_changes_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision),
    -- lets the planner leave the table out where only open months are asked for
    constraint score_changes_monthly_is_frozen check (period_state = 'frozen')
);
create trigger append_only before update or delete or truncate on published.score_changes_monthly
for each statement execute function published.refuse();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
