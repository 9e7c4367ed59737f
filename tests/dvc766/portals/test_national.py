"""The national portal's catalogue read over HTTP: departments, procedures, services."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dvc766.portals.codes import read_known_codes
from dvc766.portals.errors import Cause, PortalRefused, PortalUnavailable
from dvc766.portals.http import Verdict
from dvc766.portals.national_fields import NATIONAL
from dvc766.portals.national_public import judge_public
from tests.dvc766.portals.fake_host import Answer, Asked
from tests.dvc766.portals.fake_national import DEPARTMENTS, FORMALITIES, Portal, read, reading_from, service

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"


def test_lists_by_cursor_and_by_page_are_read_whole() -> None:
    with reading_from(Portal()) as reader:
        departments, _, declared = read(reader, "departments")
        assert ([row[1] for row in departments], declared) == (["H44", "H44.01", "H01", "G09"], 4)
        formalities, _, declared = read(reader, "formalities")
        assert ([row[1] for row in formalities], declared) == (["1.000010", "1.000011", "1.000012"], 3)


def test_the_public_interface_is_asked_as_a_browser_would() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        read(reader, "departments")
    headers = portal.asked[0].headers
    assert portal.asked[0].method == "POST"
    assert headers["User-Agent"].startswith("Mozilla/")
    assert headers["Referer"] == headers["Origin"] + "/danh-gia-chat-luong-phuc-vu"


def test_a_refusal_is_answered_by_fetching_the_page_for_its_cookie() -> None:
    portal = Portal()

    def script(asked: Asked) -> Any:
        if asked.path == "/danh-gia-chat-luong-phuc-vu":
            return Answer(b"<html>", headers={"Set-Cookie": "TS01=abc; Path=/"}, content_type="text/html")
        return portal(asked) if "TS01=abc" in asked.headers.get("Cookie", "") else Answer({}, 403)

    with reading_from(script) as reader:
        assert len(read(reader, "departments")[0]) == 4


def test_details_are_read_of_the_provinces_procedures_only() -> None:
    with reading_from(Portal()) as reader:
        rows, _, declared = read(reader, "formality_details")
    assert ([row[0] for row in rows], declared) == (["f0", "f1"], 2)
    assert rows[0][3] == "2025-07-01T10:00:00+07:00"


def test_services_of_other_provinces_are_left_out() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        rows, _, declared = read(reader, "department_services")
        assert ([row[:3] for row in rows], declared) == ([("H44.01", "1.000010", "1.000010.01")], 1)
        portal.services = [*portal.services, service(1, "H01.02", "f2"), service(2, "H44.01", "f1")]
        rows, _, declared = read(reader, "department_services")
        assert (len(rows), declared) == (2, None)


def formality(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"f{number}", "code": f"1.00001{number}", "name": "Thủ tục", "state": "PUBLISHED"} | fields


@pytest.mark.parametrize(
    "foreign",
    [
        {"state": "SUSPENDED", "departmentId": "x0", "publishingDepartmentIds": ["x0"]},
        {"state": "DRAFT", "departmentId": "x0.02", "publishingDepartmentIds": ["x0.02"]},  # in no list of ours
        {"state": "SUSPENDED", "departmentId": "g0", "appliedDepartmentIds": ["x0"]},
        {"state": None, "departmentId": "x0"},
        {"code": None, "departmentId": "x0"},
    ],
)
def test_another_provinces_procedure_that_cannot_be_read_does_not_count(foreign: dict[str, Any]) -> None:
    portal = Portal()
    portal.formalities = [*FORMALITIES, formality(3, **foreign)]
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "formalities")
    assert ([row[0] for row in rows], rejections, declared) == (["f0", "f1", "f2"], [], 3)


@pytest.mark.parametrize(
    "ours",
    [
        {"departmentId": "d1"},
        {"departmentId": "g0", "publishingDepartmentIds": ["x0", "d1"]},
        {"departmentId": "g0", "appliedDepartmentIds": ["d0"]},
        {"id": "f0", "departmentId": "g0"},  # the services say that we apply it
        {"departmentId": "c9"},  # a commune that only the services name
        {},  # no department at all: it cannot be told
        {"departmentId": "x\ufffd"},  # nor here, where a character was lost
    ],
)
def test_an_unknown_code_of_a_procedure_of_ours_is_rejected_and_counted(ours: dict[str, Any]) -> None:
    portal = Portal()
    portal.services = [*portal.services, service(1, "H44.100", "f9") | {"departmentId": "c9"}]
    portal.formalities = [FORMALITIES[1], formality(3, **{"state": "SUSPENDED"} | ours)]
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "formalities")
    assert [row[0] for row in rows] == ["f1"]
    assert [(r.field, r.reason, r.code) for r in rejections] == [("state", "unknown_code", "SUSPENDED")]
    assert declared == 2


def test_another_provinces_service_of_an_unknown_level_does_not_count_and_ours_does() -> None:
    portal = Portal()
    portal.services = [service(0, "H01.02", "f2") | {"implementLevel": "HALF"}]
    portal.services += [service(n, f"H44.0{n}", "f0") | {"implementLevel": "HALF"} for n in (1, 2)]
    portal.services += [service(3, " h44.03", "f0")]  # ours, however it is written
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "department_services")
    assert [row[0] for row in rows] == ["h44.03"]
    assert [(r.field, r.code) for r in rejections] == [("implement_level", "HALF")] * 2


def test_another_provinces_department_of_an_unknown_level_does_not_count_and_ours_does() -> None:
    portal = Portal()
    portal.departments = [*DEPARTMENTS, {"id": "x1", "code": "H01.5", "name": "Đặc khu", "level": "ZONE"}]
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "departments")
    assert (len(rows), rejections, declared) == (4, [], 4)
    portal.departments = [*DEPARTMENTS, {"id": "d9", "code": "H44.5", "name": "Đặc khu", "level": "ZONE"}]
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "departments")
    assert ([r.code for r in rejections], declared) == (["ZONE"], 5)


def test_a_state_seen_in_a_real_reply_is_mapped() -> None:
    assert "ACTIVE" in read_known_codes(SEEDS / "portal_codes.csv", NATIONAL)["formality_state"]


def test_a_department_of_the_provinces_level_is_no_province() -> None:
    portal = Portal()
    portal.departments = [
        {"id": "o0", "code": "H62", "name": "Tỉnh cũ", "level": "PROVINCE"},
        {"id": "o1", "code": "H62.01", "name": "Sở Nội vụ", "level": "PROVINCE"},
    ]
    portal.services = [service(0, "H62.01", "f0"), service(1, "H01.01", "f0")]
    with reading_from(portal) as reader:
        assert [row[0] for row in read(reader, "department_services")[0]] == ["H62.01"]


EMPTY: list[Any] = [
    Answer(status=204),
    Answer(b""),
    Answer(None),
    {"code": "OK", "data": None},
    {"code": "OK", "data": ""},
    {"code": "OK", "data": {"rows": None, "items": None, "total": 0}},
    {"code": "OK", "data": {"Rows": "", "Items": {}, "total": "0"}},
]


@pytest.mark.parametrize("empty", EMPTY, ids=range(len(EMPTY)))
def test_an_empty_list_in_any_spelling_is_empty(empty: Any) -> None:
    portal = Portal()
    lists = ("list-with-location", "/reporting/formalities")
    with reading_from(lambda asked: empty if asked.path.endswith(lists) else portal(asked)) as reader:
        for name in ("departments", "formalities"):
            rows, rejections, declared = read(reader, name)
            assert (rows, rejections) == ([], [])
            assert declared in (0, None)


@pytest.mark.parametrize("data", [{}, {"total": 0}, {"rows": "lỗi"}, {"rows": {"message": "lỗi"}, "items": []}])
def test_data_without_its_list_is_an_error_and_no_empty_list(data: Any) -> None:
    with reading_from(lambda _: {"code": "OK", "data": data}) as reader, pytest.raises(PortalUnavailable) as caught:
        read(reader, "departments")
    assert caught.value.cause is Cause.ERROR_INSIDE


def test_a_procedure_without_a_description_is_rejected_by_its_id() -> None:
    portal = Portal()

    def script(asked: Asked) -> Any:
        is_lost = asked.path.endswith("get-formality-by-citizen") and asked.json["id"] == "f1"
        return {"code": "OK", "data": None} if is_lost else portal(asked)

    with reading_from(script) as reader:
        rows, rejections, declared = read(reader, "formality_details")
    assert ([row[0] for row in rows], declared) == (["f0"], 2)
    assert [(one.source_id, one.field, one.reason) for one in rejections] == [("f1", "details", "missing")]


def test_a_row_whose_code_lost_a_character_may_be_ours_and_is_rejected_by_name() -> None:
    portal = Portal()
    portal.services = [service(0, "H44.01", "f0"), service(1, "H4\ufffd.01", "f1"), service(2, "H44.01", "f\ufffd")]
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "department_services")
        assert [row[0] for row in rows] == ["H44.01"]
        assert [one.field for one in rejections] == ["department_code", "procedure_code"]
        read(reader, "formality_details")
    assert "f\ufffd" not in [asked.json.get("id") for asked in portal.asked]


def test_before_a_merger_the_only_province_listed_is_ours() -> None:
    portal = Portal()
    portal.departments = [{"id": "o0", "code": "H62", "name": "Tỉnh cũ", "level": "PROVINCE"}]
    portal.services = [service(0, "H62.01", "f0")]
    with reading_from(portal) as reader:
        assert len(read(reader, "department_services")[0]) == 1


def test_a_list_without_the_province_is_told() -> None:
    portal = Portal()
    portal.departments = [row | {"code": f"H9{i}", "level": "PROVINCE"} for i, row in enumerate(DEPARTMENTS)]
    with reading_from(portal) as reader, pytest.raises(PortalRefused) as caught:
        read(reader, "department_services")
    assert caught.value.cause is Cause.PROVINCE


@pytest.mark.parametrize(
    "reply", [[{"id": "1"}], "lỗi", {"code": "OK"}, {"code": "OK", "data": "lỗi"}, {"code": "X", "data": {}}, {}]
)
def test_the_envelopes_code_decides(reply: Any) -> None:
    assert judge_public(reply) is Verdict.FAILED
    assert judge_public({"code": "OK", "data": {}}) is Verdict.GOOD
