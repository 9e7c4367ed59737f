"""The door in: landed batches judged, the verdict written down, and what a stopped batch turned away kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from sqlalchemy import Engine

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import Portal, Resource
from dvc766.quality.audit import Audit, Check, Judge
from dvc766.quality.deletions import judge_deletions, read_largest_gone_share
from dvc766.quality.facts import details_vi, landed_facts
from dvc766.quality.named import named_records
from dvc766.quality.suites import read_suite
from dvc766.quality.usual import Calendar, read_calendar
from dvc766.runs.life import close_door, judge_url
from dvc766.runs.slices import Slice
from dvc766.settings import Settings
from dvc766.warehouse import promotion
from dvc766.warehouse.deletions import count_gone
from dvc766.warehouse.landing import LandedBatch, batch_of_run
from dvc766.warehouse.run_life import Run
from dvc766.warehouse.tables import table_name


class DoorIn:
    """Judges the batches of one run. Great Expectations is started once, when the first batch is judged."""

    def __init__(self, settings: Settings, engine: Engine, run: Run, portal: Portal) -> None:
        self._settings = settings
        self._engine = engine
        self._run = run
        self._portal = portal

    def judge(self, resources: Iterable[Resource], piece: Slice | None = None) -> Audit:
        """Judge what landing holds of the resources; `piece` is its place in a long window.

        Raises AuditBlocked, and closes the run as `blocked`, when a critical condition failed. What the
        batches turned away is then in quarantine.records all the same: the next landing replaces them.
        """
        batches = [
            (resource, batch_of_run(self._engine, self._run.run_id, self._portal, resource)) for resource in resources
        ]
        checks = [check for resource, batch in batches for check in self._checks(resource, batch)]
        failed = {check.batch_id for check in Audit(tuple(checks)).blocking}
        for resource, batch in batches:
            if batch.batch_id in failed and batch.rejected:
                promotion.quarantine(self._engine, self._portal, resource, batch.batch_id)
        what = f"Lô dữ liệu của {self._portal.name_vi}" + (_place_vi(piece) if piece else "")
        return close_door(self._engine, self._run.run_id, "in", what, checks)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(judge_url(self._settings, "extractor"))

    @cached_property
    def _calendar(self) -> Calendar:
        return read_calendar(self._settings.calendar_days)

    def _checks(self, resource: Resource, batch: LandedBatch) -> Sequence[Check]:
        name = table_name(self._portal, resource)
        suite = read_suite(self._settings.expectations / "landing" / f"{name}.yml")
        with self._engine.connect() as connection:
            facts = landed_facts(connection, batch.run_id, self._portal, resource, suite, self._calendar)
            named = named_records(connection, batch.run_id, self._portal, resource, suite.records)
            details = {**details_vi(connection, self._portal, resource), **named.details_vi}
        checks = list(self._judge.judge(suite, "landing", {**facts, **named.facts}, details))
        gone = count_gone(self._engine, self._portal, resource, batch)
        if gone is not None:
            share = read_largest_gone_share(
                self._settings.dbt_project / "seeds" / "rules.csv", self._run.as_of.astimezone(LOCAL_ZONE).date()
            )
            checks.append(judge_deletions(name, *gone, share))
        return [replace(check, batch_id=batch.batch_id) for check in checks]


def _place_vi(piece: Slice) -> str:
    """Which slice it is, and what became of those before."""
    end = piece.window.end.astimezone(LOCAL_ZONE)
    place = f" (đoạn {piece.number}/{piece.of}, đến {end:%d/%m/%Y}"
    return place + ("; các đoạn trước đã vào kho, lượt sau đọc tiếp từ đây)" if piece.number > 1 else ")")
