"""Faults: transient ones pass on repetition, disguises keep the meaning, defects show at the totals."""

from __future__ import annotations

import itertools
import unicodedata
from random import Random
from typing import Any

import pytest
from starlette.testclient import TestClient

from portal_simulator.faces.replies import INTERRUPTIONS, LOGIN, PASSWORD
from portal_simulator.server import application
from portal_simulator.views.disguises import dress
from portal_simulator.views.faults import FAULTS, MOST_IN_A_ROW, Faults, Kind
from tests.portal_simulator.sample import sample_province, signed_in

SEARCH = "/provincial/gateway/pa/dossier/search"
DEPARTMENTS = "/national/api/v1/configuring/citizen/department/list-with-location"
TRANSIENT = [name for name, fault in FAULTS.items() if fault.kind is Kind.TRANSIENT]


@pytest.fixture
def many() -> TestClient:
    """A province with enough dossiers for every share to hit some."""
    return signed_in(TestClient(application(sample_province(120))))


def switch(client: TestClient, name: str, **options: Any) -> None:
    """Switch a fault on, or off with on=False."""
    assert client.post("/simulator/faults", json={"name": name, **options}).status_code == 200


def all_rows(client: TestClient) -> tuple[int, list[dict[str, Any]]]:
    """The declared total and the rows, read as one page."""
    page = client.get(SEARCH, params={"size": 500, "sort": "updatedDate,asc"}).json()
    return page["totalElements"], page["content"]


def test_the_list_of_faults_says_which_are_on(client: TestClient) -> None:
    switch(client, "dup_rows")
    listed = client.get("/simulator/faults").json()
    assert [name for name, fault in listed.items() if fault["on"]] == ["dup_rows"]
    switch(client, "dup_rows", on=False)
    assert not any(fault["on"] for fault in client.get("/simulator/faults").json().values())
    assert client.post("/simulator/faults", json={"name": "unheard_of"}).status_code == 400


@pytest.mark.parametrize(("name", "statuses"), [("national_closed", (503, 200)), ("provincial_closed", (201, 503))])
def test_a_closed_portal_refuses_every_call_until_it_is_opened(
    many: TestClient, name: str, statuses: tuple[int, int]
) -> None:
    def asked() -> tuple[int, int]:
        return many.post(DEPARTMENTS, json={}).status_code, many.get(SEARCH).status_code

    switch(many, name)
    assert [asked() for _ in range(5)] == [statuses] * 5
    assert many.get("/simulator/clock").status_code == 200
    switch(many, name, on=False)
    assert asked() == (201, 200)


@pytest.mark.parametrize("name", TRANSIENT)
def test_a_transient_fault_never_breaks_a_call_and_its_repetition(name: str) -> None:
    faults = Faults()
    faults.switch(name, on=True)
    fired = [faults.fires(name) for _ in range(200)]
    assert sum(fired) >= 5
    assert not any(first and second for first, second in itertools.pairwise(fired))


def test_no_caller_meets_every_fault_however_the_calls_alternate() -> None:
    faults, chance = Faults(), Random(1)
    for name in INTERRUPTIONS:
        faults.switch(name, on=True, every=2)
    in_a_row = dict.fromkeys("ab", 0)
    longest = 0
    for _ in range(2000):
        caller = chance.choice("ab")
        in_a_row[caller] = in_a_row[caller] + 1 if faults.interruption(INTERRUPTIONS, caller) else 0
        longest = max(longest, in_a_row[caller])
    assert longest == MOST_IN_A_ROW


def test_errors_pages_and_limits_come_in_between(client: TestClient) -> None:
    for name in ("err_in_200", "html_200", "rate_429_retry_after"):
        switch(client, name, every=10, retry_after=2)
    replies = [client.post(DEPARTMENTS, json={"limit": 50}) for _ in range(20)]
    errors = [r for r in replies if r.status_code == 200 and "json" in r.headers["content-type"]]
    pages = [r for r in replies if r.headers["content-type"].startswith("text/html")]
    limited = [r for r in replies if r.status_code == 429]
    assert errors and all(r.json()["code"] != "OK" for r in errors)
    assert pages and all("Request Rejected" in r.text for r in pages)
    assert limited and all(r.headers["Retry-After"] == "2" for r in limited)
    assert sum(r.status_code == 201 for r in replies) >= 13


def test_a_token_is_refused_once_and_a_new_one_is_taken(client: TestClient) -> None:
    switch(client, "token_401_once")
    statuses = [client.get(SEARCH).status_code for _ in range(4)]
    assert 401 in statuses
    signed_in(client)
    assert client.get(SEARCH).status_code == 200


