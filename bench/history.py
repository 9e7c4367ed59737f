"""A history of dossiers, made inside the database: the same months, however many lie before them.

Dossier 0 is the newest of the history and numbers rise into the past, so two histories of different
length hold the same dossiers in their last months. Each is made from its number alone.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any

from bench.server import Warehouse
from dvc766.clock import LOCAL_ZONE

MADE_AT = datetime(2026, 8, 11, 0, 30, tzinfo=LOCAL_ZONE)  # what the history knows; days of change follow
PER_MONTH = 25_000  # 300,000 a year
NEW_A_DAY = 500
KNOWN_A_DAY = 2_000  # already filed, among the newest: each day another one
ONE_IN = 20  # of them

_HISTORY = "select n from generate_series(0, %(dossiers)s - 1) as n"
_DAY = """
    select n from generate_series(-%(new)s * %(day)s, -%(new)s * (%(day)s - 1) - 1) as n
    union all
    select place * %(one_in)s + %(day)s from generate_series(0, %(known)s - 1) as place
"""
# Four in five dossiers are handled within ten days, the rest within five weeks.
_VERSIONS = """
insert into raw.provincial_portal__dossiers (
    province_code, source_id, dossier_code, updated_at, status_id, agency_code, receiving_agency_code,
    procedure_code, field_code, channel_id, submitted_at, received_at, due_at, completed_at, delivered_at,
    has_digitised_component, is_vneid_verified, paid_online_flag, database_codes, supplements, redatings,
    components, results, fee_lines, content_hash, known_from, run_id, is_deleted
)
with numbered as (
    select
        n,
        abs(hashint4(n::integer) %% 1000) as choice,
        %(made_at)s - n * interval '1 month' / %(per_month)s as submitted_at
    from ({numbers}) as numbers
),

dossiers as (
    select
        n,
        choice,
        submitted_at,
        submitted_at + case when choice < 800 then choice %% 10 else 10 + choice %% 25 end * interval '1 day' as done_at
    from numbered
)

select
    'H44',
    'bench-' || n,
    'H44-' || n,
    %(now)s,
    case when done_at <= %(now)s then '10' else '4' end,
    (%(agencies)s::text[])[1 + choice %% cardinality(%(agencies)s::text[])],
    null,
    '1.' || lpad((choice %% 300)::text, 6, '0'),
    'L' || choice %% 20,
    (1 + choice %% 2)::text,
    submitted_at,
    submitted_at,
    submitted_at + interval '10 days',
    case when done_at <= %(now)s then done_at end,
    case when done_at <= %(now)s then done_at end,
    choice %% 3 = 0,
    choice %% 5 <> 0,
    '0',
    '[]',
    '[]',
    '[]',
    jsonb_build_array(jsonb_build_object('is_digitised', (choice + %(day)s) %% 2 = 0, 'is_reused', choice %% 7 = 0)),
    case when done_at <= %(now)s then '[{{"has_code": true, "has_file": true}}]'::jsonb else '[]' end,
    '[]',
    sha256((n || '/' || %(day)s)::bytea),
    %(now)s,
    %(run_id)s,
    false
from dossiers
order by n desc
"""
_AGENCIES = """
insert into raw.national_portal__departments (
    province_code, department_id, department_code, name_vi, level, content_hash, known_from, run_id, is_deleted
)
values ('H44', %(code)s, %(code)s, %(name)s, %(level)s, '', %(now)s, %(run_id)s, false)
"""
_LEVELS = {"province": "PROVINCE", "department": "AGENCY", "commune": "COMMUNE"}
_RUN = "insert into ops.runs (kind, portal, as_of, state) values ('reading', %s, %s, 'succeeded') returning run_id"
_LEDGER = """
insert into ops.ledger (
    batch_id, run_id, portal, resource, province_code, window_to, is_sweep, is_last, fetched, new, changed, unchanged,
    duplicate, stale, quarantined, deleted, known_from
)
values (
    nextval('ops.batch_ids'), %(run_id)s, %(portal)s, 'dossiers', 'H44', %(now)s, false, true, %(added)s, %(added)s, 0,
    0, 0, 0, 0, 0, %(now)s
)
"""


def make(warehouse: Warehouse, dossiers: int, per_month: int = PER_MONTH) -> datetime:
    """The history of that many dossiers; when it is known."""
    run_id = _append(warehouse, MADE_AT, 0, _HISTORY, {"dossiers": dossiers, "per_month": per_month})
    with warehouse.connect() as owner:
        owner.execute(_RUN, ("national_portal", MADE_AT))
        owner.cursor().executemany(
            _AGENCIES,
            [
                {"code": one["agency_code"], "name": one["name_vi"], "level": _LEVELS[one["peer_group"]]}
                | {"now": MADE_AT, "run_id": run_id}
                for one in _agencies(warehouse)
            ],
        )
        owner.execute("vacuum analyze")
    return MADE_AT


def change(warehouse: Warehouse, day: int, per_month: int = PER_MONTH) -> datetime:
    """The changes of a day: new dossiers, and new versions of others; when they are known."""
    now = MADE_AT + timedelta(days=day)
    _append(warehouse, now, day, _DAY, {"new": NEW_A_DAY, "known": KNOWN_A_DAY, "per_month": per_month})
    return now


def _append(warehouse: Warehouse, now: datetime, day: int, numbers: str, more: dict[str, int]) -> int:
    values: dict[str, Any] = {
        "now": now,
        "day": day,
        "made_at": MADE_AT,
        "one_in": ONE_IN,
        "agencies": [one["agency_code"] for one in _agencies(warehouse) if one["peer_group"] != "province"],
        "portal": "provincial_portal",
    }
    with warehouse.connect() as owner, owner.transaction():
        values["run_id"] = owner.execute(_RUN, (values["portal"], now)).fetchall()[0][0]
        values["added"] = owner.execute(_VERSIONS.format(numbers=numbers), values | more).rowcount
        owner.execute(_LEDGER, values)
    return int(values["run_id"])


def _agencies(warehouse: Warehouse) -> list[dict[str, str]]:
    """The province and its agencies of today, from the reference data."""
    with (warehouse.settings.dbt_project / "seeds" / "agencies.csv").open(encoding="utf-8") as rows:
        return [row for row in csv.DictReader(rows) if row["province_code"] == "H44" and not row["valid_to"]]
