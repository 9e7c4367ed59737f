"""One retry layer, honest errors, verified TLS, no redirects elsewhere, nothing private in a message."""

from __future__ import annotations

import datetime as dt
import email.utils
import pickle
import threading
from typing import Any

import pytest

from dvc766.portals.errors import Cause, PortalError, PortalRefused, PortalUnavailable
from dvc766.portals.http import LONGEST_OBEYED, Host, Verdict
from dvc766.portals.sending import Call
from dvc766.settings import Manners
from tests.dvc766.portals.fake_host import DROP, Answer, FakeHost, html, in_turn, serving

CALL = Call("GET /things", "GET", "/things", params={"citizen": "Nguyễn Văn Kín"})
MANNERS = Manners(tries=4, connect_timeout=5, read_timeout=5)


def host(fake: FakeHost, waits: list[float] | None = None, **changes: Any) -> Host:
    manners = changes.pop("manners", MANNERS)
    return Host("a_portal", fake.url, manners, sleep=(waits.append if waits is not None else lambda _: None), **changes)


@pytest.mark.parametrize("status", [200, 201])
def test_both_good_statuses_are_good(status: int) -> None:
    with serving(lambda _: Answer({"a": 1}, status)) as fake:
        assert host(fake).ask(CALL) == {"a": 1}


@pytest.mark.parametrize(
    "bad",
    [
        *(Answer({}, status) for status in (408, 425, 429, 500, 501, 502, 503, 504, 511, 520, 599)),
        html(),
        Answer(b"%PDF-1.7", content_type="application/pdf"),
        Answer(b'{"a": 1', content_type="application/json"),
        Answer(b"", content_type="application/json"),
        Answer(status=204),
        DROP,
    ],
)
def test_a_passing_failure_is_tried_again(bad: Any) -> None:
    waits: list[float] = []
    with serving(in_turn(bad, bad, {"a": 1})) as fake:
        assert host(fake, waits).ask(CALL) == {"a": 1}
        assert len(fake.asked) == 3
    assert len(waits) == 2
    assert 0.25 <= waits[0] <= 0.75
    assert 0.5 <= waits[1] <= 1.5


def test_the_last_try_tells_the_cause() -> None:
    with serving(lambda _: Answer({}, 503)) as fake:
        with pytest.raises(PortalUnavailable) as caught:
            host(fake).ask(CALL)
        assert len(fake.asked) == MANNERS.tries
    assert (caught.value.cause, caught.value.status) == (Cause.BUSY, 503)


def test_retry_after_is_honoured_in_seconds_and_as_a_date() -> None:
    waits: list[float] = []
    later = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=40), usegmt=True)
    answers = [
        Answer({}, 429, {"Retry-After": "17"}),
        Answer({}, 503, {"Retry-After": later}),
        Answer({}, 503, {"Retry-After": "soon"}),
        {"a": 1},
    ]
    with serving(in_turn(*answers)) as fake:
        host(fake, waits).ask(CALL)
    assert waits[0] == 17
    assert 30 < waits[1] <= 40
    assert waits[2] < 10


def test_a_wait_longer_than_a_run_may_take_ends_it() -> None:
    with serving(lambda _: Answer({}, 429, {"Retry-After": str(int(LONGEST_OBEYED) + 1)})) as fake:
        with pytest.raises(PortalUnavailable) as caught:
            host(fake).ask(CALL)
        assert len(fake.asked) == 1
    assert caught.value.cause is Cause.WAIT_TOO_LONG


@pytest.mark.parametrize(
    ("status", "kind", "cause"),
    [
        (400, PortalRefused, Cause.CONTRACT),
        (401, PortalRefused, Cause.CREDENTIALS),
        (403, PortalRefused, Cause.FORBIDDEN),
        (404, PortalRefused, Cause.CONTRACT),
        (407, PortalRefused, Cause.PROXY),
    ],
)
def test_what_a_repetition_would_not_cure_is_told_at_once(status: int, kind: type[PortalError], cause: Cause) -> None:
    with serving(lambda _: Answer({}, status)) as fake:
        with pytest.raises(kind) as caught:
            host(fake).ask(CALL)
        assert len(fake.asked) == 1
    assert caught.value.cause is cause


@pytest.mark.parametrize(
    ("verdict", "kind", "cause", "calls"),
    [
        (Verdict.FAILED, PortalUnavailable, Cause.ERROR_INSIDE, 4),
        (Verdict.QUOTA, PortalUnavailable, Cause.QUOTA, 1),
        (Verdict.ENDED, PortalRefused, Cause.SESSION, 1),
        (Verdict.REFUSED, PortalRefused, Cause.CREDENTIALS, 1),
    ],
)
def test_an_error_inside_a_good_reply_is_judged(
    verdict: Verdict, kind: type[PortalError], cause: Cause, calls: int
) -> None:
    with serving(lambda _: {"error": 1}) as fake:
        with pytest.raises(kind) as caught:
            host(fake, judge=lambda _: verdict).ask(CALL)
        assert len(fake.asked) == calls
    assert caught.value.cause is cause


