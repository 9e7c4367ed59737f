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
    "report": files.report,
    "notice": files.notice,
    "agency_sheets": files.agency_sheets,
}
"""Of any month; those of a frozen one are kept and delivered."""

OF_A_RUNNING_MONTH: Mapping[str, Renderer] = {"weekly-note": weekly_note.render}
"""Only of a month that is not frozen yet."""


class NoSuchProduct(NeedsAPerson):
    """A product was asked for that does not exist."""


def make(publication: Publication, edition: Edition, products: Iterable[str] | None = None) -> dict[str, bytes]:
    """The files of an edition, by their path in its folder; of all products of such a month, or of those named."""
    shown = of_edition(publication, edition)
    known = {**PRODUCTS, **OF_A_RUNNING_MONTH}
    made = known if publication.head.is_provisional else PRODUCTS
    files: dict[str, bytes] = {}
    for name in made if products is None else products:
        if name not in known:
            raise NoSuchProduct(f"Không có sản phẩm {name!r}.\nViệc cần làm: chọn trong {', '.join(sorted(known))}.")
        if name in made:
            files |= made[name](shown, edition)
    return files
