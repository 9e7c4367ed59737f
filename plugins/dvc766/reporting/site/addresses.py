"""Where each page of the site stands; the addresses stay the same from month to month."""

from __future__ import annotations

import re
from datetime import date

SITE = "site"  # the folder of the product in an edition
HOME = "index.html"
GROUPS = "nhom-tieu-chi.html"
METHOD = "phuong-phap.html"
REVISIONS = "lan-chot.html"
CALENDAR = "lich-cong-bo.html"
DATA = "du-lieu.html"
VERIFY = "kiem-chung.html"
LIMITS = "gioi-han-su-dung.html"
PROCEDURES = "thu-tuc/index.html"
STYLE = "site.css"

MENU = (
    (HOME, "Xếp hạng"),
    (GROUPS, "Sáu nhóm tiêu chí"),
    (METHOD, "Phương pháp"),
    (LIMITS, "Giới hạn sử dụng"),
    (REVISIONS, "Các lần chốt"),
    (CALENDAR, "Lịch công bố"),
    (DATA, "Dữ liệu"),
    (VERIFY, "Kiểm chứng"),
)


def agency(code: str) -> str:
    """The page of an agency."""
    return f"don-vi/{_safe(code)}.html"


def chart(code: str) -> str:
    """The picture of an agency's earlier months."""
    return f"charts/{_safe(code)}.svg"


def records(agency_code: str, indicator_code: str, part: int = 1) -> str:
    """A page of the records that cost an agency points in an indicator; long lists have several."""
    more = f"-{part}" if part > 1 else ""
    return f"don-vi/{_safe(agency_code)}/chi-so-{_safe(indicator_code)}{more}.html"


def procedure(code: str) -> str:
    """The page of a procedure."""
    return f"thu-tuc/{_safe(code)}.html"


def other_revision(month: date, revision: int, edition: str) -> str:
    """The start page of another revision, seen from `2026-08/r2/public/site/`: `2026-08/r1/public/site/index.html`."""
    return f"../../../../{month:%Y-%m}/r{revision}/{edition}/{SITE}/{HOME}"


def _safe(code: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", code)
