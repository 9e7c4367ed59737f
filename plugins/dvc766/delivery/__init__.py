"""How an edition of a publication gets to a place where people read it, whole or not at all.

release      what is delivered: the files of one edition of one revision, under a prefix of their own
pointer      latest.json, what readers follow: which revision of each month counts
deliver      upload, read everything back, compare, and only then move the pointer; what goes wrong, and how to go on
stores       a folder, S3-compatible storage or SFTP, all three through fsspec
interface    a publishing interface over HTTP, which takes a revision in one request

    with opened(venue) as store:
        deliver(Release("2025-07", 1, "public", {"site/index.html": b"..."}), store)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dvc766.delivery.delivering import DeliveryFailed, DeliveryRefused, Store, deliver, tries
from dvc766.delivery.release import CHECKSUMS, Release, checksums
from dvc766.settings import VenueSettings

__all__ = [
    "CHECKSUMS",
    "DeliveryFailed",
    "DeliveryRefused",
    "Release",
    "Store",
    "checksums",
    "deliver",
    "opened",
    "tries",
]


@contextmanager
def opened(venue: VenueSettings) -> Iterator[Store]:
    """The store of a venue, closed at the end; what it throws inside is DeliveryRefused or DeliveryFailed."""
    if venue.scheme in ("http", "https"):
        from dvc766.delivery.interface import opened_interface as opened_store
    else:
        from dvc766.delivery.stores import opened_store  # type: ignore[assignment]  # both give a Store
    with opened_store(venue) as store:
        yield store
