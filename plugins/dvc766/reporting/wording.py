"""How numbers, dates and movements are said in Vietnamese documents.

| value | said |
|---|---|
| 83.34 points | 83,34 |
| 1234 dossiers | 1.234 |
| ratio 0.756 | 75,6% |
| 2 September 2025 | 02/9/2025 (Decree 30/2020: days under 10 and the months 1 and 2 carry a zero) |
| rank 5, before 7 | tăng 2 bậc |
| score change -0.5 | giảm 0,50 điểm |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NOTHING = "—"
"""Stands where there is no value: not zero, and not unknown to the reader."""

_MARKS = str.maketrans(",.", ".,")


def number(value: int | Decimal | None, places: int = 0) -> str:
    """A number with a point between thousands and a comma before the decimals; a missing one is a dash."""
    if value is None:
        return NOTHING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded if rounded else abs(rounded):,.{places}f}"
    return text.translate(_MARKS)


def points(value: Decimal | None) -> str:
    """Points with their two decimals."""
    return number(value, 2)


def percent(ratio: Decimal | None, places: int = 1) -> str:
    """A ratio (1 = all) in percent; whole percents without decimals."""
    if ratio is None:
        return NOTHING
    of_hundred = ratio * 100
    whole = of_hundred == of_hundred.to_integral_value()
    return f"{number(of_hundred, 0 if whole else places)}%"


def signed(value: Decimal | int | None, places: int = 2) -> str:
    """A change with its sign; no change is 0."""
    if value is None:
        return NOTHING
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if not rounded:
        return "0"
    return f"{'+' if rounded > 0 else '−'}{number(abs(rounded), places)}"


def day(value: date | None) -> str:
    """A day as state documents write it."""
    if value is None:
        return NOTHING
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"{value.day:02}/{month}/{value.year}"


def day_in_words(value: date) -> str:
    """A day written out: ngày 02 tháng 9 năm 2025."""
    month = f"{value.month:02}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02} tháng {month} năm {value.year}"


def moment(value: datetime | None) -> str:
    """A local instant to the minute: 07 giờ 30 ngày 04/9/2025."""
    return f"{value:%H} giờ {value:%M} ngày {day(value.date())}" if value else NOTHING


def month(value: date) -> str:
    """A month as state documents write it: tháng 9/2025, tháng 02/2026."""
    return f"tháng {value.month:02}/{value.year}" if value.month < 3 else f"tháng {value.month}/{value.year}"


def rank_movement(change: int | None) -> str:
    """How a rank moved since the month before: up is a smaller number."""
    if change is None:
        return "không so sánh"
    if change == 0:
        return "giữ nguyên hạng"
    return f"tăng {change} bậc" if change > 0 else f"giảm {-change} bậc"


def score_movement(change: Decimal | None) -> str:
    """How a score moved since the month before."""
    if change is None:
        return "không so sánh với tháng trước"
    told = points(abs(change))
    if told == points(Decimal(0)):
        return "không thay đổi"
    return f"{'tăng' if change > 0 else 'giảm'} {told} điểm"


def movement_mark(change: int | None) -> str:
    """The same for a narrow column: a mark and the number, never colour alone."""
    if change is None:
        return NOTHING
    if change == 0:
        return "="
    return f"▲ {change}" if change > 0 else f"▼ {-change}"


def under(least: int) -> str:
    """Stands for a count that is not told because it is small: dưới 5."""
    return f"dưới {number(least)}"


def capital(text: str) -> str:
    """A text with a capital letter at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """A text with a small letter at its beginning, the rest as it is: for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """A text with one full stop at its end, whether its writer put one or not."""
    return f"{text.rstrip('. ')}."


def listed(items: Sequence[str]) -> str:
    """Items as a sentence lists them: a, b và c; where one has a comma of its own: a; b, b; c."""
    if len(items) < 2:
        return "".join(items)
    if len(items) > 2 and any(", " in item for item in items):
        return "; ".join(items)
    return f"{', '.join(items[:-1])} và {items[-1]}"
