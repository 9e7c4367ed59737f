"""What became of a frozen revision: what people decided on it, and as which publication it was sealed.

08/2026 r1   rejected by A (list of 3 open points)      not published
08/2026 r1   approved by A (no open point)              publication 7, 3f2a90c1…
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from sqlalchemy import Engine

from dvc766.warehouse.sessions import lock, transaction

_DECIDE = """
insert into published.decisions (
    period_month, revision, decision, decided_by, decided_at, asked_at, channel, checklist, answer
)
values (%s, %s, %s, %s, clock_timestamp(), %s, %s, %s, %s)
returning decision_id
"""
_PUBLISH = """
insert into published.publications (
    sequence, period_month, revision, decision_id, manifest_sha256, folder, sealed_at
)
select %s, %s, %s, %s, %s, %s, clock_timestamp()
where not exists (select from published.publications where (period_month, revision) = (%s, %s))
"""

Channel = Literal["airflow", "command", "unattended"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer of a person (or of the rule for unattended publication) to a checklist."""

    period_month: date
    revision: int
    decision: Literal["approved", "rejected"]
    decided_by: str
    asked_at: datetime
    channel: Channel
    checklist: Sequence[Mapping[str, Any]]
    answer: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One sealed bundle."""

    sequence: int
    period_month: date
    revision: int
    manifest_sha256: str
    folder: str


def record_decision(engine: Engine, decision: Decision) -> int:
    """Keep a decision; returns its number."""
    with transaction(engine) as connection:
        [(number,)] = connection.execute(
            _DECIDE,
            (
                *(decision.period_month, decision.revision, decision.decision, decision.decided_by, decision.asked_at),
                *(decision.channel, Jsonb(list(decision.checklist)), decision.answer),
            ),
        ).fetchall()
    return int(number)


def approval_of(engine: Engine, month: date, revision: int) -> int | None:
    """The number of the decision that approved a revision: the newest decision on it, if that one approved it."""
    with transaction(engine) as connection:
        row = connection.execute(
            "select decision_id, decision from published.decisions where (period_month, revision) = (%s, %s)"
            " order by decision_id desc limit 1",
            (month, revision),
        ).fetchone()
    return row[0] if row and row[1] == "approved" else None


def is_decided(engine: Engine, month: date, revision: int) -> bool:
    """Whether anybody has decided on a revision."""
    with transaction(engine) as connection:
        found = connection.execute(
            "select from published.decisions where (period_month, revision) = (%s, %s) limit 1", (month, revision)
        ).fetchone()
    return found is not None


def approved_and_not_sealed(engine: Engine) -> Sequence[tuple[date, int]]:
    """Months and revisions that wait for their seal, in the order in which they were approved."""
    with transaction(engine) as connection:
        return connection.execute(
            """
            select newest.period_month, newest.revision
            from (
                select distinct on (period_month, revision) period_month, revision, decision, decision_id
                from published.decisions
                order by period_month, revision, decision_id desc
            ) as newest
            left join published.publications using (period_month, revision)
            where newest.decision = 'approved' and publications.sequence is null
            order by newest.decision_id
            """
        ).fetchall()


def publication_of(engine: Engine, month: date, revision: int) -> Publication | None:
    """The publication of a revision; None while it is not sealed."""
    with transaction(engine) as connection, connection.cursor(row_factory=class_row(Publication)) as cursor:
        return cursor.execute(
            "select sequence, period_month, revision, manifest_sha256, folder from published.publications"
            " where (period_month, revision) = (%s, %s)",
            (month, revision),
        ).fetchone()


def record_publication(engine: Engine, publication: Publication, decision: int) -> None:
    """Keep that a revision was sealed; a second call with the same changes nothing."""
    with transaction(engine) as connection:
        lock(connection, "publications")
        connection.execute(
            _PUBLISH,
            (
                *(publication.sequence, publication.period_month, publication.revision, decision),
                *(publication.manifest_sha256, publication.folder, publication.period_month, publication.revision),
            ),
        )
