"""What the fortnight demands of each of its days, and what its Airflow may do differently."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from drills.airflow_config.airflow_local_settings import task_policy
from drills.fortnight import FORTNIGHT, Outcome, Plan
from drills.night import quiet

BUILT = Plan(quiet)
NOT_BUILT = Plan(quiet, why_not="còn thiếu")


def outcome(plan: Plan, **changes: Any) -> Outcome:
    """A day that came to what a built day must come to, but for the changes."""
    sound: dict[str, Any] = {
        "day": date(2025, 5, 24),
        "plan": plan,
        "is_built": True,
        "reason": None,
        "hands": (),
        "is_alarm": False,
        "stuck": None,
        "open_runs": 0,
        "seconds": 1.0,
    }
    return Outcome(**{**sound, **changes})


@pytest.mark.parametrize(
    ("plan", "changes"),
    [
        (BUILT, {}),
        (NOT_BUILT, {"is_built": False, "reason": "Ngày còn thiếu dữ liệu.", "is_alarm": True}),
        (Plan(quiet, hands=1), {"hands": ("accepted",)}),
    ],
)
def test_a_day_that_came_to_what_was_promised_is_silent(plan: Plan, changes: dict[str, Any]) -> None:
    assert outcome(plan, **changes).complaints() == []


@pytest.mark.parametrize(
    ("plan", "changes", "told"),
    [
        (BUILT, {"is_built": False, "is_alarm": True}, "not built of its day's data"),
        (NOT_BUILT, {"reason": "còn thiếu"}, "built, although it could not be"),
        (NOT_BUILT, {"is_built": False, "is_alarm": True}, "does not say 'còn thiếu'"),
        (NOT_BUILT, {"is_built": False, "reason": "khác", "is_alarm": True}, "does not say 'còn thiếu'"),
        (NOT_BUILT, {"is_built": False, "reason": "còn thiếu"}, "nobody was told at 07:00"),
        (BUILT, {"hands": ("restarted a task",)}, "1 hands instead of 0"),
        (BUILT, {"open_runs": 2}, "2 runs left open"),
        (BUILT, {"stuck": "Waited in vain"}, "Waited in vain"),
    ],
)
def test_what_did_not_hold_is_told(plan: Plan, changes: dict[str, Any], told: str) -> None:
    assert outcome(plan, **changes).complaints() == [told]


def test_a_fortnight_ends_with_a_quiet_night_that_mends_all_before() -> None:
    assert len(FORTNIGHT) == 14
    assert FORTNIGHT[-1] == Plan(quiet)


def test_pauses_are_shorter_and_tries_are_as_many() -> None:
    task: Any = SimpleNamespace(
        retries=12,
        retry_delay=timedelta(minutes=2),
        max_retry_delay=timedelta(minutes=30),
        poke_interval=60,
        response_timeout=timedelta(hours=23),
    )
    task_policy(task)
    assert (task.retries, task.retry_delay, task.max_retry_delay) == (12, timedelta(seconds=1), timedelta(seconds=3))
    assert task.poke_interval < 60
    assert task.response_timeout == timedelta(seconds=138)
