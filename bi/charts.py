"""Superset's charts, made of the short form in assets/*.yaml. Every kind of chart is one function here.

A metric is written `sum(dossiers_late)`; its label is the column's, unless `sum(dossiers_late) as Label` gives another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bi.datasets import Dataset
from bi.identity import uuid_of

_METRIC = re.compile(r"(sum|max|min|count|count_distinct)\((\w+)\)(?: as (.+))?")
_MOST_ROWS = 5000
_SEQUENTIAL = "schemeBlues"  # readable by the colour-blind; the figure stands in each cell
_COLOURS = ("#0B3C66", "#B45309", "#767676")  # of the series of a chart, in their order


class WrongAsset(ValueError):
    """An asset says something that cannot be made."""


@dataclass(frozen=True)
class Chart:
    """One chart of a dashboard."""

    name: str
    title: str
    kind: str
    dataset: Dataset
    says: Mapping[str, Any]  # what the kind takes: columns, by, metrics, order, ...
    where: Mapping[str, Any] = field(default_factory=dict)
    height: int = 50  # of the grid; one is 8 pixels
    width: int = 12  # of twelve
    unfiltered_by: tuple[str, ...] = ()  # the dashboard's filters that this chart does not obey
    drills_to: tuple[str, ...] = ()  # the charts that follow a click on this one

    @property
    def columns(self) -> set[str]:
        """Every column that it asks for."""
        listed = [*self.says.get("columns", []), *self.says.get("by", []), *self.where]
        listed += [self.says[key] for key in ("x", "y") if key in self.says]
        listed += [name.removeprefix("-") for name in self.says.get("order", [])]
        metrics = [*self.says.get("metrics", []), *([self.says["metric"]] if "metric" in self.says else [])]
        return {*listed, *(_parsed(metric)[1] for metric in metrics)}

    def params(self) -> dict[str, Any]:
        """Superset's form data. UnknownColumn or WrongAsset when the asset says what cannot be."""
        for name in self.columns:
            self.dataset.column(name)
        if self.kind not in KINDS:
            raise WrongAsset(f"{self.name}: there is no kind of chart {self.kind!r}")
        own = KINDS[self.kind](self)
        return {"adhoc_filters": [self._filter(name, value) for name, value in self.where.items()], **own}

    def exported(self) -> dict[str, Any]:
        """As Superset imports it."""
        params = self.params()
        return {
            "slice_name": self.title,
            "viz_type": params["viz_type"],
            "params": params,
            "uuid": uuid_of("chart", self.name),
            "dataset_uuid": uuid_of("dataset", self.dataset.name),
            "version": "1.0.0",
        }

    def _filter(self, column: str, value: Any) -> dict[str, Any]:
        """`column: value`, `column: [values]`, `column: {not: value}`, `column: {below: value}` or `column: filled`."""
        operator, operator_id, comparator = "==", "EQUALS", value
        if isinstance(value, list):
            operator, operator_id = "IN", "IN"
        elif isinstance(value, dict) and "below" in value:
            operator, operator_id, comparator = "<", "LESS_THAN", value["below"]
        elif isinstance(value, dict):
            operator, operator_id, comparator = "!=", "NOT_EQUALS", value["not"]
        elif value == "filled":
            operator, operator_id, comparator = "IS NOT NULL", "IS_NOT_NULL", None
        return {
            "expressionType": "SIMPLE",
            "clause": "WHERE",
            "subject": column,
            "isExtra": False,
            "operator": operator,
            "operatorId": operator_id,
            "comparator": comparator,
        }

    def metric(self, text: str) -> dict[str, Any]:
        """A metric as Superset's form data has it."""
        aggregate, name, label = _parsed(text)
        column = self.dataset.column(name)
        return {
            "expressionType": "SIMPLE",
            "aggregate": aggregate.upper(),
            "hasCustomLabel": True,
            "column": {"column_name": name, "type": column.type.upper()},
            "label": label or column.label_vi,
            "optionName": f"{aggregate}_{name}",
        }

    def series(self) -> dict[str, str]:
        """The colour of each series that its metrics make."""
        metrics = self.says.get("metrics", []) if self.kind in ("bars", "lines") else []
        return {self.metric(text)["label"]: colour for text, colour in zip(metrics, _COLOURS, strict=False)}

    def written(self, metric: str) -> str:
        """How a metric's figures are written."""
        aggregate, name, _ = _parsed(metric)
        return ",d" if aggregate.startswith("count") else self.dataset.column(name).number_format or ",d"


def _parsed(text: str) -> tuple[str, str, str | None]:
    if not (found := _METRIC.fullmatch(text)):
        raise WrongAsset(f"{text!r} is no metric")
    return found[1], found[2], found[3]


def _table(chart: Chart) -> dict[str, Any]:
    """Rows as they are; the first column of `order` decides, `-` before a name turns it round."""
    columns = [chart.dataset.column(name) for name in chart.says["columns"]]
    return _cells(chart) | {
        "query_mode": "raw",
        "all_columns": [column.name for column in columns],
        "order_by_cols": [_by(name) for name in chart.says["order"]],
        "show_cell_bars": False,
        "column_config": {
            column.name: {
                **({"d3NumberFormat": column.number_format} if column.number_format else {}),
                **({"d3TimeFormat": column.date_format} if column.date_format else {}),
            }
            for column in columns
        },
    }


