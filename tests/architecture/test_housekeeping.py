"""What a stranger looks for first is there, and says the same as the rest."""

from __future__ import annotations

import tomllib

import yaml

from dvc766.settings import PROJECT_ROOT
from local_stack.commands import COMMANDS


def test_the_licence_is_the_one_the_package_names() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in (PROJECT_ROOT / "LICENSE").read_text()


def test_a_commit_is_linted_by_what_the_suite_lints_with() -> None:
    config = yaml.safe_load((PROJECT_ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert [hook["entry"] for hook in hooks] == ["./run lint"]
    assert "lint" in COMMANDS


def test_the_editor_and_the_linter_agree_on_the_length_of_a_line() -> None:
    editor = (PROJECT_ROOT / ".editorconfig").read_text()
    tools = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["tool"]
    assert f"[*.py]\nmax_line_length = {tools['ruff']['line-length']}\n" in editor
    assert f"[*.sql]\nmax_line_length = {tools['sqlfluff']['core']['max_line_length']}\n" in editor


def test_the_version_under_way_stands_first_in_the_change_log() -> None:
    headings = [line for line in (PROJECT_ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    version = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert headings[0] == "## Unreleased"
    assert headings[1].startswith(f"## {version} ")
