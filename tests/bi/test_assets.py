"""The dashboards as files: all that they name exists, nothing in them is a secret, every word has its Vietnamese."""

from __future__ import annotations

import re
import runpy
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from bi import labels
from bi.accounts import READERS
from bi.bundle import bundle, databases
from bi.charts import Chart, WrongAsset, charts
from bi.dashboards import Dashboard, dashboards
from bi.datasets import ASSETS, HEADS, KEY, Dataset, datasets
from bi.labels import UnknownColumn
from drills.dashboard_figures import STATEMENTS
from drills.dashboards import CHOICES
from dvc766.warehouse.marts_keys import KEYS
from local_stack.bi import ACCOUNTS
from local_stack.bi import ENVIRONMENT as SUPERSET
from local_stack.paths import ROOT

# The views of ops come with their own migration; without them the bundle leaves the control room out.
SCHEMAS = ["marts", *(["ops"] if labels.ops() else [])]
KNOWN = {name: one for name, one in datasets().items() if one.database in SCHEMAS}
DASHBOARDS = [
    one for one in dashboards(datasets()) if all(chart.dataset.database in SCHEMAS for chart in one.charts.values())
]
CHARTS = {name: chart for one in DASHBOARDS for name, chart in one.charts.items()}
SECRET = "a-password-of-somebody"
ENVIRONMENT = {"BI_SECRET_KEY": "x" * 32, "BI_METADATA_URL": "postgresql://nobody@localhost/none"}


@pytest.fixture(scope="module")
def files() -> Mapping[str, Any]:
    made = bundle(dict.fromkeys(SCHEMAS, f"postgresql+psycopg2://reader:{SECRET}@localhost/warehouse"))
    return {name: yaml.safe_load(text) for name, text in made.items()}


@pytest.mark.parametrize("dataset", KNOWN.values(), ids=lambda one: one.name)
def test_every_column_of_a_dataset_has_its_label(dataset: Dataset) -> None:
    exported = dataset.exported()
    assert exported["columns"]
    assert [column["column_name"] for column in exported["columns"] if not column["verbose_name"]] == []
    assert all(column["type"] for column in exported["columns"])


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda one: one.name)
def test_a_chart_asks_for_columns_that_are_there(chart: Chart) -> None:
    params = chart.params()
    assert params["viz_type"]
    assert chart.name in STATEMENTS, "the drill has no statement for it"


def test_a_chart_stands_in_one_dashboard_under_one_name() -> None:
    assert len(CHARTS) == sum(len(one.charts) for one in DASHBOARDS)
    for one in DASHBOARDS:
        assert len({chart.title for chart in one.charts.values()}) == len(one.charts)
    assert {one.name for one in dashboards(datasets())} == set(CHOICES)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.name)
def test_a_filter_has_its_column_in_every_chart_that_it_reaches(dashboard: Dashboard) -> None:
    """Superset leaves a filter out without a word where the column is missing."""
    for one in dashboard.filters.values():
        reached = dashboard.reached_by(one)
        assert reached
        assert [name for name in reached if one.column not in dashboard.charts[name].dataset.columns] == []
        assert one.first_by is None or one.first_by in one.dataset.metrics
        assert {one.column, *(one.where or {})} <= set(one.dataset.columns)
        assert set(one.within) <= set(dashboard.filters)
    for chart in dashboard.charts.values():
        assert set(chart.unfiltered_by) <= set(dashboard.filters)
        assert set(chart.drills_to) <= set(dashboard.charts)


