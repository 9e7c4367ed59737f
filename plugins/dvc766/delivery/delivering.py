"""A delivery: readers see the revision from before or the new one, whole, wherever it stops.

1. what is at the place already is read and compared: a second delivery writes nothing
2. what is missing or differs is written under the revision's own prefix, the list of hashes last
3. everything is read back and compared
4. latest.json is replaced in one step: from then on readers see the revision
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Protocol

import tenacity

from dvc766.delivery.pointer import LATEST, DeliveryRefused, moved_to
from dvc766.delivery.release import CHECKSUMS, Release
from dvc766.failures import NeedsAPerson
from dvc766.settings import VenueExtra

LONGEST_WAIT = 60.0  # seconds between two tries

__all__ = ["DeliveryFailed", "DeliveryRefused", "Store", "deliver", "tries"]


class DeliveryFailed(RuntimeError):
    """A delivery stopped on its way; a further try may succeed, and readers see what they saw before."""


class Store(Protocol):
    """A place that editions are delivered to. Paths are below the place, parts joined by `/`."""

    def read(self, paths: Collection[str]) -> Mapping[str, bytes]:
        """The content of those of the files that are there."""

    def upload(self, release: Release, paths: Collection[str]) -> None:
        """Write at least these files of a release, its list of hashes after all others."""

    def replace(self, path: str, content: bytes) -> None:
        """Write a file in one step: a reader sees the old content or the new."""


def deliver(release: Release, store: Store) -> bool:
    """Bring a release to a place, and readers to the release; False when all of it was there and pointed to.

    Raises DeliveryRefused when the place holds other files of this revision, or another edition, DeliveryFailed
    when what is read back is not what was written.
    """
    pointer = store.read([LATEST]).get(LATEST)
    following = moved_to(pointer, release)
    listed = f"{release.prefix}/{CHECKSUMS}"
    known = store.read([listed]).get(listed)
    if known is not None and known != release.checksums:
        raise DeliveryRefused(
            f"Nơi nhận đã có {release.prefix} với nội dung khác; một lần chốt đã giao thì không thay đổi.\n"
            "Việc cần làm: so hai tệp SHA256SUMS; muốn thay thì công bố một lần đính chính."
        )
    if wrong := _differing(release, store):
        store.upload(release, wrong)
        if still := _differing(release, store):
            raise DeliveryFailed(
                f"Đọc lại {release.prefix} thấy {len(still)} tệp khác với bản đã gửi (ví dụ {sorted(still)[0]});"
                " người xem vẫn thấy bản trước.\nViệc cần làm: chạy lại; nếu vẫn vậy thì kiểm tra nơi nhận."
            )
    if following != pointer:
        store.replace(LATEST, following)
        if store.read([LATEST]).get(LATEST) != following:
            raise DeliveryFailed(
                f"Đọc lại {LATEST} thấy khác với bản đã gửi.\n"
                "Việc cần làm: chạy lại; nếu vẫn vậy thì kiểm tra nơi nhận."
            )
    return bool(wrong) or following != pointer


def tries(extra: VenueExtra) -> tenacity.Retrying:
    """The tries of one delivery, for `for attempt in tries(extra)`; what waits for a person is not tried again."""
    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(extra.tries),
        wait=tenacity.wait_exponential_jitter(
            initial=extra.first_wait_seconds, max=LONGEST_WAIT, jitter=extra.first_wait_seconds
        ),
        retry=tenacity.retry_if_exception(
            lambda error: isinstance(error, Exception) and not isinstance(error, NeedsAPerson)
        ),
        reraise=True,
    )


def _differing(release: Release, store: Store) -> list[str]:
    """The paths of a release that cannot be read back with the hash they must have."""
    found = store.read(release.placed.keys())
    return [path for path, content in release.placed.items() if _hash(found.get(path)) != _hash(content)]


def _hash(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
