"""A dossier as the provincial portal showed it at an instant.

Two faces of one record: the gateway's list row (numbers and codes of the provincial product) and its
children under the field names of the national exchange. Personal fields are carried as the real
systems carry them, so that a reader can be shown to drop them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from portal_simulator.faces.wire import exchange_text, gateway_text
from portal_simulator.records import Agency, Dossier, Payment, Procedure, State, Step

Row = dict[str, Any]

STATUS_NAMES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
    11: "Công dân yêu cầu rút hồ sơ",
    16: "Chờ thực hiện nghĩa vụ tài chính",
    17: "Đang xử lý liên thông",
    23: "Chờ ký số",
}
"""The province's own status numbers; they are not the national ones."""

_PROVINCIAL_STATUS = {State.FINANCIAL_DUTY: 16, State.WITHDRAWN: 11}
_UNDOES_AN_ENDING = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT, State.FINANCIAL_DUTY)
_CHANNEL_NAMES = {1: "Trực tiếp", 2: "Trực tuyến", 3: "Bưu chính công ích"}
_LANGUAGE_VI = 228


def stable(text: str) -> int:
    """A number that depends on the text alone, the same in every process."""
    return zlib.crc32(text.encode())


def dossier_events(dossier: Dossier) -> Iterator[datetime | None]:
    """Every time at which the portal's picture of the dossier changes."""
    yield dossier.submitted_at
    yield _told_received_at(dossier)
    yield dossier.competent_received_at
    for step in dossier.steps:
        yield step.at
    for supplement in dossier.supplements:
        yield supplement.asked_at
        yield supplement.answered_at
    for redating in dossier.redatings:
        yield redating.at
    for result in dossier.results:
        yield result.at
    for payment in dossier.payments:
        yield payment.paid_at
    for change in (dossier.recoded, dossier.moved):
        if change is not None:
            yield change[0]


def _told_received_at(dossier: Dossier) -> datetime | None:
    """When the portal begins to show the receipt: a date typed ahead is shown at once."""
    told = [step.at for step in dossier.steps if step.state is State.ACCEPTED]
    return min(told, default=dossier.received_at) if dossier.received_at else None


def visible_steps(dossier: Dossier, now: datetime) -> list[Step]:
    """Steps taken by `now`, oldest first."""
    return sorted((s for s in dossier.steps if s.at <= now), key=attrgetter("at"))


def status_id(dossier: Dossier, state: State) -> int:
    """The provincial number of a national state; some processing is interlinked (17)."""
    if state is State.PROCESSING and stable(dossier.dossier_id) % 4 == 0:
        return 17
    return _PROVINCIAL_STATUS.get(state, int(state))


def last_standing(steps: list[Step], state: State) -> datetime | None:
    """The date of the last entry into `state`, unless a later step took it back."""
    at: datetime | None = None
    for step in steps:
        if step.state is state:
            at = step.dated or step.at
        elif at is not None and step.state in _UNDOES_AN_ENDING:
            at = None
    return at


def appointments(dossier: Dossier, now: datetime) -> list[tuple[datetime, object, datetime | None]]:
    """Changes of the appointment by `now` as (when, what changed it, new date), oldest first."""
    if not dossier.supplements and not dossier.redatings:
        return []
    changes: list[tuple[datetime, object, datetime | None]] = [
        (s.answered_at, s, s.due_after)
        for s in dossier.supplements
        if s.answered_at is not None and s.answered_at <= now and s.due_after is not None
    ]
    changes += [(r.at, r, r.due_after) for r in dossier.redatings if r.at <= now]
    return sorted(changes, key=lambda change: change[0])


def appointment_before(dossier: Dossier, now: datetime, at: datetime) -> datetime | None:
    """The appointment that stood just before `at`."""
    due = dossier.due_at
    for when, _, new in appointments(dossier, now):
        if when >= at:
            break
        due = new
    return due


def current_appointment(dossier: Dossier, now: datetime) -> datetime | None:
    """The appointment shown at `now`: none before the receipt."""
    told_at = _told_received_at(dossier)
    if told_at is None or told_at > now:
        return None
    changes = appointments(dossier, now)
    return changes[-1][2] if changes else dossier.due_at


