"""The national portal's evaluation endpoints: one set of counts in seven shapes of reply.

A month can be asked for once it has ended; an unknown unit, a bad period and a month that has not
ended are refused with 400. Months before a merger show the province and the units of their time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException

from portal_simulator.calendar import next_month
from portal_simulator.evaluation.counts import Unit, evaluate, published, units_of
from portal_simulator.evaluation.judgement import Period
from portal_simulator.evaluation.rows import (
    LISTS,
    identity,
    metrics_row,
    online_row,
    payment_row,
    progress_row,
    radar_rows,
    scores_row,
)
from portal_simulator.faces.replies import integer_of
from portal_simulator.faces.wire import VIETNAM
from portal_simulator.records import Agency
from portal_simulator.views.catalogue import department_id, wire_level
from portal_simulator.views.dossiers import Row
from portal_simulator.views.simulation import Simulation

MOST_ROWS = 500
_QUARTER = 3


class EvaluationFace:
    """Evaluation replies over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._made: dict[tuple[datetime, datetime], dict[str, Unit]] = {}
        self._state_number = -1

    def endpoints(self) -> dict[str, Callable[[Row], Row]]:
        """Endpoint names under `reporting/evaluation` with their answers."""
        answers: dict[str, Callable[[Row], Row]] = {
            "service-results": self._results,
            "dvc-progress-tree": partial(self._tree, progress_row),
            "provide-online-tree": partial(self._tree, online_row),
            "formality-online-payment-tree": partial(self._tree, payment_row),
        }
        return answers | {name: partial(self._list, name) for name in LISTS}

    def _results(self, body: Row) -> Row:
        """All units at once: this reply is not paged."""
        root, units, values = self._asked(body)
        return {
            "overview": self._dress(scores_row(root, values[root.code]), root),
            "growthPercent": 0,
            "radar": radar_rows(values[root.code]),
            "donuts": {"onlineDossier": [], "onlineProvision": None},
            "evaluation": [self._dress(scores_row(unit, values[unit.code]), unit) for unit in units],
            "monthlyChart": [],
            "dossierChart": [],
        }

    def _list(self, name: str, body: Row) -> Row:
        root, units, values = self._asked(body)
        page, pagination = _paged(units, body)
        first = (pagination["currentPage"] - 1) * pagination["pageSize"] + 1
        numbered = enumerate(page, first)
        data: Row = {
            "overview": self._dress({"stt": 1} | metrics_row(name, root, values[root.code]), root),
            "evaluation": [
                self._dress({"stt": place} | metrics_row(name, unit, values[unit.code]), unit)
                for place, unit in numbered
            ],
            "pagination": pagination,
            "source": "DVCQG",
        }
        return data | {"monthlyChart": []} if name == "transparency" else data

    def _tree(self, make: Callable[[Agency, Unit], Row], body: Row) -> Row:
        root, units, values = self._asked(body)
        children = [
            identity(unit) | {"level": wire_level(unit), "scoreDelta": None} | make(unit, values[unit.code])
            for unit in units
        ]
        data: Row = {
            "parent": self._dress(identity(root) | make(root, values[root.code]), root),
            "children": [self._dress(row, unit) for row, unit in zip(children, units, strict=True)],
        }
        return data if make is payment_row else data | {"monthlyChart": []}

    def _asked(self, body: Row) -> tuple[Agency, list[Agency], dict[str, Unit]]:
        """The unit asked for, the units below it, and the values of all."""
        period = _period(body, self._simulation.now)
        province = self._simulation.province
        try:
            root, units = units_of(province, period)
        except LookupError as error:
            raise HTTPException(400, str(error)) from error
        wanted = body.get("rootDepartmentId") or body.get("departmentId")
        by_id = {department_id(a.code): a for a in province.agencies}
        if wanted:
            agency = by_id.get(str(wanted))
            if agency is None or (agency.level != "PROVINCE" and agency not in units):
                raise HTTPException(400, "unknown department")
            if agency.level != "PROVINCE":
                root, units = agency, []
        return root, units, self._values(period)

    def _values(self, period: Period) -> dict[str, Unit]:
        """Counted once for each period and state of the simulation."""
        simulation = self._simulation
        if self._state_number != simulation.state_number:
            self._made.clear()
            self._state_number = simulation.state_number
        published_month = simulation.province.published_month
        if published_month is not None and period.start.date() != published_month:
            raise HTTPException(400, "no figures of that period")
        key = (period.start, period.stop)
        if key not in self._made:
            root, units = units_of(simulation.province, period)
            codes = [root.code, *(unit.code for unit in units)]
            if simulation.province.published_figures is not None:
                self._made[key] = published(simulation.province, codes, simulation.now.date())
            else:
                self._made[key] = evaluate(simulation.province, period, simulation.faults.distortions)
        return self._made[key]

    def _dress(self, row: Row, agency: Agency) -> Row:
        return self._simulation.dress(row, "evaluations", department_id(agency.code))


def _period(body: Row, now: datetime) -> Period:
    """The period of a request, which must have ended."""
    try:
        if "fromDate" in body:
            start = datetime.fromisoformat(body["fromDate"]).replace(tzinfo=VIETNAM)
            last = datetime.fromisoformat(body["toDate"]).replace(tzinfo=VIETNAM)
            stop = last.fromordinal(last.toordinal() + 1).replace(tzinfo=VIETNAM)
        else:
            start, stop = _numbered_period(body)
    except (KeyError, TypeError, ValueError) as error:
        raise HTTPException(400, f"bad period: {error}") from error
    if stop > now:
        raise HTTPException(400, "the period has not ended")
    return Period(start, stop, now)


def _numbered_period(body: Row) -> tuple[datetime, datetime]:
    year, kind = int(body["year"]), body.get("timeType", "month")
    if kind == "year":
        first, length = 1, 12
    elif kind == "quarter":
        first, length = int(body["quarter"]) * _QUARTER - 2, _QUARTER
    else:
        first, length = int(body["month"]), 1
    start = datetime(year, first, 1, tzinfo=VIETNAM)
    day = start.date()
    for _ in range(length):
        day = next_month(day)
    return start, datetime(day.year, day.month, 1, tzinfo=VIETNAM)


def _paged(rows: Sequence[Any], body: Row) -> tuple[Sequence[Any], Row]:
    size = integer_of(body.get("pageSize"), 20, 1, MOST_ROWS)
    number = integer_of(body.get("currentPage"), 1, 1, 10**9)
    pagination = {
        "total": len(rows),
        "currentPage": number,
        "pageSize": size,
        "totalPages": -(-len(rows) // size),
    }
    return rows[(number - 1) * size : number * size], pagination
