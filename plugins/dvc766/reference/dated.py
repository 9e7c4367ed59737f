"""Single values of rules.csv, as they are in force on a day, and the codes that labels.csv names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from dvc766.failures import NeedsAPerson
from dvc766.reference.files import read

Value = TypeVar("Value")


class RuleUnusable(NeedsAPerson, ValueError):
    """A rule has no row, several rows, or no such value on a day; the message names the file and the rule."""


def rule_on(rules: Path, code: str, on: date, convert: Callable[[str], Value]) -> Value:
    """The value of a rule on a day, for instance `rule_on(rules, "largest_gone_share", date(2026, 1, 1), float)`.

    Raises RuleUnusable unless exactly one row is in force and can be converted, ReferenceRefused when the file is
    no table of rules.
    """
    rows = [line.cells for line in read(rules, ("rule_code", "value", "valid_from", "valid_to"))]
    values = [
        row["value"]
        for row in rows
        if row["rule_code"] == code and row["valid_from"] <= str(on) and (row["valid_to"] or "9999") >= str(on)
    ]
    try:
        [value] = map(convert, values)
    except ValueError:
        raise RuleUnusable(
            f"{rules.name}: {code} có {len(values)} dòng ({', '.join(values) or 'trống'}) cho ngày {on:%d/%m/%Y}.\n"
            "Việc cần làm: sửa thành đúng một dòng có hiệu lực ngày đó, với giá trị hợp lệ."
        ) from None
    return value


def codes_of(labels: Path, code_set: str) -> Mapping[str, str]:
    """The codes of a set and their Vietnamese names; ReferenceRefused when the file is no table of labels."""
    rows = [line.cells for line in read(labels, ("code_set", "code", "name_vi"))]
    return {str(row["code"]): str(row["name_vi"]) for row in rows if row["code_set"] == code_set}
