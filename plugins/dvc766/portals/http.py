"""One host of a portal: a session with verified TLS, time-outs, a pace, and the only retry layer.

Every call here only reads and is safe to repeat, POST included. What a caller gets is decoded JSON
or a typed error; nothing of a reply's body or of a query's values reaches a message.
"""

from __future__ import annotations

import email.utils
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
import requests
import tenacity
from requests.adapters import HTTPAdapter

from dvc766.portals.errors import Cause, PortalError, PortalRefused, PortalUnavailable
from dvc766.settings import Manners

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0  # seconds between two tries
LONGEST_OBEYED = 300.0  # a longer Retry-After ends the run instead of holding it
_REDIRECTS = 3
_TRANSIENT = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `name` stands in messages: method and path, never a query."""

    name: str
    method: str
    path: str
    params: Mapping[str, Any] | str | None = None  # a text is a query that is escaped already
    json: Any = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    account: tuple[str, str] | None = field(default=None, repr=False)

    def with_header(self, name: str, value: str) -> Call:
        """The same call with one more header."""
        return replace(self, headers={**self.headers, name: value})


class Verdict(Enum):
    """What a decoded reply says about its call, whatever its HTTP status said."""

    GOOD = "good"
    FAILED = "failed"  # an error inside a good reply; it may pass
    ENDED = "ended"  # our session is over
    QUOTA = "quota"  # no more calls today
    REFUSED = "refused"  # wrong credentials


Judge = Callable[[Any], Verdict]


class _Again(Exception):
    """This try failed in a way that a further one may not; `error` is raised after the last."""

    def __init__(self, error: PortalError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Host:
    """Asks one host. Safe to use from several threads."""

    def __init__(
        self,
        portal: str,
        base_url: str,
        manners: Manners,
        *,
        judge: Judge = lambda _: Verdict.GOOD,
        ca_bundle: str | None = None,
        headers: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.portal = portal
        self.manners = manners
        self._base = base_url.rstrip("/")
        self._judge = judge
        self._sleep = sleep
        self._next_start = 0.0
        self._turn = threading.Lock()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, CA or password from the environment
        self._session.verify = ca_bundle or True
        self._session.headers.update({"Accept": "application/json", **(headers or {})})
        adapter = HTTPAdapter(pool_maxsize=max(manners.parallel, 1) + 1, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def ask(self, call: Call) -> Any:
        """The reply's JSON.

        PortalUnavailable after the last try, or at once when trying again is no use now;
        PortalRefused when somebody has to change something first.
        """
        tries = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.manners.tries),
            wait=self._wait_before_next_try,
            retry=tenacity.retry_if_exception_type(_Again),
            sleep=self._sleep,
            before_sleep=_tell,
            reraise=True,
        )
        try:
            return tries(self._once, call)
        except _Again as last:
            raise last.error from None

    def open_page(self, page: str) -> None:
        """Fetches a page of the host for its cookies; what it says does not matter."""
        try:
            self._session.get(
                urljoin(self._base, page),
                timeout=(self.manners.connect_timeout, self.manners.read_timeout),
                allow_redirects=False,
            )
        except requests.RequestException:
            raise PortalUnavailable(self.portal, f"GET {page}", Cause.CONNECTION) from None

    def _once(self, call: Call) -> Any:
        self._wait_for_turn()
        try:
            response, body = self._send(call)
        except requests.exceptions.SSLError:
            raise PortalRefused(self.portal, call.name, Cause.CERTIFICATE) from None
        except (requests.ConnectTimeout, requests.ReadTimeout):
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.TIMEOUT)) from None
        except requests.RequestException:
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.CONNECTION)) from None
        status = response.status_code
        if status in (200, 201):
            return self._decoded(call, response, body)
        if status in _TRANSIENT:
            raise self._asked_to_wait(call, response)
        if status >= 500:
            raise PortalUnavailable(self.portal, call.name, Cause.BUSY, status=status)
        causes = {401: Cause.CREDENTIALS, 403: Cause.FORBIDDEN}
        raise PortalRefused(self.portal, call.name, causes.get(status, Cause.CONTRACT), status=status)

    def _send(self, call: Call) -> tuple[requests.Response, bytes]:
        url = self._base + call.path
        for _ in range(_REDIRECTS):
            response = self._session.request(
                call.method,
                url,
                params=call.params,
                json=call.json,
                data=call.form,
                headers=call.headers,
                auth=call.account,
                timeout=(self.manners.connect_timeout, self.manners.read_timeout),
                allow_redirects=False,
                stream=True,
            )
            body = b"".join(response.iter_content(None))  # at once; `content` takes 10 kB at a time
            if not response.is_redirect:
                return response, body
            there = urljoin(url, response.headers["Location"])
            if urlsplit(there)[:2] != urlsplit(url)[:2] or (
                call.method != "GET" and response.status_code not in (307, 308)
            ):
                break
            url, call = there, replace(call, params=None)
        raise PortalRefused(self.portal, call.name, Cause.REDIRECT, status=response.status_code)

    def _decoded(self, call: Call, response: requests.Response, body: bytes) -> Any:
        if "html" in response.headers.get("Content-Type", "").lower():
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.NOT_JSON, status=response.status_code))
        try:
            reply = decode(body)
        except (ValueError, RecursionError):
            raise _Again(
                PortalUnavailable(self.portal, call.name, Cause.NOT_JSON, status=response.status_code)
            ) from None
        verdict = self._judge(reply)
        if verdict is Verdict.GOOD:
            return reply
        if verdict is Verdict.FAILED:
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.ERROR_INSIDE))
        if verdict is Verdict.QUOTA:
            raise PortalUnavailable(self.portal, call.name, Cause.QUOTA)
        ended = verdict is Verdict.ENDED
        raise PortalRefused(self.portal, call.name, Cause.SESSION if ended else Cause.CREDENTIALS)

    def _asked_to_wait(self, call: Call, response: requests.Response) -> Exception:
        status = response.status_code
        wait = _retry_after(response.headers.get("Retry-After"))
        if wait is not None and wait > LONGEST_OBEYED:
            return PortalUnavailable(self.portal, call.name, Cause.WAIT_TOO_LONG, status=status)
        return _Again(PortalUnavailable(self.portal, call.name, Cause.BUSY, status=status), wait)

    def _wait_before_next_try(self, state: tenacity.RetryCallState) -> float:
        """Exponential with jitter, never less than the portal asked for."""
        backoff = self.manners.first_wait_seconds * 2.0 ** (state.attempt_number - 1)
        jittered = min(backoff, LONGEST_WAIT) * random.uniform(0.5, 1.5)
        return max(_failure(state).wait or 0.0, jittered)

    def _wait_for_turn(self) -> None:
        pause = self.manners.pause_seconds
        if pause <= 0:
            return
        with self._turn:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + pause
        if start > now:
            self._sleep(start - now)


def decode(content: bytes) -> Any:
    """JSON, also where a strict reader refuses it because of a single bad character in one record."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return json.loads(content.decode("utf-8-sig", "replace"))


def _tell(state: tenacity.RetryCallState) -> None:
    wait = state.next_action.sleep if state.next_action else 0.0
    log.warning("%s Trying again in %.1f s.", _failure(state).error, wait)


def _failure(state: tenacity.RetryCallState) -> _Again:
    failure = state.outcome.exception() if state.outcome else None
    if not isinstance(failure, _Again):
        raise AssertionError("only _Again is tried again")
    return failure


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait, from either form of the header; None when absent or unreadable."""
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())
