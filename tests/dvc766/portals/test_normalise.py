"""Records become rows of canonical text; a bad one is rejected with field and reason, never a crash."""

from __future__ import annotations

import json
import unicodedata
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dvc766.portals.contract import Doubt, Field, Kind, Rejection, Resource, Row
from dvc766.portals.errors import RecordRejected
from dvc766.portals.normalise import RecordReader
from dvc766.portals.provincial_fields import DOSSIERS, PAYMENT_TRANSACTIONS

KNOWN = {
    "dossier_status": frozenset({"1", "4", "9"}),
    "channel": frozenset({"1", "2", "3"}),
    "paid_online_flag": frozenset({"0", "1", "2", "3"}),
    "unit": frozenset({"DAY"}),
    "verdict": frozenset({"HÀI LÒNG"}),
    "payment_state": frozenset({"thanh-cong"}),
}


def dossier(**changes: Any) -> dict[str, Any]:
    """A dossier as the two calls and the fees give it, personal fields included."""
    record: dict[str, Any] = {
        "id": "65f0c0ffee",
        "code": "H44.01-250701-0007",
        "dossierStatus": {"id": 4, "name": "Đang xử lý"},
        "applyMethod": {"id": 2, "name": "Trực tuyến"},
        "procedure": {"code": "1.000123.000.00.00.H44", "sector": {"code": "LV01"}},
        "agency": {"code": "H44.01", "name": "Sở Nội vụ"},
        "applicant": {"data": {"fullname": "Nguyễn Văn Kín", "identityNumber": "001099000001"}},
        "appliedDate": "2025-07-01T08:00:00.000+0700",
        "acceptedDate": "2025-07-01T09:00:00.000+0700",
        "appointmentDate": None,
        "updatedDate": "2025-07-02T09:00:00.000+0700",
        "ChuHoSo": "Nguyễn Văn Kín",
        "GhiChu": "gọi 0912345678",
        "NgayTra": "",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "3",
        "DSKetNoiCSDL": [{"MaCSDL": "2"}, {"MaCSDL": "1"}, {"MaCSDL": "2"}],
        "DanhSachHoSoBoSung": [{"NgayBoSung": "20250703100000", "NoiDungBoSung": "Đề nghị Nguyễn Văn Kín"}],
        "TaiLieuNop": [{"IsDeleted": "False", "DuocSoHoa": "1", "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": ""}],
        "DanhSachGiayToKetQua": [{"MaGiayToKetQua": "KQ.1", "DuongDanTepTinKetQua": "", "TenGiayTo": "Kín"}],
        "fees": [{"amount": "30000,00", "quantity": 1, "paid": 0, "required": 1}],
    }
    return record | changes


def read(record: Any, resource: Resource = DOSSIERS) -> Row:
    return RecordReader(resource, KNOWN).read(record)


def columns(record: Any) -> dict[str, str | None]:
    return dict(zip((field.column for field in DOSSIERS.fields), read(record), strict=True))


def rejected(record: Any, resource: Resource = DOSSIERS) -> Rejection:
    with pytest.raises(RecordRejected) as caught:
        read(record, resource)
    return caught.value.rejection


@pytest.mark.parametrize("gateway", ["cong-quoc-gia", "ví điện tử", "3", None])
def test_a_payment_counts_through_whichever_gateway(gateway: str | None) -> None:
    """Nothing is decided by the gateway, so one that nobody has mapped costs no payment."""
    record: dict[str, Any] = {
        "maThamChieu": "dvc1",
        "hoSo": "H44.01-260801-0001",
        "trangThai": "thanh-cong",
        "kenhThanhToan": gateway,
    }
    record |= {"yeuCauThanhToan": "q1", "soTien": 20000, "lastModifiedOn": "2026-08-01T08:00:00"}
    fields = [field.column for field in PAYMENT_TRANSACTIONS.fields]
    assert dict(zip(fields, read(record, PAYMENT_TRANSACTIONS), strict=True))["gateway"] == gateway


