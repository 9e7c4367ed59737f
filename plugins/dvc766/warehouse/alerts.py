"""The register of alerts: one open row of ops.alerts for each key, and a row of ops.alert_messages for each message.

found ──► opened      once, however often it is found again
      ──► resolved    when it was asked for and is not found any more; found later, it opens anew

A channel owes what it has not told: an alert counts as told when a message that lists it was sent. So a channel
that was down tells later, and a message that was sent as its sender died may be told twice, never not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from sqlalchemy import BigInteger, CheckConstraint, Column, Engine, Identity, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from dvc766.warehouse.sessions import lock, transaction
from dvc766.warehouse.tables import INSTANT, METADATA

ALERTS = Table(
    "alerts",
    METADATA,
    Column("alert_id", BigInteger, Identity(always=True), primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("key", "kind", "what_vi", "means_vi", "todo_vi")),
    Column("since", INSTANT, nullable=False),
    Column("dag_id", Text),
    Column("dag_run_id", Text),
    Column("opened_at", INSTANT, nullable=False),
    Column("resolved_at", INSTANT),
    Index("alerts_open_key", "key", unique=True, postgresql_where=text("resolved_at is null")),
    CheckConstraint("resolved_at >= opened_at", name="end_follows_opening"),
    schema="ops",
)
ALERT_MESSAGES = Table(
    "alert_messages",
    METADATA,
    Column("message_id", BigInteger, Identity(always=True), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("tried_at", INSTANT, nullable=False),
    Column("subject_vi", Text, nullable=False),
    *(Column(name, ARRAY(BigInteger), nullable=False) for name in ("opened", "still_open", "resolved")),
    Column("state", Text, nullable=False),
    Column("message_vi", Text),
    Index("alert_messages_channel_idx", "channel", "message_id"),
    CheckConstraint("state in ('sent', 'failed')", name="state_is_known"),
    schema="ops",
)

_OPEN = """
insert into ops.alerts (key, kind, what_vi, means_vi, todo_vi, since, dag_id, dag_run_id, opened_at)
values (%(key)s, %(kind)s, %(what_vi)s, %(means_vi)s, %(todo_vi)s, %(since)s, %(dag_id)s, %(dag_run_id)s, %(at)s)
on conflict (key) where resolved_at is null do nothing
"""
_RESOLVE = """
update ops.alerts set resolved_at = greatest(%(at)s, opened_at)
where resolved_at is null and kind = any(%(kinds)s) and key <> all(%(keys)s)
"""
# What is over before a channel told of it is told as over; of what was over before its first message it tells
# nothing. That a channel was down is not told by itself.
_OWED = """
with messages as (select * from ops.alert_messages where channel = %(channel)s),
sent as (select * from messages where state = 'sent'),
told as (
    select id as alert_id, max(tried_at) as told_at
    from sent cross join unnest(opened || still_open) as id
    group by id
),
told_over as (select distinct id as alert_id from sent cross join unnest(resolved) as id)
select alert.alert_id, alert.key, alert.kind, alert.what_vi, alert.means_vi, alert.todo_vi, alert.since,
    alert.dag_id, alert.dag_run_id, alert.opened_at, alert.resolved_at, told.told_at
from ops.alerts as alert
left join told using (alert_id)
where
    alert.key <> 'channel_down/' || %(channel)s
    and (
        alert.resolved_at is null
        or (
            alert.alert_id not in (select alert_id from told_over)
            and (told.told_at is not null or alert.opened_at >= (select min(tried_at) from messages))
        )
    )
order by alert.opened_at, alert.alert_id
"""
_NOTE_MESSAGE = """
insert into ops.alert_messages (channel, tried_at, subject_vi, opened, still_open, resolved, state, message_vi)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_DOWN = """
select newest.channel, newest.message_vi, (
    select min(tried_at) from ops.alert_messages as failed
    where failed.channel = newest.channel and failed.message_id > coalesce((
        select max(message_id) from ops.alert_messages as good
        where good.channel = newest.channel and good.state = 'sent'
    ), 0)
) as since
from (select distinct on (channel) * from ops.alert_messages order by channel, message_id desc) as newest
where newest.state = 'failed'
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong, in words for people: what failed, what it means, what to do, and since when."""

    key: str
    kind: str
    what_vi: str
    means_vi: str
    todo_vi: str
    since: datetime
    dag_id: str | None = None
    dag_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class KeptAlert(Alert):
    """An alert of the register, and when a channel told of it last."""

    alert_id: int = 0
    opened_at: datetime | None = None
    resolved_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What a channel has to tell: alerts that are new to it, those it has told of, and those that are over."""

    opened: Sequence[KeptAlert]
    still_open: Sequence[KeptAlert]
    resolved: Sequence[KeptAlert]

    def is_due(self, at: datetime, reminded: Collection[str], after: timedelta) -> bool:
        """Whether a message is due: for something new, something over, or a reminder of one of the kinds."""
        return bool(
            self.opened
            or any(alert.kind in reminded for alert in self.resolved)
            or any(
                alert.kind in reminded and alert.told_at is not None and at - alert.told_at >= after
                for alert in self.still_open
            )
        )


def register(engine: Engine, found: Collection[Alert], asked: Collection[str], at: datetime) -> None:
    """Open what is found and not open yet, resolve what is open, of a kind that was asked for, and not found."""
    with transaction(engine) as connection:
        lock(connection, "alerts")
        for alert in found:
            connection.execute(_OPEN, asdict(alert) | {"at": at})
        keys = [alert.key for alert in found]
        connection.execute(_RESOLVE, {"at": at, "kinds": list(asked), "keys": keys})


@contextmanager
def turn(engine: Engine) -> Iterator[Connection[Any]]:
    """A transaction in which one channel is told by one process alone; WarehouseBusy when another keeps its turn."""
    with transaction(engine) as connection:
        lock(connection, "alerts")
        yield connection


def owed(connection: Connection[Any], channel: str) -> Owed:
    """What a channel has not told yet, and what it has told of and is open."""
    with connection.cursor(row_factory=class_row(KeptAlert)) as cursor:
        kept = cursor.execute(_OWED, {"channel": channel}).fetchall()
    return Owed(
        opened=[alert for alert in kept if alert.resolved_at is None and alert.told_at is None],
        still_open=[alert for alert in kept if alert.resolved_at is None and alert.told_at is not None],
        resolved=[alert for alert in kept if alert.resolved_at is not None],
    )


def note_message(
    connection: Connection[Any], channel: str, subject_vi: str, told: Owed, at: datetime, failure_vi: str | None
) -> None:
    """Keep that a message was sent, or why it was not."""
    ids = [[alert.alert_id for alert in group] for group in (told.opened, told.still_open, told.resolved)]
    state = "sent" if failure_vi is None else "failed"
    connection.execute(_NOTE_MESSAGE, (channel, at, subject_vi, *ids, state, failure_vi))


def channels_down(engine: Engine) -> Sequence[tuple[str, str, datetime]]:
    """The channels whose newest message could not be sent: each with why, and since when."""
    with transaction(engine) as connection:
        return connection.execute(_DOWN).fetchall()
