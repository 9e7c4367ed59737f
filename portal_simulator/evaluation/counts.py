"""What the national portal publishes of a closed month: every unit's counts and points.

Counted from the simulator's canonical records, or taken from the published figures the records were
made for. The province's own row counts all records and distinct procedures; units carry the
province's 1.1 to 1.3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from portal_simulator.calendar import shift
from portal_simulator.evaluation.distortions import as_counted, is_own_scope, is_timely_without_deadline
from portal_simulator.evaluation.judgement import Period, is_accepted, is_in_hand, is_on_time, is_past
from portal_simulator.evaluation.scoring import RULES, Measured, measure
from portal_simulator.evaluation.successions import responsible_agency
from portal_simulator.records import Agency, Dossier, Petition, Procedure, Province
from portal_simulator.views.simulation import is_valid

Unit = dict[str, Measured]
_ONLINE_LEVELS = ("FULL", "PARTIAL")
_PARTS_AND_TIMES = 5  # working days: decision before effect, publication after decision
_PETITION_DAYS = 15


class Tally:
    """The counts of one unit: of records, and of distinct procedures."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.procedures: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, *names: str) -> None:
        """Count one record under each name."""
        self.counts.update(names)

    def size(self, name: str, among: str) -> int:
        """How many procedures of a set are among another."""
        return len(self.procedures[name] & self.procedures[among])


def units_of(province: Province, period: Period) -> tuple[Agency, list[Agency]]:
    """The province's own agency and its units, as valid on the period's last day.

    LookupError when there was no province then.
    """
    last_day = period.last_day
    valid = [
        a
        for a in province.agencies
        if (a.valid_from is None or a.valid_from <= last_day) and (a.valid_to is None or last_day <= a.valid_to)
    ]
    roots = [agency for agency in valid if agency.level == "PROVINCE"]
    if not roots:
        raise LookupError(f"no province on {last_day}")
    units = sorted((a for a in valid if a.level != "PROVINCE"), key=lambda a: a.code)
    return roots[0], units


def published(province: Province, codes: list[str], day: date) -> dict[str, Unit]:
    """The published figures of the units; before the province's clock those that had been captured by `day`.

    What the file lacks is left out.
    """
    is_early = day < province.clock.date()
    figures: dict[str, Unit] = {code: {} for code in codes}
    for (code, indicator), cell in (province.published_figures or {}).items():
        points = cell["points"]
        if code in figures and not (is_early and str(cell.get("captured_on") or "") > day.isoformat()):
            figures[code][indicator] = Measured(
                _whole(cell["numerator"]),
                _whole(cell["denominator"]),
                None if points is None else Decimal(str(points)),
            )
    return figures


def evaluate(province: Province, period: Period, distortions: Collection[str] = ()) -> dict[str, Unit]:
    """Every unit's indicators, counted from the records, or otherwise where a distortion is on."""
    root, units = units_of(province, period)
    tallies = {agency.code: Tally() for agency in (root, *units)}
    procedures = {p.code: p for p in province.procedures}
    _count_catalogue(tallies, root.code, province, period)
    complained = {p.dossier_code for p in province.petitions if _is_known(p, period)}
    for dossier in province.dossiers:
        is_gone = dossier.removed_at is not None and dossier.removed_at <= period.now
        if dossier.submitted_at > period.now or is_gone or is_past(dossier, period):
            continue
        for counted in as_counted(dossier, period, distortions):
            procedure = procedures.get(dossier.procedure_code)
            names, kinds = _dossier_counts(counted, procedure, period, complained)
            if "in_hand" in names and "timed" not in names and is_timely_without_deadline(distortions):
                names += ["timed", "on_time"]
            for tally in _tallies_of(dossier.agency_code, tallies, root.code, period):
                tally.add(*names)
                for kind in kinds:
                    tally.procedures[kind].add(dossier.procedure_code)
    repeated = {p.repeat_of for p in province.petitions if _is_known(p, period)}
    for petition in province.petitions:
        if _is_known(petition, period):
            for tally in _tallies_of(petition.agency_code, tallies, root.code, period):
                tally.add(*_petition_counts(petition, period, repeated))
    first = period.start.date()
    shared = _duties(province, period)
    duties = dict.fromkeys(tallies, shared)
    if is_own_scope(distortions):
        duties |= {u.code: _duties(province, period, tallies[u.code].procedures["authority"]) for u in units}
    return {code: duties[code] | _unit_values(tally, first) for code, tally in tallies.items()}


