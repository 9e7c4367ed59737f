"""The evaluation endpoints of the national portal, read for the last closed months."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from dvc766.clock import month_after, month_before
from dvc766.portals.contract import Batch
from dvc766.portals.errors import PortalRefused
from dvc766.portals.evaluation import EVALUATIONS, Captures
from dvc766.portals.instants import LOCAL
from dvc766.portals.national_public import PublicInterface
from dvc766.portals.normalise import RecordReader
from dvc766.portals.pages import Bound, ListCall, Page, pages_until_complete
from dvc766.portals.reading import batch_of
from dvc766.portals.values import LOST, whole
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
        month = month_before(month)
        months.append(month)
    return months[::-1]


class NoFigures(Exception):
    """The portal has no scores of the month asked for."""


class Scores:
    """The portal's own scores of the province and its units. One per run: it keeps what it was shown."""

    def __init__(self, public: PublicInterface) -> None:
        self._public = public
        self._captured: dict[date, Captures] = {}

    def read(self, reader: RecordReader, until: datetime) -> Iterator[Batch]:
        """One batch a month."""
        for month in closed_months(until):
            yield batch_of(reader, self._captures(month).records())

    def read_units(self, reader: RecordReader, until: datetime) -> Iterator[Batch]:
        """The units that the same replies name, one batch a month."""
        for month in closed_months(until):
            yield batch_of(reader, self._captures(month).units())

    def _captures(self, month: date) -> Captures:
        """What the portal shows of a month, asked for once."""
        if month not in self._captured:
            codes = {str(get(row, "id")): str(get(row, "code")) for row in self._public.departments}
            # an id that lost a character may be another's
            captures = Captures(month, {unit_id: code for unit_id, code in codes.items() if LOST not in unit_id})
            try:
                self._capture(captures, month)
            except NoFigures:
                log.info("The national portal has no scores of %s.", month)
            self._captured[month] = captures
        return self._captured[month]

    def _capture(self, captures: Captures, month: date) -> None:
        period = {"timeType": "month", "year": month.year, "month": month.month}
        for unit in self._units(SCORES, period):
            captures.add_scores(unit)
        for evaluation in EVALUATIONS:
            for unit in self._units(evaluation.name, _days(month) if evaluation.name == SATISFACTION else period):
                captures.add(unit, evaluation)

    def _units(self, name: str, period: dict[str, Any]) -> Iterator[Any]:
        """The units of an evaluation, the province first."""
        body = {"rootDepartmentId": get(self._public.root, "id"), **period}
        heads: list[Any] = []
        totals = [0]

        def fetch(number: int) -> Page:
            paging = {"pageSize": self._public.page_size, "currentPage": number + 1}
            data = self._public.ask(f"{EVALUATION}/{name}", body | paging) or {}
            heads.extend(get(data, key) for key in ("overview", "parent"))
            page = _page(data, number, self._public.page_size)
            totals.append(page.total or 0)
            return page

        try:
            bound = Bound(ListCall(self._public.portal.code, f"POST {EVALUATION}/{name}"))
            units = [unit for page in pages_until_complete(fetch, repr, bound) for unit in page]
        except PortalRefused as refusal:
            if refusal.status == 400 and name == SCORES:  # how the portal answers for a period without scores
                raise NoFigures from None
            raise
        if len(units) < max(totals):
            log.warning("The national portal counts %d units in %s and gives %d.", max(totals), name, len(units))
        seen: set[str] = set()
        for unit in heads + units:
            who = get(unit, "departmentId") or get(unit, "departmentCode")  # the province may come without its id
            if unit and str(who) not in seen:
                seen.update([] if who is None or LOST in str(who) else [str(who)])
                yield unit


def _page(data: dict[str, Any], number: int, size: int) -> Page:
    """The units of a reply. A tree, and at times `service-results`, gives no number of pages: then all
    units are there, except that a page which is just full may be followed by another."""
    pagination = get(data, "pagination")
    pages = whole(get(pagination, "totalPages"))
    units = entries(get(data, "evaluation")) or entries(get(data, "children"))
    is_last = len(units) != size if pages is None else number + 1 >= pages
    return Page(units, whole(get(pagination, "total")), is_last)


def _days(month: date) -> dict[str, Any]:
    """The period of the one endpoint that takes days."""
    last = month_after(month) - timedelta(days=1)
    return {"fromDate": month.isoformat(), "toDate": last.isoformat()}
