"""How instants are written and read on the wires of the portals.

Canonical instants carry Vietnam's offset; the country has had no other since 1975, so a fixed offset
is exact.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970, the grain of `updatedDate`."""
    return round(instant.timestamp() * 1000)


def from_milliseconds(value: int) -> datetime:
    """The local instant of a count of milliseconds."""
    return datetime.fromtimestamp(value / 1000, VIETNAM)


def gateway_text(instant: datetime | None) -> str | None:
    """`2025-07-01T10:00:00.000+0700`, the provincial gateway's form."""
    if instant is None:
        return None
    return f"{instant.isoformat(timespec='milliseconds')[:-3]}00"


def exchange_text(instant: datetime | None) -> str:
    """`20250701100000`, the national exchange's form; "" for none."""
    return "" if instant is None else f"{instant:%Y%m%d%H%M%S}"


def local_text(instant: datetime | None) -> str | None:
    """`2025-07-01T10:00:00`, the local records' form: Vietnam's time without a zone."""
    if instant is None:
        return None
    text = instant.replace(tzinfo=None).isoformat(timespec="milliseconds")
    return text.removesuffix(".000")


def read_instant(text: str) -> datetime:
    """An ISO instant of a request; unzoned = Vietnam's time; ValueError when it is none.

    A plus sign that was not escaped in a query arrives as a space and is put back.
    """
    instant = datetime.fromisoformat(text.strip().replace(" 07", "+07"))
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=VIETNAM)
    return instant.astimezone(VIETNAM)
