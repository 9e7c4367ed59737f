"""What officers write into the report of a frozen revision, until it is sealed.

Revision ID: 0031
"""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLE = """
create table published.report_texts (
    text_number bigint generated always as identity,
    period_month date not null,
    revision integer not null,
    section text not null,
    text_vi text not null,
    written_by text not null,
    written_at timestamptz not null default clock_timestamp(),
    constraint report_texts_pkey primary key (text_number),
    constraint report_texts_revision_fkey foreign key (period_month, revision)
    references published.revisions (period_month, revision),
    constraint report_texts_section_is_known check (
        section in ('weak_points', 'causes', 'tasks', 'proposals', 'follow_up')
    ),
    constraint report_texts_text_is_told check (btrim(text_vi) <> '')
);
create trigger append_only before update or delete or truncate on published.report_texts
for each statement execute function published.refuse();

create function published.refuse_a_sealed_revision() returns trigger language plpgsql as $$
begin
    if exists (
        select from published.publications
        where (period_month, revision) = (new.period_month, new.revision)
    ) then
        raise exception 'revision % of % is sealed: its texts stay as they are', new.revision, new.period_month
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger not_after_the_seal before insert on published.report_texts
for each row execute function published.refuse_a_sealed_revision();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    """What is published is append-only: what was there before is in a backup."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
