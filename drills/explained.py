"""`./run drill explained`: do the listed records make up every figure of a scorecard, in every revision of a month?

    demo's copy    its frozen months, one more frozen, one corrected after late data: cells with several revisions
    10,000 cells   agency x indicator x month x revision, drawn by chance (always the same): numerator + listed
                   = denominator, no record twice, each with a reason; by plain SQL over the readers' views
    some of them   once more through `explain`, which must tell the same

Of what the national portal counts no record is known: there nothing may be listed, and nothing else is checked.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import psycopg
from psycopg.rows import class_row
from sqlalchemy import Engine

from drills.demo_copy import copy_of_the_demo, plant_late_data
from dvc766 import runs
from dvc766.settings import from_env
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.explanations import explain
from local_stack.installation import say

COPY = "drill_explained"
SEED = 766
SHOWN = 20
CORRECTION = runs.Correction("late_data", "Diễn tập trên dữ liệu mô phỏng.", "Người đề nghị", "Người duyệt")

_ALL = """
select period_month, revision, agency_code, indicator_code from published.agency_scorecards_monthly
union all
select period_month, revision, agency_code, indicator_code from marts.agency_scorecards_monthly where revision = 0
order by period_month, revision, agency_code, indicator_code
"""
# Records are found again by their own columns; only the views say which cell a record belongs to.
_LOOK = """
with cards as (
    select province_code, period_month, revision, agency_code, indicator_code, scope, numerator, denominator
    from published.agency_scorecards_monthly
    union all
    select province_code, period_month, revision, agency_code, indicator_code, scope, numerator, denominator
    from marts.agency_scorecards_monthly where revision = 0
),
records as (
    select period_month, revision, agency_code, indicator_code, source_id || ' ' || dossier_code as code, reason_vi
    from marts.dossier_deductions_by_revision
    union all
    select period_month, revision, agency_code, indicator_code, procedure_code, reason_vi
    from marts.procedure_deductions_by_revision
    union all
    select period_month, revision, agency_code, indicator_code, petition_id, reason_vi
    from marts.petition_deductions_by_revision
),
listed as (
    select
        period_month, revision, agency_code, indicator_code,
        count(*) as listed, count(*) - count(distinct code) as twice, count(*) - count(reason_vi) as without_reason
    from records group by period_month, revision, agency_code, indicator_code
)
select
    card.period_month, card.revision, card.agency_code, card.indicator_code,
    card.numerator, card.denominator, indicator.is_counted_by_portal,
    coalesce(listed.listed, 0) as listed,
    coalesce(listed.twice, 0) as twice,
    coalesce(listed.without_reason, 0) as without_reason
from cards as card
inner join marts.dim_indicators as indicator using (indicator_code)
left join listed
    on listed.period_month = card.period_month and listed.revision = card.revision
        and listed.indicator_code = card.indicator_code
        and listed.agency_code = case when card.scope = 'province' then card.province_code else card.agency_code end
