"""The dates of a month, by the dated rules and the calendar: when it is frozen, and until when it must be approved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import Engine

from dvc766 import reference
from dvc766.clock import month_after
from dvc766.quality.usual import read_calendar
from dvc766.reference import RuleUnusable
from dvc766.settings import Settings
from dvc766.transform import first_assessed_month
from dvc766.warehouse import oversight
from dvc766.warehouse.oversight import MonthDeadline

RULE = "freeze_after_working_days"
APPROVAL_LIMIT = "approval_limit_days"


def cut_off(settings: Settings, month: date) -> date:
    """The last day on which the month is still open: the day after it, it is frozen and published."""
    calendar = read_calendar(settings.calendar_days)
    left = reference.rule_on(settings.dbt_project / "seeds" / "rules.csv", RULE, month_after(month), int)
    day = month_after(month) - timedelta(days=1)
    while left > 0:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def approval_days(settings: Settings, month: date) -> int:
    """Within how many days after the freeze of a month somebody must decide on it."""
    return reference.rule_on(settings.dbt_project / "seeds" / "rules.csv", APPROVAL_LIMIT, month, int)


def note_deadlines(settings: Settings, engine: Engine, today: date) -> None:
    """Keep in ops.month_deadlines the dates of every month from the first that is assessed to the one of today."""
    oversight.note_deadlines(engine, _deadlines(settings, today))


def _deadlines(settings: Settings, today: date) -> Iterator[MonthDeadline]:
    month = first_assessed_month(settings)
    while month <= today:
        with suppress(RuleUnusable):  # the freeze says so; a build can do without the date
            yield MonthDeadline(month, cut_off(settings, month) + timedelta(days=1), approval_days(settings, month))
        month = month_after(month)
