"""Ways of reading the rules wrongly that published figures must be able to tell from the right one.

Each changes the second implementation in one place, through pytest's monkeypatch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from portal_simulator.records import Dossier, Procedure, State
from tests.oracle import dossiers, timeliness
from tests.oracle.timeliness import Period, Verdict

Patch = pytest.MonkeyPatch
_judge, _facts, _ending, _accepted = timeliness.judge, dossiers._facts, timeliness.ending, timeliness.is_accepted
_in_hand_facts, _wait = dossiers._in_hand_facts, timeliness.wait


def _judging(patch: Patch, change: Callable[[Dossier], Dossier]) -> None:
    def judge(dossier: Dossier, procedure: Procedure | None, period: Period) -> Verdict:
        return _judge(change(dossier), procedure, period)

    patch.setattr(dossiers, "judge", judge)


def _seeing(patch: Patch, change: Callable[[Dossier], Dossier]) -> None:
    def facts(dossier: Dossier, *others: object) -> tuple[list[str], set[str]]:
        return _facts(change(dossier), *others)  # type: ignore[arg-type]

    patch.setattr(dossiers, "_facts", facts)


def old_endings_count(patch: Patch) -> None:
    """Dossiers that ended before the month stay in its base."""
    patch.setattr(dossiers, "is_in_hand", _accepted)


def received_at_the_end_counts(patch: Patch) -> None:
    """Received <= end instead of < end."""

    def accepted(dossier: Dossier, period: Period) -> bool:
        return _accepted(dossier, replace(period, end=period.end + timedelta(microseconds=1)))

    patch.setattr(timeliness, "is_accepted", accepted)
    patch.setattr(dossiers, "is_accepted", accepted)


def timestamps_count(patch: Patch) -> None:
    """The hour of the finish is held against the hour of the appointment."""

    def judge(dossier: Dossier, procedure: Procedure | None, period: Period) -> Verdict:
        ended = _ending(dossier, period)
        verdict = _judge(dossier, procedure, period)
        if ended and dossier.due_at and not dossier.supplements and ended.at > dossier.due_at:
            return replace(verdict, is_on_time=False)
        return verdict

    patch.setattr(dossiers, "judge", judge)


def wait_is_not_taken_off(patch: Patch) -> None:
    """Supplement time is not subtracted."""
    patch.setattr(timeliness, "wait", lambda *_: 0)


def wait_is_taken_off_twice(patch: Patch) -> None:
    """Supplement time is subtracted twice."""
    patch.setattr(timeliness, "wait", lambda *days: 2 * _wait(*days))


def new_due_date_and_wait_both_count(patch: Patch) -> None:
    """A new due date counts, and the wait is taken off as well."""

    def move(dossier: Dossier) -> Dossier:
        new = [s.due_after for s in dossier.supplements if s.due_after is not None]
        plain = [replace(s, due_after=None) for s in dossier.supplements]
        return replace(dossier, due_at=new[-1] if new else dossier.due_at, supplements=plain)

    _judging(patch, move)


def second_request_is_no_matter(patch: Patch) -> None:
    """Only the first request after the receipt is seen."""

    def first_only(dossier: Dossier) -> Dossier:
        received = dossier.received_at
        later = [s for s in dossier.supplements if received is None or s.asked_at > received]
        return replace(dossier, supplements=later[:1])

    _judging(patch, first_only)


def requests_before_receipt_count(patch: Patch) -> None:
    """A request between filing and receipt is taken for a first one."""

    def earlier(dossier: Dossier) -> Dossier:
        return replace(dossier, received_at=dossier.submitted_at)

    _judging(patch, earlier)


def waiting_is_judged_at_the_end(patch: Patch) -> None:
    """A dossier waiting for papers is judged at the month's end."""

    def judge(dossier: Dossier, procedure: Procedure | None, period: Period) -> Verdict:
        answered = [s for s in dossier.supplements if s.answered_at and s.answered_at < period.end]
        return _judge(replace(dossier, supplements=answered), procedure, period)

    patch.setattr(dossiers, "judge", judge)


def withdrawn_never_ends(patch: Patch) -> None:
    """A withdrawal is no ending."""

    def stay_open(dossier: Dossier) -> Dossier:
        return replace(dossier, steps=[s for s in dossier.steps if s.state is not State.WITHDRAWN])

    _seeing(patch, stay_open)


def never_accepted_counts(patch: Patch) -> None:
    """Dossiers registered only, or refused at the receipt, are in hand."""

    def receive(dossier: Dossier) -> Dossier:
        received = dossier.received_at or dossier.submitted_at
        return replace(dossier, received_at=received, steps=[s for s in dossier.steps if s.at > received])

    _seeing(patch, receive)


def digitised_without_result_counts(patch: Patch) -> None:
    """4.2 asks for the component alone."""

    def facts(dossier: Dossier, *others: object) -> list[str]:
        found = _in_hand_facts(dossier, *others)  # type: ignore[arg-type]
        has_part = any(part.is_digitised for part in dossier.components)
        return [f for f in found if f != "digitised"] + ["digitised"] * has_part

    patch.setattr(dossiers, "_in_hand_facts", facts)


def filings_count_by_receipt(patch: Patch) -> None:
    """3.3 takes the dossiers received in the month instead of those filed in it."""

    def at_receipt(dossier: Dossier) -> Dossier:
        return replace(dossier, submitted_at=dossier.received_at or dossier.submitted_at - timedelta(days=99))

    _seeing(patch, at_receipt)


def apology_counts(patch: Patch) -> None:
    """A letter of apology moves the due date."""

    def excuse(dossier: Dossier) -> Dossier:
        return replace(dossier, due_at=dossier.redatings[-1].due_after) if dossier.redatings else dossier

    _judging(patch, excuse)


def judged_by_the_latest_status(patch: Patch) -> None:
    """Endings after the month decide the month."""

    def judge(dossier: Dossier, procedure: Procedure | None, period: Period) -> Verdict:
        return _judge(dossier, procedure, replace(period, end=period.known_at))

    patch.setattr(dossiers, "judge", judge)


WRONG_READINGS: tuple[Callable[[Patch], None], ...] = (
    old_endings_count,
    received_at_the_end_counts,
    timestamps_count,
    wait_is_not_taken_off,
    wait_is_taken_off_twice,
    new_due_date_and_wait_both_count,
    second_request_is_no_matter,
    requests_before_receipt_count,
    waiting_is_judged_at_the_end,
    withdrawn_never_ends,
    never_accepted_counts,
    digitised_without_result_counts,
    filings_count_by_receipt,
    apology_counts,
    judged_by_the_latest_status,
)
