"""Suites are data that a person edits: what nobody would read is refused, not dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dvc766.portals import PORTALS
from dvc766.quality.suites import SuiteError, read_suite
from dvc766.settings import PROJECT_ROOT

EXPECTATIONS = PROJECT_ROOT / "expectations"
FILES = sorted(EXPECTATIONS.rglob("*.yml"))
SECONDARY = {f"provincial_portal__{name}" for name in ("payment_requests", "payment_transactions", "ratings")}
GOOD = {
    "facts": {"share": "avg(1)"},
    "batch": [
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "share", "max_value": 1},
            "severity": "critical",
            "notes_vi": "Vì sao.",
        }
    ],
}


def write(folder: Path, content: object) -> Path:
    path = folder / "table.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_every_resource_has_a_door() -> None:
    wanted = {f"{portal.code}__{resource.name}" for portal in PORTALS for resource in portal.resources}
    assert {path.stem for path in (EXPECTATIONS / "landing").glob("*.yml")} == wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_suite_can_be_read_and_can_block_unless_it_is_secondary(path: Path) -> None:
    suite = read_suite(path)
    assert suite.table == path.stem
    can_block = any(item.severity == "critical" for item in (*suite.batch, *suite.rows))
    assert can_block is not (path.stem in SECONDARY)


@pytest.mark.parametrize("path", sorted((EXPECTATIONS / "landing").glob("*.yml")), ids=lambda path: path.stem)
def test_every_door_in_speaks_of_repeated_keys(path: Path) -> None:
    assert [item.severity for item in read_suite(path).batch if item.kwargs["column"] == "repeated_keys"] == ["warning"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fact_of_a_suite_is_judged(path: Path) -> None:
    suite = read_suite(path)
    assert set(suite.facts) | set(suite.records) <= {item.kwargs.get("column") for item in suite.batch}


def test_a_good_suite_is_read(tmp_path: Path) -> None:
    suite = read_suite(write(tmp_path, GOOD))
    assert (suite.table, suite.batch[0].severity, suite.rows) == ("table", "critical", ())


def test_the_conditions_of_a_secondary_table_are_warnings(tmp_path: Path) -> None:
    suite = read_suite(write(tmp_path, GOOD | {"secondary": True, "volume_days": "calendar"}))
    assert (suite.batch[0].severity, suite.volume_days) == ("warning", "calendar")
    assert read_suite(write(tmp_path, GOOD)).volume_days == "working"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"severity": "fatal"}, "severity 'fatal'"),
        ({"severity": "info"}, "severity 'info'"),
        ({"notes_vi": " "}, "notes_vi"),
        ({"mostly": 0.9}, "exactly"),
        ({"kwargs": None}, "kwargs"),
    ],
)
def test_an_item_nobody_would_read_is_refused(change: dict[str, object], words: str, tmp_path: Path) -> None:
    content = GOOD | {"batch": [GOOD["batch"][0] | change]}  # type: ignore[index]
    with pytest.raises(SuiteError, match=words) as refused:
        read_suite(write(tmp_path, content))
    assert "table.yml, batch no. 1" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"expectations": []}, "sections"),
        ({}, "no condition"),
        ([], "sections"),
        (GOOD | {"facts": {"Bad Name": "avg(1)"}}, "Bad Name"),
        (GOOD | {"facts": ["share"]}, "facts"),
        (GOOD | {"rows": {"type": "x"}}, "rows is a list"),
        (GOOD | {"volume_days": "weekends"}, "volume_days is 'weekends'; it is one of working, calendar"),
        (GOOD | {"secondary": "yes, please"}, "secondary is 'yes, please'; it is one of True, False"),
        (GOOD | {"secondary": 1}, "secondary is 1"),
    ],
)
def test_a_file_that_checks_nothing_or_is_misspelt_is_refused(content: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=words):
        read_suite(write(tmp_path, content))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"nowhere\.yml"):
        read_suite(tmp_path / "nowhere.yml")
