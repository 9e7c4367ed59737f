"""Installations that have published: made-up months, sealed by the real writer."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dvc766.sealing import Bundle, Contents, Table, write_bundle
from dvc766.sealing.verifier import CHAIN

NAMES = (
    "Sở Xây dựng",
    "=HYPERLINK(1)",
    "Xã Yên Lạc, huyện cũ",
    'Xã "Mới"',
    "",
    "-",
    "@a",
    "dòng 1\ndòng 2",
    "ＵＢＮＤ",
)
TABLES = ("rankings", "scorecards", "deductions")
AUGUST = Contents(
    province_code="26",
    period=date(2026, 8, 1),
    revision=1,
    reason_code=None,
    tables=(Table("rankings", ("rank", "agency", "points"), ((1, "Sở A", Decimal("91.50")), (2, "Sở B", None))),),
    texts={"statement.txt": "Không dùng để xếp loại cá nhân.\n".encode()},
    inputs={"sha256": "ab" * 32, "rows": {"dossiers": 1204, "petitions": 3}},
    versions={"code": "c0de", "reference": "5eed", "catalogue": 7, "calendar": "2026"},
    data_as_of="2026-09-15T01:30:00+07:00",
    frozen_at="2026-09-16T08:00:00+07:00",
    next_release=date(2026, 10, 16),
)


@dataclass(slots=True)
class Installation:
    """A folder of publications, the key that signs them, and the public key in a file."""

    root: Path
    seed: int
    key: Ed25519PrivateKey = field(init=False)
    bundles: list[Bundle] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.key = key_from(self.seed)
        self.public_key.write_bytes(public_pem(self.key))

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    @property
    def public_key(self) -> Path:
        return self.root / "public.pem"

    def publish(self, contents: Contents) -> Bundle:
        """Seal one more."""
        self.bundles.append(write_bundle(self.publications, contents, self.key))
        return self.bundles[-1]

    def copied(self, to: Path) -> Installation:
        """The same installation with the same key in another place."""
        other = Installation(to, self.seed)
        shutil.copytree(self.publications, other.publications)
        other.bundles = [replace(made, folder=other.publications / place_of(made)) for made in self.bundles]
        return other

    def alone(self, bundle: Bundle, to: Path) -> Path:
        """A copy of one bundle as somebody keeps it who has nothing else."""
        return Path(shutil.copytree(bundle.folder, to / place_of(bundle)))


def key_from(seed: int) -> Ed25519PrivateKey:
    """The same key for the same number."""
    return Ed25519PrivateKey.from_private_bytes(random.Random(seed).randbytes(32))


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half of a key as its file holds it."""
    return key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def place_of(bundle: Bundle) -> Path:
    """The path of a bundle below its publications."""
    return bundle.folder.relative_to(bundle.folder.parents[1])


def month(number: int) -> date:
    """The first day of a month, counted from January 2026."""
    return date(2026 + number // 12, number % 12 + 1, 1)


def made_up(chance: random.Random, period: date, revision: int, tables: Sequence[str] = TABLES) -> Contents:
    """A month with contents by chance."""
    return replace(
        AUGUST,
        period=period,
        revision=revision,
        reason_code="late_data" if revision > 1 else None,
        tables=[_table(chance, name) for name in tables],
        texts={"statement.txt": f"Bản {chance.random()}\n".encode()},
        inputs={"sha256": chance.randbytes(32).hex(), "rows": {"dossiers": chance.randrange(10**6)}},
        next_release=None if chance.random() < 0.3 else month(chance.randrange(40)),
    )


def _table(chance: random.Random, name: str) -> Table:
    rows = [
        (
            rank,
            chance.choice(NAMES),
            chance.choice((None, Decimal(chance.randrange(-9999, 9999)) / 100)),
            chance.random() < 0.5,
            date(2026, 1, 1 + chance.randrange(28)),
        )
        for rank in range(1, 4 + chance.randrange(6))
    ]
    return Table(name, ("rank", "agency", "points", "is_ranked", "due_on"), rows)


def order_by_chance(chance: random.Random, count: int) -> Sequence[tuple[date, int]]:
    """Months and revisions in an order in which they may be published: some months get corrected."""
    revisions: dict[date, int] = {}
    order = []
    for _ in range(count):
        is_correction = revisions and chance.random() < 0.3
        period = chance.choice(sorted(revisions)) if is_correction else month(len(revisions))
        revisions[period] = revisions.get(period, 0) + 1
        order.append((period, revisions[period]))
    return order


def chain_of(folder: Path) -> list[bytes]:
    """The lines of a bundle's chain."""
    return (folder / CHAIN).read_bytes().splitlines(keepends=True)
