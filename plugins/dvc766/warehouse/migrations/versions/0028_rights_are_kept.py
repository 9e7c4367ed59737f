"""What was asserted of roles, who puts it back, and a list of what had to be put back.

Revision ID: 0028
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = """
create table ops.rights_findings (
    finding_id bigint not null generated always as identity primary key,
    found_at timestamptz not null default clock_timestamp(),
    role_name text not null,
    what_vi text not null
);
create schema guard;
create table guard.asserted (
    role_name text not null primary key,
    connection_limit integer not null,
    settings text[] not null,
    verifier text,
    statement_limit interval,
    transaction_limit interval
);
"""

# A role may change its own password and settings; PostgreSQL has no right that could be taken from it. So this puts
# back what was asserted, and ends sessions that are over their limits whatever they have set themselves.
PUT_BACK = """
create function guard.put_back() returns setof text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    each record;
    setting text;
    verifier text;
    found text[] := '{}';
begin
    perform pg_advisory_xact_lock(766, 28);
    for each in
        select
            a.*,
            r.rolconnlimit,
            array(
                select lower(split_part(one, '=', 1)) || substr(one, strpos(one, '='))
                from pg_db_role_setting as s, unnest(s.setconfig) as one
                where s.setrole = r.oid and s.setdatabase = 0
                order by 1
            ) as settings_now,
            array(
                select d.datname
                from pg_db_role_setting as s join pg_database as d on d.oid = s.setdatabase
                where s.setrole = r.oid
            ) as databases
        from guard.asserted as a join pg_roles as r on r.rolname = a.role_name
        order by a.role_name
    loop
        if each.rolconnlimit <> each.connection_limit then
            execute format('alter role %I connection limit %s', each.role_name, each.connection_limit);
            found := found || format('%s: giới hạn số phiên bị đổi; đã đặt lại', each.role_name);
        end if;
        if each.settings_now <> each.settings or each.databases <> '{}' then
            execute format('alter role %I reset all', each.role_name);
            for setting in select unnest(each.databases) loop
                execute format('alter role %I in database %I reset all', each.role_name, setting);
            end loop;
            foreach setting in array each.settings loop
                execute format(
                    'alter role %I set %I to %s', each.role_name, split_part(setting, '=', 1),
                    case
                        when setting like 'search_path=%' then substr(setting, strpos(setting, '=') + 1)
                        else quote_literal(substr(setting, strpos(setting, '=') + 1))
                    end
                );
            end loop;
            found := found || format('%s: cấu hình bị đổi; đã đặt lại', each.role_name);
        end if;
        if each.verifier is not null then
            select a.rolpassword into verifier from pg_authid as a where a.rolname = each.role_name;
            if verifier is distinct from each.verifier then
                execute format('alter role %I password %L', each.role_name, each.verifier);
                found := found || format('%s: mật khẩu bị đổi; đã đặt lại', each.role_name);
            end if;
        end if;
    end loop;
    for each in
        select
            s.pid,
            a.role_name,
            case
                when s.state = 'active' and clock_timestamp() - s.query_start > a.statement_limit
                    then format('một câu lệnh chạy quá %s', a.statement_limit)
                when clock_timestamp() - s.xact_start > a.transaction_limit
                    then format('một giao dịch mở quá %s', a.transaction_limit)
            end as why
        from pg_stat_activity as s join guard.asserted as a on a.role_name = s.usename
        where s.datname = current_database()
    loop
        if each.why is not null and pg_terminate_backend(each.pid) then
            found := found || format('%s: %s; phiên đã bị ngắt', each.role_name, each.why);
        end if;
    end loop;
    return query select unnest(found);
end
$$;
revoke all on function guard.put_back() from public;
"""
# The same with a record of what was found. It runs as the owner; its caller may do nothing else.
KEEP = """
create function guard.keep() returns setof text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query
    with found as materialized (select one from guard.put_back() as one),
    kept as (
        insert into ops.rights_findings (role_name, what_vi)
        select split_part(one, ': ', 1), split_part(one, ': ', 2) from found
    )
    select one from found;
end
$$;
revoke all on function guard.keep() from public;
"""


def upgrade() -> None:
    """The rows of guard.asserted are written at every start, by warehouse/enforcement.py."""
    op.execute(TABLES)
    op.execute(PUT_BACK)
    op.execute(KEEP)


def downgrade() -> None:
    """What was put back stays on record: a backup is the way back."""
    raise NotImplementedError("Restore a backup; the warehouse has no way back.")
