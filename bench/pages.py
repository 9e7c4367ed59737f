"""The simulator's replies from memory: what is measured is our reading, not how fast a portal thinks.

`python -m bench.pages UPSTREAM PORT MILLISECONDS` forwards each request it has not seen to the simulator at
UPSTREAM and keeps the reply; the same request again is answered from memory, so many milliseconds after it came.
"""

from __future__ import annotations

import asyncio
import sys
from urllib.parse import urlsplit

import requests

_HEAD_LIMIT = 1 << 16


class Pages:
    """Replies by request line and body; each kept one is given after `thinking` seconds."""

    def __init__(self, upstream: str, thinking: float) -> None:
        self._upstream = upstream
        self._thinking = thinking
        self._replies: dict[tuple[bytes, bytes], bytes] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one kept-alive connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *lines = head[:-4].split(b"\r\n")
                headers = {k.lower(): v.strip() for k, v in (header.split(b":", 1) for header in lines)}
                body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
                key = (line, body)
                if key not in self._replies:
                    self._replies[key] = await asyncio.to_thread(self._ask, line, headers, body)
                elif self._thinking:
                    await asyncio.sleep(self._thinking)
                writer.write(self._replies[key])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    def _ask(self, line: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
        method, target, _ = line.decode().split(" ", 2)
        kept = {k.decode(): v.decode() for k, v in headers.items() if k not in (b"host", b"accept-encoding")}
        url = self._upstream + target
        reply = requests.request(method, url, headers=kept, data=body or None, timeout=300)
        head = f"HTTP/1.1 {reply.status_code} OK\r\ncontent-type: {reply.headers['content-type']}\r\n"
        return f"{head}content-length: {len(reply.content)}\r\n\r\n".encode() + reply.content


async def main(upstream: str, port: int, milliseconds: int) -> None:
    """Serve until the process is ended."""
    pages = Pages(upstream, milliseconds / 1000)
    server = await asyncio.start_server(pages.serve, "127.0.0.1", port, limit=_HEAD_LIMIT)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if urlsplit(sys.argv[1]).hostname != "127.0.0.1":
        sys.exit("bench.pages forwards to this machine only")
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
