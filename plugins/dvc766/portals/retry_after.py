"""How long a portal asks us to wait: the header Retry-After.

| header                          | seconds                                      |
|---------------------------------|----------------------------------------------|
| `120`                           | 120                                          |
| `Fri, 28 Nov 2026 01:00:00 GMT` | until then; 0 when it has passed             |
| `Fri Nov 28 01:00:00 2026`      | the same: an HTTP date is GMT without saying |
| `soon`, `-5`, `²`, `+9999`      | none: what is malformed counts as absent     |
"""

from __future__ import annotations

import email.utils
import time
from datetime import datetime, timedelta, timezone

LONGEST_BELIEVED = 31 * 86_400.0  # seconds; a wait of years is no answer
_FARTHEST_ZONE = 14 * 3600  # seconds from GMT


def seconds_to_wait(header: str | None) -> float | None:
    """The wait in seconds from now; None when the header is absent, malformed or beyond belief."""
    text = (header or "").strip()
    wait = float(text[:10]) if text.isascii() and text.isdigit() else _until(text)
    return None if wait is None or wait > LONGEST_BELIEVED else max(0.0, wait)


def _until(text: str) -> float | None:
    try:
        parts = email.utils.parsedate_tz(text)
        if parts is None or abs(parts[9] or 0) > _FARTHEST_ZONE:
            return None
        zone = timezone(timedelta(seconds=parts[9] or 0))
        return datetime(*parts[:6], tzinfo=zone).timestamp() - time.time()
    except (ValueError, TypeError, IndexError, OverflowError):  # the parser meets its limits in many ways
        return None
