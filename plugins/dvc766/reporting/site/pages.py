"""Which pages a publication has, and what each shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.rows import Change, IndicatorScore, Reason
from dvc766.reporting.site import addresses
from dvc766.reporting.site.records import lists_of, procedure_pages, record_pages
from dvc766.reporting.site.tables import SHARED, given
from dvc766.reporting.site.writing import Page, Writer
from dvc766.reporting.trends import Trend, trend
from dvc766.reporting.wording import month

NEIGHBOURS = 2  # how many agencies above and below are shown on an agency's page


def pages(publication: Publication, edition: Edition) -> Iterator[Page]:
    """All pages of an edition."""
    yield from _general(publication, edition)
    for agency in _everybody(publication):
        yield _agency(publication, agency)
    if edition is Edition.INTERNAL:
        yield from record_pages(publication)
        yield from procedure_pages(publication)


def charted(publication: Publication) -> Mapping[str, Trend]:
    """The pictures of the site: where each stands, and the months that it draws."""
    return {
        addresses.chart(agency.code): shown
        for agency in _everybody(publication)
        if (shown := trend(agency, publication.head.month)).lines
    }


def static(writer: Writer) -> Mapping[str, bytes]:
    """What all pages use."""
    return {addresses.STYLE: writer.text("site.css")}


def _general(publication: Publication, edition: Edition) -> Iterator[Page]:
    province = publication.province
    shown = trend(province, publication.head.month) if province else None
    yield Page(addresses.HOME, "index.html", f"Kết quả xếp hạng {month(publication.head.month)}", {"trend": shown})
    yield Page(addresses.GROUPS, "groups.html", "Sáu nhóm tiêu chí")
    yield Page(addresses.METHOD, "method.html", "Phương pháp tính điểm, xếp hạng, xếp loại")
    yield Page(addresses.LIMITS, "limits.html", "Giới hạn sử dụng số liệu")
    months = _months(publication, edition)
    yield Page(addresses.REVISIONS, "revisions.html", "Các lần chốt và đính chính", {"months": months})
    yield Page(addresses.CALENDAR, "calendar.html", "Lịch công bố")
    yield Page(addresses.DATA, "data.html", "Dữ liệu để tải về", {"tables": given(edition), "shared": SHARED})
    yield Page(addresses.VERIFY, "verify.html", "Kiểm chứng số liệu")


def _agency(publication: Publication, agency: Agency) -> Page:
    shows = {
        "agency": agency,
        "trend": trend(agency, publication.head.month),
        "indicators": _by_group(agency),
        "reasons": _by_indicator(agency),
        "changed": _changed(agency),
        "neighbours": _neighbours(publication, agency),
        "other_points": [row for row in agency.differences if row.difference],
        "lists": lists_of(publication, agency),
    }
    above = [("Xếp hạng", addresses.HOME)]
    return Page(addresses.agency(agency.code), "agency.html", agency.name, shows, above)


def _everybody(publication: Publication) -> Sequence[Agency]:
    return [*([publication.province] if publication.province else []), *publication.agencies]


def _by_group(agency: Agency) -> Mapping[str, Sequence[IndicatorScore]]:
    found: dict[str, list[IndicatorScore]] = {}
    for score in agency.indicators:
        found.setdefault(score.group_code, []).append(score)
    return found


def _by_indicator(agency: Agency) -> Mapping[str, Sequence[Reason]]:
    found: dict[str, list[Reason]] = {}
    for reason in agency.reasons:
        found.setdefault(reason.indicator_code, []).append(reason)
    return found


def _changed(agency: Agency) -> Sequence[Change]:
    """The indicators whose points moved, the largest movement first."""
    moved = [change for change in agency.changes if change.points_change]
    return sorted(moved, key=lambda change: -abs(change.points_change or Decimal(0)))


def _neighbours(publication: Publication, agency: Agency) -> Sequence[Agency]:
    """The agencies around it in its peer group, itself among them; none for an agency without a rank."""
    peers = publication.peer_groups.get(agency.standing.peer_group_vi, ())
    ranked = [peer for peer in peers if peer.standing.rank is not None]
    place = next((number for number, peer in enumerate(ranked) if peer.code == agency.code), None)
    if place is None:
        return []
    first = max(0, min(place - NEIGHBOURS, len(ranked) - 2 * NEIGHBOURS - 1))
    return ranked[first : first + 2 * NEIGHBOURS + 1]


def _months(publication: Publication, edition: Edition) -> Sequence[tuple[date, str, str | None]]:
    """The months that are looked back on, the newest first: catalogue, and the page where there is one."""
    found = {
        past.month: past.catalogue_version
        for agency in _everybody(publication)
        for past in agency.history
        if past.month < publication.head.month
    }
    newest = dict(sorted(publication.beside))  # of each month, the last revision stays
    pages = {past: addresses.other_revision(past, revision, edition.value) for past, revision in newest.items()}
    return [(past, found[past], pages.get(past)) for past in sorted(found, reverse=True)]
