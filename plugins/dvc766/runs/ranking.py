"""A ranking: the dbt project over raw, the candidate marts, the door out, and what readers see."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Engine, func, select

from dvc766 import transform as dbt
from dvc766.failures import NeedsAPerson
from dvc766.quality.audit import Audit, Check, Judge
from dvc766.quality.facts import table_facts
from dvc766.quality.suites import read_suite
from dvc766.runs.opening import (
    RANKING,
    READING,
    Run,
    close_door,
    closing_on_failure,
    engine_of_role,
    judge_url,
    open_run,
    require_passed,
)
from dvc766.settings import Settings
from dvc766.warehouse import marts
from dvc766.warehouse.ledger import finish_run, start_run
from dvc766.warehouse.sessions import transaction
from dvc766.warehouse.tables import RUNS

SELECTORS = ("facts", "ranking")  # of dbt_project/selectors.yml, in this order
CANDIDATES = "marts_candidate"
TURN_LIMIT = "30min"  # how long a step waits for an older build's step to end

_LOG = logging.getLogger(__name__)


class NothingRead(NeedsAPerson):
    """A ranking was asked for before any portal has been read."""


def start_ranking(settings: Settings, *, as_of: datetime | None = None, dag_run_id: str | None = None) -> int:
    """Open a build of the ranking as of `as_of` (default: of the newest reading); returns its number.

    There is one at a time: an older one that is still open is superseded, and stops at its next step.
    Raises NothingRead when no portal has been read.
    """
    with engine_of_role(settings, "transformer") as engine:
        newest = as_of or _newest_as_of(engine)
        code = dbt.code_fingerprint(settings.dbt_project)
        run_id = start_run(engine, RANKING, None, newest, dag_run_id, code)
        with transaction(engine) as connection:
            connection.execute(
                "update ops.runs set state = 'superseded', finished_at = now(), message_vi = %s"
                " where kind = %s and state = 'running' and run_id < %s",
                (f"Lượt {run_id} bắt đầu sau và thay thế lượt này.", RANKING, run_id),
            )
        return run_id


def transform(settings: Settings, run_id: int, selector: str, *, periods: Sequence[date] = ()) -> int:
    """Build a selector of the dbt project; `periods` are refreshed whatever changed. Returns the nodes run.

    Everything is made anew when another code made what readers see: a release that changes a rule or
    a column may leave no row of the one before.
    """
    with _step(settings, run_id) as (engine, run):
        anew = run.code_fingerprint != _code_of_the_shown(engine)
        return dbt.build(settings, selector, as_of=run.as_of, periods=periods, anew=anew)


def audit_ranking(settings: Settings, run_id: int) -> Audit:
    """Judge the candidate marts by expectations/marts/, and record what was found.

    Raises AuditBlocked when a critical condition failed; the run is then closed as `blocked`, and
    readers keep the marts they have.
    """
    with _step(settings, run_id) as (engine, _):
        judge = Judge(judge_url(settings, "transformer"))
        checks: list[Check] = []
        for path in sorted((settings.expectations / "marts").glob("*.yml")):
            suite = read_suite(path)
            with engine.connect() as connection:
                facts = table_facts(connection, CANDIDATES, suite.table, suite.facts)
            checks.extend(judge.judge(suite, CANDIDATES, facts))
        return close_door(engine, run_id, "out", "Bảng xếp hạng", checks)


def swap_marts(settings: Settings, run_id: int) -> dict[str, tuple[int, int]]:
    """Show the audited candidate to readers, all tables in one transaction, and close the run.

    Returns rows (inserted, deleted) by table. Raises RunRefused when the door out has not let this
    run pass.
    """
    with _step(settings, run_id) as (engine, _):
        require_passed(engine, run_id, "out")
        moved = marts.promote(engine)
        finish_run(engine, run_id, "succeeded")
    for table, (inserted, deleted) in moved.items():
        _LOG.info("marts.%s: %d rows in, %d out", table, inserted, deleted)
    return moved


def rank(
    settings: Settings, *, as_of: datetime | None = None, periods: Sequence[date] = ()
) -> dict[str, tuple[int, int]]:
    """One whole build of the ranking, without a scheduler; returns rows (inserted, deleted) by mart."""
    run_id = start_ranking(settings, as_of=as_of)
    with closing_on_failure(settings, run_id):
        for selector in SELECTORS:
            transform(settings, run_id, selector, periods=periods)
        audit_ranking(settings, run_id)
        return swap_marts(settings, run_id)


@contextmanager
def _step(settings: Settings, run_id: int) -> Iterator[tuple[Engine, Run]]:
    """One step at a time over all builds: the layers between raw and marts exist once."""
    with (
        engine_of_role(settings, "transformer") as engine,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as turn,
    ):
        turn.exec_driver_sql(f"set lock_timeout = '{TURN_LIMIT}'")
        turn.exec_driver_sql("select pg_advisory_lock(hashtextextended('ranking', 766))")  # till the session ends
        yield engine, open_run(engine, run_id, RANKING)


def _code_of_the_shown(engine: Engine) -> str | None:
    """The code of the newest build that was shown; None when there is none."""
    columns = RUNS.c
    shown = select(columns.code_fingerprint).where(columns.kind == RANKING, columns.state == "succeeded")
    with engine.connect() as connection:
        return connection.scalar(shown.order_by(columns.run_id.desc()).limit(1))


def _newest_as_of(engine: Engine) -> datetime:
    columns = RUNS.c
    newest = select(func.max(columns.as_of)).where(columns.kind == READING, columns.state == "succeeded")
    with engine.connect() as connection:
        as_of: datetime | None = connection.execute(newest).scalar_one()
    if as_of is None:
        raise NothingRead(
            "Chưa đọc được cổng nào nên chưa có gì để xếp hạng.\n"
            "Việc cần làm: chạy ingest_national_portal_daily và ingest_provincial_portal_daily trước."
        )
    return as_of
