"""A request ends in time, through a proxy too, and a broken connection is not taken for a bad certificate."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dvc766.portals import sending
from dvc766.portals.errors import Cause, PortalError, PortalRefused, PortalUnavailable
from dvc766.portals.http import Host
from dvc766.portals.sending import Call
from dvc766.settings import Manners, SettingsError
from tests.dvc766.portals.certificates import self_signed
from tests.dvc766.portals.fake_host import Answer, serving
from tests.dvc766.portals.raw_hosts import Proxy, dribble, join, read_head, talking

CALL = Call("GET /things", "GET", "/things")
SOON = 0.2  # seconds


def host(url: str, *, tries: int = 1, **changes: Any) -> Host:
    manners = Manners(tries=tries, connect_timeout=5, read_timeout=5, call_deadline_seconds=changes.pop("within", 20))
    return Host("a_portal", url, manners, sleep=lambda _: None, **changes)


def failure(kind: type[PortalError], asked: Host) -> PortalError:
    with pytest.raises(kind) as caught:
        asked.ask(CALL)
    return caught.value


# --- the deadline -----------------------------------------------------------------------------------


def _head_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    dribble(connection, b"x")


def _headers_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    dribble(connection, b"A: b\r\n")


def _status_without_end(connection: socket.socket) -> None:
    dribble(connection, b"H")


def _body_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n[")
    dribble(connection, b" ")


def _silence_after_the_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    connection.recv(1)


def _chunks_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    dribble(connection, b"1\r\n \r\n")


def _body_of_no_length_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[")
    dribble(connection, b" ")


def _redirects_that_take_their_time(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 1000000\r\nLocation: /again\r\n\r\n")
    dribble(connection, b" ")


@pytest.mark.parametrize(
    "reply",
    [
        *(_status_without_end, _head_without_end, _headers_without_end, _body_without_end),
        *(
            _silence_after_the_head,
            _chunks_without_end,
            _body_of_no_length_without_end,
            _redirects_that_take_their_time,
        ),
    ],
)
def test_a_reply_that_comes_byte_by_byte_ends_at_the_deadline(reply: Callable[[socket.socket], None]) -> None:
    def talk(connection: socket.socket, _: int) -> None:
        read_head(connection)
        reply(connection)

    with talking(talk) as port:
        start = time.monotonic()
        error = failure(PortalUnavailable, host(f"http://127.0.0.1:{port}", within=SOON))
        took = time.monotonic() - start
    assert error.cause is Cause.TIMEOUT
    assert "call_deadline_seconds" in str(error)
    assert SOON * 0.9 < took < SOON + 2


def test_a_try_that_ran_into_the_deadline_is_followed_by_another() -> None:
    def talk(connection: socket.socket, number: int) -> None:
        read_head(connection)
        if number == 0:
            _body_without_end(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    with talking(talk) as port:
        assert host(f"http://127.0.0.1:{port}", tries=2, within=SOON).ask(CALL) == []


def test_the_deadline_of_one_reply_is_not_the_next_ones() -> None:
    with serving(lambda _: Answer([1] * 100_000)) as fake:
        asked = host(fake.url, within=5)
        assert [len(asked.ask(CALL)) for _ in range(3)] == [100_000] * 3
        assert len(fake.asked) == 3


def test_a_body_without_measure_is_not_taken_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LARGEST_BODY", 10_000)
    with serving(lambda _: Answer(b" " * 10_001)) as fake:
        error = failure(PortalRefused, host(fake.url, tries=3))
        assert len(fake.asked) == 1
    assert error.cause is Cause.TOO_LARGE


# --- TLS --------------------------------------------------------------------------------------------


def _hang_up(connection: socket.socket) -> None:
    connection.recv(1000)


def _reset(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _half_a_handshake(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76")


def _alert(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x50")  # fatal: internal error


def _no_tls_at_all(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("broken", [_hang_up, _reset, _half_a_handshake, _alert, _no_tls_at_all])
def test_a_broken_handshake_is_tried_again_and_no_matter_of_trust(
    broken: Callable[[socket.socket], None], tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    with serving(lambda _: {"a": 1}, certificate=certificate) as fake:
        there = ("127.0.0.1", int(fake.url.rpartition(":")[2]))

        def talk(connection: socket.socket, number: int) -> None:
            if number < 2:
                broken(connection)
            else:
                join(connection, there)

        with talking(talk) as port:
            assert host(f"https://127.0.0.1:{port}", tries=3, ca_bundle=certificate[0]).ask(CALL) == {"a": 1}
        with talking(talk) as port:
            error = failure(PortalUnavailable, host(f"https://127.0.0.1:{port}", tries=2, ca_bundle=certificate[0]))
    assert error.cause in (Cause.TLS, Cause.CONNECTION)
    assert "certificate" not in str(error)


@pytest.mark.parametrize(
    ("address", "days", "is_in_bundle"), [("127.0.0.1", 1, False), ("127.0.0.2", 1, True), ("127.0.0.1", -1, True)]
)
def test_a_certificate_that_is_not_to_be_trusted_is_refused_at_once(
    address: str, days: int, is_in_bundle: bool, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path, address, days)
    bundle = certificate[0] if is_in_bundle else None
    with serving(lambda _: {"a": 1}, certificate=certificate) as fake:
        error = failure(PortalRefused, host(fake.url, tries=3, ca_bundle=bundle))
        assert fake.asked == []
    assert error.cause is Cause.CERTIFICATE


def test_a_certificate_of_the_bundle_is_trusted(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with serving(lambda _: {"a": 1}, certificate=certificate) as fake:
        assert host(fake.url, ca_bundle=certificate[0]).ask(CALL) == {"a": 1}


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_bundle_that_cannot_be_read_is_named(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "authorities.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"authorities\.pem"):
        host("https://127.0.0.1", ca_bundle=str(path))


# --- the proxy --------------------------------------------------------------------------------------


def test_a_portal_behind_a_proxy_is_reached_through_it_alone(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    proxy = Proxy()
    with talking(proxy) as port, serving(lambda asked: {"path": asked.path}) as plain:
        asked = host(plain.url, proxy=f"http://127.0.0.1:{port}")
        assert asked.ask(CALL) == {"path": "/things"}
        assert proxy.seen == [f"GET {plain.url}/things"]
        with serving(lambda _: {"a": 1}, certificate=certificate) as tls:
            asked = host(tls.url, proxy=f"http://127.0.0.1:{port}", ca_bundle=certificate[0])
            assert asked.ask(CALL) == {"a": 1}
            assert proxy.seen[1:] == [f"CONNECT {tls.url.removeprefix('https://')}"]
            error = failure(PortalRefused, host(tls.url, proxy=f"http://127.0.0.1:{port}"))
    assert error.cause is Cause.CERTIFICATE


def test_a_proxys_password_is_given_and_a_wrong_one_is_refused_at_once(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    proxy = Proxy(password="pa ss")
    with (
        talking(proxy) as port,
        serving(lambda _: {"a": 1}) as plain,
        serving(lambda _: {"a": 1}, certificate=certificate) as tls,
    ):
        for url in (plain.url, tls.url):
            right = f"http://user:pa%20ss@127.0.0.1:{port}"
            assert host(url, proxy=right, ca_bundle=certificate[0]).ask(CALL) == {"a": 1}
            proxy.seen.clear()
            wrong = f"http://user:guess@127.0.0.1:{port}"
            error = failure(PortalRefused, host(url, tries=3, proxy=wrong, ca_bundle=certificate[0]))
            assert error.cause is Cause.PROXY
            assert len(proxy.seen) == 1
            assert "guess" not in str(error)


def test_a_proxy_that_does_not_answer_is_told_as_such() -> None:
    def hang_up(connection: socket.socket, _: int) -> None:
        read_head(connection)

    with talking(hang_up) as port:
        pass
    error = failure(PortalUnavailable, host("https://127.0.0.1:9", tries=2, proxy=f"http://127.0.0.1:{port}"))
    assert error.cause is Cause.PROXY


def test_a_proxy_that_dribbles_ends_at_the_deadline() -> None:
    def talk(connection: socket.socket, _: int) -> None:
        read_head(connection)
        _head_without_end(connection)

    with talking(talk) as port:
        start = time.monotonic()
        failure(PortalUnavailable, host("https://127.0.0.1:9", within=SOON, proxy=f"http://127.0.0.1:{port}"))
        assert time.monotonic() - start < SOON + 2


def test_an_address_that_is_none_in_a_redirect_is_refused() -> None:
    with serving(lambda _: Answer({}, 302, {"Location": "http://[oops"})) as fake:
        assert failure(PortalRefused, host(fake.url, tries=3)).cause is Cause.REDIRECT
        assert len(fake.asked) == 1
