"""A batch has a number of its own; stale versions, sweeps in slices, and what a person let pass.

Revision ID: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCHES = """
create sequence ops.batch_ids;
grant usage on sequence ops.batch_ids to extractor;

delete from landing.batches;
alter table landing.batches
    add column batch_id bigint not null,
    add column is_last boolean not null;

create unlogged table landing.sweep_keys (
    portal text not null,
    resource text not null,
    batch_id bigint not null,
    source_id text
);
create index sweep_keys_source_id_idx on landing.sweep_keys (portal, resource, source_id);
grant delete on landing.sweep_keys to extractor;

alter table quarantine.records
    add column seen_from timestamptz,
    add column seen_to timestamptz;

alter table ops.check_results add column batch_id bigint;
create index check_results_batch_id_idx on ops.check_results (batch_id);
"""

LEDGER = """
alter table ops.ledger
    add column batch_id bigint,
    add column is_last boolean not null default true,
    add column stale bigint not null default 0;
update ops.ledger as entry
set batch_id = numbered.batch_id
from (
    select run_id, portal, resource, nextval('ops.batch_ids') as batch_id
    from (select run_id, portal, resource from ops.ledger order by run_id, portal, resource) as known
) as numbered
where
    entry.run_id = numbered.run_id
    and entry.portal = numbered.portal
    and entry.resource = numbered.resource;
alter table ops.ledger
    alter column is_last drop default,
    alter column stale drop default,
    drop constraint ledger_pkey,
    add primary key (batch_id),
    drop constraint ledger_sum_holds,
    add constraint ledger_sum_holds
        check (fetched = new + changed + unchanged + duplicate + stale + quarantined),
    drop constraint ledger_no_count_is_negative,
    add constraint ledger_no_count_is_negative
        check (least(fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted) >= 0);
create index ledger_run_id_idx on ops.ledger (run_id);
"""

ACCEPTANCES = """
create table ops.acceptances (
    acceptance_id bigint not null generated always as identity primary key,
    run_id bigint not null,
    batch_id bigint,
    suite text not null,
    expectation text not null,
    reason text not null,
    accepted_by text not null,
    accepted_at timestamptz not null default now(),
    constraint acceptances_run_id_fkey foreign key (run_id) references ops.runs (run_id),
    constraint acceptances_reason_and_name_are_given check (btrim(reason) <> '' and btrim(accepted_by) <> '')
);
create unique index acceptances_of_a_condition_key on ops.acceptances
    (run_id, batch_id, suite, expectation) nulls not distinct;
grant insert on ops.acceptances to extractor, transformer;
"""


def upgrade() -> None:
    """Ledger lines of before become batches of their own; no version of before is stale."""
    op.execute(BATCHES)
    op.execute(LEDGER)
    op.execute(ACCEPTANCES)
    tables = op.get_bind().scalars(text("select tablename from pg_tables where schemaname = 'raw' order by tablename"))
    for table in tables.all():
        op.execute(f'alter table raw."{table}" add column is_stale boolean not null default false')


def downgrade() -> None:
    """Raw is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
