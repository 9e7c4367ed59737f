"""Both interfaces of the national portal, scripted, and a reader of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from dvc766.portals.contract import Batch, Window
from dvc766.portals.instants import LOCAL
from dvc766.portals.national import NationalReader
from dvc766.portals.national_fields import NATIONAL
from dvc766.settings import Manners, PortalSettings
from tests.dvc766.portals.fake_host import Answer, Asked, serving

WINDOW = Window(None, datetime(2025, 9, 1, 0, 30, tzinfo=LOCAL))
CODES = {
    "department_level": frozenset({"COMMUNE", "PROVINCE", "AGENCY", "MINISTRY"}),
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
        self.formalities = FORMALITIES
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
            pages = -(-len(self.formalities) // size)
            rows = self.formalities[(number - 1) * size : number * size]
            return {"items": rows, "pagination": {"total": len(self.formalities), "totalPages": pages}}
        if path == "/configuring/formality/get-formality-by-citizen":
            found = next(f for f in self.formalities if f["id"] == body["id"])
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
