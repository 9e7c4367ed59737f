"""The national exchange: sessions, services, failures inside HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal_simulator.faces.replies import LOGIN, PASSWORD

EXCHANGE = "/national/exchange"
HEADERS = {"dstcode": "VN:GOV:000.00.00.G22:dvcqg"}


def call(client: TestClient, **body: Any) -> dict[str, Any]:
    """The reply's body; whatever happens, the status is 200."""
    reply = client.post(EXCHANGE, json=body, headers=HEADERS)
    assert reply.status_code == 200
    content: dict[str, Any] = reply.json()
    return content


@pytest.fixture
def ask(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Call a service in a session."""
    session = call(client, username=LOGIN, password=PASSWORD)["session"]

    def service(name: str, **body: Any) -> dict[str, Any]:
        return call(client, session=session, madonvi="000.00.00.H44", service=name, **body)

    return service


def test_a_wrong_password_a_strange_session_and_a_missing_header_are_told_in_words(client: TestClient) -> None:
    assert call(client, username=LOGIN, password="wrong")["error_code"] == "-1"
    strange = call(client, session="x", madonvi="H44", service="LayDanhMucCoQuan")
    assert (strange["error_code"], strange["message"]) == ("-1", "Phiên làm việc đã hết hạn")
    bare = client.post(EXCHANGE, json={"username": LOGIN, "password": PASSWORD})
    assert (bare.status_code, bare.json()["error_code"]) == (200, "-1")


def test_units_carry_the_exchange_form_of_their_codes(ask: Callable[..., dict[str, Any]]) -> None:
    reply = ask("LayDanhMucCoQuan")
    assert reply["error_code"] == "0"
    assert [row["MADONVI"] for row in reply["result"]] == ["000.00.00.H44", "000.00.01.H44"]


def test_a_procedure_names_its_newest_decision_and_lacks_what_it_lacks(
    ask: Callable[..., dict[str, Any]], set_clock: Callable[[str], None]
) -> None:
    codes = [row["MATTHC"] for row in ask("LayDanhSachTTHC")["result"]]
    assert codes == ["1.000001.000.00.00.H44", "1.000002.000.00.00.H44"]
    (row,) = ask("LayThuTuc", maTTHC=codes[0])["result"]
    assert (row["IDQUYETDINHCONGBO"], row["MACOQUANCONGBO"], row["NGAYCONGKHAI"]) == ("qd-2", "H44", "")
    assert [basis["NGAYHIEULUC"] for basis in row["CANCUPHAPLY"]] == ["20/06/2025", "01/08/2025"]
    set_clock("2025-06-15T00:00:00")
    (row,) = ask("LayThuTuc", maTTHC=codes[0])["result"]
    assert (row["IDQUYETDINHCONGBO"], row["NGAYCONGKHAI"]) == ("qd-1", "20250612100000")
    assert [basis["NGAYHIEULUC"] for basis in row["CANCUPHAPLY"]] == ["20/06/2025"]
    (other,) = ask("LayThuTuc", maTTHC=codes[1])["result"]
    assert other["TRINHTUTHUCHIEN"] == [] and other["THANHPHANHOSO"] != []
    assert other["MACOQUANCONGBO"] == "G09"


def test_decisions_and_what_is_not_there(ask: Callable[..., dict[str, Any]]) -> None:
    (row,) = ask("LayQDCB", idQDCB="qd-1")["result"]
    assert (row["SOQUYETDINH"], row["NGAYQUYETDINH"]) == ("12/QĐ-UBND", "10/06/2025")
    assert ask("LayQDCB", idQDCB="qd-9")["error_code"] == "-1"
    assert ask("LayThuTuc", maTTHC="9.999999")["error_code"] == "-1"
    assert ask("KhongCo")["error_code"] == "-1"


def test_a_decision_is_unknown_before_it_was_signed(
    ask: Callable[..., dict[str, Any]], set_clock: Callable[[str], None]
) -> None:
    set_clock("2025-07-09T12:00:00")
    assert ask("LayQDCB", idQDCB="qd-2")["error_code"] == "-1"