def _tallies_of(agency_code: str | None, tallies: dict[str, Tally], root: str, period: Period) -> list[Tally]:
    """The province's tally and, where the record is of a unit, the unit's."""
    code = responsible_agency(agency_code, period.last_day) if agency_code else root
    return [tallies[c] for c in {root, code} if c in tallies]


def _count_catalogue(tallies: dict[str, Tally], root: str, province: Province, period: Period) -> None:
    last = period.stop - timedelta(days=1)
    absent = {agency.code for agency in province.agencies if not is_valid(agency, last)}
    for procedure in province.procedures:
        services = [s for s in procedure.services if is_valid(s, last) and s.agency_code not in absent]
        is_online = any(s.level in _ONLINE_LEVELS for s in services)
        for publisher in procedure.publishing_agency_codes:
            for tally in _tallies_of(publisher, tallies, root, period):
                tally.procedures["authority"].add(procedure.code)
                if is_online:
                    tally.procedures["authority_online"].add(procedure.code)
        for service in services:
            for tally in _tallies_of(service.agency_code, tallies, root, period):
                if service.level in _ONLINE_LEVELS:
                    tally.procedures["online"].add(procedure.code)
                if procedure.fee > 0:
                    tally.procedures["fee"].add(procedure.code)
                if procedure.target == "citizen":
                    tally.procedures["citizen"].add(procedure.code)


def _dossier_counts(
    dossier: Dossier, procedure: Procedure | None, period: Period, complained: set[str | None]
) -> tuple[list[str], list[str]]:
    """Names to count the dossier under, and sets of procedures it puts its own into."""
    names: list[str] = []
    kinds: list[str] = []
    if period.holds(dossier.submitted_at):
        names.append("filed")
        if dossier.channel == 2:
            names.append("filed_online")
            kinds.append("filed_online")
        elif dossier.channel == 3:
            names.append("filed_by_post")
    if any(p.method == "truc-tuyen" and not p.failed and period.holds(p.paid_at) for p in dossier.payments):
        kinds.append("paid")
    has_arrived = dossier.received_at is not None and dossier.received_at <= period.now
    if _has_fee(dossier) and period.holds(dossier.received_at if has_arrived else dossier.submitted_at):
        kinds.append("fee_dossier")
    if period.holds(dossier.received_at) and is_accepted(dossier, period):
        names.append("received")
    if not is_in_hand(dossier, period):
        return names, kinds
    is_complained = bool({dossier.code, dossier.code_at(period.now)} & complained)
    names += _in_hand_counts(dossier, procedure, period, is_complained)
    if dossier.is_vneid_verified:
        kinds.append("verified")
    return names, kinds


def _in_hand_counts(dossier: Dossier, procedure: Procedure | None, period: Period, is_complained: bool) -> list[str]:
    on_time = is_on_time(dossier, procedure, period)
    has_result = any(r.has_file and r.at <= period.now for r in dossier.results)
    is_unsatisfied = is_complained or any(r.verdict == "KHÔNG HÀI LÒNG" and r.at <= period.now for r in dossier.ratings)
    in_store = any(r.in_store and r.at <= period.now for r in dossier.results)
    has_duty = _has_fee(dossier)
    is_paid = any(
        p.method == "truc-tuyen" and not p.failed and p.paid_at is not None and p.paid_at < period.stop
        for p in dossier.payments
    )
    facts = {
        "in_hand": True,
        "timed": on_time is not None,
        "on_time": on_time is True,
        "satisfied": on_time is not False and not is_unsatisfied,
        "result": has_result,
        "digitised": has_result and any(c.is_digitised for c in dossier.components),
        "reused": dossier.has_reuse_flag or any(c.is_reused for c in dossier.components),
        "stored": in_store or any(c.from_store for c in dossier.components),
        "population": dossier.is_vneid_verified or dossier.uses_population_database,
        "duty": has_duty,
        "duty_paid": has_duty and is_paid,
    }
    return [name for name, is_true in facts.items() if is_true]


def _has_fee(dossier: Dossier) -> bool:
    """At least one fee line above 0; what the catalogue says of the procedure is no matter."""
    return any(line.amount > 0 for line in dossier.fee_lines)


def _is_known(petition: Petition, period: Period) -> bool:
    """Received, and not cancelled."""
    was_cancelled = petition.cancelled_at is not None and petition.cancelled_at <= period.now
    return petition.received_at <= period.now and not was_cancelled


