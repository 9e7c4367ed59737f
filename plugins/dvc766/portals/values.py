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


# --- text and codes -----------------------------------------------------------------------------


def _tidy(value: str, limit: int) -> str | None:
    """NFC, trimmed, inner spaces collapsed; "" is nothing."""
    if len(value) > 4 * limit:
        raise Unreadable("too long")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    if len(text) > limit:
        raise Unreadable("too long")
    if LOST in text:
        raise Unreadable("decoding lost a character")
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


def whole(value: object) -> int | None:
    """A count of the portal about itself (a total, a number of pages); None when it gives none."""
    try:
        text = read_integer(value)
    except Unreadable:
        return None
    return None if text is None else int(text)
