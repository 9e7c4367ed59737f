"""One request and its whole reply, or the cause why there is none.

TLS is always verified, redirects stay on the host, and nothing is taken from the environment.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import ProxyError as TunnelError
from urllib3.exceptions import TimeoutError as ReplyTimeout

from dvc766.portals.deadline import DeadlineAdapter, deadline
from dvc766.portals.errors import Cause
from dvc766.settings import Manners, SettingsError

LARGEST_BODY = 1 << 28  # bytes, unpacked; a page has some millions
_REDIRECTS = 3
_KEEPING_THE_METHOD = (307, 308)


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


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoReply(Exception):
    """There is no whole reply; when it is `hopeless`, another try will not bring one either."""

    def __init__(self, cause: Cause, *, hopeless: bool = False, status: int | None = None) -> None:
        super().__init__(cause.name)
        self.cause = cause
        self.hopeless = hopeless
        self.status = status


class Sender:
    """Sends requests to one host. SettingsError when `ca_bundle` holds no certificates."""

    def __init__(
        self,
        base_url: str,
        manners: Manners,
        *,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._manners = manners
        self._timeouts = min(manners.connect_timeout, manners.call_deadline_seconds), manners.read_timeout
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, CA or password from the environment
        self._session.verify = True if ca_bundle is None else _readable(ca_bundle)
        self._session.proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._session.headers.update({"Accept": "application/json", **(headers or {})})
        adapter = DeadlineAdapter(pool_maxsize=max(manners.parallel, 1) + 1, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def send(self, call: Call) -> Reply:
        """The reply, whatever its status; NoReply tells the cause when there is none."""
        with self._telling_the_cause():
            return self._send(call)

    def visit(self, page: str) -> None:
        """Fetches a page of the host for its cookies; what it says does not matter. Fails as `send`."""
        with self._telling_the_cause():
            self._session.get(urljoin(self._base, page), timeout=self._timeouts, allow_redirects=False)

    @contextmanager
    def _telling_the_cause(self) -> Iterator[None]:
        try:
            with deadline(self._manners.call_deadline_seconds):
                yield
        except (requests.RequestException, HTTPError) as error:
            chain = list(_chain(error))
            raise NoReply(_cause(chain), hopeless=_is_hopeless(chain)) from None
        except ValueError:  # requests looks where a redirect leads, and found no address
            raise NoReply(Cause.REDIRECT, hopeless=True) from None

    def _send(self, call: Call) -> Reply:
        url, params = self._base + call.path, call.params
        for _ in range(_REDIRECTS):
            response = self._session.request(
                call.method,
                url,
                params=params,
                json=call.json,
                data=call.form,
                headers=call.headers,
                auth=call.account,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
            body = _body(response)
            if not response.is_redirect:
                return Reply(response.status_code, response.headers, body)
            there = _on_same_host(url, response.headers["Location"])
            if there is None or (call.method != "GET" and response.status_code not in _KEEPING_THE_METHOD):
                break
            url, params = there, None
        raise NoReply(Cause.REDIRECT, hopeless=True, status=response.status_code)


def _body(response: requests.Response) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_content(1 << 20):  # `content` would take 10 kB at a time
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_BODY:
            response.close()
            raise NoReply(Cause.TOO_LARGE, hopeless=True)
    return b"".join(pieces)


def _on_same_host(url: str, location: str) -> str | None:
    """Where a redirection leads; None when that is another host, or no address at all."""
    try:
        there = urljoin(url, location)
        return there if urlsplit(there)[:2] == urlsplit(url)[:2] else None
    except ValueError:
        return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that lie below it; the libraries wrap each other's errors in several ways."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            below = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            waiting += [inner for inner in below if isinstance(inner, BaseException)]


def _cause(chain: list[BaseException]) -> Cause:
    def holds(*kinds: type[BaseException]) -> bool:
        return any(isinstance(one, kinds) for one in chain)

    if holds(ssl.SSLCertVerificationError):
        return Cause.CERTIFICATE
    if holds(requests.exceptions.ProxyError, TunnelError):
        return Cause.PROXY
    if holds(NewConnectionError):
        return Cause.CONNECTION
    if holds(requests.Timeout, ReplyTimeout, TimeoutError):
        return Cause.TIMEOUT
    return Cause.TLS if holds(ssl.SSLError) else Cause.CONNECTION


def _is_hopeless(chain: list[BaseException]) -> bool:
    """A certificate that is not trusted, and a proxy that asks for another account (407), stay so."""
    return any(
        isinstance(one, ssl.SSLCertVerificationError) or "Tunnel connection failed: 407" in str(one) for one in chain
    )


def _readable(ca_bundle: str) -> str:
    try:
        if Path(ca_bundle).is_dir():
            ssl.create_default_context(capath=ca_bundle)
        else:
            ssl.create_default_context(cafile=ca_bundle)
    except OSError:  # no such file, or no certificate in it
        raise SettingsError(
            f"No certificate can be read from the connection's ca_bundle {ca_bundle!r}.\n"
            "Next: give the path of a PEM file that this process may read."
        ) from None
    return ca_bundle
