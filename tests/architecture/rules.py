"""The rules about Python modules, as functions over a path and its source; an empty list = nothing wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

LONGEST_FILE = 350
# Modules that may be longer, with the reason.
LONGER = {
    "dvc766.sealing.verifier": (480, "one file that is handed to others, who have nothing else of the project"),
}
VAGUE = re.compile(r"(^|_)(utils?|commons?|helpers?|misc|stuff)(_|$)")
HEAVY = {"dbt", "great_expectations", "pandas"}

# Who may not import what. The longest prefix of a module's name that is listed decides.
FORBIDDEN = {
    "dags": ("dvc766.runs", "dvc766.warehouse", "dvc766.quality", "dvc766.transform", "dvc766.settings"),
    "dvc766": ("airflow", "tests", "local_stack", "portal_simulator"),
    "dvc766.airflow_bridge": ("tests", "local_stack", "portal_simulator"),
    # it stays in the scheduler's memory, and so would what it imports
    "dvc766.task_executor": ("dvc766", "tests", "local_stack", "portal_simulator"),
    "dvc766.portals": ("airflow", "sqlalchemy", "psycopg", "dvc766.warehouse", "dvc766.quality", "dvc766.runs"),
    "dvc766.warehouse": ("airflow", "requests", "dvc766.quality", "dvc766.runs", "dvc766.transform"),
    "dvc766.quality": ("airflow", "requests", "dvc766.warehouse", "dvc766.runs", "dvc766.transform"),
    "dvc766.transform": ("airflow", "sqlalchemy", "dvc766.portals", "dvc766.warehouse", "dvc766.quality"),
    "dvc766.settings": ("airflow", "dvc766.portals", "dvc766.warehouse", "dvc766.quality", "dvc766.runs"),
    "dvc766.sealing": (
        *("airflow", "requests", "sqlalchemy", "psycopg", "tests", "local_stack", "portal_simulator"),
        *("dvc766.airflow_bridge", "dvc766.clock", "dvc766.portals", "dvc766.quality", "dvc766.reference"),
        *("dvc766.runs", "dvc766.settings", "dvc766.transform", "dvc766.warehouse"),
    ),
    "dvc766.delivery": (
        *("airflow", "sqlalchemy", "psycopg", "tests", "local_stack", "portal_simulator", "dvc766.airflow_bridge"),
        *("dvc766.portals", "dvc766.quality", "dvc766.reference", "dvc766.reporting", "dvc766.runs"),
        *("dvc766.sealing", "dvc766.transform", "dvc766.warehouse"),
    ),
    "dvc766.reporting": (
        *("airflow", "requests", "tests", "local_stack", "portal_simulator", "dvc766.airflow_bridge"),
        *("dvc766.portals", "dvc766.quality", "dvc766.runs", "dvc766.settings", "dvc766.transform"),
    ),
    "dvc766.sealing.verifier": ("airflow", "requests", "sqlalchemy", "psycopg", "dvc766", "tests", "local_stack"),
    "backup": ("airflow", "dvc766", "local_stack", "portal_simulator", "sqlalchemy", "tests"),
    "portal_simulator": ("airflow", "dvc766", "local_stack", "tests"),
    "bi": ("airflow", "dvc766", "local_stack", "portal_simulator", "drills", "tests"),  # also runs beside Superset
    "local_stack": ("tests",),
    "bench": ("tests",),
    "drills": ("tests",),
}
# Of another part, this may be known: what a portal offers. Never how it is asked.
ALLOWED = {
    "dvc766.warehouse": ("dvc766.portals.PORTALS", "dvc766.portals.contract"),
    "dvc766.quality": ("dvc766.portals.contract",),
}
# Modules that touch the environment, with the reason.
ENVIRONMENT = {
    "dvc766.settings": "reads the connections for all others",
    "dvc766.settings.environment": "reads the variables of its own prefix",
    "dvc766.settings.secrets": "reads the secrets of Airflow",
    "dvc766.transform": "hands dbt's profile its connection",
    "dvc766.airflow_bridge.cleaning": "gives one command of Airflow the address of Airflow's own database",
}


def complaints(module: str, source: str) -> list[str]:
    """All that is wrong with a module."""
    tree = ast.parse(source)
    found = [*_name(module), *_size(module, source), *_imports(module, tree), *_environment(module, tree)]
    return [f"{module}: {what}" for what in found]


def module_of(path: Path, root: Path) -> str:
    """The dotted name of a file of the project."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "plugins" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _name(module: str) -> list[str]:
    return [f"{part!r} names no concept" for part in module.split(".") if VAGUE.search(part)]


def _size(module: str, source: str) -> list[str]:
    lines = len(source.splitlines())
    longest, _ = LONGER.get(module, (LONGEST_FILE, ""))
    return [f"has {lines} lines"] if lines > longest else []


def _imports(module: str, tree: ast.Module) -> Iterator[str]:
    at_the_top = set(_imported(tree.body))
    part = _part(module) or ""
    allowed = ALLOWED.get(part)
    for name in sorted(set(_imported(ast.walk(tree)))):
        if name.partition(".")[0] in HEAVY and module.startswith("dvc766") and name in at_the_top:
            yield f"imports {name} before it is needed"
        if any(_is_within(name, forbidden) for forbidden in FORBIDDEN.get(part, ())):
            yield f"imports {name}"
        if allowed and name.startswith("dvc766.portals.") and not any(_is_within(name, known) for known in allowed):
            yield f"imports {name}"


def _part(module: str) -> str | None:
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if name in FORBIDDEN), None)


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What statements import; `from a import b` gives both a and a.b."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _environment(module: str, tree: ast.Module) -> Iterator[str]:
    if not module.startswith("dvc766") or module in ENVIRONMENT:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield f"line {node.lineno} touches the environment"
