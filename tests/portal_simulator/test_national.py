"""The national REST face: catalogues with both forms of paging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from portal_simulator.views.catalogue import department_id

BASE = "/national/api/v1"
DEPARTMENTS = "configuring/citizen/department/list-with-location"
SERVICES = "submitting/formality/list-department-url-by-citizen"


def ask(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    """The data of a good answer, which comes with status 201 and code OK."""
    reply = client.post(f"{BASE}/{path}", json=body)
    assert (reply.status_code, reply.json()["code"]) == (201, "OK")
    data: dict[str, Any] = reply.json()["data"]
    return data


def test_only_departments_valid_on_the_day_are_listed(client: TestClient, set_clock: Callable[[str], None]) -> None:
    set_clock("2025-06-30T23:59:59")
    assert [row["code"] for row in ask(client, DEPARTMENTS, limit=50)["rows"]] == ["H62", "H62.02"]
    set_clock("2025-07-01T00:00:00")
    rows = ask(client, DEPARTMENTS, limit=50)["rows"]
    assert [(row["code"], row["level"]) for row in rows] == [("H44", "PROVINCE"), ("H44.01", "PROVINCE")]


def test_a_cursor_walks_to_the_empty_page_and_a_strange_one_is_refused(client: TestClient) -> None:
    first = ask(client, DEPARTMENTS, limit=1)
    second = ask(client, DEPARTMENTS, limit=1, lastId=first["lastId"])
    last = ask(client, DEPARTMENTS, limit=1, lastId=second["lastId"])
    assert [row["code"] for page in (first, second, last) for row in page["rows"]] == ["H44", "H44.01"]
    assert last["rows"] == [] and last["lastId"] is None and last["total"] == 2
    assert client.post(f"{BASE}/{DEPARTMENTS}", json={"lastId": "x"}).status_code == 400


def test_formalities_come_page_by_page_with_their_publishers(client: TestClient) -> None:
    page = ask(client, "reporting/formalities", pageSize=1, currentPage=2)
    assert page["pagination"] == {"total": 2, "currentPage": 2, "pageSize": 1, "totalPages": 2}
    assert [row["code"] for row in page["items"]] == ["1.000002"]
    first = ask(client, "reporting/formalities", pageSize=1)["items"][0]
    assert first["publishingDepartmentIds"] == [department_id("H44.01")]
    assert department_id("H44.01") not in page["items"][0]["publishingDepartmentIds"]


def test_a_formality_tells_limit_fees_and_parts_and_an_unknown_one_is_refused(client: TestClient) -> None:
    first, second = ask(client, "reporting/formalities", pageSize=2)["items"]
    path = "configuring/formality/get-formality-by-citizen"
    detail = ask(client, path, id=first["id"])
    method = detail["executionMethods"][0]
    assert (method["processingTime"], method["processingTimeUnit"]) == (10, "WORKING_DAY")
    assert [fee["amount"] for fee in method["fees"]] == [50_000]
    assert ask(client, path, id=second["id"])["executionMethods"][0]["fees"] == []
    assert client.post(f"{BASE}/{path}", json={"id": "unknown"}).status_code == 400


def test_services_follow_the_agencies_of_the_day(client: TestClient, set_clock: Callable[[str], None]) -> None:
    (row,) = ask(client, SERVICES, limit=50)["rows"]
    assert (row["departmentCode"], row["formalityCode"], row["implementLevel"]) == ("H44.01", "1.000001", "FULL")
    assert row["formalityTargetType"] == ["CITIZEN"]
    set_clock("2025-06-30T12:00:00")
    assert [row["departmentCode"] for row in ask(client, SERVICES, limit=50)["rows"]] == ["H62.02"]
    assert ask(client, SERVICES, limit=50, formalityTargetType="BUSINESS")["rows"] == []
