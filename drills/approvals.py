"""`./run drill approvals`: the real Airflow asks who may let a month go out, and each answer is watched to its end.

One small month is read, built and frozen by the DAGs; then approve_month asks about it again and again. Answers go the
way that Airflow's page *Required Actions* sends them. A question's 23 hours are 138 s here (drills/airflow_config);
the office's limit passes by the simulated clock.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from drills.demo_copy import plant_late_data
from drills.stage import DrillFailed, Stage, stage
from dvc766 import runs, sealing
from dvc766.settings import Settings, from_env
from local_stack import airflow, demo
from local_stack.airflow_api import AirflowApi
from local_stack.installation import say
from local_stack.timetable import steps

LIFE = ["--life", "766", "--scale", "0.2"]
QUESTION, CHECKLIST, RECORD = "approve", "checklist", "record"
ANSWER = "Diễn tập: đã xem từng điểm, dữ liệu mô phỏng."
LIMIT_DAYS = 5  # approval_limit_days of rules.csv
ERRORS_FROM = re.compile(r"^(unexplained_points_allowed),[^,]+,", re.MULTILINE)


@dataclass(slots=True)
class Approvals:
    """The stage, the month that waits, and what was seen."""

    stage: Stage
    settings: Settings
    month: date
    second: AirflowApi
    asked: int = 0

    def ask(self, period: date | None = None) -> str:
        """Start approve_month, as the schedule does, or for a month; the run's id."""
        self.asked += 1
        run_id = f"asked-{self.asked}"
        conf = {"period": f"{period:%Y-%m}"} if period else {}
        return self.stage.api.trigger(demo.APPROVE, run_id, conf)

    def answered(self, choice: str, answer: str, *, by: AirflowApi, period: date | None = None) -> str:
        """Ask, answer as a person does, and wait for the end; the run's id."""
        run_id = self.ask(period)
        by.wait_for_question(demo.APPROVE, run_id, QUESTION)
        by.answer(demo.APPROVE, run_id, QUESTION, choice, {"answer": answer})
        self.stage.ended(demo.APPROVE, run_id)
        return run_id

    def states(self, run_id: str) -> dict[str, str]:
        """How each task of a run ended."""
        return {task["task_id"]: task["state"] for task in self.stage.api.tasks(demo.APPROVE, run_id)}

    def require(self, run_id: str, task_id: str, state: str, *told: str) -> None:
        """DrillFailed unless a task ended so, and its log has these words."""
        found, log = self.states(run_id).get(task_id), self.stage.api.log(demo.APPROVE, run_id, task_id)
        if lacking := [words for words in told if words not in log]:
            raise DrillFailed(f"{run_id}, {task_id} is {found}; its log lacks {lacking}: {log[-3000:]}")
        if found != state:
            raise DrillFailed(f"{run_id}, {task_id} is {found}, not {state}.")

    def decisions(self) -> list[dict[str, Any]]:
        """All decisions that were kept."""
        return self.stage.rows("select *, jsonb_array_length(checklist) as points from published.decisions order by 1")

    def require_decisions(self, number: int) -> None:
        """DrillFailed unless so many decisions are kept."""
        if len(found := self.decisions()) != number:
            raise DrillFailed(f"{len(found)} decisions are kept, not {number}: {found}")

    def frozen_at(self) -> datetime:
        """When the month's first revision was frozen."""
        [row] = self.stage.rows("select frozen_at from published.revisions where revision = 1")
        at: datetime = row["frozen_at"]
        return at


