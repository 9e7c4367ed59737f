"""The runbooks as a machine reads them: their parts, their queries with the role that runs them, their commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dvc766.settings import PROJECT_ROOT

RUNBOOKS = PROJECT_ROOT / "docs" / "runbooks"
PARTS = ["Dấu hiệu", "Kiểm tra", "Xử lý", "Xác nhận", "Báo ai"]

_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_ROLE = re.compile(r"vai trò `(\w+)`")
# A command stands between backticks, alone on an indented line, or in a block.
_BEGIN = r"\./run|python -m|python verifier\.py"
_COMMAND = re.compile(rf"`((?:{_BEGIN}|docker compose) [^`]+)`|^ *((?:{_BEGIN}) .+)$", re.MULTILINE)


@dataclass(frozen=True)
class Query:
    """A query of a page, and the role that the page names last before it."""

    page: str
    role: str | None
    sql: str


def pages() -> list[Path]:
    """All runbooks but the list of them."""
    return sorted(path for path in RUNBOOKS.glob("*.md") if path.name != "README.md")


def parts(text: str) -> dict[str, str]:
    """The parts of a page, by heading."""
    found = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def queries() -> Iterator[Query]:
    """All queries of all pages."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            if block[1] == "sql":
                roles = _ROLE.findall(text[: block.start()])
                yield Query(page.name, roles[-1] if roles else None, block[2])


def shell_blocks() -> Iterator[tuple[str, str]]:
    """All blocks for a shell, with their page."""
    for page in pages():
        for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            if block[1] in ("sh", "bash"):
                yield page.name, block[2]


def commands(text: str) -> Iterator[list[str]]:
    """The commands that a page names, as words; what follows a `#` is said to people."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for found in _COMMAND.finditer(joined):
        words = (found[1] or found[2]).split(" #")[0].replace("…", "X")
        yield shlex.split(words)


def names(text: str, pattern: str) -> set[str]:
    """The names of a pattern that stand between backticks."""
    spans = re.findall(r"`([^`\n]+)`", text)
    return {name for span in spans for name in re.findall(pattern, span)}
