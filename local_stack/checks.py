"""`./run test` and `./run bench`: every check of the project, and its benchmark."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

from local_stack.installation import say
from local_stack.paths import DBT_PROJECT, ROOT

COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


@dataclass(frozen=True, slots=True)
class Check:
    """One tool over the whole project."""

    name: str
    command: tuple[str, ...]


PYTHON = sys.executable
# Each worker has a database server of its own; a file's tests stay together, for they share what is costly to make.
IN_PARALLEL = ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
LONGEST_FIRST = ("tests/end_to_end", "tests")  # so that no worker is left with a long file at the end
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
    passed = failed = 0
    for check in () if arguments else LINTS:
        say(f"--- {check.name}")
        is_good = subprocess.run(check.command, cwd=ROOT, check=False).returncode == 0
        passed, failed = passed + is_good, failed + (not is_good)
    say("--- pytest")
    status, counts = _pytest(arguments)
    passed += counts.get("passed", 0)
    failed += failures(counts)
    if status != 0 and not failed:
        failed = 1  # pytest itself stopped: no tests, a bad option, a broken conftest
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """The benchmark with its own arguments."""
    return subprocess.run([PYTHON, "-m", "bench", *arguments], cwd=ROOT, check=False).returncode


def _pytest(arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Run pytest, showing its output; its status and the counts of its last line."""
    environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    command = [PYTHON, "-m", "pytest", "--color=no", *IN_PARALLEL, *(arguments or LONGEST_FIRST)]
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        if process.stdout is None:
            raise OSError("pytest gave no output")
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line if " in " in line and COUNTED.search(line) else last
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)  # so that its fixtures end what they started
            process.wait()
            raise
    return process.returncode, counts_of(last)


def counts_of(line: str) -> dict[str, int]:
    """The counts in pytest's last line, by word."""
    return {word: int(number) for number, word in COUNTED.findall(line)}


def failures(counts: dict[str, int]) -> int:
    """Everything that did not pass; a skipped test too, for no check may be quietly left out."""
    return sum(number for word, number in counts.items() if word != "passed")
