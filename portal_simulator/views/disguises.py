"""Value faults: what a row looks like when they are on.

Disguises keep the meaning; `unknown_status`, `third_unknown` and `shuffled_dates` do not. Which rows
and keys are hit depends on names and ids alone, so a second reading shows the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from portal_simulator.faces.wire import VIETNAM, gateway_text
from portal_simulator.views.dossiers import STATUS_NAMES, Row, stable

_DATE = re.compile(r"(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(\+0700)?|(19|20)\d{12}|\d\d/\d\d/(19|20)\d\d")
_UNKNOWN_STATUS = 23
_UNKNOWN_CODES: dict[str, tuple[str, object]] = {
    "dossiers": ("dossierStatus", {"id": 99, "name": "Không rõ"}),
    "petitions": ("status", 99),
    "payment_requests": ("trangThai", "Không rõ"),
    "payment_transactions": ("trangThai", "khong-ro"),
    "ratings": ("danhGia", "KHÔNG RÕ"),
}


def dress(row: Row, resource: str, key: str, on: Collection[str]) -> Row:
    """The row as the value faults that are on show it."""
    if resource == "dossiers":
        if "unknown_status" in on and row["dossierStatus"]["id"] == 4 and stable(key) % 5 == 0:
            row["dossierStatus"] = {
                "id": _UNKNOWN_STATUS,
                "name": STATUS_NAMES[_UNKNOWN_STATUS],
            }
        if "shuffled_dates" in on and stable(key) % 2 == 0:
            row["appliedDate"], row["acceptedDate"] = row["updatedDate"], row["appliedDate"]
    if "third_unknown" in on and resource in _UNKNOWN_CODES and stable(key) % 3 == 0:
        name, value = _UNKNOWN_CODES[resource]
        row[name] = value
    for name, change in _DISGUISES:
        if name in on:
            row = _walk(row, key, change)
    return row


class _Missing:
    """Marks a key that is left out."""


_MISSING = _Missing()
_Change = Callable[[Any, str], Any]


def _walk(value: Any, path: str, change: _Change) -> Any:
    """Apply `change(leaf, path)` to every leaf; empty lists count as leaves."""
    if isinstance(value, dict) and value:
        changed = ((k, _walk(v, f"{path}.{k}", change)) for k, v in value.items())
        return {k: v for k, v in changed if v is not _MISSING}
    if isinstance(value, list) and value:
        return [_walk(v, f"{path}.{i}", change) for i, v in enumerate(value)]
    return change(value, path)


def _number_as_text(value: Any, path: str) -> Any:
    if isinstance(value, bool | int | float):
        return str(value)
    return value


def _other_date_form(value: Any, path: str) -> Any:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return value
    instant = _parse(value)
    lossless: list[str | int] = [
        gateway_text(instant) or "",
        instant.isoformat(timespec="milliseconds"),
        instant.replace(tzinfo=None).isoformat(timespec="milliseconds"),
        f"{instant.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z",  # meant as local
        round(instant.timestamp() * 1000),
    ]
    if not instant.microsecond:
        lossless += [
            f"{instant:%Y%m%d%H%M%S}",
            f"{instant:%d/%m/%Y %H:%M:%S}",
            f"{instant:%Y-%m-%d %H:%M:%S}",
        ]
    return lossless[stable(path) % len(lossless)]


def _parse(text: str) -> datetime:
    if "/" in text:
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=VIETNAM)
    if "T" in text:
        return datetime.fromisoformat(text.removesuffix("+0700")).replace(tzinfo=VIETNAM)
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)


def _decomposed(value: Any, path: str) -> Any:
    if isinstance(value, str) and not value.isascii():
        return unicodedata.normalize("NFD", value.replace(" ", "  ", 1)) + " "
    return value


def _other_nothing(value: Any, path: str) -> Any:
    if value is None or value in ("", [], {}):
        return (None, "", _MISSING)[stable(path) % 3]
    return value


_DISGUISES: tuple[tuple[str, _Change], ...] = (
    ("nfd_text", _decomposed),
    ("date_mix", _other_date_form),
    ("empty_vs_null", _other_nothing),
    ("string_numbers", _number_as_text),
)
