"""Fresh statistics of what is published after a freeze, without giving the publisher its ownership.

Revision ID: 0032
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Autovacuum leaves tables of less than fifty rows alone for ever, and the planner then joins the readers' views row by
# row.
FUNCTION = """
create function ops.analyze_published() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    each record;
begin
    for each in
        select c.relname
        from pg_catalog.pg_class as c
        where c.relnamespace = 'published'::regnamespace and c.relkind = 'r'
    loop
        execute format('analyze published.%I', each.relname);
    end loop;
end
$$;
revoke all on function ops.analyze_published() from public;
grant execute on function ops.analyze_published() to publisher;
"""


def upgrade() -> None:
    """The function runs as the owner, on tables of published alone, and only reads them."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
