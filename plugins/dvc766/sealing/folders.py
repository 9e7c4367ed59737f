"""Folders that are there whole or not at all, also when the machine stops in the middle."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Let one process at a time write below a folder: two at once would give two bundles the same number."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".writing").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with these files: aside first, then under its name in one step."""
    aside = folder.with_name(f".{folder.name}.making")
    folder.parent.mkdir(exist_ok=True)
    if aside.exists():
        shutil.rmtree(aside)  # of a writer that was stopped
    aside.mkdir()
    for name, content in files.items():
        with (aside / name).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _to_disk(aside)
    aside.rename(folder)
    _to_disk(folder.parent)
    _to_disk(folder.parent.parent)


def _to_disk(folder: Path) -> None:
    """Make sure that the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
