"""What is counted over dossiers, payments and ratings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from portal_simulator.records import Dossier, Procedure, Province
from tests.oracle.agencies import Directory, agency_of_dossier
from tests.oracle.catalogue import is_offered_online, services_on
from tests.oracle.codes import AS_EVER, Codes
from tests.oracle.petitions import stands
from tests.oracle.timeliness import Period, is_accepted, is_in_hand, judge


@dataclass
class DossierCounts:
    """One agency's (or the province's) counts, and the procedures seen."""

    number: Counter[str] = field(default_factory=Counter)
    procedures: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def count_dossiers(
    province: Province,
    places: Directory,
    period: Period,
    catalogue_on: date | None = None,
    codes: Codes = AS_EVER,
) -> dict[str, DossierCounts]:
    """Counts by agency code; the province's own code carries all records of the province.

    `catalogue_on`: the day whose services count, by default the period's last.
    """
    catalogue = {procedure.code: procedure for procedure in province.procedures}
    online_at = {
        (places.agency_of(service.agency_code, places.day), procedure.code)
        for procedure in province.procedures
        for service in services_on(province, procedure, catalogue_on or period.last_day)
        if is_offered_online(service, places.day, codes)
    }
    complaints = {
        petition.dossier_code
        for petition in province.petitions
        if petition.dossier_code and stands(petition, period.known_at, codes)
    }
    counts: dict[str, DossierCounts] = defaultdict(DossierCounts)
    for dossier in province.dossiers:
        if dossier.submitted_at > period.known_at:
            continue
        if dossier.removed_at is not None and dossier.removed_at <= period.known_at:
            continue
        procedure = catalogue.get(dossier.procedure_code)
        field = procedure.field_code if procedure else None
        agency = agency_of_dossier(dossier, places, period.known_at, field)
        facts, seen = _facts(dossier, procedure, period, complaints, codes)
        if (agency, dossier.procedure_code) not in online_at:
            seen.discard("filed_online")
        for code in {agency or places.province_code, places.province_code}:
            counts[code].number.update(facts)
            for kind in seen:
                counts[code].procedures[kind].add(dossier.procedure_code)
    return dict(counts)


def _facts(
    dossier: Dossier, procedure: Procedure | None, period: Period, complaints: set[str], codes: Codes
) -> tuple[list[str], set[str]]:
    """What this dossier adds one to, and what its procedure was seen doing."""
    facts: list[str] = []
    seen: set[str] = set()
    if period.start <= dossier.submitted_at < period.horizon:
        facts.append("filed")
        filed_on = dossier.submitted_at.date()
        if dossier.channel and codes.means("channel", str(dossier.channel), filed_on) == "online":
            facts.append("filed_online")
            seen.add("filed_online")
    online = [
        payment
        for payment in dossier.payments
        if payment.paid_at is not None
        and payment.paid_at < period.horizon
        and payment.method == "truc-tuyen"  # nothing else passes a gateway
        and codes.means("payment_method", payment.method, payment.requested_at.date()) == "online"
        and not payment.failed
        and codes.means("payment_state", "thanh-cong", payment.paid_at.date()) == "succeeded"
    ]
    if any(payment.paid_at is not None and payment.paid_at >= period.start for payment in online):
        seen.add("paid")
    received = dossier.received_at
    arrived = received if received is not None and received <= period.known_at else dossier.submitted_at
    if _bears_fee(dossier) and period.start <= arrived < period.horizon:
        seen.add("came_with_fee")
    if is_accepted(dossier, period) and received is not None and received >= period.start:
        facts.append("received")
    if is_in_hand(dossier, period):
        facts += _in_hand_facts(dossier, procedure, period, complaints, codes, bool(online))
        if dossier.is_vneid_verified:
            seen.add("verified")
    return facts, seen


def _in_hand_facts(
    dossier: Dossier,
    procedure: Procedure | None,
    period: Period,
    complaints: set[str],
    codes: Codes,
    is_paid: bool,
) -> list[str]:
    files = [result for result in dossier.results if result.at <= period.known_at]
    has_result = any(result.has_file for result in files)
    # a dossier answers to the code it bears now and to the one it bore before
    is_unhappy = bool({dossier.code, dossier.code_at(period.known_at)} & complaints) or any(
        codes.means("rating_verdict", rating.verdict, rating.at.date()) == "unsatisfied"
        and rating.at <= period.known_at
        for rating in dossier.ratings
    )
    filed_on = dossier.submitted_at.date()
    is_linked = dossier.uses_population_database and codes.means("database", "1", filed_on) == "population"
    verdict = judge(dossier, procedure, period)
    has_fee = _bears_fee(dossier)
    flags = {
        "in_hand": True,
        "timed": verdict.is_on_time is not None,
        "on_time": verdict.is_on_time is True,
        "satisfied": verdict.is_on_time is not False and not is_unhappy,
        "with_result": has_result,
        "digitised": has_result and any(part.is_digitised for part in dossier.components),
        "reused": dossier.has_reuse_flag or any(part.is_reused for part in dossier.components),
        "stored": any(part.from_store for part in dossier.components) or any(result.in_store for result in files),
        "linked": dossier.is_vneid_verified or is_linked,
        "with_fee": has_fee,
        "paid_online": has_fee and is_paid,
    }
    return [name for name, holds in flags.items() if holds]


def _bears_fee(dossier: Dossier) -> bool:
    """The dossier's own fee lines say it, whatever the catalogue says of its procedure."""
    return any(line.amount > 0 for line in dossier.fee_lines)