def test_a_dossier_is_read_into_canonical_columns() -> None:
    row = columns(dossier())
    assert row["source_id"] == "65f0c0ffee"
    assert row["status_id"] == "4"
    assert row["procedure_code"] == "1.000123"
    assert row["field_code"] == "LV01"
    assert row["submitted_at"] == "2025-07-01T08:00:00+07:00"
    assert row["due_at"] is None
    assert row["has_digitised_component"] == "t"
    assert row["database_codes"] == '["1","2"]'
    assert row["supplements"] == (
        '[{"answered_at":null,"asked_at":"2025-07-03T10:00:00+07:00","due_after":null,"due_before":null}]'
    )
    assert row["redatings"] == "[]"
    assert row["components"] == '[{"from_store":null,"is_digitised":true,"is_removed":false,"is_reused":false}]'
    assert row["results"] == '[{"has_code":true,"has_file":false,"in_store":false}]'
    assert row["fee_lines"] == '[{"amount":30000,"paid":0,"quantity":1,"required":true}]'


def test_no_personal_field_is_read() -> None:
    text = json.dumps(read(dossier()), ensure_ascii=False)
    for secret in ("Nguyễn", "Kín", "001099000001", "0912345678"):
        assert secret not in text


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_an_empty_value_is_the_same_in_every_form(nothing: Any) -> None:
    usual = dossier(DanhSachHoSoBoSung=[], DSKetNoiCSDL=[], completedDate=None, receivingAgency=None, fees=[])
    names = ("DanhSachHoSoBoSung", "DSKetNoiCSDL", "receivingAgency", "fees")
    same = usual | dict.fromkeys(names, nothing)
    if nothing in (None, ""):
        same |= {"completedDate": nothing, "appointmentDate": nothing, "NgayTra": nothing}
    absent = {key: value for key, value in usual.items() if key not in (*names, "completedDate", "appointmentDate")}
    assert read(same) == read(usual) == read(absent)


def test_zero_is_not_nothing() -> None:
    assert columns(dossier(HoSoCoThanhPhanSoHoa="0"))["has_digitised_component"] == "f"
    assert columns(dossier(HoSoCoThanhPhanSoHoa=""))["has_digitised_component"] is None


def test_other_spellings_give_the_same_row() -> None:
    fee = {"Amount": 30000.0, "QUANTITY": "1", "paid": "0", "required": "True"}
    other = dossier(
        dossierStatus=[{"ID": "4"}],
        applyMethod={"0": {"id": "2"}},
        agency=[{"code": "H44.01"}],
        appliedDate="01/07/2025 08:00:00",
        acceptedDate=1751335200000,
        updatedDate="2025-07-02 09:00:00",
        HoSoCoThanhPhanSoHoa=True,
        DuocThanhToanTrucTuyen=3,
        DSKetNoiCSDL=["1", "2"],
        fees={"0": fee},
    )
    other["ID"] = other.pop("id")
    other["Procedure"] = {"CODE": "1.000123", "sector": [{"code": "LV01"}]}
    del other["procedure"]
    assert read(other) == read(dossier())


@pytest.mark.parametrize(
    ("record", "source_id"),
    [
        ({"ID": 77, "id": "a1"}, "a1"),
        ({"id": "a1", "ID": 77}, "a1"),
        ({"Id": 5, "ID": 77, "id": "a1"}, "a1"),
        ({"ID": "a1"}, "a1"),
        ({"iD": "a1", "other": 1}, "a1"),
    ],
)
def test_the_key_as_it_is_described_goes_before_the_same_in_another_case(record: Any, source_id: str) -> None:
    key = Field("key", "id", Kind.ID, required=True)
    parts = Field("parts", "owner", Kind.CHILDREN, children=(key,))
    deep = Field("deep", "owner.id", Kind.CODE)
    resource = Resource("r", ("key",), (key, parts, deep))
    assert read(record | {"owner": record}, resource) == (source_id, f'[{{"key":"{source_id}"}}]', source_id)
    assert RecordReader(resource, {}).source_id(record) == source_id


