"""The pages of the internal edition that name records: what cost points, by agency and indicator, and by procedure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import LostRecord, ProcedureCount
from dvc766.reporting.site import addresses
from dvc766.reporting.site.writing import Page

A_PAGE = 300  # records, so that a page stays under 200 kB


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure over all agencies: its counts, and how many records cost points for what, and whom."""

    code: str
    name: str | None
    counts: Sequence[tuple[Agency, ProcedureCount]]
    by_reason: Sequence[tuple[str, str, int]]  # indicator, reason, records
    by_agency: Sequence[tuple[Agency, Mapping[str, int]]]  # records by indicator

    @property
    def in_hand(self) -> int:
        """The dossiers in hand of all agencies."""
        return sum(count.dossiers_in_hand for _, count in self.counts)


def lists_of(publication: Publication, agency: Agency) -> Mapping[str, str]:
    """Where the records of each of an agency's indicators are listed.

    The province has lists of what is counted for the whole province alone; the rest stands with its agencies.
    """
    return {code: addresses.records(agency.code, code) for code in _listed(publication, agency)}


def record_pages(publication: Publication) -> Iterator[Page]:
    """The lists, long ones in several pages."""
    known = {procedure.code for procedure in _procedures(publication)}
    for agency in [*([publication.province] if publication.province else []), *publication.agencies]:
        for code, found in _listed(publication, agency).items():
            parts = [found[start : start + A_PAGE] for start in range(0, len(found), A_PAGE)]
            for number, part in enumerate(parts, 1):
                shows = {
                    "agency": agency,
                    "indicator": agency.indicator(code),
                    "code": code,
                    "records": part,
                    "first": (number - 1) * A_PAGE + 1,
                    "total": len(found),
                    "part": number,
                    "parts": len(parts),
                    "procedures": known,
                }
                title = f"Chỉ số {code}: các trường hợp mất điểm" + (f" (trang {number})" if number > 1 else "")
                above = [("Xếp hạng", addresses.HOME), (agency.name, addresses.agency(agency.code))]
                yield Page(addresses.records(agency.code, code, number), "records.html", title, shows, above)


def procedure_pages(publication: Publication) -> Iterator[Page]:
    """A page for each procedure, and one that lists them, the most dossiers first."""
    found = _procedures(publication)
    above = [("Xếp hạng", addresses.HOME), ("Thủ tục", addresses.PROCEDURES)]
    for procedure in found:
        shows = {"procedure": procedure}
        title = procedure.name or f"Thủ tục {procedure.code}"
        yield Page(addresses.procedure(procedure.code), "procedure.html", title, shows, above)
    yield Page(addresses.PROCEDURES, "procedures.html", "Thủ tục có hồ sơ", {"procedures": found}, above[:1])


def _listed(publication: Publication, agency: Agency) -> Mapping[str, Sequence[LostRecord]]:
    is_province = publication.province is not None and agency.code == publication.province.code
    found: dict[str, list[LostRecord]] = {}
    for record in agency.lost_records:
        score = agency.indicator(record.indicator_code)
        if not is_province or (score and score.scope == "province"):
            found.setdefault(record.indicator_code, []).append(record)
    return found


def _procedures(publication: Publication) -> Sequence[Procedure]:
    """The procedures with dossiers in the month, the most dossiers first."""
    counts: dict[str, list[tuple[Agency, ProcedureCount]]] = {}
    lost: dict[str, list[tuple[Agency, LostRecord]]] = {}
    for agency in publication.agencies:
        for row in agency.procedures:
            counts.setdefault(row.procedure_code, []).append((agency, row))
        for record in agency.lost_records:
            if record.procedure_code:
                lost.setdefault(record.procedure_code, []).append((agency, record))
    found = [
        Procedure(code, rows[0][1].procedure_name_vi, rows, *_losses(lost.get(code, [])))
        for code, rows in counts.items()
    ]
    return sorted(found, key=lambda procedure: (-procedure.in_hand, procedure.code))


def _losses(
    lost: Sequence[tuple[Agency, LostRecord]],
) -> tuple[Sequence[tuple[str, str, int]], Sequence[tuple[Agency, Mapping[str, int]]]]:
    reasons: Counter[tuple[str, str]] = Counter()
    by_agency: dict[str, tuple[Agency, Counter[str]]] = {}
    for agency, record in lost:
        reasons[record.indicator_code, record.reason_vi] += 1
        by_agency.setdefault(agency.code, (agency, Counter()))[1][record.indicator_code] += 1
    return [(*reason, records) for reason, records in sorted(reasons.items())], list(by_agency.values())
