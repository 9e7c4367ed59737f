"""The window the next run reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.portals.contract import Field, Portal, Resource, Window
from dvc766.warehouse.sessions import transaction

KnownCodes = Mapping[str, frozenset[str]]
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def next_window(
    engine: Engine,
    portal: Portal,
    resource: Resource,
    province_code: str,
    as_of: datetime,
    *,
    window_from: datetime | None = None,
    known_codes: KnownCodes | None = None,
    sweep: bool = False,
) -> Window:
    """The window a run at `as_of` reads.

    It starts the resource's overlap before the end of the last complete window before `as_of`, or
    earlier: at `window_from`, or at the first quarantined record whose unknown code is in
    `known_codes` (code set -> codes) now. A later `window_from` counts only for the first run, so no
    gap is left behind. Resources without a change time, and sweeps, are read whole (start None).
    """
    if not resource.is_windowed:
        return Window(None, as_of)
    if sweep:
        return Window(None, as_of, sweep=True)
    with transaction(engine) as connection:
        place = (province_code, portal.code, resource.name)
        last = _last_end(connection, place, as_of)
        readable = _first_readable(connection, place, resource, known_codes or {})
    if last is None:
        return Window(window_from, as_of)
    starts = [last - resource.overlap, *(start for start in (window_from, readable) if start is not None)]
    start = min(starts)
    return Window(None if start == _BEGINNING else start, as_of)


def _last_end(connection: Connection[Any], place: tuple[str, str, str], as_of: datetime) -> datetime | None:
    """The cursor; for a run of an earlier day done again, where the cursor stood then."""
    row = connection.execute(
        "select cursor_at from ops.cursors where province_code = %s and portal = %s and resource = %s", place
    ).fetchone()
    if row is None or row[0] < as_of:
        return None if row is None else row[0]
    row = connection.execute(
        "select max(window_to) from ops.ledger"
        " where province_code = %s and portal = %s and resource = %s and window_to < %s"
        " and fetched - duplicate >= coalesce(declared, 0)",
        (*place, as_of),
    ).fetchone()
    return None if row is None else row[0]


def _first_readable(
    connection: Connection[Any], place: tuple[str, str, str], resource: Resource, known_codes: KnownCodes
) -> datetime | None:
    """When the first record changed that was turned away for a code listed by now.

    A record without a readable change time sends the reading back to the beginning.
    """
    turned_away = connection.execute(
        "select field, code, min(changed_at), bool_or(changed_at is null) from quarantine.records"
        " where province_code = %s and portal = %s and resource = %s"
        " and reason = 'unknown_code' and code is not null and resolved_run is null"
        " group by field, code",
        place,
    )
    return min(
        (
            _BEGINNING if is_undated else changed_at
            for field, code, changed_at, is_undated in turned_away
            if code in known_codes.get(_code_set(resource.fields, field.split(".")) or "", frozenset())
        ),
        default=None,
    )


def _code_set(fields: Iterable[Field], path: list[str]) -> str | None:
    """The code set of the field that a rejection names (`column`, or `column.child`)."""
    for field in fields:
        if field.column == path[0]:
            return field.code_set if len(path) == 1 else _code_set(field.children, path[1:])
    return None
