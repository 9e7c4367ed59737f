"""What is counted over the catalogue of procedures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from portal_simulator.records import Agency, Procedure, Province, Service
from tests.oracle.agencies import Directory
from tests.oracle.calendar import add_working_days
from tests.oracle.codes import AS_EVER, Codes
from tests.oracle.timeliness import Period

_LEAD_DAYS = 5
_PUBLICATION_DAYS = 5


@dataclass
class Sets:
    """Procedure codes by role, for an agency or the province."""

    authority: set[str] = field(default_factory=set)
    authority_online: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    fee_bearing: set[str] = field(default_factory=set)
    citizen: set[str] = field(default_factory=set)


def catalogue_sets(province: Province, places: Directory, on: date, codes: Codes = AS_EVER) -> dict[str, Sets]:
    """The sets by agency code as of a day; the province's own hold every distinct procedure.

    Codes mean what they mean on the last day of the period.
    """
    last = places.day
    sets: dict[str, Sets] = defaultdict(Sets)
    for procedure in province.procedures:
        if not procedure.is_listed(on):
            continue
        services = services_on(province, procedure, on)
        is_online = any(is_offered_online(service, last, codes) for service in services)
        is_inactive = codes.means("formality_state", procedure.state, last) == "inactive"
        for publisher in () if is_inactive else procedure.publishing_agency_codes:
            for code in _rows(places, publisher):
                sets[code].authority.add(procedure.code)
                if is_online:
                    sets[code].authority_online.add(procedure.code)
        for service in services:
            for code in _rows(places, service.agency_code):
                if is_offered_online(service, last, codes):
                    sets[code].services.add(procedure.code)
                if procedure.fee > 0:
                    sets[code].fee_bearing.add(procedure.code)
                if codes.means("target_type", procedure.target.upper(), last) == "citizen":
                    sets[code].citizen.add(procedure.code)
    return dict(sets)


def is_offered_online(service: Service, day: date, codes: Codes) -> bool:
    """In part or in full."""
    return codes.means("implement_level", service.level, day) in ("full", "partial")


def services_on(province: Province, procedure: Procedure, on: date) -> list[Service]:
    """The services that the catalogue names on a day: of agencies that exist, and of unlisted units."""
    listed = {agency.code for agency in province.agencies}
    valid = {agency.code for agency in province.agencies if _holds(agency, on)}
    return [
        service
        for service in procedure.services
        if procedure.is_listed(on)
        and _holds(service, on)
        and (service.agency_code in valid or service.agency_code not in listed)
    ]


def _holds(dated: Agency | Service, on: date) -> bool:
    return (dated.valid_from is None or dated.valid_from <= on) and (dated.valid_to is None or on <= dated.valid_to)


def _rows(places: Directory, agency_code: str) -> set[str]:
    return {places.agency_of(agency_code, places.day) or places.province_code, places.province_code}


def announcements(province: Province, period: Period) -> dict[str, tuple[int, int]]:
    """1.1, 1.2 and 1.3 of the province as (numerator, denominator)."""
    own = [p for p in province.procedures if p.announcing_agency_code is not None]
    decided: dict[str, bool] = {}
    fallen_due: dict[str, bool] = {}
    public = complete = 0
    for procedure in own:
        newest_basis = max(_known_bases(procedure, period), default=None)
        for made in procedure.announcements:
            if period.start.date() <= made.decided_on <= period.judged_on:
                timely = newest_basis is not None and made.decided_on <= add_working_days(newest_basis, -_LEAD_DAYS)
                decided[procedure.code] = decided.get(procedure.code, True) and timely
            due = add_working_days(made.decided_on, _PUBLICATION_DAYS)
            if period.start.date() <= due <= period.judged_on:
                prompt = made.published_at is not None and made.published_at.date() <= due
                fallen_due[procedure.code] = fallen_due.get(procedure.code, True) and prompt
        if _is_public(procedure, period):
            public += 1
            complete += not procedure.missing_parts
    return {
        "1.1": (sum(decided.values()), len(decided)),
        "1.2": (sum(fallen_due.values()), len(fallen_due)),
        "1.3": (complete, public),
    }


def _known_bases(procedure: Procedure, period: Period) -> list[date]:
    """Effective dates known by the period's end: the n-th basis comes with the n-th decision."""
    decisions = procedure.announcements
    return [
        day
        for number, day in enumerate(procedure.legal_bases_effective_on)
        if number >= len(decisions) or decisions[number].decided_on <= period.judged_on
    ]


def _is_public(procedure: Procedure, period: Period) -> bool:
    """Announced and on the national portal by the period's end."""
    return procedure.state != "INACTIVE" and any(
        made.published_at is not None and made.published_at < period.horizon for made in procedure.announcements
    )
