"""The products of a publication: each a renderer from content to files, the same content giving the same bytes.

make(publication, Edition.PUBLIC, ["site", "notice"])  ->  {"site/index.html": b"...", "thong-bao.pdf": b"..."}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dvc766.failures import NeedsAPerson
from dvc766.reporting import site, slides, weekly_note, workbook
from dvc766.reporting.content import Publication
from dvc766.reporting.documents import files
from dvc766.reporting.editions import Edition, of_edition

Renderer = Callable[[Publication, Edition], Mapping[str, bytes]]

PRODUCTS: Mapping[str, Renderer] = {
    "site": site.render,
    "workbook": workbook.render,
    "slides": slides.render,
    "weekly-note": weekly_note.render,
    "report": files.report,
    "notice": files.notice,
    "agency_sheets": files.agency_sheets,
}


class NoSuchProduct(NeedsAPerson):
    """A product was asked for that does not exist."""


def make(publication: Publication, edition: Edition, products: Iterable[str] | None = None) -> dict[str, bytes]:
    """The files of an edition, by their path in its folder; of all products, or of those that are named."""
    shown = of_edition(publication, edition)
    files: dict[str, bytes] = {}
    for name in PRODUCTS if products is None else products:
        if name not in PRODUCTS:
            raise NoSuchProduct(f"Không có sản phẩm {name!r}.\nViệc cần làm: chọn trong {', '.join(sorted(PRODUCTS))}.")
        files |= PRODUCTS[name](shown, edition)
    return files
