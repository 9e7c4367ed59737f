"""The evaluation replies have the captured fields, with captured types and empty places, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

REPLIES = Path(__file__).parents[1] / "fixtures" / "evaluation_replies"
BASE = "/national/api/v1/reporting/evaluation"
NAMES = sorted(file.stem for file in REPLIES.glob("*.json"))
PERIODS: list[dict[str, Any]] = [
    {"timeType": "month", "year": 2025, "month": month}
    | {"fromDate": f"2025-{month:02d}-01", "toDate": f"2025-{month:02d}-{last}"}
    for month, last in ((6, 30), (7, 31))  # with cases, and nearly without
]
Kinds = dict[str, set[str]]


def captured(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((REPLIES / f"{name}.json").read_text(encoding="utf-8"))["data"]
    return data


def asked(client: TestClient, name: str, period: dict[str, Any]) -> dict[str, Any]:
    days = ("fromDate", "toDate")
    body = {key: value for key, value in period.items() if (key in days) == (name == "handling-satisfaction")}
    data: dict[str, Any] = client.post(f"{BASE}/{name}", json=body).json()["data"]
    return data


def province_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [data.get("overview") or data["parent"]]


def units_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = data.get("evaluation") or data["children"]
    return units


def kinds(rows: list[dict[str, Any]]) -> Kinds:
    """For each field what kinds of value it has in the rows; a row without a field of the others is told."""
    found: Kinds = {}
    for row in rows:
        for key, value in row.items():
            found.setdefault(key, set()).add(kind(value))
    for key in found:
        if any(key not in row for row in rows):
            found[key].add("missing")
    return found


def kind(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return "12.0"  # no JSON of the portal holds that
    names = {type(None): "nothing", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return names[type(value)]


def metrics_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [metric for row in province_of(data) + units_of(data) for metric in row["metrics"]]


def differences(ours: Kinds, theirs: Kinds) -> dict[str, tuple[set[str], set[str]]]:
    """Fields of one side only, and fields of another kind."""
    fields = ours.keys() | theirs.keys()
    pairs = {field: (ours.get(field, set()), theirs.get(field, set())) for field in fields}
    return {field: pair for field, pair in pairs.items() if not pair[0] or not pair[0] <= pair[1]}


@pytest.mark.parametrize("period", PERIODS, ids=["June", "July"])
@pytest.mark.parametrize("name", NAMES)
def test_replies_have_the_captured_fields(client: TestClient, name: str, period: dict[str, Any]) -> None:
    ours, theirs = asked(client, name, period), captured(name)
    assert ours.keys() == theirs.keys()
    for rows in (province_of, units_of):
        assert differences(kinds(rows(ours)), kinds(rows(theirs))) == {}
    if "pagination" in theirs:
        assert differences(kinds([ours["pagination"]]), kinds([theirs["pagination"]])) == {}
    if "radar" in theirs:
        assert [row["code"] for row in ours["radar"]] == [row["code"] for row in theirs["radar"]]
        assert differences(kinds(ours["radar"]), kinds(theirs["radar"])) == {}
        assert [row["maxScore"] for row in ours["radar"]] == [row["maxScore"] for row in theirs["radar"]]


@pytest.mark.parametrize("period", PERIODS, ids=["June", "July"])
@pytest.mark.parametrize("name", ["transparency", "dossier-digitized", "handling-satisfaction"])
def test_metrics_have_the_captured_codes_and_fields(client: TestClient, name: str, period: dict[str, Any]) -> None:
    ours, theirs = asked(client, name, period), captured(name)
    all_of_ours, all_of_theirs = metrics_of(ours), metrics_of(theirs)
    assert differences(kinds(all_of_ours), kinds(all_of_theirs)) == {}
    for row, captured_row in zip(units_of(ours), units_of(theirs), strict=False):
        for metric, captured_metric in zip(row["metrics"], captured_row["metrics"], strict=True):
            assert metric.keys() == captured_metric.keys()
            assert [metric[key] for key in ("code", "maxScore")] == [
                captured_metric[key] for key in ("code", "maxScore")
            ]


@pytest.mark.parametrize("name", ["transparency", "dossier-digitized", "handling-satisfaction"])
def test_without_cases_a_ratio_is_null_or_0_as_captured(client: TestClient, name: str) -> None:
    def ratios(data: dict[str, Any]) -> set[Any]:
        metrics = [metric for row in units_of(data) for metric in row["metrics"]]
        return {metric["ratio"] for metric in metrics if metric["denominator"] == 0}

    assert ratios(asked(client, name, PERIODS[0])) == ratios(captured(name)) != set()


@pytest.mark.parametrize("name", ["dvc-progress-tree", "provide-online-tree", "formality-online-payment-tree"])
def test_departments_have_the_level_of_the_province(client: TestClient, name: str) -> None:
    for data in (asked(client, name, PERIODS[1]), captured(name)):
        assert units_of(data)[0]["departmentName"].startswith("Văn phòng")
        assert units_of(data)[0]["level"] == "PROVINCE"
