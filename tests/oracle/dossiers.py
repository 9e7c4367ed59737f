"""What is counted over dossiers, payments and ratings."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from portal_simulator.records import Dossier, Procedure, Province
from tests.oracle.agencies import Directory
from tests.oracle.catalogue import services_on
from tests.oracle.timeliness import Period, is_accepted, is_in_hand, judge

_ONLINE_CHANNEL = 2
_UNSATISFIED = "KHÔNG HÀI LÒNG"


@dataclass
class DossierCounts:
    """One agency's (or the province's) counts, and the procedures seen."""

    number: Counter[str] = field(default_factory=Counter)
    procedures: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def count_dossiers(
    province: Province, places: Directory, period: Period, catalogue_on: date | None = None
) -> dict[str, DossierCounts]:
    """Counts by agency code; the province's own code carries all records of the province.

    `catalogue_on`: the day whose services count, by default the period's last.
    """
    catalogue = {procedure.code: procedure for procedure in province.procedures}
    online_at = {
        (places.agency_of(service.agency_code), procedure.code)
        for procedure in province.procedures
        for service in services_on(province, procedure, catalogue_on or period.last_day)
        if service.level in ("FULL", "PARTIAL")
    }
    complaints = {
        petition.dossier_code
        for petition in province.petitions
        if petition.dossier_code and petition.received_at <= period.known_at
    }
    counts: dict[str, DossierCounts] = defaultdict(DossierCounts)
    for dossier in province.dossiers:
        if dossier.submitted_at > period.known_at:
            continue
        if dossier.removed_at is not None and dossier.removed_at <= period.known_at:
            continue
        agency = places.agency_of(dossier.agency_code)
        facts, seen = _facts(dossier, catalogue.get(dossier.procedure_code), period, complaints)
        if (agency, dossier.procedure_code) not in online_at:
            seen.discard("filed_online")
        for code in {agency or places.province_code, places.province_code}:
            counts[code].number.update(facts)
            for kind in seen:
                counts[code].procedures[kind].add(dossier.procedure_code)
    return dict(counts)


def _facts(
    dossier: Dossier, procedure: Procedure | None, period: Period, complaints: set[str]
) -> tuple[list[str], set[str]]:
    """What this dossier adds one to, and what its procedure was seen doing."""
    facts: list[str] = []
    seen: set[str] = set()
    if period.start <= dossier.submitted_at < period.horizon:
        facts.append("filed")
        if dossier.channel == _ONLINE_CHANNEL:
            facts.append("filed_online")
            seen.add("filed_online")
    online = [
        payment
        for payment in dossier.payments
        if payment.method == "truc-tuyen"
        and payment.paid_at is not None
        and not payment.failed
        and payment.paid_at < period.horizon
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
        facts += _in_hand_facts(dossier, procedure, period, complaints, bool(online))
        if dossier.is_vneid_verified:
            seen.add("verified")
    return facts, seen


def _in_hand_facts(
    dossier: Dossier,
    procedure: Procedure | None,
    period: Period,
    complaints: set[str],
    is_paid: bool,
) -> list[str]:
    files = [result for result in dossier.results if result.at <= period.known_at]
    has_result = any(result.has_file for result in files)
    is_unhappy = dossier.code in complaints or any(
        rating.verdict == _UNSATISFIED and rating.at <= period.known_at for rating in dossier.ratings
    )
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
        "linked": dossier.is_vneid_verified or dossier.uses_population_database,
        "with_fee": has_fee,
        "paid_online": has_fee and is_paid,
    }
    return [name for name, holds in flags.items() if holds]


def _bears_fee(dossier: Dossier) -> bool:
    """The dossier's own fee lines say it, whatever the catalogue says of its procedure."""
    return any(line.amount > 0 for line in dossier.fee_lines)
