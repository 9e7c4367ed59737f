"""One row of figures about a table: made in one scan, judged without another."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection, text

from dvc766.portals.contract import Portal, Resource
from dvc766.quality.suites import Suite
from dvc766.quality.usual import Calendar, PastReading, calendar_days, usual_volume

Facts = Mapping[str, Decimal | None]

PAST_READINGS = 60  # of the ledger, newest first


def landed_facts(
    connection: Connection,
    run_id: int,
    portal: Portal,
    resource: Resource,
    suite: Suite,
    calendar: Calendar,
) -> Facts:
    """The facts that every landed batch has, and the suite's own.

    A share of nothing, the total of a portal that tells none, and the usual volume of the first runs
    are None. So is the usual volume of a slice of a long window but its last: the past of a portal says
    nothing about how it works tonight.
    """
    table = f"{portal.code}__{resource.name}"
    named = {"portal": portal.code, "resource": resource.name, "run_id": run_id}
    batch = connection.execute(text(_BATCH), named).mappings().one()
    rejected = connection.execute(text(_REJECTED), named).mappings().one()
    doubted = connection.execute(text(_DOUBTED), named).mappings().one()
    key = ", ".join(resource.key)
    own = "".join(f",\n       {sql} as {name}" for name, sql in suite.facts.items())
    landed = connection.execute(
        text(
            f"select count(*) as landed_rows, count(distinct ({key})) as landed_keys,\n"
            f"       count(distinct ({key}, content_hash)) as landed_contents{own}\nfrom landing.{table}"
        )
    ).mappings()
    row = landed.one()
    past = [
        PastReading(row.window_from, row.window_to, row.fetched, row.is_accepted)
        for row in connection.execute(text(_PAST), named | {"table": table})
    ]
    days_in = calendar_days if suite.volume_days == "calendar" else calendar.working_days
    usual = usual_volume(batch["window_from"], batch["window_to"], past, days_in) if batch["is_last"] else None
    records = row["landed_keys"] + rejected["records"]
    fetched, declared = batch["fetched"], batch["declared"]
    return {
        "fetched": _number(fetched),
        "declared": _number(declared),
        "distinct_records": _number(records),
        "missing_records": None if declared is None else _number(declared - records),
        "surplus_records": None if declared is None else _number(max(0, records - declared)),
        "withdrawn_ratio": None if declared is None else _withdrawn(declared, batch["total_fell"], records),
        "false_ends": _number(doubted["false_ends"]),
        "orphan_ratio": _share(doubted["orphans"], records),
        "left_empty_ratio": _share(doubted["left_empty"], records),
        "duplicate_ratio": _share(row["landed_rows"] - row["landed_keys"], row["landed_rows"]),
        "conflicting_ratio": _share(row["landed_contents"] - row["landed_keys"], row["landed_keys"]),
        "unknown_code_ratio": _share(rejected["unknown_code"], records),
        "unreadable_ratio": _share(rejected["unreadable"], records),
        "repeated_keys": _number(batch["repeated_keys"]),
        "usual_volume": _number(usual),
        "volume_ratio": _share(fetched, usual),
        **{name: _number(row[name]) for name in suite.facts},
    }


def details_vi(connection: Connection, portal: Portal, resource: Resource) -> Mapping[str, str]:
    """In words, for the facts about rejected and doubtful records: which codes, which fields, an example.

    Example: {"unknown_code_ratio": "mã lạ: dossierStatus.id = 23 (100 bản ghi, ví dụ 6651f0)"}. A code and a
    record's key are no personal data; nothing else of a record is kept.
    """
    named = {"portal": portal.code, "resource": resource.name}
    told: dict[str, list[str]] = {}
    for row in connection.execute(text(_REJECTED_FOR), named):
        fact = "unknown_code_ratio" if row.reason == "unknown_code" else "unreadable_ratio"
        what = f"{row.field} = {row.code}" if row.code is not None else row.field
        example = f", ví dụ {row.example}" if row.example is not None else ""
        told.setdefault(fact, []).append(f"{what} ({row.records} bản ghi{example})")
    for row in connection.execute(text(_DOUBTED_OF), named):
        example = f", ví dụ {row.example}" if row.example is not None else ""
        told.setdefault(_FACT_OF_DOUBT[row.kind], []).append(f"{row.field} ({row.found}{example})")
    return {fact: f"{_HEADS_VI[fact]}: {'; '.join(parts)}" for fact, parts in told.items()}


def table_facts(connection: Connection, schema: str, table: str, own_facts: Mapping[str, str]) -> Facts:
    """The number of rows of a table, and the suite's own facts about it."""
    columns = ["count(*) as rows_present", *(f"{sql} as {name}" for name, sql in own_facts.items())]
    row = connection.execute(text(f"select {', '.join(columns)} from {schema}.{table}")).mappings().one()
    return {name: _number(value) for name, value in row.items()}


