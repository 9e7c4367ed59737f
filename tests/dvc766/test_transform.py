"""dbt in this process: what failed is named, and the environment is as it was."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from dvc766 import reference, transform
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import PROJECT_ROOT, Settings
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

AS_OF = datetime(2025, 7, 1, tzinfo=LOCAL_ZONE)
FILES = {
    "dbt_project.yml": "name: dvc766\nprofile: dvc766\nseeds: {dvc766: {+schema: reference}}\n"
    "models:\n  dvc766:\n    intermediate: {+schema: intermediate}\n",
    "selectors.yml": (PROJECT_ROOT / "dbt_project" / "selectors.yml").read_text(encoding="utf-8"),
    "models/intermediate/first.sql": "select '{{ build_argument(\"as_of\") }}'::timestamptz as at,"
    " {{ fromjson(build_argument('versions')).get('things', 0) }} as things",
    "models/intermediate/second.sql": "select at, 'Nguyễn Văn A'::text as name from {{ ref('first') }}",
}
MACROS = PROJECT_ROOT / "dbt_project" / "macros"
Project = Callable[[dict[str, str]], Settings]


@pytest.fixture
def project(module_database: Database, tmp_path: Path, state: Path) -> Project:
    """Writes a small dbt project over the real profile; gives settings that point to it.

    What dbt parsed is shared by the tests: its own macros are most of it.
    """

    def write(more: dict[str, str]) -> Settings:
        folder = tmp_path / "dbt_project"
        for name, text in (FILES | more).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        shutil.copy(PROJECT_ROOT / "dbt_project" / "profiles.yml", folder)
        (folder / "macros").mkdir(exist_ok=True)
        for macro in ("build_argument.sql", "constraints.sql", "generate_schema_name.sql"):
            shutil.copy(MACROS / macro, folder / "macros")
        shutil.copytree(MACROS / "materializations", folder / "macros" / "materializations", dirs_exist_ok=True)
        return replace(settings_for(module_database), project_root=tmp_path, state=state / module_database.name)

    return write


def test_the_layers_are_built_as_of_the_caller_s_clock(project: Project, module_database: Database) -> None:
    before = dict(os.environ)
    built = transform.build(project({}), as_of=AS_OF, versions={"things": 7})
    assert built == 2
    assert dict(os.environ) == before
    with module_database.connect() as connection:
        assert connection.execute("select at, things from intermediate.first").fetchall() == [(AS_OF, 7)]


def test_another_clock_and_first_month_let_the_parsed_project_stand(
    project: Project, module_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told: list[str] = []
    monkeypatch.setattr(transform, "_tell", lambda event: told.append(event.info.name))
    settings = project({"models/intermediate/first.sql": as_a_table(FILES["models/intermediate/first.sql"])})
    settings = replace(settings, state=tmp_path / "state")
    transform.build(settings, as_of=AS_OF, versions={"things": 1})
    assert told.count("UnableToPartialParse") == 1  # the first build finds nothing parsed
    told.clear()
    assessed_later = replace(settings, first_period=date(2025, 9, 1))
    transform.build(assessed_later, as_of=AS_OF.replace(day=2), versions={"things": 2}, since={"things": 1})
    assert "UnableToPartialParse" not in told
    assert "NodeFinished" in told
    with module_database.connect() as connection:
        assert connection.execute("select at from intermediate.first").fetchall() == [(AS_OF.replace(day=2),)]


def test_nothing_parsed_under_other_descriptions_is_kept(project: Project) -> None:
    kept = []
    for text in ("One.", "One.", "Another."):
        settings = project({"models/intermediate/_models.yml": f"models: [{{name: first, description: {text}}}]"})
        transform.build(settings, as_of=AS_OF)
        kept.append([folder.name for folder in (settings.state / "dbt").glob("target*")])
    assert [len(names) for names in kept] == [1, 1, 1]
    assert kept[0] == kept[1] != kept[2]


def test_no_view_of_the_former_build_is_left_to_be_dropped(project: Project, module_database: Database) -> None:
    """Two threads that drop such views, each with what hangs on it, can wait for each other for ever."""
    transform.build(project({"models/intermediate/third.sql": "select 3 as n"}), as_of=AS_OF)
    settings = project({})
    (settings.dbt_project / "models" / "intermediate" / "third.sql").unlink()
    transform.build(settings, as_of=AS_OF)
    with module_database.connect() as connection:
        views = connection.execute(
            "select viewname from pg_views where schemaname = 'intermediate' order by 1"
        ).fetchall()
    assert views == [("first",), ("second",)]


def test_a_model_may_become_a_table_and_a_view_again(project: Project, module_database: Database) -> None:
    settings = project({})
    first = settings.dbt_project / "models" / "intermediate" / "first.sql"
    kinds = []
    for text in (
        FILES["models/intermediate/first.sql"],
        as_a_table(FILES["models/intermediate/first.sql"]),
        FILES["models/intermediate/first.sql"],
    ):
        first.write_text(text, encoding="utf-8")
        assert transform.build(settings, as_of=AS_OF) == 2
        with module_database.connect() as connection:
            kinds += connection.execute(
                "select relkind::text from pg_class where oid = to_regclass('intermediate.first')"
            ).fetchall()
            assert connection.execute("select at from intermediate.second").fetchall() == [(AS_OF,)]
    assert kinds == [("v",), ("r",), ("v",)]


def test_a_table_that_cannot_be_made_anew_stays_as_it_was(project: Project, module_database: Database) -> None:
    settings = project(
        {
            "models/intermediate/first.sql": as_a_table("select 1 as n"),
            "models/intermediate/second.sql": "select 2 as n",
        }
    )
    transform.build(settings, as_of=AS_OF)
    (settings.dbt_project / "models" / "intermediate" / "first.sql").write_text(
        as_a_table("select 1 / 0 as n"), encoding="utf-8"
    )
    with pytest.raises(transform.TransformFailed):
        transform.build(settings, as_of=AS_OF)
    with module_database.connect() as connection:
        assert connection.execute("select n from intermediate.first").fetchall() == [(1,)]


def test_seeds_are_loaded_with_the_layers_and_not_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "check", lambda seeds: None)  # its rules are those of the real seeds
    table = as_a_table(FILES["models/intermediate/first.sql"])
    settings = project({"seeds/codes.csv": "code\nA\n", "models/intermediate/first.sql": table})
    assert transform.build(settings, as_of=AS_OF) == 3
    assert transform.build(settings, as_of=AS_OF, since={"things": 1}) == 1


def test_views_stand_and_tables_are_filled_anew_where_the_same_code_made_them(
    project: Project, module_database: Database
) -> None:
    settings = project({"models/intermediate/first.sql": as_a_table(FILES["models/intermediate/first.sql"])})
    transform.build(settings, as_of=AS_OF)
    before = relations(module_database)
    later = AS_OF.replace(day=2)
    assert transform.build(settings, as_of=later, since={"things": 1}) == 1
    assert relations(module_database) == before
    with module_database.connect() as connection:
        assert connection.execute("select at from intermediate.second").fetchall() == [(later,)]


def test_a_table_that_is_filled_anew_has_the_indexes_it_had(project: Project, module_database: Database) -> None:
    indexed = "{{ config(materialized='table', indexes=[{'columns': ['n'], 'unique': true}, {'columns': ['m']}]) }} "
    rows = f"{indexed} select 1 as n, 2 as m"
    settings = project({"models/intermediate/first.sql": rows, "models/intermediate/second.sql": "select 2 as n"})
    transform.build(settings, as_of=AS_OF)
    before = indexes(module_database)
    transform.build(settings, as_of=AS_OF, since={"things": 1})
    assert indexes(module_database) == before
    assert len(before) == 2


def test_the_planner_is_told_when_a_tenth_of_a_table_was_taken_up(project: Project, module_database: Database) -> None:
    taken_up = "{{ config(materialized='incremental', post_hook='{{ gather_statistics() }}') }} " + (
        "select generate_series(1, {{ fromjson(build_argument('versions')).get('things', 0) }}) as n"
    )
    macro = (MACROS / "gather_statistics.sql").read_text(encoding="utf-8")
    second = {"models/intermediate/second.sql": "select 2 as n", "macros/gather_statistics.sql": macro}
    settings = project({"models/intermediate/first.sql": taken_up} | second)
    known = []
    for rows, since in ((100, None), (5, {"things": 1}), (15, {"things": 2})):
        transform.build(settings, as_of=AS_OF, versions={"things": rows}, since=since)
        with module_database.connect() as connection:
            known += connection.execute(
                "select reltuples::int from pg_class where oid = 'intermediate.first'::regclass"
            ).fetchall()
    assert known == [(100,), (100,), (120,)]


BOOKS = """
models:
  - name: first
    constraints: [{type: primary_key, columns: [shelf, place]}]
    columns:
      - {name: title, constraints: [{type: not_null}]}
      - {name: kind, constraints: [{type: check, expression: "kind in ('prose', 'verse')"}]}
