"""The finished marts to their readers, as a set."""

from __future__ import annotations

from sqlalchemy import Engine


def promote(engine: Engine) -> dict[str, tuple[int, int]]:
    """Make schema `marts` equal `marts_candidate` in one transaction; only rows that differ are touched.

    Returns rows (inserted, deleted) by table. To be called as the transformer.
    """
    raise NotImplementedError
