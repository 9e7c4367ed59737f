"""Turns of fate that a plain life lacks, planted into its records: each is a place where a code deceives.

Codes given to another agency, dossiers that get another code or another agency, petitions that are cancelled,
answered without a date or repeated months later, codes whose meaning changes on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from portal_simulator.calendar import at
from portal_simulator.people import person
from portal_simulator.records import Agency, Dossier, Petition, Province, State
from tests.oracle.agencies import Succession
from tests.oracle.codes import Redated

JUNE, MERGER, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)
_DAY = timedelta(days=1)
_DATED = (
    State.REGISTERED,
    State.ACCEPTED,
    State.PROCESSING,
    State.NOT_ACCEPTED,
    State.RESULT_READY,
    State.DELIVERED,
)


@dataclass(frozen=True)
class GivenAnew:
    """A code whose holder ends on the day before `since` and that names another commune from then on."""

    code: str
    name_vi: str
    since: date


REUSED = (
    GivenAnew("H62.08710", "UBND phường Liên Bảo mới", JUNE),  # the new bearer ends with the merger, a month later
    GivenAnew("H62.08764", "UBND xã Quang Sơn mới", JUNE),
    GivenAnew("H44.170", "UBND xã Lập Thạch mới", AUGUST),
)
RENAMED = ("H44.172", AUGUST, "UBND xã Thái Hòa Mới")
SUCCESSIONS = (
    Succession("H62.08710", "H62.08707", JUNE),  # in July H44.199; the new bearer's successor is H44.198
    Succession("H62.08764", "H62.08824", JUNE),  # in July H44.166; the new bearer's successor is H44.174
    Succession("H44.170", "H44.175", AUGUST),  # the old holder; communes that went to it in July go on
    Succession("H62.247", "H44.45", MERGER, "G11"),  # a district's dossiers of one field
    Succession("H62.252", "H44.185", MERGER, "G05"),
)
REDATED: Redated = {
    ("channel", "3"): (AUGUST, "online"),
    ("payment_method", "truc-tuyen"): (date(2025, 8, 16), "transfer"),
    ("payment_state", "thanh-cong"): (date(2025, 8, 12), "started"),
    ("rating_verdict", "HÀI LÒNG"): (date(2025, 8, 10), "unsatisfied"),
    ("petition_status", "5"): (date(2025, 8, 15), "received"),
    ("database", "1"): (AUGUST, "land"),
    ("implement_level", "PARTIAL"): (AUGUST, "none"),
    ("formality_state", "UPDATED"): (AUGUST, "inactive"),
    ("target_type", "BUSINESS"): (AUGUST, "citizen"),
}


def plant(province: Province, seed: int) -> None:
    """Change the records of a life in place; the same seed gives the same records."""
    rng = Random(f"constellations/{seed}")
    for anew in REUSED:
        _give_anew(province, anew)
    for dossier in province.dossiers:
        if dossier.submitted_at.date() >= date(2025, 4, 1) and _has_dates_of_its_own(dossier):
            _recode(dossier, rng)
            _move(dossier, rng)
    _trouble_petitions(province, rng)


def _give_anew(province: Province, anew: GivenAnew) -> None:
    old = next(agency for agency in province.agencies if agency.code == anew.code)
    new = Agency(f"{old.agency_id}-2", anew.code, anew.name_vi, old.level, anew.since, old.valid_to)
    old.valid_to = anew.since - _DAY
    province.agencies.append(new)


def _has_dates_of_its_own(dossier: Dossier) -> bool:
    """No step of it is dated by the portal's change time alone, which a new code moves."""
    states = [step.state for step in sorted(dossier.steps, key=lambda step: step.at)]
    closing = [state for state in states if state in (State.NOT_ACCEPTED, State.RESULT_READY, State.DELIVERED)]
    return set(states) <= set(_DATED) and states[len(states) - len(closing) :] == closing


def _recode(dossier: Dossier, rng: Random) -> None:
    """The portal gives one dossier in twenty another code, in a month after its first reading at the end of May."""
    if rng.random() < 0.05:
        following = (dossier.submitted_at.replace(day=1) + timedelta(days=32)).date().replace(day=1)
        following = max(following, JUNE)
        dossier.recoded = (at(following + timedelta(days=rng.randrange(1, 27)), 9, 7), f"{dossier.code}-R")


def _move(dossier: Dossier, rng: Random) -> None:
    """Some open work is given its successor's code at the merger; some dossiers are passed to somebody else."""
    filed_on = dossier.submitted_at.date()
    heirs = {"H62.15": "H44.41", "H62.03": "H44.42", "H62.08713": "H44.199", "H62.08716": "H44.198"}
    passed_on = {  # to an agency whose code was another's until June, or until August
        "H62.08920": "H62.08710",
        "H62.08923": "H62.08764",
        "H44.176": "H44.170",
        "H44.177": "H44.180",
    }
    if dossier.agency_code in heirs and date(2025, 6, 10) <= filed_on < MERGER and rng.random() < 0.6:
        dossier.moved = (at(MERGER, 8, rng.randrange(60)), heirs[dossier.agency_code])
    elif dossier.agency_code in passed_on and rng.random() < 0.5:
        day = dossier.submitted_at + timedelta(days=rng.randrange(1, 30), minutes=3)
        dossier.moved = (day, passed_on[dossier.agency_code])


def _trouble_petitions(province: Province, rng: Random) -> None:
    petitions = province.petitions
    for petition in list(petitions):
        fate = rng.random()
        if fate < 0.12:
            _cancel(petition, petition.received_at + timedelta(days=rng.randrange(0, 25), minutes=11))
        elif fate < 0.3 and petition.answered_at is not None:
            # the change of state is the only trace of the answer
            petition.hides_answer_date, petition.published_at, petition.votes_at = True, None, None
    for number, dossier in enumerate(d for d in province.dossiers if d.submitted_at.date() >= date(2025, 4, 1)):
        if number % 40 == 0 and dossier.received_at is not None:
            _complain(province, dossier, rng)
    for number, petition in enumerate(list(petitions)):
        if number % 9 == 0 and petition.repeat_of is None:
            again = petition.received_at + timedelta(days=rng.randrange(20, 70))
            repeat = _petition(f"67{number:022x}", petition.agency_code, again)
            repeat.repeat_of = petition.petition_id
            if number % 2:
                _cancel(repeat, again + timedelta(days=2))
            petitions.append(repeat)


def _complain(province: Province, dossier: Dossier, rng: Random) -> None:
    """A petition that names a dossier by the code of its day, cancelled one time in two."""
    received = dossier.submitted_at + timedelta(days=rng.randrange(1, 50), minutes=13)
    made = _petition(f"68{len(province.petitions):022x}", dossier.agency_code_at(received), received)
    made.dossier_code = dossier.code_at(received)
    if rng.random() < 0.5:
        _cancel(made, received + timedelta(days=rng.randrange(1, 9)))
    province.petitions.append(made)


def _cancel(petition: Petition, when: datetime) -> None:
    """Nothing happens to a petition after it was cancelled."""
    petition.cancelled_at = when
    if petition.votes_at is not None and petition.votes_at >= when:
        petition.votes_at = None
    if petition.published_at is not None and petition.published_at >= when:
        petition.published_at = None
    if petition.answered_at is not None and petition.answered_at >= when:
        petition.answered_at = None


def _petition(key: str, agency_code: str | None, received: datetime) -> Petition:
    answered = received + timedelta(days=6)
    return Petition(key, agency_code, "HVHC", received, None, person(7), "Phản ánh", answered_at=answered)
