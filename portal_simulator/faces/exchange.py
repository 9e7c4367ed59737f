"""The national exchange (N3): a login, then services named in the body.

Failures stand inside HTTP 200: an `error_code` other than "0" and a Vietnamese message.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_simulator.faces.replies import LOGIN, PASSWORD, body_of, interrupted, reply
from portal_simulator.views.catalogue import (
    decision_row,
    exchange_procedure,
    exchange_unit_rows,
)
from portal_simulator.views.dossiers import Row
from portal_simulator.views.simulation import Simulation

_BUSY = {"error_code": "-1", "message": "Hệ thống đang bận, vui lòng thử lại sau"}


def _failure(message: str) -> Row:
    return {"error_code": "-1", "message": message}


class ExchangeFace:
    """The exchange over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._sessions: set[str] = set()
        self._decisions = {d.decision_id: d for p in simulation.province.procedures for d in p.announcements}
        self._services = {
            "LayDanhMucCoQuan": self._units,
            "LayDanhSachTTHC": self._procedure_list,
            "LayThuTuc": self._procedure,
            "LayQDCB": self._decision,
        }

    def routes(self) -> list[Route]:
        """The one endpoint of the adapter."""
        handler = interrupted(self._simulation.faults, _BUSY, self._answer)
        return [Route("/national/exchange", handler, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        body = await body_of(request)
        if not request.headers.get("dstcode"):
            return reply(_failure("Thiếu mã đích dstcode"))
        if "service" not in body:
            return reply(self._login(body))
        session = str(body.get("session", ""))
        if self._simulation.faults.fires("session_expired"):
            self._sessions.discard(session)
        if session not in self._sessions:
            return reply(_failure("Phiên làm việc đã hết hạn"))
        if not body.get("madonvi"):
            return reply(_failure("Thiếu mã đơn vị"))
        service = self._services.get(str(body["service"]))
        if service is None:
            return reply(_failure("Dịch vụ không tồn tại"))
        result = service(body)
        if result is None:
            return reply(_failure("Không tìm thấy dữ liệu"))
        rows = [self._simulation.dress(row, str(body["service"]), str(next(iter(row.values())))) for row in result]
        return reply({"error_code": "0", "message": "Thành công", "result": rows})

    def _login(self, body: dict[str, Any]) -> Row:
        if (body.get("username"), body.get("password")) != (LOGIN, PASSWORD):
            return _failure("Sai tên đăng nhập hoặc mật khẩu")
        session = secrets.token_urlsafe(24)
        self._sessions.add(session)
        return {"error_code": 0, "session": session, "message": "Đăng nhập thành công"}

    def _units(self, body: dict[str, Any]) -> list[Row]:
        return exchange_unit_rows(self._simulation.province, self._simulation.now)

    def _procedure_list(self, body: dict[str, Any]) -> list[Row]:
        return [
            {"MATTHC": self._local_code(procedure.code), "TENTTHC": procedure.name_vi}
            for procedure in self._simulation.province.procedures
            if procedure.is_listed(self._simulation.now.date())
        ]

    def _procedure(self, body: dict[str, Any]) -> list[Row] | None:
        stem = str(_value(body, "maTTHC")).split(".000.")[0]
        procedure = self._simulation.procedures.get(stem)
        if procedure is None:
            return None
        row = exchange_procedure(procedure, self._simulation.now)
        return [row | {"MATTHC": self._local_code(procedure.code)}]

    def _decision(self, body: dict[str, Any]) -> list[Row] | None:
        decision = self._decisions.get(str(_value(body, "idQDCB")))
        if decision is None or decision.decided_on > self._simulation.now.date():
            return None
        return [decision_row(decision)]

    def _local_code(self, stem: str) -> str:
        return f"{stem}.000.00.00.{self._simulation.province.code}"


def _value(body: dict[str, Any], name: str) -> Any:
    """A value of the body; key case differs between clients."""
    return next((v for k, v in body.items() if k.lower() == name.lower()), "")
