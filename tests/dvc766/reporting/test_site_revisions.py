"""Sites laid out as they are delivered: every link from one to another leads to a page that is there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urldefrag

import pytest
from lxml import etree, html  # type: ignore[import-untyped]

from dvc766.delivery import Release
from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.products import make
from tests.dvc766.reporting import samples_site

AUGUST, JULY = date(2026, 8, 1), date(2026, 7, 1)
SECOND = samples_site.publication()
FIRST = replace(SECOND, head=replace(SECOND.head, revision=1), revisions=SECOND.revisions[:1], beside=[(JULY, 1)])
BEFORE = replace(FIRST, head=replace(FIRST.head, month=JULY, label="07/2026"), beside=[])


def placed(edition: Edition, *publications: Publication) -> dict[str, bytes]:
    """What lies at a venue after these deliveries, by path."""
    found: dict[str, bytes] = {}
    for publication in publications:
        head, files = publication.head, make(publication, edition, ["site"])
        found |= Release(f"{head.month:%Y-%m}", head.revision, edition.value, files).placed
    return found


def links(path: str, content: bytes) -> Iterator[str]:
    """The paths that a page or a feed links to."""
    if path.endswith(".atom"):
        addresses = etree.fromstring(content).xpath("//*[local-name()='link']/@href")
    elif path.endswith(".html"):
        page = html.document_fromstring(content.decode(), parser=html.HTMLParser(encoding="utf-8"))
        addresses = [address for _, _, address, _ in page.iterlinks()]
    else:
        addresses = []
    for address in addresses:
        if target := urldefrag(address)[0]:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


@pytest.mark.parametrize("edition", list(Edition))
def test_every_link_between_revisions_and_months_leads_to_a_page(edition: Edition) -> None:
    there = placed(edition, BEFORE, FIRST, SECOND)
    found = [(path, target) for path, content in there.items() for target in links(path, content)]
    assert [(path, target) for path, target in found if target not in there] == []
    site = f"{edition.value}/site"
    for page in ("lan-chot.html", "releases.atom"):
        assert (f"2026-08/r2/{site}/{page}", f"2026-08/r1/{site}/index.html") in found
    for revision in (1, 2):
        assert (f"2026-08/r{revision}/{site}/lan-chot.html", f"2026-07/r1/{site}/index.html") in found


@pytest.mark.parametrize("edition", list(Edition))
def test_what_readers_never_had_is_named_and_not_linked_to(edition: Edition) -> None:
    there = placed(edition, replace(SECOND, beside=[]))
    assert all(target in there for path, content in there.items() for target in links(path, content))
    page = html.document_fromstring(there[f"2026-08/r2/{edition.value}/site/lan-chot.html"].decode())
    assert [row.xpath("string(td[last()])") for row in page.xpath("//tbody/tr")] == ["trang này", "—"]
