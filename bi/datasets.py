"""Superset's datasets, made of assets/datasets.yaml and of what the models say of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bi.identity import uuid_of
from bi.labels import Column, UnknownColumn, marts

ASSETS = Path(__file__).parent / "assets"
HEADS = "agency_rankings_monthly"  # names of months, peer groups and agencies, for relations that have codes only
OF_HEADS = ("period_label", "peer_group", "peer_group_vi", "agency_name_vi", "agency_sort_key", "period_state_vi")
KEY = ("province_code", "period_month", "agency_code")


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that Superset computes: an expression over the dataset's own columns, of one row."""

    sql: str
    label_vi: str
    type: str = "text"


@dataclass(frozen=True)
class Dataset:
    """One relation of the warehouse as a dashboard reads it."""

    name: str
    relation: str
    database: str = "marts"
    with_agency: bool = False  # joined to the ranking for the names of month, group and agency; one to one
    computed: Mapping[str, Computed] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)  # name -> SQL; orders of filters only

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Every column that a chart may use, by name. UnknownColumn when there is no such relation."""
        try:
            own = dict(marts()[self.relation])
        except KeyError:
            raise UnknownColumn(f"datasets.yaml: {self.name} reads {self.relation}, and there is no such mart") from None
        if self.with_agency:
            own |= {name: marts()[HEADS][name] for name in OF_HEADS if name not in own}
        for name, made in self.computed.items():
            own[name] = Column(name, made.type, made.label_vi, made.label_vi)
        return own

    def column(self, name: str) -> Column:
        """A column by name. UnknownColumn names the dataset when there is none."""
        try:
            return self.columns[name]
        except KeyError:
            raise UnknownColumn(f"The dataset {self.name} has no column {name}") from None

    @property
    def sql(self) -> str | None:
        """The statement of a dataset that is no plain relation."""
        if not self.with_agency:
            return None
        own = marts()[self.relation]
        heads = [f"head.{name}" for name in OF_HEADS if name not in own]
        facts = [f"fact.{name}" for name in own]
        same = ", ".join(KEY)
        return (
            f"select {', '.join([*heads, *facts])}\nfrom marts.{self.relation} as fact\n"
            f"inner join marts.{HEADS} as head using ({same})"
        )

    def exported(self) -> dict[str, Any]:
        """As Superset imports it."""
        return {
            "table_name": self.name,
            "schema": self.database,
            "sql": self.sql,
            "main_dttm_col": None,
            "uuid": uuid_of("dataset", self.name),
            "database_uuid": uuid_of("database", self.database),
            "columns": [self._exported(column) for column in self.columns.values()],
            "metrics": [
                {"metric_name": name, "expression": sql, "verbose_name": name} for name, sql in self.metrics.items()
            ],
            "version": "1.0.0",
        }

    def _exported(self, column: Column) -> dict[str, Any]:
        made = self.computed.get(column.name)
        return {
            "column_name": column.name,
            "verbose_name": column.label_vi,
            "description": column.meaning_vi,
            "type": column.type.upper(),
            "is_dttm": column.is_date,
            "groupby": True,
            "filterable": True,
            "expression": made.sql if made else "",
        }


def datasets(path: Path = ASSETS / "datasets.yaml") -> Mapping[str, Dataset]:
    """All of them, by name."""
    listed: Sequence[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {entry["name"]: _dataset(entry) for entry in listed}


def _dataset(entry: dict[str, Any]) -> Dataset:
    computed = entry.pop("computed", {})
    plain = Dataset(relation=entry.pop("relation", entry["name"]), **entry)
    return replace(plain, computed={name: _computed(plain, dict(made)) for name, made in computed.items()})


def _computed(dataset: Dataset, made: dict[str, Any]) -> Computed:
    """`label_of` takes the name of a column that is there; `label_vi` gives one of its own."""
    if "label_of" in made:
        made["label_vi"] = dataset.column(made.pop("label_of")).label_vi
    return Computed(**made)
