"""What a person may choose in Airflow is what the answer is read by."""

from __future__ import annotations

from dvc766 import runs
from dvc766.airflow_bridge import approval


def test_the_choices_are_those_that_an_answer_means() -> None:
    choices = approval._CHOICES
    assert choices == (runs.APPROVE, runs.REJECT, runs.LATER)
    assert approval.ask_a_person().defaults == [runs.LATER]
