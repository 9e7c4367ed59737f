"""A frozen month is final: nothing that comes later changes it, and nobody can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest
from psycopg import errors, sql

from dvc766 import runs
from dvc766.quality.audit import AuditBlocked
from dvc766.settings import ROLES
from tests.database import COPY, FILLED, Database
from tests.end_to_end.conftest import PERIOD, MakeDatabase, closed_door_out, edited_project, small_clock
from tests.end_to_end.explained import unexplained
from tests.end_to_end.pipeline import Pipeline

SHOWN = (
    "agency_rankings_monthly",
    "agency_scorecards_monthly",
    "agency_group_scores_monthly",
    "score_changes_monthly",
    "portal_rankings_monthly",
    "rank_certainty_monthly",
    "data_status",
)
TABLES = (
    *("revisions", *SHOWN, "source_corrections_monthly", "dossier_months", "petition_months", "redating_months"),
    *("revision_differences", "reference_files"),
)
_ANY_CHANGE = {"reference_files": "file_name = 'other.csv'"}  # of no revision
# What the freeze itself decides.
STATE = {"period_state", "period_state_vi", "is_provisional", "revision", "is_latest_period"}

# A dossier that was in hand leaves the portal.
GONE = """
    insert into raw.provincial_portal__dossiers overriding system value
    select (jsonb_populate_record(null::raw.provincial_portal__dossiers, to_jsonb(newest) || jsonb_build_object(
        'version_id', (select max(version_id) + 1 from raw.provincial_portal__dossiers),
        'is_deleted', true
    ))).*
    from raw.provincial_portal__dossiers as newest
    inner join facts.fct_dossier_months as months using (province_code, source_id)
    where months.is_on_time
    order by newest.version_id
    limit 1
"""


@pytest.fixture(scope="module")
def frozen(small: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The small province with its month frozen."""
    pipeline = small.on(make_database(FILLED, small.database.name))
    assert runs.freeze(pipeline.settings, PERIOD).revision == 1
    yield pipeline
    small.database.cluster.drop_database(FILLED)


@pytest.fixture
def frozen_copy(frozen: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """A copy of it for this test alone."""
    yield frozen.on(make_database(COPY, frozen.database.name))
    frozen.database.cluster.drop_database(COPY)
    frozen.set_clock(small_clock(frozen))


def test_what_is_frozen_is_what_was_shown_and_is_shown_as_frozen(small: Pipeline, frozen: Pipeline) -> None:
    for table in SHOWN:
        open_rows = small.rows(f"select * from marts.{table} where period_month = %s", PERIOD)
        shown = frozen.rows(f"select * from marts.{table} where period_month = %s", PERIOD)
        kept = frozen.rows(f"select * from published.{table}")
        assert len(open_rows) == len(shown) == len(kept) > 0
        assert _sorted(shown) == _sorted(open_rows)
        assert _sorted(kept) == _sorted(open_rows, columns=set(kept[0]))
    states = frozen.rows(
        "select distinct period_state, period_state_vi, is_provisional, revision from marts.agency_rankings_monthly"
        " where period_month = %s",
        PERIOD,
    )
    assert [tuple(row.values()) for row in states] == [("frozen", "Đã chốt", False, 1)]
    month = "select period_state, revision from marts.dim_months where period_month = %s"
    assert frozen.rows(month, PERIOD) == [{"period_state": "frozen", "revision": 1}]
    for kind in ("dossier", "redating", "filing", "petition", "procedure"):
        [rows] = frozen.rows(f"select count(*) as rows from published.{kind}_months")
        assert [rows] == small.rows(
            f"select count(*) as rows from facts.fct_{kind}_months where period_month = %s", PERIOD
        )
    [made] = frozen.rows("select versions, catalogue_version, code_fingerprint from published.revisions")
    assert made["versions"]["provincial_portal__dossiers"] > 0
    assert made["catalogue_version"] == "2026"


def test_the_planner_knows_every_table_that_readers_see(frozen: Pipeline) -> None:
    """Also the small ones, which autovacuum never looks at: else views over many months are joined row by row."""
    unknown = frozen.rows(
        "select relnamespace::regnamespace::text as schema, relname from pg_class"
        " where relnamespace::regnamespace::text in ('marts', 'published') and relkind = 'r' and reltuples < 0"
    )
    assert unknown == []


def test_a_frozen_month_keeps_the_reason_of_every_lost_point(small: Pipeline, frozen: Pipeline) -> None:
    for kind in ("dossier", "petition", "procedure"):
        listed = f"select * from marts.{kind}_deductions_monthly where period_month = %s"
        assert _sorted(frozen.rows(listed, PERIOD)) == _sorted(small.rows(listed, PERIOD))
    assert unexplained(frozen, PERIOD) == []
    for view in ("dossier_redatings_monthly", "agency_lateness_monthly"):
        shown = f"select * from marts.{view} where period_month = %s"
        assert len(kept := _sorted(frozen.rows(shown, PERIOD))) > 0
        assert kept == _sorted(small.rows(shown, PERIOD))
    steps = "select count(*) as rows from marts.dossier_steps_monthly where period_month = %s"
    assert [small.rows(steps, PERIOD)[0]["rows"] > 0, frozen.rows(steps, PERIOD)[0]["rows"]] == [True, 0]
    revisions = "select distinct revision from marts.dossier_deductions_monthly where period_month = %s"
    assert frozen.rows(revisions, PERIOD) == [{"revision": 1}]


def test_a_month_is_frozen_once(frozen_copy: Pipeline) -> None:
    before = frozen_copy.fingerprints("published")
    assert runs.freeze(frozen_copy.settings, PERIOD).revision == 1
    assert frozen_copy.fingerprints("published") == before


def test_late_data_changes_an_open_month(small_copy: Pipeline) -> None:
    before = _of_month(small_copy)
    _run(small_copy.database, GONE)
    small_copy.rank()
    assert _of_month(small_copy) != before


def test_late_data_a_grade_and_a_release_change_no_frozen_month(
    frozen_copy: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shown, kept = _of_month(frozen_copy), frozen_copy.fingerprints("published")
    _run(frozen_copy.database, GONE)
    frozen_copy.rank()
    assert _months(frozen_copy, "facts.fct_dossier_months") == []
    edits = {
        "dbt_project/seeds/grades.csv": lambda text: text.replace(",90,", ",10,"),
        "dbt_project/models/indicators/ind_scores_monthly.sql": lambda text: text.replace(
            "scored.points,", "round(scored.points / 2, 2) as points,"
        ),
    }
    with edited_project(tmp_path_factory.mktemp("release") / "project", edits) as root:
        frozen_copy.with_project(root).rank()
    assert _of_month(frozen_copy) == shown
    now = frozen_copy.fingerprints("published")
    assert now.pop("published.reference_files") != kept.pop("published.reference_files")  # the new grade's file came in
    assert now == kept


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", TABLES)
def test_no_role_can_change_what_is_published(frozen: Pipeline, role: str, table: str) -> None:
    name = sql.Identifier("published", table)
    tried = (
        f"update {{}} set {_ANY_CHANGE.get(table, 'revision = 7')}",
        "delete from {}",
        "truncate {}",
        "alter table {} add column note text",
        "drop table {}",
        "alter table {} disable trigger append_only",
    )
    for statement in tried:
        with (
            psycopg.connect(frozen.database.url(role)) as connection,
            pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)),
        ):
            connection.execute(sql.SQL(statement).format(name))


