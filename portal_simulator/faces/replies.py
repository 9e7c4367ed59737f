"""What the faces answer with, and how transient faults get in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from portal_simulator.views.faults import Faults

Handler = Callable[[Request], Awaitable[Response]]
INTERRUPTIONS = ("err_in_200", "html_200", "rate_429_retry_after")
SYNTHETIC = {"X-Synthetic-Data": "true"}

LOGIN = "dvc766"
PASSWORD = "synthetic-secret"  # noqa: S105 - the simulator's only credentials; they guard nothing

_FIREWALL_PAGE = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.</body></html>"
)


def reply(content: Any, status: int = 200) -> Response:
    """A JSON reply, marked as synthetic."""
    return Response(orjson.dumps(content), status, headers=SYNTHETIC, media_type="application/json")


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; 400 when it is none."""
    try:
        content = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(content, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return content


def integer_of(value: Any, default: int, least: int, most: int) -> int:
    """A whole number of a request within bounds; 400 when it is none."""
    try:
        number = default if value is None else int(value)
    except (TypeError, ValueError) as error:
        raise HTTPException(400, f"not a number: {value!r}") from error
    if not least <= number <= most:
        raise HTTPException(400, f"{number} is not within {least}..{most}")
    return number


def interrupted(faults: Faults, error_body: Any, handler: Handler) -> Handler:
    """The handler with the outages and transient faults that any host may show."""

    async def handle(request: Request) -> Response:
        if faults.on:
            if f"{request.url.path.split('/')[1]}_closed" in faults.on:
                return reply({"message": "Service Unavailable"}, 503)
            call = (request.method, str(request.url), await request.body())
            fault = faults.interruption(INTERRUPTIONS, call)
            if fault == "err_in_200":
                return reply(error_body)
            if fault == "html_200":
                return HTMLResponse(_FIREWALL_PAGE, headers=SYNTHETIC)
            if fault == "rate_429_retry_after":
                response = reply({"message": "Too Many Requests"}, 429)
                response.headers["Retry-After"] = str(faults.retry_after)
                return response
        return await handler(request)

    return handle
