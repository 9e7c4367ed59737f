"""What a DAG of ours must be, as functions that say what is wrong with one; an empty list = nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

LOCAL_ZONE = "Asia/Ho_Chi_Minh"
LONGEST_FILE = 60
LONGEST_TASK = 4 * 3600
TAGS = re.compile(r"layer:(raw|marts|ops)|impact:tier_[12]")
DOC_PARTS = ("Mục đích", "Chạy lại an toàn?", "Chạy lại thế nào", "Báo ai")
VERB_FIRST = re.compile(
    r"(ingest|build|rank|check|clean|sweep|watch|write)(_[a-z0-9]+)+_(daily|weekly|monthly)"
    r"|(accept|approve|freeze|publish|tell|write)(_[a-z0-9]+)+"
)


def complaints(dag_id: str, dag: dict[str, Any], file: str) -> list[str]:
    """All that is wrong with a serialized DAG."""
    found = [*_naming(dag_id, dag), *_running(dag_id, dag), *_docs(dag), *_tags(dag), *_file(Path(file))]
    for task in tasks(dag):
        found += _task(task)
    return [f"{dag_id}: {what}" for what in found]


def tasks(dag: dict[str, Any]) -> list[dict[str, Any]]:
    """The serialized tasks of a DAG; one that runs once for each of a list looks like the others."""
    return [_plain(task["__var"]) for task in dag["tasks"]]


def _plain(task: dict[str, Any]) -> dict[str, Any]:
    """A mapped task keeps what all its runs have in common apart, each value with its type."""
    if not task.get("_is_mapped"):
        return task
    common = {name: _value(value) for name, value in task["partial_kwargs"].items()}
    expanded = task["op_kwargs_expand_input"]["value"]["__var"]
    each = {name: f"each of what {value['__var']['task_id']} returns" for name, value in expanded.items()}
    return task | common | {"op_kwargs": common["op_kwargs"] | each}


def _value(value: Any) -> Any:
    return value["__var"] if isinstance(value, dict) and "__type" in value else value


def _naming(dag_id: str, dag: dict[str, Any]) -> list[str]:
    found = [] if VERB_FIRST.fullmatch(dag_id) else ["the id is not <verb>_<object>_<cadence>"]
    if dag.get("dag_display_name", dag_id).isascii():
        found.append("no Vietnamese display name")
    return found


def _running(dag_id: str, dag: dict[str, Any]) -> list[str]:
    found = []
    # a check, a watch, a clean-up, a note and a question look at now, a freeze and a delivery at all months that are
    # due, news at all that was not told: nothing has to be made up
    is_watch = dag_id.startswith(("approve_", "check_", "clean_", "freeze_", "publish_", "tell_", "watch_", "write_"))
    is_scheduled = "Cron" in dag["timetable"]["__type"]
    if is_scheduled and not dag.get("catchup") and not is_watch:
        found.append("leaves out the nights that the scheduler missed")
    if dag.get("catchup") and is_watch:
        found.append("watches nights that are over")
    if dag.get("start_date") or any(task.get("start_date") for task in tasks(dag)):
        found.append("has a start date: a new installation would begin in the past")
    if dag.get("max_active_runs") != 1:
        found.append("may run twice at the same time")
    timetable = dag["timetable"]
    if is_scheduled and timetable["__var"]["timezone"] != LOCAL_ZONE:
        found.append(f"is scheduled in {timetable['__var']['timezone']}")
    # False compares equal to 0 and means another thing: the last hour is still run when it is not long ago.
    if is_scheduled and str(timetable["__var"]["run_immediately"]) != "0.0":
        found.append("may run at once for an hour that has passed")
    return found


def _docs(dag: dict[str, Any]) -> list[str]:
    text = dag.get("doc_md") or ""
    found = [f"doc_md does not say {part!r}" for part in DOC_PARTS if part not in text]
    unknown = [name for name in re.findall(r"[\w-]+\.md", text) if not _runbook(name).exists()]
    return found + [f"doc_md names a runbook that is not there: {name}" for name in unknown]


def _runbook(name: str) -> Path:
    return Path(__file__).resolve().parents[2] / "docs" / "runbooks" / name


def _tags(dag: dict[str, Any]) -> list[str]:
    tags = dag.get("tags") or []
    found = [f"has the tag {tag!r}, which is not one of ours" for tag in tags if not TAGS.fullmatch(tag)]
    if {tag.partition(":")[0] for tag in tags} != {"layer", "impact"}:
        found.append("has not one tag of layer and one of impact")
    return found


def _file(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [] if len(lines) <= LONGEST_FILE else [f"its file has {len(lines)} lines"]
    return found + [
        f"line {at} holds SQL" for at, line in enumerate(lines, 1) if re.search(r"\bselect\b.*\bfrom\b", line)
    ]


def _task(task: dict[str, Any]) -> list[str]:
    found = []
    if task.get("owner") in (None, "airflow"):
        found.append("has no owner")
    if not task.get("retries"):
        found.append("is never tried again")
    if not task.get("retry_exponential_backoff"):
        found.append("is tried again without back-off")
    if not 0 < (task.get("execution_timeout") or 0) <= LONGEST_TASK:
        found.append("has no sensible time-out")
    if not task.get("has_on_failure_callback"):
        found.append("leaves its run open when it fails")
    return [f"task {task['task_id']} {what}" for what in found]
