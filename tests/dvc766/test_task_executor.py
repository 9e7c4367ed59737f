"""Tasks find the slow imports done."""

from __future__ import annotations

import subprocess
import sys

START = """
import sys
from airflow.executors.local_executor import LocalExecutor
NAMES = ("dbt.cli.main", "dbt.adapters.postgres", "great_expectations", "psycopg", "pptx", "dvc766.runs")
LocalExecutor.start = lambda self: print(*(name for name in NAMES if name in sys.modules))
from dvc766.task_executor import TaskExecutor
TaskExecutor().start()
"""


def test_the_workers_are_started_after_the_imports() -> None:
    """In a process of its own: this one has imported everything. The project's own code is not imported ahead."""
    done = subprocess.run([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "dbt.cli.main dbt.adapters.postgres great_expectations psycopg pptx"
