"""The months behind a score as lines that may be drawn: a line never crosses a merger, a gap or a new catalogue.

H44.08 in 07/2025: one line of its own (07/2025), one of the agency it came from (H62.16, 05/2025 and 06/2025)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dvc766.clock import month_after
from dvc766.reporting.content import Agency
from dvc766.reporting.rows import PastMonth
from dvc766.reporting.wording import listed, month, points


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive months of one agency under one catalogue, the earliest first."""

    agency_code: str
    catalogue_version: str
    is_own: bool
    months: Sequence[PastMonth]


@dataclass(frozen=True)
class Trend:
    """What is known of an agency's earlier months, and the months from the first to the last without a gap."""

    agency_code: str
    lines: Sequence[Line]
    months: Sequence[date]

    @property
    def breaks(self) -> Sequence[date]:
        """The months from which another catalogue is in force."""
        versions = {past.month: past.catalogue_version for line in self.lines for past in line.months}
        known = sorted(versions)
        return [later for earlier, later in pairwise(known) if versions[earlier] != versions[later]]

    @property
    def missing(self) -> Sequence[date]:
        """The months between the first and the last of which nothing is published."""
        known = {past.month for line in self.lines for past in line.months}
        return [one for one in self.months if one not in known]

    @property
    def own(self) -> Sequence[PastMonth]:
        """The agency's own months."""
        return [past for line in self.lines if line.is_own for past in line.months]

    @property
    def rows(self) -> Sequence[PastMonth]:
        """All months of all lines, by month, its own last."""
        found = [(past.month, line.is_own, past.agency_code, past) for line in self.lines for past in line.months]
        return [row[-1] for row in sorted(found, key=lambda row: row[:-1])]

    @property
    def predecessors(self) -> Sequence[str]:
        """The codes of the agencies it came from."""
        return sorted({line.agency_code for line in self.lines if not line.is_own})


def trend(agency: Agency, published: date) -> Trend:
    """The lines of an agency up to the published month.

    Agencies that still exist beside it in that month are not its predecessors, though they may share its heir.
    """
    beside = {past.agency_code for past in agency.history if past.month == published} - {agency.code}
    told = [past for past in agency.history if past.agency_code not in beside]
    found = sorted(told, key=lambda past: (past.agency_code != agency.code, past.agency_code, past.month))
    return Trend(agency.code, list(_lines(found, agency.code)), _unbroken(past.month for past in found))


def said(shown: Trend) -> str:
    """What a trend shows, in words: the lowest and the highest month, and where it must not be read across."""
    own = [(past.score, past.month) for past in shown.own if past.score is not None]
    if not own:
        return "Chưa có điểm của tháng nào."
    parts = [_span(own)]
    if shown.predecessors:
        codes = listed(list(shown.predecessors))
        parts.append(f"Đường nét đứt là điểm của cơ quan tiền thân ({codes}), không nối với điểm hiện nay.")
    for one in shown.breaks:
        parts.append(f"Từ {month(one)} áp dụng bộ chỉ số khác, không so sánh với các tháng trước đó.")
    if shown.missing:
        parts.append(f"Không có số liệu công bố của {listed([month(one) for one in shown.missing])}.")
    return " ".join(parts)


def _span(own: Sequence[tuple[Decimal, date]]) -> str:
    if len(own) == 1:
        return f"Mới có một tháng của cơ quan này: {points(own[0][0])} điểm ({month(own[0][1])})."
    lowest, highest, last = min(own), max(own), own[-1]
    if lowest[0] == highest[0]:
        return f"Qua {len(own)} tháng điểm không đổi: {points(last[0])}."
    return (
        f"Trong {len(own)} tháng, điểm thấp nhất là {points(lowest[0])} ({month(lowest[1])}), cao nhất là"
        f" {points(highest[0])} ({month(highest[1])}); tháng gần nhất {points(last[0])}."
    )


def _lines(found: Sequence[PastMonth], own: str) -> Iterator[Line]:
    """Cut where the agency, the catalogue or the row of months ends."""
    run: list[PastMonth] = []
    for past in found:
        if run and not _goes_on(run[-1], past):
            yield Line(run[0].agency_code, run[0].catalogue_version, run[0].agency_code == own, run)
            run = []
        run.append(past)
    if run:
        yield Line(run[0].agency_code, run[0].catalogue_version, run[0].agency_code == own, run)


def _goes_on(before: PastMonth, after: PastMonth) -> bool:
    same = (before.agency_code, before.catalogue_version) == (after.agency_code, after.catalogue_version)
    return same and month_after(before.month) == after.month


def _unbroken(months: Iterator[date]) -> Sequence[date]:
    known = sorted(set(months))
    if not known:
        return []
    found = [known[0]]
    while found[-1] < known[-1]:
        found.append(month_after(found[-1]))
    return found
