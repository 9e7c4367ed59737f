"""The dbt project's layers: who reads whom, what each is called, what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from dbt.cli.main import dbtRunner

from dvc766 import transform
from dvc766.portals import PORTALS
from dvc766.settings import PROJECT_ROOT
from tests.architecture.layers import Model, complaints

PROJECT = PROJECT_ROOT / "dbt_project"
# Resources that no figure rests on yet, with the reason why they are read.
UNREAD = {"national_portal__exchange_units": "the exchange's own list of units, kept beside the public one"}
SOUND = Model(
    "fct_things", "facts", "select thing.known_on from a", "One row per thing.", {}, [("int_things", "intermediate")]
)

PLANTED = {
    "staging reads another layer": (
        Model("stg_x__y", "staging", "", "One row.", {}, [("fct_things", "facts")]),
        "staging reads fct_things of facts",
    ),
    "staging reads two sources": (
        Model("stg_x__y", "staging", "", "One row.", {}, [("a", "source"), ("b", "source")]),
        "reads 2 sources",
    ),
    "facts read a source": (
        Model("fct_x", "facts", "", "One row.", {}, [("raw.x", "source")]),
        "facts reads raw.x of source",
    ),
    "indicators read staging": (
        Model("ind_x", "indicators", "", "One row.", {}, [("stg_x__y", "staging")]),
        "indicators reads stg_x__y of staging",
    ),
    "marts read facts": (
        Model("things_monthly", "marts", "", "Mỗi dòng", {"a": "Một"}, [("fct_x", "facts")]),
        "marts reads fct_x of facts",
    ),
    "marts read staging": (
        Model("things_monthly", "marts", "", "Mỗi dòng", {"a": "Một"}, [("stg_x__y", "staging")]),
        "marts reads stg_x__y of staging",
    ),
    "a name tells nothing": (Model("things", "facts", "", "One row.", {}, []), "is not named"),
    "nothing is said": (Model("fct_x", "facts", "", " ", {}, []), "has no description"),
    "a mart speaks English": (
        Model("things_monthly", "marts", "", "One row", {"a": "Mot"}, []),
        "column a has no Vietnamese description",
    ),
    "the clock is asked": (Model("fct_x", "facts", "select\n    now() as at", "One row.", {}, []), "clock"),
    "the day is asked": (Model("fct_x", "facts", "where on < current_date", "One row.", {}, []), "clock"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Where dbt finds the project and keeps what it has parsed."""
    folder = str(tmp_path_factory.mktemp("dbt"))
    project = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    return [*project, "--target-path", folder, "--log-path", folder]


@pytest.fixture(scope="module")
def manifest(places: list[str]) -> Any:
    """The parsed project; parsing needs no warehouse."""
    outcome = dbtRunner().invoke(["--quiet", "parse", "--no-partial-parse", *places])
    assert outcome.success, outcome.exception
    return outcome.result


@pytest.fixture(scope="module")
def models(manifest: Any) -> list[Model]:
    """Every model of the project."""
    layers = {key: str(node.fqn[1]) for key, node in manifest.nodes.items() if node.resource_type == "model"}
    layers |= {key: "seed" for key, node in manifest.nodes.items() if node.resource_type == "seed"}
    layers |= dict.fromkeys(manifest.sources, "source")
    return [
        Model(
            name=node.name,
            layer=layers[key],
            sql=node.raw_code,
            description=node.description,
            columns={name: column.description for name, column in node.columns.items()},
            reads=[(parent.rpartition(".")[2], layers[parent]) for parent in node.depends_on.nodes],
        )
        for key, node in manifest.nodes.items()
        if node.resource_type == "model"
    ]


def test_every_model_keeps_the_rules(models: list[Model]) -> None:
    assert len(models) > 50
    assert [what for model in models for what in complaints(model)] == []


def test_a_constraint_is_declared_where_it_is_kept(manifest: Any) -> None:
    """The server keeps those of tables that a build makes anew, and of no view; of the kinds that the macro knows."""
    promising = [node for node in manifest.nodes.values() if node.resource_type == "model" and node.all_constraints]
    assert len(promising) > 50
    assert {node.config.materialized for node in promising} == {"table"}
    of_tables = {constraint.type.value for node in promising for constraint in node.constraints}
    of_columns = {
        constraint.type.value
        for node in promising
        for column in node.columns.values()
        for constraint in column.constraints
    }
    assert (of_tables, of_columns) == ({"primary_key"}, {"primary_key", "not_null", "check"})


def test_every_resource_has_a_source_and_a_staging_model(manifest: Any) -> None:
    wanted = {f"{portal.code}__{resource.name}" for portal in PORTALS for resource in portal.resources}
    sources = {source.identifier for source in manifest.sources.values() if source.schema == "raw"}
    assert sources == wanted
    read = {
        manifest.sources[parent].identifier
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.fqn[1] == "staging"
        for parent in node.depends_on.nodes
        if parent in manifest.sources and manifest.sources[parent].schema == "raw"
    }
    assert read == wanted - set(UNREAD)


