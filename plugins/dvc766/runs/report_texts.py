"""An officer writes parts of a frozen month's report: what the drafts leave open, before the month is approved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from dvc766.failures import NeedsAPerson
from dvc766.reporting.sections import SECTIONS
from dvc766.runs.freezing import newest_revision
from dvc766.runs.life import engine_of_role
from dvc766.settings import Settings
from dvc766.warehouse import report_texts

MOST_LETTERS = 8_000  # of a section: about three pages
# An identity number, a telephone number or an e-mail address of somebody; a dossier's code has hyphens in it.
_PERSONAL = re.compile(r"(?<![\d-])(?<!\d\.)(?:\d{12}|84\d{9}|0\d{9}|\d{9})(?![\d-]|\.\d)|[\w.]+@\w+\.\w+")


class ReportTextRefused(NeedsAPerson):
    """A text cannot stand in a report; the message names the section and what to do."""


def write_report_texts(settings: Settings, month: date, texts: Mapping[str, str | None], *, by: str) -> int:
    """Keep what an officer wrote for the newest revision of a frozen month; returns that revision.

    A section without a text keeps what it has. Raises ReportTextRefused when nothing was written, a text is too long
    or holds a citizen's data, or the revision is approved; FreezeRefused when the month is not frozen.
    """
    written = {section: text.strip().replace("\r\n", "\n") for section, text in texts.items() if text and text.strip()}
    if not written:
        raise ReportTextRefused("Chưa ghi mục nào.\nViệc cần làm: ghi ít nhất một mục rồi chạy lại.")
    for section, text in written.items():
        _check(section, text)
    revision = newest_revision(settings, month)
    with engine_of_role(settings, "publisher") as engine:
        if not report_texts.keep(engine, month, revision, written, by.strip()):
            raise ReportTextRefused(
                f"Lần chốt {revision} của tháng {month:%m/%Y} đã được duyệt công bố, nên lời văn không đổi nữa.\n"
                "Việc cần làm: ghi vào báo cáo tháng sau, hoặc sửa trên bản Word trước khi trình ký."
            )
    return revision


def _check(section: str, text: str) -> None:
    if section not in SECTIONS:
        raise ReportTextRefused(
            f"Không có mục {section!r} trong báo cáo.\nViệc cần làm: chọn trong {', '.join(SECTIONS)}."
        )
    if len(text) > MOST_LETTERS:
        raise ReportTextRefused(
            f"Mục “{SECTIONS[section]}” dài {len(text)} ký tự, tối đa {MOST_LETTERS}.\n"
            "Việc cần làm: rút gọn, hoặc đưa phần chi tiết vào phụ lục của bản Word."
        )
    if found := _PERSONAL.search(text):
        raise ReportTextRefused(
            f"Mục “{SECTIONS[section]}” có số giấy tờ, số điện thoại hoặc địa chỉ thư điện tử (ký tự thứ"
            f" {found.start() + 1}).\nViệc cần làm: bỏ thông tin cá nhân; nêu hồ sơ bằng mã hồ sơ."
        )
