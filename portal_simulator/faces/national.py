"""The national REST face (N1): catalogues. Reads are POST, success is HTTP 201."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_simulator.faces.evaluation import EvaluationFace
from portal_simulator.faces.replies import Handler, body_of, integer_of, interrupted, reply
from portal_simulator.views.catalogue import (
    department_rows,
    formality_detail,
    formality_id,
    formality_rows,
    service_rows,
)
from portal_simulator.views.dossiers import Row
from portal_simulator.views.simulation import Simulation

BASE = "/national/api/v1"
MOST_ROWS = 500
_BUSY = {"code": "INTERNAL_ERROR", "message": "Hệ thống đang bận", "data": None}


class NationalFace:
    """Endpoints of the national portal over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._evaluation = EvaluationFace(simulation)
        self._cached: dict[str, tuple[int, list[Row]]] = {}
        self._by_formality_id = {formality_id(p): p for p in simulation.province.procedures}

    def routes(self) -> list[Route]:
        """Routes under /national/api/v1."""
        endpoints: dict[str, Callable[[Row], Row]] = {
            "configuring/citizen/department/list-with-location": self._departments,
            "reporting/formalities": self._formalities,
            "configuring/formality/get-formality-by-citizen": self._formality,
            "submitting/formality/list-department-url-by-citizen": self._services,
        }
        endpoints |= {f"reporting/evaluation/{name}": answer for name, answer in self._evaluation.endpoints().items()}
        return [
            Route(
                f"{BASE}/{path}",
                interrupted(self._simulation.faults, _BUSY, _answering(answer)),
                methods=["POST"],
            )
            for path, answer in endpoints.items()
        ]

    def _departments(self, body: Row) -> Row:
        rows = self._rows(
            "departments",
            lambda: department_rows(self._simulation.province, self._simulation.now),
        )
        levels = body.get("levels")
        if levels:
            rows = [row for row in rows if row["level"] in levels]
        return self._cursor_page(rows, body, "rows", "departments")

    def _services(self, body: Row) -> Row:
        rows = self._rows("services", lambda: service_rows(self._simulation.province, self._simulation.now))
        target = body.get("formalityTargetType")
        if target:
            rows = [row for row in rows if target in row["formalityTargetType"]]
        department = body.get("departmentCode")
        if department:
            rows = [row for row in rows if row["departmentCode"] == department]
        return self._cursor_page(rows, body, "rows", "department_services")

    def _formalities(self, body: Row) -> Row:
        rows = self._rows("formalities", lambda: formality_rows(self._simulation.province, self._simulation.now))
        wanted = str(body.get("q") or "").lower()
        if wanted:
            rows = [r for r in rows if wanted in r["name"].lower() or wanted in r["code"]]
        size = integer_of(body.get("pageSize"), 20, 1, MOST_ROWS)
        number = integer_of(body.get("currentPage"), 1, 1, 10**9)
        page = rows[(number - 1) * size : number * size]
        return {
            "items": [self._dress(row, "formalities") for row in page],
            "pagination": {
                "total": len(rows),
                "currentPage": number,
                "pageSize": size,
                "totalPages": -(-len(rows) // size),
            },
        }

    def _formality(self, body: Row) -> Row:
        procedure = self._by_formality_id.get(str(body.get("id")))
        if procedure is None:
            raise HTTPException(400, "unknown formality")
        return self._dress(formality_detail(procedure, self._simulation.now), "formality_details")

    def _rows(self, name: str, make: Callable[[], list[Row]]) -> list[Row]:
        """Rows of a catalogue, made once for each state of the clock."""
        number, rows = self._cached.get(name, (-1, []))
        if number != self._simulation.state_number:
            rows = make()
            self._cached[name] = (self._simulation.state_number, rows)
        return rows

    def _cursor_page(self, rows: list[Row], body: Row, name: str, resource: str) -> Row:
        """The page after `lastId`; a cursor that is not known is refused."""
        limit = integer_of(body.get("limit"), 50, 1, MOST_ROWS)
        start = 0
        last_id = body.get("lastId")
        if last_id:
            start = next((i + 1 for i, row in enumerate(rows) if row["id"] == last_id), -1)
            if start < 0:
                raise HTTPException(400, "unknown lastId")
        page = rows[start : start + limit]
        return {
            name: [self._dress(row, resource) for row in page],
            "lastId": page[-1]["id"] if page else None,
            "total": len(rows),
        }

    def _dress(self, row: Row, resource: str) -> Row:
        return self._simulation.dress(row, resource, row["id"])


def _answering(answer: Callable[[Row], Any]) -> Handler:
    """The handler that reads the body and puts the answer into the portal's envelope."""

    async def handle(request: Request) -> Response:
        data = answer(await body_of(request))
        return reply({"code": "OK", "message": "OK", "data": data}, 201)

    return handle
