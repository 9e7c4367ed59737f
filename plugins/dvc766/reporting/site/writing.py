"""From a page to its HTML: Jinja2 with every value escaped, links relative to the page, no address outside the site."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dvc766.reporting import highlights, sentences, trends, wording
from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.reporting.palette import GRADES, look
from dvc766.reporting.site import addresses, phrases

_FILTERS = (
    *("number", "points", "percent", "signed", "day", "moment", "month"),
    *("rank_movement", "listed", "small", "capital", "under"),
)
TEMPLATES = Path(__file__).parents[1] / "templates" / "site"


@dataclass(frozen=True)
class Page:
    """One page: where it stands, which template, what it is called, what it shows."""

    path: str
    template: str
    title: str
    shows: Mapping[str, Any] = field(default_factory=dict)
    within: Sequence[tuple[str, str]] = ()  # the pages above it: title and path


class Writer:
    """Writes the pages of one publication."""

    def __init__(self, publication: Publication, edition: Edition) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for name in _FILTERS:
            self._environment.filters[name] = getattr(wording, name)
        self._environment.filters["bar"] = _bar
        self._environment.globals |= {
            "publication": publication,
            "head": publication.head,
            "edition": edition,
            "is_internal": edition is Edition.INTERNAL,
            "sentences": sentences,
            "phrases": phrases,
            "highlights": highlights,
            "trends": trends,
            "movement_mark": wording.movement_mark,
            "addresses": addresses,
            "grades": GRADES,
            "look": look,
        }

    def html(self, page: Page) -> bytes:
        """The bytes of a page."""

        def link(path: str) -> str:
            return posixpath.relpath(path, posixpath.dirname(page.path) or ".")

        template = self._environment.get_template(page.template)
        return template.render(page=page, link=link, **page.shows).encode()

    def text(self, template: str) -> bytes:
        """A file that is no page, such as the style sheet."""
        return self._environment.get_template(template).render().encode()


def _bar(value: Decimal | None, most: Decimal | int) -> str:
    """How wide a bar is, in percent of the most that there is; the number beside it says the same."""
    return f"{max(Decimal(0), min(Decimal(100), 100 * (value or Decimal(0)) / Decimal(most))):.1f}%"
