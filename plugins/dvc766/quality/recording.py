"""Checks into ops.check_results: counts only; what a check is about stands before its notes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Engine, text

from dvc766.quality.audit import Check

Door = Literal["in", "out"]

_INSERT = text(
    """
    insert into ops.check_results (
        run_id, batch_id, door, suite, expectation, severity, passed, observed, expected_vi, notes_vi
    )
    values (
        :run_id, :batch_id, :door, :suite, :expectation, :severity, :passed, cast(:observed as jsonb), :expected_vi,
        :notes_vi
    )
    """
)


def record(engine: Engine, run_id: int, door: Door, checks: Sequence[Check]) -> None:
    """Write the checks of a run's door in one transaction, passed ones included."""
    rows = [
        {
            "run_id": run_id,
            "batch_id": check.batch_id,
            "door": door,
            "suite": check.table,
            "expectation": check.expectation,
            "severity": check.severity,
            "passed": check.passed,
            "observed": json.dumps(dict(check.observed)),
            "expected_vi": check.expected_vi,
            "notes_vi": f"{check.detail_vi}. {check.notes_vi}" if check.detail_vi else check.notes_vi,
        }
        for check in checks
    ]
    if rows:
        with engine.begin() as connection:
            connection.execute(_INSERT, rows)
