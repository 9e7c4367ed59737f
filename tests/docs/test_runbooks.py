"""A runbook can be followed as written: its queries run as the role it names, its commands are those there are."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from drills.runbook_pages import PARTS, RUNBOOKS, Query, commands, names, pages, parts, queries, shell_blocks
from dvc766.alerts import KINDS
from dvc766.settings import PROJECT_ROOT, Environment
from local_stack.__main__ import MODULES
from local_stack.commands import COMMANDS
from local_stack.paths import PLUGINS
from tests.database import Database
from tests.dvc766.alerts.installations import DAY, Installation, at, installation
from tests.dvc766.alerts.plants import FEBRUARY, set_apart

ALL = "\n".join(page.read_text(encoding="utf-8") for page in pages())
WITH_VERBS = ("quarantine", "dvc766.warehouse.people")  # whose options hang on the word after it
VERIFIER = PLUGINS / "dvc766" / "sealing" / "verifier.py"  # handed out alone, called by its name
DAG_ID = r"^(?!period_)(?:\w+_(?:daily|weekly|monthly|month)|accept_\w+|tell_people)$"


@pytest.fixture(scope="module")
def broken(module_database: Database) -> Iterator[Database]:
    """A warehouse in which something is wrong wherever a runbook looks; the marts have their columns and no row."""
    with module_database.connect() as connection:
        here = installation(module_database, connection)
        run = here.run("reading", "provincial_portal", DAY, "failed", message_vi="Cổng không trả lời.")
        here.take(run, DAY, fetched=10, new=0)
        here.judge(run, "provincial_portal__dossiers", "dates_ahead: x", observed={"dates_ahead": 2})
        set_apart("unknown_code", 3, "23")(here)
        here.freeze(FEBRUARY, at(8))
        here.deliver("administrative_meeting", FEBRUARY, at(16), "failed")
        _note_alert(here)
        here.execute("insert into ops.rights_findings (role_name, what_vi) values ('bi_reader', 'đổi mật khẩu')")
    with module_database.connect("transformer") as connection:
        for name, columns in _marts():
            connection.execute(f"create table if not exists marts.{name} ({columns})".encode())
    yield module_database


def _note_alert(here: Installation) -> None:
    here.execute(
        "insert into ops.alerts (key, kind, what_vi, means_vi, todo_vi, since, opened_at)"
        " values ('k', 'disk_low', 'w', 'm', 't', now(), now())"
    )
    here.execute(
        "insert into ops.alert_messages"
        " (channel, tried_at, subject_vi, opened, still_open, resolved, state, message_vi)"
        " values ('mail', now(), 's', '{1}', '{}', '{}', 'failed', 'không gửi được')"
    )


def _marts() -> Iterator[tuple[str, str]]:
    """Each mart with its columns, as the models' descriptions have them; a mart_ is called without that."""
    for path in sorted((PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            columns = [(each["name"], each.get("data_type", "text")) for each in model.get("columns", [])]
            yield model["name"].removeprefix("mart_"), ", ".join(f'"{name}" {kind}' for name, kind in columns)


def test_each_kind_of_alert_has_a_runbook() -> None:
    assert len(KINDS) >= 30
    assert {kind.code for kind in KINDS.values() if not (RUNBOOKS / kind.runbook).exists()} == set()
    untold = [kind.name_vi for kind in KINDS.values() if f"“{kind.name_vi}”" not in _signs(RUNBOOKS / kind.runbook)]
    assert untold == []  # who has the message at hand finds its words in the page


def test_the_page_about_alerts_lists_every_kind_with_its_runbook() -> None:
    text = (PROJECT_ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|.*\| (yes|once) \| ([\w-]+) \|$", text, re.MULTILINE))
    wanted = {(one.code, "yes" if one.is_urgent else "once", one.runbook.removesuffix(".md")) for one in KINDS.values()}
    assert rows == wanted


def _signs(page: Path) -> str:
    return " ".join(parts(page.read_text(encoding="utf-8"))["Dấu hiệu"].split())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_has_its_five_parts_is_listed_and_ends_with_a_check(page: Path) -> None:
    found = parts(page.read_text(encoding="utf-8"))
    assert list(found) == PARTS
    assert all(text.strip() for text in found.values())
    assert "`" in found["Xác nhận"]  # a thing to look at, not a hope
    assert f"({page.name})" in (RUNBOOKS / "README.md").read_text(encoding="utf-8")


def test_links_lead_to_pages_that_are_there() -> None:
    for page in [*pages(), RUNBOOKS / "README.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.page)
def test_a_query_runs_as_the_role_the_page_names_and_finds_what_is_broken(query: Query, broken: Database) -> None:
    assert query.role, f"{query.page} does not say who may run its query"
    with broken.connect(query.role) as connection:
        rows = connection.execute(query.sql.encode()).fetchall()
    assert rows or "marts." in query.sql


def test_a_query_of_a_column_that_is_not_there_would_be_seen(broken: Database) -> None:
    with broken.connect("bi_reader") as connection, pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("select guard from marts.source_corrections")


def test_every_table_that_is_named_is_there(broken: Database) -> None:
    named = names(ALL, r"\b(?:ops|published|quarantine|landing|marts)\.\w+")
    assert len(named) > 15
    with broken.connect() as connection:
        missing = [
            name for name in sorted(named) if connection.execute("select to_regclass(%s)", [name]).fetchone() == (None,)
        ]
    assert missing == []


def test_every_command_is_one_there_is_with_options_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    seen = [words for page in pages() for words in commands(page.read_text(encoding="utf-8"))]
    assert len(seen) >= 15
    services = yaml.safe_load((PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    for words in seen:
        if words[0] == "docker":
            verb, *rest = [word for word in words[2:] if not word.startswith("-")]
            assert verb in ("up", "ps", "logs", "exec", "run") and set(rest[:1]) <= set(services), words
            continue
        if words[1] == VERIFIER.name:
            name, options = "dvc766.sealing.verifier", words[2:]
        else:
            name, options = (words[1], words[2:]) if words[0] == "./run" else (words[2], words[3:])
        under = [word for word in options[:1] if not word.startswith("-") and name in WITH_VERBS]
        said = _help(name, under, capsys) if words[0] == "./run" else _module_help(name, under)
        assert [option for option in options if option.startswith("--") and option not in said] == [], words


def _help(name: str, under: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert name in COMMANDS, name
    module = importlib.import_module(f"local_stack.{MODULES.get(name, name)}")
    with pytest.raises(SystemExit) as ended:
        getattr(module, name)([*under, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def _module_help(name: str, under: list[str]) -> str:
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join((str(PLUGINS), str(PROJECT_ROOT)))}
    command = [sys.executable, "-m", name, *under, "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_dag_variable_and_file_that_is_named_is_there() -> None:
    dags = set(re.findall(r"^(\w+):", (PROJECT_ROOT / "tests" / "dags" / "dags.txt").read_text("utf-8"), re.MULTILINE))
    named = {name for name in names(ALL, r"^[a-z_]+$") if re.match(DAG_ID, name)}
    assert len(named) > 5 and named - dags == set()
    variables = {f"DVC766_{name.upper()}" for name in Environment.model_fields}
    families = {name for name in names(ALL, r"DVC766_\w+") if name.endswith("_")}  # DVC766_KEEP_…_DAYS
    assert names(ALL, r"DVC766_\w+") - variables == families
    assert all(any(name.startswith(family) for name in variables) for family in families)
    files = names(ALL, r"^(?:dbt_project|plugins|expectations|docs)/[\w/.]+$")
    assert files and {name for name in files if not (PROJECT_ROOT / name).exists()} == set()


def test_blocks_for_a_shell_can_be_read_by_one() -> None:
    blocks = list(shell_blocks())
    assert blocks
    for page, block in blocks:
        done = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{page}: {done.stderr}"
