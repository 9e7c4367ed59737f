"""A batch that was stopped at the door in, let pass by a person who says why. Nothing else passes with it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from dvc766.portals.contract import Portal, Resource
from dvc766.runs.life import engine_of_role, require_passed
from dvc766.runs.reading import portal_of
from dvc766.settings import Settings
from dvc766.warehouse import promotion, run_life
from dvc766.warehouse.landing import LandedBatch, batch_of_run
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.run_life import BY_HAND, READING, Driver, find_run, finish_run, note
from dvc766.warehouse.sessions import RunRefused
from dvc766.warehouse.tables import ACCEPTANCES, CHECK_RESULTS

_LOG = logging.getLogger(__name__)


def accept_blocked(
    settings: Settings, run_id: int, *, reason: str, accepted_by: str, driver: Driver = BY_HAND
) -> list[LedgerEntry]:
    """Take the batches of a blocked reading into raw although conditions failed; returns their ledger lines.

    Which condition of which batch was accepted, by whom and why, is kept in ops.acceptances. It counts
    for the batches that landing still holds of this run, as they were judged, and for no other. The run
    then ends as `succeeded`, or as `failed` when a slice was accepted that others follow: the next
    reading goes on from there. Raises RunRefused when the run is no blocked reading, or when landing
    does not hold its batches any more.
    """
    with engine_of_role(settings, "extractor") as engine:
        run = find_run(engine, run_id)
        if run.kind != READING or run.state not in ("blocked", "running"):  # running: this step broke off before
            raise RunRefused(
                f"Lượt chạy {run_id} ({run.kind}) có trạng thái {run.state}, không phải lượt đọc bị chặn.\n"
                "Việc cần làm: lấy số của lượt bị chặn trong ops.runs (kind = 'reading', state = 'blocked')."
            )
        portal = portal_of(settings, run.portal or "")
        batches = _judged_batches(engine, run_id, portal)
        failed = _failed_checks(engine, batches)
        if not failed:
            raise RunRefused(
                f"Lượt chạy {run_id} không bị chặn, hoặc vùng nhận không còn giữ lô bị chặn của lượt này"
                " vì cổng đã được đọc lại.\n"
                "Việc cần làm: không có nếu lượt mới đã qua; nếu lô mới bị chặn, chấp nhận lượt mới đó."
            )
        _write_down(engine, run_id, failed, reason.strip(), accepted_by.strip())
        if run.state == "blocked":
            run_life.reopen(engine, run_id, driver)
        note(engine, run_id, f"{accepted_by.strip()} chấp nhận lô bị chặn: {reason.strip()}")
        for batch in batches.values():
            require_passed(engine, run_id, "in", batch.batch_id)
        entries = [promotion.promote(engine, portal, resource, each.batch_id) for resource, each in batches.items()]
        is_whole = len(batches) == len(portal.resources) and all(batch.is_last for batch in batches.values())
        finish_run(engine, run_id, "succeeded" if is_whole else "failed")
    return entries


def _judged_batches(engine: Engine, run_id: int, portal: Portal) -> Mapping[Resource, LandedBatch]:
    """What landing holds of the run, as far as it was judged."""
    columns = CHECK_RESULTS.c
    wanted = select(columns.batch_id).where(columns.run_id == run_id, columns.door == "in").distinct()
    with engine.connect() as connection:
        judged: set[int] = set(connection.scalars(wanted))
    found: dict[Resource, LandedBatch] = {}
    for resource in portal.resources:
        try:
            batch = batch_of_run(engine, run_id, portal, resource)
        except RunRefused:
            continue  # read again since, or not read yet when a slice was stopped
        if batch.batch_id in judged:
            found[resource] = batch
    return found


def _failed_checks(engine: Engine, batches: Mapping[Resource, LandedBatch]) -> list[Mapping[str, object]]:
    columns = CHECK_RESULTS.c
    failed = select(columns.batch_id, columns.suite, columns.expectation).where(
        columns.batch_id.in_([batch.batch_id for batch in batches.values()]),
        columns.severity == "critical",
        ~columns.passed,
    )
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(failed.distinct()).mappings()]


def _write_down(engine: Engine, run_id: int, failed: list[Mapping[str, object]], reason: str, accepted_by: str) -> None:
    said = {"run_id": run_id, "reason": reason, "accepted_by": accepted_by}
    with engine.begin() as connection:
        for check in failed:
            connection.execute(insert(ACCEPTANCES).values({**check, **said}).on_conflict_do_nothing())
            _LOG.warning("Chấp nhận %s · %s", check["suite"], check["expectation"])
