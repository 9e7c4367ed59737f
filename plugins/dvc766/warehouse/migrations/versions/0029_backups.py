"""Which backups of the server were taken, and which failed; every role of `ops` may ask for the schema's revision.

Revision ID: 0029
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Rows come from the database's owner, who takes the backups; no role of the run time may write any.
TABLE = """
create table ops.backups (
    backup_id bigint not null generated always as identity primary key,
    kind text not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    label text,
    size_bytes bigint,
    wal_to timestamptz,
    succeeded boolean not null,
    message_vi text,
    constraint backups_kind_is_known check (kind in ('full', 'diff', 'incr')),
    constraint backups_outcome_is_told check (succeeded = (label is not null) and succeeded = (message_vi is null))
);
create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% chỉ được thêm dòng', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on ops.backups
    for each statement execute function ops.refuse_change();
create view ops.schema_revision as select version_num from public.alembic_version;
do $$
begin
    if exists (select from pg_roles where rolname = 'ops_reader') then
        grant select on ops.backups, ops.schema_revision to ops_reader;
    end if;
end
$$;
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    """The log of backups stays: what was there before is in one of them."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
