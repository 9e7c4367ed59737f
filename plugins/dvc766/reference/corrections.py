"""What a row of source_corrections.csv must say so that SQL can judge whether its error is still there.

LN-001, national_portal, DOSSIER_SYNC, numerator, H44.03, 2026-08-01, 412
──► while the portal shows 412 as the numerator of DOSSIER_SYNC for H44.03 in 08/2026, the row stands
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from dvc766.clock import month_after
from dvc766.reference.files import Finding, Line
from dvc766.reference.sense import Tables, bears, days_of

FILE = "source_corrections.csv"
_TEXTS = ("what_vi", "evidence", "legal_basis")
_LONGEST = 1000  # characters, as in the marts
_OF_A_PERSON = re.compile(r"(?<!\d)\d{9,12}(?!\d)")  # an identity card or a telephone


def judge(tables: Tables) -> Iterator[Finding]:
    """All that keeps a row from being judged or shown; its cells have been judged before."""
    for line in tables["source_corrections"]:
        yield from _texts(line)
        yield from _place(line, tables)
        yield from _figure(line, tables)


def _texts(line: Line) -> Iterator[Finding]:
    for column in _TEXTS:
        value = line.cells[column]
        if len(value) > _LONGEST:
            text = f"dài {len(value)} ký tự, nhiều nhất {_LONGEST}; nêu số và ngày văn bản, không chép cả văn bản"
            yield Finding(FILE, line.number, column, text)
        if _OF_A_PERSON.search(value):
            text = "có dãy số giống số giấy tờ hoặc số điện thoại; bỏ đi, bảng này được công bố"
            yield Finding(FILE, line.number, column, text)


def _place(line: Line, tables: Tables) -> Iterator[Finding]:
    """The agency and the month of the figure are among those that the row is about."""
    month = date.fromisoformat(line.cells["expect_month"])
    if month.day != 1:
        yield Finding(FILE, line.number, "expect_month", f"{month} không phải ngày đầu tháng; ghi {month:%Y-%m}-01")
        return
    last = month_after(month) - timedelta(days=1)
    first_touched, last_touched = days_of(line)
    if not (first_touched <= last and month <= last_touched):
        text = f"tháng {month:%m/%Y} nằm ngoài thời gian có lỗi (valid_from, valid_to)"
        yield Finding(FILE, line.number, "expect_month", text)
    about, expected = line.cells["agency_code"], line.cells["expect_agency"]
    if about and about != expected:
        text = f"{expected} khác agency_code {about}; ghi giá trị sai của chính cơ quan đó"
        yield Finding(FILE, line.number, "expect_agency", text)
    elif not bears(tables["agencies"], expected, last):
        text = f"{expected} chưa có hoặc không còn vào ngày {last}; chọn cơ quan có trong tháng"
        yield Finding(FILE, line.number, "expect_agency", text)


def _figure(line: Line, tables: Tables) -> Iterator[Finding]:
    """The figure is one that the portal shows."""
    measure, figure = line.cells["expect_measure"], line.cells["expect_figure"]
    if figure == "count":
        if measure not in _counted_here(tables):
            text = f"không có số đếm {measure!r}; chọn numerator_measure hoặc denominator_measure ở indicators.csv"
            yield Finding(FILE, line.number, "expect_measure", text)
        return
    month = date.fromisoformat(line.cells["expect_month"])
    metrics = [
        metric
        for metric in tables["portal_metrics"]
        if metric.cells["metric_code"] == measure and days_of(metric)[0] <= month <= days_of(metric)[1]
    ]
    if not metrics:
        text = f"Cổng không có số liệu {measure!r} trong tháng {month:%m/%Y}; chọn metric_code trong portal_metrics.csv"
        yield Finding(FILE, line.number, "expect_measure", text)
        return
    metric = metrics[0]
    shown = ["points"] if metric.cells["has_points"].lower() == "true" else []
    shown += ["numerator", "denominator"] if metric.cells["indicator_code"] else []
    if figure not in shown:
        text = f"Cổng không công bố {figure!r} của {measure}; chỉ có {', '.join(shown)}"
        yield Finding(FILE, line.number, "expect_figure", text)


def _counted_here(tables: Tables) -> set[str]:
    """The measures that are counted from records, not taken from the national portal."""
    return {
        line.cells[column]
        for line in tables["indicators"]
        if line.cells["needs_capture"].lower() == "false"
        for column in ("numerator_measure", "denominator_measure")
    }
