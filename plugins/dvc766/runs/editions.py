"""The editions of a revision as folders: made once from what is published, and kept as they are delivered.

editions/2025-07/r1/public/SHA256SUMS, contents.json, site/index.html, …
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from dvc766 import reference
from dvc766.clock import month_after
from dvc766.delivery import CHECKSUMS, Release, checksums
from dvc766.reporting import products, source
from dvc766.reporting.content import Publication, Terms
from dvc766.reporting.editions import Edition
from dvc766.runs.deadlines import cut_off
from dvc766.runs.life import engine_of_role
from dvc766.runs.publishing import STATEMENT
from dvc766.sealing.folders import one_writer
from dvc766.settings import Settings
from dvc766.warehouse import deliveries, publications

CONTENTS = "contents.json"  # which files are of which product
LEAST_SHOWN = "least_public_count"  # the rule: the smallest count of a procedure in the public edition
SITE = "site"  # the product with links to what readers had before

_LOG = logging.getLogger(__name__)

Tell = Callable[[str], object]  # takes a line for each product when its making begins


@dataclass(frozen=True)
class KeptEdition:
    """An edition in its folder: its files by path, and the paths of each product."""

    month: date
    revision: int
    edition: Edition
    folder: Path
    files: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def contents(self) -> Mapping[str, Any]:
        """What contents.json says of it."""
        return dict(json.loads(self.files[CONTENTS]))

    def is_of(self, manifest_sha256: str, names: Iterable[str]) -> bool:
        """Whether it was made of this sealed bundle, with all these products."""
        return bool(self.contents["manifest_sha256"] == manifest_sha256) and set(names) <= set(
            self.contents["products"]
        )

    def release(self, names: Sequence[str]) -> Release:
        """The files of some products, as they are delivered."""
        paths = {path for name in names for path in self.contents["products"][name]}
        files = {path: content for path, content in self.files.items() if path in paths}
        return Release(f"{self.month:%Y-%m}", self.revision, self.edition.value, files)


def content_of(settings: Settings, month: date, revision: int) -> Publication:
    """What is published of a revision, for those who lay it out. Raises FreezeRefused when there is none."""
    with engine_of_role(settings, "bi_reader") as engine:
        return source.read(engine, month, revision, terms_of(settings, month))


def terms_of(settings: Settings, month: date) -> Terms:
    """On what terms a month is published, by the dated rules."""
    rules, last_on = settings.dbt_project / "seeds" / "rules.csv", month_after(month) - timedelta(days=1)
    return Terms(
        next_release=cut_off(settings, month_after(month)),
        least_shown=reference.rule_on(rules, LEAST_SHOWN, last_on, int),
        statement=STATEMENT.read_text(encoding="utf-8"),
    )


def make_edition(
    settings: Settings, month: date, revision: int, edition: Edition, tell: Tell = _LOG.info
) -> KeptEdition:
    """Make an edition of a revision anew and put it into its folder, in place of what was there."""
    with one_writer(settings.editions):
        return _made(settings, month, revision, edition, tell)


def kept_edition(
    settings: Settings, month: date, revision: int, edition: Edition, tell: Tell = _LOG.info
) -> KeptEdition:
    """The edition of a sealed revision as it lies in its folder; made when it is not there whole.

    It is kept so that a venue which could not be reached gets the same bytes as the others, also after an update.
    """
    with engine_of_role(settings, "publisher") as engine:
        sealed = publications.publication_of(engine, month, revision)
    with one_writer(settings.editions):
        found = _found(settings, month, revision, edition)
        if found and sealed and found.is_of(sealed.manifest_sha256, products.PRODUCTS):
            return found
        return _made(settings, month, revision, edition, tell)


def _made(settings: Settings, month: date, revision: int, edition: Edition, tell: Tell) -> KeptEdition:
    # The seal first: sealed between the two, the edition shows more than its contents.json claims, and is made again.
    with engine_of_role(settings, "publisher") as engine:
        sealed = publications.publication_of(engine, month, revision)
        beside = deliveries.delivered_before_seal(engine, month, revision, edition.value, SITE)
    publication = replace(content_of(settings, month, revision), beside=beside)
    files: dict[str, bytes] = {}
    paths: dict[str, list[str]] = {}
    for place, name in enumerate(products.PRODUCTS, 1):
        tell(f"{edition.name_vi} {month:%m/%Y}: đang lập {name} ({place}/{len(products.PRODUCTS)})")
        made = products.make(publication, edition, [name])
        paths[name] = sorted(made)
        files |= made
    contents = {
        "period": f"{month:%Y-%m}",
        "revision": revision,
        "edition": edition.value,
        "manifest_sha256": sealed.manifest_sha256 if sealed else None,
        "products": paths,
    }
    files[CONTENTS] = (json.dumps(contents, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    folder = _folder(settings, month, revision, edition)
    _place(folder, files | {CHECKSUMS: checksums(files)})
    return KeptEdition(month, revision, edition, folder, files)


def _found(settings: Settings, month: date, revision: int, edition: Edition) -> KeptEdition | None:
    """What lies in the folder, when it is what its list of hashes says."""
    folder = _folder(settings, month, revision, edition)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    listed = files.pop(CHECKSUMS, None)
    if listed is None or listed != checksums(files) or CONTENTS not in files:
        return None
    return KeptEdition(month, revision, edition, folder, files)


def _folder(settings: Settings, month: date, revision: int, edition: Edition) -> Path:
    return settings.editions / f"{month:%Y-%m}" / f"r{revision}" / edition.value


def _place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files aside, then under the folder's name; what was there goes last."""
    aside, old = (folder.with_name(f".{folder.name}.{what}") for what in ("making", "old"))
    for left in (aside, old):
        shutil.rmtree(left, ignore_errors=True)
    for path, content in files.items():
        place = aside / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
