"""The seeded life of the province in 2025: three tiers to 30 June, merged and two tiers from 1 July.

Day by day, dossiers are filed at every agency valid on the day; those open at the merger keep their
code. The same seed gives the same life.
"""

from __future__ import annotations

import gc
from datetime import date, timedelta
from random import Random

from portal_simulator.calendar import at, is_working_day
from portal_simulator.life.careless import keep_carelessly
from portal_simulator.life.catalogue import NEW, Applied, load_agencies, make_catalogue
from portal_simulator.life.courses import Habits
from portal_simulator.life.dossiers import Agent, Registry
from portal_simulator.life.petitions import Mailbox
from portal_simulator.records import Agency, Procedure, Province

FIRST = date(2025, 1, 2)
STOP = date(2025, 10, 1)
CLOCK = at(STOP, 6)
_A_WORKING_DAY = 330  # filings at scale 1
_A_DAY_OFF = 45
_PETITIONS_A_DAY = 3
_IDLE = ("H62.02", "H44.23", "H62.08725", "H44.171")  # nothing is filed there
_QUIET = ("H62.01", "H44.01", "H44.13", "H44.46", "H62.21")
_TIER_WEIGHT = {"AGENCY": 4.0, "DISTRICT": 5.0, "COMMUNE": 0.75}


def build(seed: int, scale: float = 1.0, first: date = FIRST, *, careless: bool = False) -> Province:
    """The province's records from the day `first` on; `scale` 1 gives about 7,000 dossiers a month.

    Everything until autumn is there with its full time line; the clock stands on 1 October 2025.
    `careless`: some records are kept as careless offices keep them.
    """
    was_collecting = gc.isenabled()
    gc.disable()  # every object lives on
    try:
        province = _live(seed, scale, first)
        if careless:
            keep_carelessly(province, seed)
        return province
    finally:
        if was_collecting:
            gc.enable()


def _live(seed: int, scale: float, first: date) -> Province:
    rng = Random(f"life/{seed}")
    agencies = load_agencies(first)
    procedures = make_catalogue(agencies, rng, first, STOP)
    agents = _agents(agencies, procedures, rng)
    registry, mailbox = Registry(rng), Mailbox(rng)
    communes = {agency.code for agency in agencies if agency.level == "COMMUNE"}
    day = first
    owed = petitions_owed = 0.0
    while day < STOP:
        working = is_working_day(day)
        at_work = [agent for agent in agents if _is_valid(agent.applied.agency, day) and agent.weight]
        weights = [agent.weight for agent in at_work]
        owed += scale * (_A_WORKING_DAY if working else _A_DAY_OFF) * rng.uniform(0.8, 1.2)
        for agent in rng.choices(at_work, weights, k=int(owed)):
            owed -= 1
            receiving = None
            if agent.applied.agency.level == "AGENCY" and rng.random() < 0.15:
                receiving = rng.choice([a for a in at_work if a.applied.agency.code in communes]).applied.agency.code
            registry.take_in(agent, day, receiving)
        petitions_owed += max(scale, 0.3) * _PETITIONS_A_DAY * rng.uniform(0.5, 1.5)
        while petitions_owed >= 1:
            petitions_owed -= 1
            unit = rng.choice(at_work).applied.agency.code if rng.random() < 0.45 else None
            about = rng.choice(registry.dossiers[-400:]) if rng.random() < 0.15 else None
            mailbox.take_in(day, unit, about)
        day += timedelta(days=1)
    return Province(NEW, agencies, procedures, registry.dossiers, mailbox.petitions, CLOCK)


def _is_valid(agency: Agency, day: date) -> bool:
    return (agency.valid_from is None or agency.valid_from <= day) and (
        agency.valid_to is None or day <= agency.valid_to
    )


def _agents(agencies: list[Agency], procedures: list[Procedure], rng: Random) -> list[Agent]:
    """The agencies that handle dossiers, with the procedures each applies."""
    applied: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        for service in procedure.services:
            applied.setdefault(service.agency_code, []).append(procedure)
    agents = []
    for agency in agencies:
        if agency.code not in applied or agency.level == "PROVINCE":
            continue
        mine = list(applied[agency.code])
        rng.shuffle(mine)
        weight = _TIER_WEIGHT[agency.level] * rng.uniform(0.4, 1.8)
        if agency.level == "COMMUNE" and agency.code.startswith(NEW):
            weight *= 121 / 36
        if agency.code in _IDLE:
            weight = 0.0
        elif agency.code in _QUIET:
            weight *= 0.05
        habits = Habits(
            lateness=rng.uniform(0.01, 0.3), requests=rng.uniform(0.03, 0.16), digital=rng.uniform(0.2, 1.0)
        )
        agents.append(Agent(Applied(agency, mine), weight, habits))
    return agents