@pytest.mark.parametrize(("selector", "least"), [("all", 50), ("facts", 10)])
def test_a_build_of_changes_does_all_but_what_the_build_before_has_done(
    manifest: Any, places: list[str], selector: str, least: int
) -> None:
    """A view that is left as it stands must say nothing of the build that made it.

    No table and no test is left out but for those that rest on code and reference rows alone.
    """
    changes = selected(places, f"changes_of_{selector}")
    everything = selected(places, selector)
    left = [manifest.nodes[key] for key in everything - changes]
    assert {node.resource_type for node in left} >= {"seed", "model"}
    models = [node for node in left if node.resource_type == "model"]
    views = [node for node in models if node.config.materialized == "view"]
    assert len(views) > least
    assert [node.name for node in models if holds_an_argument(manifest, node.depends_on.macros)] == []
    tables = {key for key in everything if key in manifest.nodes and manifest.nodes[key].config.materialized == "table"}
    standing = {node.unique_id for node in models} - {node.unique_id for node in views}
    assert standing == {key for key in tables if rests_on_reference_alone(manifest, key)}
    made = [manifest.nodes[key] for key in changes]
    assert any(
        node.config.materialized == "view" and holds_an_argument(manifest, node.depends_on.macros) for node in made
    )
    others = {node.original_file_path for node in left if node.resource_type not in ("seed", "model")}
    asked = {manifest.nodes[key].original_file_path for key in everything}
    assert others == {path for path in asked if path.startswith("tests/reference/")}


def test_what_is_asked_of_reference_alone_reads_nothing_of_a_portal(manifest: Any) -> None:
    """Else a day's build would have to ask it again: the columns of measures and the calendar follow from the code."""
    follow_from_code = {
        *("ind_dossier_measures", "ind_filing_measures", "ind_procedure_measures", "ind_petition_measures"),
        *("ind_capture_measures", "ind_agency_measures_monthly", "int_calendar"),
    }
    tests = [node for node in manifest.nodes.values() if node.original_file_path.startswith("tests/reference/")]
    read = {parent for node in tests for parent in node.depends_on.nodes}
    assert len(tests) == 4
    assert {parent.rpartition(".")[2] for parent in read if not parent.startswith("seed.")} <= follow_from_code


def selected(places: list[str], selector: str) -> set[str]:
    """The unique ids of what a selector of the project stands for."""
    asked = ["--selector", selector, "--indirect-selection", "empty", "--exclude-resource-type", "unit_test"]
    asked += ["--exclude-resource-type", "exposure", "--exclude-resource-type", "source"]
    shown = ["--output", "json", "--output-keys", "unique_id"]
    outcome = dbtRunner().invoke(["--quiet", "ls", *asked, *shown, *places])
    assert outcome.success, outcome.exception
    return {json.loads(line)["unique_id"] for line in cast("list[str]", outcome.result)}


def rests_on_reference_alone(manifest: Any, key: str) -> bool:
    """Whether a node is a seed, or a model whose rows follow from seeds."""
    if key.startswith("seed."):
        return True
    node = manifest.nodes.get(key)  # a source is none
    if node is None or holds_an_argument(manifest, node.depends_on.macros):
        return False
    return all(rests_on_reference_alone(manifest, parent) for parent in node.depends_on.nodes)


def holds_an_argument(manifest: Any, macros: list[str]) -> bool:
    """Whether one of these macros, or one that it calls, asks for an argument of a day's build.

    Which months to make is told to a build aside alone, and that makes everything anew.
    """
    told_aside = {"macro.dvc766.is_asked", "macro.dvc766.stands", "macro.dvc766.came_before"}
    return any(
        name == "macro.dvc766.build_argument" or holds_an_argument(manifest, manifest.macros[name].depends_on.macros)
        for name in macros
        if name.startswith("macro.dvc766.") and name not in told_aside
    )


def test_every_model_stands_in_a_layer_and_has_its_name(manifest: Any, places: list[str]) -> None:
    """dvc766.transform looks for what is missing by the names of folders and files."""
    layers = {"staging", "intermediate", "facts", "indicators", "marts"}
    paths = {Path(node.original_file_path) for node in manifest.nodes.values() if node.resource_type == "model"}
    assert {path.parts[1] for path in paths} == layers
    made = {
        (node.fqn[1], Path(node.original_file_path).stem.removeprefix("mart_")): (node.schema, node.alias)
        for node in manifest.nodes.values()
        if node.resource_type == "model"
    }
    assert made == {(folder, name): (transform.SCHEMAS[folder], name) for folder, name in made}
    seeds = [node for node in manifest.nodes.values() if node.resource_type == "seed"]
    assert {(node.schema, node.alias) for node in seeds} == {
        ("reference", Path(name).stem) for name in transform.reference_files(PROJECT)
    }
    named = yaml.safe_load((PROJECT / "selectors.yml").read_text(encoding="utf-8"))["selectors"]
    changes = {f"changes_of_{selector}" for selector in transform.FOLDERS}
    assert {selector["name"] for selector in named} == {*transform.FOLDERS, *changes, transform.ASIDE}
    for selector, folders in transform.FOLDERS.items():
        chosen = [manifest.nodes[key] for key in selected(places, selector) if key.startswith("model.")]
        assert {node.fqn[1] for node in chosen} == set(folders)


@pytest.mark.parametrize("breach", PLANTED)
def test_a_planted_breach_is_named(breach: str) -> None:
    model, words = PLANTED[breach]
    assert any(words in what for what in complaints(model))


def test_a_sound_model_is_not_complained_of() -> None:
    assert complaints(SOUND) == []
    commented = Model("fct_x", "facts", "-- now() would break a rerun\nselect 1", "One row.", {}, [])
    assert complaints(commented) == []
