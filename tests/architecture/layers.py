"""The rules about dbt models, as functions over a parsed project; an empty list = nothing wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# What a layer may read. Facts reach marts as dimensions only.
READS = {
    "staging": {"source", "staging"},
    "intermediate": {"staging", "intermediate", "seed"},
    "facts": {"staging", "intermediate", "facts", "seed"},
    "indicators": {"facts", "indicators", "published", "seed"},
    "marts": {"indicators", "dimension", "published", "marts", "seed"},
}
PUBLISHED_EVIDENCE = {
    (name, "source")
    for name in (
        "revisions",
        *(f"{kind}_months" for kind in ("dossier", "redating", "filing", "petition", "procedure")),
    )
}
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "facts": ("dim_", "fct_", "bridge_"),
    "indicators": ("ind_",),
    "marts": (),
}
CLOCKS = re.compile(r"\b(now\s*\(|current_(date|time|timestamp)\b|clock_timestamp|localtimestamp|random\s*\()", re.I)


@dataclass(frozen=True)
class Model:
    """A model as the rules see it."""

    name: str
    layer: str
    sql: str
    description: str
    columns: dict[str, str]  # name -> description
    reads: Sequence[tuple[str, str]]  # (name, layer, or seed, or source)


def complaints(model: Model) -> list[str]:
    """All that is wrong with a model."""
    found = [*_reading(model), *_naming(model), *_describing(model)]
    for line in _code(model.sql):
        if CLOCKS.search(line):
            found.append(f"asks the database's clock or chance: {line.strip()}")
    return [f"{model.name}: {what}" for what in found]


def _reading(model: Model) -> Iterator[str]:
    for name, layer in model.reads:
        kind = layer
        if model.layer == "marts" and name.startswith("dim_"):
            kind = "dimension"
        elif name.startswith("stg_published__") and model.layer in ("indicators", "marts"):
            kind = "published"  # frozen months are compared with, and shown, as they are
        elif model.name.startswith("open_") and name == f"fct_{model.name.removeprefix('open_')}":
            kind = "marts"  # what a month rests on is shown as it is
        elif model.layer == "marts" and (name, layer) in PUBLISHED_EVIDENCE:
            kind = "published"  # readers' views outlive a build, and with it a staging view
        if kind not in READS[model.layer]:
            yield f"{model.layer} reads {name} of {layer}"
    sources = [name for name, layer in model.reads if layer == "source" and (name, layer) not in PUBLISHED_EVIDENCE]
    if len(sources) > 1:
        yield f"reads {len(sources)} sources"


def _naming(model: Model) -> Iterator[str]:
    prefixes = PREFIXES[model.layer]
    if prefixes and not model.name.startswith(prefixes):
        yield f"is not named {' or '.join(prefixes)}…"


def _describing(model: Model) -> Iterator[str]:
    if not model.description.strip():
        yield "has no description"
    if model.layer == "marts":
        if model.description.isascii():
            yield "has no Vietnamese description"
        yield from (
            f"column {name} has no Vietnamese description" for name, said in model.columns.items() if said.isascii()
        )
        if not model.columns:
            yield "describes no column"


def _code(sql: str) -> Iterator[str]:
    """The lines of a model without its comments."""
    without_blocks = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", sql, flags=re.S)
    return (line.partition("--")[0] for line in without_blocks.splitlines())
