"""`./run drill captures FOLDER [--period YYYY-MM]`: real captures of the evaluation API, explained.

FOLDER holds what somebody captured, which is never part of this repository: replies, one a file, named after their
endpoint (`transparency.json`, `dossier-digitized.month-all.json`, …), and tables of what was read from others:

    captured_points.csv         source,period,unit_code,indicator_code,numerator,denominator,points
    captured_group_totals.csv   source,period,unit_code,group,points

The counts go where a reading puts them, the models are built, and each published figure is told apart: equal to the
rule, proved to be the portal's rounding, or unexplained. 1 when one is unexplained.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bench.server import Server, Warehouse
from dvc766 import transform
from dvc766.clock import LOCAL_ZONE
from dvc766.portals.evaluation import EVALUATIONS, Captures
from dvc766.settings import PROJECT_ROOT

METRICS = PROJECT_ROOT / "dbt_project" / "seeds" / "portal_metrics.csv"


class Figure(NamedTuple):
    """What was captured of one unit and metric; None = nothing given."""

    unit: str
    metric: str
    numerator: Decimal | None
    denominator: Decimal | None
    points: Decimal | None


def main(arguments: list[str]) -> int:
    """Run the drill and print its figures; 1 when a published figure is unexplained or nothing was read."""
    options = argparse.ArgumentParser(prog="./run drill captures")
    options.add_argument("folder", type=Path)
    options.add_argument("--period", type=_month, default=date(2026, 8, 1), help="the month that the replies are of")
    chosen = options.parse_args(arguments)
    figures = read(chosen.folder, chosen.period)
    if not figures:
        print(f"{chosen.folder} holds no captures.\nNext: give a folder as drills/captures.py says.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="dvc766-drill-") as folder, Server(Path(folder)) as server:
        warehouse = server.warehouse("captures", chosen.period)
        found = _explain(warehouse, figures, chosen.period)
    for figure, rule, portal in found.get("unexplained", ()):
        print(f"{figure.unit} {figure.metric}: {figure.points}; by the rule {rule}, as the portal computes {portal}")
    counted = ", ".join(f"{len(rows)} {explanation}" for explanation, rows in sorted(found.items()))
    units = len({figure.unit for figure in figures})
    left = len(found.get("unexplained", ()))
    apart = Counter(figure.metric for figure in figures)
    apart.subtract(figure.metric for rows in found.values() for figure, *_ in rows)
    others = ", ".join(f"{number} {metric}" for metric, number in sorted(apart.items()) if number)
    print(f"{len(figures)} captured figures of {units} units and periods: {counted}; {left} left unexplained.")
    if others:
        print(f"Not compared: {others}.")
    return int(left > 0 or not found)


def read(folder: Path, month: date) -> list[Figure]:
    """Everything that the folder holds, once; the replies are of `month`."""
    figures = {(one.unit, one.metric): one for one in (*_replies(folder, month), *_tables(folder))}
    return list(figures.values())


def _replies(folder: Path, month: date) -> Iterator[Figure]:
    """The figures of captured replies, flattened as every reading does it."""
    captures = Captures(month, {})
    for evaluation in EVALUATIONS:
        for path in sorted(folder.glob(f"{evaluation.name}*.json")):
            data = json.loads(path.read_text(encoding="utf-8"))["data"]
            heads = [data.get("overview") or data.get("parent")]
            for unit in [*heads, *(data.get("evaluation") or ()), *(data.get("children") or ())]:
                if unit:
                    captures.add(unit, evaluation)
    for record in captures.records():
        if record["unit_code"] is not None:  # a unit whose code no reply tells
            yield _figure(record["unit_code"], record["metric_code"], record)


def _tables(folder: Path) -> Iterator[Figure]:
    """The figures of tables; each source and period of a unit is a unit by itself."""
    with METRICS.open(encoding="utf-8", newline="") as seed:
        metrics = list(csv.DictReader(seed))
    by_indicator = {row["indicator_code"]: row["metric_code"] for row in metrics if row["indicator_code"]}
    by_group = {row["group_code"]: row["metric_code"] for row in metrics if not row["indicator_code"]}
    for name, column, codes in (
        ("captured_points.csv", "indicator_code", by_indicator),
        ("captured_group_totals.csv", "group", by_group),
    ):
        path = folder / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as table:
                for row in csv.DictReader(table):
                    unit = "/".join((row["unit_code"], row["period"], row["source"]))
                    yield _figure(unit, codes[row[column]], row)


def _figure(unit: str, metric: str, told: Mapping[str, Any]) -> Figure:
    numbers = (_number(told.get(name)) for name in ("numerator", "denominator", "points"))
    return Figure(unit, metric, *numbers)


def _number(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _explain(warehouse: Warehouse, figures: list[Figure], month: date) -> dict[str, list[tuple[Figure, Any, Any]]]:
    """Each compared figure by its explanation, with the points of the rule and of the portal's arithmetic."""
    as_of = datetime.combine(month + timedelta(days=45), datetime.min.time(), LOCAL_ZONE)
    with warehouse.connect() as owner:
        _fill(owner, figures, month, as_of)
    transform.build(warehouse.settings, as_of=as_of, with_tests=False)
    known = {(figure.unit, figure.metric): figure for figure in figures}
    found: dict[str, list[tuple[Figure, Any, Any]]] = {}
    with warehouse.connect() as owner:
        for unit, metric, rule, portal, explanation in owner.execute(
            "select agency_code, metric_code, rule_points, portal_points, explanation"
            " from indicators.ind_captured_points"
        ):
            found.setdefault(explanation, []).append((known[unit, metric], rule, portal))
    return found


def _fill(owner: psycopg.Connection[Any], figures: list[Figure], month: date, as_of: datetime) -> None:
    province = Counter(figure.unit[:3] for figure in figures).most_common(1)[0][0]
    with owner.cursor() as cursor:
        cursor.executemany(
            "insert into raw.national_portal__evaluations (province_code, period_kind, period_start, unit_code,"
            " metric_code, numerator, denominator, points, content_hash, known_from, run_id, is_deleted)"
            " values (%s, 'month', %s, %s, %s, %s, %s, %s, %s, %s, 0, false)",
            [(province, month, *figure, hashlib.sha256(repr(figure).encode()).digest(), as_of) for figure in figures],
        )


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
