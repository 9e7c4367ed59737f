"""`./run drill people`: a whole approval as on the server: accounts with roles in FAB, and a browser that clicks.

The accounts are made as on the server: by the command of the service `init` in docker-compose.yaml, then by
`airflow users create` of docs/installation.md, then by `init` again, as each start does. One small month is read,
built and frozen by the real scheduler. Nobody, the viewer and the operator must not be able to answer, over REST or in
the page; the approver clicks in a headless Chromium. Pictures are kept in .local/people. Needs Chromium.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import requests
import yaml

from drills.approvals import ANSWER, CHECKLIST, QUESTION, RECORD
from drills.browser import Browser, browser
from drills.stage import DrillFailed, Stage, stage
from dvc766 import runs
from dvc766.settings import ROLES, role_variable
from local_stack import airflow, demo, secret_store
from local_stack.airflow_api import AirflowApi, RunFailed
from local_stack.installation import say
from local_stack.paths import ROOT, local
from local_stack.timetable import steps

LIFE = ["--life", "1", "--scale", "0.1"]
VIEWER, OPERATOR, APPROVER = "nguoi.xem", "nguoi.van.hanh", "nguoi.duyet"
PEOPLE = {VIEWER: "Viewer", OPERATOR: "Operator", APPROVER: "Approver"}
MANAGER = "AIRFLOW__CORE__AUTH_MANAGER"
WIDTH = 1400
SIGN_IN = "document.querySelector('form[name=login] [type=submit]')"
FIELD = "document.querySelector('[name=element_answer]')"
BUTTON = f"[...document.querySelectorAll('button')].find(one => one.innerText.trim() === '{runs.APPROVE}')"
LINK = "document.querySelector('a[href$=\"/runs/%s/tasks/approve/required_actions\"]')"
_MIDDLE = "(it => [it.x + it.width / 2, it.y + it.height / 2])(%s.getBoundingClientRect())"


@dataclass(slots=True)
class Approval:
    """The stage, everybody's view of Airflow, and the question that waits."""

    stage: Stage
    people: Mapping[str, AirflowApi]
    run_id: str = ""

    def ask(self, run_id: str) -> None:
        """The operator starts approve_month, until a person is asked."""
        self.run_id = self.people[OPERATOR].trigger(demo.APPROVE, run_id, {})
        self.stage.api.wait_for_question(demo.APPROVE, self.run_id, QUESTION)

    def require_unanswered(self) -> None:
        """DrillFailed when somebody has answered, or a decision is kept."""
        told = self.stage.api.answer_of(demo.APPROVE, self.run_id, QUESTION)
        if told["response_received"] or (kept := self.decisions()):
            raise DrillFailed(f"Somebody answered: {told}, {kept}")

    def states(self) -> dict[str, str]:
        """How each task of the run ended."""
        return {task["task_id"]: task["state"] for task in self.stage.api.tasks(demo.APPROVE, self.run_id)}

    def decisions(self) -> list[dict[str, Any]]:
        """All decisions that were kept."""
        return self.stage.rows("select * from published.decisions order by 1")


def refused(own: Approval) -> str:
    """Who may not answer tries to, over REST"""
    own.ask("people-1")
    asked = f"{own.stage.scheduler.url}/api/v2/dags/{demo.APPROVE}/dagRuns/{own.run_id}/taskInstances/{QUESTION}"
    reply = requests.patch(f"{asked}/-1/hitlDetails", json={"chosen_options": [runs.APPROVE]}, timeout=30)
    given = (demo.APPROVE, own.run_id, QUESTION, runs.APPROVE, {"answer": ANSWER})
    seen = {"nobody": reply.status_code}
    seen |= {PEOPLE[login]: status(partial(own.people[login].answer, *given)) for login in (VIEWER, OPERATOR)}
    seen["Approver starts a run"] = status(lambda: own.people[APPROVER].trigger(demo.APPROVE, "people-0", {}))
    own.require_unanswered()
    if list(seen.values()) != [401, 403, 403, 403]:
        raise DrillFailed(f"Another answer: {seen}")
    return ", ".join(f"{who} {code}" for who, code in seen.items()) + "; the question waits, no decision is kept"


def clicked_in_vain(own: Approval) -> str:
    """The operator clicks in the page all the same"""
    code = clicked(own, OPERATOR)
    own.require_unanswered()
    if code != 403:
        raise DrillFailed(f"The click was answered {code}.")
    return "the button is there, the click is answered 403; the question waits, no decision is kept"


def forced(own: Approval) -> str:
    """The operator sets the waiting task to success by hand"""
    own.people[OPERATOR].set_state(demo.APPROVE, own.run_id, QUESTION, "success")
    own.stage.ended(demo.APPROVE, own.run_id)
    log = own.stage.api.log(demo.APPROVE, own.run_id, RECORD)
    if own.states()[RECORD] != "failed" or "NotApproved" not in log or own.decisions():
        raise DrillFailed(f"{own.states()}, {own.decisions()}: {log[-2000:]}")
    return "record failed (NotApproved), no decision is kept"