"""


@pytest.mark.parametrize("filled_anew", [False, True])
def test_rows_that_break_what_a_table_promises_end_the_build_as_a_failed_check_does(
    project: Project, module_database: Database, filled_anew: bool
) -> None:
    def build_from(rows: str, since: dict[str, int] | None) -> None:
        text = f"select * from (values {rows}) as book (shelf, place, title, kind)"
        first = {"models/intermediate/first.sql": as_a_table(text), "models/intermediate/_models.yml": BOOKS}
        second = {"models/intermediate/second.sql": as_a_table("select count(*) as n from {{ ref('first') }}")}
        transform.build(project(first | second), as_of=AS_OF, since=since)

    def kept() -> list[tuple[object, ...]]:
        with module_database.connect() as connection:
            return connection.execute(
                "select first.shelf, second.n, (select array_agg(conname::text order by conname) from pg_constraint"
                " where conrelid = 'intermediate.first'::regclass and contype in ('p', 'c'))"
                " from intermediate.first cross join intermediate.second"
            ).fetchall()

    declared = ["first_kind_check", "first_pkey"]
    build_from("(7, 7, 'Z', 'verse')", None)
    since = {"things": 1} if filled_anew else None
    for broken in (
        "(1, 1, 'A', 'prose'), (1, 1, 'B', 'verse')",
        "(1, 1, 'A', 'prose'), (1, null, 'B', 'verse')",
        "(1, 1, 'A', 'prose'), (1, 2, null, 'verse')",
        "(1, 1, 'A', 'prose'), (1, 2, 'B', 'drama')",
    ):
        with pytest.raises(transform.ChecksFailed) as failed:
            build_from(broken, since)
        assert failed.value.nodes == ("first (fail)",)
        assert kept() == [(7, 1, declared)]
    build_from("(1, 1, 'A', 'prose'), (1, 2, 'A', null)", since)
    assert kept() == [(1, 2, declared), (1, 2, declared)]


def indexes(database: Database) -> list[str]:
    """What the indexes of schema intermediate are on, without their names."""
    with database.connect() as connection:
        found = connection.execute("select indexdef from pg_indexes where schemaname = 'intermediate'").fetchall()
    return sorted(re.sub('INDEX "?[0-9a-f]{32}"?', "INDEX", definition) for (definition,) in found)


def test_a_view_of_staging_is_made_anew_for_its_text_names_versions(
    project: Project, module_database: Database
) -> None:
    staging = "models/staging/provincial_portal/stg_provincial_portal__things.sql"
    settings = project({staging: "select {{ fromjson(build_argument('versions')).get('things', 0) }} as newest"})
    transform.build(settings, as_of=AS_OF, versions={"things": 1})
    assert transform.build(settings, as_of=AS_OF, versions={"things": 2}, since={"things": 1}) == 1
    with module_database.connect() as connection:
        found = connection.execute("select newest from staging.stg_provincial_portal__things").fetchall()
    assert found == [(2,)]


@pytest.mark.parametrize(
    "lost", ["view intermediate.second", "table intermediate.first cascade", "table reference.codes"]
)
def test_everything_is_made_anew_when_a_relation_is_missing(
    project: Project, module_database: Database, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    monkeypatch.setattr(reference, "check", lambda seeds: None)  # its rules are those of the real seeds
    table = as_a_table(FILES["models/intermediate/first.sql"])
    settings = project({"models/intermediate/first.sql": table, "seeds/codes.csv": "code\nA\n"})
    transform.build(settings, as_of=AS_OF)
    with module_database.connect() as connection:
        connection.execute(f"drop {lost}".encode())
    assert transform.build(settings, as_of=AS_OF, since={"things": 1}) == 3
    assert {"first", "second"} <= {name for _, name in relations(module_database)}


def test_a_table_that_cannot_be_filled_anew_keeps_its_rows(project: Project, module_database: Database) -> None:
    text = "select 1 / (2 - extract(day from '{{ build_argument(\"as_of\") }}'::timestamptz)::int) as n"
    settings = project(
        {"models/intermediate/first.sql": as_a_table(text), "models/intermediate/second.sql": "select 2 as n"}
    )
    transform.build(settings, as_of=AS_OF)
    with pytest.raises(transform.TransformFailed):
        transform.build(settings, as_of=AS_OF.replace(day=2), since={})
    with module_database.connect() as connection:
        assert connection.execute("select n from intermediate.first").fetchall() == [(1,)]


def relations(database: Database) -> list[tuple[int, str]]:
    """The tables and views of schema intermediate, each by its number in the server."""
    with database.connect() as connection:
        return connection.execute(
            "select oid::int, relname::text from pg_class"
            " where relnamespace = 'intermediate'::regnamespace and relkind in ('r', 'v') order by relname"
        ).fetchall()


def as_a_table(text: str) -> str:
    """The same model as a table."""
    return "{{ config(materialized='table') }} " + text


def test_the_nodes_that_failed_are_named_and_no_value_is(project: Project) -> None:
    settings = project(
        {
            "models/intermediate/second.sql": "select name::int as n from (select 'Nguyễn Văn A'::text as name) as a",
            "tests/assert_first_is_empty.sql": "select * from {{ ref('first') }}",
        }
    )
    settings = replace(settings)
    with pytest.raises(transform.TransformFailed) as failed:
        transform.build(replace(settings, project_root=as_table(settings.project_root)), as_of=AS_OF)
    assert sorted(failed.value.nodes) == ["assert_first_is_empty (fail)", "second (error)"]
    assert "second (error)" in str(failed.value)
    assert "Nguyễn" not in str(failed.value)
    assert "dbt.log" in str(failed.value)


def test_the_rows_of_a_check_are_told_only_where_it_says_so(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    told = "{{ config(severity='warn', meta={'tell_rows': true}) }} select 'H44.03' as agency_code, 5 as numerator"
    kept = "{{ config(severity='warn') }} select name from {{ ref('second') }}"
    settings = project({"tests/assert_told.sql": f"{told} from {{{{ ref('first') }}}}", "tests/assert_kept.sql": kept})
    with caplog.at_level("WARNING"):
        transform.build(replace(settings, project_root=as_table(settings.project_root)), as_of=AS_OF)
    assert "assert_told: agency_code = H44.03, numerator = 5" in caplog.messages
    assert "Nguyễn" not in caplog.text


def as_table(root: Path) -> Path:
    """The same project with its models as tables, so that they are run and not only defined."""
    path = root / "dbt_project" / "dbt_project.yml"
    path.write_text(path.read_text(encoding="utf-8") + "    +materialized: table\n", encoding="utf-8")
    return root


def test_a_project_that_cannot_be_read_is_told(project: Project) -> None:
    with pytest.raises(transform.TransformFailed, match="không đọc được"):
        transform.build(project({"models/intermediate/third.sql": "select {{ nothing( }}"}), as_of=AS_OF)


def test_a_project_of_which_nothing_is_selected_is_no_success(project: Project) -> None:
    settings = project({})
    shutil.rmtree(settings.dbt_project / "models")
    with pytest.raises(transform.TransformFailed, match="không có bước nào"):
        transform.build(settings, as_of=AS_OF)
