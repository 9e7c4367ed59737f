"""From the bytes of a reply to JSON values, with nothing lost or chosen in silence.

| bytes                                    | values                                                   |
|------------------------------------------|----------------------------------------------------------|
| UTF-8, with or without a byte order mark | as they stand                                            |
| windows-1258, declared in Content-Type   | as they stand                                            |
| windows-1258 undeclared, a broken byte   | U+FFFD in the text, so that its field is rejected later  |
| none (as with HTTP 204), or only blanks  | None: an answer that holds nothing                       |
| `{"a": 1, "a": 2}`                       | `{"a": 2}`, counted and logged: the object is in doubt   |
"""

from __future__ import annotations

import codecs
import json
import logging
import threading
from email.message import Message
from functools import lru_cache
from typing import Any

import orjson

from dvc766.portals.values import LOST

log = logging.getLogger(__name__)

_UTF8 = (None, "utf-8", "utf-8-sig")
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_NAME_SHOWN = 60  # a longer key is no field's name


class Decoder:
    """Decodes one portal's replies and counts what is doubtful in them. Safe to use from several threads."""

    def __init__(self, portal: str) -> None:
        self._portal = portal
        self._lock = threading.Lock()
        self._repeated = 0
        self._told: set[str] = set()

    def decode(self, call: str, body: bytes, content_type: str | None = None) -> Any:
        """The reply's values, whatever its header calls it; ValueError or RecursionError when it is no JSON."""
        if len(body) < 16 and not body.strip(_BLANKS):
            return None
        charset = charset_of(content_type) if content_type else None
        content = body if charset in _UTF8 else as_utf8(body, charset)
        try:
            reply = orjson.loads(content)
        except orjson.JSONDecodeError:
            content = as_utf8(body, charset)
            reply, repeated = _read_watching_keys(content)
            if LOST in content.decode("utf-8", "replace"):
                self._tell_once(call, f"bytes that are not {charset or 'utf-8'}; what lost a character is rejected")
        else:
            repeated = _repeated_keys(content, reply)
        if repeated:
            with self._lock:
                self._repeated += len(repeated)
            for name in sorted({name if _is_shown(name) else "(no name)" for names in repeated for name in names}):
                self._tell_once(call, f"the key {name} twice in one object, with different values; the last one counts")
        return reply

    def take_repeated_keys(self) -> int:
        """In how many objects a key was repeated with another value, since this was asked before."""
        with self._lock:
            count, self._repeated = self._repeated, 0
        return count

    def _tell_once(self, call: str, what: str) -> None:
        with self._lock:
            is_new = what not in self._told
            self._told.add(what)
        if is_new:
            log.warning(
                "%s: %s: the reply has %s. Next step: show it to the portal's operator.", self._portal, call, what
            )


def values_in(text: str) -> Any:
    """The values of a JSON text that stands inside a reply, nothing counted; ValueError when it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=100)
def charset_of(content_type: str) -> str | None:
    """The charset that a Content-Type declares; None when it declares none that Python knows."""
    header = Message()
    header["Content-Type"] = content_type
    try:
        charset = codecs.lookup(header.get_content_charset() or "").name
        return charset if b"{}".decode(charset, "replace") else None
    except (LookupError, ValueError):
        return None


def as_utf8(body: bytes, charset: str | None) -> bytes:
    """The body in UTF-8; what cannot be decoded becomes U+FFFD.

    A byte order mark, or the zero bytes of UTF-16 and UTF-32, stand above the declaration; so does
    text that is UTF-8 throughout, which text of another charset is as good as never.
    """
    found = json.detect_encoding(body)
    if charset is not None and found == "utf-8" and (body.isascii() or not _is_utf8(body)):
        found = charset
    return body.decode(found, "replace").encode("utf-8", "surrogatepass")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repeated_keys(content: bytes, reply: Any) -> list[set[str]]:
    """For each object that repeats a key with another value, the names of such keys.

    Looking at every key costs several times the decoding, so it is done only where something is
    missing from the values: written again, they have as many colons as the reply had, unless a key
    and its colon were dropped. Only a colon escaped in a text could hide that.
    """
    try:
        again = orjson.dumps(reply)
        if again == content:
            return []
        escaped = b"\\" in content and (b"\\u003a" in content or b"\\u003A" in content)
        if again.count(b":") == content.count(b":") and not escaped:
            return []
        return _read_watching_keys(content)[1]
    except (orjson.JSONEncodeError, ValueError, RecursionError):
        return []  # nested more deeply than any record is


def _read_watching_keys(content: bytes) -> tuple[Any, list[set[str]]]:
    """The values as a lenient reader takes them, and the keys repeated with another value, by object."""
    repeated: list[set[str]] = []

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            first = dict(reversed(pairs))
            names = {key for key, value in pairs if type(value) is not type(first[key]) or value != first[key]}
            if names:
                repeated.append(names)
        return values

    return json.loads(content, object_pairs_hook=read), repeated


def _is_shown(key: str) -> bool:
    """True when a key looks like the name of a field; anything else may be what a person wrote."""
    return len(key) <= _NAME_SHOWN and key.isascii() and key.isidentifier()