def test_children_in_another_order_are_the_same_record() -> None:
    parts = [{"IsDeleted": "False", "DuocSoHoa": flag} for flag in ("1", "0", "", "1")]
    asked = [{"NgayBoSung": f"2025070{day}100000"} for day in (3, 5, 4)]
    fees = [{"amount": amount, "quantity": 1} for amount in (9000, 10000)]
    one = dossier(TaiLieuNop=parts, DanhSachHoSoBoSung=asked, fees=fees)
    other = dossier(TaiLieuNop=parts[::-1], DanhSachHoSoBoSung=asked[::-1], fees={"0": fees[1], "1": fees[0]})
    assert read(one) == read(other)
    assert str(columns(one)["components"]).count("is_digitised") == 4  # none is taken for a repetition


def test_an_unreadable_name_costs_no_record_and_is_told() -> None:
    label, needed = Field("name_vi", "name"), Field("title", "title", required=True)
    resource = Resource("r", ("key",), (Field("key", "id", Kind.ID), label))
    for broken in ("a\x00b", "x" * 5000, {"name": "x"}, 1.5, "Sở\ud800"):
        told: list[Doubt] = []
        assert RecordReader(resource, {}).read({"id": "d1", "name": broken}, told) == ("d1", None)
        assert told == [Doubt("left_empty", "name_vi", "d1")]
        assert rejected({"id": "d1", "title": broken}, Resource("r", ("key",), (Field("key", "id"), needed))) == (
            Rejection("d1", "title", "unreadable")
        )


def test_no_date_of_a_dotnet_portal_costs_an_optional_date_only() -> None:
    assert columns(dossier(completedDate="0001-01-01T00:00:00"))["completed_at"] is None
    assert rejected(dossier(appliedDate="0001-01-01T00:00:00")).reason == "missing"
    assert rejected(dossier(completedDate="1900-01-01T00:00:00")).field == "completed_at"


def test_amounts_are_whole_and_points_have_decimals() -> None:
    resource = Resource(
        "r", ("n",), (Field("n", "n", Kind.INTEGER), Field("a", "a", Kind.AMOUNT), Field("p", "p", Kind.NUMBER))
    )
    assert read({"n": "1.043", "a": "150.000", "p": "12.500"}, resource) == ("1043", "150000", "12.5")
    assert read({"n": 1043.0, "a": 150000.0, "p": 12.5}, resource) == ("1043", "150000", "12.5")
    assert rejected({"n": "1.5"}, resource).field == "n"
    assert rejected(dossier(fees=[{"amount": "30.50"}])).field == "fee_lines.amount"


def test_decomposed_codes_are_known() -> None:
    resource = Resource("r", ("verdict",), (Field("verdict", "danhGia", Kind.CODE, code_set="verdict"),))
    assert read({"danhGia": unicodedata.normalize("NFD", "HÀI  LÒNG")}, resource) == ("HÀI LÒNG",)


def test_a_scalar_in_a_list_of_one_is_read() -> None:
    assert columns(dossier(code=["H44.01-250701-0007"]))["dossier_code"] == "H44.01-250701-0007"


def test_an_unknown_code_is_named() -> None:
    rejection = rejected(dossier(dossierStatus={"id": 23, "name": "Chờ ký số"}))
    assert rejection == Rejection(
        "65f0c0ffee", "status_id", "unknown_code", "23", datetime.fromisoformat("2025-07-02T09:00:00+07:00")
    )


