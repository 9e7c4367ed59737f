"""How a portal lets us in: a bearer token that runs out, or a session inside the replies.

Each renews by itself: ahead of time where the portal tells how long it lasts, and when a reply says
that it has ended.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.http import Call, Host
from dvc766.settings import PortalSettings, SettingsError

EARLY = 30.0  # seconds before its end at which a token is no longer used


def option(settings: PortalSettings, name: str) -> str:
    """A further host or code of the connection; SettingsError names it when it is not there."""
    if not settings.options.get(name):
        raise SettingsError(f"The connection of {settings.code} has no extra {name!r}.\nNext: see .env.example.")
    return settings.options[name]


class Asks(Protocol):
    """Anything that answers a call: a host, or a host behind a token."""

    def ask(self, call: Call) -> Any:
        """The reply's JSON."""


class Token:
    """An OAuth2 token by client credentials, shared by the hosts that accept it."""

    def __init__(self, host: Host, login: str, password: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._account = (login, password)
        self._clock = clock
        self._lock = threading.Lock()
        self._value: str | None = None
        self._until = 0.0

    def value(self, *, refused: str | None = None) -> str:
        """A token good for another half minute; a new one when it is the `refused` one."""
        with self._lock:
            if self._value is None or self._value == refused or self._clock() >= self._until:
                self._renew()
            if self._value is None:
                raise AssertionError("a renewal gives a token or raises")
            return self._value

    def _renew(self) -> None:
        call = Call(
            "POST token",
            "POST",
            "",
            form={"grant_type": "client_credentials"},
            account=self._account,
        )
        try:
            reply = self._host.ask(call)
        except PortalRefused as refusal:
            if refusal.status in (400, 401, 403):
                raise PortalRefused(self._host.portal, call.name, Cause.CREDENTIALS, status=refusal.status) from None
            raise
        token = reply.get("access_token") if isinstance(reply, Mapping) else None
        if not isinstance(token, str) or not token:
            raise PortalRefused(self._host.portal, call.name, Cause.CONTRACT)
        lasts = reply.get("expires_in")
        self._value = token
        self._until = self._clock() + (float(lasts) if isinstance(lasts, int | float) else 300.0) - EARLY


class TokenHost:
    """A host that wants a bearer token; one that it refuses is renewed, as often as a call is tried.

    Once would do for a single caller. With several calls in flight a token can end again while one
    of them waits for its next try.
    """

    def __init__(self, host: Host, token: Token) -> None:
        self._host = host
        self._token = token

    def ask(self, call: Call) -> Any:
        """As Host.ask; CREDENTIALS when a fresh token is refused too."""
        token = self._token.value()
        for _ in range(self._host.manners.tries - 1):
            try:
                return self._host.ask(_bearing(call, token))
            except PortalRefused as refusal:
                if refusal.status != 401:
                    raise
            token = self._token.value(refused=token)
        return self._host.ask(_bearing(call, token))


def _bearing(call: Call, token: str) -> Call:
    return call.with_header("Authorization", f"Bearer {token}")
