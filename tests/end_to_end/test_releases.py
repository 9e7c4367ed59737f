"""A release may change what tables look like: the next build makes them anew by itself, and only that one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dvc766 import runs
from dvc766.clock import business_now
from dvc766.quality.audit import AuditBlocked
from dvc766.warehouse.sessions import RunRefused
from tests.end_to_end.conftest import closed_door_out, edited_project
from tests.end_to_end.pipeline import Pipeline

MODELS = "dbt_project/models"
TABLES = ("reference.grades", "intermediate.int_dossiers")  # kept from build to build


def test_a_release_with_other_columns_needs_no_hand(small_copy: Pipeline, tmp_path: Path) -> None:
    shown = small_copy.fingerprints("marts")
    edits = {
        "dbt_project/seeds/grades.csv": _with_another_column,
        "dbt_project/seeds/_seeds.yml": lambda text: text.replace(
            "{grade_code: text", "{added: text, grade_code: text"
        ),
        f"{MODELS}/intermediate/int_dossiers.sql": lambda text: _before_last_from(text, "1 as added"),
        f"{MODELS}/facts/fct_dossiers.sql": lambda text: _before_last_from(text, "dossiers.added"),
        f"{MODELS}/indicators/ind_scores_monthly.sql": lambda text: _before_last_from(text, "1 as added"),
    }
    with edited_project(tmp_path / "project", edits) as root:
        released = small_copy.with_project(root)
        released.rank()
        made = released.rows(_IDENTITIES, list(TABLES))
        released.rank()
        assert released.rows(_IDENTITIES, list(TABLES)) == made  # nothing is made anew a second time
    assert len(made) == len(TABLES)
    assert small_copy.fingerprints("marts") == shown


def test_a_release_stopped_at_the_door_and_rolled_back_leaves_no_figure_behind(
    small_copy: Pipeline, tmp_path: Path
) -> None:
    shown = small_copy.fingerprints("marts")
    edits = {
        f"{MODELS}/indicators/ind_scores_monthly.sql": lambda text: text.replace(
            "scored.points,", "round(scored.points / 2, 2) as points,"
        ),
        "expectations/marts/agency_rankings_monthly.yml": closed_door_out,
    }
    with edited_project(tmp_path / "project", edits) as root, pytest.raises(AuditBlocked):
        small_copy.with_project(root).rank()
    small_copy.rank()
    assert small_copy.fingerprints("marts") == shown


def test_a_time_that_has_not_come_is_refused(small_copy: Pipeline) -> None:
    cursors = small_copy.rows("select * from ops.cursors order by portal, resource")
    tomorrow = business_now(small_copy.settings.clock_url) + timedelta(days=1)
    with pytest.raises(RunRefused, match="chưa đến"):
        runs.read_portal(small_copy.settings, "national_portal", as_of=tomorrow)
    with pytest.raises(RunRefused, match="chưa đến"):
        runs.rank(small_copy.settings, as_of=tomorrow)
    assert small_copy.rows("select * from ops.cursors order by portal, resource") == cursors


def test_the_older_portal_decides_whether_a_month_is_over(small_copy: Pipeline) -> None:
    """The provincial portal was read to the month's last evening, the national one past the month's end."""
    [last] = small_copy.rows("select max(as_of) as at from ops.runs where kind = 'reading'")
    with small_copy.database.connect() as connection:
        moved = "update ops.runs set as_of = '2026-08-31 23:00+07' where portal = 'provincial_portal'"
        connection.execute(moved)
    runs.rank(small_copy.settings, as_of=last["at"])
    status = small_copy.rows("select distinct period_state from marts.agency_rankings_monthly")
    assert status == [{"period_state": "running"}]


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
