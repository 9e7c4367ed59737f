"""The state behind both faces: canonical records, the simulated clock, the faults."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from portal_simulator.records import Agency, Dossier, Province, Service, State
from portal_simulator.views.disguises import dress
from portal_simulator.views.dossiers import Row, dossier_events, stable, visible_steps
from portal_simulator.views.faults import Faults, Kind
from portal_simulator.views.records import (
    PaymentRecord,
    RatingRecord,
    has_transaction,
    payment_events,
    petition_events,
    rating_events,
)
from portal_simulator.views.timeline import Timeline

_VALUE_FAULTS = (Kind.DISGUISE, Kind.CONTENT, Kind.DEFECT)
# Moving the change time of these dossiers says nothing: their dates stand in fields of their own.
_MAY_DRIFT = (State.ACCEPTED, State.NOT_ACCEPTED, State.RESULT_READY, State.DELIVERED)

RowMaker = Callable[[Any, datetime, datetime], Row]


class Simulation:
    """One province, seen at `now`."""

    def __init__(self, province: Province) -> None:
        self.province = province
        self.now = province.clock
        self.faults = Faults()
        self.state_number = 0  # grows with every change of the clock or of a fault
        self.procedures = {p.code: p for p in province.procedures}
        self.dossiers = {d.dossier_id: d for d in province.dossiers}
        payments = [PaymentRecord(p, d) for d in province.dossiers for p in d.payments]
        ratings = [RatingRecord(r, d) for d in province.dossiers for r in d.ratings]
        self.timelines: dict[str, Timeline[Any]] = {
            "dossiers": Timeline(province.dossiers, dossier_events, lambda d: d.removed_at),
            "payment_requests": Timeline(payments, payment_events),
            "payment_transactions": Timeline([p for p in payments if has_transaction(p)], payment_events),
            "ratings": Timeline(ratings, rating_events),
            "petitions": Timeline(province.petitions, petition_events),
        }
        listed = {a.code for a in province.agencies}
        named = {d.agency_code for d in province.dossiers} | {p.agency_code for p in province.petitions}
        named |= {d.moved[1] for d in province.dossiers if d.moved}
        self._unlisted = sorted(code for code in named - listed if code)
        self.refresh()

    def set_clock(self, now: datetime) -> None:
        """Let the simulated clock show `now`."""
        self.now = now
        self.refresh()

    def switch_fault(self, name: str, *, on: bool, every: int | None = None) -> None:
        """Switch a fault; KeyError when there is none of that name."""
        self.faults.switch(name, on=on, every=every)
        if name == "page_drift" and not on:
            for timeline in self.timelines.values():
                timeline.forget_touches()
        self.refresh()

    def refresh(self) -> None:
        """Order every kind of record anew for the clock and the faults."""
        self.state_number += 1
        is_shown = self._is_kept if "volume_halved" in self.faults.on else None
        for timeline in self.timelines.values():
            timeline.set_clock(self.now, is_shown)
        self.agencies = agencies_at(self.province, self.now)
        for code in self._unlisted:  # units that the national list does not have
            self.agencies[code] = Agency(code, code, "Đơn vị khác", "AGENCY")

    def agency(self, code: str | None) -> Agency | None:
        """The agency of that code as valid at the clock, else its newest row."""
        return self.agencies.get(code) if code else None

    def is_visible(self, dossier: Dossier) -> bool:
        """True when the portal shows the dossier at the clock."""
        is_gone = dossier.removed_at is not None and dossier.removed_at <= self.now
        return dossier.submitted_at <= self.now and not is_gone

    def changed_at(self, dossier: Dossier) -> datetime:
        """When the dossier last changed, at the clock."""
        return max(at for at in dossier_events(dossier) if at is not None and at <= self.now)

    def removed_dossiers(self) -> list[tuple[datetime, Dossier]]:
        """Dossiers deleted from the portal by now, with the time of their deletion."""
        return [
            (d.removed_at, d) for d in self.province.dossiers if d.removed_at is not None and d.removed_at <= self.now
        ]

    def page(
        self,
        resource: str,
        window: tuple[datetime | None, datetime | None],
        offset: int,
        limit: int,
        make_row: RowMaker,
        *,
        descending: bool = False,
    ) -> tuple[int, list[Row]]:
        """The declared total of a window and one page of its rows, faults applied."""
        timeline = self.timelines[resource]
        on = self.faults.on
        total = timeline.count(*window)
        records = timeline.page(*window, offset, limit, descending=descending)
        rows = []
        for updated_at, record in records:
            key = record_key(record)
            if "page_missing" in on and stable(key) % 10 == 3:
                continue
            row = self.dress(make_row(record, self.now, updated_at), resource, key)
            rows.append(row)
            if "dup_rows" in on and stable(key) % 11 == 0:
                rows.append(row)
        if "page_drift" in on and not descending:
            self._drift(timeline, window, offset, limit)
        return total, rows

    def dress(self, row: Row, resource: str, key: str) -> Row:
        """The row as the value faults show it."""
        if self.faults.on and any(self.faults.are_any_on(kind) for kind in _VALUE_FAULTS):
            return dress(row, resource, key, self.faults.on)
        return row

    def _is_kept(self, record: Any) -> bool:
        return stable(record_key(record)) % 2 == 0

    def _drift(
        self,
        timeline: Timeline[Any],
        window: tuple[datetime | None, datetime | None],
        offset: int,
        limit: int,
    ) -> None:
        """Move some rows just served to the end of their window, each once."""
        served = zip(
            timeline.positions(*window, offset, limit),
            timeline.page(*window, offset, limit),
            strict=True,
        )
        for position, (updated_at, record) in list(served):
            key = record_key(record)
            if stable(key) % 7 or timeline.is_touched(position) or not self._may_drift(record):
                continue
            end = self.now if window[1] is None else min(self.now, window[1])
            moved_to = end - timedelta(milliseconds=1 + stable(key) % 500)
            if moved_to > updated_at:
                timeline.touch(position, updated_at, moved_to)

    def _may_drift(self, record: Any) -> bool:
        if not isinstance(record, Dossier):
            return True
        steps = visible_steps(record, self.now)
        return bool(steps) and steps[-1].state in _MAY_DRIFT


def record_key(record: Any) -> str:
    """What identifies a record of any kind."""
    if isinstance(record, Dossier):
        return record.dossier_id
    if isinstance(record, PaymentRecord):
        return record.payment.code
    if isinstance(record, RatingRecord):
        return record.rating.rating_id
    return str(record.petition_id)


def agencies_at(province: Province, now: datetime) -> dict[str, Agency]:
    """For each code known by `now`: the agency valid on that day, else the newest one."""
    today = now.date()
    known = [a for a in province.agencies if a.valid_from is None or a.valid_from <= today]
    known.sort(key=lambda a: (is_valid(a, now), str(a.valid_from or "")))
    return {agency.code: agency for agency in known}


def is_valid(dated: Agency | Service, now: datetime) -> bool:
    """True when the agency or service exists on the day of `now` (`valid_to` is its last day)."""
    today = now.date()
    return (dated.valid_from is None or dated.valid_from <= today) and (
        dated.valid_to is None or today <= dated.valid_to
    )


def gateway_id(text: str) -> str:
    """An id in the gateway's form, 24 hexadecimal digits, that depends on the text alone."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
