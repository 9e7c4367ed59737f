"""How a portal lets us in: a bearer token that runs out, or a session inside the replies.

Each renews by itself: ahead of time where the portal tells how long it lasts, and when a reply says
that it has ended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Host
from dvc766.portals.sending import Call
from dvc766.portals.wire_paths import get
from dvc766.settings import PortalSettings, SettingsError

log = logging.getLogger(__name__)

EARLY = 30.0  # seconds before its end at which a token is no longer used
USUAL_LIFE = 300.0  # seconds, of a token that does not tell
LEAST_TRIES = 3  # as it is, fetched anew, and once more after a wait


def option(settings: PortalSettings, name: str) -> str:
    """A further host or code of the connection; SettingsError names it when it is not there."""
    if not settings.options.get(name):
        raise SettingsError(f"The connection of {settings.code} has no extra {name!r}.\nNext: see .env.example.")
    return settings.options[name]


class Asks(Protocol):
    """Anything that answers a call: a host, or a host behind a token."""

    def ask(self, call: Call) -> Any:
        """The reply's JSON."""


class Admission:
    """What a portal lets us in with, a token or a session: fetched when needed, shared by threads.

    A refused one is not believed at once: it is fetched anew, and then again after growing waits, as
    often as a call is tried. That covers one that ended early, one that ended again while a call
    waited, and a portal whose parts learn of a new one with a delay. Wrong credentials are another
    matter: `fetch` raises for them, and is not tried again, lest the account be locked.
    """

    def __init__(
        self,
        host: Host,
        fetch: Callable[[], tuple[str, float]],
        refused: Cause,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fetch` gives a new one and the seconds it lasts; `refused` is the cause when none is taken."""
        self._host = host
        self._fetch = fetch
        self._refused = refused
        self._clock = clock
        self._lock = threading.Lock()
        self._value: str | None = None
        self._until = 0.0

    def ask(self, use: Callable[[str], Any], is_refused: Callable[[PortalRefused, int], bool]) -> Any:
        """What `use` gives with it. `is_refused` tells, by the error and the number of the try, whether it was that."""
        value = self._good(None)
        tries = max(self._host.manners.tries, LEAST_TRIES)
        for attempt in range(1, tries + 1):
            try:
                return use(value)
            except PortalRefused as refusal:
                if not is_refused(refusal, attempt):
                    raise
                last = refusal
            if attempt == tries:
                break
            if attempt > 1:
                log.warning("%s; try %d of %d", last.problem, attempt, tries)
                self._host.pause(attempt - 1)
            value = self._good(value)
        raise PortalUnavailable(last.portal, last.call, self._refused, status=last.status)

    def _good(self, refused: str | None) -> str:
        with self._lock:
            if self._value is None or self._value == refused or self._clock() >= self._until:
                self._value, lasts = self._fetch()
                self._until = self._clock() + lasts - EARLY
            return self._value


class Token:
    """An OAuth2 token by client credentials, shared by the hosts that accept it."""

    def __init__(self, host: Host, login: str, password: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._account = (login, password)
        self.admission = Admission(host, self._fetch, Cause.TOKEN, clock=clock)

    def _fetch(self) -> tuple[str, float]:
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
        token = get(reply, "access_token")
        if not isinstance(token, str) or not token:
            raise PortalRefused(self._host.portal, call.name, Cause.CONTRACT)
        lasts = get(reply, "expires_in")
        return token, float(lasts) if isinstance(lasts, int | float) else USUAL_LIFE


class TokenHost:
    """A host that wants a bearer token."""

    def __init__(self, host: Host, token: Token) -> None:
        self._host = host
        self._token = token

    def ask(self, call: Call) -> Any:
        """As Host.ask; TOKEN when new tokens are refused too."""
        return self._token.admission.ask(
            lambda token: self._host.ask(call.with_header("Authorization", f"Bearer {token}")), _is_of_the_token
        )


def _is_of_the_token(refusal: PortalRefused, attempt: int) -> bool:
    """Some gateways say 403 of a token that has ended; said of a new one, it means the call."""
    return refusal.status == 401 or (refusal.status == 403 and attempt == 1)
