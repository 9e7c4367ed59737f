"""A small release; a module of its own, because processes that are killed often import it."""

from __future__ import annotations

from dvc766.delivery import Release


def release(revision: int = 1, *, period: str = "2025-07", size: int = 20_000) -> Release:
    """A few files, two of them in folders, one with a name in Vietnamese; each revision has other bytes."""
    names = ("site/index.html", "site/agencies/H44.03.html", "báo cáo.pdf", "rankings.csv", "empty.txt")
    files = {name: (f"{name} {period} r{revision}\n" * size)[:size].encode() for name in names} | {"empty.txt": b""}
    return Release(period, revision, "public", files)
