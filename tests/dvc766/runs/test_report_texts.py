"""What an officer may write into a report, refused before a database is asked."""

from __future__ import annotations

from datetime import date

import pytest
from psycopg import OperationalError

from dvc766 import runs
from dvc766.settings import ROLES, Settings, WarehouseSettings
from local_stack.postgres import free_port

MONTH = date(2026, 8, 1)
SETTINGS = Settings({}, WarehouseSettings("127.0.0.1", free_port(), "nowhere", dict.fromkeys(ROLES, "x")))


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({}, "Chưa ghi mục nào"),
        ({"tasks": "  \n"}, "Chưa ghi mục nào"),
        ({"headline": "x"}, "Không có mục 'headline'"),
        ({"causes": "a" * 8_001}, "“Nguyên nhân” dài 8001 ký tự"),
        ({"tasks": "Bà Trần Thị B, 026188001234, nộp ngày 2/8."}, r"“Nhiệm vụ trong thời gian tới” có số .* thứ 16"),
        ({"tasks": "Gọi 0912345678."}, "thông tin cá nhân"),
        ({"tasks": "Gửi a.b@vinhphuc.vn"}, "thông tin cá nhân"),
    ],
)
def test_a_text_that_cannot_stand_in_a_report_is_refused(texts: dict[str, str], why: str) -> None:
    """Before a database is asked."""
    with pytest.raises(runs.ReportTextRefused, match=why):
        runs.write_report_texts(SETTINGS, MONTH, texts, by="Lê C")


def test_the_code_of_a_dossier_and_of_a_procedure_are_nobodys_numbers() -> None:
    with pytest.raises(OperationalError):  # it gets as far as the database, which is not there
        runs.write_report_texts(SETTINGS, MONTH, {"tasks": "Hồ sơ H44.171-260810-0035 (1.100353)."}, by="Lê C")