@pytest.mark.parametrize("table", TABLES)
def test_not_even_the_owner_changes_a_row_unawares(frozen: Pipeline, table: str) -> None:
    change = f"update {{}} set {_ANY_CHANGE.get(table, 'revision = 7')}"
    for statement in (change, "delete from {}", "truncate {} cascade"):
        with frozen.database.connect() as connection, pytest.raises(errors.RaiseException, match="append-only"):
            connection.execute(sql.SQL(statement).format(sql.Identifier("published", table)))


def test_a_month_that_is_not_read_to_its_end_is_not_frozen(small_copy: Pipeline) -> None:
    with pytest.raises(runs.MonthIncomplete, match="Cổng"):
        runs.freeze(small_copy.settings, date(2026, 9, 1))
    assert _months(small_copy, "published.revisions") == []


def test_what_a_blocked_build_has_made_is_not_frozen(
    small_copy: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edits = {"expectations/marts/agency_rankings_monthly.yml": closed_door_out}
    with (
        edited_project(tmp_path_factory.mktemp("blocked") / "project", edits) as root,
        pytest.raises(AuditBlocked),
    ):
        small_copy.with_project(root).rank()
    with pytest.raises(runs.FreezeRefused, match="trạng thái blocked"):
        runs.freeze(small_copy.settings, PERIOD)
    assert _months(small_copy, "published.revisions") == []


def test_marts_of_the_release_before_are_not_frozen(small_copy: Pipeline) -> None:
    with small_copy.database.connect() as owner:
        owner.execute("drop table marts.score_changes_monthly")
    with pytest.raises(runs.FreezeRefused, match=r"marts\.score_changes_monthly"):
        runs.freeze(small_copy.settings, PERIOD)
    assert _months(small_copy, "published.revisions") == []


def test_a_month_is_due_after_its_tenth_working_day(frozen: Pipeline, small: Pipeline) -> None:
    end = small_clock(small).replace(day=1, hour=12)  # September 2026: the 2nd, a holiday by law, and the 1st are off
    due = {
        (end + timedelta(days=n)).day: runs.months_due(small.settings, as_of=end + timedelta(days=n)) for n in range(20)
    }
    first = min(day for day, months in due.items() if months)
    assert due[first] == [PERIOD]
    working = small.rows(
        "select count(*) as days from marts.dim_dates where is_working_day and date_on between '2026-09-01' and %s",
        date(2026, 9, first - 1),
    )
    assert working == [{"days": 10}]
    assert runs.months_due(frozen.settings, as_of=end + timedelta(days=19)) == []


def _sorted(rows: list[dict[str, object]], columns: set[str] | None = None) -> list[str]:
    """The rows but for what the freeze decides, in an order of their own."""
    return sorted(
        repr(
            sorted((name, repr(value)) for name, value in row.items() if name not in STATE and name in (columns or row))
        )
        for row in rows
    )


def _of_month(pipeline: Pipeline) -> dict[str, list[str]]:
    """What readers see of the month."""
    return {
        table: sorted(map(repr, pipeline.rows(f"select * from marts.{table} where period_month = %s", PERIOD)))
        for table in SHOWN
    }


def _months(pipeline: Pipeline, table: str) -> list[date]:
    return [
        row["period_month"]
        for row in pipeline.rows(f"select distinct period_month from {table}")
        if row["period_month"] == PERIOD
    ]


def _run(database: Database, statement: str) -> None:
    with database.connect() as connection:
        assert connection.execute(statement).rowcount == 1