def paid_payments(dossier: Dossier, now: datetime) -> list[Payment]:
    """Payments that had succeeded by `now`, whatever the method."""
    return [p for p in dossier.payments if p.paid_at is not None and p.paid_at <= now and not p.failed]


def paid_flag(dossier: Dossier, now: datetime) -> str:
    """The paid-online flag: as recorded once paid, before that "3" where a duty exists."""
    if dossier.paid_flag not in ("1", "2") or not dossier.payments or paid_payments(dossier, now):
        return dossier.paid_flag
    return "3" if dossier.fee_lines else "0"


def list_row(
    dossier: Dossier,
    now: datetime,
    updated_at: datetime,
    procedure: Procedure | None,
    agency: Agency | None,
    province_code: str,
) -> Row:
    """The row of the gateway's dossier list."""
    steps = visible_steps(dossier, now)
    number = status_id(dossier, steps[-1].state if steps else State.REGISTERED)
    is_odd = stable(dossier.dossier_id) & 1
    told_at = _told_received_at(dossier)
    competent_at = dossier.competent_received_at
    limit, unit = procedure.limit_on(now.date()) if procedure else (None, None)
    applicant = dossier.applicant
    row: Row = {
        "id": dossier.dossier_id,
        "code": dossier.code_at(now),
        "dossierStatus": _status_part(number, is_odd),
        "procedure": _procedure_part(
            dossier.procedure_code,
            procedure.name_vi if procedure else None,
            procedure.field_code if procedure else None,
            province_code,
            is_odd,
        ),
        "agency": {"code": dossier.agency_code_at(now), "name": agency.name_vi if agency else None},
        "receivingAgency": ({"code": dossier.receiving_agency_code} if dossier.receiving_agency_code else None),
        "applicant": {
            "userId": dossier.dossier_id,
            "data": {
                "fullname": applicant.full_name,
                "identityNumber": applicant.identity_number,
                "phoneNumber": applicant.phone,
                "email": applicant.email,
                "address": applicant.address,
            },
        },
        "appliedDate": gateway_text(dossier.submitted_at),
        "acceptedDate": gateway_text(dossier.received_at if told_at and told_at <= now else None),
        "competentAcceptedDate": gateway_text(competent_at if competent_at and competent_at <= now else None),
        "appointmentDate": gateway_text(current_appointment(dossier, now)),
        "completedDate": gateway_text(last_standing(steps, State.RESULT_READY)),
        "updatedDate": gateway_text(updated_at),
        "processingTime": limit,
        "processingTimeUnit": unit,
        "currentTask": {} if is_odd else [],
    }
    if dossier.channel is not None:
        row["applyMethod"] = {"id": dossier.channel, "name": _CHANNEL_NAMES[dossier.channel]}
    return row


def detail_row(dossier: Dossier, now: datetime) -> Row:
    """The dossier's children and flags under the national exchange's names."""
    steps = visible_steps(dossier, now)
    applicant = dossier.applicant
    return {
        "id": dossier.dossier_id,
        "MaHoSo": dossier.code_at(now),
        "ChuHoSo": applicant.full_name,
        "SoGiayToChuHoSo": applicant.identity_number,
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": applicant.identity_number}],
        "Email": applicant.email,
        "SoDienThoai": applicant.phone,
        "TrichYeuHoSo": f"Hồ sơ của {applicant.full_name}, {applicant.address}",
        "GhiChu": dossier.note,
        "NgayTra": exchange_text(last_standing(steps, State.DELIVERED)),
        "NgayTuChoi": exchange_text(last_standing(steps, State.NOT_ACCEPTED)),
        "HoSoCoThanhPhanSoHoa": "1" if dossier.has_reuse_flag else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if dossier.is_vneid_verified else "0",
        "DuocThanhToanTrucTuyen": paid_flag(dossier, now),
        "DSKetNoiCSDL": [{"MaCSDL": "1"}] if dossier.uses_population_database else [],
        "DanhSachHoSoBoSung": _supplement_rows(dossier, now),
        "DanhSachGiaHan": _redating_rows(dossier, now),
        "TaiLieuNop": _component_rows(dossier),
        "DanhSachGiayToKetQua": _result_rows(dossier, now),
    }


