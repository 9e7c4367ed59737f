"""The warehouse's tables up to raw, with quarantine and ops, as SQLAlchemy metadata.

Landing and raw follow from the portals' resources; dbt makes what comes after raw. The migrations write the
same tables out explicitly, and a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from dvc766.portals import PORTALS
from dvc766.portals.contract import Portal, Resource

METADATA = MetaData(naming_convention={"ck": "%(table_name)s_%(constraint_name)s"})
INSTANT = DateTime(timezone=True)

_TYPES: dict[str, TypeEngine] = {
    "text": Text(),
    "date": Date(),
    "timestamptz": INSTANT,
    "integer": Integer(),
    "bigint": BigInteger(),
    "numeric": Numeric(),
    "boolean": Boolean(),
    "jsonb": JSONB(),
}
_UNLOGGED = ["UNLOGGED"]  # landing: a batch is read again after a crash


def table_name(portal: Portal, resource: Resource) -> str:
    """The name of the resource's table in landing and in raw."""
    return f"{portal.code}__{resource.name}"


def _fields(resource: Resource) -> list[Column]:
    return [
        Column(field.column, _TYPES[field.kind.sql_type], nullable=field.column not in resource.key)
        for field in resource.fields
    ]


def _add_landing(portal: Portal, resource: Resource) -> None:
    Table(
        table_name(portal, resource),
        METADATA,
        Column("row_number", BigInteger, nullable=False),
        *_fields(resource),
        Column("content_hash", LargeBinary, nullable=False),
        schema="landing",
        prefixes=_UNLOGGED,
    )


def _add_raw(portal: Portal, resource: Resource) -> None:
    """Append-only versions; the newest of a key is the record as last seen, or a tombstone.

    A stale version arrived after one that changed later: it is kept, and is never the newest.
    """
    name = table_name(portal, resource)
    Table(
        name,
        METADATA,
        Column("version_id", BigInteger, Identity(always=True), nullable=False),
        Column("province_code", Text, nullable=False),
        *_fields(resource),
        Column("content_hash", LargeBinary, nullable=False),
        Column("known_from", INSTANT, nullable=False),
        Column("run_id", BigInteger, nullable=False),
        Column("is_deleted", Boolean, nullable=False),
        Column("is_stale", Boolean, nullable=False, server_default=text("false")),
        PrimaryKeyConstraint("province_code", *resource.key, "version_id", name=f"{name}_pkey"),
        Index(f"{name}_version_id_idx", "version_id"),
        Index(f"{name}_known_from_idx", "known_from"),
        schema="raw",
    )


for _portal in PORTALS:
    for _resource in _portal.resources:
        _add_landing(_portal, _resource)
        _add_raw(_portal, _resource)

# A batch keeps its number wherever it is spoken of. The sequence is logged, landing is not: no number comes twice.
BATCH_IDS = Sequence("batch_ids", metadata=METADATA, schema="ops")

