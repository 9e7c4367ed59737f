"""What is delivered: the files of one edition of one revision, and the list of their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Release:
    """One edition of a revision of a month, e.g. `Release("2025-07", 1, "public", files)`."""

    period: str
    revision: int
    edition: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def prefix(self) -> str:
        """Where its files are, below the place it is delivered to: 2025-07/r1/public."""
        return f"{self.period}/r{self.revision}/{self.edition}"

    @cached_property
    def checksums(self) -> bytes:
        """Its list of hashes, a file like the others."""
        return checksums(self.files)

    @cached_property
    def sha256(self) -> str:
        """The hash of the list of hashes: two releases of the same hash hold the same files."""
        return hashlib.sha256(self.checksums).hexdigest()

    @cached_property
    def placed(self) -> Mapping[str, bytes]:
        """All its files by their path below the place it is delivered to, the list of hashes last."""
        return {f"{self.prefix}/{name}": content for name, content in sorted(self.files.items())} | {
            f"{self.prefix}/{CHECKSUMS}": self.checksums
        }


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Paths and hashes as `sha256sum` writes them, and `sha256sum --check` reads them."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()
