"""An approved revision becomes a publication: its rows as files, sealed, and kept in the list of publications.

What is published is read from `published` alone, and from the views over it; nothing is worked out again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, LiteralString

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection, sql

from dvc766 import sealing
from dvc766.clock import LOCAL_ZONE, month_after
from dvc766.runs.approval import NotApproved
from dvc766.runs.deadlines import cut_off
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import publications, published
from dvc766.warehouse.publications import Publication
from dvc766.warehouse.sessions import transaction

CALENDAR = "seeds/calendar_days.csv"
STATEMENT = Path(__file__).with_name("statement-vi.txt")  # what the figures may not be used for

# File, relation, and the order of its rows: the same rows give the same bytes.
_TABLES: tuple[tuple[str, tuple[str, str], LiteralString], ...] = (
    (
        "rankings",
        ("published", "agency_rankings_monthly"),
        "peer_group, rank nulls last, display_order, agency_code",
    ),
    ("group_scores", ("published", "agency_group_scores_monthly"), "agency_code, group_order"),
    ("scorecards", ("published", "agency_scorecards_monthly"), "agency_code, indicator_order, indicator_code"),
    ("portal_rankings", ("published", "portal_rankings_monthly"), "peer_group, rank nulls last, agency_code"),
    ("score_reconciliations", ("published", "score_reconciliations_monthly"), "agency_code, row_code"),
    ("source_corrections", ("published", "source_corrections_monthly"), "agency_code, correction_id"),
    ("score_changes", ("published", "score_changes_monthly"), "agency_code, indicator_code"),
    ("rank_certainty", ("published", "rank_certainty_monthly"), "peer_group, agency_code"),
    ("data_status", ("published", "data_status"), "province_code"),
    ("report_texts", ("published", "report_texts"), "text_number"),
    (
        "dossier_deductions",
        ("marts", "dossier_deductions_by_revision"),
        "agency_code, indicator_code, dossier_code, source_id",
    ),
    (
        "dossier_redatings",
        ("marts", "dossier_redatings_by_revision"),
        "agency_code, dossier_code, source_id, change_number",
    ),
    (
        "procedure_deductions",
        ("marts", "procedure_deductions_by_revision"),
        "agency_code, indicator_code, procedure_code",
    ),
    ("petition_deductions", ("marts", "petition_deductions_by_revision"), "agency_code, indicator_code, petition_id"),
)
# Of a view over all revisions: true today, and perhaps not tomorrow.
_NOT_PUBLISHED = ("is_current",)
_EVIDENCE = ("dossier_months", "redating_months", "filing_months", "petition_months", "procedure_months")
_EVIDENCE_HASH: LiteralString = """
select count(*), encode(sha256(convert_to(coalesce(string_agg(content, e'\\n' order by content), ''), 'UTF8')), 'hex')
from (
    select (to_jsonb(kept) - 'revision')::text collate "C" as content
    from {} as kept
    where period_month = %s and revision = %s
) as rows
"""

_LOG = logging.getLogger(__name__)


def seal(settings: Settings, month: date, revision: int, folder: Path, key: Ed25519PrivateKey) -> Publication:
    """Write and sign the bundle of an approved revision; one that is sealed already stays as it is.

    `folder` holds all publications. Raises NotApproved, and SealRefused when what lies there does not fit.
    """
    with engine_of_role(settings, "publisher") as engine:
        if known := publications.publication_of(engine, month, revision):
            return known
        decision = publications.approval_of(engine, month, revision)
        if decision is None:
            raise NotApproved(
                f"Lần chốt {revision} của tháng {month:%m/%Y} chưa được duyệt công bố.\n"
                "Việc cần làm: duyệt trong Airflow (approve_month) hoặc bằng ./run publish."
            )
        bundle = sealing.write_bundle(folder, contents(settings, month, revision), key)
        publication = Publication(bundle.sequence, month, revision, bundle.manifest_sha256, str(bundle.folder))
        publications.record_publication(engine, publication, decision)
    _LOG.info("Đã đóng dấu công bố tháng %s: %s (%s).", f"{month:%m/%Y}", bundle.folder, bundle.short_hash)
    return publication


def seal_all(settings: Settings, folder: Path, key: Ed25519PrivateKey) -> list[Publication]:
    """Seal every revision that was approved and is not sealed yet, in the order of approval."""
    with engine_of_role(settings, "publisher") as engine:
        waiting = publications.approved_and_not_sealed(engine)
    return [seal(settings, month, revision, folder, key) for month, revision in waiting]


def contents(settings: Settings, month: date, revision: int) -> sealing.Contents:
    """What is published of a revision, as the warehouse holds it."""
    with engine_of_role(settings, "bi_reader") as engine:
        details = published.details(engine, month, revision)
        files = published.reference_files(engine, details["reference_fingerprint"])
        with transaction(engine) as connection:
            tables = [_table(connection, *told, month, revision) for told in _TABLES]
            tables.append(_dictionary(connection))
            inputs = dict(_inputs(connection, month, revision))
            [(province,)] = connection.execute(
                "select min(province_code) from published.data_status where (period_month, revision) = (%s, %s)",
                (month, revision),
            ).fetchall()
    calendar = files.get(CALENDAR)
    return sealing.Contents(
        province_code=province,
        period=month,
        revision=revision,
        reason_code=details["reason_code"],
        tables=tables,
        texts={"statement-vi.txt": STATEMENT.read_bytes()},
        inputs=inputs | {"versions_of_raw": details["versions"] or {}},
        versions={
            "code": details["code_fingerprint"],
            "reference": details["reference_fingerprint"],
            "catalogue": details["catalogue_version"],
            "calendar": hashlib.sha256(calendar).hexdigest() if calendar else None,
            "official_source": details["official_source"],
        },
        data_as_of=_iso(details["data_as_of"]),
        frozen_at=_iso(details["frozen_at"]) or "",
        next_release=cut_off(settings, month_after(month)),
    )


def _table(
    connection: Connection[Any],
    name: str,
    relation: tuple[str, str],
    order: LiteralString,
    month: date,
    revision: int,
) -> sealing.Table:
    statement = sql.SQL("select * from {} where period_month = %s and revision = %s order by {}").format(
        sql.Identifier(*relation), sql.SQL(", ").join(_in_letters(part) for part in order.split(", "))
    )
    found = connection.execute(statement, (month, revision))
    columns = [column.name for column in found.description or ()]
    kept = [place for place, column in enumerate(columns) if column not in _NOT_PUBLISHED]
    rows = [[row[place] for place in kept] for row in found]
    return sealing.Table(name, [columns[place] for place in kept], rows)


def _in_letters(part: str) -> sql.Composable:
    """A column to sort by; texts by their bytes, whatever the server's collation."""
    name, _, more = part.partition(" ")
    is_text = name.endswith(("_code", "_id", "peer_group"))
    return sql.Identifier(name) + sql.SQL(' collate "C"' if is_text else "") + sql.SQL(f" {more}" if more else "")


def _dictionary(connection: Connection[Any]) -> sealing.Table:
    """What each column of the files means, in the words of the marts of the same name."""
    relations = {relation.replace("_by_revision", "_monthly"): name for name, (_, relation), _ in _TABLES}
    columns = ("relation_name", "position", "column_name", "label_vi", "meaning_vi", "unit_vi", "null_meaning_vi")
    found = connection.execute(
        sql.SQL("select {} from marts.data_dictionary where relation_name = any(%s)").format(
            sql.SQL(", ").join(map(sql.Identifier, columns))
        ),
        (list(relations),),
    ).fetchall()
    rows = sorted((relations[relation], *rest) for relation, *rest in found)
    return sealing.Table("data_dictionary", ("table", *columns[1:]), rows)


def _inputs(connection: Connection[Any], month: date, revision: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """How many records a revision rests on, and a hash over them, by table."""
    for table in _EVIDENCE:
        statement = sql.SQL(_EVIDENCE_HASH).format(sql.Identifier("published", table))
        [(count, digest)] = connection.execute(statement, (month, revision)).fetchall()
        yield table, {"rows": count, "sha256": digest}


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(LOCAL_ZONE).isoformat() if moment else None