def test_a_long_unknown_code_may_be_free_text_and_is_not_repeated() -> None:
    assert rejected(dossier(dossierStatus={"id": "Hồ sơ của " + "x" * 80})).code is None


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"code": ""}, "dossier_code", "missing"),
        ({"appliedDate": "hôm qua"}, "submitted_at", "unreadable"),
        ({"appliedDate": "1969-12-31"}, "submitted_at", "unreadable"),
        ({"code": "a\x00b"}, "dossier_code", "unreadable"),
        ({"code": "a\ud800"}, "dossier_code", "unreadable"),
        ({"code": "x" * 300}, "dossier_code", "unreadable"),
        ({"HoSoCoThanhPhanSoHoa": "có"}, "has_digitised_component", "unreadable"),
        ({"DanhSachHoSoBoSung": [{"NgayBoSung": ""}]}, "supplements.asked_at", "missing"),
        ({"DanhSachHoSoBoSung": [{"NgayBoSung": "x"}]}, "supplements.asked_at", "unreadable"),
        ({"DanhSachHoSoBoSung": ["x"]}, "supplements", "unreadable"),
        ({"fees": [{"amount": "NaN"}]}, "fee_lines.amount", "unreadable"),
        ({"fees": [{"amount": float("inf")}]}, "fee_lines.amount", "unreadable"),
        ({"TaiLieuNop": [{"DuocSoHoa": "2", "IsDeleted": "0"}]}, "components.is_digitised", "unreadable"),
        ({"agency": "H44.01"}, "agency_code", "unreadable"),
        ({"procedure": None}, "procedure_code", "missing"),
    ],
)
def test_a_bad_record_is_rejected_by_field(changes: dict[str, Any], field: str, reason: str) -> None:
    rejection = rejected(dossier(**changes))
    assert (rejection.field, rejection.reason, rejection.source_id) == (field, reason, "65f0c0ffee")


def test_unknown_codes_of_children_are_named_by_their_path() -> None:
    unit = Field("unit", "donVi", Kind.CODE, code_set="unit")
    resource = Resource(
        "r", ("key",), (Field("key", "id", Kind.CODE), Field("times", "t", Kind.CHILDREN, children=(unit,)))
    )
    rejection = rejected({"id": "1", "t": [{"donVi": "DAY"}, {"donVi": "WEEK"}]}, resource)
    assert (rejection.field, rejection.code) == ("times.unit", "WEEK")
    assert read({"id": "1", "t": {"donVi": "DAY"}}, resource) == ("1", '[{"unit":"DAY"}]')


def test_counts_go_through_every_list() -> None:
    resource = Resource("r", ("n",), (Field("n", "cases.parts", Kind.COUNT),))
    assert read({"cases": [{"parts": [1, 2]}, {"parts": {"0": 1}}, {"parts": ""}, {}]}, resource) == ("3",)
    assert read({}, resource) == ("0",)


def test_several_key_columns_make_one_source_id() -> None:
    resource = Resource("r", ("a", "b"), (Field("a", "a", Kind.CODE), Field("b", "b", Kind.CODE)))
    reader = RecordReader(resource, {})
    assert reader.source_id({"a": "x", "b": 1}) == "x|1"
    assert reader.source_id({"a": "x"}) is None
    assert reader.missing({"a": "x", "b": 1}, "details") == Rejection("x|1", "details", "missing")


@pytest.mark.parametrize("record", [None, [], "x", 3, {}])
def test_what_is_no_record_is_rejected(record: Any) -> None:
    assert rejected(record).source_id is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(dossier())), JSON, max_size=4))
def test_any_json_gives_a_row_or_a_rejection(changes: dict[str, Any]) -> None:
    try:
        row = read(dossier(**changes))
    except RecordRejected as error:
        assert error.rejection.reason in ("unreadable", "missing", "unknown_code")
    else:
        assert len(row) == len(DOSSIERS.fields)
        for field, text in zip(DOSSIERS.fields, row, strict=True):
            if text is not None:
                text.encode()
                assert "\x00" not in text
            if field.kind.sql_type == "jsonb":
                assert text is not None
                assert "\\u0000" not in text
                json.loads(text)
