"""What the portals' codes mean, and since when: a code given another meaning keeps the old one for the days before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

_MEANINGS = {
    ("channel", "1"): "direct",
    ("channel", "2"): "online",
    ("channel", "3"): "postal",
    ("payment_method", "truc-tuyen"): "online",
    ("payment_method", "tien-mat"): "cash",
    ("payment_method", "chuyen-khoan"): "transfer",
    ("payment_state", "thanh-cong"): "succeeded",
    ("rating_verdict", "RẤT HÀI LÒNG"): "very_satisfied",
    ("rating_verdict", "HÀI LÒNG"): "satisfied",
    ("rating_verdict", "KHÔNG HÀI LÒNG"): "unsatisfied",
    ("petition_status", "5"): "cancelled",
    ("database", "1"): "population",
    ("implement_level", "FULL"): "full",
    ("implement_level", "PARTIAL"): "partial",
    ("implement_level", "NONE"): "none",
    ("formality_state", "PUBLISHED"): "published",
    ("formality_state", "UPDATED"): "updated",
    ("formality_state", "INACTIVE"): "inactive",
    ("target_type", "CITIZEN"): "citizen",
    ("target_type", "BUSINESS"): "business",
}
Redated = Mapping[tuple[str, str], tuple[date, str]]


class Codes:
    """Meanings by day; `redated` says from which day a code means something else."""

    def __init__(self, redated: Redated | None = None) -> None:
        self._redated = redated or {}

    def means(self, code_set: str, code: str, day: date) -> str:
        """The meaning of a code on a day."""
        since, meaning = self._redated.get((code_set, code), (date.max, ""))
        return meaning if since <= day else _MEANINGS[code_set, code]


AS_EVER = Codes()
