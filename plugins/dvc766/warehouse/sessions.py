"""Transactions on psycopg itself, for COPY and for statements as sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, errors
from sqlalchemy import Engine

from dvc766.failures import NeedsAPerson


class RunRefused(NeedsAPerson):
    """The run is not, or no longer, the one that may write; the message says why and what to do."""


class WarehouseBusy(RuntimeError):
    """Another run has its turn just now; the message names it. The same step succeeds once that one has ended."""


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection[Any]]:
    """One transaction: committed at the end, rolled back by any exception."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        if not isinstance(connection, Connection):
            raise TypeError("the engine is not psycopg's")
        yield connection
        connection.commit()
    except BaseException:
        pooled.rollback()
        raise
    finally:
        pooled.close()


def lock(connection: Connection[Any], name: str) -> None:
    """Hold the name till the end of the transaction; WarehouseBusy when another session keeps it too long."""
    try:
        connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 766))", (name,))
    except errors.LockNotAvailable:
        raise WarehouseBusy(
            f"Một phiên khác đang ghi {name}.\n"
            "Việc cần làm: chờ lượt đó kết thúc (hoặc dừng nó); nhiệm vụ này tự thử lại."
        ) from None
