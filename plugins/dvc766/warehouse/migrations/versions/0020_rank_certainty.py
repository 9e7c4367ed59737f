"""How sure a rank is, frozen with the month.

Revision ID: 0020
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Months that were frozen before have no rows: nobody works them out any more.
TABLE = """
create table published.rank_certainty_monthly (
    province_code varchar(20) not null,
    period_month date not null,
    period_label varchar(7) not null,
    peer_group varchar(20) not null,
    peer_group_vi varchar(100) not null,
    agency_code varchar(40) not null,
    agency_name_vi varchar(500) not null,
    rank integer not null,
    score numeric(5, 2) not null,
    dossiers_in_hand integer not null,
    is_small_base boolean not null,
    points_to_next_rank numeric(5, 2),
    points_to_rank_below numeric(5, 2),
    rank_lowest integer not null,
    rank_highest integer not null,
    dossiers_that_change_rank integer not null,
    deciding_dossier_code varchar(100),
    dossiers_to_next_rank integer,
    volume_band_code varchar(20),
    volume_band_vi varchar(100),
    rank_in_band integer,
    agencies_in_band integer,
    is_provisional boolean not null,
    revision integer not null,
    constraint rank_certainty_monthly_pkey primary key (period_month, revision, province_code, agency_code),
    constraint rank_certainty_monthly_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision)
);
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(
        "create trigger append_only before update or delete or truncate on published.rank_certainty_monthly"
        " for each statement execute function published.refuse()"
    )


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
