"""A reading of a portal into landing.<portal>__<resource>."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine

from dvc766.portals.contract import Batch, Portal, Resource, Window


class Reading(Iterable[Batch], Protocol):
    """What a portal gives for a window: batches, and after the last one the portal's own total."""

    declared: int | None


@dataclass(frozen=True, slots=True)
class LandedBatch:
    """What landed: the promotion finds it again by run, portal and resource."""

    run_id: int
    portal: str
    resource: str
    fetched: int
    rejected: int
    declared: int | None


def land(
    engine: Engine,
    run_id: int,
    portal: Portal,
    resource: Resource,
    province_code: str,
    window: Window,
    reading: Reading,
) -> LandedBatch:
    """Replace the resource's landing table by `reading`, in one transaction and constant memory.

    Whatever fails, the batch before stays. Raises RunRefused when another run is landing the same
    resource, and when this run is not open or has promoted the resource already.
    """
    raise NotImplementedError
