"""The provincial portal's records: allow-listed fields as data.

Shapes: VNPT iGate 2 pages (dossiers, agencies, petitions), the national exchange's field names for a
dossier's children, and the local records of the Tân Dân code base (payments, ratings). A field with
`assumed=True` is shown by no public source and has to be confirmed with the portal's owner.
"""

from __future__ import annotations

from datetime import timedelta

from dvc766.portals.contract import Field, Kind, Portal, Resource

_LISTED = (
    Field("source_id", "id", Kind.ID, required=True),
    Field("dossier_code", "code", Kind.ID, required=True),
    Field("updated_at", "updatedDate", Kind.INSTANT, required=True),
    Field("status_id", "dossierStatus.id", Kind.CODE, required=True, code_set="dossier_status"),
    Field("agency_code", "agency.code", Kind.CODE, required=True),
    Field("receiving_agency_code", "receivingAgency.code", Kind.CODE, assumed=True),
    Field("procedure_code", "procedure.code", Kind.PROCEDURE_CODE, required=True),
    Field("field_code", "procedure.sector.code", Kind.CODE),
    Field("channel_id", "applyMethod.id", Kind.CODE, code_set="channel"),
    Field("submitted_at", "appliedDate", Kind.INSTANT, required=True),
    Field("received_at", "acceptedDate", Kind.INSTANT),
    # received by another place: when the competent agency had it (Decree 309/2026 Art. 8.3)
    Field("competent_received_at", "competentAcceptedDate", Kind.INSTANT, assumed=True),
    Field("due_at", "appointmentDate", Kind.INSTANT),
    Field("completed_at", "completedDate", Kind.INSTANT),
)
# from the details call, under the national exchange's names
_DETAILED = (
    Field("delivered_at", "NgayTra", Kind.INSTANT),
    Field("refused_at", "NgayTuChoi", Kind.INSTANT),
    Field("has_digitised_component", "HoSoCoThanhPhanSoHoa", Kind.FLAG),
    Field("is_vneid_verified", "TaiKhoanDuocXacThucVoiVNeID", Kind.FLAG),
    Field("paid_online_flag", "DuocThanhToanTrucTuyen", Kind.CODE, code_set="paid_online_flag"),
    Field("database_codes", "DSKetNoiCSDL.MaCSDL", Kind.CODES),
    Field(
        "supplements",
        "DanhSachHoSoBoSung",
        Kind.CHILDREN,
        children=(
            Field("asked_at", "NgayBoSung", Kind.INSTANT, required=True),
            Field("answered_at", "NgayTiepNhanBoSung", Kind.INSTANT),
            Field("due_before", "NgayHenTraTruoc", Kind.INSTANT),
            Field("due_after", "NgayHenTraMoi", Kind.INSTANT),
        ),
    ),
    Field(
        "redatings",  # letters of apology; LyDo is free text and stays behind
        "DanhSachGiaHan",
        Kind.CHILDREN,
        assumed=True,
        children=(
            Field("redated_at", "NgayGiaHan", Kind.INSTANT, required=True),
            Field("due_before", "NgayHenTraTruoc", Kind.INSTANT),
            Field("due_after", "NgayHenTraMoi", Kind.INSTANT),
        ),
    ),
    Field(
        "components",
        "TaiLieuNop",
        Kind.CHILDREN,
        children=(
            Field("is_removed", "IsDeleted", Kind.FLAG),
            Field("is_digitised", "DuocSoHoa", Kind.FLAG),
            Field("is_reused", "DuocTaiSuDung", Kind.FLAG),
            Field("from_store", "DuocLayTuKhoDMQG", Kind.FLAG),
        ),
    ),
    Field(
        "results",
        "DanhSachGiayToKetQua",
        Kind.CHILDREN,
        children=(
            Field("has_code", "MaGiayToKetQua", Kind.PRESENT),
            Field("has_file", "DuongDanTepTinKetQua", Kind.PRESENT),
            Field("in_store", "MaGiayToKhoQuocGia", Kind.PRESENT, assumed=True),
        ),
    ),
)
_OF_FEES = (
    Field(
        "fee_lines",
        "fees",
        Kind.CHILDREN,
        children=(
            Field("amount", "amount", Kind.AMOUNT),
            Field("quantity", "quantity", Kind.INTEGER),
            Field("paid", "paid", Kind.AMOUNT),
            Field("required", "required", Kind.FLAG),
        ),
    ),
)

DOSSIER_PARTS = (_LISTED, _DETAILED, _OF_FEES)
"""What each of the calls gives of a dossier, and no other: the window was cut by what the list says."""