LANDING_BATCHES = Table(
    "batches",
    METADATA,
    Column("portal", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("batch_id", BigInteger, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("province_code", Text, nullable=False),
    Column("window_from", INSTANT),
    Column("window_to", INSTANT, nullable=False),
    Column("is_sweep", Boolean, nullable=False),
    Column("is_last", Boolean, nullable=False),
    Column("declared", BigInteger),
    Column("fetched", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("repeated_keys", BigInteger, nullable=False),
    Column("total_fell", BigInteger, nullable=False),
    schema="landing",
    prefixes=_UNLOGGED,
)

LANDING_REJECTIONS = Table(
    "rejections",
    METADATA,
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("source_id", Text),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", Text),
    Column("changed_at", INSTANT),
    Index("rejections_portal_resource_idx", "portal", "resource"),
    schema="landing",
    prefixes=_UNLOGGED,
)

LANDING_DOUBTS = Table(
    "doubts",
    METADATA,
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("source_id", Text),
    Index("doubts_portal_resource_idx", "portal", "resource"),
    CheckConstraint("kind in ('left_empty', 'orphan', 'false_end')", name="kind_is_known"),
    schema="landing",
    prefixes=_UNLOGGED,
)

# What the earlier slices of a sweep met; `source_id` null stands for a record without a readable id.
SWEEP_KEYS = Table(
    "sweep_keys",
    METADATA,
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Column("source_id", Text),
    Index("sweep_keys_source_id_idx", "portal", "resource", "source_id"),
    schema="landing",
    prefixes=_UNLOGGED,
)

QUARANTINE = Table(
    "records",
    METADATA,
    Column("record_id", BigInteger, Identity(always=True), primary_key=True),
    Column("province_code", Text, nullable=False),
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("source_id", Text),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", Text),
    Column("changed_at", INSTANT),
    Column("seen_from", INSTANT),
    Column("seen_to", INSTANT),
    Column("first_seen_run", BigInteger, nullable=False),
    Column("last_seen_run", BigInteger, nullable=False),
    Column("resolved_run", BigInteger),
    Index(
        "records_source_key",
        *("province_code", "portal", "resource", "source_id", "field", "reason", "code"),
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint("reason in ('unreadable', 'missing', 'unknown_code')", name="reason_is_known"),
    schema="quarantine",
)

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("portal", Text),
    Column("dag_run_id", Text),
    Column("as_of", INSTANT, nullable=False),
    Column("started_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("finished_at", INSTANT),
    Column("state", Text, nullable=False, server_default=text("'running'::text")),
    Column("message_vi", Text),
    Column("code_fingerprint", Text),
    Column("dag_id", Text),
    Column("day", Date),
    Column("holder", BigInteger),
    Column("reference_fingerprint", Text),
    Column("data_as_of", INSTANT),
    Column("versions", JSONB),
    Column("writing_at", INSTANT),
    Column("written_at", INSTANT),
    Index("runs_dag_run_id_idx", "dag_run_id"),
    CheckConstraint("state in ('running', 'succeeded', 'blocked', 'failed', 'superseded')", name="state_is_known"),
    schema="ops",
)

LEDGER = Table(
    "ledger",
    METADATA,
    Column("batch_id", BigInteger, primary_key=True, autoincrement=False),
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="ledger_run_id_fkey"), nullable=False),
    Column("portal", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("province_code", Text, nullable=False),
    Column("window_from", INSTANT),
    Column("window_to", INSTANT, nullable=False),
    Column("is_sweep", Boolean, nullable=False),
    Column("is_last", Boolean, nullable=False),
    Column("declared", BigInteger),
    Column("fetched", BigInteger, nullable=False),
    Column("new", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("stale", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("deleted", BigInteger, nullable=False),
    Column("known_from", INSTANT, nullable=False),
    Index("ledger_run_id_idx", "run_id"),
    Index("ledger_resource_idx", "province_code", "portal", "resource", "window_to"),
    CheckConstraint("fetched = new + changed + unchanged + duplicate + stale + quarantined", name="sum_holds"),
    CheckConstraint(
        "least(fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted) >= 0",
        name="no_count_is_negative",
    ),
    schema="ops",
)

ORIGIN = Table(
    "origin",
    METADATA,
    Column("is_only", Boolean, primary_key=True, server_default=text("true")),
    Column("is_synthetic", Boolean, nullable=False),
    Column("noted_at", INSTANT, nullable=False, server_default=text("now()")),
    CheckConstraint("is_only", name="one_row"),
    schema="ops",
)

CURSORS = Table(
    "cursors",
    METADATA,
    Column("province_code", Text, primary_key=True),
    Column("portal", Text, primary_key=True),
    Column("resource", Text, primary_key=True),
    Column("cursor_at", INSTANT, nullable=False),
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="cursors_run_id_fkey"), nullable=False),
    schema="ops",
)

CHECK_RESULTS = Table(
    "check_results",
    METADATA,
    Column("check_id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="check_results_run_id_fkey"), nullable=False),
    Column("batch_id", BigInteger),
    Column("door", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("expectation", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("observed", JSONB),
    Column("notes_vi", Text),
    Column("checked_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Index("check_results_run_id_idx", "run_id"),
    Index("check_results_batch_id_idx", "batch_id"),
    CheckConstraint("door in ('in', 'out')", name="door_is_known"),
    CheckConstraint("severity in ('critical', 'warning', 'info')", name="severity_is_known"),
    schema="ops",
)

# A failed condition that a person lets pass, for one batch (door in) or one run (door out) only.
ACCEPTANCES = Table(
    "acceptances",
    METADATA,
    Column("acceptance_id", BigInteger, Identity(always=True), primary_key=True),
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="acceptances_run_id_fkey"), nullable=False),
    Column("batch_id", BigInteger),
    Column("suite", Text, nullable=False),
    Column("expectation", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("accepted_at", INSTANT, nullable=False, server_default=text("now()")),
    Index(
        "acceptances_of_a_condition_key",
        *("run_id", "batch_id", "suite", "expectation"),
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    CheckConstraint("btrim(reason) <> '' and btrim(accepted_by) <> ''", name="reason_and_name_are_given"),
    schema="ops",
)

_RESTATED = {"points": Numeric, "rank": Integer, "numerator": BigInteger, "denominator": BigInteger}
# What making a frozen month again would change, by agency; `indicator_code` '' stands for the total.
RESTATEMENTS = Table(
    "restatements",
    METADATA,
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="restatements_run_id_fkey"), primary_key=True),
    *(Column(name, Text, primary_key=True) for name in ("province_code", "agency_code", "indicator_code")),
    Column("period_month", Date, primary_key=True),
    Column("revision", Integer, nullable=False),
    *(Column(f"{name}_{side}", kind) for name, kind in _RESTATED.items() for side in ("before", "after")),
    Column("records", BigInteger, nullable=False),
    Column("known_since", INSTANT),
    Column("causes", ARRAY(Text), nullable=False),
    schema="ops",
)

# The records whose place in a frozen month is another now.
RESTATED_RECORDS = Table(
    "restated_records",
    METADATA,
    Column("run_id", BigInteger, ForeignKey("ops.runs.run_id", name="restated_records_run_id_fkey"), primary_key=True),
    *(Column(name, Text, primary_key=True) for name in ("province_code", "kind", "source_id")),
    Column("period_month", Date, primary_key=True),
    Column("revision", Integer, nullable=False),
    *(Column(name, Text) for name in ("code", "agency_key")),
    Column("change", Text, nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("known_since", INSTANT),
    CheckConstraint("kind in ('dossier', 'petition')", name="kind_is_known"),
    CheckConstraint("change in ('added', 'removed', 'changed')", name="change_is_known"),
    schema="ops",
)