def asks(own: Approvals) -> str:
    """The month is frozen and approve_month asks"""
    run_id = own.ask()
    own.stage.api.wait_for_question(demo.APPROVE, run_id, QUESTION)
    [listed] = own.stage.api.questions()
    points = listed["body"].count("\n- ")
    if f"{own.month:%Y-%m}" not in listed["subject"] or not points:
        raise DrillFailed(f"Another question is listed: {listed}")
    own.stage.api.answer(demo.APPROVE, run_id, QUESTION, runs.APPROVE, {"answer": ""})
    own.stage.ended(demo.APPROVE, run_id)
    own.require(run_id, RECORD, "failed", "NotApproved", "cần trả lời bằng văn bản")
    own.require_decisions(0)
    return (
        f"awaiting_input, listed as {listed['subject']!r} with {points} open points; Duyệt without an answer: refused"
    )


def times_out(own: Approvals) -> str:
    """Nobody answers until the question's time is over"""
    run_id = own.ask()
    own.stage.ended(demo.APPROVE, run_id)
    told = own.stage.api.answer_of(demo.APPROVE, run_id, QUESTION)
    if told["chosen_options"] != [runs.LATER] or told["responded_by_user"]:
        raise DrillFailed(f"Somebody answered: {told}")
    own.require(run_id, RECORD, "success", "sẽ hỏi lại ở lượt sau")
    own.require_decisions(0)
    return "Để sau, by nobody; the run is green, its log says that it is asked again, no decision is kept"


def blocked(own: Approvals) -> str:
    """An error is open: the office's bound for unexplained points is lowered to 0"""
    with edited(own.stage.release / "dbt_project/seeds/rules.csv", lambda text: ERRORS_FROM.sub(r"\1,0,", text)):
        run_id = own.ask()
        own.stage.ended(demo.APPROVE, run_id)
    own.require(run_id, CHECKLIST, "failed", "NotReleasable", "điểm phải xử lý", "Việc cần làm")
    if own.states(run_id)[QUESTION] != "upstream_failed" or own.stage.api.questions():
        raise DrillFailed(f"Somebody was asked all the same: {own.states(run_id)}")
    own.require_decisions(0)
    return "checklist failed (NotReleasable, each point named), nobody was asked, no decision is kept"


def limit_passes(own: Approvals) -> str:
    """The office's limit passes by the simulated clock"""
    limit = own.frozen_at() + timedelta(days=LIMIT_DAYS)
    own.stage.portals.set_clock(limit - timedelta(hours=1))
    in_time = own.answered(runs.LATER, "", by=own.stage.api)
    own.require(in_time, RECORD, "success", "sẽ hỏi lại ở lượt sau")
    own.stage.portals.set_clock(limit + timedelta(hours=1))
    run_id = own.ask()
    own.stage.ended(demo.APPROVE, run_id)
    own.require(run_id, RECORD, "failed", "ApprovalOverdue", f"quá {LIMIT_DAYS} ngày chưa ai duyệt công bố")
    own.require_decisions(0)
    return (
        "an hour before: asked again; an hour after, unanswered: record failed (ApprovalOverdue), no decision is kept"
    )


def rejected(own: Approvals) -> str:
    """A person refuses"""
    run_id = own.answered(runs.REJECT, "Diễn tập: chưa công bố.", by=own.stage.api)
    own.require(run_id, RECORD, "success")
    own.require_decisions(1)
    [kept] = own.decisions()
    if (kept["decision"], kept["decided_by"], kept["channel"]) != ("rejected", airflow.ADMIN, "airflow"):
        raise DrillFailed(f"Another decision is kept: {kept}")
    again = own.ask()
    own.stage.ended(demo.APPROVE, again)
    if own.states(again) != {CHECKLIST: "skipped", QUESTION: "skipped", RECORD: "skipped"}:
        raise DrillFailed(f"What was decided was asked again: {own.states(again)}")
    return f"decision kept (rejected by {kept['decided_by']}, {kept['points']} points); the next run asks nobody"


def approved(own: Approvals) -> str:
    """Asked again on demand, a person approves with a written answer"""
    run_id = own.answered(runs.APPROVE, ANSWER, by=own.stage.api, period=own.month)
    own.require(run_id, RECORD, "success")
    own.require_decisions(2)
    kept = own.decisions()[-1]
    if (kept["decision"], kept["decided_by"], kept["answer"]) != ("approved", airflow.ADMIN, ANSWER):
        raise DrillFailed(f"Another decision is kept: {kept}")
    return f"decision kept (approved by {kept['decided_by']}, {kept['points']} points, with the answer)"


