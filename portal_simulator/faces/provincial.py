"""The provincial face: token, gateway (dossiers, fees, agencies, petitions) and local records.

Window parameters `updated-from`, `updated-to`, `modifiedFrom`, `modifiedTo` and the call `--details`
are assumptions; everything else follows public clients of the products.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_simulator.faces.replies import Handler, body_of, integer_of, interrupted, reply
from portal_simulator.faces.tokens import Tokens
from portal_simulator.faces.wire import read_instant
from portal_simulator.records import Dossier, Petition
from portal_simulator.views.dossiers import Row, detail_row, fee_rows, list_row
from portal_simulator.views.records import petition_row, rating_row, request_row, transaction_row
from portal_simulator.views.simulation import RowMaker, Simulation, gateway_id

MOST_IDS = 200
MOST_ROWS = 500
_GATEWAY_ERROR = {"status": 500, "error": "Internal Server Error", "message": "Hệ thống đang bận"}
_LOCAL_ERROR = {"succeeded": False, "messages": ["Hệ thống đang bận"], "data": None}


class ProvincialFace:
    """Endpoints of the provincial hosts over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._tokens = Tokens(simulation.faults)

    def routes(self) -> list[Route]:
        """Routes under /provincial."""
        gateway, local = "/provincial/gateway", "/provincial/local/api/v1"
        login = "/provincial/auth/realms/digo/protocol/openid-connect/token"
        lists: dict[str, tuple[str, RowMaker]] = {
            "GiaoDichThanhToans": ("payment_transactions", transaction_row),
            "YeuCauThanhToans": ("payment_requests", request_row),
            "DanhGiaHaiLongs": ("ratings", rating_row),
        }
        return [
            Route(login, self._tokens.issue, methods=["POST"]),
            self._route(f"{gateway}/pa/dossier/search", self._search_dossiers),
            self._route(f"{gateway}/pa/dossier/--details", self._details, method="POST"),
            self._route(f"{gateway}/pa/dossier/{{id}}/--online", self._detail),
            self._route(f"{gateway}/pa/dossier-fee/--by-dossiers", self._fees),
            self._route(f"{gateway}/ba/agency/name+code", self._agencies),
            self._route(f"{gateway}/pe/petition/--search", self._search_petitions),
            *(
                self._route(f"{local}/{name}", self._local_list(*resource), error=_LOCAL_ERROR)
                for name, resource in lists.items()
            ),
        ]

    def _route(self, path: str, handler: Handler, *, method: str = "GET", error: Row = _GATEWAY_ERROR) -> Route:
        guarded = self._tokens.guarded(handler)
        return Route(path, interrupted(self._simulation.faults, error, guarded), methods=[method])

    async def _search_dossiers(self, request: Request) -> Response:
        code = request.query_params.get("code")
        if code:
            found = [
                self._dossier_row(d, self._simulation.now, self._simulation.changed_at(d))
                for d in self._simulation.province.dossiers
                if d.code_at(self._simulation.now) == code and self._simulation.is_visible(d)
            ]
            return reply(_spring_page(found, len(found), 0, MOST_ROWS))
        if request.query_params.get("remove-status") not in (None, "", "0"):
            removed = self._simulation.removed_dossiers()
            found = [self._dossier_row(d, self._simulation.now, at) for at, d in removed]
            return reply(_spring_page(found, len(found), 0, MOST_ROWS))
        return self._spring_search(request, "dossiers", self._dossier_row)

    async def _search_petitions(self, request: Request) -> Response:
        return self._spring_search(request, "petitions", self._petition_row)

    def _spring_search(self, request: Request, resource: str, make_row: RowMaker) -> Response:
        query = request.query_params
        size = integer_of(query.get("size"), 20, 1, MOST_ROWS)
        number = integer_of(query.get("page"), 0, 0, 10**9)
        total, rows = self._simulation.page(
            resource,
            _window(query.get("updated-from"), query.get("updated-to")),
            number * size,
            size,
            make_row,
            descending=query.get("sort", "updatedDate,desc").endswith("desc"),
        )
        return reply(_spring_page(rows, total, number, size))

    async def _detail(self, request: Request) -> Response:
        rows = self._detail_rows([request.path_params["id"]])
        if not rows:
            return reply({"status": 404, "message": "Không tìm thấy hồ sơ"}, 404)
        return reply(rows[0])

    async def _details(self, request: Request) -> Response:
        ids = (await body_of(request)).get("ids")
        if not isinstance(ids, list) or len(ids) > MOST_IDS:
            raise HTTPException(400, f"ids must be a list of at most {MOST_IDS}")
        return reply(self._detail_rows(ids))

    async def _fees(self, request: Request) -> Response:
        ids = [i for i in request.query_params.get("dossier-ids", "").split(",") if i]
        if len(ids) > MOST_IDS:
            raise HTTPException(400, f"at most {MOST_IDS} dossiers a call")
        simulation = self._simulation
        return reply(
            [
                simulation.dress(row, "dossier_fees", row["id"])
                for dossier in self._visible(ids)
                for row in fee_rows(dossier, simulation.now)
            ]
        )

    async def _agencies(self, request: Request) -> Response:
        size = integer_of(request.query_params.get("size"), 2000, 1, 2000)
        number = integer_of(request.query_params.get("page"), 0, 0, 10**9)
        agencies = sorted(self._simulation.agencies.values(), key=lambda a: a.code)
        rows = [
            self._simulation.dress({"id": gateway_id(a.code), "code": a.code, "name": a.name_vi}, "agencies", a.code)
            for a in agencies[number * size : (number + 1) * size]
        ]
        return reply(_spring_page(rows, len(agencies), number, size))

    def _local_list(self, resource: str, make_row: RowMaker) -> Handler:
        async def handle(request: Request) -> Response:
            query = request.query_params
            size = integer_of(query.get("pageSize"), 10, 1, MOST_ROWS)
            number = integer_of(query.get("pageNumber"), 1, 1, 10**9)
            total, rows = self._simulation.page(
                resource,
                _window(query.get("modifiedFrom"), query.get("modifiedTo")),
                (number - 1) * size,
                size,
                make_row,
            )
            pages = -(-total // size)
            return reply(
                {
                    "data": rows,
                    "currentPage": number,
                    "totalPages": pages,
                    "totalCount": total,
                    "pageSize": size,
                    "hasPreviousPage": number > 1,
                    "hasNextPage": number < pages,
                }
            )

        return handle

    def _visible(self, ids: list[str]) -> list[Dossier]:
        simulation = self._simulation
        found = (simulation.dossiers.get(str(i)) for i in ids)
        return [d for d in found if d is not None and simulation.is_visible(d)]

    def _detail_rows(self, ids: list[str]) -> list[Row]:
        simulation = self._simulation
        return [
            simulation.dress(detail_row(d, simulation.now), "dossier_details", d.dossier_id) for d in self._visible(ids)
        ]

    def _dossier_row(self, dossier: Dossier, now: datetime, updated_at: datetime) -> Row:
        simulation = self._simulation
        return list_row(
            dossier,
            now,
            updated_at,
            simulation.procedures.get(dossier.procedure_code),
            simulation.agency(dossier.agency_code),
            simulation.province.code,
        )

    def _petition_row(self, petition: Petition, now: datetime, updated_at: datetime) -> Row:
        agency: Row | None = None
        if petition.agency_code is not None:
            known = self._simulation.agency(petition.agency_code)
            agency = {
                "id": gateway_id(petition.agency_code),
                "name": known.name_vi if known else None,
            }
        return petition_row(petition, now, updated_at, agency)


def _window(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """A half-open window of a request; 400 when a bound is no instant."""
    try:
        return (read_instant(start) if start else None, read_instant(end) if end else None)
    except ValueError as error:
        raise HTTPException(400, f"not an instant: {error}") from error


def _spring_page(rows: list[Any], total: int, number: int, size: int) -> Row:
    pages = -(-total // size)
    return {
        "content": rows,
        "totalElements": total,
        "totalPages": pages,
        "number": number,
        "size": size,
        "first": number == 0,
        "last": number >= pages - 1,
    }
