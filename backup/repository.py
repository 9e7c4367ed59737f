"""The repository of backups, as pgBackRest keeps it: made, filled, looked at, restored from."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

STANZA = "warehouse"
KEY = "PGBACKREST_REPO1_CIPHER_PASS"
LEAST_KEY = 20  # letters
PLACEHOLDER = "CHANGE_ME"
INSTALL = (
    "Next: install a pgBackRest that knows PostgreSQL 18 (2.59.1 does). Debian's own is older up to trixie; that of"
    " apt.postgresql.org is new: apt-get install postgresql-common && /usr/share/postgresql-common/pgdg/"
    "apt.postgresql.org.sh -y && apt-get install pgbackrest."
)

Run = Callable[[Sequence[str], Mapping[str, str]], "subprocess.CompletedProcess[str]"]


class BackupFailed(RuntimeError):
    """A backup or a restore was refused or did not succeed; the message holds pgBackRest's own and the next step."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup of the repository."""

    label: str
    kind: str
    started_at: datetime
    finished_at: datetime
    size_bytes: int  # what it takes in the repository
    is_sound: bool


def run_here(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as this user."""
    return subprocess.run(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",  # a wrong key makes noise of what is read
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Repository:
    """Where backups lie, and with which key; `run` is how pgBackRest is called: as the server's own user."""

    environment: Mapping[str, str] = field(repr=False)
    run: Run = run_here

    def __post_init__(self) -> None:
        """Refuse a key that is missing, a placeholder or short."""
        key = self.environment.get(KEY, "")
        if PLACEHOLDER in key or len(key) < LEAST_KEY:
            raise BackupFailed(
                f"There is no key for the backups, or one of less than {LEAST_KEY} letters.\n"
                "Next: set DVC766_BACKUP_KEY, and keep a copy of it away from this machine."
            )

    def prepare(self) -> None:
        """Make the stanza when there is none, and see one piece of WAL arrive."""
        self._call("stanza-create")
        self._call("check")

    def take(self, kind: str) -> Backup:
        """Take a backup (full, diff, incr); what is too old is removed after it."""
        self._call("backup", f"--type={kind}")
        return self.backups()[-1]

    def backups(self) -> list[Backup]:
        """Those there are, the oldest first."""
        return read_info(self._call("info", "--output=json"))

    def verify(self) -> None:
        """Read every file of the repository and compare its checksum; BackupFailed names the first that differs."""
        told = self._call("verify", "--output=text", "--verbose")
        if not re.search(r"^ *status: ok\s*$", told, re.MULTILINE):
            raise BackupFailed(f"The repository is damaged:\n{told.strip()}\nNext: take a full backup at once.")

    def restore(self, data: Path, moment: datetime | None = None) -> None:
        """Fill an empty data directory; started, its server replays WAL up to `moment`, or all there is."""
        until = []
        if moment:
            target = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
            until = ["--type=time", f"--target={target}", "--target-action=promote"]
        self._call("restore", f"--pg1-path={data}", *until)

    def _call(self, command: str, *arguments: str) -> str:
        try:
            done = self.run(["pgbackrest", f"--stanza={STANZA}", *arguments, command], self.environment)
        except FileNotFoundError:
            raise BackupFailed(f"pgbackrest is not installed.\n{INSTALL}") from None
        if done.returncode != 0:
            said = done.stdout.strip()[-2000:]
            hint = INSTALL if "version" in said and "not supported" in said else "Next: see docs/backup.md."
            raise BackupFailed(f"pgbackrest {command} ended with {done.returncode}:\n{said}\n{hint}")
        return done.stdout


def read_info(text: str) -> list[Backup]:
    """The backups in pgBackRest's JSON, the oldest first; none while there is no stanza."""
    found: list[dict[str, Any]] = json.loads(text[text.index("[") :])
    return [
        Backup(
            label=one["label"],
            kind=one["type"],
            started_at=datetime.fromtimestamp(one["timestamp"]["start"], UTC),
            finished_at=datetime.fromtimestamp(one["timestamp"]["stop"], UTC),
            size_bytes=int(one["info"]["repository"]["delta"]),
            is_sound=not one["error"],
        )
        for stanza in found
        for one in stanza.get("backup", [])
    ]
