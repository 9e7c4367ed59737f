"""An installation that lives day by day: what a normal night, build, freeze, approval and delivery leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg

from dvc766.alerts.finding import answers, round_of
from dvc766.alerts.telling import QUESTIONS
from dvc766.clock import LOCAL_ZONE, month_before
from dvc766.portals import PORTALS
from dvc766.quality.usual import Calendar, read_calendar
from dvc766.runs.deadlines import cut_off
from dvc766.runs.delivering import venues
from dvc766.settings import Settings
from dvc766.warehouse.alerts import Alert
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

NATIONAL, PROVINCIAL = "national_portal", "provincial_portal"
DAY = date(2026, 3, 11)  # a Wednesday
FIRST_MONTH = date(2026, 1, 1)


def at(hour: int, minute: int = 10, day: date = DAY) -> datetime:
    """An hour of a day, local time."""
    return datetime.combine(day, time(hour, minute), LOCAL_ZONE)


@dataclass
class Installation:
    """A warehouse with a life; `execute` plants what goes wrong in it."""

    database: Database
    settings: Settings
    connection: psycopg.Connection[Any]

    def execute(self, statement: str, **values: object) -> list[Any]:
        """A statement as the database's owner; its rows."""
        cursor = self.connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def number(self, statement: str, **values: object) -> int:
        """The one number that a statement gives."""
        return int(self.execute(statement, **values)[0][0])

    def found(self, moment: datetime) -> Sequence[Alert]:
        """What is wrong at a moment, of everything that is asked."""
        with round_of(self.settings, now=moment, wall=moment) as here:
            return answers(here, QUESTIONS).found

    def run(self, kind: str, portal: str | None, day: date, state: str = "succeeded", **other: Any) -> int:
        """A run of the schedule at a day, half past one or what is given, that ended half an hour later."""
        started = other.pop("started_at", at(1, 30, day))
        ended = None if state == "running" else started + timedelta(minutes=30)
        dag = {"reading": f"ingest_{portal}_daily", "ranking": "build_warehouse_daily"}.get(kind, f"{kind}_dag")
        values = {
            "kind": kind,
            "portal": portal,
            "day": day,
            "state": state,
            "as_of": at(1, 30, day),
            "started_at": started,
            "finished_at": ended,
            "dag_id": dag,
            "dag_run_id": f"scheduled__{day}",
            **{"message_vi": None} | other,
        }
        names = ", ".join(values)
        marks = ", ".join(f"%({name})s" for name in values)
        return self.number(f"insert into ops.runs ({names}) values ({marks}) returning run_id", **values)

    def read(self, portal: str, day: date, resources: Sequence[str] | None = None) -> int:
        """A night's reading that went well, of these resources or all."""
        run_id = self.run("reading", portal, day)
        [described] = [each for each in PORTALS if each.code == portal]
        for resource in described.resources:
            if resources is None or resource.name in resources:
                self.execute(
                    "insert into ops.cursors values ('H44', %(portal)s, %(resource)s, %(to)s, %(run)s)"
                    " on conflict (province_code, portal, resource) do update set cursor_at = excluded.cursor_at",
                    portal=portal,
                    resource=resource.name,
                    to=at(1, 30, day),
                    run=run_id,
                )
        return run_id

    def take(
        self, run_id: int, day: date, *, fetched: int, new: int, resource: str = "dossiers", is_first: bool = False
    ) -> None:
        """What the ledger says of a night's batch; the first one of all has no beginning."""
        self.execute(
            "insert into ops.ledger (batch_id, run_id, portal, resource, province_code, window_from, window_to,"
            " is_sweep, is_last, declared, fetched, new, changed, unchanged, duplicate, stale, quarantined, deleted,"
            " known_from) values (nextval('ops.batch_ids'), %(run)s, 'provincial_portal', %(resource)s, 'H44',"
            " %(from)s, %(to)s, false, true, %(fetched)s, %(fetched)s, %(new)s, 0, %(same)s, 0, 0, 0, 0, %(to)s)",
            run=run_id,
            resource=resource,
            **{"from": None if is_first else at(1, 30, day) - timedelta(days=1, hours=1)},
            to=at(1, 30, day),
            fetched=fetched,
            new=new,
            same=fetched - new,
        )

    def judge(
        self, run_id: int, suite: str, expectation: str, *, severity: str = "warning", passed: bool = False,
        door: str = "in", observed: dict[str, object] | None = None, checked_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """A verdict of a door."""
        self.execute(
            "insert into ops.check_results (run_id, door, suite, expectation, severity, passed, observed, notes_vi,"
            " checked_at) values (%(run)s, %(door)s, %(suite)s, %(expectation)s, %(severity)s, %(passed)s,"
            " %(observed)s, 'Ghi chú của điều kiện.', %(checked_at)s)",
            run=run_id,
            door=door,
            suite=suite,
            expectation=expectation,
            severity=severity,
            passed=passed,
            observed=json.dumps(observed or {}),
            checked_at=checked_at or at(2, 0),
        )

    def night(self, day: date, calendar: Calendar) -> None:
        """Both portals read, judged and promoted, and the ranking shown: as it should be."""
        self.read(NATIONAL, day)
        run_id = self.read(PROVINCIAL, day)
        is_after_work = calendar.is_working(day - timedelta(days=1))
        self.take(run_id, day, fetched=620, new=600) if is_after_work else self.take(run_id, day, fetched=55, new=3)
        self.judge(run_id, "provincial_portal__dossiers", "volume_ratio: x", passed=True, checked_at=at(2, 0, day))
        self.run("ranking", None, day, started_at=at(2, 5, day))
        if day.isoweekday() == 6:
            self.run("watching", None, day, started_at=at(10, 0, day))

    def freeze(self, month: date, moment: datetime, revision: int = 1) -> None:
        """A month becomes final."""
        run_id = self.run("freezing", None, moment.date(), started_at=moment)
        self.execute(
            "insert into published.revisions (period_month, revision, period_kind, last_on, frozen_at, as_of,"
            " code_fingerprint, reference_fingerprint, catalogue_version, build_run_id, run_id, reason_code, note,"
            " author, approver, official_source) values (%(month)s, %(revision)s, 'month', %(month)s, %(at)s, %(at)s,"
            " 'c', 'r', '1', %(run)s, %(run)s, 'late_data', 'n', 'a', 'b', 'computed')",
            month=month,
            revision=revision,
            at=moment,
            run=run_id,
        )

    def decide(self, month: date, moment: datetime, decision: str = "approved") -> int:
        """A person answers."""
        return self.number(
            "insert into published.decisions (period_month, revision, decision, decided_by, decided_at, asked_at,"
            " channel, checklist, answer) values (%(month)s, 1, %(decision)s, 'Trần Thị B', %(at)s, %(at)s, 'airflow',"
            " '[]', '') returning decision_id",
            month=month,
            decision=decision,
            at=moment,
        )

    def seal(self, month: date, moment: datetime, decision: int) -> None:
        """The sealer has sealed what was approved."""
        self.execute(
            "insert into published.publications select coalesce(max(sequence), 0) + 1, %(month)s, 1, %(decision)s,"
            " 'hash', 'folder', %(at)s from published.publications",
            month=month,
            decision=decision,
            at=moment,
        )

    def deliver(self, venue: str, month: date, moment: datetime, state: str = "delivered") -> None:
        """One try of a delivery."""
        self.execute(
            "insert into ops.deliveries (venue_code, period_month, revision, edition, products, sha256, started_at,"
            " ended_at, state, message_vi) values (%(venue)s, %(month)s, 1, 'public', '{}', 'x', %(at)s, %(at)s,"
            " %(state)s, 'Không tới được nơi nhận.')",
            venue=venue,
            month=month,
            at=moment,
            state=state,
        )

    def publish(self, month: date, day: date) -> None:
        """A month frozen, approved, sealed and delivered on one day, as it should be."""
        self.freeze(month, at(8, 5, day))
        decision = self.decide(month, at(9, 30, day))
        self.seal(month, at(9, 31, day), decision)
        for venue in venues(self.settings):
            self.deliver(venue.code, month, at(16, 35, day))


def installation(database: Database, connection: psycopg.Connection[Any]) -> Installation:
    """An installation over an empty warehouse, read once from the beginning."""
    here = Installation(database, replace(settings_for(database), first_period=FIRST_MONTH), connection)
    here.take(here.read(PROVINCIAL, FIRST_MONTH), FIRST_MONTH, fetched=9000, new=9000, is_first=True)
    return here


def live(here: Installation, first: date, last: date, each: Callable[[date], None] = lambda day: None) -> None:
    """Normal days, both ends included; `each` is called in the morning of each, before its freeze."""
    calendar = read_calendar(here.settings.calendar_days)
    day = first
    while day <= last:
        here.night(day, calendar)
        month = month_before(day)
        if month >= FIRST_MONTH and cut_off(here.settings, month) + timedelta(days=1) == day:
            here.publish(month, day)
        each(day)
        day += timedelta(days=1)
