"""What the dashboards ask of the marts is answered, and no join of theirs doubles a row. No Superset is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from bi.dashboards import dashboards
from bi.datasets import Dataset, datasets
from drills.dashboard_figures import STATEMENTS, names
from tests.end_to_end.pipeline import Pipeline

MARTS = [one for one in datasets().values() if one.database == "marts"]
CHARTS = {
    name: chart
    for one in dashboards(datasets())
    for name, chart in one.charts.items()
    if chart.dataset.database == "marts"
}
ASKED = {"month": "08/2026", "peers": "Cấp xã", "agency": None, "portal": None, "indicator": None}


@pytest.fixture(scope="module")
def reader(small: Pipeline) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(small.database.url("bi_reader")) as connection:
        yield connection


@pytest.mark.parametrize("dataset", MARTS, ids=lambda one: one.name)
def test_every_column_and_metric_of_a_dataset_is_answered(dataset: Dataset, reader: psycopg.Connection[Any]) -> None:
    rows = dataset.sql or f"select * from marts.{dataset.relation}"
    columns = [f"{made.sql} as {name}" for name, made in dataset.computed.items()]
    plain = [name for name in dataset.columns if name not in dataset.computed]
    reader.execute(f"select {', '.join([*plain, *columns])} from ({rows}) as virtual".encode())
    if dataset.metrics:
        reader.execute(f"select {', '.join(dataset.metrics.values())} from ({rows}) as virtual".encode())


@pytest.mark.parametrize("dataset", [one for one in MARTS if one.with_agency], ids=lambda one: one.name)
def test_the_names_that_are_joined_double_no_row_and_lose_none(
    dataset: Dataset, reader: psycopg.Connection[Any]
) -> None:
    counted = "(select count(*) from ({}) as virtual), (select count(*) from marts.{})"
    [(joined, alone)] = reader.execute(f"select {counted.format(dataset.sql, dataset.relation)}".encode()).fetchall()
    assert joined == alone  # nobody of the small province has ended


@pytest.mark.parametrize("name", CHARTS)
def test_the_drill_asks_for_what_the_chart_shows(name: str, reader: psycopg.Connection[Any]) -> None:
    cursor = reader.execute(STATEMENTS[name].encode(), ASKED)
    assert cursor.description is not None
    assert len(cursor.description) == len(names(CHARTS[name]))
