"""What is counted over petitions."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime

from portal_simulator.records import Petition, Province
from tests.oracle.agencies import Directory
from tests.oracle.calendar import add_working_days
from tests.oracle.codes import AS_EVER, Codes
from tests.oracle.law import TODAYS_LAW, Law
from tests.oracle.timeliness import Period

_ANSWER_DAYS = 15


def due_on(petition: Petition, law: Law = TODAYS_LAW) -> date:
    """The deadline of a petition: as recorded, else 15 working days of its agency."""
    if petition.due_at is not None:
        return petition.due_at.date()
    return add_working_days(petition.received_at.date(), _ANSWER_DAYS, law.days_of(petition.agency_code or ""))


def is_late(petition: Petition, period: Period) -> bool:
    """Answered after its deadline, or still open with the deadline behind it."""
    answered = petition.answered_at
    if answered is not None and answered < period.horizon:
        return answered.date() > due_on(petition, period.law)
    return due_on(petition, period.law) < period.judged_on


def stands(petition: Petition, known_at: datetime, codes: Codes) -> bool:
    """Received, and not cancelled since: a cancelled petition costs nothing anywhere."""
    cancelled = petition.cancelled_at
    is_cancelled = (
        cancelled is not None
        and cancelled <= known_at
        and codes.means("petition_status", "5", cancelled.date()) == "cancelled"
    )
    return petition.received_at <= known_at and not is_cancelled


def count_petitions(
    province: Province, places: Directory, period: Period, codes: Codes = AS_EVER
) -> dict[str, Counter[str]]:
    """Counts by agency code; petitions of no unit count for the province alone."""
    known = [p for p in province.petitions if stands(p, period.known_at, codes)]
    repeated = {petition.repeat_of for petition in known}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for petition in known:
        if petition.received_at >= period.horizon:
            continue
        if petition.answered_at is not None and petition.answered_at < period.start:
            continue
        late = is_late(petition, period)
        voted = petition.votes_at is not None and petition.votes_at <= period.known_at
        disliked = voted and petition.dislikes > petition.likes
        first = petition.received_at >= period.start and petition.repeat_of is None
        agency = places.agency_of(petition.agency_code, petition.received_at.date())
        for code in {agency or places.province_code, places.province_code}:
            counts[code]["handled"] += 1
            counts[code]["handled_well"] += not late
            counts[code]["received"] += first
            counts[code]["satisfied"] += first and not late and not disliked and petition.petition_id not in repeated
    return dict(counts)
