"""Bearer tokens of the provincial hosts (OAuth2 client_credentials)."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from portal_simulator.faces.replies import LOGIN, PASSWORD, Handler, reply
from portal_simulator.views.faults import Faults

LIFETIME_SECONDS = 300
_UNAUTHORIZED = {"error": "invalid_token", "error_description": "Token is not active"}


class Tokens:
    """Tokens given out, each good for five minutes."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._good_until: dict[str, float] = {}

    async def issue(self, request: Request) -> Response:
        """The token endpoint; 401 for a wrong client, 400 for another grant."""
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("grant_type") != "client_credentials":
            return reply({"error": "unsupported_grant_type"}, 400)
        if _client_of(request, form) != (LOGIN, PASSWORD):
            return reply({"error": "unauthorized_client", "error_description": "Invalid client secret"}, 401)
        token = secrets.token_urlsafe(32)
        self._good_until[token] = time.monotonic() + LIFETIME_SECONDS
        return reply(
            {
                "access_token": token,
                "expires_in": LIFETIME_SECONDS,
                "refresh_expires_in": 0,
                "token_type": "Bearer",
                "not-before-policy": 0,
                "scope": "profile email",
            }
        )

    def guarded(self, handler: Handler) -> Handler:
        """The handler for holders of a good token; 401 for others."""

        async def handle(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if self._faults.on and self._faults.fires("token_401_once"):
                self._good_until.pop(token, None)
            is_good = self._good_until.get(token, 0.0) > time.monotonic()
            if scheme.lower() != "bearer" or not is_good:
                return reply(_UNAUTHORIZED, 401)
            return await handler(request)

        return handle


def _client_of(request: Request, form: dict[str, str]) -> tuple[str | None, str | None]:
    """Client and secret, from Basic authentication or from the form."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None, None
        return client, secret
    return form.get("client_id"), form.get("client_secret")
