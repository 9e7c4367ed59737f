"""The state's form of a document (Decree 30/2020/NĐ-CP, annex I): what stands above and below what is reported.

Number, date, name and signature stay empty: they are given when the document is signed.
"""

from __future__ import annotations

from typing import Any

from dvc766.reporting import sentences
from dvc766.reporting.content import Publication
from dvc766.reporting.documents.layout import Form
from dvc766.reporting.editions import Edition
from dvc766.reporting.wording import month

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
DECISION = (
    "Quyết định số 766/QĐ-TTg ngày 23 tháng 6 năm 2022 của Thủ tướng Chính phủ phê duyệt Bộ chỉ số chỉ đạo, điều hành"
    " và đánh giá chất lượng phục vụ người dân, doanh nghiệp trong thực hiện thủ tục hành chính, dịch vụ công theo"
    " thời gian thực trên môi trường điện tử"
)
SUBJECT = (
    "Kết quả đánh giá, xếp hạng chất lượng phục vụ người dân, doanh nghiệp trong thực hiện thủ tục hành chính,"
    " dịch vụ công {month}"
)


def report(publication: Publication, edition: Edition) -> Form:
    """The form of the Office's report to the People's Committee."""
    place = _place(publication)
    return Form(
        kind="BÁO CÁO",
        number_line="Số:          /BC-VP",
        addressee=f"Kính gửi: Ủy ban nhân dân {place}.",
        opening=f"Thực hiện {DECISION}, Văn phòng Ủy ban nhân dân {place} báo cáo kết quả {_month(publication)} như sau:",
        closing=f"Văn phòng Ủy ban nhân dân {place} kính báo cáo Ủy ban nhân dân {place} xem xét, chỉ đạo./.",
        recipients=(
            "Như trên;",
            "Chủ tịch, các Phó Chủ tịch UBND;",
            "Các cơ quan, đơn vị, địa phương được xếp hạng;",
            "Lãnh đạo Văn phòng;",
            "Lưu: VT, KSTT.",
        ),
        annexed_to=f"(Kèm theo Báo cáo số        /BC-VP của Văn phòng Ủy ban nhân dân {place})",
        **_shared(publication, edition),
    )


def notice(publication: Publication, edition: Edition) -> Form:
    """The form of the notice to the agencies and to the public."""
    place = _place(publication)
    return Form(
        kind="THÔNG BÁO",
        number_line="Số:          /TB-VP",
        addressee="",
        opening=f"Thực hiện {DECISION}, Văn phòng Ủy ban nhân dân {place} thông báo kết quả {_month(publication)} như sau:",
        closing=(
            f"Văn phòng Ủy ban nhân dân {place} thông báo để các cơ quan, đơn vị, địa phương, người dân và doanh nghiệp"
            " biết./."
        ),
        recipients=(
            "Thường trực UBND (để báo cáo);",
            "Các cơ quan, đơn vị, địa phương được xếp hạng;",
            "Cổng thông tin - giao tiếp điện tử (để đăng tải);",
            "Lãnh đạo Văn phòng;",
            "Lưu: VT, KSTT.",
        ),
        annexed_to=f"(Kèm theo Thông báo số        /TB-VP của Văn phòng Ủy ban nhân dân {place})",
        **_shared(publication, edition),
    )


def notices(publication: Publication) -> tuple[str, ...]:
    """What a reader must know on every page: synthetic data, a corrected month."""
    head = publication.head
    told = [f"{sentences.SYNTHETIC}."] if head.is_synthetic else []
    if head.revision > 1:
        told.append(f"Số liệu đã đính chính: lần chốt {head.revision}.")
    return tuple(told)


def _shared(publication: Publication, edition: Edition) -> dict[str, Any]:
    place = _place(publication)
    return {
        "superior": ("ỦY BAN NHÂN DÂN", place.upper()),
        "body": "VĂN PHÒNG",
        "place_and_date": f"{_short_place(place)}, ngày      tháng      năm 20…",
        "subject": SUBJECT.format(month=_month(publication)),
        "signer": "CHÁNH VĂN PHÒNG",
        "edition": edition.name_vi,
        "notices": notices(publication),
        "provenance": sentences.provenance(publication),
    }


def _month(publication: Publication) -> str:
    return month(publication.head.month)


def _place(publication: Publication) -> str:
    """The province with its kind, as it stands after Ủy ban nhân dân: tỉnh Phú Thọ."""
    return publication.head.province_name_vi.removeprefix("UBND ").removeprefix("Ủy ban nhân dân ")


def _short_place(place: str) -> str:
    """The province's name alone, as it stands before the date; a city keeps its kind only where it must."""
    return place.removeprefix("tỉnh ").removeprefix("thành phố ")
