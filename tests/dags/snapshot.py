"""The DAGs as a page that a person can read: what runs when, in which order, tried how often, with which parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.dags.policy import tasks


def page(dags: Mapping[str, dict[str, Any]]) -> str:
    """All DAGs, one after another."""
    return "\n".join("\n".join(_dag(dag_id, dag)) + "\n" for dag_id, dag in sorted(dags.items()))


def _dag(dag_id: str, dag: dict[str, Any]) -> Iterator[str]:
    timetable = dag["timetable"]["__var"]
    yield f"{dag_id}: {dag['dag_display_name']}"
    yield f"  schedule {timetable.get('expression', 'none')} {timetable.get('timezone', '')}".rstrip()
    yield f"  makes up missed hours: {'yes' if dag.get('catchup') else 'no'}, active runs {dag['max_active_runs']}"
    yield f"  tags {', '.join(sorted(dag['tags']))}"
    for name, parameter in dag.get("params", []):
        schema = parameter["schema"]["__var"]
        form = schema.get("pattern") or schema["type"]
        default = "required" if isinstance(parameter["default"], dict) else f"default {parameter['default']}"
        yield f"  parameter {name} ({schema['title']}): {default}, form {form}"
    for task in sorted(tasks(dag), key=lambda task: str(task["task_id"])):
        yield from _task(task)


def _task(task: dict[str, Any]) -> Iterator[str]:
    after = ", ".join(sorted(task.get("downstream_task_ids", []))) or "nothing"
    yield f"  task {task['task_id']} ({task.get('task_display_name') or task.get('_task_display_name')}), then {after}"
    pauses = f"{task['retry_delay']:.0f} s to {task['max_retry_delay']:.0f} s"
    yield f"    {task['retries']} retries after {pauses}, at most {task['execution_timeout']:.0f} s each"
    if task.get("_is_sensor"):
        yield f"    waits, {'and leaves its place to others' if task.get('reschedule') else 'and keeps its place'}"
    given = [_plain(value) for value in task.get("op_args", [])]
    given += [f"{name} = {_plain(value)}" for name, value in sorted(task.get("op_kwargs", {}).items())]
    if given:
        yield f"    given {'; '.join(given)}"


def _plain(value: object) -> str:
    """An argument; what another task returns by that task's name."""
    if isinstance(value, str) and (pulled := re.search(r"xcom_pull\(task_ids='(\w+)'", value)):
        return f"what {pulled[1]} returns"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
