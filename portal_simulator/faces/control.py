"""The simulator's own switches: health, clock, figures and faults."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_simulator.faces.replies import body_of, integer_of, reply
from portal_simulator.faces.wire import read_instant
from portal_simulator.views.faults import FAULTS
from portal_simulator.views.simulation import Simulation


class Control:
    """Endpoints under /simulator."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def routes(self) -> list[Route]:
        """Health, clock, figures and faults."""
        return [
            Route("/simulator/health", self._health),
            Route("/simulator/clock", self._clock),
            Route("/simulator/clock", self._set_clock, methods=["POST"]),
            Route("/simulator/figures", self._figures),
            Route("/simulator/faults", self._faults),
            Route("/simulator/faults", self._switch_fault, methods=["POST"]),
        ]

    async def _health(self, request: Request) -> Response:
        counts = {name: len(t.records) for name, t in self._simulation.timelines.items()}
        return reply({"status": "ok", "synthetic": True, "records": counts})

    async def _clock(self, request: Request) -> Response:
        return reply({"now": self._simulation.now.isoformat()})

    async def _set_clock(self, request: Request) -> Response:
        """Set the clock; it goes back only with `force`."""
        body = await body_of(request)
        try:
            now = read_instant(str(body.get("now")))
        except ValueError as error:
            raise HTTPException(400, f"now is not an instant: {error}") from error
        if now < self._simulation.now and not body.get("force"):
            raise HTTPException(409, "the clock only goes forward; send force to turn it back")
        self._simulation.set_clock(now)
        return await self._clock(request)

    async def _figures(self, request: Request) -> Response:
        """The cells of the figures that no records can have, each with its cause."""
        return reply({"left_out": self._simulation.province.left_out})

    async def _faults(self, request: Request) -> Response:
        on = self._simulation.faults.on
        return reply(
            {name: {"on": name in on, "kind": fault.kind.value, "says": fault.says} for name, fault in FAULTS.items()}
        )

    async def _switch_fault(self, request: Request) -> Response:
        """Switch one fault: {"name", "on", "every"?, "retry_after"?}."""
        body = await body_of(request)
        name = str(body.get("name"))
        if name not in FAULTS:
            raise HTTPException(400, f"no fault {name!r}; there are {', '.join(FAULTS)}")
        faults = self._simulation.faults
        faults.retry_after = integer_of(body.get("retry_after"), faults.retry_after, 0, 3600)
        every = integer_of(body.get("every"), 0, 0, 10**6)
        self._simulation.switch_fault(name, on=bool(body.get("on", True)), every=every or None)
        return await self._faults(request)
