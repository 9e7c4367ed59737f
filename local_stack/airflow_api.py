"""Airflow's REST API, as far as the demo, the drills and the tests need it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from local_stack.installation import say

RUN_LIMIT_SECONDS = 600.0
QUESTION_STANDS_SECONDS = 3.0  # the scheduler looks more often than that for processes that ended


class RunFailed(RuntimeError):
    """A DAG run did not succeed; the message names the failed tasks and where their logs are."""


@dataclass(slots=True)
class AirflowApi:
    """A client that holds one token for the life of a command."""

    url: str
    login: str
    password: str = field(repr=False)
    require_alive: Callable[[], None] = lambda: None
    waits_for_retries: bool = True  # else the first failing task ends the waiting
    _session: requests.Session = field(default_factory=requests.Session, repr=False)

    def sign_in(self) -> None:
        """Take a token for all further calls."""
        account = {"username": self.login, "password": self.password}
        reply = self._session.post(f"{self.url}/auth/token", json=account, timeout=30)
        reply.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"

    def wait_for_dags(self, dag_ids: list[str], limit: float = 180.0) -> None:
        """Wait until the DAGs are parsed, then let them run; RunFailed names those that did not appear."""
        until = time.monotonic() + limit
        while missing := set(dag_ids) - {dag["dag_id"] for dag in self._get("/dags", limit=200)["dags"]}:
            self.require_alive()
            if time.monotonic() > until:
                errors = [e["stack_trace"] for e in self._get("/importErrors")["import_errors"]]
                raise RunFailed(f"Airflow does not show {', '.join(sorted(missing))}.\n" + "\n".join(errors))
            time.sleep(0.5)
        for dag_id in dag_ids:
            self._call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, run_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run with these parameters; returns its id."""
        body = {"logical_date": None, "dag_run_id": run_id, "conf": dict(conf)}
        return str(self._call("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def runs(self, dag_id: str, limit: int = 100) -> list[dict[str, Any]]:
        """The newest runs of a DAG, the newest first."""
        reply = self._get(f"/dags/{dag_id}/dagRuns", order_by="-id", limit=limit)
        return list(reply["dag_runs"])

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The tasks of a run, with their states."""
        return list(self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"])

    def state(self, dag_id: str, run_id: str) -> str:
        """The state of a run."""
        return str(self._get(f"/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def wait(self, dag_id: str, run_id: str) -> None:
        """Wait for a run's success; RunFailed when it fails or takes too long."""
        until = time.monotonic() + RUN_LIMIT_SECONDS
        told: set[str] = set()
        while (state := self.state(dag_id, run_id)) != "success":
            self.require_alive()
            if state == "failed":
                raise RunFailed(f"{dag_id} {run_id} failed: {self._failed_tasks(dag_id, run_id)}")
            if time.monotonic() > until:
                raise RunFailed(f"{dag_id} {run_id} is {state} after {RUN_LIMIT_SECONDS:.0f} s.")
            for task in self._tasks_in("up_for_retry", dag_id, run_id):
                if not self.waits_for_retries:
                    raise RunFailed(f"{dag_id} {run_id}: {task} failed.")
                if task not in told:
                    told.add(task)
                    say(f"{dag_id} {run_id}: {task} failed and will be tried again; its log is in Airflow")
            time.sleep(0.5)

    def wait_for_question(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Wait until a task has asked a person for as long as nobody answers sooner (`QUESTION_STANDS_SECONDS`).

        An answer that comes before the question makes the task fail; and one that comes within a moment makes the
        scheduler, which hears only then that the asking process ended, end the resumed one (apache/airflow #72716).
        """
        until = time.monotonic() + RUN_LIMIT_SECONDS
        asked_at: float | None = None
        while asked_at is None or time.monotonic() < asked_at + QUESTION_STANDS_SECONDS:
            self.require_alive()
            states = {task["task_id"]: task["state"] for task in self.tasks(dag_id, run_id)}
            if states.get(task_id) != "awaiting_input":
                asked_at = None
            elif asked_at is None:
                asked_at = time.monotonic()
            if self.state(dag_id, run_id) in ("success", "failed"):
                raise RunFailed(f"{dag_id} {run_id} ended without a question: {self._failed_tasks(dag_id, run_id)}")
            if time.monotonic() > until:
                raise RunFailed(f"{dag_id} {run_id} asks nobody after {RUN_LIMIT_SECONDS:.0f} s.")
            time.sleep(0.5)

    def questions(self) -> list[dict[str, Any]]:
        """What waits for a person's answer: the list of required actions."""
        return list(self._get("/dags/~/dagRuns/~/hitlDetails", response_received=False)["hitl_details"])

    def answer_of(self, dag_id: str, run_id: str, task_id: str) -> dict[str, Any]:
        """A task's question with what was answered, and by whom."""
        return dict(self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"))

    def log(self, dag_id: str, run_id: str, task_id: str) -> str:
        """The log of a task's first try, as JSON."""
        reply = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/1", full_content=True)
        return json.dumps(reply["content"], ensure_ascii=False)

    def answer(self, dag_id: str, run_id: str, task_id: str, choice: str, parameters: Mapping[str, Any]) -> None:
        """Answer a task's question, as a person does in the list of required actions."""
        body = {"chosen_options": [choice], "params_input": dict(parameters)}
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self._call("PATCH", path, json=body)

    def set_state(self, dag_id: str, run_id: str, task_id: str, state: str) -> None:
        """Mark a task by hand, as a person does in its page."""
        self._call("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}", json={"new_state": state})

    def keep_connection(self, connection: Mapping[str, Any]) -> None:
        """Enter a connection, or change the one of that name, as a person does under Admin, Connections."""
        create = {"action": "create", "action_on_existence": "overwrite", "entities": [dict(connection)]}
        done = self._call("PATCH", "/connections", json={"actions": [create]})["create"]
        if done["errors"]:
            raise RunFailed(f"Airflow did not keep the connection {connection['connection_id']}: {done['errors']}")

    def _failed_tasks(self, dag_id: str, run_id: str) -> str:
        failed = ", ".join(self._tasks_in("failed", dag_id, run_id))
        return f"{failed}.\nNext: read the log of that task in .local/airflow/logs/dag_id={dag_id}."

    def _tasks_in(self, state: str, dag_id: str, run_id: str) -> list[str]:
        tasks = self.tasks(dag_id, run_id)
        return [f"task {task['task_id']} (try {task['try_number']})" for task in tasks if task["state"] == state]

    def _get(self, path: str, **parameters: Any) -> Any:
        return self._call("GET", path, params=parameters)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        reply = self._session.request(method, f"{self.url}/api/v2{path}", timeout=60, **arguments)
        if not reply.ok:
            raise RunFailed(f"Airflow answered {reply.status_code} to {method} {path}: {reply.text[:400]}")
        return reply.json()
