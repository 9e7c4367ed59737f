"""Records that a suite names: those that meet a condition are counted, and the keys of the first are told.

A key is the portal's own id of a record, as the quarantine holds it; no other value of a row is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, text

from dvc766.portals.contract import Portal, Resource

KEYS_TOLD = 10


@dataclass(frozen=True, slots=True)
class NamedRecords:
    """How many records meet each condition, as facts of the batch, and in words which."""

    facts: Mapping[str, Decimal]
    details_vi: Mapping[str, str]


def named_records(
    connection: Connection, run_id: int, portal: Portal, resource: Resource, conditions: Mapping[str, str]
) -> NamedRecords:
    """The landed records that meet each condition; in it `:as_of` is the run's business clock.

    Example: {"dates_ahead": "received_at > :as_of"} gives the fact dates_ahead = 2 and the detail
    "bản ghi a17, b03".
    """
    if not conditions:
        return NamedRecords({}, {})
    key = f"concat_ws('|', {', '.join(resource.key)})"
    columns = ", ".join(
        f"array_agg(distinct {key}) filter (where {condition}) as {name}" for name, condition in conditions.items()
    )
    as_of = connection.scalar(text("select as_of from ops.runs where run_id = :run_id"), {"run_id": run_id})
    query = text(f"select {columns} from landing.{portal.code}__{resource.name}")
    row = connection.execute(query, {"as_of": as_of}).mappings().one()
    found: dict[str, list[str]] = {name: row[name] or [] for name in conditions}
    return NamedRecords(
        facts={name: Decimal(len(keys)) for name, keys in found.items()},
        details_vi={name: f"bản ghi {', '.join(keys[:KEYS_TOLD])}" for name, keys in found.items() if keys},
    )
