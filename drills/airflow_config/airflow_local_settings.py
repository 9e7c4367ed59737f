"""Airflow's cluster policy of the drills: the pauses between two tries and two looks are shorter, their number is not.

So is the time that a person has for an answer.

Airflow imports this by its name, because the drill puts this folder on the path of its own Airflow.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

SHORTER = 600  # the 4 h 30 min from 01:30 to 06:00 pass in 27 s
LOOK_SECONDS = 10


def task_policy(task: Any) -> None:
    """Shorten the pauses and the waiting of a task; how often it is tried, and after which errors, stays the DAG's."""
    task.retry_delay = max(task.retry_delay / SHORTER, timedelta(seconds=1))
    if task.max_retry_delay is not None:
        task.max_retry_delay = max(task.max_retry_delay / SHORTER, timedelta(seconds=1))
    if hasattr(task, "poke_interval"):
        task.poke_interval = LOOK_SECONDS
    if getattr(task, "response_timeout", None) is not None:
        task.response_timeout /= SHORTER  # a person's 23 hours are 138 s
