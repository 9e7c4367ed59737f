"""Fresh statistics of a raw table after a large batch, without giving the extractor its ownership.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Autovacuum would come a minute later than the build that follows a promotion. Only the columns by which
# rows are found are looked at: the lists of a record would cost more than all the rest.
FUNCTION = """
create function ops.analyze_raw(table_name text, versions_added bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if versions_added * 10 >= (
        select greatest(c.reltuples, 1)
        from pg_catalog.pg_class as c
        where c.oid = format('raw.%I', table_name)::regclass
    ) then
        execute (
            select format('analyze raw.%I (%s)', table_name, string_agg(distinct format('%I', a.attname), ', '))
            from pg_catalog.pg_index as i
            join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
            where i.indrelid = format('raw.%I', table_name)::regclass
        );
    end if;
end
$$;
revoke all on function ops.analyze_raw(text, bigint) from public;
grant execute on function ops.analyze_raw(text, bigint) to extractor;
"""


def upgrade() -> None:
    """The function runs as the owner, on tables of raw alone, and only reads them."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