def test_every_placed_chart_has_its_number_and_its_id(files: Mapping[str, Any]) -> None:
    known = {said["uuid"] for name, said in files.items() if name.startswith("charts/")}
    placed = [
        part["meta"]
        for name, said in files.items()
        if name.startswith("dashboards/")
        for part in said["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    ]
    assert {meta["uuid"] for meta in placed} == known
    assert all(isinstance(meta["chartId"], int) for meta in placed)


def test_ids_are_the_same_each_time_and_no_two_are(files: Mapping[str, Any]) -> None:
    ids = [said["uuid"] for name, said in files.items() if name != "metadata.yaml"]
    assert len(ids) == len(set(ids))
    again = bundle(dict.fromkeys(SCHEMAS, f"postgresql+psycopg2://reader:{SECRET}@localhost/warehouse"))
    assert {name: yaml.safe_load(text) for name, text in again.items()} == files


def test_a_password_stands_in_the_doors_alone_and_in_no_asset(files: Mapping[str, Any]) -> None:
    with_it = {name for name, said in files.items() if SECRET in yaml.safe_dump(said)}
    assert with_it == {f"databases/{schema}.yaml" for schema in SCHEMAS}
    assert not [path for path in ASSETS.iterdir() if re.search(r"password|://", path.read_text(), re.IGNORECASE)]
    assert {door["role"] for door in databases().values()} == {"bi_reader", "ops_reader"}


def test_a_door_that_is_shut_takes_its_dashboards_with_it() -> None:
    made = bundle({"marts": "postgresql+psycopg2://reader@localhost/warehouse"})
    assert not [name for name in made if "control_room" in name or "ops" in name]
    assert {f"dashboards/{name}.yaml" for name in ("ranking", "agency", "procedures")} < set(made)


def test_names_are_joined_by_the_key_of_the_ranking_so_that_no_row_is_doubled() -> None:
    assert KEYS[HEADS].primary == KEY
    joined = [one for one in KNOWN.values() if one.with_agency]
    assert joined and all(set(KEY) <= set(one.columns) for one in joined)


def test_whoever_may_read_a_dashboard_has_an_account() -> None:
    assert set(ACCOUNTS) == {"admin", *READERS} and len(set(ACCOUNTS.values())) == len(ACCOUNTS)
    assert all(one.readers and set(one.readers) <= set(READERS) for one in dashboards(datasets()))


def test_labels_are_those_of_the_data_dictionary() -> None:
    for relation, columns in labels.marts().items():
        for column in columns.values():
            assert column.label_vi == column.meaning_vi.split(". ")[0].rstrip("."), f"{relation}.{column.name}"
    assert labels.marts()["agency_rankings_monthly"]["score"].label_vi == "Tổng điểm"
    assert labels.described("some", "bigint", "Tử số 2.1. Nghĩa.").label_vi == "Tử số 2.1"


@pytest.mark.parametrize(
    ("type_", "number", "day"),
    [
        ("numeric(5,2)", ",.2f", None),
        ("numeric(7,6)", ",.2%", None),
        ("bigint", ",d", None),
        ("date", None, "%d/%m/%Y"),
        ("timestamp", None, "%d/%m/%Y %H:%M"),
        ("varchar(20)", None, None),
    ],
)
def test_a_column_is_written_by_its_type(type_: str, number: str | None, day: str | None) -> None:
    column = labels.described("some", type_, "Tên. Nghĩa.")
    assert (column.number_format, column.date_format, column.label_vi) == (number, day, "Tên")


def test_what_is_not_there_is_refused_by_name() -> None:
    known = datasets()
    with pytest.raises(UnknownColumn, match="no column nowhere"):
        known["data_status"].column("nowhere")
    with pytest.raises(UnknownColumn, match=r"marts\.nowhere"):
        _ = Dataset("some", "nowhere").columns
    said = {"title": "Tên", "kind": "table", "columns": ["period_label"], "order": ["period_label"]}
    with pytest.raises(WrongAsset, match="no elsewhere"):
        list(charts({"some": said | {"dataset": "elsewhere"}}, known))
    with pytest.raises(WrongAsset, match="no kind"):
        next(iter(charts({"some": said | {"dataset": "data_status", "kind": "pie"}}, known))).params()
    with pytest.raises(WrongAsset, match="is no metric"):
        _ = next(iter(charts({"some": said | {"dataset": "data_status", "metrics": ["score"]}}, known))).columns
    [chart] = charts({"some": said | {"dataset": "data_status"}}, known)
    with pytest.raises(WrongAsset, match="some stand nowhere"):
        Dashboard("one", "Tên", "ten", (), {}, {"some": chart}, []).position()
    with pytest.raises(WrongAsset, match="some stands twice"):
        Dashboard("one", "Tên", "ten", (), {}, {"some": chart}, [["some"], ["some"]]).position()
    with pytest.raises(WrongAsset, match="wider than a row"):
        Dashboard("one", "Tên", "ten", (), {}, {"some": chart}, [["some", "some"]]).position()


def test_every_word_of_superset_that_is_translated_has_its_vietnamese_and_keeps_its_places() -> None:
    text = (ROOT / "bi" / "vi.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE)
    assert len(pairs) > 150
    assert len({english for english, _ in pairs}) == len(pairs)
    place = re.compile(r"%(?:\(\w+\))?[sd]")
    assert [one for one, said in pairs if not said or sorted(place.findall(one)) != sorted(place.findall(said))] == []


def test_superset_speaks_vietnamese_and_tells_nobody_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path(str(ROOT / "bi" / "superset_config.py"))
    assert settings["BABEL_DEFAULT_LOCALE"] == "vi"
    assert settings["D3_FORMAT"]["decimal"] == "," and settings["D3_FORMAT"]["thousands"] == "."
    policy = settings["TALISMAN_CONFIG"]["content_security_policy"]
    assert settings["TALISMAN_ENABLED"] and "scarf" not in str(policy) and "https:" not in str(policy)
    assert "AUTH_ROLE_PUBLIC" not in settings and not settings["ENABLE_CORS"]


def test_the_lock_names_a_hash_for_everything_and_keeps_off_what_does_not_start() -> None:
    lines = SUPERSET.lock.read_text(encoding="utf-8").splitlines()
    named = [number for number, line in enumerate(lines) if re.match(r"[a-z]", line)]
    assert len(named) > 100
    assert [lines[number] for number in named if "--hash=sha256:" not in lines[number + 1]] == []
    pinned = {lines[number].split("==")[0]: lines[number].split("==")[1].split()[0] for number in named}
    assert pinned["apache-superset"] == "6.1.0"
    assert pinned["flask-caching"] < "2.5"
    assert {"rich", "cachetools", "psycopg2-binary"} <= set(pinned)


def test_no_asset_types_a_label_that_a_model_has_said() -> None:
    said = {column.label_vi for columns in labels.marts().values() for column in columns.values()}
    typed = {made.label_vi for one in datasets().values() for made in (*one.computed.values(), *one.added.values())}
    assert typed - {""} and not (typed & said - {""})
