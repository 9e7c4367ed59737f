"""Runs, their ledger, and the window the next run reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine

from dvc766.portals.contract import Portal, Resource, Window

RunState = Literal["running", "succeeded", "blocked", "failed", "superseded"]


class RunRefused(RuntimeError):
    """The run is not, or no longer, the one that may write; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What one run did to one resource: fetched = new + changed + unchanged + duplicate + quarantined."""

    run_id: int
    portal: str
    resource: str
    province_code: str
    window_from: datetime | None
    window_to: datetime
    is_sweep: bool
    declared: int | None  # the portal's own total for the window
    fetched: int
    new: int
    changed: int
    unchanged: int
    duplicate: int
    quarantined: int
    deleted: int
    known_from: datetime


def start_run(engine: Engine, kind: str, portal: str | None, as_of: datetime, dag_run_id: str | None = None) -> int:
    """Open a run and return its number.

    An earlier run of the same DAG run that is still open becomes `superseded` and can promote no more.
    """
    raise NotImplementedError


def finish_run(engine: Engine, run_id: int, state: RunState, message_vi: str | None = None) -> None:
    """Close a run; raises RunRefused when it was superseded or is closed already with another state."""
    raise NotImplementedError


def next_window(
    engine: Engine,
    portal: Portal,
    resource: Resource,
    province_code: str,
    as_of: datetime,
    *,
    window_from: datetime | None = None,
    known_codes: Mapping[str, Collection[str]] | None = None,
    sweep: bool = False,
) -> Window:
    """The window a run at `as_of` reads.

    It starts the resource's overlap before the last promoted window before `as_of`, or earlier: at
    `window_from`, or at the first quarantined record whose unknown code is in `known_codes` (code set
    -> codes) now. A window never leaves a gap behind the last one. Resources without a change time,
    and sweeps, are read whole (start None).
    """
    raise NotImplementedError
