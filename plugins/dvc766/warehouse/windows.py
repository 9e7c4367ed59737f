"""The windows the next run reads: what changed since the last one, and before it what is to be read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg import Connection
from sqlalchemy import Engine

from dvc766.clock import LOCAL_ZONE
from dvc766.portals.contract import KnownCodes, Portal, Resource, Window
from dvc766.warehouse.ledger import runs_of_reading
from dvc766.warehouse.sessions import transaction

_DAY = timedelta(days=1)


class Reader(NamedTuple):
    """What reads records just now: the codes it knows (code set -> codes) and the fingerprint of its code."""

    known_codes: KnownCodes
    fingerprint: str | None


def next_window(
    engine: Engine,
    run_id: int,
    portal: Portal,
    resource: Resource,
    province_code: str,
    as_of: datetime,
    *,
    window_from: datetime | None = None,
    sweep: bool = False,
) -> Window:
    """The window of a run at `as_of`, not yet cut into slices.

    It starts the resource's overlap before the end of the last complete window before `as_of`, or
    earlier at `window_from`. A later `window_from` counts only for the first run, so no gap is left
    behind. A reading that was interrupted goes on the overlap before its last promoted slice. Resources
    without a change time are read whole (start None), and so is what a sweep reads.
    """
    if not resource.is_windowed:
        return Window(None, as_of)
    with transaction(engine) as connection:
        place = (province_code, portal.code, resource.name)
        reached = _reached(connection, run_id, place, sweep=sweep)
        last = _last_end(connection, place, as_of)
    if sweep:
        start = None
    elif last is None:
        start = window_from
    else:
        start = min(last - resource.overlap, window_from or last)
    if reached is not None:
        start = max(reached - resource.overlap, start or reached - resource.overlap)
    return Window(start, as_of, sweep=sweep)


def windows_to_read_again(
    engine: Engine, portal: Portal, resource: Resource, province_code: str, before: datetime | None, reader: Reader
) -> list[Window]:
    """The days before `before` with records that were turned away and may be readable by now, oldest first.

    Such are records whose unknown code is listed by now, those that a person released since they were seen last, and
    all that an earlier release of the reader turned away: once a release has tried in vain, only the portal or a
    further release can mend them. A record without a readable change time is looked for in the whole window in
    which it was seen.
    """
    if not resource.is_windowed or before is None:
        return []
    with transaction(engine) as connection:
        turned_away = connection.execute(
            "select q.field, q.reason, q.code, q.changed_at, q.seen_from, q.seen_to,"
            " run.code_fingerprint is distinct from %s"
            " or exists (select from quarantine.releases as release"
            " where release.record_id = q.record_id and release.seen_run = q.last_seen_run)"
            " from quarantine.records as q left join ops.runs as run on run.run_id = q.last_seen_run"
            " where q.province_code = %s and q.portal = %s and q.resource = %s and q.resolved_run is null",
            (reader.fingerprint, province_code, portal.code, resource.name),
        ).fetchall()
    spans: list[tuple[datetime | None, datetime]] = []
    for field, reason, code, changed_at, seen_from, seen_to, is_to_be_tried in turned_away:
        listed = reader.known_codes.get(resource.code_set_of(field) or "", frozenset())
        if not is_to_be_tried and not (reason == "unknown_code" and code in listed):
            continue
        if changed_at is None:
            spans.append((seen_from, seen_to or before))
        else:
            midnight = changed_at.astimezone(LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
            spans.append((midnight, midnight + _DAY))
    return [Window(start, end, is_last=False) for start, end in _joined(spans, before)]


def _joined(
    spans: Iterable[tuple[datetime | None, datetime]], before: datetime
) -> list[tuple[datetime | None, datetime]]:
    """The same without what lies after `before`; those that touch become one."""
    joined: list[tuple[datetime | None, datetime]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0] is not None, span[0] or span[1], span[1])):
        if start is not None and start >= before:
            continue
        if joined and (start is None or start <= joined[-1][1]):
            joined[-1] = (joined[-1][0], max(joined[-1][1], min(end, before)))
        else:
            joined.append((start, min(end, before)))
    return joined


def _reached(connection: Connection[Any], run_id: int, place: tuple[str, str, str], *, sweep: bool) -> datetime | None:
    """How far this reading has been promoted before it was interrupted; None = it begins."""
    row = connection.execute(
        "select max(window_to) from ops.ledger"
        " where province_code = %s and portal = %s and resource = %s and is_sweep = %s and run_id = any(%s)",
        (*place, sweep, runs_of_reading(connection, run_id)),
    ).fetchone()
    return None if row is None else row[0]


def _last_end(connection: Connection[Any], place: tuple[str, str, str], as_of: datetime) -> datetime | None:
    """The cursor; for a run of an earlier day done again, where the cursor stood then."""
    row = connection.execute(
        "select cursor_at from ops.cursors where province_code = %s and portal = %s and resource = %s", place
    ).fetchone()
    if row is None or row[0] < as_of:
        return None if row is None else row[0]
    row = connection.execute(
        "select max(window_to) from ops.ledger"
        " where province_code = %s and portal = %s and resource = %s and window_to < %s and is_last"
        " and fetched - duplicate >= coalesce(declared, 0)",
        (*place, as_of),
    ).fetchone()
    return None if row is None else row[0]
