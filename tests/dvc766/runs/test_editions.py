"""An edition lies in its folder as it was made of a sealed revision, and is made again when it was not."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from dvc766.reporting import products
from dvc766.reporting.content import Publication
from dvc766.reporting.editions import Edition
from dvc766.runs import editions
from dvc766.settings import Settings, WarehouseSettings
from dvc766.warehouse import deliveries, publications
from tests.dvc766.reporting import samples

MONTH, HASH = date(2026, 8, 1), "3f2a90c1"
SEALED = publications.Publication(1, MONTH, 1, HASH, "2026-08/r1")


@dataclass
class Sealing:
    """A revision that is sealed at some time."""

    is_done: bool = False
    while_read: bool = False

    def publication(self, *_: object) -> publications.Publication | None:
        """What is known of its seal."""
        return SEALED if self.is_done else None

    def content(self, *_: object) -> Publication:
        """Its content; where so said, it is sealed as soon as that was read."""
        seen = self.is_done
        self.is_done |= self.while_read
        usual = samples.usual()
        return replace(usual, head=replace(usual.head, short_hash=HASH if seen else None))


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch) -> Sealing:
    """A revision that is not sealed, and one product, which says under which seal it was made."""
    told = Sealing()
    monkeypatch.setattr(editions, "engine_of_role", lambda *_: nullcontext())
    monkeypatch.setattr(editions, "content_of", told.content)
    monkeypatch.setattr(publications, "publication_of", told.publication)
    monkeypatch.setattr(deliveries, "delivered_before_seal", lambda *_: [])
    page = lambda publication, _: {"page": str(publication.head.short_hash).encode()}  # noqa: E731
    monkeypatch.setattr(products, "PRODUCTS", {"site": page})
    return told


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose editions lie in the test's folder."""
    return Settings({}, WarehouseSettings("127.0.0.1", 1, "none", {}), editions=tmp_path)


def test_what_was_made_while_its_revision_was_sealed_is_made_again(settings: Settings, sealing: Sealing) -> None:
    sealing.while_read = True
    assert editions.make_edition(settings, MONTH, 1, Edition.PUBLIC).files["page"] == b"None"
    assert editions.kept_edition(settings, MONTH, 1, Edition.PUBLIC).files["page"] == HASH.encode()


def test_what_was_made_of_a_sealed_revision_is_kept(settings: Settings, sealing: Sealing) -> None:
    sealing.is_done = True
    made = editions.kept_edition(settings, MONTH, 1, Edition.PUBLIC)
    place = made.folder / "page"
    before = place.stat()
    assert editions.kept_edition(settings, MONTH, 1, Edition.PUBLIC).files == made.files
    assert place.stat().st_ino == before.st_ino


def test_whoever_waits_is_told_what_is_being_made(settings: Settings, sealing: Sealing) -> None:
    told: list[str] = []
    editions.make_edition(settings, MONTH, 1, Edition.PUBLIC, told.append)
    assert told == ["Bản công khai 08/2026: đang lập site (1/1)"]