def test_a_session_ends_early_with_the_portals_text(client: TestClient) -> None:
    switch(client, "session_expired", every=2)
    headers = {"dstcode": "x"}

    def ask(**body: str) -> dict[str, Any]:
        reply: dict[str, Any] = client.post("/national/exchange", json=body, headers=headers).json()
        return reply

    session = ask(username=LOGIN, password=PASSWORD)["session"]
    replies = [ask(session=session, madonvi="H44", service="LayDanhMucCoQuan") for _ in range(2)]
    assert "Phiên làm việc đã hết hạn" in [reply["message"] for reply in replies]


def test_drift_moves_served_rows_to_the_end_of_the_window_and_loses_none(many: TestClient) -> None:
    total, before = all_rows(many)
    switch(many, "page_drift")
    window = {"size": 40, "sort": "updatedDate,asc", "updated-to": "2025-07-31T00:00:00"}
    by_number = [
        row["id"] for number in range(4) for row in many.get(SEARCH, params=window | {"page": number}).json()["content"]
    ]
    assert len(set(by_number)) < total, "reading by page number must miss rows"
    assert len(by_number) > len(set(by_number)), "and meet others twice"
    after = many.get(SEARCH, params=window | {"size": 500}).json()
    assert after["totalElements"] == total
    assert {row["id"] for row in after["content"]} == {row["id"] for row in before}
    without_times = [{k: v for k, v in row.items() if k != "updatedDate"} for row in before]
    moved = {row["id"]: {k: v for k, v in row.items() if k != "updatedDate"} for row in after["content"]}
    assert all(moved[row["id"]] == row for row in without_times)
    switch(many, "page_drift", on=False)
    assert all_rows(many) == (total, before)


def test_some_rows_come_twice(many: TestClient) -> None:
    switch(many, "dup_rows")
    total, rows = all_rows(many)
    assert len(rows) > total == len({row["id"] for row in rows})


def test_an_unknown_status_hides_some_processing(many: TestClient) -> None:
    many.post("/simulator/clock", json={"now": "2025-06-05T14:00:00", "force": True})
    _, rows = all_rows(many)
    before = {row["id"]: row["dossierStatus"]["id"] for row in rows}
    switch(many, "unknown_status")
    after = {row["id"]: row["dossierStatus"]["id"] for row in all_rows(many)[1]}
    changed = {i for i in before if before[i] != after[i]}
    assert changed
    assert {(before[i], after[i]) for i in changed} == {(4, 23)}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("2025-07-01T10:00:00.000+0700", "date_mix"),
        ("Đã trả kết quả", "nfd_text"),
        (7, "string_numbers"),
        (True, "string_numbers"),
        (None, "empty_vs_null"),
        ("", "empty_vs_null"),
        ([], "empty_vs_null"),
    ],
)
def test_a_disguise_gives_other_forms_than_the_plain_one(value: object, fault: str) -> None:
    forms = [dress({"value": value}, "any", str(key), {fault}).get("value", "missing") for key in range(60)]
    assert any(form != value or type(form) is not type(value) for form in forms)
    if fault == "date_mix":
        assert len({len(str(form)) for form in forms}) >= 6
    if fault == "empty_vs_null":
        assert {str(form) for form in forms} == {"None", "", "missing"}
    if fault == "nfd_text":
        assert {" ".join(unicodedata.normalize("NFC", str(form)).split()) for form in forms} == {value}


def test_dates_keep_their_milliseconds_and_other_texts_are_left_alone() -> None:
    exact = [dress({"at": "2025-07-01T10:00:00.123+0700"}, "any", str(key), {"date_mix"})["at"] for key in range(60)]
    assert all("123" in str(form)[-10:] for form in exact)
    number = "000000000900"
    assert dress({"identity": number}, "any", "x", {"date_mix", "string_numbers"}) == {"identity": number}


def test_the_missing_page_is_still_counted(many: TestClient) -> None:
    total, rows = all_rows(many)
    switch(many, "page_missing")
    declared, served = all_rows(many)
    assert declared == total
    assert 0 < len(rows) - len(served) < total // 3


def test_a_third_of_the_codes_becomes_unknown(many: TestClient) -> None:
    switch(many, "third_unknown")
    total, rows = all_rows(many)
    unknown = sum(row["dossierStatus"]["id"] == 99 for row in rows)
    assert total / 5 < unknown < total / 2


def test_shuffled_dates_put_the_receipt_before_the_filing(many: TestClient) -> None:
    switch(many, "shuffled_dates")
    total, rows = all_rows(many)
    assert sum(row["acceptedDate"] < row["appliedDate"] for row in rows) > total / 3


def test_half_of_the_volume_goes_with_its_totals(many: TestClient) -> None:
    total, _ = all_rows(many)
    switch(many, "volume_halved")
    declared, rows = all_rows(many)
    assert declared == len(rows)
    assert total / 3 < declared < total * 2 / 3
    switch(many, "volume_halved", on=False)
    assert all_rows(many)[0] == total
