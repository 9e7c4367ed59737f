"""The suites of expectations/: data a person edits, checked before anything is judged by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from dvc766.failures import NeedsAPerson

Severity = Literal["critical", "warning"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning")

VolumeDays = Literal["working", "calendar"]

_SECTIONS = {"facts", "records", "batch", "rows", "volume_days", "secondary"}
_ITEM_KEYS = {"type", "kwargs", "severity", "notes_vi"}
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")


class SuiteError(NeedsAPerson, ValueError):
    """A file of expectations cannot be used; the message names the file and the line to change."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One condition, what follows when it fails, and why it stands."""

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    notes_vi: str

    @property
    def name(self) -> str:
        """Short name for lists: the column, where there is one, and the type."""
        column = self.kwargs.get("column")
        return f"{column}: {self.type}" if column else self.type


@dataclass(frozen=True, slots=True)
class Suite:
    """The conditions of one table."""

    table: str  # the file's name, and the table's
    facts: Mapping[str, str]  # name -> SQL aggregate over the table
    records: Mapping[str, str]  # name -> SQL condition on a record: counted as a fact, and the keys are told
    batch: tuple[Expectation, ...]  # judged on the one row of facts
    rows: tuple[Expectation, ...]  # judged on the table itself
    volume_days: VolumeDays = "working"  # the days on which its records arrive, for what volume is usual


def read_suite(path: Path) -> Suite:
    """The suite in a yml file.

    Of a table marked `secondary` every condition is a warning: it does not keep the others out.
    Raises SuiteError for a missing file, for a key, severity or section nobody reads (Great
    Expectations would drop such an item without a word), and for a file without any condition.
    """
    if not path.exists():
        raise SuiteError(f"There is no {path}.\nNext: write the expectations of this table there.")
    # By libyaml, which is nine times as quick as PyYAML's own loader: a reading looks at all suites of its portal.
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if not isinstance(content, dict) or not set(content) <= _SECTIONS:
        raise SuiteError(f"{path}: the sections are {', '.join(sorted(_SECTIONS))}, and no others.")
    suite = Suite(
        table=path.stem,
        facts=_facts(path, content.get("facts") or {}),
        records=_facts(path, content.get("records") or {}),
        batch=_expectations(path, "batch", content.get("batch") or []),
        rows=_expectations(path, "rows", content.get("rows") or []),
        volume_days=_one_of(path, "volume_days", content.get("volume_days", "working"), get_args(VolumeDays)),
    )
    if _one_of(path, "secondary", content.get("secondary", False), (True, False)):
        suite = replace(suite, batch=_as_warnings(suite.batch), rows=_as_warnings(suite.rows))
    if not suite.batch and not suite.rows:
        raise SuiteError(f"{path} states no condition: a door that checks nothing is open.")
    return suite


def _one_of(path: Path, name: str, given: object, known: tuple[Any, ...]) -> Any:
    if not any(given is one or (isinstance(one, str) and given == one) for one in known):
        raise SuiteError(f"{path}: {name} is {given!r}; it is one of {', '.join(map(str, known))}.")
    return given


def _as_warnings(expectations: tuple[Expectation, ...]) -> tuple[Expectation, ...]:
    return tuple(replace(expectation, severity="warning") for expectation in expectations)


def _facts(path: Path, given: object) -> Mapping[str, str]:
    if not isinstance(given, dict):
        raise SuiteError(f"{path}: facts is a mapping of name to SQL aggregate.")
    for name, sql in given.items():
        if not isinstance(name, str) or not _FACT_NAME.fullmatch(name) or not isinstance(sql, str):
            raise SuiteError(f"{path}: the fact {name!r} is no snake_case name with an SQL aggregate.")
    return given


def _expectations(path: Path, section: str, given: object) -> tuple[Expectation, ...]:
    if not isinstance(given, list):
        raise SuiteError(f"{path}: {section} is a list of conditions.")
    return tuple(_expectation(f"{path}, {section} no. {at}", item) for at, item in enumerate(given, 1))


def _expectation(where: str, item: object) -> Expectation:
    if not isinstance(item, dict) or set(item) != _ITEM_KEYS:
        raise SuiteError(f"{where}: a condition has exactly {', '.join(sorted(_ITEM_KEYS))}.")
    if item["severity"] not in SEVERITIES:
        raise SuiteError(f"{where}: severity {item['severity']!r} is not one of {', '.join(SEVERITIES)}.")
    if not isinstance(item["kwargs"], dict) or not isinstance(item["type"], str):
        raise SuiteError(f"{where}: type is a name, kwargs a mapping.")
    if not isinstance(item["notes_vi"], str) or not item["notes_vi"].strip():
        raise SuiteError(f"{where}: notes_vi must say why the condition stands and what to do.")
    return Expectation(
        type=item["type"],
        kwargs=cast(Mapping[str, Any], item["kwargs"]),
        severity=item["severity"],
        notes_vi=" ".join(item["notes_vi"].split()),
    )
