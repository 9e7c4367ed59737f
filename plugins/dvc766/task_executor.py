"""Airflow's local executor, with the slow imports done before the first task."""

from __future__ import annotations

import inspect
from importlib import import_module

from airflow.executors.local_executor import LocalExecutor

SLOW = (  # 5 s together; dbt and Great Expectations are imported inside functions
    *("dbt.cli.main", "dbt.task.build", "dbt.adapters.postgres", "great_expectations"),
    *("psycopg", "alembic.command", "pptx", "docxtpl", "xlsxwriter"),
)


class TaskExecutor(LocalExecutor):
    """Runs tasks in processes forked from the scheduler, which has imported what many of them need.

    Each task is a new process, and would otherwise spend its first seconds on the imports of the one before it.
    Code of this project is not imported ahead: a task takes it as it stands on the disk.
    """

    def start(self) -> None:
        """Import, then start the workers."""
        for module in SLOW:
            import_module(module)
        inspect.stack()  # dbt asks which module calls it; Python then looks up the file of every module, once
        super().start()
