"""How long what is not kept for good is kept, in days; the variables are DVC766_KEEP_…_DAYS.

What a frozen month is made of has no setting: raw, published, the ledger, the runs and their checks are never cleaned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

Days = Annotated[int, Field(ge=7)]
# The weekly watch compares the twelve months that were frozen last: what explains them is there as long.
YearAndMore = Annotated[int, Field(ge=400)]


@dataclass(frozen=True)
class Keep:
    """Days for each thing that is cleaned up."""

    landing_days: int = 30  # batches that nobody waits for: those of a portal that is read no more
    aside_days: int = 30  # frozen months as they were made again last
    quarantine_days: int = 800  # rows of records that arrived, or are gone
    restatements_days: int = 800  # what weekly watches found, but for the newest one
    logs_days: int = 90  # log files of Airflow and dbt
    metadata_days: int = 180  # Airflow's own rows of runs and tasks
