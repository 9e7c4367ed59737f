"""What is refused, and how it is said: the variable, the setting in it, and the next step. Never a secret."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from dvc766.failures import NeedsAPerson

PLACEHOLDER = "CHANGE_ME"
EXACT = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

_CONNECTION_KEYS = frozenset({"conn_type", "description", "host", "port", "login", "password", "schema", "extra"})

Kind = TypeVar("Kind")


class SettingsError(NeedsAPerson, ValueError):
    """A setting is missing or unusable; the message names the variable and the next step."""


def checked_connection(name: str, connection: Mapping[str, Any], *, unread: Iterable[str] = ()) -> dict[str, Any]:
    """The connection with its extra as a mapping; every key is one that is read, no value a placeholder."""
    given = dict(connection)
    extra = given.get("extra") or {}
    if isinstance(extra, str):
        extra = read_json({f'{name}, "extra",': extra}, f'{name}, "extra",')
    if not isinstance(extra, Mapping):
        raise SettingsError(f'{name}: "extra" is no JSON object.\nNext: write it as in .env.example.')
    given["extra"] = {key: value for key, value in extra.items() if value is not None and value != ""}
    for key in given:
        if key not in _CONNECTION_KEYS or (key in unread and given[key]):
            raise SettingsError(
                f"{name}: {key!r} is set, but nothing reads it.\nNext: take it away; see .env.example."
                + (' The port belongs into "host".' if key == "port" else "")
            )
    for key, value in [*given.items(), *given["extra"].items()]:
        refuse_placeholder(f"{name}: {key!r}", value)
    return given


def refuse_placeholder(name: str, value: object) -> None:
    """SettingsError when a value of .env.example was copied and not filled in."""
    if isinstance(value, str) and PLACEHOLDER in value:
        raise SettingsError(f"{name} still holds the placeholder {PLACEHOLDER}.\nNext: fill in the real value.")


def validated(name: str, kind: type[Kind], given: Mapping[str, Any]) -> Kind:
    """`given` as an object of the kind; SettingsError names the first setting that does not fit."""
    try:
        return TypeAdapter(kind).validate_python(dict(given))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        key = str(found["loc"][0])
        if found["type"] in ("missing", "missing_argument"):
            raise SettingsError(f"{name} has no extra {key!r}.\nNext: add it; see .env.example.") from None
        if found["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            known = [item.name for item in fields(kind)]  # type: ignore[arg-type]  # each kind is a dataclass
            raise SettingsError(
                f"{name}: the extra {key!r} is set, but nothing reads it.\nNext: {meant(key, known)}"
            ) from None
        raise SettingsError(f"{name}: {key!r} cannot be used: {found['msg']}.\nNext: see .env.example.") from None


def meant(name: str, known: list[str]) -> str:
    """The next step after an unknown name: the known one that is spelled alike, if there is one."""
    close = difflib.get_close_matches(name, known, 1)
    return f"write {close[0]}, or take it away." if close else "take it away; .env.example lists what is read."


def read_json(environ: Mapping[str, str], name: str) -> Mapping[str, Any]:
    """The JSON object in a variable; SettingsError, which never shows the text, when it is none."""
    text = environ.get(name, "")
    if not text:
        raise SettingsError(f"{name} is not set.\nNext: copy its line from .env.example and fill it in.")
    try:
        value = json.loads(text)
    except ValueError:
        value = None  # the text holds a password: it must not reach the message, nor the cause
    if not isinstance(value, dict):
        raise SettingsError(f"{name} is no JSON object.\nNext: write it as in .env.example.")
    return value


def text_of(given: Mapping[str, Any], key: str) -> str:
    """A value as trimmed text; "" when there is none."""
    value = given.get(key)
    return "" if value is None else str(value).strip()
