"""A reading: one portal's records, from the wire through the door in to raw."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from dvc766.portals import PORTALS, connected, open_portal, reader_fingerprint
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Portal, Resource
from dvc766.portals.reading import PortalReader
from dvc766.quality.audit import Audit
from dvc766.runs.door_in import DoorIn
from dvc766.runs.in_use import note_sources
from dvc766.runs.life import (
    closing_on_failure,
    driven_here,
    engine_of_role,
    require_passed,
    require_running,
    until_now,
)
from dvc766.runs.slices import Slice, SliceSize, cut
from dvc766.settings import Settings
from dvc766.warehouse import promotion, run_life
from dvc766.warehouse.landing import LandedBatch, batch_of_run, land, without_batch
from dvc766.warehouse.ledger import LedgerEntry
from dvc766.warehouse.origin import require_origin
from dvc766.warehouse.run_life import BY_HAND, READING, Driver, Run, find_run, finish_run
from dvc766.warehouse.windows import Reader, next_window, windows_to_read_again

_LOG = logging.getLogger(__name__)


def portal_of(settings: Settings, code: str) -> Portal:
    """The portal of a code with what is to be read there.

    KeyError names a portal that there is not, SettingsError the variable of one that is not connected.
    """
    if code not in (known := [portal.code for portal in PORTALS]):
        raise KeyError(f"There is no portal {code!r}; the portals are {', '.join(known)}.")
    settings.portal(code)
    [portal] = [portal for portal in connected(settings.portals) if portal.code == code]
    return portal


def start_reading(
    settings: Settings, portal_code: str, *, as_of: datetime | None = None, driver: Driver = BY_HAND
) -> int:
    """Open a reading of a portal up to `as_of` (default: the business clock's now); returns its number.

    RunRefused for a time that has not come yet and when the warehouse holds records of another origin,
    WarehouseBusy while another reading of the portal is open.
    """
    portal = portal_of(settings, portal_code)  # a missing connection is told before anything is opened
    as_of = until_now(settings, as_of)
    with engine_of_role(settings, "extractor") as engine:
        require_origin(engine, is_synthetic=settings.portal(portal.code).synthetic)
        note_sources(settings, engine)
        return run_life.start_reading(engine, portal.code, as_of, driver, reader_fingerprint())


def write(
    settings: Settings,
    run_id: int,
    resources: Sequence[str],
    *,
    window_from: datetime | None = None,
    sweep: bool = False,
) -> list[LandedBatch]:
    """Read the next window of each resource from the portal into landing; returns what landed last.

    A long window, and days that are read again, are read in slices: all but the newest one are judged and
    promoted as they come, each by itself, so that an interrupted reading goes on where it stopped and
    nothing is locked for longer than a slice. What landed last waits for the door of all resources together.
    The resources share a session with the portal. Raises the portal's errors, and AuditBlocked when a slice
    is stopped at the door; what was promoted before stays.
    """
    with engine_of_role(settings, "extractor") as engine:
        run, portal = _open(settings, engine, run_id)
        reading = _Reading.begin(settings, engine, run, portal)
        return [reading.read(portal.resource(name), window_from=window_from, sweep=sweep) for name in resources]


def audit_landing(
    settings: Settings, run_id: int, *, window_from: datetime | None = None, sweep: bool = False
) -> Audit:
    """Judge the landed batches of a reading by expectations/landing/, and record what was found.

    What a crash of the database took out of landing is read again first, as `write` was asked to read it.
    Raises AuditBlocked when a critical condition failed; the run is then closed as `blocked`, and
    raw and the cursors stay as they were.
    """
    _write_lost(settings, run_id, window_from, sweep=sweep)
    with engine_of_role(settings, "extractor") as engine:
        run, portal = _open(settings, engine, run_id)
        return DoorIn(settings, engine, run, portal).judge(portal.resources)


def promote(
    settings: Settings, run_id: int, *, window_from: datetime | None = None, sweep: bool = False
) -> list[LedgerEntry]:
    """Take the audited batches into raw, a transaction for each resource, and close the reading.

    What a crash of the database took out of landing is read again first, and judged.
    Raises RunRefused when the door in has not let the very batch pass that landing holds.
    """
    if _write_lost(settings, run_id, window_from, sweep=sweep):
        audit_landing(settings, run_id)
    with engine_of_role(settings, "extractor") as engine:
        portal = portal_of(settings, find_run(engine, run_id).portal or "")
        batches = {resource: batch_of_run(engine, run_id, portal, resource).batch_id for resource in portal.resources}
        for batch_id in batches.values():
            require_passed(engine, run_id, "in", batch_id)
        entries = [promotion.promote(engine, portal, resource, batch_id) for resource, batch_id in batches.items()]
        finish_run(engine, run_id, "succeeded")
    for entry in entries:
        _tell_promoted(entry)
    return entries


def _write_lost(settings: Settings, run_id: int, window_from: datetime | None, *, sweep: bool) -> bool:
    """Read again what left landing after it was written; whether there was anything.

    Landing is not logged: a killed server comes back without it. The task that wrote it has succeeded then, and
    nobody tries it again.
    """
    with engine_of_role(settings, "extractor") as engine:
        run = find_run(engine, run_id)
        if run.state != "running":  # a step that is tried again after its end has nothing to read
            return False
        lost = [resource.name for resource in without_batch(engine, portal_of(settings, run.portal or ""))]
    return bool(lost and write(settings, run_id, lost, window_from=window_from, sweep=sweep))


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
            names = [resource.name for resource in portal_of(settings, portal_code).resources]
            write(settings, run_id, names, window_from=window_from, sweep=sweep)
            audit_landing(settings, run_id)
            return promote(settings, run_id)


@dataclass(frozen=True)
class _Reading:
    """What the slices of a run have in common."""

    engine: Engine
    run: Run
    portal: Portal
    reader: PortalReader
    known: Reader
    province_code: str
    size: SliceSize
    door: DoorIn

    @classmethod
    def begin(cls, settings: Settings, engine: Engine, run: Run, portal: Portal) -> _Reading:
        connection = settings.portal(portal.code)
        codes = read_known_codes(settings.portal_codes, portal)
        return cls(
            engine=engine,
            run=run,
            portal=portal,
            reader=open_portal(portal, connection, codes),
            known=Reader(codes, reader_fingerprint()),
            province_code=connection.province_code,
            size=SliceSize(timedelta(days=connection.manners.slice_days), connection.manners.slice_records),
            door=DoorIn(settings, engine, run, portal),
        )

    def read(self, resource: Resource, *, window_from: datetime | None, sweep: bool) -> LandedBatch:
        """Slice by slice; the newest stays in landing.

        After a slice that lacks records, and that the door let pass all the same, no later one is read: the
        cursor stays before the gap, and the next run goes on there.
        """
        for piece in self._slices(resource, window_from, sweep=sweep):
            batch = self._land(resource, piece)
            if piece.window.is_last or not self._take(resource, piece, batch):
                break
        return batch

    def _slices(self, resource: Resource, window_from: datetime | None, *, sweep: bool) -> Iterator[Slice]:
        window = next_window(
            self.engine,
            self.run.run_id,
            self.portal,
            resource,
            self.province_code,
            self.run.as_of,
            window_from=window_from,
            sweep=sweep,
        )
        again = windows_to_read_again(self.engine, self.portal, resource, self.province_code, window.start, self.known)
        for one in (*again, window):
            if resource.is_windowed:
                yield from cut(one, self.size, lambda since, until: self.reader.glance(resource, since, until))
            else:
                yield Slice(one, 1, 1)

    def _land(self, resource: Resource, piece: Slice) -> LandedBatch:
        pages = self.reader.read(resource, piece.window)
        batch = land(self.engine, self.run.run_id, self.portal, resource, self.province_code, piece.window, pages)
        start = "the beginning" if batch.window_from is None else batch.window_from.isoformat()
        _LOG.info(
            "%s %s, %s (from %s): batch %d, %d records, %s declared, %d rejected",
            *(batch.portal, batch.resource, piece.text, start, batch.batch_id, batch.fetched),
            *("no" if batch.declared is None else batch.declared, batch.rejected),
        )
        return batch

    def _take(self, resource: Resource, piece: Slice, batch: LandedBatch) -> bool:
        """Judge and promote a slice that others follow; False when records are missing in it."""
        self.door.judge([resource], piece)
        entry = promotion.promote(self.engine, self.portal, resource, batch.batch_id)
        _tell_promoted(entry)
        if not entry.is_complete:
            _LOG.warning(
                "Cảnh báo: %s, %s, đoạn %d/%d: cổng khai %s bản ghi, nhận được %d; chưa đọc tiếp để không bỏ sót.",
                *(self.portal.name_vi, resource.name, piece.number, piece.of),
                *(entry.declared, entry.fetched - entry.duplicate),
            )
        return entry.is_complete


def _open(settings: Settings, engine: Engine, run_id: int) -> tuple[Run, Portal]:
    run = require_running(engine, run_id, READING)
    return run, portal_of(settings, run.portal or "")


def _tell_promoted(entry: LedgerEntry) -> None:
    _LOG.info(
        "%s: %d fetched = %d new + %d changed + %d unchanged + %d duplicate + %d stale + %d quarantined; %d deleted",
        *(entry.resource, entry.fetched, entry.new, entry.changed, entry.unchanged),
        *(entry.duplicate, entry.stale, entry.quarantined, entry.deleted),
    )
    if entry.stale:
        _LOG.warning(
            "Cảnh báo: %s.%s có %d bản ghi cũ hơn trạng thái đã biết (cổng trả lời từ bản sao chậm?): giữ, không dùng.",
            *(entry.portal, entry.resource, entry.stale),
        )
