"""Agencies, procedures, services and decisions as the national portal shows them at an instant."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cache

from portal_simulator.faces.wire import VIETNAM, exchange_text, milliseconds
from portal_simulator.records import Agency, Announcement, Procedure, Province
from portal_simulator.views.dossiers import Row
from portal_simulator.views.simulation import is_valid

_CENTRAL_CODE = "G09"  # a ministry: publisher and announcer of what is not the province's own
_TARGETS = {"citizen": "CITIZEN", "business": "BUSINESS"}
_METHODS = {"1": "DIRECT", "2": "ONLINE", "3": "POSTAL"}  # by the exchange's KENH
_UPDATED_AT = milliseconds(datetime(2025, 1, 1, tzinfo=VIETNAM))


@cache
def national_id(text: str) -> str:
    """A UUID that depends on the text alone."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def department_id(agency_code: str) -> str:
    """The national portal's id of an agency."""
    return national_id(f"department/{agency_code}")


def wire_level(agency: Agency) -> str:
    """The level that the national portal shows: a province's departments have the province's own."""
    return "PROVINCE" if agency.level == "AGENCY" else agency.level


def formality_id(procedure: Procedure) -> str:
    """The national portal's id of a procedure."""
    return national_id(f"formality/{procedure.code}")


def department_rows(province: Province, now: datetime) -> list[Row]:
    """Agencies valid on the day, in the order of their codes."""
    parents = {a.code.split(".")[0] for a in province.agencies if "." in a.code}
    return [
        {
            "id": department_id(agency.code),
            "name": agency.name_vi,
            "code": agency.code,
            "level": wire_level(agency),
            "hasChild": agency.code in parents,
        }
        for agency in sorted(province.agencies, key=lambda a: a.code)
        if is_valid(agency, now)
    ]


def exchange_unit_code(agency_code: str) -> str:
    """`H44.01` as `000.00.01.H44`, `H44` as `000.00.00.H44`, `H44.100` as `000.00.100.H44`."""
    province, _, unit = agency_code.partition(".")
    return f"000.00.{unit or '00'}.{province}"


def exchange_unit_rows(province: Province, now: datetime) -> list[Row]:
    """LayDanhMucCoQuan."""
    tiers = {"PROVINCE": "1", "AGENCY": "1", "DISTRICT": "2", "COMMUNE": "3"}
    return [
        {
            "MADONVI": exchange_unit_code(agency.code),
            "TENDONVI": agency.name_vi,
            "CAPDONVI": tiers[agency.level],
        }
        for agency in sorted(province.agencies, key=lambda a: a.code)
        if is_valid(agency, now)
    ]


def formality_rows(province: Province, now: datetime) -> list[Row]:
    """The rows of `reporting/formalities`: what is not abolished."""
    return [_formality_row(procedure) for procedure in province.procedures if procedure.is_listed(now.date())]


def _formality_row(procedure: Procedure) -> Row:
    publishers = [department_id(code) for code in procedure.publishing_agency_codes]
    return {
        "id": formality_id(procedure),
        "code": procedure.code,
        "name": procedure.name_vi,
        "state": procedure.state,
        "departmentId": publishers[0] if publishers else department_id(_CENTRAL_CODE),
        "publishingDepartmentIds": publishers or [department_id(_CENTRAL_CODE)],
        "appliedDepartmentIds": [department_id(s.agency_code) for s in procedure.services],
    }


def formality_detail(procedure: Procedure, now: datetime) -> Row:
    """The full description of a procedure."""
    decision = visible_announcement(procedure, now)
    limit, unit = procedure.limit_on(now.date())
    return {
        "id": formality_id(procedure),
        "code": procedure.code,
        "codeNotation": procedure.code,
        "name": procedure.name_vi,
        "formalityType": "STANDARD",
        "isMinistry": False,
        "isProvince": True,
        "isWard": False,
        "decisionNo": decision.decision_number if decision else None,
        "updatedAt": _UPDATED_AT,
        "executionMethods": [
            {
                "submissionMethod": method,
                "processingTime": limit,
                "processingTimeUnit": unit,
                "fees": [{"name": "Lệ phí", "amount": procedure.fee, "currencyName": "VND"}] if procedure.fee else [],
            }
            for method in _METHODS.values()
        ],
        "executionCases": [{"name": "Hồ sơ", "profileComponents": _profile_components(procedure)}],
        "resultsDetails": [{"code": f"KQ.{procedure.code}", "name": "Kết quả giải quyết"}],
        "legalBasisesDetails": [
            {"id": national_id(f"basis/{procedure.code}/{day}"), "code": f"VB.{day:%Y%m%d}"}
            for day in visible_legal_bases(procedure, now)
        ],
    }


