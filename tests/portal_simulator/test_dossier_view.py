"""A dossier shows only what had happened by the clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal_simulator.people import planted_values
from portal_simulator.records import Dossier, State, Step
from portal_simulator.views.dossiers import detail_row, dossier_events, fee_rows, list_row, status_id
from tests.portal_simulator.sample import eventful_dossier, moment, plain_dossier


def listed(dossier: Dossier, now: datetime) -> dict[str, object]:
    """The list row at an instant."""
    last = max(at for at in dossier_events(dossier) if at is not None and at <= now)
    return list_row(dossier, now, last, None, None, "H44")


@pytest.mark.parametrize(
    ("now", "status", "appointment", "completed"),
    [
        ("2025-06-02T07:30:00", 1, None, None),
        ("2025-06-02T08:00:00", 2, "2025-06-16T17:00:00.000+0700", None),
        ("2025-06-05T09:00:00", 5, "2025-06-16T17:00:00.000+0700", None),
        ("2025-06-19T09:00:00", 4, "2025-06-30T17:00:00.000+0700", None),
        ("2025-07-02T08:00:00", 4, "2025-07-15T17:00:00.000+0700", None),
        ("2025-07-10T09:00:00", 9, "2025-07-15T17:00:00.000+0700", "2025-07-10T09:00:00.000+0700"),
    ],
)
def test_status_appointment_and_completion_follow_the_clock(
    now: str, status: int, appointment: str | None, completed: str | None
) -> None:
    row = listed(eventful_dossier(), moment(now))
    shown = row["dossierStatus"]
    assert isinstance(shown, dict)
    assert shown["id"] in ((4, 17) if status == 4 else (status,))
    assert row["appointmentDate"] == appointment
    assert row["completedDate"] == completed


def test_a_supplement_shows_its_answer_and_new_date_only_once_answered() -> None:
    asked = detail_row(eventful_dossier(), moment("2025-06-10T00:00:00"))["DanhSachHoSoBoSung"][0]
    assert asked["NgayTiepNhanBoSung"] == "" and asked["NgayHenTraMoi"] == ""
    assert asked["NgayHenTraTruoc"] == "20250616170000"
    answered = detail_row(eventful_dossier(), moment("2025-06-19T09:00:00"))["DanhSachHoSoBoSung"][0]
    assert answered["NgayTiepNhanBoSung"] == "20250619090000"
    assert (answered["NgayHenTraTruoc"], answered["NgayHenTraMoi"]) == ("20250616170000", "20250630170000")


def test_an_apology_carries_the_date_it_replaces() -> None:
    assert detail_row(eventful_dossier(), moment("2025-07-01T00:00:00"))["DanhSachGiaHan"] == []
    apology = detail_row(eventful_dossier(), moment("2025-07-02T08:00:00"))["DanhSachGiaHan"][0]
    assert (apology["NgayHenTraTruoc"], apology["NgayHenTraMoi"]) == ("20250630170000", "20250715170000")


def test_payment_flag_and_paid_fee_appear_with_the_payment() -> None:
    dossier = eventful_dossier()
    before, after = moment("2025-06-03T08:59:59"), moment("2025-06-03T09:00:00")
    assert detail_row(dossier, before)["DuocThanhToanTrucTuyen"] == "3"
    assert detail_row(dossier, after)["DuocThanhToanTrucTuyen"] == "1"
    assert [row["paid"] for row in fee_rows(dossier, before)] == [0]
    assert [row["paid"] for row in fee_rows(dossier, after)] == [50_000]


def test_a_result_without_a_file_has_a_code_and_no_address() -> None:
    assert detail_row(eventful_dossier(), moment("2025-07-09T00:00:00"))["DanhSachGiayToKetQua"] == []
    result = detail_row(eventful_dossier(), moment("2025-07-10T09:00:00"))["DanhSachGiayToKetQua"][0]
    assert result["MaGiayToKetQua"] and result["MaGiayToKhoQuocGia"]
    assert result["DuongDanTepTinKetQua"] == ""


def test_a_step_back_takes_the_completion_back() -> None:
    dossier = plain_dossier(1, moment("2025-06-03T08:00:00"))
    dossier.steps = [*dossier.steps[:4], Step(moment("2025-06-05T08:00:00"), State.PROCESSING)]
    assert listed(dossier, moment("2025-06-04T12:00:00"))["completedDate"] is not None
    assert listed(dossier, moment("2025-06-05T08:00:00"))["completedDate"] is None


def test_provincial_status_numbers_are_not_the_national_ones() -> None:
    dossier = plain_dossier(1, moment("2025-06-03T08:00:00"))
    numbers = {state: status_id(dossier, state) for state in State if state is not State.PROCESSING}
    assert numbers[State.FINANCIAL_DUTY] == 16
    assert numbers[State.WITHDRAWN] == 11
    processing = {status_id(plain_dossier(n, moment("2025-06-03T08:00:00")), State.PROCESSING) for n in range(50)}
    assert processing == {4, 17}


def test_the_rows_carry_the_person_as_the_real_systems_do() -> None:
    dossier = eventful_dossier()
    text = str(listed(dossier, moment("2025-08-01T00:00:00"))) + str(detail_row(dossier, moment("2025-08-01T00:00:00")))
    person = dossier.applicant
    for value in (person.full_name, person.identity_number, person.phone, person.email, person.address):
        assert value in text
        assert value in planted_values(901)
