"""What the rows of dbt_project/seeds must keep to, as `_seeds.yml` says it, judged by file, line and column.

Read there: `column_types`; of the data tests not_null, unique, accepted_values, relationships and
no_overlap; and, under `config: meta`, bounds of a number (`above`, `at_least`, `at_most`) and the values
that a column may have by another's (`values_by`). What several rows say together stands in
`sense` and `corrections`. An example: a row of indicator_targets.csv with target 1.2 is refused as
"indicator_targets.csv, dòng 7, cột 'target': 1.2 lớn hơn 1".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from dvc766.reference import corrections, files, sense
from dvc766.reference.files import NO_DAY, Finding, Line, ReferenceRefused, day_of
from dvc766.reference.sense import Tables, days_of

DESCRIPTION = "_seeds.yml"
_REF = re.compile(r"ref\('(\w+)'\)")


@dataclass(frozen=True)
class Seed:
    """A file as `_seeds.yml` describes it."""

    name: str
    types: Mapping[str, str]
    values_by: list[Mapping[str, Any]]
    keys_by_day: list[list[str]]  # rows of one key must not be in force on the same day
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # data tests and bounds by column


def check(seeds: Path) -> None:
    """Judge every seed of a dbt project; ReferenceRefused tells all that is wrong, at most once a cell."""
    description = seeds / DESCRIPTION
    described = (
        [_seed(entry) for entry in yaml.load(description.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["seeds"]]
        if description.exists()
        else []
    )
    tables: Tables = {}
    findings: list[Finding] = []
    for seed in described:
        tables[seed.name], wrong = files.look(seeds / f"{seed.name}.csv", seed.types)
        findings += wrong
    known = {f"{seed.name}.csv" for seed in described}
    strangers = sorted({file.name for file in seeds.glob("*.csv")} - known)
    findings += [
        Finding(name, None, None, f"{DESCRIPTION} không mô tả tệp này; xóa hoặc đổi tên") for name in strangers
    ]
    if not findings:
        findings = [found for seed in described for found in _cells(seed, tables)]
    if not findings:
        findings = [found for seed in described for found in _rows(seed, tables[seed.name])]
        findings += [*sense.judge(tables), *corrections.judge(tables)] if described else []
    if findings:
        raise ReferenceRefused(findings)


def _seed(entry: Mapping[str, Any]) -> Seed:
    config = entry["config"]
    by_day = [
        test["no_overlap"]["arguments"]["columns"] for test in entry.get("data_tests", []) if "no_overlap" in test
    ]
    columns = {}
    for column in entry.get("columns", []):
        tests: dict[str, Any] = {}
        for test in column.get("data_tests", []):
            tests |= {test: True} if isinstance(test, str) else {name: told["arguments"] for name, told in test.items()}
        columns[column["name"]] = tests | column.get("config", {}).get("meta", {})
    values_by = config.get("meta", {}).get("values_by", [])
    return Seed(entry["name"], config["column_types"], values_by, by_day, columns)


def _cells(seed: Seed, tables: Tables) -> Iterator[Finding]:
    """What is wrong with single cells."""
    file = f"{seed.name}.csv"
    seen: dict[tuple[str, str], int] = {}
    for line in tables[seed.name]:
        for column, type_name in seed.types.items():
            text = _cell(line, column, type_name, seed, tables, seen)
            if text is not None:
                yield Finding(file, line.number, column, text)


def _cell(
    line: Line, column: str, type_name: str, seed: Seed, tables: Tables, seen: dict[tuple[str, str], int]
) -> str | None:
    value, told = line.cells[column], seed.columns.get(column, {})
    if not value:
        return "ô này không được trống" if told.get("not_null") else None
    if value != value.strip():
        return f"{value!r} thừa khoảng trắng ở đầu hoặc cuối"
    wrong = _TYPES[type_name.partition("(")[0]](value)
    if wrong is not None:
        return f"{value!r} {wrong}"
    if told.get("unique") and seen.setdefault((column, value), line.number) != line.number:
        return f"{value!r} đã có ở dòng {seen[column, value]}"
    if "accepted_values" in told and value not in map(str, told["accepted_values"]["values"]):
        return f"{value!r} không thuộc các giá trị được dùng: {', '.join(map(str, told['accepted_values']['values']))}"
    if "relationships" in told:
        [other] = _REF.findall(told["relationships"]["to"])
        if value not in {row.cells[told["relationships"]["field"]] for row in tables[other]}:
            return f"{value!r} không có trong {other}.csv"
    for values_by in seed.values_by:
        if values_by["by"] == column and value not in values_by["values"]:
            return f"không biết {value!r}; chưa có gì dùng dòng này"
        if values_by["column"] == column:
            return _value_by(value, line.cells[values_by["by"]], values_by)
    return _bounds(value, told)


def _value_by(value: str, kind: str, values_by: Mapping[str, Any]) -> str | None:
    allowed = values_by["values"].get(kind)
    if allowed is None:  # told of its own column
        return None
    if isinstance(allowed, Mapping):
        return _number(value) or _bounds(value, allowed)
    if value not in map(str, allowed):
        return f"{value!r} không thuộc các giá trị được dùng với {kind}: {', '.join(map(str, allowed))}"
    return None


def _bounds(value: str, told: Mapping[str, Any]) -> str | None:
    for name, breaks, words in _BOUNDS:
        if name in told and breaks(Decimal(value), Decimal(str(told[name]))):
            return f"{value} {words} {told[name]}"
    return None


_BOUNDS: tuple[tuple[str, Callable[[Decimal, Decimal], bool], str], ...] = (
    ("above", lambda value, bound: value <= bound, "không lớn hơn"),
    ("at_least", lambda value, bound: value < bound, "nhỏ hơn"),
    ("at_most", lambda value, bound: value > bound, "lớn hơn"),
)


def _rows(seed: Seed, lines: list[Line]) -> Iterator[Finding]:
    """What is wrong with the spans of days of a file's rows."""
    file = f"{seed.name}.csv"
    if "valid_to" not in seed.types:
        return
    for line in lines:
        first, last = days_of(line)
        if last < first:
            yield Finding(file, line.number, "valid_to", f"{last} trước ngày bắt đầu {first}")
    for columns in seed.keys_by_day:
        for number, one in enumerate(lines):
            for other in lines[:number]:
                if all(one.cells[column] == other.cells[column] for column in columns) and _meet(one, other):
                    text = f"trùng thời gian hiệu lực với dòng {other.number}"
                    yield Finding(file, one.number, "valid_from", text)
                    break


def _meet(one: Line, other: Line) -> bool:
    return max(days_of(one)[0], days_of(other)[0]) <= min(days_of(one)[1], days_of(other)[1])


def _number(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d+(\.\d+)?", value) else "không phải số (phần thập phân viết bằng dấu chấm)"


def _integer(value: str) -> str | None:
    return None if re.fullmatch(r"-?\d+", value) else "không phải số nguyên"


def _boolean(value: str) -> str | None:
    return None if value.lower() in ("true", "false") else "không phải true hoặc false"


def _date(value: str) -> str | None:
    return None if day_of(value) else NO_DAY


_TYPES: Mapping[str, Callable[[str], str | None]] = {
    "text": lambda _: None,
    "numeric": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
}
