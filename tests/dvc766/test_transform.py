"""dbt in this process: what failed is named, and the environment is as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from dvc766 import reference, transform
from dvc766.clock import LOCAL_ZONE
from dvc766.settings import PROJECT_ROOT, Settings
from tests.database import Database
from tests.dvc766.quality.batches import settings_for

AS_OF = datetime(2025, 7, 1, tzinfo=LOCAL_ZONE)
FILES = {
    "dbt_project.yml": "name: dvc766\nprofile: dvc766\n",
    "selectors.yml": "selectors:\n  - {name: all, definition: {method: fqn, value: '*'}}\n"
    "  - {name: none, definition: {method: tag, value: nothing}}\n",
    "models/first.sql": "select '{{ build_argument(\"as_of\") }}'::timestamptz as at,"
    " {{ fromjson(build_argument('versions')).get('things', 0) }} as things",
    "models/second.sql": "select at, 'Nguyễn Văn A'::text as name from {{ ref('first') }}",
}
MATERIALIZATIONS = PROJECT_ROOT / "dbt_project" / "macros" / "materializations"
Project = Callable[[dict[str, str]], Settings]


@pytest.fixture
def project(module_database: Database, tmp_path: Path) -> Project:
    """Writes a small dbt project over the real profile; gives settings that point to it."""

    def write(more: dict[str, str]) -> Settings:
        folder = tmp_path / "dbt_project"
        for name, text in (FILES | more).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        shutil.copy(PROJECT_ROOT / "dbt_project" / "profiles.yml", folder)
        (folder / "macros").mkdir(exist_ok=True)
        shutil.copy(PROJECT_ROOT / "dbt_project" / "macros" / "build_argument.sql", folder / "macros")
        shutil.copytree(MATERIALIZATIONS, folder / "macros" / "materializations", dirs_exist_ok=True)
        return replace(settings_for(module_database), project_root=tmp_path, state=tmp_path / "state")

    return write


def test_a_selector_is_built_as_of_the_caller_s_clock(project: Project, module_database: Database) -> None:
    before = dict(os.environ)
    built = transform.build(project({}), "all", as_of=AS_OF, versions={"things": 7})
    assert built == 2
    assert dict(os.environ) == before
    with module_database.connect() as connection:
        assert connection.execute("select at, things from staging.first").fetchall() == [(AS_OF, 7)]


def test_another_clock_lets_the_parsed_project_stand(
    project: Project, module_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(transform, "_tell", lambda event: told.append(event.info.name))
    settings = project({})
    for day in (1, 2):
        transform.build(settings, "all", as_of=AS_OF.replace(day=day), versions={"things": day})
    assert told.count("UnableToPartialParse") == 1  # of the first build, which finds nothing parsed
    with module_database.connect() as connection:
        assert connection.execute("select at from staging.first").fetchall() == [(AS_OF.replace(day=2),)]


def test_no_view_of_the_former_build_is_left_to_be_dropped(project: Project, module_database: Database) -> None:
    """Two threads that drop such views, each with what hangs on it, can wait for each other for ever."""
    transform.build(project({"models/third.sql": "select 3 as n"}), "all", as_of=AS_OF)
    settings = project({})
    (settings.dbt_project / "models" / "third.sql").unlink()
    transform.build(settings, "all", as_of=AS_OF)
    with module_database.connect() as connection:
        views = connection.execute("select viewname from pg_views where schemaname = 'staging' order by 1").fetchall()
    assert views == [("first",), ("second",)]


def test_a_model_may_become_a_table_and_a_view_again(project: Project, module_database: Database) -> None:
    settings = project({})
    first = settings.dbt_project / "models" / "first.sql"
    kinds = []
    for text in (FILES["models/first.sql"], as_a_table(FILES["models/first.sql"]), FILES["models/first.sql"]):
        first.write_text(text, encoding="utf-8")
        assert transform.build(settings, "all", as_of=AS_OF) == 2
        with module_database.connect() as connection:
            kinds += connection.execute(
                "select relkind::text from pg_class where oid = to_regclass('staging.first')"
            ).fetchall()
            assert connection.execute("select at from staging.second").fetchall() == [(AS_OF,)]
    assert kinds == [("v",), ("r",), ("v",)]


def test_a_table_that_cannot_be_made_anew_stays_as_it_was(project: Project, module_database: Database) -> None:
    settings = project({"models/first.sql": as_a_table("select 1 as n"), "models/second.sql": "select 2 as n"})
    transform.build(settings, "all", as_of=AS_OF)
    (settings.dbt_project / "models" / "first.sql").write_text(as_a_table("select 1 / 0 as n"), encoding="utf-8")
    with pytest.raises(transform.TransformFailed):
        transform.build(settings, "all", as_of=AS_OF)
    with module_database.connect() as connection:
        assert connection.execute("select n from staging.first").fetchall() == [(1,)]


def test_seeds_are_loaded_with_the_layers_and_not_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "check", lambda seeds: None)  # its rules are those of the real seeds
    settings = project({"seeds/codes.csv": "code\nA\n"})
    assert transform.build(settings, "all", as_of=AS_OF) == 3
    assert transform.build(settings, "all", as_of=AS_OF, since={"things": 1}) == 2


def as_a_table(text: str) -> str:
    """The same model as a table."""
    return "{{ config(materialized='table') }} " + text


def test_the_nodes_that_failed_are_named_and_no_value_is(project: Project) -> None:
    settings = project(
        {
            "models/second.sql": "select name::integer as n from (select 'Nguyễn Văn A'::text as name) as a",
            "tests/assert_first_is_empty.sql": "select * from {{ ref('first') }}",
        }
    )
    settings = replace(settings)
    with pytest.raises(transform.TransformFailed) as failed:
        transform.build(replace(settings, project_root=as_table(settings.project_root)), "all", as_of=AS_OF)
    assert sorted(failed.value.nodes) == ["assert_first_is_empty (fail)", "second (error)"]
    assert "second (error)" in str(failed.value)
    assert "Nguyễn" not in str(failed.value)
    assert "dbt.log" in str(failed.value)


def test_the_rows_of_a_check_are_told_only_where_it_says_so(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    told = "{{ config(severity='warn', meta={'tell_rows': true}) }} select 'H44.03' as agency_code, 5 as numerator"
    kept = "{{ config(severity='warn') }} select name from {{ ref('second') }}"
    settings = project({"tests/assert_told.sql": f"{told} from {{{{ ref('first') }}}}", "tests/assert_kept.sql": kept})
    with caplog.at_level("WARNING"):
        transform.build(replace(settings, project_root=as_table(settings.project_root)), "all", as_of=AS_OF)
    assert "assert_told: agency_code = H44.03, numerator = 5" in caplog.messages
    assert "Nguyễn" not in caplog.text


def as_table(root: Path) -> Path:
    """The same project with its models as tables, so that they are run and not only defined."""
    path = root / "dbt_project" / "dbt_project.yml"
    path.write_text(path.read_text(encoding="utf-8") + "models: {dvc766: {+materialized: table}}\n", encoding="utf-8")
    return root


def test_a_project_that_cannot_be_read_is_told(project: Project) -> None:
    with pytest.raises(transform.TransformFailed, match="không đọc được"):
        transform.build(project({"models/third.sql": "select {{ nothing( }}"}), "all", as_of=AS_OF)


def test_a_selector_that_selects_nothing_is_no_success(project: Project) -> None:
    with pytest.raises(transform.TransformFailed, match="không có bước nào"):
        transform.build(project({}), "none", as_of=AS_OF)
