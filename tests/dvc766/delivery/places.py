"""Places that a release is delivered to, each a real server process, and readers who follow latest.json there."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
import paramiko
import requests

from dvc766.settings import VenueSettings

ROOT = Path(__file__).resolve().parents[3]
BUCKET = "cong-khai"
ACCOUNT = ("publisher", "a secret of the tests")


@dataclass(frozen=True)
class Place:
    """A venue, and how somebody else than the deliverer reads a file there; None when there is none."""

    venue: VenueSettings
    read: Callable[[str], bytes | None]
    spoil: Callable[[str, bytes], None] | None = None


def what_readers_see(place: Place) -> dict[str, int]:
    """Month and revision that latest.json names, every file of them checked against the lists of hashes."""
    text = place.read("latest.json")
    if text is None:
        return {}
    pointer = json.loads(text)
    for month in pointer["months"].values():
        listed = place.read(f"{month['path']}/SHA256SUMS")
        assert listed is not None and hashlib.sha256(listed).hexdigest() == month["sha256"]
        for line in listed.decode().splitlines():
            digest, _, name = line.partition("  ")
            content = place.read(f"{month['path']}/{name}")
            assert content is not None and hashlib.sha256(content).hexdigest() == digest, name
    return {period: month["revision"] for period, month in pointer["months"].items()}


def files_of(place: Place, period: str) -> dict[str, bytes]:
    """The files that latest.json leads readers of a month to."""
    pointer = json.loads(place.read("latest.json") or b"{}")
    path = pointer["months"][period]["path"]
    names = [line.partition("  ")[2] for line in (place.read(f"{path}/SHA256SUMS") or b"").decode().splitlines()]
    return {name: place.read(f"{path}/{name}") or b"" for name in names}


def venue(host: str, *, login: str = "", password: str = "", **extra: Any) -> VenueSettings:
    """The settings of a venue, which does not wait between two tries."""
    connection = {"host": host, "login": login, "password": password, "extra": {"first_wait_seconds": 0, **extra}}
    return VenueSettings.from_connection("venue_of_a_test", connection)


def folder(root: Path) -> Place:
    """A folder of this machine."""

    def read(path: str) -> bytes | None:
        place = root / path
        return place.read_bytes() if place.exists() else None

    return Place(venue(root.as_uri()), read, lambda path, content: _write(root / path, content))


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of moto's S3 server, with one empty bucket."""
    with _server(_MOTO) as port:
        _client(f"http://127.0.0.1:{port}").create_bucket(Bucket=BUCKET)
        yield f"http://127.0.0.1:{port}"


def s3(endpoint: str, prefix: str) -> Place:
    """A prefix of the bucket."""
    client = _client(endpoint)

    def read(path: str) -> bytes | None:
        try:
            return bytes(client.get_object(Bucket=BUCKET, Key=f"{prefix}/{path}")["Body"].read())
        except client.exceptions.NoSuchKey:
            return None

    return Place(
        venue(f"s3://{BUCKET}/{prefix}", login="a", password="b", endpoint=endpoint, allow_http=True),
        read,
        lambda path, content: client.put_object(Bucket=BUCKET, Key=f"{prefix}/{path}", Body=content),
    )


def _client(endpoint: str) -> Any:
    account = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **account)


@dataclass(frozen=True)
class SftpServer:
    """An SFTP server that shows one folder as its root."""

    port: int
    root: Path
    host_key: str


@contextmanager
def sftp_server(folder_of_all: Path) -> Iterator[SftpServer]:
    """asyncssh's SFTP server over a new folder, with a host key of its own."""
    key, root = folder_of_all / "host.pem", folder_of_all / "root"
    root.mkdir()
    paramiko.RSAKey.generate(2048).write_private_key_file(str(key))
    public = paramiko.RSAKey(filename=str(key))
    with _server(_SFTP, str(root), str(key), *ACCOUNT) as port:
        yield SftpServer(port, root, f"{public.get_name()} {public.get_base64()}")


def sftp(server: SftpServer, name: str, **changes: Any) -> Place:
    """A folder of the server, which need not be there yet."""
    shown = folder(server.root / name)
    known = {"host_key": server.host_key, "login": ACCOUNT[0], "password": ACCOUNT[1]} | changes
    return Place(venue(f"sftp://127.0.0.1:{server.port}/{name}", **known), shown.read, shown.spoil)


def interface(url: str) -> Place:
    """A place of the portal simulator's publishing interface."""
    from portal_simulator.faces.replies import LOGIN, PASSWORD

    address = f"{url}/publishing/web-portal"

    def read(path: str) -> bytes | None:
        reply = requests.get(f"{address}/{path}", timeout=30)
        assert reply.status_code in (200, 404)
        return reply.content if reply.ok else None

    token = f"{url}/publishing/token"
    return Place(venue(address, login=LOGIN, password=PASSWORD, token_url=token, allow_http=True), read)


@contextmanager
def _server(program: str, *arguments: str) -> Iterator[int]:
    """A server process that says its port on its first line; ended with the block."""
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(ROOT / "plugins"), str(ROOT)))}
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            yield int(_line_of(server.stdout))
        finally:
            server.kill()


def _line_of(stream: IO[bytes]) -> str:
    line = stream.readline().decode().strip()
    assert line, "the server did not start"
    return line


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


_MOTO = """
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
_SFTP = """
import asyncio, sys
import asyncssh
root, key, login, password = sys.argv[1:]

class Server(asyncssh.SSHServer):
    def begin_auth(self, username): return True
    def password_auth_supported(self): return True
    def validate_password(self, username, given): return (username, given) == (login, password)

async def main():
    files = lambda channel: asyncssh.SFTPServer(channel, chroot=root.encode())
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Server, server_host_keys=[key], sftp_factory=files, allow_scp=False
    )
    print(server.get_port(), flush=True)
    await server.wait_closed()

asyncio.run(main())
"""
