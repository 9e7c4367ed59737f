"""The national exchange: one address, a session inside the body, services by name, errors with 200."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from dvc766.portals.access import Admission
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Host, Verdict
from dvc766.portals.json_body import values_in
from dvc766.portals.sending import Call
from dvc766.portals.whole_answers import is_part
from dvc766.portals.wire_paths import entries, get, has_key

_GOOD_CODES = ("0", "00")


def judge_exchange(reply: Any) -> Verdict:
    """Success is the code 0, and a text that says so where there is one; both come with status 200.

    A reply without a body is an answer without records. A success that brings neither a session nor a
    `result`, be it null, is none.
    """
    if reply is None:
        return Verdict.GOOD
    envelope = unwrapped(reply)
    if not isinstance(envelope, dict):
        return Verdict.FAILED
    text = unicodedata.normalize("NFC", str(get(envelope, "message") or "")).casefold()
    code = str(get(envelope, "error_code")).strip()
    if code in _GOOD_CODES and "không thành công" not in text and "hết hạn" not in text:
        return Verdict.GOOD if has_key(envelope, "result") or get(envelope, "session") else Verdict.FAILED
    if "không tìm thấy" in text:
        return Verdict.GOOD  # an answer too: there is no such record, and no `result`
    if "phiên" in text or "session" in text:
        return Verdict.ENDED
    if "mật khẩu" in text or "tài khoản" in text or "password" in text:
        return Verdict.REFUSED
    return Verdict.FAILED


def unwrapped(reply: Any, decode: Callable[[str], Any] = values_in) -> Any:
    """The envelope; some adapters send it as a JSON text, or as one under `message`."""
    for _ in range(2):
        if isinstance(reply, dict) and get(reply, "error_code") is None:
            inner = get(reply, "message")
            reply = inner if isinstance(inner, str) and inner.lstrip().startswith("{") else reply
        if not isinstance(reply, str):
            break
        try:
            reply = decode(reply)
        except (ValueError, RecursionError):
            return None
    return reply


class Exchange:
    """Calls services in a session that is opened when first needed and again when it has ended."""

    def __init__(self, host: Host, login: str, password: str, unit_code: str) -> None:
        self._host = host
        self._account = {"username": login, "password": password}
        self._unit_code = unit_code
        self._session = Admission(host, self._open, Cause.SESSION)

    def ask(self, service: str, **arguments: str) -> list[Any]:
        """The service's result rows; SESSION when new sessions are refused too."""
        rows: list[Any] = self._session.ask(
            lambda session: self._called(service, session, arguments),
            lambda refusal, _: refusal.cause is Cause.SESSION,
        )
        return rows

    def _called(self, service: str, session: str, arguments: Mapping[str, str]) -> list[Any]:
        name = f"POST {service}"
        body = {"session": session, "madonvi": self._unit_code, "service": service, **arguments}

        def decode(text: str) -> Any:
            return self._host.decoder.decode(name, text.encode("utf-8", "surrogatepass"))

        reply = unwrapped(self._host.ask(Call(name, "POST", "", json=body)), decode)
        result = get(reply, "result")
        if isinstance(result, str):
            try:
                result = decode(result)
            except (ValueError, RecursionError):
                raise PortalRefused(self._host.portal, name, Cause.CONTRACT) from None
        if is_part(result) or (isinstance(reply, dict) and is_part({**reply, "result": result}, "result")):
            raise PortalRefused(self._host.portal, name, Cause.PART)
        return entries(result)

    def _open(self) -> tuple[str, float]:
        name = "POST login"
        reply = unwrapped(self._host.ask(Call(name, "POST", "", json=self._account)))
        session = get(reply, "session")
        if isinstance(session, str) and session:
            return session, math.inf
        if reply is None:  # no word about the account either
            raise PortalUnavailable(self._host.portal, name, Cause.NOT_JSON)
        raise PortalRefused(self._host.portal, name, Cause.CREDENTIALS)
