"""The units that the national portal evaluates, by month.

Revision ID: 0017
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = """
create unlogged table landing.national_portal__evaluated_units (
    row_number bigint not null,
    unit_code text not null,
    period_kind text not null,
    period_start date not null,
    name_vi text,
    level text,
    content_hash bytea not null
);
create table raw.national_portal__evaluated_units (
    version_id bigint not null generated always as identity,
    province_code text not null,
    unit_code text not null,
    period_kind text not null,
    period_start date not null,
    name_vi text,
    level text,
    content_hash bytea not null,
    known_from timestamptz not null,
    run_id bigint not null,
    is_deleted boolean not null,
    is_stale boolean not null default false,
    constraint national_portal__evaluated_units_pkey
    primary key (province_code, unit_code, period_kind, period_start, version_id)
);
create index national_portal__evaluated_units_version_id_idx on raw.national_portal__evaluated_units (version_id);
create index national_portal__evaluated_units_known_from_idx on raw.national_portal__evaluated_units (known_from);
"""


def upgrade() -> None:
    """The next reading fills them."""
    op.execute(TABLES)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
