"""The evaluation endpoints of the national portal, read for the last closed months."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from dvc766.portals.contract import Batch
from dvc766.portals.errors import PortalRefused
from dvc766.portals.evaluation import LISTS, TREES, Captures
from dvc766.portals.instants import LOCAL
from dvc766.portals.national_public import PublicInterface
from dvc766.portals.normalise import RecordReader
from dvc766.portals.reading import Page, batch_of, pages_until_complete
from dvc766.portals.values import whole
from dvc766.portals.wire_paths import entries, get

log = logging.getLogger(__name__)

EVALUATION = "/reporting/evaluation"
SCORES = "service-results"
SATISFACTION = "handling-satisfaction"
CLOSED_MONTHS = 3  # the portal restates that far back


def closed_months(until: datetime) -> list[date]:
    """First days of the last months that had ended by then, oldest first."""
    month = until.astimezone(LOCAL).date().replace(day=1)
    months = []
    for _ in range(CLOSED_MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months[::-1]


class NoFigures(Exception):
    """The portal has no scores of the month asked for."""


class Scores:
    """The portal's own scores of the province and its units."""

    def __init__(self, public: PublicInterface) -> None:
        self._public = public

    def read(self, reader: RecordReader, until: datetime) -> Iterator[Batch]:
        """One batch a month."""
        codes = {str(get(row, "id")): str(get(row, "code")) for row in self._public.departments}
        for month in closed_months(until):
            captures = Captures(month, codes)
            try:
                self._capture(captures, month)
            except NoFigures:
                log.info("The national portal has no scores of %s.", month)
            yield batch_of(reader, captures.records())

    def _capture(self, captures: Captures, month: date) -> None:
        period = {"timeType": "month", "year": month.year, "month": month.month}
        for unit in self._units(SCORES, period):
            captures.add_scores(unit)
        for name in LISTS:
            for unit in self._units(name, _days(month) if name == SATISFACTION else period):
                captures.add_metrics(unit)
        for name, ratios in TREES.items():
            for unit in self._units(name, period):
                captures.add_counts(unit, ratios)

    def _units(self, name: str, period: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The units of an evaluation, the province first."""
        path = f"{EVALUATION}/{name}"
        body = {"rootDepartmentId": get(self._public.root, "id"), **period}
        heads: list[Any] = []

        def fetch(number: int) -> Page:
            data = self._public.ask(path, body | {"pageSize": self._public.page_size, "currentPage": number + 1})
            heads.extend(get(data, key) for key in ("overview", "parent"))
            pagination = get(data, "pagination")
            pages = whole(get(pagination, "totalPages")) if isinstance(pagination, dict) else None
            units = entries(get(data, "evaluation")) or entries(get(data, "children"))
            return Page(units, None, pages is None or number + 1 >= pages)

        try:
            units = [unit for page in pages_until_complete(fetch, repr) for unit in page]
        except PortalRefused as refusal:
            if refusal.status == 400 and name == SCORES:  # how the portal answers for a period without scores
                raise NoFigures from None
            raise
        seen: set[str] = set()
        for unit in heads + units:
            unit_id = str(get(unit, "departmentId")) if isinstance(unit, dict) else None
            if unit_id is not None and unit and unit_id not in seen:
                seen.add(unit_id)
                yield unit


def _days(month: date) -> dict[str, Any]:
    """The period of the one endpoint that takes days."""
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {"fromDate": month.isoformat(), "toDate": last.isoformat()}
