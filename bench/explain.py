"""Explain: how long one cell's explanation takes on a long history, for cells of any month, agency and indicator.

All months but two are frozen. Cells that count anything are drawn by chance, the same each time; a first round warms
the server's memory and is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from random import Random
from statistics import median, quantiles

from sqlalchemy import Engine

from bench import growth
from bench.rounds import WrongSum, tell
from bench.server import Server
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.explanations import explain
from dvc766.warehouse.sessions import transaction

DOSSIERS = 1_000_000
CELLS = 200
PROMISED_SECONDS = 1.0  # of p95
# Cells with anything to count; a frozen month's is asked for by its revision, an open month's without.
_CELLS = """
select period_month, agency_code, indicator_code, revision from published.agency_scorecards_monthly
where denominator > 0
union all
select period_month, agency_code, indicator_code, null from marts.agency_scorecards_monthly
where denominator > 0 and revision = 0
order by period_month, agency_code, indicator_code
"""

Cell = tuple[date, str, str, int | None]


def run(server: Server, dossiers: int) -> str:
    """The figures; WrongSum when the records of a cell do not make up its figures."""
    warehouse = growth.History(server, dossiers).warehouse
    engine = engine_for(warehouse.settings.warehouse, "bi_reader")
    with transaction(engine) as connection:
        cells: Sequence[Cell] = connection.execute(_CELLS).fetchall()
    chosen = Random(766).sample(cells, CELLS)
    tell(f"explaining {CELLS} of {len(cells):,} cells, twice")
    for cell in chosen:
        seconds(engine, cell)
    walls, records = zip(*(seconds(engine, cell) for cell in chosen), strict=True)
    engine.dispose()
    p95 = quantiles(walls, n=20)[-1]
    slowest = max(range(CELLS), key=lambda place: walls[place])
    month, agency, indicator, _ = chosen[slowest]
    return "\n".join(
        [
            f"\nExplaining a cell on {dossiers:,} dossiers, {CELLS} cells with {sum(records):,} records",
            f"median {median(walls):.3f} s, p95 {p95:.3f} s, longest {max(walls):.3f} s"
            f" ({agency}, {indicator}, {month:%m/%Y}: {records[slowest]:,} records)",
            f"p95 within {PROMISED_SECONDS:.0f} s: {'yes' if p95 <= PROMISED_SECONDS else 'NO'}",
        ]
    )


def seconds(engine: Engine, cell: Cell) -> tuple[float, int]:
    """How long one explanation takes, and how many records it lists; WrongSum when they do not make up its figures."""
    month, agency, indicator, revision = cell
    begin = time.monotonic()
    told = explain(engine, month, agency, indicator, revision)
    took = time.monotonic() - begin
    if not told.is_whole and not told.score.is_counted_by_portal:
        raise WrongSum(f"{told.score.numerator} and {len(told.records)} are not {told.score.denominator}: {cell}")
    return took, len(told.records)