def _petition_counts(petition: Petition, period: Period, repeated: set[str | None]) -> list[str]:
    answered_at = petition.answered_at
    if answered_at is not None and answered_at > period.now:
        answered_at = None
    if petition.received_at >= period.stop or (answered_at and answered_at < period.start):
        return []
    due = petition.due_at.date() if petition.due_at else shift(petition.received_at.date(), _PETITION_DAYS)
    is_answered = answered_at is not None and answered_at < period.stop
    judged_on = answered_at.date() if answered_at and is_answered else period.judged_on
    names = ["petitions"] + (["petitions_on_time"] if judged_on <= due else [])
    if period.holds(petition.received_at) and petition.repeat_of is None:
        names.append("petitions_first")
        has_votes = petition.votes_at is not None and petition.votes_at <= period.now
        is_disliked = has_votes and petition.dislikes > petition.likes
        if judged_on <= due and not is_disliked and petition.petition_id not in repeated:
            names.append("petitions_satisfied")
    return names


def _unit_values(tally: Tally, first: date) -> Unit:
    """Every indicator that is a unit's own."""
    n = tally.counts
    with_duty = len(tally.procedures["fee"] | tally.procedures["paid"])
    pairs = {
        "1.4": (n["received"], n["received"]),
        "2.1": (n["on_time"], n["timed"]),
        "3.1": (tally.size("authority_online", "authority"), len(tally.procedures["authority"])),
        "3.2": (tally.size("filed_online", "online"), len(tally.procedures["online"])),
        "3.3": (n["filed_online"], n["filed"]),
        "3.5": (tally.size("fee_dossier", "fee"), with_duty),
        "3.5b": (len(tally.procedures["paid"]), with_duty),
        "3.6": (n["duty_paid"], n["duty"]),
        "4.1": (n["result"], n["in_hand"]),
        "4.2": (n["digitised"], n["in_hand"]),
        "4.3": (n["reused"], n["in_hand"]),
        "4.4": (n["stored"], n["in_hand"]),
        "4.5a": (tally.size("verified", "citizen"), len(tally.procedures["citizen"])),
        "4.5b": (n["population"], n["in_hand"]),
        "5.2": (n["petitions_on_time"], n["petitions"]),
        "5.3": (n["petitions_satisfied"], n["petitions_first"]),
        "5.4": (n["satisfied"], n["in_hand"]),
    }
    values = {code: measure(code, *pair, first) for code, pair in pairs.items()}
    values["4.6"] = Measured(None, None, Decimal(RULES["4.6"].most))
    return values


def _duties(province: Province, period: Period, among: Collection[str] | None = None) -> Unit:
    """1.1 to 1.3: what the province announced, published and described; only `among` these procedures when given."""
    announced = {"all": 0, "on_time": 0}
    published_ = {"all": 0, "on_time": 0}
    described = {"all": 0, "whole": 0}
    for procedure in province.procedures:
        if procedure.announcing_agency_code is None or (among is not None and procedure.code not in among):
            continue
        late_or_not = _announced_on_time(procedure, period)
        announced["all"] += bool(late_or_not)
        announced["on_time"] += bool(late_or_not) and all(late_or_not)
        for decision in procedure.announcements:
            due = shift(decision.decided_on, _PARTS_AND_TIMES)
            if period.start.date() <= due <= period.last_day:
                at = decision.published_at
                published_["all"] += 1
                published_["on_time"] += at is not None and at <= period.now and at.date() <= due
        if procedure.state != "INACTIVE":
            described["all"] += 1
            described["whole"] += not procedure.missing_parts
    first = period.start.date()
    return {
        "1.1": measure("1.1", announced["on_time"], announced["all"], first),
        "1.2": measure("1.2", published_["on_time"], published_["all"], first),
        "1.3": measure("1.3", described["whole"], described["all"], first),
    }


def _announced_on_time(procedure: Procedure, period: Period) -> list[bool]:
    """For each decision of the period: signed five working days before the basis takes effect."""
    bases = procedure.legal_bases_effective_on
    verdicts = []
    for number, decision in enumerate(procedure.announcements):
        if period.start.date() <= decision.decided_on <= period.last_day and bases:
            basis = bases[number] if len(bases) == len(procedure.announcements) else max(bases)
            verdicts.append(decision.decided_on <= shift(basis, -_PARTS_AND_TIMES))
    return verdicts


def _whole(value: object) -> int | None:
    return None if value is None else int(str(value))
