"""The exchange: errors under status 200, a session that ends, replies packed into text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.exchange import Exchange, judge_exchange, unwrapped
from dvc766.portals.http import Host, Verdict
from dvc766.portals.json_body import Decoder
from dvc766.settings import Manners
from tests.dvc766.portals.fake_host import Answer, Asked, FakeHost, in_turn, serving

ENDED = {"error_code": "-1", "message": "Phiên làm việc đã hết hạn"}
UNITS = [{"MADONVI": "000.00.01.H44"}]
GOOD = {"error_code": "0", "message": "Lấy dữ liệu thành công", "result": UNITS}


class Adapter:
    """Opens sessions s1, s2, … and takes only the newest; `ends` says how many of them end at once."""

    def __init__(self, *, ends: int = 0, answer: Any = GOOD) -> None:
        self.sessions = 0
        self.ends = ends
        self.answer = answer

    def __call__(self, asked: Asked) -> Any:
        body = asked.json
        if "service" not in body:
            if body != {"username": "user", "password": "word"}:
                return {"error_code": "-1", "message": "Sai tên đăng nhập hoặc mật khẩu"}
            self.sessions += 1
            return {"error_code": 0, "session": f"s{self.sessions}", "message": "Đăng nhập thành công"}
        if body["session"] != f"s{self.sessions}" or self.sessions <= self.ends:
            return ENDED
        return self.answer


def opened(fake: FakeHost, account: tuple[str, str] = ("user", "word"), decoder: Decoder | None = None) -> Exchange:
    manners = Manners(tries=3)
    host = Host("a_portal", fake.url, manners, judge=judge_exchange, decoder=decoder, sleep=lambda _: None)
    return Exchange(host, *account, "000.00.00.H44")


def test_one_session_serves_every_call() -> None:
    with serving(Adapter()) as fake:
        exchange = opened(fake)
        assert exchange.ask("LayDanhMucCoQuan") == UNITS
        assert exchange.ask("LayThuTuc", maTTHC="1.000123") == UNITS
        assert [asked.json.get("service") for asked in fake.asked] == [None, "LayDanhMucCoQuan", "LayThuTuc"]
        assert fake.asked[2].json == {
            "session": "s1",
            "madonvi": "000.00.00.H44",
            "service": "LayThuTuc",
            "maTTHC": "1.000123",
        }


def test_an_ended_session_is_opened_again() -> None:
    adapter = Adapter(ends=1)
    with serving(adapter) as fake:
        assert opened(fake).ask("LayDanhMucCoQuan") == UNITS
    assert adapter.sessions == 2


def test_a_session_that_ends_again_and_again_is_told() -> None:
    adapter = Adapter(ends=9)
    with serving(adapter) as fake, pytest.raises(PortalUnavailable) as caught:
        opened(fake).ask("LayDanhMucCoQuan")
    assert (caught.value.cause, adapter.sessions) == (Cause.SESSION, 3)


def test_wrong_credentials_are_named() -> None:
    with serving(Adapter()) as fake, pytest.raises(PortalRefused) as caught:
        opened(fake, ("user", "wrong")).ask("LayDanhMucCoQuan")
    assert caught.value.cause is Cause.CREDENTIALS


def test_a_passing_error_under_status_200_is_tried_again() -> None:
    busy = {"error_code": "-1", "message": "Hệ thống đang bận"}
    login = {"error_code": "0", "session": "s", "message": "Đăng nhập thành công"}
    with serving(in_turn(busy, login, busy, GOOD)) as fake:
        assert opened(fake).ask("LayDanhMucCoQuan") == UNITS
    with serving(in_turn(login, busy)) as fake, pytest.raises(PortalUnavailable) as caught:
        opened(fake).ask("LayDanhMucCoQuan")
    assert caught.value.cause is Cause.ERROR_INSIDE


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(GOOD),
        {"message": json.dumps(GOOD)},
        {"message": json.dumps(json.dumps(GOOD))[1:-1].replace('\\"', '"')},
        GOOD | {"result": json.dumps(UNITS)},
        GOOD | {"result": UNITS[0]},
        GOOD | {"error_code": 0},
        GOOD | {"error_code": "00"},
    ],
)
def test_replies_packed_into_text_are_unpacked(answer: Any) -> None:
    with serving(Adapter(answer=answer)) as fake:
        assert opened(fake).ask("LayDanhMucCoQuan") == UNITS


def test_no_such_record_is_an_empty_answer() -> None:
    with serving(Adapter(answer={"error_code": "-1", "message": "Không tìm thấy dữ liệu"})) as fake:
        assert opened(fake).ask("LayQDCB", idQDCB="x") == []


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ({"error_code": "0", "message": "Không thành công"}, Verdict.FAILED),
        ({"error_code": "0", "message": "Phiên đã hết hạn"}, Verdict.ENDED),
        ({"error_code": "3", "message": ""}, Verdict.FAILED),
        ({"message": "x"}, Verdict.FAILED),
        ([], Verdict.FAILED),
        ({"error_code": "0", "message": "Thành công"}, Verdict.FAILED),
        ({"error_code": "0", "message": "Thành công", "RESULT": None}, Verdict.GOOD),
        (None, Verdict.GOOD),
        ("không phải JSON", Verdict.FAILED),
    ],
)
def test_the_text_decides_too(reply: Any, verdict: Verdict) -> None:
    assert judge_exchange(reply) is verdict


@pytest.mark.parametrize("result", [None, "", "  ", [], {}, "[]", "null", '""'])
def test_an_empty_result_is_an_empty_list(result: Any) -> None:
    with serving(Adapter(answer=GOOD | {"result": result})) as fake:
        assert opened(fake).ask("LayDanhMucCoQuan") == []


@pytest.mark.parametrize("empty", [Answer(status=204), Answer(b""), Answer(b" \r\n")])
def test_an_answer_without_a_body_is_an_empty_list_but_no_log_in(empty: Answer) -> None:
    with serving(Adapter(answer=empty)) as fake:
        assert opened(fake).ask("LayDanhMucCoQuan") == []
    with serving(lambda _: empty) as fake, pytest.raises(PortalUnavailable) as caught:
        opened(fake).ask("LayDanhMucCoQuan")
    assert caught.value.cause is Cause.NOT_JSON


def test_a_key_repeated_in_a_reply_packed_into_text_is_counted_once() -> None:
    rows = '[{"MADONVI": "1", "MADONVI": "2"}, {"MADONVI": "3"}]'
    for answer in (GOOD | {"result": rows}, json.dumps(GOOD | {"result": 0}).replace("0}", rows + "}")):
        with serving(Adapter(answer=answer)) as fake:
            decoder = Decoder("a_portal")
            assert opened(fake, decoder=decoder).ask("LayDanhMucCoQuan") == [{"MADONVI": "2"}, {"MADONVI": "3"}]
            assert decoder.take_repeated_keys() == 1


def test_a_result_that_is_no_json_breaks_the_contract() -> None:
    with serving(Adapter(answer=GOOD | {"result": "<html>"})) as fake, pytest.raises(PortalRefused) as caught:
        opened(fake).ask("LayDanhMucCoQuan")
    assert caught.value.cause is Cause.CONTRACT


def test_unpacking_stops_at_two_levels() -> None:
    assert unwrapped(json.dumps(json.dumps(json.dumps(GOOD)))) != GOOD