def approved(own: Approval) -> str:
    """The approver writes an answer and clicks Duyệt"""
    own.ask("people-2")
    code = clicked(own, APPROVER)
    own.stage.ended(demo.APPROVE, own.run_id)
    if code != 200 or own.states() != dict.fromkeys((CHECKLIST, QUESTION, RECORD), "success"):
        raise DrillFailed(f"The click was answered {code}; tasks: {own.states()}")
    [kept] = own.decisions()
    if (kept["decision"], kept["decided_by"], kept["channel"], kept["answer"]) != (
        *("approved", APPROVER, "airflow", ANSWER),
    ):
        raise DrillFailed(f"Another decision is kept: {kept}")
    return f"answered 200, the run is green; published.decisions: approved by {kept['decided_by']}, with the answer"


def status(call: Callable[[], Any]) -> int:
    """The status that Airflow gives: 200 when it does not refuse."""
    try:
        call()
    except RunFailed as failed:
        return int(str(failed).removeprefix("Airflow answered ")[:3])
    return 200


def clicked(own: Approval, login: str) -> int:
    """Sign in, go from the list of required actions to the question, write, click Duyệt; the status of the answer."""
    with browser() as tab:
        sign_in(tab, own.people[login])
        tab.open(f"{own.stage.scheduler.url}/required_actions", WIDTH)
        picture_when(tab, f"!!{LINK % own.run_id}", f"{login}-list")
        tab.run(f"{LINK % own.run_id}.click()")
        tab.until(f"!!{FIELD} && !!{BUTTON} && !{BUTTON}.disabled")  # without a text, too
        tab.run(f"{FIELD}.focus()")
        tab.type(ANSWER)
        picture_when(tab, f"{FIELD}.value === '{ANSWER}'", f"{login}-question")
        tab.answers.clear()
        tab.click(*tab.run(_MIDDLE % BUTTON))
        came = tab.until_answer("/hitlDetails")
        picture_when(tab, "true", f"{login}-clicked")
    return came.status


def sign_in(tab: Browser, account: AirflowApi) -> None:
    """As a person does in Airflow's own form."""
    tab.open(f"{account.url}/", WIDTH)
    tab.until(f"!!{SIGN_IN}")
    for field_name, text in (("username", account.login), ("password", account.password)):
        tab.run(f"document.querySelector('[name={field_name}]').focus()")
        tab.type(text)
    tab.run(f"{SIGN_IN}.click()")
    tab.until("!!document.querySelector('#root') && !location.pathname.startsWith('/auth')")


def picture_when(tab: Browser, script: str, name: str) -> None:
    """A picture of what the screen shows once the script is true."""
    tab.until(script)
    local("people", f"{name}.png").write_bytes(tab.picture(whole=False))


@cache
def password(login: str) -> str:
    """An account's password, made for this drill."""
    return secrets.token_hex(16)  # never begins like an option


def make_accounts(scheduler: airflow.Airflow) -> None:
    """Roles and accounts as on the server, after the migration, before Airflow is up. DrillFailed when one fails."""
    own = scheduler.installation
    roles = {name: own.environment()[name] for name in map(role_variable, ROLES)}
    secret = {"DVC766_OWNER_URL": own.cluster.url(own.database)}
    secret["AIRFLOW_ADMIN_PASSWORD"] = secret_store.load()["airflow_admin"]
    initial = service("init")["command"]
    create = [
        [
            *("airflow", "users", "create", "--role", role, "--username", login, "--firstname", "Diễn tập"),
            *("--lastname", role, "--email", f"{login}@example.gov.vn", "--password", password(login)),
        ]
        for login, role in PEOPLE.items()
    ]
    for command in (initial, *create, initial):
        environment = {**scheduler.environment, **roles, **secret}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DrillFailed(f"{command[:4]} ended with {done.returncode}: {done.stderr[-1500:]}")


def service(name: str) -> dict[str, Any]:
    """A service of docker-compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"][name]
    return found


STEPS: Sequence[Callable[[Approval], str]] = (refused, clicked_in_vain, forced, approved)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each step; 1 at the first that does not hold."""
    argparse.ArgumentParser(prog="./run drill people", description=__doc__).parse_args(arguments)
    step = next(steps())
    manager = {MANAGER: str(service("scheduler")["environment"][MANAGER])}
    with stage([*LIFE, "--clock", step.clock.isoformat()], manager, make_accounts) as own:
        own.api.wait_for_dags([demo.FREEZE, demo.APPROVE])
        pipeline = demo.Pipeline(own.api, own.portals)
        pipeline.run(step)
        pipeline.run_once(demo.FREEZE, step.name, {"period": str(step.period)})
        approval = Approval(own, {login: own.person(login, password(login)) for login in PEOPLE})
        for play in STEPS:
            what = (play.__doc__ or "").strip()
            say(f"... {what}")
            try:
                print(f"{what}: {play(approval)}", flush=True)
            except DrillFailed as failed:
                print(f"NOT HELD  {what}: {failed}")
                return 1
    print(f"{len(STEPS)} steps, everything held.")
    return 0
