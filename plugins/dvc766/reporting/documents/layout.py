"""What a document says before it is laid out: sections of paragraphs and tables, all of them texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: under which key its texts stand in the rows, its header and its share of the width."""

    key: str
    header: str
    share: int
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; a table without rows is not shown."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: what is said before its tables, the tables (all of the same columns), what comes after.

    `key` is the name by which the Word template knows it. `is_draft`: generated, to be edited by an officer.
    """

    key: str
    title: str
    level: int = 1
    lead: Sequence[str] = ()
    tables: Sequence[Table] = ()
    after: Sequence[str] = ()
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex with its number in Roman figures; a wide one stands on landscape pages."""

    number: str
    title: str
    sections: Sequence[Section]
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The fixed parts of a state document: its head, its addressee, its foot."""

    superior: tuple[str, str]
    body: str
    number_line: str
    place_and_date: str
    kind: str
    subject: str
    addressee: str
    opening: str
    closing: str
    signer: str
    recipients: Sequence[str]
    annexed_to: str
    edition: str
    notices: Sequence[str]
    provenance: str


@dataclass(frozen=True, slots=True)
class Document:
    """A state document: the form, the sections in their order, the annexes."""

    name: str
    form: Form
    sections: Sequence[Section]
    annexes: Sequence[Annex] = field(default_factory=tuple)

    def plain(self) -> dict[str, Any]:
        """The same as dictionaries and lists, for templates."""
        return asdict(self)

    def texts(self) -> list[str]:
        """Every text of the document, in the order of reading."""
        form = self.form
        found = [form.kind, form.subject, form.addressee, form.opening]
        for section in (*self.sections, *(part for annex in self.annexes for part in annex.sections)):
            found += texts_of(section)
        return [*found, form.closing, form.provenance, *form.notices]


def texts_of(section: Section) -> list[str]:
    """Every text of a section, in the order of reading."""
    found = [section.title, *section.lead]
    for table in section.tables:
        if table.rows:
            found += [table.caption, *(column.header for column in table.columns)]
            found += [row[column.key] for row in table.rows for column in table.columns]
            found.append(table.note)
    return [text for text in [*found, *section.after] if text]
