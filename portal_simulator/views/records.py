"""Payments, ratings and petitions as the provincial portal showed them at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal_simulator.faces.wire import gateway_text, local_text
from portal_simulator.records import Dossier, Payment, Petition, Rating
from portal_simulator.views.dossiers import Row, stable

_ONLINE = "truc-tuyen"


@dataclass(slots=True)
class PaymentRecord:
    """A payment with its dossier."""

    payment: Payment
    dossier: Dossier


@dataclass(slots=True)
class RatingRecord:
    """A rating with its dossier."""

    rating: Rating
    dossier: Dossier


def payment_events(record: PaymentRecord) -> list[datetime | None]:
    """A payment changes when it is asked for and when it is paid."""
    return [record.payment.requested_at, record.payment.paid_at]


def rating_events(record: RatingRecord) -> list[datetime | None]:
    """A rating never changes."""
    return [record.rating.at]


def petition_events(petition: Petition) -> list[datetime | None]:
    """A petition changes when it is answered, published, voted on and cancelled."""
    return [
        petition.received_at,
        petition.answered_at,
        petition.published_at,
        petition.votes_at,
        petition.cancelled_at,
    ]


def has_transaction(record: PaymentRecord) -> bool:
    """Only online payments pass a gateway."""
    return record.payment.method == _ONLINE


def reference(payment: Payment) -> str:
    """MaThamChieu: `dvc` and the request's code without punctuation."""
    return "dvc" + "".join(c for c in payment.code if c.isalnum())


def request_row(record: PaymentRecord, now: datetime, updated_at: datetime) -> Row:
    """A YeuCauThanhToan."""
    payment = record.payment
    is_over = payment.paid_at is not None and payment.paid_at <= now
    is_paid = is_over and not payment.failed
    return {
        "id": f"{stable(payment.code):08x}-0000-4000-8000-{stable(payment.code + '/r'):012x}",
        "maHoSo": record.dossier.code_at(payment.requested_at),
        "ma": payment.code,
        "nguoiNop": record.dossier.applicant.full_name,
        "soTien": payment.amount,
        "phi": 0,
        "lePhi": payment.amount,
        "trangThai": "Đã thanh toán" if is_paid else "Chờ thanh toán",
        "hinhThucThanhToan": payment.method,
        "hinhThucThu": "Thu trước",
        "ngayYeuCau": local_text(payment.requested_at),
        "ngayThuPhi": local_text(payment.paid_at if is_paid else None),
        "ngayHoanPhi": None,
        "ngayHuy": None,
        "maThamChieuGiaoDich": reference(payment) if has_transaction(record) else None,
        "lastModifiedOn": local_text(updated_at),
    }


def transaction_row(record: PaymentRecord, now: datetime, updated_at: datetime) -> Row:
    """A GiaoDichThanhToan."""
    payment = record.payment
    is_over = payment.paid_at is not None and payment.paid_at <= now
    is_paid = is_over and not payment.failed
    state = "thanh-cong" if is_paid else "that-bai" if payment.failed else "khoi-tao"
    return {
        "id": f"{stable(payment.code):08x}-0000-4000-8000-{stable(payment.code + '/t'):012x}",
        "hoSo": record.dossier.code_at(payment.requested_at),
        "yeuCauThanhToan": payment.code,
        "maThamChieu": reference(payment),
        "soTien": payment.amount,
        "trangThai": state,
        "maLoi": "00" if is_paid else "01" if payment.failed else "",
        "maNganHang": "VCB",
        "nguoiNop": record.dossier.applicant.full_name,
        "kenhThanhToan": payment.gateway,
        "thoiGianGD": local_text(payment.requested_at),
        "thoiGianGDThanhCong": local_text(payment.paid_at if is_paid else None),
        "lastModifiedOn": local_text(updated_at),
    }


def rating_row(record: RatingRecord, now: datetime, updated_at: datetime) -> Row:
    """A DanhGiaHaiLong; its comment is free text."""
    rating, applicant = record.rating, record.dossier.applicant
    return {
        "id": rating.rating_id,
        "maHoSo": record.dossier.code_at(rating.at),
        "loaiDanhGia": "ho-so",
        "nguoiDanhGia": applicant.full_name,
        "hoTen": applicant.full_name,
        "soDienThoai": applicant.phone,
        "noiDungDanhGia": rating.comment or f"Ý kiến của {applicant.full_name}",
        "thoiGianDanhGia": local_text(rating.at),
        "danhGia": rating.verdict,
        "lastModifiedOn": local_text(updated_at),
    }


def petition_status(petition: Petition, now: datetime) -> int:
    """1 received, 2 processing, 3 answered, 4 published, 5 cancelled."""
    if petition.cancelled_at is not None and petition.cancelled_at <= now:
        return 5
    if petition.published_at is not None and petition.published_at <= now:
        return 4
    if petition.answered_at is not None and petition.answered_at <= now:
        return 3
    return 1 + stable(petition.petition_id) % 2


def petition_row(petition: Petition, now: datetime, updated_at: datetime, agency: dict[str, Any] | None) -> Row:
    """A petition of the gateway; title and description are free text."""
    reporter = petition.reporter
    answered_at = petition.answered_at
    has_votes = petition.votes_at is not None and petition.votes_at <= now
    published_at = petition.published_at
    return {
        "id": petition.petition_id,
        "title": petition.title,
        "description": f"{reporter.full_name}, {reporter.phone}: {petition.title}",
        "status": petition_status(petition, now),
        "tag": {"id": f"{stable(petition.class_code):024x}", "integratedCode": petition.class_code},
        "takePlaceAt": {"fullAddress": reporter.address, "place": []},
        "receiptDate": gateway_text(petition.received_at),
        "createdDate": gateway_text(petition.received_at),
        "dueDate": gateway_text(petition.due_at),
        "updatedDate": gateway_text(updated_at),
        "answeredDate": gateway_text(
            answered_at if answered_at and answered_at <= now and not petition.hides_answer_date else None
        ),
        "publishedDate": gateway_text(published_at if published_at and published_at <= now else None),
        "agency": agency,
        "isAnonymous": False,
        "isPublic": published_at is not None and published_at <= now,
        "reporter": {
            "type": 1,
            "fullname": reporter.full_name,
            "phone": reporter.phone,
            "identityId": reporter.identity_number,
            "address": reporter.address,
        },
        "likes": petition.likes if has_votes else 0,
        "dislikes": petition.dislikes if has_votes else 0,
        "repeatOf": petition.repeat_of,
        "dossierCode": petition.dossier_code,
    }
