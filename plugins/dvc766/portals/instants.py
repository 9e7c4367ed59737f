"""Instants and dates in every form the portals write, as ISO text in Vietnamese time.

Without a zone, or with a Z, an instant is local: the portals write Z on local times. The first day of
the year 1 is how a .NET portal writes that there is no date: it is read as nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from dvc766.portals.values import Memo, Unreadable, visible

LOCAL = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh; +07:00 throughout 1990-2100

_TIME = re.compile(r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|z|([+-])(\d\d?)(?::?(\d\d))?)?", re.ASCII)
_NO_DATE = "0001-01-01"
_NO_DATE_IN_MILLISECONDS = ("-62135596800000", "-62135622000000")  # its midnight in UTC, and here
_LOCAL_ZONES = (None, "Z", "z", "+0700", "+07:00", "+07")  # the portals write Z on local times
_LOOSE_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( .*)?", re.ASCII)
_WORDED = (  # the announcing decision's date is whatever a browser can read
    "%b %d, %Y",
    "%d %b %Y",
    "%a %b %d %Y",
    "%b %d, %Y %I:%M:%S %p",
)


def _day(text: str) -> str:
    """The ISO day of yyyyMMdd, yyyy-MM-dd or dd/MM/yyyy; "" for the day that stands for none."""
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
    iso = found.isoformat()
    if iso == _NO_DATE:
        return ""
    if not 1990 <= found.year <= 2100:
        raise Unreadable("year out of range")
    return iso


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
        hour, minute, second, fraction, zone = found.groups()[:5]
    if hour > "23" or minute > "59" or (second or "00") > "59":
        raise Unreadable("no such time")
    if zone not in _LOCAL_ZONES:
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
        try:
            if value[4:5] == "-" or (value[2:3] == "/" and value[5:6] == "/"):
                day, time = _DAYS[value[:10]], _TIMES[value[10:]]
                return day + time if day and time else _joined(value[:10], value[10:])
            if len(value) == 14 and value.isdigit():
                day = _DAYS[value[:8]]
                return day + _TIMES[value[8:]] if day else None
            return _odd_instant(value)
        except Unreadable:
            text = visible(value)
            if text == value:
                raise
            return read_instant(text)
    if value is None:
        return None
    if type(value) is int:
        return _odd_instant(str(value))
    if type(value) is float and value.is_integer():
        return _odd_instant(str(int(value)))
    raise Unreadable("not an instant")


def _joined(day: str, time: str) -> str | None:
    """The instant of a day and the rest of its text; None where the day stands for none."""
    its_day = _DAYS[day]
    if not its_day:
        return None
    its_time = _TIMES[time]
    return its_day + its_time if its_time else _foreign(its_day, time)


def _foreign(day: str, time: str) -> str:
    """An instant with an offset of its own, moved to local time."""
    found = _TIME.fullmatch(time)
    if found is None:
        raise Unreadable("not a time")
    zone, sign, hours, minutes = found.groups()[4:]
    offset = timedelta(hours=int(hours), minutes=int(minutes or "0"))
    if int(minutes or "0") > 59 or offset > timedelta(hours=14):
        raise Unreadable("no such offset")
    unzoned = day + _TIMES[time[: -len(zone)].rstrip()]
    moved = datetime.fromisoformat(unzoned) - (offset if sign == "+" else -offset) + timedelta(hours=7)
    return _DAYS[moved.isoformat()[:10]] + _TIMES[moved.replace(tzinfo=None).isoformat()[10:]]


def _odd_instant(text: str) -> str | None:
    """Epoch milliseconds, a bare day, days without leading zeros, worded dates."""
    text = text.strip()
    if not text or text in _NO_DATE_IN_MILLISECONDS:
        return None
    if text.isascii() and text.isdigit():
        if len(text) == 14:
            return _joined(text[:8], text[8:])
        if len(text) == 8:
            return _joined(text, "")
        if 12 <= len(text) <= 13:
            moment = datetime.fromtimestamp(int(text) / 1000, UTC).astimezone(LOCAL)
            return _DAYS[moment.isoformat()[:10]] + _TIMES[moment.isoformat()[10:]]
        raise Unreadable("not an instant")
    loose = _LOOSE_DAY.fullmatch(text)
    if loose:
        day, month, year, rest = loose.groups()
        return _joined(f"{year}-{month:0>2}-{day:0>2}", rest or "")
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
