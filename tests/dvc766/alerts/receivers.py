"""A mail server and a webhook's receiver that keep what they get: real sockets on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What arrived at a port; while `refuses`, nothing is taken."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    @property
    def text(self) -> str:
        """The last message as a person reads it."""
        if self.mails:
            return str(self.mails[-1].get_content())
        return str(self.calls[-1]["text"])


@contextmanager
def mail_server() -> Iterator[Receiver]:
    """An SMTP server without TLS, as a relay on the same machine is."""
    receiver = Receiver()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            while line := self.rfile.readline().decode().strip():
                verb = line.partition(" ")[0].upper()
                if verb == "DATA" and not receiver.refuses:
                    self._say("354 go on")
                    receiver.mails.append(self._message())
                    self._say("250 taken")
                elif verb in ("MAIL", "DATA") and receiver.refuses:
                    self._say("451 later")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 ok")

        def _message(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), receiver):
        yield receiver


@contextmanager
def webhook() -> Iterator[Receiver]:
    """An HTTP server that takes JSON."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.refuses:
                receiver.calls.append(json.loads(body))
            self.send_response(503 if receiver.refuses else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler), receiver):
        yield receiver


@contextmanager
def _served(server: socketserver.TCPServer, receiver: Receiver) -> Iterator[None]:
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
