"""The statements of a promotion, written for one resource."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from dvc766.portals.contract import Portal, Resource
from dvc766.warehouse.tables import table_name

# Place 1 is the newest of a key's rows in the batch; it is compared with the key's newest version.
# The portal's own change time decides which state is newer, not the arrival: a state that a lagging replica of
# the portal gives is kept once, as stale. Of equal or unknown times the later arrival is the newer.
# `+ 0` keeps the planner from walking the index on version_id alone, all of it for each key. The count
# has every row judged before the first is inserted: no look-up may wade through what is being inserted.
# The order fills the key's index from one end to the other, and lets the next reading look it up so.
_INSERT_VERSIONS = """
with ranked as (
    select
        l.row_number,
        {keys_of_l},
        l.content_hash,
        {changed_of_l} as changed_at,
        row_number() over (partition by {keys_of_l} order by {newest_first} l.row_number desc) as place
    from {landing} as l
),

judged as materialized (
    select
        n.row_number,
        case
            when n.place > 1 then 'duplicate'
            when v.content_hash is null then 'new'
            when not v.is_deleted and v.content_hash = n.content_hash then 'unchanged'
            when n.changed_at < v.changed_at then 'stale'
            else 'changed'
        end as verdict
    from ranked as n
    left join lateral (
        select r.content_hash, r.is_deleted, {changed_of_r} as changed_at
        from {raw} as r
        where r.province_code = %(province_code)s and {r_is_n} and not r.is_stale
        order by r.version_id + 0 desc
        limit 1
    ) as v on n.place = 1
),

inserted as (
    insert into {raw} (province_code, {columns}, content_hash, known_from, run_id, is_deleted, is_stale)
    select %(province_code)s, {columns_of_l}, l.content_hash, %(known_from)s, %(run_id)s, false, j.verdict = 'stale'
    from judged as j
    join {landing} as l on j.row_number = l.row_number
    where
        (select count(*) from judged) > 0
        and (
            j.verdict in ('new', 'changed')
            or (
                j.verdict = 'stale'
                and not exists (
                    select from {raw} as r
                    where r.province_code = %(province_code)s and {r_is_l} and r.content_hash = l.content_hash
                )
            )
        )
    order by {keys_of_l}
)

select verdict, count(*) from judged group by verdict
"""

# A rejected record is there, however unreadable; one without a readable id may be any.
_KNOWN = """
from {raw} as r
where
    r.province_code = %(province_code)s
    and not r.is_deleted
    and not r.is_stale
    and not exists (
        select from {raw} as n
        where n.province_code = r.province_code and {r_is_n} and not n.is_stale and n.version_id > r.version_id
    )
"""
_GONE = (
    _KNOWN
    + """
    and not exists (select from {landing} as l where {r_is_l})
    and not exists (
        select from landing.rejections as x
        where
            x.portal = %(portal)s and x.resource = %(resource)s
            and coalesce(x.source_id = concat_ws('|', {keys_of_r}), true)
    )
    and not exists (
        select from landing.sweep_keys as k
        where
            k.portal = %(portal)s and k.resource = %(resource)s and k.batch_id = any(%(slices)s)
            and k.source_id = concat_ws('|', {keys_of_r})
    )
    and not exists (
        select from landing.sweep_keys as k
        where
            k.portal = %(portal)s and k.resource = %(resource)s and k.batch_id = any(%(slices)s)
            and k.source_id is null
    )
"""
)
_COUNT_KNOWN = "select count(*)" + _KNOWN
_COUNT_GONE = "select count(*)" + _GONE
# A tombstone repeats the record as last seen.
_INSERT_TOMBSTONES = (
    """
insert into {raw} (province_code, {columns}, content_hash, known_from, run_id, is_deleted)
select r.province_code, {columns_of_r}, r.content_hash, %(known_from)s, %(run_id)s, true
"""
    + _GONE
)
_REMEMBER_KEYS = """
insert into landing.sweep_keys (portal, resource, batch_id, source_id)
select %(portal)s, %(resource)s, %(batch_id)s, concat_ws('|', {keys_of_l}) from {landing} as l
union all
select portal, resource, %(batch_id)s, source_id from landing.rejections
where portal = %(portal)s and resource = %(resource)s
"""

_OPEN_QUARANTINE = """
insert into quarantine.records as q (
    province_code, portal, resource, source_id, field, reason, code, changed_at, seen_from, seen_to,
    first_seen_run, last_seen_run
)
select distinct on (source_id, field, reason, code)
    %(province_code)s, portal, resource, source_id, field, reason, code, changed_at,
    %(window_from)s::timestamptz, %(window_to)s::timestamptz, %(run_id)s, %(run_id)s
