"""`./run test`, `./run bench` and `./run sbom`: every check of the project, its benchmark, the list of its parts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from local_stack.arguments import parser
from local_stack.environments import Environment
from local_stack.installation import say
from local_stack.paths import DBT_PROJECT, ROOT, local


class Counts(NamedTuple):
    """How many tests passed, and how many did not."""

    passed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Check:
    """One tool over the whole project."""

    name: str
    command: tuple[str, ...]


PYTHON = sys.executable
# Each worker has a database server of its own; a file's tests stay together, for they share what is costly to make.
IN_PARALLEL = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
LONGEST_FIRST = ("tests/end_to_end", "tests")  # so that no worker is left with a long file at the end
# What it brings makes every import of jsonschema, and so every task of Airflow, a second slower.
SBOM = Environment(
    "cyclonedx-py", ROOT / ".venv-sbom", ROOT / "local_stack" / "sbom-requirements.txt", "about 40 MB; some seconds"
)
LINTS = (
    Check("ruff", (PYTHON, "-m", "ruff", "check", ".", "run")),
    Check("ruff format", (PYTHON, "-m", "ruff", "format", "--check", ".", "run")),
    Check("mypy", (PYTHON, "-m", "mypy")),
    Check("sqlfluff", (PYTHON, "-m", "sqlfluff", "lint", "--nocolor", "--processes", "2", str(DBT_PROJECT))),
    Check("import-linter", (PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()")),
    Check(
        "compose file",
        (PYTHON, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yaml"),
    ),
)


def test(arguments: list[str]) -> int:
    """All checks, or pytest with these arguments only; the last line counts what passed and failed."""
    passed, failed = (0, 0) if arguments else _lints()
    say("--- pytest")
    status, counts = _pytest(arguments)
    passed, failed = passed + counts.passed, failed + counts.failed
    if status != 0 and not failed:
        failed = 1  # pytest itself stopped: no tests, a bad option, a broken conftest
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def lint(arguments: list[str]) -> int:
    """Everything that reads the project without running it; the last line counts what passed and failed."""
    parser("lint").parse_args(arguments)
    passed, failed = _lints()
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """The benchmark with its own arguments."""
    return subprocess.run([PYTHON, "-m", "bench", *arguments], cwd=ROOT, check=False).returncode


def sbom(arguments: list[str]) -> int:
    """Write the list of parts of the image: every package of the lock, with its hashes."""
    options = parser("sbom")
    options.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard output")
    file = options.parse_args(arguments).file
    lock = ["requirements", "requirements.txt", "--pyproject", "pyproject.toml", "--mc-type", "application"]
    how = ["--output-reproducible", "--output-format", "JSON", "--output-file", file]
    return subprocess.run([str(SBOM.ensure()), "-m", "cyclonedx_py", *lock, *how], cwd=ROOT, check=False).returncode


def _lints() -> Counts:
    """All of them at once, each heard to its end before the next one's words."""
    running = [
        (
            check.name,
            subprocess.Popen(check.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True),
        )
        for check in LINTS
    ]
    passed = 0
    for name, process in running:
        words, _ = process.communicate()
        say(f"--- {name}")
        print(words, end="", flush=True)
        passed += process.returncode == 0
    return Counts(passed, len(LINTS) - passed)


def _pytest(arguments: list[str]) -> tuple[int, Counts]:
    """Run pytest, showing its output; its status, and the counts of its own report."""
    report = local("pytest.xml")
    report.unlink(missing_ok=True)
    environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    chosen = [*IN_PARALLEL, f"--junitxml={report}", *(arguments or LONGEST_FIRST)]
    with subprocess.Popen([PYTHON, "-m", "pytest", "--color=no", *chosen], cwd=ROOT, env=environment) as process:
        try:
            process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)  # so that its fixtures end what they started
            process.wait()
            raise
    return process.returncode, counts_of(report)


def counts_of(report: Path) -> Counts:
    """The counts in a JUnit report; none when pytest ended before it wrote one.

    Everything that did not pass has failed: a skipped test too, for no check may be quietly left out.
    """
    if not report.exists():
        return Counts(0, 0)
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314  # pytest's own file
    passed = failed = 0
    for suite in suites:
        bad = sum(int(suite.get(kind, "0")) for kind in ("failures", "errors", "skipped"))
        passed, failed = passed + int(suite.get("tests", "0")) - bad, failed + bad
    return Counts(passed, failed)
