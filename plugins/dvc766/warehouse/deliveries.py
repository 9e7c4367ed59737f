"""What was delivered where: a row of ops.deliveries for each try, from its start to its end.

running ──► delivered   readers see the revision
        ├─► unchanged   all of it was there, and was read back
        └─► failed      this try ended with an error, or its process died
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from psycopg import Connection
from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Engine, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from dvc766.warehouse.sessions import WarehouseBusy, transaction
from dvc766.warehouse.tables import INSTANT, METADATA

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("delivery_id", BigInteger, Identity(always=True), primary_key=True),
    Column("venue_code", Text, nullable=False),
    Column("period_month", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("edition", Text, nullable=False),
    Column("products", ARRAY(Text), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("started_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("ended_at", INSTANT),
    Column("state", Text, nullable=False, server_default=text("'running'::text")),
    Column("message_vi", Text),
    Index("deliveries_period_month_idx", "period_month", "revision", "venue_code"),
    CheckConstraint("state in ('running', 'delivered', 'unchanged', 'failed')", name="state_is_known"),
    CheckConstraint("(state = 'running') = (ended_at is null)", name="end_is_told"),
    schema="ops",
)

Outcome = Literal["delivered", "unchanged"]

_SEALED = """
select distinct on (period_month) period_month, revision
from published.publications
order by period_month, revision desc
"""
_DELIVERED = (
    "select distinct venue_code, period_month, revision from ops.deliveries where state in ('delivered', 'unchanged')"
)
_BEFORE_SEAL = """
select distinct done.period_month, done.revision
from ops.deliveries as done
inner join published.publications as own on (own.period_month, own.revision) = (%s, %s)
where
    done.state in ('delivered', 'unchanged')
    and done.edition = %s
    and %s = any(done.products)
    and done.ended_at < own.sealed_at
order by done.period_month, done.revision
"""
_START = """
insert into ops.deliveries (venue_code, period_month, revision, edition, products, sha256)
values (%s, %s, %s, %s, %s, %s)
returning delivery_id
"""
_END = """
update ops.deliveries set state = %s, ended_at = clock_timestamp(), message_vi = %s
where delivery_id = %s and state = 'running'
"""
_DEAD = """
update ops.deliveries set state = 'failed', ended_at = clock_timestamp(), message_vi = %s
where venue_code = %s and state = 'running'
"""
_DIED_VI = (
    "Tiến trình giao đã dừng giữa chừng; người xem vẫn thấy bản trước. Việc cần làm: không có; lượt này giao lại."
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is delivered to a venue; `sha256` is the hash of the list of hashes of its files."""

    venue_code: str
    period_month: date
    revision: int
    edition: str
    products: Sequence[str]
    sha256: str


def sealed_revisions(engine: Engine) -> Sequence[tuple[date, int]]:
    """The newest sealed revision of each month, the oldest month first."""
    with transaction(engine) as connection:
        return connection.execute(_SEALED).fetchall()


def delivered(engine: Engine) -> set[tuple[str, date, int]]:
    """Venue, month and revision of all that was delivered."""
    with transaction(engine) as connection:
        return set(connection.execute(_DELIVERED).fetchall())


def delivered_before_seal(
    engine: Engine, month: date, revision: int, edition: str, product: str
) -> Sequence[tuple[date, int]]:
    """The months and revisions of which readers had a product of an edition when a revision was sealed.

    What is delivered later changes nothing in it. Empty while the revision is not sealed.
    """
    with transaction(engine) as connection:
        return connection.execute(_BEFORE_SEAL, (month, revision, edition, product)).fetchall()


@contextmanager
def turn(engine: Engine, venue_code: str) -> Iterator[None]:
    """Deliver to a venue alone: the lock ends with the process, so what was left running by one that died is told.

    Raises WarehouseBusy while another process delivers there.
    """
    name = f"delivery to {venue_code}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
        is_mine = session.exec_driver_sql("select pg_try_advisory_lock(hashtextextended(%s, 766))", (name,)).scalar()
        if not is_mine:
            raise WarehouseBusy(
                f"Một tiến trình khác đang giao tới {venue_code}.\nViệc cần làm: chờ; nhiệm vụ này tự thử lại."
            )
        try:
            session.exec_driver_sql(_DEAD, (_DIED_VI, venue_code))
            yield
        finally:  # the session goes back to a pool
            session.exec_driver_sql("select pg_advisory_unlock(hashtextextended(%s, 766))", (name,))


@contextmanager
def logged(
    engine: Engine, delivery: Delivery, told: Callable[[BaseException], str]
) -> Iterator[Callable[[Outcome], None]]:
    """One try in the log. The block calls what it is given with its outcome; else the try has failed.

    `told` puts an error in words that may be stored.
    """
    with transaction(engine) as connection:
        number = _started(connection, delivery)
    try:
        yield lambda outcome: _ended(engine, number, outcome, None)
    except BaseException as error:
        _ended(engine, number, "failed", told(error))
        raise


def _started(connection: Connection[Any], delivery: Delivery) -> int:
    [(number,)] = connection.execute(
        _START,
        (
            *(delivery.venue_code, delivery.period_month, delivery.revision, delivery.edition),
            *(list(delivery.products), delivery.sha256),
        ),
    ).fetchall()
    return int(number)


def _ended(engine: Engine, number: int, state: str, message_vi: str | None) -> None:
    with transaction(engine) as connection:
        connection.execute(_END, (state, message_vi, number))
