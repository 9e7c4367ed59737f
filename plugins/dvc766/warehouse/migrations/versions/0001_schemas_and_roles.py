"""Schemas, login roles, and who may do what where.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The migration's own role owns these; run-time roles only use them.
OWNED_BY_OWNER = ("landing", "raw", "quarantine", "ops", "published")
# dbt makes and replaces relations here.
OWNED_BY_TRANSFORMER = (
    "reference",
    "staging",
    "intermediate",
    "facts",
    "indicators",
    "marts_candidate",
    "marts",
    "marts_public",
)

ROLES: dict[str, tuple[str, ...]] = {
    "extractor": ("search_path = pg_catalog",),
    "transformer": ("search_path = pg_catalog",),
    "publisher": ("search_path = published, marts",),
    "bi_reader": ("search_path = marts, published", "default_transaction_read_only = on", "statement_timeout = '60s'"),
    "bi_public": ("search_path = marts_public", "default_transaction_read_only = on", "statement_timeout = '30s'"),
}

RIGHTS = """
grant usage on schema landing, raw, quarantine, ops to extractor;
grant usage on schema raw, ops to transformer;
grant usage on schema marts, published, ops to publisher;
grant usage on schema marts, published to bi_reader;
grant usage on schema marts_public to bi_public;

alter default privileges in schema landing grant select, insert, truncate on tables to extractor;
alter default privileges in schema raw grant select, insert on tables to extractor;
alter default privileges in schema raw grant select on tables to transformer;
alter default privileges in schema quarantine grant select, insert, update on tables to extractor;
alter default privileges in schema ops grant select on tables to extractor, transformer, publisher;
alter default privileges in schema published grant select, insert on tables to publisher;
alter default privileges in schema published grant select on tables to bi_reader;
alter default privileges for role transformer in schema marts grant select on tables to bi_reader, publisher;
alter default privileges for role transformer in schema marts_public grant select on tables to bi_public;
"""


def upgrade() -> None:
    """Roles belong to the whole server: those that exist (another warehouse beside this one) are kept."""
    for role, settings in ROLES.items():
        op.execute(
            f"do $$ begin if to_regrole('{role}') is null then create role {role}; end if; end $$;"
            f"alter role {role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;"
            f"alter role {role} set timezone = 'Asia/Ho_Chi_Minh';"
            f"alter role {role} set idle_in_transaction_session_timeout = '15min';"
            + "".join(f"alter role {role} set {setting};" for setting in settings)
        )
    # An owner that is no superuser must be a member to make schemas for the transformer.
    op.execute(
        """
        do $$ begin
            if not (select rolsuper from pg_roles where rolname = current_user) then
                execute format('grant transformer to %I', current_user);
            end if;
            execute format('revoke all on database %I from public', current_database());
            execute format('grant connect on database %I to %s', current_database(),
                           'extractor, transformer, publisher, bi_reader, bi_public');
            execute format('grant temporary on database %I to extractor, transformer', current_database());
        end $$;
        revoke all on schema public from public;
        """
    )
    for schema in OWNED_BY_OWNER:
        op.execute(f"create schema {schema}")
    for schema in OWNED_BY_TRANSFORMER:
        op.execute(f"create schema {schema} authorization transformer")
    op.execute(RIGHTS)


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