from landing.rejections
where portal = %(portal)s and resource = %(resource)s
order by source_id, field, reason, code, changed_at desc nulls last
on conflict (province_code, portal, resource, source_id, field, reason, code) do update
set
    changed_at = excluded.changed_at,
    seen_from = excluded.seen_from,
    seen_to = excluded.seen_to,
    last_seen_run = excluded.last_seen_run,
    resolved_run = null
"""

# Resolved: it arrived well (not older than the rejection), was turned away for something else, or is gone from
# where it was: of a complete window that holds its change time it is no part any more. If it has changed, it
# is read where it changed.
_RESOLVE_QUARANTINE = """
update quarantine.records as q
set resolved_run = %(run_id)s
where
    q.province_code = %(province_code)s and q.portal = %(portal)s and q.resource = %(resource)s
    and q.resolved_run is null
    and (
        exists (
            select from {landing} as l
            where concat_ws('|', {keys_of_l}) = q.source_id and {is_not_older}
        )
        or (
            q.last_seen_run <> %(run_id)s
            and (
                %(is_whole)s
                or (
                    %(is_certain)s
                    and (%(window_from)s::timestamptz is null or coalesce(q.changed_at, q.seen_from) >= %(window_from)s)
                    and coalesce(q.changed_at < %(window_to)s, q.seen_to <= %(window_to)s)
                    and not exists (select from {landing} as l where concat_ws('|', {keys_of_l}) = q.source_id)
                )
                or exists (
                    select from landing.rejections as x
                    where
                        x.portal = q.portal and x.resource = q.resource
                        and x.source_id = q.source_id
                )
            )
        )
    )
"""

_MOVE_CURSOR = """
insert into ops.cursors as c (province_code, portal, resource, cursor_at, run_id)
values (%(province_code)s, %(portal)s, %(resource)s, %(window_to)s, %(run_id)s)
on conflict (province_code, portal, resource) do update
set cursor_at = excluded.cursor_at, run_id = excluded.run_id
where excluded.cursor_at > c.cursor_at
"""


class Statements:
    """The statements for one resource; their parameters are the landed batch's values."""

    def __init__(self, portal: Portal, resource: Resource) -> None:
        name = table_name(portal, resource)
        columns = [field.column for field in resource.fields]
        newest_first: sql.Composable = sql.SQL("")
        is_not_older: sql.Composable = sql.SQL("true")
        changed_of_l: sql.Composable = sql.SQL("null::timestamptz")
        changed_of_r = changed_of_l
        if resource.changed_at:
            changed_of_l = sql.Identifier("l", resource.changed_at)
            changed_of_r = sql.Identifier("r", resource.changed_at)
            newest_first = sql.SQL("{} desc nulls last,").format(changed_of_l)
            is_not_older = sql.SQL("coalesce({} >= q.changed_at, true)").format(changed_of_l)
        self._parts: dict[str, sql.Composable] = {
            "raw": sql.Identifier("raw", name),
            "landing": sql.Identifier("landing", name),
            "columns": _list(columns),
            "columns_of_l": _list(columns, "l"),
            "columns_of_r": _list(columns, "r"),
            "keys_of_l": _list(resource.key, "l"),
            "keys_of_r": _list(resource.key, "r"),
            "r_is_n": _equal(resource.key, "r", "n"),
            "r_is_l": _equal(resource.key, "r", "l"),
            "newest_first": newest_first,
            "is_not_older": is_not_older,
            "changed_of_l": changed_of_l,
            "changed_of_r": changed_of_r,
        }
        self.insert_versions = self._write(_INSERT_VERSIONS)
        self.count_known = self._write(_COUNT_KNOWN)
        self.count_gone = self._write(_COUNT_GONE)
        self.remember_keys = self._write(_REMEMBER_KEYS)
        self.insert_tombstones = self._write(_INSERT_TOMBSTONES)
        self.open_quarantine = self._write(_OPEN_QUARANTINE)
        self.resolve_quarantine = self._write(_RESOLVE_QUARANTINE)
        self.move_cursor = self._write(_MOVE_CURSOR)

    def _write(self, text: str) -> sql.Composed:
        return sql.SQL(text).format(**self._parts)


def _list(columns: Iterable[str], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*filter(None, (alias, column))) for column in columns)


def _equal(columns: Iterable[str], left: str, right: str) -> sql.Composed:
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(left, column), sql.Identifier(right, column)) for column in columns
    )
