"""Hosts below HTTP: one that says whatever bytes a test wants, and a forward proxy."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

Talk = Callable[[socket.socket, int], None]
"""What is said on a connection, which is the n-th, counted from 0."""


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """A host that talks so on each connection; its port."""
    server = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def serve(connection: socket.socket, number: int) -> None:
        with suppress(OSError), connection:
            talk(connection, number)

    def accept() -> None:
        with suppress(OSError):
            for number in count():
                connection = server.accept()[0]
                connections.append(connection)
                threading.Thread(target=serve, args=(connection, number), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for connection in connections:
            connection.close()
        thread.join()


def read_head(connection: socket.socket) -> bytes:
    """The head of a request."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            break
        head += byte
    return head


def dribble(connection: socket.socket, byte: bytes) -> None:
    """The byte again and again, a little apart, until the other side has gone."""
    apart = threading.Event()
    while not apart.wait(0.02):
        connection.sendall(byte)


@dataclass
class Proxy:
    """A forward proxy: it tunnels (CONNECT) and forwards whole addresses; `seen` are its request lines."""

    password: str = ""
    seen: list[str] = field(default_factory=list)

    def __call__(self, connection: socket.socket, number: int) -> None:
        head = read_head(connection)
        line, _, rest = head.partition(b"\r\n")
        method, target, version = line.decode().split(" ")
        self.seen.append(f"{method} {target}")
        account = base64.b64encode(f"user:{self.password}".encode())
        if self.password and b"Basic " + account not in rest:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        authority, path = target, ""
        if method != "CONNECT":
            authority, _, path = target.removeprefix("http://").partition("/")
        host, _, port = authority.partition(":")
        first = b"" if method == "CONNECT" else f"{method} /{path} {version}\r\n".encode() + rest
        if method == "CONNECT":
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        join(connection, (host, int(port)), first)


def join(connection: socket.socket, there: tuple[str, int], first: bytes = b"") -> None:
    """Carries everything to another host and back, after some first words."""
    with socket.create_connection(there) as upstream:
        upstream.sendall(first)
        back = threading.Thread(target=_pump, args=(upstream, connection), daemon=True)
        back.start()
        _pump(connection, upstream)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
