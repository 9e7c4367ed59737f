"""A large province: a day's build with two open months, and the weekly watch over twelve frozen ones.

The history has as many months as are watched and two open ones, at two million dossiers a year if nothing else is
asked.
"""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

from bench import growth, history
from bench.rounds import WrongSum, tell
from bench.server import Server
from dvc766.runs.restating import WATCHED_MONTHS

A_YEAR = 2_000_000
QUICK = 120_000
MONTHS = WATCHED_MONTHS + 2  # the open ones


def run(server: Server, a_year: int, *, rounds: int) -> str:
    """The figures; WrongSum when a month that nobody touched would be another."""
    per_month = a_year // 12
    province = growth.History(server, per_month * MONTHS, per_month)
    days = []
    for number in range(1, rounds + 1):
        days.append(province.day(number))
        tell(f"day {number} of {rounds}: {days[-1]:.3f} s")
    tell("watching the frozen months")
    watched = province.watch()
    restated = watched.restated
    untouched = [one for one in restated.figures if one.period_month < _oldest_change(per_month)]
    if len(restated.months) != WATCHED_MONTHS or untouched:
        raise WrongSum(f"the watch looked at {len(restated.months)} months; months without change differ: {untouched}")
    return "\n".join(
        [
            f"\nA province of {a_year:,} dossiers a year, {per_month * MONTHS:,} in {MONTHS} months",
            f"first build, all {MONTHS} months         {province.first:.0f} s of the database",
            f"a day, the two open months whole  {median(days):.1f} s of the database ({min(days):.1f}-{max(days):.1f})",
            f"the watch over {len(restated.months)} frozen months   {watched.database:.0f} s of the database,"
            f" {watched.wall:.0f} s by the clock",
        ]
    )


def _oldest_change(per_month: int) -> date:
    """The month of the oldest dossier that a day of changes touches."""
    months_back = history.KNOWN_A_DAY * history.ONE_IN / per_month
    return (history.MADE_AT.date() - timedelta(days=31 * months_back)).replace(day=1)
