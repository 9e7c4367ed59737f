"""Tokens are renewed ahead of time, and when one is refused; a refusal is not believed at once."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest

from dvc766.portals.access import Token, TokenHost, option
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Host
from dvc766.portals.sending import Call
from dvc766.settings import Manners, PortalSettings, SettingsError
from tests.dvc766.portals.fake_host import Answer, Asked, FakeHost, serving

CALL = Call("GET /things", "GET", "/things")


class Realm:
    """Gives out tokens t1, t2, … and takes only the newest."""

    def __init__(self) -> None:
        self.given = 0
        self.good: set[str] = set()

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/token":
            account = base64.b64decode(asked.headers["Authorization"].split()[1])
            if account != b"client:secret" or asked.body != b"grant_type=client_credentials":
                return Answer({"error": "unauthorized_client"}, 401)
            self.given += 1
            self.good = {f"t{self.given}"}
            return {"access_token": f"t{self.given}", "expires_in": 300, "not-before-policy": 0}
        token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        return {"token": token} if token in self.good else Answer({"error": "invalid_token"}, 401)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(
    fake: FakeHost,
    clock: Clock,
    account: tuple[str, str] = ("client", "secret"),
    *,
    tries: int = 3,
    waits: list[float] | None = None,
) -> TokenHost:
    manners = Manners(tries=tries, parallel=4)
    sleep = waits.append if waits is not None else lambda _: None
    token = Token(Host("a_portal", fake.url + "/token", manners, sleep=sleep), *account, clock=clock)
    return TokenHost(Host("a_portal", fake.url, manners, sleep=sleep), token)


def test_a_token_is_used_until_half_a_minute_before_its_end() -> None:
    clock = Clock()
    with serving(Realm()) as fake:
        host = opened(fake, clock)
        assert host.ask(CALL) == {"token": "t1"}
        clock.now = 269.0
        assert host.ask(CALL) == {"token": "t1"}
        clock.now = 270.0
        assert host.ask(CALL) == {"token": "t2"}


def test_a_refused_token_is_renewed() -> None:
    realm = Realm()
    with serving(realm) as fake:
        host = opened(fake, Clock())
        host.ask(CALL)
        realm.good.clear()
        assert host.ask(CALL) == {"token": "t2"}


@pytest.mark.parametrize("refusals", [[401], [401, 401], [403], [403, 401], [401, 401, 401, 401]])
def test_a_refusal_is_not_believed_before_new_tokens_were_tried(refusals: list[int]) -> None:
    left = list(refusals)
    realm, waits = Realm(), list[float]()

    def slow_to_learn(asked: Asked) -> Any:
        return Answer({}, left.pop(0)) if left and asked.path != "/token" else realm(asked)

    with serving(slow_to_learn) as fake:
        host = opened(fake, Clock(), tries=5, waits=waits)
        assert host.ask(CALL) == {"token": f"t{len(refusals) + 1}"}
    assert len(waits) == len(refusals) - 1  # the first new token is tried at once
    assert all(0 < wait < 10 for wait in waits)


@pytest.mark.parametrize(("tries", "asked"), [(1, 3), (2, 3), (5, 5)])
def test_a_portal_that_takes_no_token_is_told_apart_from_a_wrong_password(tries: int, asked: int) -> None:
    def never(asked: Asked) -> Any:
        return {"access_token": "t", "expires_in": 300} if asked.path == "/token" else Answer({}, 401)

    with serving(never) as fake:
        with pytest.raises(PortalUnavailable) as caught:
            opened(fake, Clock(), tries=tries).ask(CALL)
        assert [one.path for one in fake.asked] == ["/token", "/things"] * asked
    assert (caught.value.cause, caught.value.status) == (Cause.TOKEN, 401)
    assert "password" not in str(caught.value)


def test_a_call_that_is_forbidden_with_a_new_token_too_is_refused() -> None:
    def forbidding(asked: Asked) -> Any:
        return {"access_token": "t", "expires_in": 300} if asked.path == "/token" else Answer({}, 403)

    with serving(forbidding) as fake:
        with pytest.raises(PortalRefused) as caught:
            opened(fake, Clock(), tries=5).ask(CALL)
        assert [one.path for one in fake.asked] == ["/token", "/things"] * 2
    assert caught.value.cause is Cause.FORBIDDEN


def test_a_wrong_password_is_tried_once_even_while_a_token_is_renewed() -> None:
    """Trying it again could lock the account."""
    realm = Realm()

    def changed_password(asked: Asked) -> Any:
        if asked.path == "/token" and realm.given:
            return Answer({"error": "unauthorized_client"}, 401)
        return realm(asked) if asked.path == "/token" else Answer({}, 401)

    with serving(changed_password) as fake:
        with pytest.raises(PortalRefused) as caught:
            opened(fake, Clock(), tries=5).ask(CALL)
        assert [one.path for one in fake.asked] == ["/token", "/things", "/token"]
    assert caught.value.cause is Cause.CREDENTIALS


@pytest.mark.parametrize("status", [400, 401, 403])
def test_wrong_credentials_are_named(status: int) -> None:
    with serving(lambda _: Answer({"error": "unauthorized_client"}, status)) as fake:
        with pytest.raises(PortalRefused) as caught:
            opened(fake, Clock(), ("client", "wrong")).ask(CALL)
        assert len(fake.asked) == 1
    assert caught.value.cause is Cause.CREDENTIALS
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("reply", [[], {}, "t", {"access_token": ""}, {"access_token": 5}])
def test_a_token_reply_without_a_token_breaks_the_contract(reply: Any) -> None:
    with serving(lambda _: reply) as fake, pytest.raises(PortalRefused) as caught:
        opened(fake, Clock()).ask(CALL)
    assert caught.value.cause is Cause.CONTRACT


def test_threads_whose_token_ended_together_renew_it_once() -> None:
    realm = Realm()
    with serving(realm) as fake:
        host = opened(fake, Clock())
        host.ask(CALL)
        realm.good.clear()
        threads = [threading.Thread(target=host.ask, args=(CALL,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert realm.given == 2


def test_a_missing_host_of_the_connection_is_named() -> None:
    settings = PortalSettings("a_portal", "H44", "https://portal.example.vn", options={"token_url": "https://sso"})
    assert option(settings, "token_url") == "https://sso"
    with pytest.raises(SettingsError, match="local_url"):
        option(settings, "local_url")
