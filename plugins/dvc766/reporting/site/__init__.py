"""The static site of a publication: pages that read without JavaScript, and feeds, for a browser and for programs.

render(publication, Edition.PUBLIC)  ->  {"site/index.html": b"...", "site/don-vi/H44.03.html": b"...", ...}

| in the site | what |
|---|---|
| `index.html` | the month, the ranking of each peer group, movement |
| `don-vi/<ma>.html` | an agency: score, groups, indicators, reasons, earlier months, peers, the portal's own points |
| `don-vi/<ma>/chi-so-<ma>.html`, `thu-tuc/<ma>.html` | records that cost points, procedures: internal edition |
| `charts/<ma>.svg` | the earlier months as a picture |
| `data/`, `releases.atom` | feeds |
"""

from __future__ import annotations

from collections.abc import Mapping

from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.site.addresses import SITE
from dvc766.reporting.site.charts import trend_svg
from dvc766.reporting.site.feeds import feeds
from dvc766.reporting.site.pages import charted, pages, static
from dvc766.reporting.site.writing import Writer


def render(publication: Publication, edition: Edition) -> Mapping[str, bytes]:
    """All files of the site, by their path in the edition; the same publication gives the same bytes."""
    writer = Writer(publication, edition)
    files = {page.path: writer.html(page) for page in pages(publication, edition)}
    files |= {path: trend_svg(shown) for path, shown in charted(publication).items()}
    files |= {**static(writer), **feeds(publication, edition)}
    return {f"{SITE}/{path}": files[path] for path in sorted(files)}
