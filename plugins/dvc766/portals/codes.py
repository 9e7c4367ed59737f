"""The codes a portal is known to use, read from the dated table that also translates them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dvc766 import reference
from dvc766.portals.contract import Field, KnownCodes, Portal


def read_known_codes(table: Path, portal: Portal) -> KnownCodes:
    """The codes listed for the portal, by code set.

    A closed row stays known: records of its time may still arrive. Raises LookupError when a code
    set that the portal's fields refer to has no row at all, because then every record would be
    rejected and the table, not the portal, would be at fault; ReferenceRefused when it is no such table.
    """
    listed: defaultdict[str, set[str]] = defaultdict(set)
    for line in reference.read(table, ("portal_code", "code_set", "code")):
        row = line.cells
        if row["portal_code"] == portal.code:
            listed[row["code_set"]].add(row["code"])
    for needed in sorted(code_sets(portal)):
        if needed not in listed:
            raise LookupError(f"{table.name} lists no code of {portal.code}, set {needed!r}.\nNext: add its rows.")
    return {name: frozenset(codes) for name, codes in listed.items()}


def code_sets(portal: Portal) -> set[str]:
    """The code sets the portal's fields refer to."""
    fields = [field for resource in portal.resources for field in resource.fields]
    return {field.code_set for field in _with_children(fields) if field.code_set is not None}


def _with_children(fields: list[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _with_children(list(field.children))