def service_rows(province: Province, now: datetime) -> list[Row]:
    """Agency × procedure with its online level; units outside the list of agencies included."""
    listed = {agency.code for agency in province.agencies}
    valid = {agency.code for agency in province.agencies if is_valid(agency, now)}
    levels = {agency.code: wire_level(agency) for agency in province.agencies}
    return [
        {
            "id": f"{service.agency_code}/{procedure.code}.01",
            "departmentId": department_id(service.agency_code),
            "departmentCode": service.agency_code,
            "departmentLevel": levels.get(service.agency_code),
            "formalityId": formality_id(procedure),
            "formalityCode": procedure.code,
            "formalityCaseId": national_id(f"case/{procedure.code}.01"),
            "formalityCaseCode": f"{procedure.code}.01",
            "implementLevel": service.level,
            "isEssential": False,
            "isTesting": False,
            "formalityTargetType": [_TARGETS[procedure.target]],
        }
        for procedure in province.procedures
        for service in procedure.services
        if procedure.is_listed(now.date())
        if is_valid(service, now) and (service.agency_code in valid or service.agency_code not in listed)
    ]


def exchange_procedure(procedure: Procedure, now: datetime) -> Row:
    """LayThuTuc: a procedure in the exchange's words; parts it lacks are empty."""
    lacks = procedure.missing_parts
    decision = visible_announcement(procedure, now)
    is_announced = decision is not None or not procedure.announcements
    announcer = procedure.announcing_agency_code or _CENTRAL_CODE
    limit, unit = procedure.limit_on(now.date())
    times = [{"THOIGIANGIAIQUYET": "" if limit is None else str(limit), "DONVITINH": unit, "PHILEPHI": []}]
    published_at = decision.published_at if decision else None
    is_published = published_at is not None and published_at <= now
    return {
        "ID": formality_id(procedure),
        "MATTHC": procedure.code,
        "TENTTHC": "" if "name" in lacks else procedure.name_vi,
        "LOAITTHC": "1",
        "TRANGTHAI": "0" if procedure.state == "INACTIVE" else "1",
        "MACOQUANCONGBO": announcer if is_announced else "",
        "IDQUYETDINHCONGBO": decision.decision_id if decision else "",
        "NGAYCONGKHAI": exchange_text(published_at if is_published else None),
        "LINHVUCTHUCHIEN": [{"MALINHVUC": procedure.field_code, "TENLINHVUC": ""}],
        "COQUANTHUCHIEN": []
        if "agencies" in lacks
        else [{"MADONVI": exchange_unit_code(s.agency_code)} for s in procedure.services]
        or [{"MADONVI": exchange_unit_code(announcer)}],
        "DOITUONGTHUCHIEN": []
        if "subjects" in lacks
        else [{"MADOITUONG": _TARGETS[procedure.target], "TENDOITUONG": ""}],
        "KETQUATHUCHIEN": [{"MAKETQUA": f"KQ.{procedure.code}", "TENKETQUA": "Kết quả"}],
        "CACHTHUCTHUCHIEN": []
        if "methods" in lacks
        else [{"KENH": c, "THOIGIAN": [] if "time_limit" in lacks else times} for c in _METHODS],
        "THANHPHANHOSO": [{"TRUONGHOP": "", "GIAYTO": _profile_components(procedure)}]
        if "components" not in lacks
        else [],
        "TRINHTUTHUCHIEN": [] if "steps" in lacks else [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Nộp hồ sơ"}]}],
        "CANCUPHAPLY": [
            {"SOVANBAN": f"VB.{day:%Y%m%d}", "NGAYHIEULUC": f"{day:%d/%m/%Y}"}
            for day in visible_legal_bases(procedure, now)
        ],
    }


def decision_row(decision: Announcement) -> Row:
    """LayQDCB."""
    return {
        "SOQUYETDINH": decision.decision_number,
        "NGAYQUYETDINH": f"{decision.decided_on:%d/%m/%Y}",
        "TRICHYEU": "Về việc công bố danh mục thủ tục hành chính",
    }


def visible_announcement(procedure: Procedure, now: datetime) -> Announcement | None:
    """The newest decision signed by the day of `now`."""
    signed = [a for a in procedure.announcements if a.decided_on <= now.date()]
    return max(signed, key=lambda a: a.decided_on, default=None)


def visible_legal_bases(procedure: Procedure, now: datetime) -> list[date]:
    """Legal bases in force, and those that the decisions signed so far announce.

    The n-th basis goes with the n-th decision; a basis without a decision is always shown.
    """
    signed = sum(a.decided_on <= now.date() for a in procedure.announcements)
    return [
        day
        for number, day in enumerate(procedure.legal_bases_effective_on)
        if day <= now.date() or number < signed or number >= len(procedure.announcements)
    ]


def agency_by_department_id(agencies: list[Agency]) -> dict[str, Agency]:
    """Agencies by the national portal's id."""
    return {department_id(agency.code): agency for agency in agencies}


def _profile_components(procedure: Procedure) -> list[Row]:
    if "components" in procedure.missing_parts:
        return []
    return [{"code": f"GT.{procedure.code}", "name": "Tờ khai", "originalQty": 1, "copyQty": 0}]
