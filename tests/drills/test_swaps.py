"""What the readers of the swaps are promised, and that a reader that ends is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from drills.swaps import LONGEST_WAIT_SECONDS, Readers, Seen, held
from tests.database import Database

ENOUGH = 100


@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({}, True),
        ({"errors": 1}, False),
        ({"mixed": 1}, False),
        ({"reads": ENOUGH - 1}, False),
        ({"longest": LONGEST_WAIT_SECONDS}, False),
    ],
)
def test_one_error_one_mixed_state_one_long_wait_or_too_few_reads_are_not_held(
    changes: dict[str, Any], is_held: bool
) -> None:
    sound = {"reads": ENOUGH, "errors": 0, "mixed": 0, "longest": 0.5}
    assert held(Seen(**(sound | changes)), ENOUGH) is is_held


def test_a_reader_that_ends_by_itself_is_an_error(
    make_database: Callable[..., Database], migrated_template: Database
) -> None:
    """Here it finds no marts."""
    database = make_database("no_marts", migrated_template.name)
    readers = Readers.begin(database.url("bi_reader"), 1)
    [seen] = readers.end()
    assert (seen.reads, seen.errors) == (0, 1)
    assert "reader 0 ended: UndefinedTable" in seen.first
    assert not readers.all_read()
    database.cluster.drop_database(database.name)


def test_a_reader_that_is_killed_is_an_error(
    make_database: Callable[..., Database], migrated_template: Database
) -> None:
    database = make_database("killed_reader", migrated_template.name)
    with psycopg.connect(database.url(), autocommit=True) as owner:
        owner.execute("set role transformer")
        owner.execute("create table marts.agency_rankings_monthly (period_month date, agency_code text)")
        readers = Readers.begin(database.url("bi_reader"), 1)
        readers.processes[0].kill()
        [seen] = readers.end()
    assert (seen.errors, seen.first) == (1, "a reader ended without a word")
    database.cluster.drop_database(database.name)
