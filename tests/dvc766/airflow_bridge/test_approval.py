"""What a person may choose in Airflow is what the answer is read by."""

from __future__ import annotations

import pytest

from dvc766 import runs
from dvc766.airflow_bridge import approval

ASKED = {"period_month": "2025-07-01", "revision": 1, "asked_at": "2025-08-15T09:00:00+07:00", "text_vi": "?"}


def test_the_choices_are_those_that_an_answer_means() -> None:
    choices = approval._CHOICES
    assert choices == (runs.APPROVE, runs.REJECT, runs.LATER)
    assert approval.ask_a_person().defaults == [runs.LATER]


def test_a_question_that_was_marked_as_answered_by_hand_approves_nothing() -> None:
    with pytest.raises(runs.NotApproved, match="không có câu trả lời"):
        approval.record_answer.function(ASKED, None)


def test_the_page_demands_no_text_and_none_is_no_written_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "null" in approval.ask_a_person().params.get_param("answer").schema["type"]
    kept: list[str] = []
    monkeypatch.setattr(approval, "settings_from_airflow", lambda: None)
    monkeypatch.setattr(runs, "answered", lambda *_, by, answer: kept.append(answer))
    for given in ({}, {"answer": None}, {"answer": "Đã xem."}):
        approval.record_answer.function(ASKED, {"chosen_options": [runs.LATER], "params_input": given})
    assert kept == ["", "", "Đã xem."]
