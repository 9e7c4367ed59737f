"""The Office's report to the People's Committee and its notice to agencies and the public: which parts each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dvc766.reporting.content import Publication
from dvc766.reporting.documents import details, drafts, findings, form
from dvc766.reporting.documents.annexes import NUMERALS, annexes
from dvc766.reporting.documents.layout import Document, Section
from dvc766.reporting.editions import Edition


def report(publication: Publication, edition: Edition) -> Document:
    """BÁO CÁO: all parts; the drafts and the follow-up of the last meeting in the internal edition alone."""
    internal = edition is Edition.INTERNAL
    sections = [
        findings.overall(publication),
        findings.groups(publication),
        findings.movements(publication),
        findings.ranking(publication),
        findings.best(publication),
        findings.targets(publication),
        details.timeliness(publication),
        details.petitions(publication),
        details.outreach(publication, edition),
        *(drafts.drafts(publication) if internal else ()),
        *([drafts.follow_up(publication)] if internal else ()),
    ]
    return Document("bao-cao", form.report(publication, edition), _numbered(sections), annexes(publication, edition))


def notice(publication: Publication, edition: Edition) -> Document:
    """THÔNG BÁO: results, rankings, lateness, what citizens are to be told; tasks as an internal draft."""
    sections = [
        findings.overall(publication),
        findings.groups(publication),
        findings.ranking(publication),
        findings.best(publication),
        details.timeliness(publication),
        details.outreach(publication, edition),
        *([drafts.tasks(publication)] if edition is Edition.INTERNAL else ()),
    ]
    return Document("thong-bao", form.notice(publication, edition), _numbered(sections), annexes(publication, edition))


def _numbered(sections: Sequence[Section]) -> Sequence[Section]:
    return [
        replace(section, title=f"{numeral}. {section.title}")
        for numeral, section in zip(NUMERALS, sections, strict=False)
    ]
