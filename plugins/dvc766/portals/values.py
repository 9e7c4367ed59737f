"""One wire value in, PostgreSQL's canonical text out; anything else is unreadable.

The portals write the same fact in many ways: five forms of a date, numbers as strings, flags as
"True" or 1, "" for nothing, decomposed Vietnamese. Each reader here takes all of them and gives one
form, so that equal facts hash equally. None means "nothing was recorded" and is never a zero.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

LOCAL = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh; +07:00 throughout 1990-2100
CODE_LIMIT = 200
TEXT_LIMIT = 4000
VIETNAMESE = "228"  # the gateway's languageId

Reader = Callable[[object], "str | None"]


class Unreadable(ValueError):
    """The value has none of the documented forms. The value itself is never part of the message."""


class _Memo(dict[str, str]):
    """Results by wire text; forgotten as a whole when a portal sends too many different ones."""

    def __init__(self, compute: Callable[[str], str], limit: int = 200_000) -> None:
        super().__init__()
        self._compute = compute
        self._limit = limit

    def __missing__(self, key: str) -> str:
        result = self._compute(key)
        if len(self) >= self._limit:
            self.clear()
        self[key] = result
        return result


# --- text and codes -----------------------------------------------------------------------------


def _tidy(value: str, limit: int) -> str | None:
    """NFC, trimmed, inner spaces collapsed; "" is nothing."""
    if len(value) > 4 * limit:
        raise Unreadable("too long")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if len(text) > limit:
        raise Unreadable("too long")
    if not text.isprintable():  # control characters, lone surrogates
        raise Unreadable("not printable")
    return text or None


def read_text(value: object) -> str | None:
    """A name: text, or the gateway's list of {languageId, name} of which the Vietnamese is taken."""
    if value is None:
        return None
    if type(value) is str:
        return _tidy(value, TEXT_LIMIT)
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        names = {str(entry.get("languageId")): entry.get("name") for entry in value}
        return read_text(names.get(VIETNAMESE, next(iter(names.values()), None)))
    return read_code(value)


def read_code(value: object) -> str | None:
    """A code: text, or a whole number, which becomes its decimal text."""
    if type(value) is str:
        if value.isascii() and value.isprintable() and " " not in value and len(value) <= CODE_LIMIT:
            return value or None
        return _tidy(value, CODE_LIMIT)
    if value is None:
        return None
    if type(value) is int and -(2**63) <= value < 2**63:
        return str(value)
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    raise Unreadable("not a code")


_LOCAL_SUFFIX = re.compile(r"\.\d{3}\.\d{2}\.\d{2}\.[A-Za-z]\d{1,3}$")


def _stem(code: str) -> str:
    return _LOCAL_SUFFIX.sub("", read_code(code) or "")


_STEMS = _Memo(_stem, 50_000)


def read_procedure_code(value: object) -> str | None:
    """The national stem: 1.000123.000.00.00.H44 is 1.000123."""
    if type(value) is str:
        return _STEMS[value] or None
    return read_code(value)


# --- numbers and flags --------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,15})?")


def read_number(value: object) -> str | None:
    """A number, also as text and with a decimal comma; 1, 1.0 and "1,00" are the same."""
    if type(value) is int:
        if abs(value) >= 10**30:
            raise Unreadable("too large")
        return str(value)
    if value is None:
        return None
    if type(value) is float:
        if not math.isfinite(value) or abs(value) >= 1e30:
            raise Unreadable("not finite")
        return _plain(Decimal(repr(value)))
    if type(value) is str:
        text = value.strip()
        if not text:
            return None
        if _NUMBER.fullmatch(text) and text.isascii():
            return _plain(Decimal(text.replace(",", ".")))
    raise Unreadable("not a number")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_integer(value: object) -> str | None:
    """A whole number within bigint."""
    text = read_number(value)
    if text is None:
        return None
    if "." in text or not -(2**63) <= int(text) < 2**63:
        raise Unreadable("not a whole number")
    return text


FLAGS: dict[object, str | None] = {
    None: None,
    "": None,
    True: "t",  # also 1 and 1.0
    False: "f",
    "1": "t",
    "0": "f",
    "true": "t",
    "false": "f",
    "True": "t",
    "False": "f",
}


def read_flag(value: object) -> str | None:
    """A flag in any of its spellings; "" and null are unknown, never false."""
    try:
        return FLAGS[value]
    except KeyError:
        pass
    except TypeError:
        raise Unreadable("not a flag") from None
    if type(value) is str:
        try:
            return FLAGS[value.strip().casefold()]
        except KeyError:
            pass
    raise Unreadable("not a flag")


def read_present(value: object) -> str:
    """Whether the wire holds anything; the value is not kept."""
    if type(value) is str:
        return "t" if value and not value.isspace() else "f"
    return "f" if value is None or value == [] or value == {} else "t"


# --- instants and dates -------------------------------------------------------------------------

_TIME = re.compile(
    r"[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|z|[+-]\d\d:?\d\d)?", re.ASCII
)
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


_DAYS = _Memo(_day)
_TIMES = _Memo(_time)


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
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return _DAYS[moment.isoformat()[:10]] + _TIMES[moment.isoformat()[10:]]
    raise Unreadable("not an instant")


def read_date(value: object) -> str | None:
    """The local day of an instant."""
    text = read_instant(value)
    return None if text is None else text[:10]
