"""A reading: one portal's records, from the wire through the door in to raw."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from dvc766.portals import PORTALS, open_portal
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Portal, Window
from dvc766.quality.audit import Audit, Check, Judge
from dvc766.quality.facts import landed_facts, rejections_vi
from dvc766.quality.suites import read_suite
from dvc766.quality.usual import read_calendar
from dvc766.runs.life import (
    close_door,
    closing_on_failure,
    driven_here,
    engine_of_role,
    judge_url,
    require_passed,
    require_running,
    until_now,
)
from dvc766.settings import Settings
from dvc766.warehouse import promotion, run_life
from dvc766.warehouse.landing import LandedBatch, land
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.run_life import BY_HAND, READING, Driver, Run, find_run, finish_run
from dvc766.warehouse.tables import table_name
from dvc766.warehouse.windows import next_window

_LOG = logging.getLogger(__name__)


def portal_of(code: str) -> Portal:
    """The portal of a code; KeyError names it when there is none."""
    for portal in PORTALS:
        if portal.code == code:
            return portal
    raise KeyError(f"There is no portal {code!r}; the portals are {', '.join(p.code for p in PORTALS)}.")


def start_reading(
    settings: Settings, portal_code: str, *, as_of: datetime | None = None, driver: Driver = BY_HAND
) -> int:
    """Open a reading of a portal up to `as_of` (default: the business clock's now); returns its number.

    RunRefused for a time that has not come yet, WarehouseBusy while another reading of the portal is open.
    """
    portal = portal_of(portal_code)
    settings.portal(portal.code)  # a missing connection is told before anything is opened
    as_of = until_now(settings, as_of)
    with engine_of_role(settings, "extractor") as engine:
        return run_life.start_reading(engine, portal.code, as_of, driver)


def write(
    settings: Settings,
    run_id: int,
    resources: Sequence[str],
    *,
    window_from: datetime | None = None,
    sweep: bool = False,
) -> list[LandedBatch]:
    """Read the next window of each resource from the portal into landing, replacing what was there.

    The resources share a session with the portal. Raises the portal's errors; a resource that has
    landed stays, and is read again when the step is done again.
    """
    with engine_of_role(settings, "extractor") as engine:
        run, portal = _open(engine, run_id)
        connection = settings.portal(portal.code)
        known_codes = read_known_codes(settings.portal_codes, portal)
        reader = open_portal(portal, connection, known_codes)
        batches: list[LandedBatch] = []
        for resource in map(portal.resource, resources):
            window = next_window(
                engine,
                portal,
                resource,
                connection.province_code,
                run.as_of,
                window_from=window_from,
                known_codes=known_codes,
                sweep=sweep,
            )
            reading = reader.read(resource, window)
            batch = land(engine, run_id, portal, resource, connection.province_code, window, reading)
            _tell(window, batch)
            batches.append(batch)
    return batches


def audit_landing(settings: Settings, run_id: int) -> Audit:
    """Judge all landed batches of a reading by expectations/landing/, and record what was found.

    Raises AuditBlocked when a critical condition failed; the run is then closed as `blocked`, and
    raw and the cursors stay as they were.
    """
    with engine_of_role(settings, "extractor") as engine:
        _, portal = _open(engine, run_id)
        calendar = read_calendar(settings.calendar_days)
        judge = Judge(judge_url(settings, "extractor"))
        checks: list[Check] = []
        for resource in portal.resources:
            suite = read_suite(settings.expectations / "landing" / f"{table_name(portal, resource)}.yml")
            with engine.connect() as connection:
                facts = landed_facts(connection, run_id, portal, resource, suite, calendar)
                details = rejections_vi(connection, portal, resource)
            checks.extend(judge.judge(suite, "landing", facts, details))
        return close_door(engine, run_id, "in", f"Lô dữ liệu của {portal.name_vi}", checks)


def promote(settings: Settings, run_id: int) -> list[LedgerEntry]:
    """Take the audited batches into raw, a transaction for each resource, and close the reading.

    Raises RunRefused when the door in has not let this run pass.
    """
    with engine_of_role(settings, "extractor") as engine:
        run = find_run(engine, run_id)
        portal = portal_of(run.portal or "")
        require_passed(engine, run_id, "in")
        entries = [promotion.promote(engine, run_id, portal, resource) for resource in portal.resources]
        finish_run(engine, run_id, "succeeded")
    for entry in entries:
        _LOG.info(
            "%s: %d fetched = %d new + %d changed + %d unchanged + %d duplicate + %d quarantined; %d deleted",
            *(entry.resource, entry.fetched, entry.new, entry.changed, entry.unchanged),
            *(entry.duplicate, entry.quarantined, entry.deleted),
        )
    return entries


def read_portal(
    settings: Settings,
    portal_code: str,
    *,
    as_of: datetime | None = None,
    window_from: datetime | None = None,
    sweep: bool = False,
) -> list[LedgerEntry]:
    """One whole reading of a portal, without a scheduler."""
    with driven_here(settings, "extractor") as driver:
        run_id = start_reading(settings, portal_code, as_of=as_of, driver=driver)
        with closing_on_failure(settings, run_id):
            names = [resource.name for resource in portal_of(portal_code).resources]
            write(settings, run_id, names, window_from=window_from, sweep=sweep)
            audit_landing(settings, run_id)
            return promote(settings, run_id)


def _open(engine: Engine, run_id: int) -> tuple[Run, Portal]:
    run = require_running(engine, run_id, READING)
    return run, portal_of(run.portal or "")


def _tell(window: Window, batch: LandedBatch) -> None:
    start = "the beginning" if window.start is None else window.start.isoformat()
    total = "no" if batch.declared is None else batch.declared
    _LOG.info(
        "%s %s, %s to %s: %d records, %s declared, %d rejected",
        *(batch.portal, batch.resource, start, window.end.isoformat()),
        *(batch.fetched, total, batch.rejected),
    )