_BATCH = """
select window_from, window_to, is_last, declared, fetched, repeated_keys, total_fell
from landing.batches
where portal = :portal and resource = :resource and run_id = :run_id
"""

# A record may be rejected for several fields, and be sent twice; one without an id counts for itself.
_REJECTED = """
select
    count(distinct source_id) + count(*) filter (where source_id is null) as records,
    count(distinct source_id) filter (where reason = 'unknown_code')
    + count(*) filter (where source_id is null and reason = 'unknown_code') as unknown_code,
    count(distinct source_id) filter (where reason <> 'unknown_code')
    + count(*) filter (where source_id is null and reason <> 'unknown_code') as unreadable
from landing.rejections
where portal = :portal and resource = :resource
"""

_REJECTED_FOR = """
select field, reason, code, records, example
from (
    select
        field,
        reason,
        code,
        count(*) as records,
        min(source_id) as example,
        row_number() over (partition by reason = 'unknown_code' order by count(*) desc, field, code) as place
    from landing.rejections
    where portal = :portal and resource = :resource
    group by field, reason, code
) as counted
where place <= 10
order by place
"""

_FACT_OF_DOUBT = {"left_empty": "left_empty_ratio", "orphan": "orphan_ratio", "false_end": "false_ends"}
_HEADS_VI = {
    "unknown_code_ratio": "mã lạ",
    "unreadable_ratio": "trường không đọc được",
    "left_empty_ratio": "tên bị để trống",
    "orphan_ratio": "phần của bản ghi không được hỏi",
    "false_ends": "còn bản ghi sau trang cuối",
}

# A name of a record, and a parent of orphans, count once however often they come.
_DOUBTED = """
select
    count(*) filter (where kind = 'false_end') as false_ends,
    count(distinct (field, source_id)) filter (where kind = 'orphan') as orphans,
    count(distinct (field, source_id)) filter (where kind = 'left_empty') as left_empty
from landing.doubts
where portal = :portal and resource = :resource
"""

_DOUBTED_OF = """
select kind, field, count(*) as found, left(min(source_id), 60) as example
from landing.doubts
where portal = :portal and resource = :resource
group by kind, field
order by kind, field
"""

# Read again for the same end (a rerun), a window would otherwise count twice. Slices of the past are no nights.
_PAST = f"""
select window_from, window_to, fetched, is_accepted
from (
    select distinct on (window_to)
        window_from, window_to, fetched,
        exists (
            select from ops.acceptances as accepted
            where
                accepted.run_id = ledger.run_id
                and accepted.suite = :table
                and accepted.expectation like 'volume_ratio:%'
        ) as is_accepted
    from ops.ledger
    where
        portal = :portal
        and resource = :resource
        and is_last
        and province_code = (
            select province_code from landing.batches where portal = :portal and resource = :resource
        )
        and window_to < (select window_to from landing.batches where portal = :portal and resource = :resource)
    order by window_to desc, run_id desc
) as readings
limit {PAST_READINGS}
"""


def _withdrawn(declared: int, fell: int, records: int) -> Decimal:
    """The share of what the portal counted at first, counted no more at the end, and never gave."""
    return _share(max(0, min(fell, declared + fell - records)), declared + fell) or Decimal(0)


def _number(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _share(part: int, whole: float | None) -> Decimal | None:
    """Not rounded: one record of a million is still a finding."""
    return Decimal(part) / Decimal(whole) if whole else None
