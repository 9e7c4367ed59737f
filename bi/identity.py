"""Ids that stay the same from one import to the next, so that an asset is replaced and never doubled."""

from __future__ import annotations

from uuid import UUID, uuid5

_OURS = UUID("5b0f8b1e-7660-4d0e-9d2e-766766766766")


def uuid_of(kind: str, name: str) -> str:
    """The id of a database, dataset, chart or dashboard by its name in the assets."""
    return str(uuid5(_OURS, f"{kind}/{name}"))
