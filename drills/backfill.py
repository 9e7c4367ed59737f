"""A backfill of a portal beside the nights: its parts among the DAG's runs, and what it brought into raw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import sql

from drills.night import PROVINCIAL
from drills.stage import Stage
from dvc766.portals import PORTALS
from local_stack.installation import Installation

READ_BACK = (PROVINCIAL,)  # the other portal tells of today alone

Counts = dict[tuple[str, str], tuple[int, str]]
"""Records of a table that changed last in a month, and a hash over them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One DAG run of a backfill, or a night's reading."""

    run_id: str
    state: str
    queued_at: datetime
    began_at: datetime | None
    ended_at: datetime | None

    @property
    def seconds(self) -> float:
        """How long it was at work."""
        return (self.ended_at - self.began_at).total_seconds() if self.ended_at and self.began_at else 0.0

    def was_at_work_before(self, other: Part) -> bool:
        """Whether it kept the other one, which stood in the queue by then, from its turn."""
        if self.began_at is None or other.began_at is None:
            return False
        return self.began_at < other.began_at and (self.ended_at is None or self.ended_at > other.queued_at)


@dataclass(frozen=True, slots=True)
class Backfill:
    """The portal that is read by change, asked to go back."""

    stage: Stage
    name: str
    window_from: datetime

    def begin(self) -> None:
        """Ask for it as docs/runbooks/chay-lai-mot-thang.md tells an operator to."""
        for dag_id in READ_BACK:
            self.stage.api.trigger(dag_id, self.name, {"window_from": self.window_from.isoformat()})

    def parts(self, dag_id: str) -> list[Part]:
        """Its runs so far, the oldest first."""
        return [part for part in runs_of(self.stage, dag_id) if part.run_id.partition("__from_")[0] == self.name]

    def is_at_work(self) -> bool:
        """Whether it is being read back."""
        return all(any(part.began_at for part in self.parts(dag_id)) for dag_id in READ_BACK)

    def is_over(self) -> bool:
        """Whether its last part has ended: nothing of it is queued or at work."""
        return all(part.state in ("success", "failed") for dag_id in READ_BACK for part in self.parts(dag_id))


def kept_waiting(reading: Part, parts: Sequence[Part]) -> list[str]:
    """What is wrong with the turn that a night's reading got among the parts: it waits for one of them at most."""
    waited_for = [part.run_id for part in parts if part.was_at_work_before(reading)]
    found = [f"the night waited for {', '.join(waited_for)}"] if len(waited_for) > 1 else []
    if not any(part.began_at is None or part.began_at > reading.queued_at for part in parts):
        found.append("nothing of the backfill was left when the night was read")
    return found


def runs_of(stage: Stage, dag_id: str) -> list[Part]:
    """All runs of a DAG, the oldest first."""
    return [_part(run) for run in reversed(stage.api.runs(dag_id))]


def _part(run: dict[str, Any]) -> Part:
    moments = [datetime.fromisoformat(run[name]) if run[name] else None for name in ("start_date", "end_date")]
    queued_at = datetime.fromisoformat(run["queued_at"] or run["run_after"])
    return Part(run["dag_run_id"], run["state"], queued_at, *moments)


def records_by_month(installation: Installation) -> Counts:
    """What raw knows of every record that is read by its change, by table and the month of its newest change.

    Lists that are read whole are each night's own: no reading of today brings back what another night was shown.
    """
    return dict(_records_by_month(installation))


def _records_by_month(installation: Installation) -> Iterator[tuple[tuple[str, str], tuple[int, str]]]:
    with installation.cluster.connect(installation.database) as connection:
        for portal in PORTALS:
            for resource in [each for each in portal.resources if each.is_windowed]:
                table = f"{portal.code}__{resource.name}"
                query = sql.SQL(
                    "select to_char(updated_at, 'YYYY-MM'), count(*),"
                    " md5(string_agg(content_hash::text, '' order by content_hash::text))"
                    " from (select distinct on (province_code, {key}) * from {table} where not is_stale"
                    " order by province_code, {key}, known_from desc, version_id desc) as newest"
                    " where not is_deleted group by 1"
                ).format(
                    key=sql.SQL(", ").join(map(sql.Identifier, resource.key)),
                    table=sql.Identifier("raw", table),
                )
                for of_month, rows, digest in connection.execute(query):
                    yield (table, str(of_month)), (int(rows), str(digest))
