"""One wire value in, PostgreSQL's canonical text out; anything else is unreadable.

The portals write the same fact in many ways: numbers as strings, flags as
"True" or 1, "" for nothing, decomposed Vietnamese. Each reader here takes all of them and gives one
form, so that equal facts hash equally. None means "nothing was recorded" and is never a zero.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

CODE_LIMIT = 200
TEXT_LIMIT = 4000
VIETNAMESE = "228"  # the gateway's languageId

LOST = "\ufffd"  # stands in a text where bytes could not be decoded

Reader = Callable[[object], "str | None"]


class Unreadable(ValueError):
    """The value has none of the documented forms. The value itself is never part of the message."""


class Memo(dict[str, str]):
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


# --- text, codes and ids --------------------------------------------------------------------------


def visible(text: str) -> str:
    """The text without format characters, trimmed, with one plain space for any run of spaces of any kind.

    A byte-order mark, a zero-width space or a soft hyphen comes along when somebody pastes from a web
    page or a document: nobody sees it, and it tells two equal texts apart.
    """
    if not text.isascii():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(text.split())


def _tidy(value: str, limit: int) -> str | None:
    """NFC, and as `visible` gives it; "" is nothing."""
    if len(value) > 4 * limit:
        raise Unreadable("too long")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if not text.isprintable():
        text = unicodedata.normalize("NFC", visible(value))
        if not text.isprintable():  # control characters, lone surrogates
            raise Unreadable("not printable")
    if len(text) > limit:
        raise Unreadable("too long")
    if LOST in text:
        raise Unreadable("decoding lost a character")
    return text or None


def read_text(value: object) -> str | None:
    """A name: text, or the gateway's list of {languageId, name} of which the Vietnamese is taken."""
    if value is None:
        return None
    if type(value) is str:
        return _tidy(value, TEXT_LIMIT)
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        names = {str(entry.get("languageId")): entry.get("name") for entry in value}
        name = names.get(VIETNAMESE, next(iter(names.values()), None))
        if name is None and any(LOST in key for entry in value for key in entry):
            raise Unreadable("a key lost a character")
        return read_text(name)
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


# Written with hexadecimal digits: 24 (the gateway's ids), 32, or a GUID.
_HEX_ID = re.compile(r"[0-9A-Fa-f]{24}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX_LENGTHS = (24, 32, 36)
# H44.01-260915-0007, 000.00.53.H48-220921-0099, and what is derived from them by a further number.
_DOSSIER_CODE = re.compile(r"(?:[0-9]{2,3}\.)*[A-Za-z][0-9]{2}(?:\.[0-9]+)*-[0-9]{6}(?:-[0-9]+)+")
_COUNTED_ID = re.compile(r"([0-9]{1,18})\.00?")  # a number that went through a floating-point one


def read_id(value: object) -> str | None:
    """An id or a dossier's code in its one spelling, whichever call it comes from.

    "65F0C0FFEE65F0C0FFEE65F0 " is 65f0c0ffee65f0c0ffee65f0; 1000, 1000.0 and "1000.0" are "1000";
    "h44.01-260915-0007" is H44.01-260915-0007. Case is ignored only where it cannot tell two records
    apart, in hexadecimal ids and in codes of this form: any other id stays as the portal writes it.
    """
    if type(value) is str and value.isalnum() and value.islower() and value.isascii() and len(value) <= CODE_LIMIT:
        return value  # the usual id
    text = read_code(value)
    if text is None or (text.isupper() and len(text) not in _HEX_LENGTHS):  # the usual dossier's code
        return text
    if len(text) in _HEX_LENGTHS and _HEX_ID.fullmatch(text):
        return text.lower()
    if counted := _COUNTED_ID.fullmatch(text):
        return counted[1]
    return text.upper() if _DOSSIER_CODE.fullmatch(text) else text


_LOCAL_SUFFIX = re.compile(r"\.\d{3}\.\d{2}\.\d{2}\.[A-Za-z]\d{1,3}$")


def _stem(code: str) -> str:
    return _LOCAL_SUFFIX.sub("", read_code(code) or "")


_STEMS = Memo(_stem, 50_000)


def read_procedure_code(value: object) -> str | None:
    """The national stem: 1.000123.000.00.00.H44 is 1.000123."""
    if type(value) is str:
        return _STEMS[value] or None
    return read_code(value)


# --- numbers and flags --------------------------------------------------------------------------

_DIGITS = re.compile(r"[+-]?[0-9]{1,30}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,15})?")
# Groups of three after one mark, then perhaps a decimal part after another: 1.500.000 · 1,500.00 · 12 500
_GROUPED = re.compile(r"([+-]?[1-9][0-9]{0,2}(?:([., ])[0-9]{3})(?:\2[0-9]{3}){0,8})(?:(?!\2)[.,]([0-9]{1,15}))?")
_ZEROS = re.compile(r"0|00|0{4,15}")  # not three: "30000.000" may be meant either way


def read_number(value: object) -> str | None:
    """A number with decimals: points, days. As text a single dot or comma is the decimal mark.

    1, 1.0 and "1,00" are the same, and so are 1234.5 and "1.234,5"; "12.500" is twelve and a half,
    because such values are small and have decimals.
    """
    return _read_number(value, _decimal)


def read_amount(value: object) -> str | None:
    """An amount in đồng, which has no smaller unit: as text, groups of three are thousands.

    "150.000", "150,000", "150 000", "150000,00" and 150000.0 are the same. A text that is not whole
    when read so ("1.5", "12.50"), or that can be read two ways ("30000.000"), is unreadable.
    """
    return str(value) if type(value) is int and abs(value) < 10**30 else _read_number(value, _whole)


def _read_number(value: object, as_text: Callable[[str], str]) -> str | None:
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
        text = visible(value)
        return as_text(text) if text else None
    raise Unreadable("not a number")


def _decimal(text: str) -> str:
    if _DECIMAL.fullmatch(text):
        return _plain(Decimal(text.replace(",", ".")))
    grouped = _GROUPED.fullmatch(text)
    if grouped is None:
        raise Unreadable("not a number")
    units, mark, decimals = grouped.groups()
    return _plain(Decimal(f"{units.replace(mark, '')}.{decimals or '0'}"))


def _whole(text: str) -> str:
    if _DIGITS.fullmatch(text):
        return _plain(Decimal(text))
    grouped = _GROUPED.fullmatch(text)
    if grouped is not None:
        units, mark, decimals = grouped.groups()
    elif _DECIMAL.fullmatch(text):
        units, mark, decimals = re.split("([.,])", text)
    else:
        raise Unreadable("not a number")
    if decimals is not None and not _ZEROS.fullmatch(decimals) and set(units + decimals) - {*"+-0"}:
        raise Unreadable("not a whole number")
    return _plain(Decimal(units.replace(mark, "")))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_integer(value: object) -> str | None:
    """A whole number within bigint: a count. As text it is written as an amount is."""
    if type(value) is int and -(2**63) <= value < 2**63:
        return str(value)
    text = read_amount(value)
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
            return FLAGS[visible(value).casefold()]
        except KeyError:
            pass
    raise Unreadable("not a flag")


def read_present(value: object) -> str:
    """Whether the wire holds anything; the value is not kept."""
    if type(value) is str:
        return "t" if value and not value.isspace() and (value.isprintable() or visible(value)) else "f"
    return "f" if value is None or value == [] or value == {} else "t"


def whole(value: object) -> int | None:
    """A count of the portal about itself (a total, a number of pages); None when it gives none."""
    try:
        text = read_integer(value)
    except Unreadable:
        return None
    return None if text is None else int(text)
