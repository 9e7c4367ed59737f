"""Superset's datasets, made of assets/datasets.yaml and of what the models say of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bi.identity import uuid_of
from bi.labels import Column, UnknownColumn, marts, relations

ASSETS = Path(__file__).parent / "assets"
HEADS = "agency_rankings_monthly"  # names of months, peer groups and agencies, for relations that have codes only
OF_HEADS = ("period_label", "peer_group", "peer_group_vi", "agency_name_vi", "agency_sort_key", "period_state_vi")
KEY = ("province_code", "period_month", "agency_code")


@dataclass(frozen=True, slots=True)
class Computed:
    """A column that Superset computes: an expression over the dataset's own columns, of one row."""

    sql: str
    label_vi: str = ""
    label_of: str = ""  # the column whose label it bears, where it has none of its own
    type: str = "text"


@dataclass(frozen=True)
class Dataset:
    """One relation of the warehouse as a dashboard reads it."""

    name: str
    relation: str
    database: str = "marts"
    with_agency: bool = False  # joined to the ranking for names; what counts apart (agencies that ended) is left out
    computed: Mapping[str, Computed] = field(default_factory=dict)
    added: Mapping[str, Computed] = field(default_factory=dict)  # as `computed`, but over all rows, as windows are
    types: Mapping[str, str] = field(default_factory=dict)  # of columns whose type is said nowhere else
    labels: Mapping[str, str] = field(default_factory=dict)  # of columns whose description begins with no name
    metrics: Mapping[str, str] = field(default_factory=dict)  # name -> SQL; orders of filters only

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Every column that a chart may use, by name. UnknownColumn when there is no such relation."""
        try:
            own = dict(relations(self.database)[self.relation])
        except KeyError:
            where = f"{self.database}.{self.relation}"
            raise UnknownColumn(f"datasets.yaml: {self.name} reads {where}, and there is none") from None
        if self.with_agency:
            own |= {name: marts()[HEADS][name] for name in OF_HEADS if name not in own}
        own |= {name: replace(own[name], type=said) for name, said in self.types.items()}
        own |= {name: replace(own[name], label_vi=said) for name, said in self.labels.items()}
        for name, made in {**self.added, **self.computed}.items():
            label = made.label_vi or own[made.label_of].label_vi
            own[name] = Column(name, made.type, label, label)
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
        if self.added:
            added = ", ".join(f"{made.sql} as {name}" for name, made in self.added.items())
            return f"select *, {added}\nfrom {self.database}.{self.relation}"
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
    computed, added = (_computed(entry.pop(kind, {})) for kind in ("computed", "added"))
    return Dataset(relation=entry.pop("relation", entry["name"]), computed=computed, added=added, **entry)


def _computed(said: Mapping[str, Mapping[str, str]]) -> Mapping[str, Computed]:
    return {name: Computed(**one) for name, one in said.items()}
