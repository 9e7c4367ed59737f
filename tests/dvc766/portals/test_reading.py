"""What a portal gives for a window: rows and rejections, the portal's total, and what did not hold."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from dvc766.portals.contract import Batch, Doubt
from dvc766.portals.reading import PortalAnswer, batch_of
from tests.dvc766.portals.test_changes import READER


def test_a_batch_counts_what_came_rejected_or_not() -> None:
    batch = batch_of(READER, [{"id": "a", "updated": "20250701080000"}, {"id": "b", "updated": "x"}, None])
    assert batch.rows == [("a", "2025-07-01T08:00:00+07:00")]
    assert [(r.source_id, r.field) for r in batch.rejections] == [("b", "updated_at"), (None, "record")]
    assert batch.fetched == len(batch.rows) + len(batch.rejections)


def test_the_total_is_known_after_the_last_batch() -> None:
    def batches(answer: PortalAnswer) -> Iterator[Any]:
        yield batch_of(READER, [{"id": "a", "updated": "20250701080000"}])
        answer.declare(7)

    answer = PortalAnswer(batches)
    assert answer.declared is None
    assert len(list(answer)) == 1
    assert answer.declared == 7


@pytest.mark.parametrize(
    ("totals", "declared", "fell"),
    [([5], 5, 0), ([1043, 200], 200, 843), ([3, 7, 6], 6, 1), ([3, 7], 7, 0), ([4, None], None, 0)],
)
def test_a_total_that_fell_is_kept(totals: list[int | None], declared: int | None, fell: int) -> None:
    answer = PortalAnswer(lambda _: iter([]))
    for total in totals:
        answer.declare(total)
    assert (answer.declared, answer.fell) == (declared, fell)


def test_doubts_go_with_the_batches_and_are_told_once_a_kind(caplog: pytest.LogCaptureFixture) -> None:
    orphans = [Doubt("orphan", "fee_lines", f"d{number}") for number in range(3)]

    def batches(answer: PortalAnswer) -> Iterator[Batch]:
        answer.doubts += orphans[:2]
        yield Batch(fetched=1, doubts=[Doubt("left_empty", "name_vi", "a1")])
        answer.doubts.append(orphans[2])
        yield Batch(fetched=1)
        answer.doubts.append(Doubt("false_end", "record", None))

    with caplog.at_level(logging.WARNING):
        given = [batch.doubts for batch in PortalAnswer(batches)]
    assert given == [
        [Doubt("left_empty", "name_vi", "a1"), *orphans[:2]],
        [orphans[2]],
        [Doubt("false_end", "record", None)],
    ]
    assert [record.getMessage().split(". ")[0] for record in caplog.records] == [
        "left_empty: 1, for example name_vi of a1",
        "orphan: 3, for example fee_lines of d0",
        "false_end: 1, for example record of a record without a readable id",
    ]
