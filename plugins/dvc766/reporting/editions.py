"""The two editions of a publication: what may be read by everybody, and what the agencies themselves need.

| | public | internal |
|---|---|---|
| agency, group, indicator: points, counts, reasons with how many | yes | yes |
| procedure of an agency | counts of 5 and more, others as "dưới 5" (the 5 is a dated rule) | yes |
| a dossier, petition or procedure that cost points, with its dates | no | yes |

A renderer is given the content of its edition, so it cannot show what the edition leaves out.
"""

from __future__ import annotations

from dataclasses import fields, replace
from enum import Enum

from dvc766.reporting.content import Agency, Publication
from dvc766.reporting.rows import ProcedureCount


class Edition(Enum):
    """For whom a publication is made; the value names its folder."""

    PUBLIC = "public"
    INTERNAL = "internal"

    @property
    def name_vi(self) -> str:
        """What the edition is called on its pages."""
        return {"public": "Bản công khai", "internal": "Bản nội bộ"}[self.value]


def of_edition(publication: Publication, edition: Edition) -> Publication:
    """The content that an edition may show."""
    if edition is Edition.INTERNAL:
        return publication
    least = publication.head.least_shown
    return replace(
        publication,
        province=_public(publication.province, least) if publication.province else None,
        agencies=[_public(agency, least) for agency in publication.agencies],
    )


def _public(agency: Agency, least: int) -> Agency:
    procedures = [_rounded(count, least) for count in agency.procedures if count.dossiers_in_hand >= least]
    return replace(agency, lost_records=(), procedures=procedures)


def _rounded(count: ProcedureCount, least: int) -> ProcedureCount:
    """The same row without its small counts: they could point at one citizen."""
    small = {
        field.name: None
        for field in fields(count)
        if type(value := getattr(count, field.name)) is int and value < least
    }
    return replace(count, **small)  # type: ignore[arg-type]
