"""Deletions at the door in: beyond a dated share of what is known, they wait for a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dvc766 import reference
from dvc766.quality.audit import Check

RULE = "largest_gone_share"
EXPECTATION = f"gone_share: {RULE}"


def read_largest_gone_share(rules: Path, on: date) -> float:
    """The share of the known records that may be gone at once, by the dated row of rules.csv."""
    return reference.rule_on(rules, RULE, on, float)


def judge_deletions(table: str, gone: int, known: int, largest_share: float) -> Check:
    """Passed unless more than the share of the known records is gone; a single one may always go."""
    share = gone / known if known else 0.0
    return Check(
        table=table,
        expectation=EXPECTATION,
        severity="critical",
        passed=gone <= 1 or share <= largest_share,
        observed={"gone_records": gone, "known_records": known, "gone_share": round(share, 6)},
        expected_vi=f"nhiều nhất {largest_share:g}",
        notes_vi=(
            "Cổng không còn trả về quá nhiều bản ghi đã biết; chưa bản ghi nào bị coi là đã xóa. Hỏi đơn vị quản lý "
            f"cổng; nếu đúng là đã xóa, người có trách nhiệm chấp nhận riêng lô này (ngưỡng: {RULE} trong rules.csv)."
        ),
    )
