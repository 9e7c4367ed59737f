"""The simulator inside another Python process, for tests and benchmarks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from portal_simulator.records import Province
from portal_simulator.server import application

_START_SECONDS = 30


def configuration(province: Province, host: str, port: int) -> uvicorn.Config:
    """How the simulator is served: kept-alive connections, no access log."""
    return uvicorn.Config(
        application(province),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=120,
    )


@contextmanager
def running(province: Province, *, port: int = 0) -> Iterator[str]:
    """Serve a province from a thread; gives the base URL; port 0 = any free port.

    RuntimeError when the server does not come up.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = _Server(configuration(province, "127.0.0.1", listener.getsockname()[1]))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        if not server.is_up.wait(_START_SECONDS):
            raise RuntimeError("the portal simulator did not start")
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()
