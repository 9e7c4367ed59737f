"""A round: everything that is asked is asked of the warehouse alone, at one moment.

A question is a function of the round that yields what is wrong now. It is quiet while a retry is still to come:
whether one is, it knows best itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from dvc766.alerts.kinds import KINDS
from dvc766.clock import LOCAL_ZONE, business_now
from dvc766.failures import NeedsAPerson
from dvc766.runs.life import engine_of_role, message_of
from dvc766.settings import Settings
from dvc766.warehouse.alerts import Alert
from dvc766.warehouse.sessions import transaction

UNREACHABLE = (psycopg.OperationalError, OperationalError)

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of questions.

    `now` is the business clock's time, for days, months and how far portals were read; `wall` is the time of this
    machine, which the database's own stamps follow. They are the same but on the simulator.
    """

    settings: Settings
    extractor: Engine  # reads ops and quarantine
    publisher: Engine  # reads marts and what is published
    now: datetime
    wall: datetime

    def rows(self, statement: str, *, role: str = "extractor", **values: object) -> list[dict[str, Any]]:
        """The rows of a query, with its parameters by name."""
        engine = self.publisher if role == "publisher" else self.extractor
        with transaction(engine) as connection, connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement.encode(), values).fetchall()

    def day_due(self, by: time) -> date:
        """The newest day whose work should be done at an hour of it: today from that hour on, else yesterday."""
        return self.now.date() if self.now.time() >= by else self.now.date() - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the kinds of alert that the answer is about."""

    name_vi: str
    kinds: frozenset[str]
    ask: Callable[[Round], Iterator[Alert]]

    @classmethod
    def of(cls, name_vi: str, ask: Callable[[Round], Iterator[Alert]], *kinds: str) -> Question:
        """A question about kinds that there are."""
        return cls(name_vi, frozenset(KINDS[kind].code for kind in kinds), ask)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found, and the kinds of alert that could be asked for."""

    found: Sequence[Alert]
    asked: frozenset[str]


@contextmanager
def round_of(settings: Settings, *, now: datetime | None = None, wall: datetime | None = None) -> Iterator[Round]:
    """A round at a moment; the default is the present one of each clock."""
    with engine_of_role(settings, "extractor") as extractor, engine_of_role(settings, "publisher") as publisher:
        moment = now or business_now(settings.clock_url)
        yield Round(settings, extractor, publisher, moment.astimezone(LOCAL_ZONE), wall or datetime.now(LOCAL_ZONE))


def answers(here: Round, questions: Sequence[Question]) -> Answers:
    """The answers to all questions. One that cannot be answered is told as such, and keeps its alerts as they are.

    A database that does not answer is no answer at all: its error is raised.
    """
    found: list[Alert] = []
    asked = {"question_failed"}
    for question in questions:
        try:
            alerts = list(question.ask(here))
        except UNREACHABLE:
            raise
        except Exception as error:
            _LOG.error("Không kiểm tra được %s", question.name_vi, exc_info=not isinstance(error, NeedsAPerson))
            found.append(_unanswered(here, question, error))
        else:
            found += alerts
            asked |= question.kinds
    return Answers(found, frozenset(asked))


def _unanswered(here: Round, question: Question, error: Exception) -> Alert:
    return Alert(
        key=f"question_failed/{question.name_vi}",
        kind="question_failed",
        what_vi=f"Không kiểm tra được {question.name_vi}: {first_line(message_of(error))}",
        means_vi="Nếu phần này có lỗi thì chưa ai được báo.",
        todo_vi="Sửa nguyên nhân nêu trên; lượt sau tự kiểm tra lại.",
        since=here.now,
    )


def first_line(text: str | None) -> str:
    """A message as one sentence of a digest; the whole of it stands in the log of the task."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return lines[0] if lines else ""


def of_run(run: Mapping[str, Any]) -> dict[str, str | None]:
    """The run that an alert is about, as Airflow knows it: for its link."""
    return {"dag_id": run["dag_id"], "dag_run_id": run["dag_run_id"]}


def local(moment: datetime) -> str:
    """A moment as people write it."""
    return f"{moment.astimezone(LOCAL_ZONE):%H:%M %d/%m/%Y}"
