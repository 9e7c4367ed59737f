"""What each column is called and means: said once, of a mart in the dbt project, of a view of ops where it is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "dbt_project" / "models" / "marts"
OPS_VIEWS = ROOT / "plugins" / "dvc766" / "warehouse" / "ops_views"
_COMMENT = re.compile(r"comment on column ops\.(\w+)\.(\w+) is\s+'((?:[^']|'')*)';")
_END_OF_LABEL = re.compile(r"[.:;,(]")


class UnknownColumn(LookupError):
    """An asset names a relation or a column that the marts do not have."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation that readers see."""

    name: str
    type: str  # of PostgreSQL, as the model declares it
    label_vi: str
    meaning_vi: str  # the whole description

    @property
    def is_date(self) -> bool:
        """True for a day or an instant."""
        return self.type.startswith(("date", "timestamp"))

    @property
    def number_format(self) -> str | None:
        """How a number of this type is written, in d3's notation; None for what is no number."""
        if self.type == "numeric(7,6)":
            return ",.2%"  # a share, kept as 0 to 1
        if self.type.startswith("numeric"):
            return ",.2f"
        return ",d" if self.type in ("integer", "bigint", "smallint") else None

    @property
    def date_format(self) -> str | None:
        """How a date of this type is written, in d3's notation; None for what is none."""
        if self.type.startswith("timestamp"):
            return "%d/%m/%Y %H:%M"
        return "%d/%m/%Y" if self.type == "date" else None


@cache
def marts() -> Mapping[str, Mapping[str, Column]]:
    """The columns of every mart, by relation. Names of files and models may differ by `mart_`: readers see none."""
    found = {}
    for path in sorted(MODELS.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[model["name"].removeprefix("mart_")] = {
                column["name"]: described(column["name"], column["data_type"], column["description"])
                for column in model.get("columns", [])
            }
    return found


@cache
def ops() -> Mapping[str, Mapping[str, Column]]:
    """The columns of every view of schema ops, by view; each is a file."""
    found: dict[str, dict[str, Column]] = {}
    for path in sorted(OPS_VIEWS.glob("*.sql")):
        columns: dict[str, dict[str, Column]] = {}
        for view, name, text in _COMMENT.findall(path.read_text(encoding="utf-8")):
            label = _END_OF_LABEL.split(text, maxsplit=1)[0].strip()
            columns.setdefault(view, {})[name] = Column(name, _type(name), label, text.replace("''", "'"))
        found |= columns
    return found


def relations(schema: str) -> Mapping[str, Mapping[str, Column]]:
    """The columns of every relation that a schema offers."""
    return {"marts": marts, "ops": ops}[schema]()


def _type(name: str) -> str:
    """A view's comments tell no types; its names do for dates, and datasets.yaml for numbers."""
    if name.endswith("_local_at"):
        return "timestamp"
    return "date" if name.endswith("_on") or name in ("day", "period_month") else "text"


def described(name: str, data_type: str, description: str) -> Column:
    """A column whose description begins with its label, up to the first full stop."""
    text = " ".join(description.split())
    return Column(name, data_type, re.split(r"[.](?:\s|$)", text, maxsplit=1)[0], text)