order by card.period_month, card.revision, card.agency_code, card.indicator_code
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a scorecard; revision 0 is an open month."""

    period_month: date
    revision: int
    agency_code: str
    indicator_code: str

    def __str__(self) -> str:
        return f"{self.period_month:%m/%Y} r{self.revision} {self.agency_code} {self.indicator_code}"


@dataclass(frozen=True, slots=True)
class Read:
    """What plain SQL found of a cell."""

    period_month: date
    revision: int
    agency_code: str
    indicator_code: str
    numerator: int | None
    denominator: int | None
    is_counted_by_portal: bool
    listed: int
    twice: int
    without_reason: int

    @property
    def cell(self) -> Cell:
        """Which cell it is."""
        return Cell(self.period_month, self.revision, self.agency_code, self.indicator_code)

    def complaint(self) -> str | None:
        """What does not hold."""
        if self.is_counted_by_portal:
            return f"{self.cell}: {self.listed} records of what the portal counts" if self.listed else None
        if (self.numerator or 0) + self.listed != (self.denominator or 0):
            return f"{self.cell}: {self.numerator} and {self.listed} listed are not {self.denominator}"
        if self.twice or self.without_reason:
            return f"{self.cell}: {self.twice} listed twice, {self.without_reason} without a reason"
        return None


def main(arguments: list[str]) -> int:
    """1 when the records of a cell do not make up its figures, or `explain` tells something else."""
    options = argparse.ArgumentParser(prog="./run drill explained", description=__doc__)
    options.add_argument("--cells", type=int, default=10_000, metavar="N")
    options.add_argument("--explained", type=int, default=500, metavar="N", help="of them asked of `explain` too")
    asked = options.parse_args(arguments)
    with copy_of_the_demo(COPY) as own:
        settings = from_env(own.environment())
        with psycopg.connect(own.url("bi_reader")) as reader:
            states = reader.execute("select period_month, period_state from marts.dim_months order by 1").fetchall()
        for month in (month for month, state in states if state == "open"):
            say(f"freezing {month:%m/%Y}")
            runs.freeze(settings, month)
        corrected = states[0][0]
        say(f"correcting {corrected:%m/%Y} after late data")
        plant_late_data(own, corrected)
        runs.correct(settings, corrected, CORRECTION)
        engine = engine_for(settings.warehouse, "bi_reader")
        with psycopg.connect(own.url("bi_reader")) as reader:
            every = all_cells(reader)
            chosen = draw(every, asked.cells)
            begin = time.monotonic()
            read = look(reader, chosen)
            took = time.monotonic() - begin
            complaints = [complaint for one in read if (complaint := one.complaint())]
        sample = [one.cell for one in read]
        Random(SEED).shuffle(sample)
        told = told_otherwise(engine, read, sample[: asked.explained])
        engine.dispose()
    complaints += [f"{cell}: not read" for cell in set(chosen) - {one.cell for one in read}] + told
    for complaint in complaints[:SHOWN]:
        print(complaint)
    months = {(one.period_month, one.revision) for one in read}
    by_portal = sum(one.is_counted_by_portal for one in read)
    print(
        f"{len(read):,} cells of {len(every):,} in {len(months)} revisions of months, read in {took:.1f} s:"
        f" {len(read) - by_portal:,} with {sum(one.listed for one in read):,} listed records, {by_portal:,} counted by"
        f" the national portal; {min(len(sample), asked.explained):,} also by explain; {len(complaints)} failures"
    )
    return 1 if complaints or not read else 0


def all_cells(reader: psycopg.Connection[Any]) -> list[Cell]:
    """Every cell of every revision of every month, and of the open months, in an order of their own."""
    with reader.cursor(row_factory=class_row(Cell)) as cursor:
        return cursor.execute(_ALL).fetchall()


def draw(every: Sequence[Cell], number: int) -> list[Cell]:
    """So many cells by chance, the same each time; all where there are fewer."""
    return Random(SEED).sample(every, min(number, len(every)))


def look(reader: psycopg.Connection[Any], cells: Sequence[Cell]) -> list[Read]:
    """The figures of cells and the records that are listed for each."""
    wanted = set(cells)
    with reader.cursor(row_factory=class_row(Read)) as cursor:
        # All cells at once: asked for some, the planner expects one row and counts all records anew for each cell.
        return [one for one in cursor.execute(_LOOK) if one.cell in wanted]


def told_otherwise(engine: Engine, read: Sequence[Read], chosen: Sequence[Cell]) -> list[str]:
    """Of which cells `explain` tells other figures than plain SQL, or another number of records."""
    by_cell = {one.cell: one for one in read}
    complaints = []
    for cell in chosen:
        own = by_cell[cell]
        told = explain(engine, cell.period_month, cell.agency_code, cell.indicator_code, cell.revision or None)
        figures = (told.score.revision, told.score.numerator, told.score.denominator, len(told.records))
        if figures != (cell.revision, own.numerator, own.denominator, own.listed):
            complaints.append(f"{cell}: explain tells {figures}, not {own}")
    return complaints