def fee_rows(dossier: Dossier, now: datetime) -> list[Row]:
    """The dossier's fee lines, in the gateway's shape."""
    is_paid = bool(paid_payments(dossier, now))
    return [
        {
            "id": f"{stable(f'{dossier.dossier_id}/{number}'):024x}",
            "procost": {
                "id": f"{stable(f'{dossier.procedure_code}/{number}'):024x}",
                "type": {"type": 1, "name": [{"languageId": _LANGUAGE_VI, "name": "Lệ phí"}]},
                "description": [{"languageId": _LANGUAGE_VI, "name": "Lệ phí giải quyết hồ sơ"}],
            },
            "amount": line.amount,
            "quantity": line.quantity,
            "paid": line.amount * line.quantity if is_paid else 0,
            "required": int(line.is_required),
            "dossier": {"id": dossier.dossier_id},
        }
        for number, line in enumerate(dossier.fee_lines)
    ]


@cache
def _status_part(number: int, is_odd: int) -> Row:
    """The product gives a name for some rows and a list of names for others."""
    name = STATUS_NAMES[number]
    return {"id": number, "name": [{"languageId": _LANGUAGE_VI, "name": name}] if is_odd else name}


@cache
def _procedure_part(code: str, name: str | None, field_code: str | None, province_code: str, is_odd: int) -> Row:
    """The procedure inside a row; its translations are a list in some rows and an object in others."""
    entry = {"languageId": _LANGUAGE_VI, "name": name}
    return {
        "id": f"{stable(code):024x}",
        "code": f"{code}.000.00.00.{province_code}",
        "translate": {"0": entry} if is_odd else [entry],
        "sector": {"code": field_code},
    }


def _supplement_rows(dossier: Dossier, now: datetime) -> list[Row]:
    rows = []
    for number, supplement in enumerate(dossier.supplements):
        if supplement.asked_at > now:
            continue
        answered_at = supplement.answered_at
        is_answered = answered_at is not None and answered_at <= now
        rows.append(
            {
                "HoSoBoSungId": f"{dossier.dossier_id}-{number}",
                "NguoiYeuCauBoSung": "Cán bộ một cửa",
                "NoiDungBoSung": f"Đề nghị {dossier.applicant.full_name} bổ sung giấy tờ",
                "NgayBoSung": exchange_text(supplement.asked_at),
                "NgayTiepNhanBoSung": exchange_text(answered_at if is_answered else None),
                "TrangThaiBoSung": "1" if is_answered else "0",
                "NgayHenTraTruoc": exchange_text(appointment_before(dossier, now, supplement.asked_at)),
                "NgayHenTraMoi": exchange_text(supplement.due_after if is_answered else None),
            }
        )
    return rows


def _redating_rows(dossier: Dossier, now: datetime) -> list[Row]:
    return [
        {
            "NgayGiaHan": exchange_text(redating.at),
            "NgayHenTraTruoc": exchange_text(appointment_before(dossier, now, redating.at)),
            "NgayHenTraMoi": exchange_text(redating.due_after),
            "LyDo": f"Xin lỗi {dossier.applicant.full_name} vì trả kết quả chậm",
        }
        for redating in dossier.redatings
        if redating.at <= now
    ]


def _component_rows(dossier: Dossier) -> list[Row]:
    return [
        {
            "TepDinhKemId": f"{dossier.dossier_id}-{number}",
            "TenTepDinhKem": f"giay-to-{number}-{dossier.applicant.identity_number}.pdf",
            "IsDeleted": "False",
            "DuocSoHoa": "1" if component.is_digitised else "0",
            "DuocTaiSuDung": "1" if component.is_reused else "0",
            "DuocLayTuKhoDMQG": "1" if component.from_store else "0",
        }
        for number, component in enumerate(dossier.components)
    ]


def _result_rows(dossier: Dossier, now: datetime) -> list[Row]:
    return [
        {
            "TenGiayTo": f"Kết quả của {dossier.applicant.full_name}",
            "MaGiayToKetQua": f"KQ.{dossier.procedure_code}",
            "DuongDanTepTinKetQua": (
                f"https://portal.example.vn/ket-qua/{dossier.dossier_id}-{number}.pdf" if result.has_file else ""
            ),
            "MaGiayToKhoQuocGia": f"KHO.{dossier.dossier_id}-{number}" if result.in_store else "",
        }
        for number, result in enumerate(dossier.results)
        if result.at <= now
    ]
