"""A release may change what tables look like: the next build makes them anew by itself, and only that one."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.conftest import edited_project
from tests.end_to_end.pipeline import Pipeline

MODELS = "dbt_project/models"
TABLES = ("reference.grades", "facts.fct_dossiers", "indicators.ind_scores_monthly")


def test_a_release_with_other_columns_needs_no_hand(small_copy: Pipeline, tmp_path: Path) -> None:
    shown = small_copy.fingerprints("marts")
    edits = {
        "dbt_project/seeds/grades.csv": _with_another_column,
        f"{MODELS}/intermediate/int_dossiers_assembled.sql": lambda text: _before_last_from(text, "1 as added"),
        f"{MODELS}/facts/fct_dossiers.sql": lambda text: _before_last_from(text, "assembled.added"),
        f"{MODELS}/indicators/ind_scores_monthly.sql": lambda text: _before_last_from(text, "1 as added"),
    }
    with edited_project(tmp_path / "project", edits) as root:
        released = small_copy.with_project(root, tmp_path / "state")
        released.rank()
        made = released.rows(_IDENTITIES, list(TABLES))
        released.rank()
        assert released.rows(_IDENTITIES, list(TABLES)) == made  # nothing is made anew a second time
    assert len(made) == len(TABLES)
    assert small_copy.fingerprints("marts") == shown


_IDENTITIES = """
    select a.attrelid::regclass::text as name, a.attrelid::bigint as id
    from pg_attribute as a
    where a.attname = 'added' and a.attrelid = any(%s::regclass[])
    order by 1
"""


def _with_another_column(text: str) -> str:
    header, *rows = text.splitlines()
    return "\n".join([f"{header},added", *(f"{row},1" for row in rows)]) + "\n"


def _before_last_from(text: str, column: str) -> str:
    """A model that ends with one column more."""
    before, _, after = text.rpartition("\nfrom ")
    return f"{before},\n    {column}\nfrom {after}"