DOSSIERS = Resource(
    name="dossiers",
    name_vi="hồ sơ",
    key=("source_id",),
    changed_at="updated_at",
    overlap=timedelta(days=3),
    fields=(*_LISTED, *_DETAILED, *_OF_FEES),
)

AGENCIES = Resource(
    name="agencies",
    name_vi="cơ quan, đơn vị của tỉnh",
    key=("agency_id",),
    fields=(
        Field("agency_id", "id", Kind.ID, required=True),
        Field("agency_code", "code", Kind.CODE, required=True),
        Field("name_vi", "name", Kind.TEXT),
    ),
)

PETITIONS = Resource(
    name="petitions",
    name_vi="phản ánh, kiến nghị",
    key=("petition_id",),
    changed_at="updated_at",
    overlap=timedelta(days=30),  # answers and votes arrive late
    fields=(
        Field("petition_id", "id", Kind.ID, required=True),
        Field("updated_at", "updatedDate", Kind.INSTANT, required=True, assumed=True),
        Field("status_id", "status", Kind.CODE, required=True, code_set="petition_status"),
        Field("agency_id", "agency.id", Kind.ID),
        Field("class_code", "tag.integratedCode", Kind.CODE),
        Field("received_at", "receiptDate", Kind.INSTANT, required=True),
        Field("due_at", "dueDate", Kind.INSTANT),
        Field("answered_at", "answeredDate", Kind.INSTANT, assumed=True),
        Field("published_at", "publishedDate", Kind.INSTANT, assumed=True),
        Field("likes", "likes", Kind.INTEGER, assumed=True),
        Field("dislikes", "dislikes", Kind.INTEGER, assumed=True),
        Field("repeat_of", "repeatOf", Kind.ID, assumed=True),
        Field("dossier_code", "dossierCode", Kind.ID, assumed=True),
    ),
)

PAYMENT_REQUESTS = Resource(
    name="payment_requests",
    name_vi="yêu cầu thanh toán",
    key=("request_code",),
    changed_at="updated_at",
    overlap=timedelta(days=3),
    fields=(
        Field("request_code", "ma", Kind.ID, required=True),
        Field("updated_at", "lastModifiedOn", Kind.INSTANT, required=True, assumed=True),
        Field("dossier_code", "maHoSo", Kind.ID, required=True),
        Field("amount", "soTien", Kind.AMOUNT),
        Field("state", "trangThai", Kind.CODE, required=True, code_set="payment_request_state"),
        Field("method", "hinhThucThanhToan", Kind.CODE, code_set="payment_method"),
        Field("requested_at", "ngayYeuCau", Kind.INSTANT),
        Field("collected_at", "ngayThuPhi", Kind.INSTANT),
    ),
)

PAYMENT_TRANSACTIONS = Resource(
    name="payment_transactions",
    name_vi="giao dịch thanh toán",
    key=("reference",),
    changed_at="updated_at",
    overlap=timedelta(days=3),
    fields=(
        Field("reference", "maThamChieu", Kind.ID, required=True),
        Field("updated_at", "lastModifiedOn", Kind.INSTANT, required=True, assumed=True),
        Field("dossier_code", "hoSo", Kind.ID, required=True),
        Field("request_code", "yeuCauThanhToan", Kind.ID),
        Field("amount", "soTien", Kind.AMOUNT),
        Field("state", "trangThai", Kind.CODE, required=True, code_set="payment_state"),
        Field("gateway", "kenhThanhToan", Kind.CODE, assumed=True),  # evidence: no figure is made of it
        Field("started_at", "thoiGianGD", Kind.INSTANT),
        Field("succeeded_at", "thoiGianGDThanhCong", Kind.INSTANT),
    ),
)

RATINGS = Resource(
    name="ratings",
    name_vi="đánh giá mức độ hài lòng",
    key=("rating_id",),
    changed_at="updated_at",
    overlap=timedelta(days=7),
    fields=(
        Field("rating_id", "id", Kind.ID, required=True),
        Field("updated_at", "lastModifiedOn", Kind.INSTANT, required=True, assumed=True),
        Field("dossier_code", "maHoSo", Kind.ID, required=True),
        Field("verdict", "danhGia", Kind.CODE, required=True, code_set="rating_verdict"),
        Field("rated_at", "thoiGianDanhGia", Kind.INSTANT, required=True),
    ),
)

PROVINCIAL = Portal(
    code="provincial_portal",
    name_vi="Cổng Dịch vụ công của tỉnh",
    hosts={
        "gateway": (AGENCIES, DOSSIERS, PETITIONS),
        "local": (PAYMENT_REQUESTS, PAYMENT_TRANSACTIONS, RATINGS),
    },
)
