"""What may change from one day or place to another: days of the calendar, and rules with a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Days = Mapping[date, str]  # holiday | working_saturday


@dataclass(frozen=True)
class Law:
    """The days off of single places, by province or agency code, and the dated rules."""

    local_days: Mapping[str, Days] = field(default_factory=dict)
    # Decree 309/2026 Art. 8.3: received by another place, the clock starts at the competent agency
    competent_receipt_from: date = date(2026, 8, 5)

    def days_of(self, agency_code: str) -> Days:
        """The days of an agency that differ from the whole province's; its own come before its province's."""
        return {**self.local_days.get(agency_code.partition(".")[0], {}), **self.local_days.get(agency_code, {})}


TODAYS_LAW = Law()
NOWHERE: Days = {}
