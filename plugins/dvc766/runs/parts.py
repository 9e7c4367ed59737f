"""A long way back is read in parts, a run each, so that the night's own reading gets its turn between two of them.

Readings of one portal stand in one queue. A single run over twelve months would keep the night waiting for all of
them; a part is a month, and its rest joins the end of the queue.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dvc766.runs.in_use import read_to_of
from dvc766.runs.life import engine_of_role
from dvc766.runs.reading import portal_of
from dvc766.settings import Settings
from dvc766.warehouse.run_life import find_run

LONGEST_PART = timedelta(days=31)


def end_of_part(settings: Settings, portal_code: str, window_from: datetime, as_of: datetime) -> datetime:
    """Up to when one run reads that goes back to `window_from`: a month of what was read before, else `as_of`.

    A first load stays one run: the night has nothing of its own to read before all of it is there. So does a portal of
    whole lists: what it says today was not so in the past.
    """
    by_change = {resource.name for resource in portal_of(settings, portal_code).resources if resource.is_windowed}
    end = window_from + LONGEST_PART
    with engine_of_role(settings, "extractor") as engine:
        read_to = read_to_of(settings, engine)
    reached = [at for (portal, name), at in read_to.items() if portal == portal_code and name in by_change]
    return end if reached and end < min(as_of, max(reached)) else as_of


def rest_from(settings: Settings, run_id: int, window_from: datetime, as_of: datetime) -> datetime | None:
    """From when the next part goes on after a run that went back to `window_from`; None when nothing is left."""
    with engine_of_role(settings, "extractor") as engine:
        reached = find_run(engine, run_id).as_of
    return reached if reached == window_from + LONGEST_PART and reached < as_of else None
