"""Tokens are renewed ahead of time, and once when one is refused."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest

from dvc766.portals.access import Token, TokenHost, option
from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.http import Call, Host
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


def opened(fake: FakeHost, clock: Clock, account: tuple[str, str] = ("client", "secret")) -> TokenHost:
    manners = Manners(tries=3, parallel=4)
    token = Token(Host("a_portal", fake.url + "/token", manners), *account, clock=clock)
    return TokenHost(Host("a_portal", fake.url, manners), token)


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


def test_a_portal_that_takes_no_token_is_not_asked_for_ever() -> None:
    def never(asked: Asked) -> Any:
        return {"access_token": "t", "expires_in": 300} if asked.path == "/token" else Answer({}, 401)

    with serving(never) as fake:
        with pytest.raises(PortalRefused) as caught:
            opened(fake, Clock()).ask(CALL)
        assert [asked.path for asked in fake.asked] == ["/token", "/things"] * 3
    assert caught.value.cause is Cause.CREDENTIALS


@pytest.mark.parametrize("status", [400, 401, 403])
def test_wrong_credentials_are_named(status: int) -> None:
    refusing = serving(lambda _: Answer({"error": "unauthorized_client"}, status))
    with refusing as fake, pytest.raises(PortalRefused) as caught:
        opened(fake, Clock(), ("client", "wrong")).ask(CALL)
    assert caught.value.cause is Cause.CREDENTIALS
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("reply", [[], {}, {"access_token": ""}, {"access_token": 5}])
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