def test_nobody_listening_is_unavailable() -> None:
    with serving(lambda _: {}) as fake:
        pass
    with pytest.raises(PortalUnavailable) as caught:
        host(fake).ask(CALL)
    assert caught.value.cause is Cause.CONNECTION


def test_a_silent_host_runs_into_the_time_out() -> None:
    done = threading.Event()
    with serving(lambda _: done.wait(10)) as fake:
        with pytest.raises(PortalUnavailable) as caught:
            host(fake, manners=Manners(tries=1, connect_timeout=5, read_timeout=0.1)).ask(CALL)
        done.set()
    assert caught.value.cause is Cause.TIMEOUT


def test_a_redirect_on_the_same_host_is_followed() -> None:
    def script(asked: Any) -> Any:
        return Answer({}, 302, {"Location": "/there"}) if asked.path == "/things" else {"a": asked.path}

    with serving(script) as fake:
        assert host(fake).ask(CALL) == {"a": "/there"}


def test_a_redirect_to_another_host_is_refused() -> None:
    with serving(lambda _: {"a": 1}) as other, serving(lambda _: Answer({}, 302, {"Location": other.url})) as fake:
        with pytest.raises(PortalRefused) as caught:
            host(fake).ask(CALL.with_header("Authorization", "Bearer secret"))
        assert other.asked == []
    assert caught.value.cause is Cause.REDIRECT


def test_a_redirected_post_is_never_turned_into_a_get() -> None:
    with serving(lambda _: Answer({}, 302, {"Location": "/there"})) as fake:
        with pytest.raises(PortalRefused):
            host(fake).ask(Call("POST /things", "POST", "/things", json={}))
        assert len(fake.asked) == 1


def test_endless_redirects_end() -> None:
    with serving(lambda _: Answer({}, 302, {"Location": "/things"})) as fake, pytest.raises(PortalRefused):
        host(fake).ask(CALL)


def test_messages_hold_portal_call_cause_and_next_step_and_nothing_private() -> None:
    body = {"message": "hồ sơ của Nguyễn Văn Kín"}
    call = Call("POST /things", "POST", "/things", json=body, headers={"Authorization": "Bearer s3cret"})
    with serving(lambda _: Answer(body, 403)) as fake, pytest.raises(PortalRefused) as caught:
        host(fake).ask(call)
    for text in (str(caught.value), caught.value.message_vi):
        assert text.startswith("a_portal: POST /things: ")
        assert "Next step" in text or "Cần làm" in text
        assert "Kín" not in text
        assert "s3cret" not in text
    assert "s3cret" not in repr(call)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - how a task hands its error over
    assert (str(again), again.message_vi) == (str(caught.value), caught.value.message_vi)


def test_what_went_wrong_below_is_not_chained() -> None:
    """An exception of the HTTP library carries the address with its query."""
    with serving(lambda _: DROP) as fake, pytest.raises(PortalUnavailable) as caught:
        host(fake).ask(CALL)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "Kín" not in str(caught.value)


def test_calls_start_at_the_set_pace() -> None:
    waits: list[float] = []
    with serving(lambda _: {}) as fake:
        paced = host(fake, waits, manners=Manners(pause_seconds=30))
        for _ in range(3):
            paced.ask(CALL)
    assert len(waits) == 2
    assert 20 < waits[0] <= 30
    assert 50 < waits[1] <= 60


def test_the_environment_brings_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    with serving(lambda _: {"a": 1}) as fake:
        assert host(fake).ask(CALL) == {"a": 1}


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", "image/png", "nonsense", "", None])
def test_what_a_reply_is_called_decides_nothing(kind: str | None) -> None:
    with serving(lambda _: Answer({"tên": "Sở"}, content_type=kind)) as fake:
        assert host(fake).ask(CALL) == {"tên": "Sở"}
    with serving(lambda _: Answer(b"<html>{}</html>", content_type=kind)) as fake:
        with pytest.raises(PortalUnavailable) as caught:
            host(fake).ask(CALL)
        assert len(fake.asked) == MANNERS.tries
    assert caught.value.cause is Cause.NOT_JSON


def test_a_failed_try_is_one_short_line_and_the_next_step_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with serving(in_turn(Answer({}, 503), DROP, html())) as fake, pytest.raises(PortalUnavailable) as caught:
        host(fake).ask(CALL)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("dvc766")]
    assert [line.split(", the next")[0] for line in lines] == [
        "a_portal: GET /things: the portal is overloaded or under maintenance (HTTP 503); try 1 of 4",
        "a_portal: GET /things: the host does not answer; try 2 of 4",
        "a_portal: GET /things: the reply is not JSON (a firewall or log-in page?) (HTTP 200); try 3 of 4",
    ]
    assert not any("Next step" in line for line in lines)
    assert str(caught.value).count("Next step") == 1
