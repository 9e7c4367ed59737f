"""What an installation has published so far, as its folder of publications shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dvc766.sealing.refusal import SealRefused
from dvc766.sealing.verifier import (
    Altered,
    Doubt,
    Key,
    Publication,
    bundle_folders,
    is_in_order,
    require_place,
    signed_in,
)

_NEXT = "Việc cần làm: khôi phục thư mục công bố từ bản sao lưu, kiểm tra bằng ./run verify, rồi chạy lại."


def read(publications: Path, key: Key) -> Sequence[Publication]:
    """All publications, oldest first. SealRefused when one is missing, changed or signed with another key.

    To sign on top of such a history would vouch for it.
    """
    found = []
    for folder in bundle_folders(publications):
        try:
            found.append(signed_in(folder, key))
            require_place(folder, found[-1])
        except (Altered, Doubt, OSError) as error:
            raise SealRefused(f"Gói đã công bố {folder} không còn đúng: {error}.\n{_NEXT}") from None
    found.sort(key=lambda publication: publication.sequence)
    if not is_in_order(found):
        numbers = ", ".join(str(publication.sequence) for publication in found)
        raise SealRefused(f"Các gói trong {publications} không nối tiếp nhau (số thứ tự: {numbers}).\n{_NEXT}")
    return found
