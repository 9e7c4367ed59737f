"""The business clock: the one source of "now" for windows, freshness and "provisional"; and the row of months."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import requests

from dvc766.settings import environment

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def month_after(day: date) -> date:
    """The first day of the month after the one of `day`."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month before the one of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


class ClockUnavailable(RuntimeError):
    """The configured clock did not give a time; no run may guess one."""


def business_now(clock_url: str | None = None) -> datetime:
    """The present instant in local time: the system's, or that of the clock at `clock_url`.

    Without an argument the address comes from DVC766_CLOCK_URL (set for the simulator only).
    Raises ClockUnavailable when that clock cannot be read: falling back to the system's time would
    give a run of a simulated month the wrong month.
    """
    url = clock_url or environment().clock_url
    if url is None:
        return datetime.now(LOCAL_ZONE).replace(microsecond=0)
    try:
        reply = requests.get(url, timeout=(5, 10))
        reply.raise_for_status()
        now = datetime.fromisoformat(reply.json()["now"])
    except (requests.RequestException, KeyError, TypeError, ValueError) as error:
        raise ClockUnavailable(
            f"The clock at {url} did not give a time ({type(error).__name__}).\n"
            "Next: start the simulator, or unset DVC766_CLOCK_URL to use the system's clock."
        ) from error
    return (now if now.tzinfo else now.replace(tzinfo=LOCAL_ZONE)).astimezone(LOCAL_ZONE)
