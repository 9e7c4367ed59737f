"""One host of a portal: a session with verified TLS, time-outs, a pace, and the only retry layer.

Every call here only reads and is safe to repeat, POST included. What a caller gets is decoded JSON
or a typed error; nothing of a reply's body or of a query's values reaches a message.

| what comes                                               | what happens                              |
|----------------------------------------------------------|-------------------------------------------|
| JSON that the host's judge calls good                    | it is returned, whatever its header says  |
| no answer, half an answer, one without end, a cut TLS    | tried again                               |
| 408, 425, 429, any 5xx                                   | tried again, not before Retry-After       |
| no JSON, an error inside a good reply                    | tried again                               |
| an untrusted certificate, 401, 403, any other 4xx        | refused: somebody has to change something |
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import tenacity

from dvc766.portals.errors import Cause, PortalError, PortalRefused, PortalUnavailable
from dvc766.portals.json_body import Decoder
from dvc766.portals.retry_after import seconds_to_wait
from dvc766.portals.sending import Call, NoReply, Reply, Sender
from dvc766.settings import Manners

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0  # seconds between two tries
LONGEST_OBEYED = 300.0  # a longer Retry-After ends the run instead of holding it
_GOOD = (200, 201, 203, 204)
_TRANSIENT = (408, 425, 429)  # and every 5xx
_REFUSALS = {401: Cause.CREDENTIALS, 403: Cause.FORBIDDEN, 407: Cause.PROXY}


class Verdict(Enum):
    """What a decoded reply says about its call, whatever its HTTP status said."""

    GOOD = "good"
    FAILED = "failed"  # an error inside a good reply; it may pass
    ENDED = "ended"  # our session is over
    QUOTA = "quota"  # no more calls today
    REFUSED = "refused"  # wrong credentials


ReplyJudge = Callable[[Any], Verdict]


def any_answer(reply: Any) -> Verdict:
    """The judge of a host that has to answer something."""
    return Verdict.FAILED if reply is None else Verdict.GOOD


class _Again(Exception):
    """This try failed in a way that a further one may not; `error` is raised after the last."""

    def __init__(self, error: PortalError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Host:
    """Asks one host. Safe to use from several threads.

    SettingsError when the file of trusted certificates cannot be used.
    """

    def __init__(
        self,
        portal: str,
        base_url: str,
        manners: Manners,
        *,
        judge: ReplyJudge = any_answer,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        synthetic: bool = False,
        headers: Mapping[str, str] | None = None,
        decoder: Decoder | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.portal = portal
        self.manners = manners
        self.decoder = decoder or Decoder(portal)
        self._judge = judge
        self._synthetic = synthetic
        self._sleep = sleep
        self._next_start = 0.0
        self._turn = threading.Lock()
        self._sender = Sender(base_url, manners, ca_bundle=ca_bundle, proxy=proxy, headers=headers)

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
            before_sleep=self._tell,
            reraise=True,
        )
        try:
            return tries(self._once, call)
        except _Again as last:
            raise last.error from None

    def open_page(self, page: str) -> None:
        """Fetches a page of the host for its cookies; what it says does not matter."""
        try:
            self._sender.visit(page)
        except NoReply as failure:
            raise PortalUnavailable(self.portal, f"GET {page}", failure.cause) from None

    def pause(self, attempt: int) -> None:
        """Waits as between the tries `attempt` and `attempt` + 1 of a call."""
        self._sleep(self._backoff(attempt))

    def _once(self, call: Call) -> Any:
        self._wait_for_turn()
        try:
            reply = self._sender.send(call)
        except NoReply as failure:
            if failure.hopeless:
                raise PortalRefused(self.portal, call.name, failure.cause, status=failure.status) from None
            raise _Again(PortalUnavailable(self.portal, call.name, failure.cause)) from None
        if reply.headers.get("X-Synthetic-Data") == "true" and not self._synthetic:
            raise PortalRefused(self.portal, call.name, Cause.SYNTHETIC)
        if reply.status in _GOOD:
            return self._judged(call, reply)
        if reply.status in _TRANSIENT or reply.status >= 500:
            raise self._asked_to_wait(call, reply)
        cause = _REFUSALS.get(reply.status, Cause.CONTRACT)
        raise PortalRefused(self.portal, call.name, cause, status=reply.status)

    def _judged(self, call: Call, reply: Reply) -> Any:
        try:
            content = self.decoder.decode(call.name, reply.body, reply.headers.get("Content-Type"))
        except (ValueError, RecursionError):
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.NOT_JSON, status=reply.status)) from None
        verdict = self._judge(content)
        if verdict is Verdict.GOOD:
            return content
        if verdict is Verdict.FAILED:
            raise _Again(PortalUnavailable(self.portal, call.name, Cause.ERROR_INSIDE))
        if verdict is Verdict.QUOTA:
            raise PortalUnavailable(self.portal, call.name, Cause.QUOTA)
        ended = verdict is Verdict.ENDED
        raise PortalRefused(self.portal, call.name, Cause.SESSION if ended else Cause.CREDENTIALS)

    def _asked_to_wait(self, call: Call, reply: Reply) -> Exception:
        status = reply.status
        wait = seconds_to_wait(reply.headers.get("Retry-After"))
        if wait is not None and wait > LONGEST_OBEYED:
            return PortalUnavailable(self.portal, call.name, Cause.WAIT_TOO_LONG, status=status)
        return _Again(PortalUnavailable(self.portal, call.name, Cause.BUSY, status=status), wait)

    def _wait_before_next_try(self, state: tenacity.RetryCallState) -> float:
        """Exponential with jitter, never less than the portal asked for."""
        return max(_failure(state).wait or 0.0, self._backoff(state.attempt_number))

    def _backoff(self, attempt: int) -> float:
        longest = self.manners.first_wait_seconds * 2.0 ** (attempt - 1)
        return min(longest, LONGEST_WAIT) * random.uniform(0.5, 1.5)

    def _tell(self, state: tenacity.RetryCallState) -> None:
        """One short line a try; the next step is told once, with the error of the last."""
        wait = state.next_action.sleep if state.next_action else 0.0
        problem = _failure(state).error.problem
        log.warning("%s; try %d of %d, the next in %.1f s", problem, state.attempt_number, self.manners.tries, wait)

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


def _failure(state: tenacity.RetryCallState) -> _Again:
    failure = state.outcome.exception() if state.outcome else None
    if not isinstance(failure, _Again):
        raise AssertionError("only _Again is tried again")
    return failure
