"""Rows in the text form of COPY, with their content hash."""

from __future__ import annotations

from collections.abc import Iterable
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

    def lines(self, rows: Iterable[Row], first: int) -> bytes:
        """One line for each row; `row_number` counts on from `first`.

        Raises UnicodeEncodeError or ValueError for text that PostgreSQL cannot hold (a lone
        surrogate, a NUL), which the portal layer has to reject before.
        """
        return "".join([self._line(row, number) for number, row in enumerate(rows, first)]).encode()

    def _line(self, row: Row, number: int) -> str:
        values = [_NULL if value is None else value for value in row]
        nulls, late = row.count(None), ""
        if self._changed is not None:
            nulls -= row[self._changed] is None
            late = f"\t{values.pop(self._changed)}"  # an instant, in which there is nothing to escape
        text = "\t".join(values)
        # Escaping costs more than all the rest, and next to no row needs it.
        is_plain = text.count("\\") == nulls and text.count("\t") == self._separators
        if not is_plain or "\n" in text or "\r" in text or "\0" in text:
            text = "\t".join([_escape(value) for at, value in enumerate(row) if at != self._changed])
        return f"{text}\t{number}{late}\t\\\\x{sha256(text.encode()).hexdigest()}\n"


def _escape(value: str | None) -> str:
    if value is None:
        return _NULL
    if "\0" in value:
        raise ValueError("PostgreSQL holds no NUL in a text")
    return value.translate(_ESCAPES)
