"""Sixty days on which everything goes as it should, Tết and the weekends among them: nobody is told anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dvc766.quality.usual import read_calendar
from dvc766.settings import PROJECT_ROOT
from tests.database import Database
from tests.dvc766.alerts.installations import at, installation, live

FIRST, LAST = date(2026, 1, 20), date(2026, 3, 20)
HOURS = (3, 6, 7, 8, 10, 17, 23)


@pytest.mark.usefixtures("cheap_rounds")
def test_sixty_normal_days_give_no_alert(database: Database) -> None:
    calendar = read_calendar(PROJECT_ROOT / "dbt_project" / "seeds" / "calendar_days.csv")
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    assert len(days) == 60
    closed = [day for day in days if not calendar.is_working(day)]
    assert len([day for day in closed if day.weekday() < 5]) >= 5  # Tết
    told: list[tuple[date, str]] = []
    with database.connect() as connection:
        here = installation(database, connection)
        here.night(FIRST - timedelta(days=1), calendar)

        def ask(day: date) -> None:
            for hour in (HOURS[day.toordinal() % len(HOURS)], 8):
                told.extend((day, alert.key) for alert in here.found(at(hour, day=day)))

        live(here, FIRST, LAST, ask)
        frozen = here.execute("select count(*) from published.revisions")
    assert told == []
    assert frozen == [(2,)]
