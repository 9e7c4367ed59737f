"""How the national portal has been seen to count otherwise than the records say, each switchable by itself.

late_sync         received in the last days of the month: not there yet
status_rewritten  waiting for papers or money, or stopped (5, 6, 8): sent as done (9)
flag_forced       what was digitised, re-used, verified or stored: all sent as "0"
cash_counted      the flag "paid online" of a dossier is taken for a payment
province_scope    of the province's duties a unit is shown those for its own procedures (`counts.evaluate`)
restated          some dossiers that were counted before are counted no more
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from portal_simulator.evaluation.judgement import Period
from portal_simulator.records import Dossier, State
from portal_simulator.views.dossiers import paid_flag, stable

SYNC_LAG = timedelta(days=3)
DROPPED_EVERY = 20
_REWRITTEN = (State.SUPPLEMENT, State.FINANCIAL_DUTY, State.STOPPED)


def as_counted(dossier: Dossier, period: Period, on: Collection[str]) -> Iterator[Dossier]:
    """The dossier as the portal counts it: itself, another, twice, or not at all."""
    if not on:
        yield dossier
        return
    if ("late_sync" in on and _came_late(dossier, period)) or ("restated" in on and _is_dropped(dossier)):
        return
    if "status_rewritten" in on:
        steps = [
            replace(step, state=State.RESULT_READY) if step.state in _REWRITTEN else step for step in dossier.steps
        ]
        dossier = replace(dossier, steps=steps)
    if "flag_forced" in on:
        dossier = _without_flags(dossier)
    if "cash_counted" in on and paid_flag(dossier, period.now) in ("1", "2"):
        dossier = replace(dossier, payments=[replace(one, method="truc-tuyen") for one in dossier.payments])
    if "re_dated" in on and dossier.redatings:
        known = [one.due_after for one in dossier.redatings if one.at < period.stop]
        dossier = replace(dossier, due_at=max([*known, dossier.due_at or period.start]))
    yield dossier
    if "re_keyed" in on and dossier.recoded and dossier.recoded[0] <= period.now:
        yield dossier


def is_timely_without_deadline(on: Collection[str]) -> bool:
    """Whether a dossier without a deadline counts as on time."""
    return "missing_deadline_on_time" in on


def is_own_scope(on: Collection[str]) -> bool:
    """Whether a unit is shown its own procedures where it bears the province's value."""
    return "province_scope" in on


def _came_late(dossier: Dossier, period: Period) -> bool:
    return dossier.received_at is not None and period.stop - SYNC_LAG <= dossier.received_at < period.stop


def _is_dropped(dossier: Dossier) -> bool:
    return stable(dossier.dossier_id) % DROPPED_EVERY == 0


def _without_flags(dossier: Dossier) -> Dossier:
    components = [replace(one, is_digitised=False, is_reused=False, from_store=False) for one in dossier.components]
    results = [replace(one, in_store=False) for one in dossier.results]
    return replace(
        dossier,
        components=components,
        results=results,
        has_reuse_flag=False,
        is_vneid_verified=False,
        uses_population_database=False,
    )
