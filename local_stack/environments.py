"""Environments of their own, for programs whose packages do not go together with the rest."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from local_stack.installation import say


class InstallFailed(RuntimeError):
    """An environment could not be made; the message says why and what to do next."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A folder that a hashed lock is installed into.

    Environment("Superset", Path(".venv-superset"), Path("bi/requirements.txt"), "about 830 MB") is made by its first
    `ensure`, and again whenever the lock is another.
    """

    name: str
    folder: Path
    lock: Path
    size: str  # what a person waits for

    def ensure(self) -> Path:
        """The environment's Python; what the lock says is installed when it is not. InstallFailed when it cannot be."""
        python, stamp = self.folder / "bin" / "python", self.folder / ".lock-installed"
        if python.exists() and stamp.exists() and stamp.read_text() == self._wanted():
            return python
        say(f"Installing {self.name} into {self.folder.name} ({self.size}, hashes checked)")
        uv = str(Path(sys.executable).with_name("uv"))
        how = ["--quiet", "--require-hashes", "--compile-bytecode"]
        for command in (
            [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(self.folder)],
            [uv, "pip", "sync", "--python", str(python), *how, str(self.lock)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise InstallFailed(
                    f"{self.name} could not be installed:\n{done.stderr.strip()[-800:]}\n"
                    "Next: check the network or the package index (UV_INDEX_URL, proxy), then try again."
                )
        stamp.write_text(self._wanted())
        return python

    def _wanted(self) -> str:
        """What the stamp says when nothing is to be done."""
        return hashlib.sha256(self.lock.read_bytes() + str(self.folder).encode()).hexdigest()
