"""What each run did to each resource, to the last record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What one run did to one resource: fetched = new + changed + unchanged + duplicate + quarantined."""

    run_id: int
    portal: str
    resource: str
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    declared: int | None  # the portal's own total for the window
    fetched: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    deleted: int
    known_from: datetime
