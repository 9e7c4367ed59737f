"""What is counted over petitions."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from portal_simulator.records import Petition, Province
from tests.oracle.agencies import Directory
from tests.oracle.calendar import add_working_days
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


def count_petitions(province: Province, places: Directory, period: Period) -> dict[str, Counter[str]]:
    """Counts by agency code; petitions of no unit count for the province alone."""
    known = [p for p in province.petitions if p.received_at <= period.known_at]
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
        agency = places.agency_of(petition.agency_code)
        for code in {agency or places.province_code, places.province_code}:
            counts[code]["handled"] += 1
            counts[code]["handled_well"] += not late
            counts[code]["received"] += first
            counts[code]["satisfied"] += first and not late and not disliked and petition.petition_id not in repeated
    return dict(counts)