def _totals(chart: Chart) -> dict[str, Any]:
    """Metrics by columns, most of the first metric first."""
    metrics = [chart.metric(text) for text in chart.says["metrics"]]
    written = zip(metrics, map(chart.written, chart.says["metrics"]), strict=True)
    return _cells(chart) | {
        "query_mode": "aggregate",
        "groupby": list(chart.says["by"]),
        "metrics": metrics,
        "timeseries_limit_metric": metrics[0],
        "order_desc": True,
        "show_cell_bars": True,
        "column_config": {metric["label"]: {"d3NumberFormat": form} for metric, form in written},
    }


def _cells(chart: Chart) -> dict[str, Any]:
    return {
        "viz_type": "table",
        "row_limit": chart.says.get("most", _MOST_ROWS),
        "color_pn": False,
        "table_timestamp_format": "%d/%m/%Y",
        "server_page_length": 20,
        "align_pn": False,
        "page_length": chart.says.get("page", 0),
        "include_search": bool(chart.says.get("search")),
    }


def _heatmap(chart: Chart) -> dict[str, Any]:
    return {
        "viz_type": "heatmap_v2",
        "x_axis": chart.says["x"],
        "groupby": chart.says["y"],
        "metric": chart.metric(chart.says["metric"]),
        "row_limit": _MOST_ROWS,
        "normalize_across": "heatmap",
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": chart.says.get("y_order", "value_asc"),
        "show_values": True,
        "show_legend": False,
        "show_percentage": False,
        "linear_color_scheme": _SEQUENTIAL,
        "value_bounds": chart.says.get("bounds"),
        "y_axis_format": chart.says.get("written", ",.1f"),
        "xscale_interval": 1,
        "yscale_interval": 1,
        "left_margin": 200,
        "bottom_margin": 75,
        "xAxisLabelRotation": 15,
        "x_axis_time_format": "%d/%m",
        "border_width": 1,
        "border_color": {"r": 255, "g": 255, "b": 255, "a": 1},
    }


def _bars(chart: Chart) -> dict[str, Any]:
    """Bars that lie: names are long. The last by `x` at the bottom, or the least by the metric `sort`."""
    sort = {"x_axis_sort": chart.says["x"], "x_axis_sort_asc": False}
    if "sort" in chart.says:
        sort = {"x_axis_sort": chart.metric(chart.says["sort"])["label"], "x_axis_sort_asc": True}
    return (
        _series(chart)
        | sort
        | {
            "viz_type": "echarts_timeseries_bar",
            "orientation": "horizontal",
            "xAxisForceCategorical": True,
            "show_value": chart.says.get("show_value", True),
        }
    )


def _lines(chart: Chart) -> dict[str, Any]:
    """Over days as they are kept: a grain of time would make instants of them, which the page moves by a zone."""
    return _series(chart) | {
        "viz_type": "echarts_timeseries_line",
        "seriesType": "line",
        "x_axis_time_format": "%m/%Y",
        "tooltipTimeFormat": "%m/%Y",
        "markerEnabled": True,
        "markerSize": 8,
        "show_value": False,
        "truncateYAxis": True,
        "y_axis_bounds": chart.says.get("bounds", [0, 100]),
    }


def _series(chart: Chart) -> dict[str, Any]:
    return {
        "x_axis": chart.says["x"],
        "groupby": list(chart.says.get("by", [])),
        "metrics": [chart.metric(text) for text in chart.says["metrics"]],
        "y_axis_format": chart.written(chart.says["metrics"][0]),
        "row_limit": _MOST_ROWS,
        "show_legend": len(chart.says["metrics"]) > 1,
        "legendOrientation": "top",
        "rich_tooltip": True,
        "truncate_metric": True,
        "x_axis_title_margin": 15,
        "y_axis_title_margin": 15,
        "sort_series_type": "name",
        "sort_series_ascending": True,
    }


def _number(chart: Chart) -> dict[str, Any]:
    metric = chart.says["metric"]
    return {
        "viz_type": "big_number_total",
        "metric": chart.metric(metric),
        "y_axis_format": chart.written(metric),
        "header_font_size": 0.4,
        "subheader_font_size": 0.15,
        "subtitle": chart.says.get("subtitle", ""),
    }


def _by(name: str) -> str:
    return json.dumps([name.removeprefix("-"), not name.startswith("-")])


KINDS: Mapping[str, Callable[[Chart], dict[str, Any]]] = {
    "table": _table,
    "totals": _totals,
    "heatmap": _heatmap,
    "bars": _bars,
    "lines": _lines,
    "number": _number,
}


def charts(listed: Mapping[str, Mapping[str, Any]], known: Mapping[str, Dataset]) -> Iterable[Chart]:
    """The charts of one dashboard's file. WrongAsset for a dataset that is not listed."""
    own = ("title", "kind", "dataset", "where", "height", "width", "unfiltered_by", "drills_to")
    for name, said in listed.items():
        if said["dataset"] not in known:
            raise WrongAsset(f"{name}: datasets.yaml has no {said['dataset']}")
        given = {key: said[key] for key in own if key in said}
        given |= {key: tuple(given[key]) for key in ("unfiltered_by", "drills_to") if key in given}
        rest = {key: value for key, value in said.items() if key not in own}
        yield Chart(name, **given | {"dataset": known[said["dataset"]]}, says=rest)