def two_people(own: Approvals) -> str:
    """A correction asked for by the administrator is approved by somebody else only"""
    plant_late_data(own.stage.installation, own.month)
    correction = runs.Correction("late_data", "Diễn tập trên dữ liệu mô phỏng.", airflow.ADMIN, "Người duyệt")
    if runs.correct(own.settings, own.month, correction).revision != 2:
        raise DrillFailed("The late data made no second revision.")
    own_work = own.answered(runs.APPROVE, ANSWER, by=own.stage.api)
    own.require(own_work, RECORD, "failed", "NotApproved", "người duyệt phải là")
    own.require_decisions(2)
    run_id = own.answered(runs.APPROVE, ANSWER, by=own.second, period=own.month)
    own.require(run_id, RECORD, "success")
    own.require_decisions(3)
    kept = own.decisions()[-1]
    if (kept["decision"], kept["revision"], kept["decided_by"]) != ("approved", 2, own.second.login):
        raise DrillFailed(f"Another decision is kept: {kept}")
    return f"by {airflow.ADMIN}: refused (NotApproved); by {kept['decided_by']}: decision kept for revision 2"


def sealed(own: Approvals) -> str:
    """The sealer takes what was approved"""
    with tempfile.TemporaryDirectory(prefix="dvc766-approvals-") as folder:
        key = sealing.create_key_pair(Path(folder, "private.pem"), Path(folder, "public.pem"))
        made = runs.seal_all(own.settings, Path(folder, "publications"), key)
    if [one.revision for one in made] != [1, 2]:
        raise DrillFailed(f"Something else was sealed: {made}")
    kinds = own.stage.rows(
        "select kind, state, count(*) as runs from ops.runs where kind <> 'reading' group by 1, 2 order by 1"
    )
    told = ", ".join(f"{row['runs']} {row['kind']} {row['state']}" for row in kinds)
    return f"publications {', '.join(f'{one.sequence} (r{one.revision})' for one in made)}; ops.runs: {told}"


STEPS: Sequence[Callable[[Approvals], str]] = (
    *(asks, blocked, times_out, limit_passes, rejected, approved, two_people, sealed),
)


def main(arguments: Sequence[str]) -> int:
    """Print a line for each step; 1 at the first that does not hold."""
    argparse.ArgumentParser(prog="./run drill approvals", description=__doc__).parse_args(arguments)
    step = next(steps())
    with stage([*LIFE, "--clock", step.clock.isoformat()]) as own:
        own.api.wait_for_dags([demo.FREEZE, demo.APPROVE])
        pipeline = demo.Pipeline(own.api, own.portals)
        pipeline.run(step)
        pipeline.run_once(demo.FREEZE, step.name, {"period": str(step.period)})
        month = runs.month_of(str(step.period))
        approvals = Approvals(own, from_env(own.installation.environment()), month, own.second_person())
        for play in STEPS:
            what = (play.__doc__ or "").strip()
            say(f"... {what}")
            try:
                seen = play(approvals)
            except DrillFailed as failed:
                print(f"NOT HELD  {what}: {failed}")
                return 1
            print(f"{what}: {seen}", flush=True)
    print(f"{len(STEPS)} steps, {approvals.asked} runs of {demo.APPROVE}, everything held.")
    return 0


@contextmanager
def edited(path: Path, edit: Callable[[str], str]) -> Iterator[None]:
    """A file of the release is another for a while; DrillFailed when the edit changes nothing."""
    before = path.read_text(encoding="utf-8")
    if edit(before) == before:
        raise DrillFailed(f"The edit of {path} changes nothing.")
    path.write_text(edit(before), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")
