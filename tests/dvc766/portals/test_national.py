"""The national portal read over HTTP: catalogue, exchange and the portal's own scores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest

from dvc766.portals.contract import Batch, Window
from dvc766.portals.errors import Cause, PortalRefused
from dvc766.portals.http import Verdict
from dvc766.portals.instants import LOCAL
from dvc766.portals.national import NationalReader
from dvc766.portals.national_fields import NATIONAL
from dvc766.portals.national_public import judge_public
from dvc766.portals.national_scores import closed_months
from dvc766.settings import Manners, PortalSettings
from tests.dvc766.portals.fake_host import Answer, Asked, serving

WINDOW = Window(None, datetime(2025, 9, 1, 0, 30, tzinfo=LOCAL))
CODES = {
    "department_level": frozenset({"PROVINCE", "AGENCY", "MINISTRY"}),
    "formality_state": frozenset({"PUBLISHED"}),
    "processing_time_unit": frozenset({"WORKING_DAY"}),
    "implement_level": frozenset({"FULL", "NONE"}),
}
DEPARTMENTS: list[dict[str, Any]] = [
    {"id": "d0", "code": "H44", "name": "UBND tỉnh", "level": "PROVINCE"},
    {"id": "d1", "code": "H44.01", "name": "Sở Nội vụ", "level": "AGENCY"},
    {"id": "x0", "code": "H01", "name": "Tỉnh khác", "level": "PROVINCE"},
    {"id": "g0", "code": "G09", "name": "Bộ", "level": "MINISTRY"},
]
FORMALITIES: list[dict[str, Any]] = [
    {"id": "f0", "code": "1.000010", "name": "Áp dụng", "state": "PUBLISHED", "departmentId": "g0"},
    {"id": "f1", "code": "1.000011", "name": "Công bố", "state": "PUBLISHED", "publishingDepartmentIds": ["d1"]},
    {"id": "f2", "code": "1.000012", "name": "Nơi khác", "state": "PUBLISHED", "departmentId": "x0"},
]


def service(number: int, department: str, formality: str) -> dict[str, Any]:
    return {
        "id": f"s{number}",
        "departmentId": "d1" if department == "H44.01" else "x0",
        "departmentCode": department,
        "formalityId": formality,
        "formalityCode": f"1.00001{formality[1:]}",
        "formalityCaseCode": f"1.00001{formality[1:]}.01",
        "implementLevel": "FULL",
        "formalityTargetType": ["CITIZEN"],
    }


class Portal:
    """Answers both interfaces of the national portal."""

    def __init__(self) -> None:
        self.departments = DEPARTMENTS
        self.services = [service(0, "H44.01", "f0")]
        self.procedures = {
            "1.000010": {"MATTHC": "1.000010", "TENTTHC": "Áp dụng", "IDQUYETDINHCONGBO": "q1", "TRANGTHAI": "1"},
            "1.000011": {"MATTHC": "1.000011", "TENTTHC": "Công bố", "IDQUYETDINHCONGBO": ""},
        }
        self.decisions = {"q1": {"SOQUYETDINH": "12/QĐ-UBND", "NGAYQUYETDINH": "15/07/2025", "TRICHYEU": "x"}}
        self.evaluations: dict[str, dict[str, Any]] = {}
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Any:
        self.asked.append(asked)
        if asked.path == "/exchange":
            return self._exchange(asked)
        data = self._public(asked.path.removeprefix("/api/v1"), asked.json)
        return data if isinstance(data, Answer) else Answer({"code": "OK", "message": "OK", "data": data}, 201)

    def _public(self, path: str, body: dict[str, Any]) -> Any:
        if path == "/configuring/citizen/department/list-with-location":
            return cursor(self.departments, body)
        if path == "/submitting/formality/list-department-url-by-citizen":
            return cursor(self.services, body)
        if path == "/reporting/formalities":
            size, number = body["pageSize"], body["currentPage"]
            pages = -(-len(FORMALITIES) // size)
            rows = FORMALITIES[(number - 1) * size : number * size]
            return {"items": rows, "pagination": {"total": len(FORMALITIES), "totalPages": pages}}
        if path == "/configuring/formality/get-formality-by-citizen":
            found = next(f for f in FORMALITIES if f["id"] == body["id"])
            return {**found, "updatedAt": 1751338800000, "executionMethods": []}
        name = path.removeprefix("/reporting/evaluation/")
        return self.evaluations.get(name, {}) if body.get("month", 8) == 8 else Answer({"code": "BAD"}, 400)

    def _exchange(self, asked: Asked) -> Any:
        body = asked.json
        if "service" not in body:
            return {"error_code": "0", "session": "s", "message": "Thành công"}
        results: dict[str, Any] = {
            "LayDanhMucCoQuan": lambda: [{"MADONVI": "000.00.01.H44", "TENDONVI": "Sở", "CAPDONVI": "1"}],
            "LayDanhSachTTHC": lambda: [{"MATTHC": f"{code}.000.00.00.H44"} for code in self.procedures],
            "LayThuTuc": lambda: [self.procedures[body["maTTHC"][:8]]] if self.procedures[body["maTTHC"][:8]] else [],
            "LayQDCB": lambda: [{"SOQUYETDINH": "old"}, self.decisions[body["idQDCB"]]] if self.decisions else [],
        }
        return {"error_code": "0", "message": "Thành công", "result": results[body["service"]]()}


def cursor(rows: list[dict[str, Any]], body: dict[str, Any]) -> dict[str, Any]:
    ids = [row["id"] for row in rows]
    start = ids.index(body["lastId"]) + 1 if body["lastId"] else 0
    page = rows[start : start + body["limit"]]
    return {"rows": page, "lastId": page[-1]["id"] if page else None, "total": len(rows)}


@contextmanager
def reading_from(script: Any) -> Iterator[NationalReader]:
    with serving(script) as fake:
        options = {"exchange_url": fake.url + "/exchange", "dstcode": "VN:DVCQG", "madonvi": "000.00.00.H44"}
        manners = Manners(tries=2, page_size=2, parallel=2)
        settings = PortalSettings("national_portal", "H44", fake.url + "/api/v1", "user", "word", options, manners)
        yield NationalReader(NATIONAL, settings, CODES, sleep=lambda _: None)


def read(reader: NationalReader, name: str) -> tuple[list[Any], list[Any], int | None]:
    reading = reader.read(NATIONAL.resource(name), WINDOW)
    batches: list[Batch] = list(reading)
    assert all(batch.fetched == len(batch.rows) + len(batch.rejections) for batch in batches)
    rows = [row for batch in batches for row in batch.rows]
    return rows, [r for batch in batches for r in batch.rejections], reading.declared


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


def test_units_and_procedures_come_from_the_exchange() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        assert read(reader, "exchange_units") == ([("000.00.01.H44", "Sở", "1")], [], 1)
        rows, rejections, declared = read(reader, "procedures")
    assert ([row[0] for row in rows], rejections, declared) == (["1.000010", "1.000011"], [], 2)
    assert portal.asked[-1].headers["dstcode"] == "VN:DVCQG"


def test_a_listed_procedure_without_a_description_is_rejected() -> None:
    portal = Portal()
    portal.procedures["1.000099"] = {}
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "procedures")
    assert (len(rows), declared) == (2, 3)
    assert [(r.source_id, r.field, r.reason) for r in rejections] == [("1.000099", "details", "missing")]


@pytest.mark.parametrize("after_procedures", [True, False])
def test_decisions_are_those_the_procedures_name(after_procedures: bool) -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        if after_procedures:
            read(reader, "procedures")
        before = len(portal.asked)
        rows, _, declared = read(reader, "decisions")
    assert (rows, declared) == ([("q1", "12/QĐ-UBND", "2025-07-15")], 1)
    assert (len(portal.asked) - before == 1) is after_procedures


def test_a_decision_that_is_not_found_is_rejected() -> None:
    portal = Portal()
    portal.decisions = {}
    with reading_from(portal) as reader:
        rows, rejections, _ = read(reader, "decisions")
    assert (rows, [(r.source_id, r.field) for r in rejections]) == ([], [("q1", "details")])


def unit(number: int, **more: Any) -> dict[str, Any]:
    return {"departmentId": f"d{number}", **more}


def test_scores_are_flattened_and_joined_to_their_units() -> None:
    portal = Portal()
    sync = {"code": "DOSSIER_SYNC", "numerator": None, "denominator": None, "score": 5.5, "maxScore": 6}
    sync["dataQualityStatus"] = "NO_NATIONAL_REPORT_DATA"
    portal.evaluations = {
        "service-results": {
            "overview": unit(0, departmentCode="H44", totalScore=59.91, totalMaxScore=100),
            "evaluation": [
                unit(
                    7,
                    departmentCode="H44.07",
                    totalScore=70,
                    totalMaxScore=100,
                    groupScores={"CLGQ": 8.5, "TDGQ": None},
                )
            ],
        },
        "transparency": {"evaluation": [unit(7, metrics=[sync])], "pagination": {"totalPages": 1}},
        "dvc-progress-tree": {
            "parent": unit(0, departmentCode="H44", totalOnTime="9", totalReceived=10, totalScore=18, totalMaxScore=20),
            "children": [unit(1, totalOnTime=3, totalReceived=4, score=15, maxScore=20)],
        },
        "provide-online-tree": {"parent": unit(0, partialCount=2, fullCount="3", authorityCount=6), "children": []},
        "formality-online-payment-tree": {"parent": unit(0, totalFeeFormality=4), "children": None},
    }
    with reading_from(portal) as reader:
        rows, rejections, declared = read(reader, "evaluations")
    found = {(row[0], row[1]): row[4:] for row in rows}
    assert {row[2:4] for row in rows} == {("month", "2025-08-01")}
    assert (rejections, declared) == ([], None)
    assert found["H44", "TOTAL"] == (None, None, "59.91", "100", None)
    assert found["H44.07", "GROUP_DVCTT"] == (None, None, "8.5", None, None)
    assert found["H44.07", "GROUP_TDGQ"][2] is None
    assert found["H44.07", "DOSSIER_SYNC"] == (None, None, "5.5", "6", "NO_NATIONAL_REPORT_DATA")
    assert found["H44", "DOSSIER_ON_TIME"] == ("9", "10", "18", "20", None)
    assert found["H44.01", "DOSSIER_ON_TIME"] == ("3", "4", "15", "20", None)
    assert found["H44", "FORMALITY_ONLINE"] == ("5", "6", None, None, None)
    assert found["H44", "FORMALITY_PAID"] == (None, "4", None, None, None)


def test_each_evaluation_is_asked_for_the_province_and_its_own_kind_of_period() -> None:
    portal = Portal()
    with reading_from(portal) as reader:
        assert read(reader, "evaluations")[0] == []
    bodies = {
        (asked.path.rsplit("/", 1)[1], str(asked.json.get("month") or asked.json.get("fromDate"))): asked.json
        for asked in portal.asked
        if "/evaluation/" in asked.path
    }
    assert len(bodies) == 21
    assert bodies["dvc-progress-tree", "8"]["rootDepartmentId"] == "d0"
    assert bodies["transparency", "6"]["timeType"] == "month"
    assert bodies["handling-satisfaction", "2025-06-01"]["toDate"] == "2025-06-30"


def test_the_last_three_closed_months() -> None:
    assert closed_months(datetime(2025, 2, 1, 0, 0, tzinfo=LOCAL)) == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
    ]
    assert closed_months(datetime(2025, 1, 31, 23, 59, tzinfo=LOCAL))[-1] == date(2024, 12, 1)


@pytest.mark.parametrize("reply", [None, [], {"code": "OK"}, {"code": "OK", "data": []}, {"code": "X", "data": {}}])
def test_the_envelopes_code_decides(reply: Any) -> None:
    assert judge_public(reply) is Verdict.FAILED
    assert judge_public({"code": "OK", "data": {}}) is Verdict.GOOD
