"""Rows in the text form of COPY, with their content hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from dvc766.portals.contract import Resource, Row

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


class Encoder:
    """Encodes rows of one resource as lines of COPY … FROM STDIN.

    The content hash is the SHA-256 of the values in field order, the change time left out: a record
    that was merely touched is unchanged. It is taken over COPY's own escaped text, in which no two
    different rows look alike.
    """

    def __init__(self, resource: Resource) -> None:
        names = [field.column for field in resource.fields]
        self._changed = names.index(resource.changed_at) if resource.changed_at else None
        content = [name for name in names if name != resource.changed_at]
        late = [resource.changed_at] if resource.changed_at else []
        self.columns: list[str] = [*content, "row_number", *late, "content_hash"]
        self._separators = len(content) - 1

    def lines(self, rows: Iterable[Row], first: int) -> Iterator[bytes]:
        """One line for each row; `row_number` counts on from `first`.

        Raises UnicodeEncodeError or ValueError for text that PostgreSQL cannot hold (a lone
        surrogate, a NUL), which the portal layer has to reject before.
        """
        changed, separators = self._changed, self._separators
        for number, row in enumerate(rows, first):
            tail = f"\t{number}"
            if changed is not None:
                tail += f"\t{_escape(row[changed])}"
                row = row[:changed] + row[changed + 1 :]
            nulls = row.count(None)
            text = "\t".join([_NULL if value is None else value for value in row])
            # Escaping costs more than all the rest, and next to no row needs it.
            is_plain = text.count("\\") == nulls and text.count("\t") == separators
            if not is_plain or "\n" in text or "\r" in text or "\0" in text:
                text = "\t".join(map(_escape, row))
            content = text.encode()
            yield b"%b%b\t\\\\x%b\n" % (content, tail.encode(), sha256(content).hexdigest().encode())


def _escape(value: str | None) -> str:
    if value is None:
        return _NULL
    if "\0" in value:
        raise ValueError("PostgreSQL holds no NUL in a text")
    return value.translate(_ESCAPES)
