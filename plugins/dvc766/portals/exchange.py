"""The national exchange: one address, a session inside the body, services by name, errors with 200."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Mapping
from typing import Any

from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.http import Call, Host, Verdict, decode
from dvc766.portals.wire_paths import entries, get

_GOOD_CODES = ("0", "00")


def judge_exchange(reply: Any) -> Verdict:
    """Success is the code 0, and a text that says so where there is one; both come with status 200."""
    envelope = unwrapped(reply)
    if not isinstance(envelope, dict):
        return Verdict.FAILED
    text = unicodedata.normalize("NFC", str(get(envelope, "message") or "")).casefold()
    code = str(get(envelope, "error_code")).strip()
    if code in _GOOD_CODES and "không thành công" not in text and "hết hạn" not in text:
        return Verdict.GOOD
    if "không tìm thấy" in text:
        return Verdict.GOOD  # an answer too: there is no such record, and no `result`
    if "phiên" in text or "session" in text:
        return Verdict.ENDED
    if "mật khẩu" in text or "tài khoản" in text or "password" in text:
        return Verdict.REFUSED
    return Verdict.FAILED


def unwrapped(reply: Any) -> Any:
    """The envelope; some adapters send it as a JSON text, or as one under `message`."""
    for _ in range(2):
        if isinstance(reply, dict) and get(reply, "error_code") is None:
            inner = get(reply, "message")
            reply = inner if isinstance(inner, str) and inner.lstrip().startswith("{") else reply
        if not isinstance(reply, str):
            break
        try:
            reply = decode(reply.encode())
        except ValueError:
            return None
    return reply


class Exchange:
    """Calls services in a session that is opened when first needed and again when it has ended.

    It is renewed as often as a call is tried: with several calls in flight, a session can end again
    while one of them waits for its next try.
    """

    def __init__(self, host: Host, login: str, password: str, unit_code: str) -> None:
        self._host = host
        self._login = login
        self._password = password
        self._unit_code = unit_code
        self._lock = threading.Lock()
        self._session: str | None = None

    def ask(self, service: str, **arguments: str) -> list[Any]:
        """The service's result rows; SESSION when a new session is refused too."""
        session = self._opened()
        for _ in range(self._host.manners.tries - 1):
            try:
                return self._called(service, session, arguments)
            except PortalRefused as refusal:
                if refusal.cause is not Cause.SESSION:
                    raise
            session = self._opened(ended=session)
        return self._called(service, session, arguments)

    def _called(self, service: str, session: str, arguments: Mapping[str, str]) -> list[Any]:
        body = {"session": session, "madonvi": self._unit_code, "service": service, **arguments}
        reply = unwrapped(self._host.ask(Call(f"POST {service}", "POST", "", json=body)))
        result = get(reply, "result")
        if isinstance(result, str) and result.strip():
            try:
                result = decode(result.encode())
            except ValueError:
                raise PortalRefused(self._host.portal, f"POST {service}", Cause.CONTRACT) from None
        return entries(result)

    def _opened(self, *, ended: str | None = None) -> str:
        with self._lock:
            if self._session is None or self._session == ended:
                body = {"username": self._login, "password": self._password}
                reply = unwrapped(self._host.ask(Call("POST login", "POST", "", json=body)))
                session = get(reply, "session")
                if not isinstance(session, str) or not session:
                    raise PortalRefused(self._host.portal, "POST login", Cause.CREDENTIALS)
                self._session = session
            return self._session
