"""latest.json: what readers follow. It names whole revisions only, and is replaced in one step.

    {"edition": "public", "latest": "2025-07",
     "months": {"2025-07": {"path": "2025-07/r1/public", "revision": 1, "sha256": "9c1f…"}}}

`sha256` is the hash of `<path>/SHA256SUMS`, which lists the hashes of all files.
"""

from __future__ import annotations

import json
from typing import Any

from dvc766.delivery.release import Release
from dvc766.failures import NeedsAPerson

LATEST = "latest.json"


class DeliveryRefused(NeedsAPerson):
    """What is at a place, or how it may be written to, does not allow a delivery; the message says what to do."""


def moved_to(pointer: bytes | None, release: Release) -> bytes:
    """The pointer when a release is there; where it names a newer revision of the month it stays as it is.

    Raises DeliveryRefused when the pointer is not one of ours, or belongs to another edition.
    """
    content = _read(pointer) if pointer else {"edition": release.edition, "months": {}}
    if content["edition"] != release.edition:
        raise DeliveryRefused(
            f"Nơi nhận đang giữ bản {content['edition']}, không nhận bản {release.edition}.\n"
            "Việc cần làm: sửa địa chỉ trong kết nối của nơi nhận; mỗi bản phải có nơi lưu riêng."
        )
    months = dict(content["months"])
    known = months.get(release.period, {"revision": 0})
    if known["revision"] <= release.revision:
        months[release.period] = {"path": release.prefix, "revision": release.revision, "sha256": release.sha256}
    return _written({"edition": release.edition, "latest": max(months), "months": months})


def _read(pointer: bytes) -> dict[str, Any]:
    try:
        content = json.loads(pointer)
        if {"edition", "months"} <= set(content) and all(
            isinstance(month["revision"], int) for month in content["months"].values()
        ):
            return dict(content)
    except (ValueError, TypeError, KeyError, AttributeError):
        pass
    raise DeliveryRefused(
        f"{LATEST} ở nơi nhận không phải do hệ thống này ghi.\n"
        "Việc cần làm: kiểm tra địa chỉ trong kết nối của nơi nhận; nếu đúng nơi thì chuyển tệp đó đi rồi chạy lại."
    )


def _written(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
