"""Instants and dates in every form the portals write, as ISO text in Vietnamese time.

Without a zone, or with a Z, an instant is local: the portals write Z on local times.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from dvc766.portals.values import Memo, Unreadable

LOCAL = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh; +07:00 throughout 1990-2100

_TIME = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII)
_LOOSE_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( .*)?", re.ASCII)
_WORDED = (  # the announcing decision's date is whatever a browser can read
    "%b %d, %Y",
    "%d %b %Y",
    "%a %b %d %Y",
    "%b %d, %Y %I:%M:%S %p",
)


def _day(text: str) -> str:
    """The ISO day of yyyyMMdd, yyyy-MM-dd or dd/MM/yyyy."""
    if not text.isascii():
        raise Unreadable("not a date")
    if len(text) == 8:
        year, month, day = text[:4], text[4:6], text[6:]
    elif text[4:5] == "-" and text[7:8] == "-":
        year, month, day = text[:4], text[5:7], text[8:]
    elif text[2:3] == "/" and text[5:6] == "/":
        day, month, year = text[:2], text[3:5], text[6:]
    else:
        raise Unreadable("not a date")
    if not (year.isdigit() and month.isdigit() and day.isdigit() and len(year) == 4):
        raise Unreadable("not a date")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("no such day") from None
    if not 1990 <= found.year <= 2100:
        raise Unreadable("year out of range")
    return found.isoformat()


def _time(text: str) -> str:
    """The canonical time of day of a local time; "" for one with a foreign offset."""
    if text == "":
        return "T00:00:00+07:00"
    if len(text) == 6 and text.isascii() and text.isdigit():
        hour, minute, second, fraction, zone = text[:2], text[2:4], text[4:], None, None
    else:
        found = _TIME.fullmatch(text)
        if found is None:
            raise Unreadable("not a time")
        hour, minute, second, fraction, zone = found.groups()
    if hour > "23" or minute > "59" or (second or "00") > "59":
        raise Unreadable("no such time")
    if zone not in (None, "Z", "z", "+0700", "+07:00"):  # the portals write Z on local times
        return ""
    digits = (fraction or "")[:6].rstrip("0")
    return f"T{hour}:{minute}:{second or '00'}{'.' + digits if digits else ''}+07:00"


_DAYS = Memo(_day)
_TIMES = Memo(_time)


def read_instant(value: object) -> str | None:
    """An instant in any documented form; without a zone, or with Z, it is Vietnamese local time."""
    if type(value) is str:
        if not value:
            return None
        if len(value) == 14 and value.isdigit():
            return _DAYS[value[:8]] + _TIMES[value[8:]]
        if value[4:5] == "-" or (value[2:3] == "/" and value[5:6] == "/"):
            time = _TIMES[value[10:]]
            return _DAYS[value[:10]] + time if time else _foreign(value)
        return _odd_instant(value)
    if value is None:
        return None
    if type(value) is int:
        return _odd_instant(str(value))
    if type(value) is float and value.is_integer():
        return _odd_instant(str(int(value)))
    raise Unreadable("not an instant")


def _foreign(value: str) -> str:
    """An instant with an offset of its own, moved to local time."""
    sign = -1 if value[-6:].count("-") else 1
    digits = value[-6:].replace(":", "")[-4:]
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > timedelta(hours=14):
        raise Unreadable("no such offset")
    cut = max(value.rfind("+"), value.rfind("-"))
    unzoned = _DAYS[value[:10]] + _TIMES[value[10:cut].rstrip()]
    moved = datetime.fromisoformat(unzoned) - sign * offset + timedelta(hours=7)
    return _DAYS[moved.isoformat()[:10]] + _TIMES[moved.replace(tzinfo=None).isoformat()[10:]]


def _odd_instant(text: str) -> str | None:
    """Epoch milliseconds, a bare day, days without leading zeros, worded dates."""
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        if len(text) == 14:
            return _DAYS[text[:8]] + _TIMES[text[8:]]
        if len(text) == 8:
            return _DAYS[text] + _TIMES[""]
        if 12 <= len(text) <= 13:
            moment = datetime.fromtimestamp(int(text) / 1000, UTC).astimezone(LOCAL)
            return _DAYS[moment.isoformat()[:10]] + _TIMES[moment.isoformat()[10:]]
        raise Unreadable("not an instant")
    loose = _LOOSE_DAY.fullmatch(text)
    if loose:
        day, month, year, rest = loose.groups()
        return _DAYS[f"{year}-{month:0>2}-{day:0>2}"] + _TIMES[rest or ""]
    for form in _WORDED:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=LOCAL)
        except ValueError:
            continue
        return _DAYS[moment.isoformat()[:10]] + _TIMES[moment.isoformat()[10:]]
    raise Unreadable("not an instant")


def read_date(value: object) -> str | None:
    """The local day of an instant."""
    text = read_instant(value)
    return None if text is None else text[:10]
