"""When a backup is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backup.repository import Backup

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = 22  # before the portals are read
FULL_EVERY = timedelta(days=6, hours=12)  # a week, whatever the minutes a backup takes
LATE_AFTER = timedelta(hours=26)


def due(now: datetime, backups: Sequence[Backup]) -> str | None:
    """The kind that is due: a full one each week, a differential one each evening; None when none is.

    One that was missed is due at once, and so is the first.
    """
    sound = [one for one in backups if one.is_sound]
    full = [one for one in sound if one.kind == "full"]
    if not full:
        return "full"
    local = now.astimezone(ZONE)
    evening = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if evening > local:
        evening -= timedelta(days=1)
    if any(one.started_at >= evening for one in sound):
        return None
    return "full" if full[-1].started_at < evening - FULL_EVERY else "diff"


def is_late(now: datetime, backups: Sequence[Backup]) -> bool:
    """Whether the newest sound backup is older than a day and the time that one takes."""
    return not any(one.is_sound and one.finished_at > now - LATE_AFTER for one in backups)
