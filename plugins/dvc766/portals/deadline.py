"""A deadline for a whole reply.

A read time-out begins anew with every byte, so a host that sends one byte now and then is never timed
out by it. Here every read from the socket gets what is left until the deadline, if that is shorter:
the status line, the headers and the body alike, and a proxy's answer before them.
"""

from __future__ import annotations

import http.client
import io
import math
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

_END = ContextVar("_END", default=math.inf)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """What this thread reads inside, through a DeadlineAdapter, ends after so many seconds.

    Then the read fails as one that ran into its read time-out.
    """
    token = _END.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _END.reset(token)


class _Stream(io.RawIOBase):
    """The bytes of a socket until the deadline that holds when a reply begins."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._bytes = sock.makefile("rb", buffering=0)
        self._end = _END.get()
        self._longest = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the call has passed")
        if left < math.inf:
            self._sock.settimeout(left if self._longest is None else min(left, self._longest))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Stream(sock), 1 << 16)


class _Connection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests, whose connections keep the deadline of the thread that reads."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        _keep_deadlines(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(*arguments, **named)
        _keep_deadlines(manager)
        return manager


def _keep_deadlines(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
