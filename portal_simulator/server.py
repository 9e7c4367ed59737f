"""Both faces and the switches as one ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from portal_simulator.faces.control import Control
from portal_simulator.faces.exchange import ExchangeFace
from portal_simulator.faces.national import NationalFace
from portal_simulator.faces.provincial import ProvincialFace
from portal_simulator.faces.publishing import PublishingFace
from portal_simulator.faces.replies import reply
from portal_simulator.records import Province
from portal_simulator.views.simulation import Simulation


def application(province: Province) -> Starlette:
    """The stand-in for both portals of one province."""
    simulation = Simulation(province)
    return Starlette(
        routes=[
            *ProvincialFace(simulation).routes(),
            *NationalFace(simulation).routes(),
            *ExchangeFace(simulation).routes(),
            *PublishingFace(simulation).routes(),
            *Control(simulation).routes(),
        ],
        exception_handlers={HTTPException: _refused},
    )


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else str(error)
    return reply({"code": "BAD_REQUEST", "status": status, "message": detail, "data": None}, status)
