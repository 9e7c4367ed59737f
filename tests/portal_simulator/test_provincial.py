"""The provincial hosts: tokens, Spring pages, details, fees, local records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal_simulator.faces.replies import LOGIN, PASSWORD
from tests.portal_simulator.sample import TOKEN_PATH

SEARCH = "/provincial/gateway/pa/dossier/search"
DETAILS = "/provincial/gateway/pa/dossier/--details"
FEES = "/provincial/gateway/pa/dossier-fee/--by-dossiers"
PETITIONS = "/provincial/gateway/pe/petition/--search"
LOCAL = "/provincial/local/api/v1"
EVENTFUL = f"{900:024x}"


def search(client: TestClient, **query: Any) -> dict[str, Any]:
    """A page of the dossier list, oldest change first."""
    names = {name.replace("_", "-"): value for name, value in query.items()}
    reply = client.get(SEARCH, params={"sort": "updatedDate,asc", **names})
    assert reply.status_code == 200
    page: dict[str, Any] = reply.json()
    return page


@pytest.mark.parametrize(
    "path", [SEARCH, FEES, PETITIONS, f"{LOCAL}/DanhGiaHaiLongs", f"{SEARCH[:-7]}/{EVENTFUL}/--online"]
)
def test_every_read_needs_a_token(bare_client: TestClient, path: str) -> None:
    assert bare_client.get(path).status_code == 401
    assert bare_client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_token_needs_the_secret_and_lives_five_minutes(bare_client: TestClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": LOGIN, "client_secret": "wrong"}
    assert bare_client.post(TOKEN_PATH, data=form).status_code == 401
    form["client_secret"] = PASSWORD
    assert bare_client.post(TOKEN_PATH, data=form).json()["expires_in"] == 300
    by_header = bare_client.post(TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=(LOGIN, PASSWORD))
    assert by_header.status_code == 200


def test_pages_hold_every_dossier_once_in_order(client: TestClient) -> None:
    pages = [search(client, page=number, size=8) for number in range(3)]
    rows = [row for page in pages for row in page["content"]]
    assert len({row["id"] for row in rows}) == len(rows) == pages[0]["totalElements"] == 21
    assert [row["updatedDate"] for row in rows] == sorted(row["updatedDate"] for row in rows)
    assert [(page["first"], page["last"]) for page in pages] == [(True, False), (False, False), (False, True)]
    assert pages[0]["totalPages"] == 3


def test_a_window_is_half_open_and_unescaped_plus_signs_are_understood(client: TestClient) -> None:
    rows = search(client, size=100)["content"]
    start, end = rows[3]["updatedDate"], rows[7]["updatedDate"]
    wanted = [row["id"] for row in rows[3:7]]
    page = search(client, updated_from=start, updated_to=end, size=100)
    assert [row["id"] for row in page["content"]] == wanted
    raw = client.get(f"{SEARCH}?updated-from={start}&updated-to={end}&size=100&sort=updatedDate,asc")
    assert [row["id"] for row in raw.json()["content"]] == wanted


@pytest.mark.parametrize("query", [{"size": "501"}, {"page": "-1"}, {"updated-from": "yesterday"}])
def test_a_bad_page_or_window_is_refused(client: TestClient, query: dict[str, str]) -> None:
    assert client.get(SEARCH, params=query).status_code == 400


def test_details_take_two_hundred_ids_and_skip_unknown_ones(client: TestClient) -> None:
    reply = client.post(DETAILS, json={"ids": [EVENTFUL, "unknown"]})
    assert [row["MaHoSo"] for row in reply.json()] == ["H44.01-250601-0900"]
    assert client.post(DETAILS, json={"ids": ["x"] * 201}).status_code == 400
    assert client.post(DETAILS, content=b"{").status_code == 400
    one = client.get(f"/provincial/gateway/pa/dossier/{EVENTFUL}/--online")
    assert one.json() == reply.json()[0]
    assert client.get("/provincial/gateway/pa/dossier/unknown/--online").status_code == 404


def test_a_dossier_is_unknown_before_it_was_filed(client: TestClient, set_clock: Callable[[str], None]) -> None:
    set_clock("2025-06-02T06:59:59")
    assert client.post(DETAILS, json={"ids": [EVENTFUL]}).json() == []
    set_clock("2025-06-02T07:00:00")
    assert len(client.post(DETAILS, json={"ids": [EVENTFUL]}).json()) == 1


def test_a_code_search_finds_the_dossier(client: TestClient) -> None:
    assert [row["id"] for row in search(client, code="H44.01-250601-0900")["content"]] == [EVENTFUL]


def test_fees_come_for_many_dossiers_in_one_list(client: TestClient) -> None:
    rows = client.get(FEES, params={"dossier-ids": f"{EVENTFUL},{1:024x}"}).json()
    assert [(row["dossier"]["id"], row["amount"], row["paid"]) for row in rows] == [(EVENTFUL, 50_000, 50_000)]


def test_local_records_come_in_their_own_envelope(client: TestClient) -> None:
    page = client.get(f"{LOCAL}/GiaoDichThanhToans", params={"pageSize": 10}).json()
    assert (page["totalCount"], page["currentPage"], page["totalPages"]) == (1, 1, 1)
    assert page["hasNextPage"] is False
    (row,) = page["data"]
    assert (row["trangThai"], row["kenhThanhToan"]) == ("thanh-cong", "cong-quoc-gia")
    (request,) = client.get(f"{LOCAL}/YeuCauThanhToans").json()["data"]
    assert row["yeuCauThanhToan"] == request["ma"]
    assert row["hoSo"] == request["maHoSo"]
    (rating,) = client.get(f"{LOCAL}/DanhGiaHaiLongs").json()["data"]
    assert rating["danhGia"] == "HÀI LÒNG"


def test_a_payment_is_open_until_it_is_paid(client: TestClient, set_clock: Callable[[str], None]) -> None:
    set_clock("2025-06-02T09:00:00")
    (row,) = client.get(f"{LOCAL}/GiaoDichThanhToans").json()["data"]
    assert (row["trangThai"], row["thoiGianGDThanhCong"]) == ("khoi-tao", None)
    (request,) = client.get(f"{LOCAL}/YeuCauThanhToans").json()["data"]
    assert request["trangThai"] == "Chờ thanh toán"
    window = {"modifiedFrom": "2025-06-02T09:00:00", "modifiedTo": "2025-06-02T09:00:01"}
    assert client.get(f"{LOCAL}/YeuCauThanhToans", params=window).json()["totalCount"] == 1


def test_petitions_name_an_agency_of_the_agency_list_or_none(client: TestClient) -> None:
    agencies = client.get("/provincial/gateway/ba/agency/name+code").json()["content"]
    codes = {row["id"]: row["code"] for row in agencies}
    rows = client.get(PETITIONS, params={"sort": "updatedDate,asc"}).json()["content"]
    assert [codes.get((row["agency"] or {}).get("id")) for row in rows] == ["H44.01", None]
    assert (rows[0]["status"], rows[0]["likes"], rows[0]["dislikes"]) == (4, 3, 1)


def test_votes_and_answers_wait_for_their_time(client: TestClient, set_clock: Callable[[str], None]) -> None:
    set_clock("2025-06-20T08:00:00")
    (row,) = client.get(PETITIONS).json()["content"]
    assert (row["status"], row["likes"], row["publishedDate"]) == (3, 0, None)
    assert row["answeredDate"] == "2025-06-20T08:00:00.000+0700"


def test_every_reply_says_that_the_data_is_synthetic(client: TestClient) -> None:
    assert client.get(SEARCH).headers["X-Synthetic-Data"] == "true"
