"""The tasks of an approval: what is open, the question to a person, and what was answered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dvc766.airflow_bridge.connections import settings_from_airflow

CHECKLIST = "checklist"
_ASKED_FOR = timedelta(hours=23)  # then the next day's run asks again: the reminder
_CHOICES = ("Duyệt", "Không duyệt", "Để sau")


@task(task_id=CHECKLIST, multiple_outputs=False, task_display_name="Kiểm tra trước khi công bố")
def list_open_points() -> dict[str, Any]:
    """The question to a person; skips the rest when there is nothing to decide, fails while an error is open."""
    from dvc766 import runs

    period = get_current_context()["params"]["period"]
    asked = runs.question(settings_from_airflow(), runs.month_of(period) if period else None)
    if asked is None:
        raise AirflowSkipException("Không có tháng nào chờ duyệt công bố.")
    return asdict(asked) | {"period_month": asked.period_month.isoformat(), "asked_at": asked.asked_at.isoformat()}


def ask_a_person() -> HITLOperator:
    """The question in Airflow's list of required actions; without an answer today it is put off."""
    return HITLOperator(
        task_id="approve",
        task_display_name="Duyệt công bố",
        subject="Công bố xếp hạng {{ ti.xcom_pull(task_ids='checklist')['period_month'][:7] }}?",
        body="{{ ti.xcom_pull(task_ids='checklist')['text_vi'] }}",
        options=list(_CHOICES),
        defaults=_CHOICES[-1],
        params={
            "answer": Param(
                None,  # a text that must be there would be asked for "Để sau", too: the page bars all its buttons
                type=["null", "string"],
                title="Trả lời các điểm còn mở, hoặc lý do không duyệt",
                description="Không ghi thông tin cá nhân của người dân",
            )
        },
        response_timeout=_ASKED_FOR,
    )


@task(task_id="record", task_display_name="Ghi quyết định")
def record_answer(asked: dict[str, Any], chosen: dict[str, Any] | None) -> str:
    """Keep what was chosen, by whom and on which checklist; returns the choice.

    Raises NotApproved when the question was marked as done by hand, which whoever may clear tasks can do.
    """
    from dvc766 import runs

    if chosen is None:
        raise runs.NotApproved(
            "Nhiệm vụ `approve` được đánh dấu bằng tay, không có câu trả lời của người duyệt.\n"
            "Việc cần làm: bấm Trigger `approve_month`, người duyệt trả lời trên trang của nhiệm vụ."
        )
    question = runs.Question(
        date.fromisoformat(asked["period_month"]),
        asked["revision"],
        datetime.fromisoformat(asked["asked_at"]),
        asked["text_vi"],
    )
    person = chosen.get("responded_by_user") or {}
    return runs.answered(
        settings_from_airflow(),
        question,
        chosen["chosen_options"][0],
        by=str(person.get("name") or person.get("id") or "Airflow"),
        answer=chosen.get("params_input", {}).get("answer") or "",
    )
