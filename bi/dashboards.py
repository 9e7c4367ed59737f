"""Superset's dashboards, made of assets/*.yaml: charts in rows, filters and what each filter reaches.

There are no tabs: a table that gets other rows while its tab is hidden stays blank when it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bi.charts import Chart, WrongAsset, charts
from bi.datasets import ASSETS, Dataset
from bi.identity import uuid_of

_NOT_A_DASHBOARD = ("datasets.yaml", "databases.yaml")
_COLUMNS = 12
# An empty cell is a dash, not "N/A", which no setting changes.
_CSS = '.dt-is-null { font-size: 0; }\n.dt-is-null::after { content: "–"; font-size: 12px; }\n'


@dataclass(frozen=True)
class Filter:
    """A filter of a dashboard: one value of a column."""

    name: str
    title: str
    dataset: Dataset
    column: str
    first_by: str | None = None  # a metric of the dataset; the value with most of it comes first
    ascending: bool = False
    required: bool = False  # begins with its first value, and always has one
    where: Mapping[str, Any] | None = None
    within: Sequence[str] = ()  # filters that narrow its own values


@dataclass(frozen=True)
class Dashboard:
    """One page."""

    name: str
    title: str
    slug: str
    readers: Sequence[str]  # roles of Superset, beside the administrator
    filters: Mapping[str, Filter]
    charts: Mapping[str, Chart]
    layout: Sequence[Sequence[str]]  # rows of charts

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """A number for each chart, which Superset replaces by its own on import."""
        return {name: number for number, name in enumerate(self.charts, 1)}

    def reached_by(self, one: Filter) -> list[str]:
        """The charts that obey a filter."""
        return [name for name, chart in self.charts.items() if one.name not in chart.unfiltered_by]

    def exported(self) -> dict[str, Any]:
        """As Superset imports it."""
        return {
            "dashboard_title": self.title,
            "slug": self.slug,
            "published": True,
            "uuid": uuid_of("dashboard", self.name),
            "position": self.position(),
            "metadata": {
                "native_filter_configuration": [self._filter(one) for one in self.filters.values()],
                "cross_filters_enabled": True,
                "chart_configuration": dict(self._drills()),
                "filter_bar_orientation": "HORIZONTAL",
                "refresh_frequency": 0,
                **self._colours(),
            },
            "css": _CSS,
            "version": "1.0.0",
        }

    def _colours(self) -> dict[str, Any]:
        """All of them said: for a colour that is missing the page would write into the dashboard, as its reader."""
        known = {label: colour for chart in self.charts.values() for label, colour in chart.series().items()}
        return {
            "color_scheme": "",
            "color_scheme_domain": [],
            "shared_label_colors": [],
            "label_colors": known,
            "map_label_colors": known,
        }

    def position(self) -> dict[str, Any]:
        """Where everything stands. WrongAsset when a chart is placed twice or nowhere."""
        placed: dict[str, Any] = {"DASHBOARD_VERSION_KEY": "v2"}
        root = _place(placed, "ROOT", "ROOT_ID", [])
        _place(placed, "HEADER", "HEADER_ID", [], text=self.title)
        grid = _place(placed, "GRID", "GRID_ID", root)
        self._rows(placed, grid)
        names = [part.removeprefix("CHART-") for part in placed if part.startswith("CHART-")]
        if missing := set(self.charts) - set(names):
            raise WrongAsset(f"{self.name}: {', '.join(sorted(missing))} stand nowhere")
        return placed

    def _rows(self, placed: dict[str, Any], parents: list[str]) -> None:
        for names in self.layout:
            row = _place(placed, "ROW", f"ROW-{len(placed)}", parents, background="BACKGROUND_TRANSPARENT")
            if sum(self.charts[name].width for name in names) > _COLUMNS:
                raise WrongAsset(f"{self.name}: {', '.join(names)} are wider than a row")
            for name in names:
                if f"CHART-{name}" in placed:
                    raise WrongAsset(f"{self.name}: {name} stands twice")
                chart = self.charts[name]
                meta = {"chartId": self.numbers[name], "uuid": uuid_of("chart", name), "sliceName": chart.title}
                _place(placed, "CHART", f"CHART-{name}", row, width=chart.width, height=chart.height, **meta)

    def _filter(self, one: Filter) -> dict[str, Any]:
        reached = self.reached_by(one)
        first = {"sortMetric": one.first_by} if one.first_by else {}
        return {
            "id": f"NATIVE_FILTER-{one.name}",
            "type": "NATIVE_FILTER",
            "filterType": "filter_select",
            "name": one.title,
            "description": "",
            "requiredFirst": one.required,
            "targets": [{"datasetUuid": uuid_of("dataset", one.dataset.name), "column": {"name": one.column}}],
            "controlValues": {
                "multiSelect": False,
                "enableEmptyFilter": one.required,
                "defaultToFirstItem": one.required,
                "inverseSelection": False,
                "searchAllOptions": False,
                "sortAscending": one.ascending,
                **first,
            },
            "adhoc_filters": [
                {
                    "expressionType": "SIMPLE",
                    "clause": "WHERE",
                    "subject": column,
                    "isExtra": False,
                    "operator": "!=",
                    "operatorId": "NOT_EQUALS",
                    "comparator": value["not"],
                }
                for column, value in (one.where or {}).items()
            ],
            "defaultDataMask": {"extraFormData": {}, "filterState": {}},
            "cascadeParentIds": [f"NATIVE_FILTER-{name}" for name in one.within],
            "scope": {
                "rootPath": ["ROOT_ID"],
                "excluded": [self.numbers[name] for name in self.charts if name not in reached],
            },
        }

    def _drills(self) -> Iterator[tuple[str, Any]]:
        """Which charts follow a click on another; none, where nothing is said."""
        for name, chart in self.charts.items():
            number = self.numbers[name]
            followers = [self.numbers[other] for other in chart.drills_to]
            excluded = [other for other in self.numbers.values() if other not in followers]
            scope = {"rootPath": ["ROOT_ID"], "excluded": excluded}
            yield str(number), {"id": number, "crossFilters": {"scope": scope, "chartsInScope": followers}}


def _place(placed: dict[str, Any], kind: str, name: str, parents: list[str], **meta: Any) -> list[str]:
    """Put one thing under its parents; the path to it."""
    placed[name] = {"type": kind, "id": name, "children": [], "parents": parents, "meta": meta}
    if parents:
        placed[parents[-1]]["children"].append(name)
    return [*parents, name]


def dashboards(known: Mapping[str, Dataset], folder: Path = ASSETS) -> list[Dashboard]:
    """Every dashboard, in the order of the files' names."""
    return [_read(path, known) for path in sorted(folder.glob("*.yaml")) if path.name not in _NOT_A_DASHBOARD]


def _read(path: Path, known: Mapping[str, Dataset]) -> Dashboard:
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    filters = {
        name: Filter(name, **one | {"dataset": known[one["dataset"]]}) for name, one in said.pop("filters").items()
    }
    made = {chart.name: chart for chart in charts(said.pop("charts"), known)}
    return Dashboard(path.stem, **said, filters=filters, charts=made)
