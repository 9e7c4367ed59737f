"""A ranking: the dbt project over raw, the candidate marts, the door out, and what readers see."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, func, select

from dvc766 import transform as dbt
from dvc766.clock import LOCAL_ZONE
from dvc766.failures import NeedsAPerson
from dvc766.portals import PORTALS
from dvc766.quality.audit import Audit, Check, Judge
from dvc766.quality.facts import table_facts
from dvc766.quality.suites import read_suite
from dvc766.runs.deadlines import note_deadlines
from dvc766.runs.in_use import portals_in_use, read_to_of
from dvc766.runs.life import (
    close_door,
    closing_on_failure,
    driven_here,
    engine_of_role,
    judge_url,
    require_running,
    until_now,
)
from dvc766.settings import Settings
from dvc766.warehouse import layers, marts, published, run_life
from dvc766.warehouse.run_life import BY_HAND, RANKING, READING, Driver, Run, find_run, finish_run
from dvc766.warehouse.tables import RUNS

CANDIDATES = "marts_candidate"
SUNDAY = 7
TURN_LIMIT = "30min"  # how long a step waits for an older build's step to end

_LOG = logging.getLogger(__name__)


class NothingRead(NeedsAPerson):
    """A ranking was asked for before each portal in use has been read."""


def start_ranking(settings: Settings, *, as_of: datetime | None = None, driver: Driver = BY_HAND) -> int:
    """Open a build of the ranking and return its number.

    Its business time is that of the oldest of the last readings of the portals in use, and never later: a
    month is over only when each of them was read past its end. An earlier `as_of` may be given.
    Raises NothingRead when one of them has never been read, RunRefused for a time that has not come yet,
    WarehouseBusy while another build is open.
    """
    until_now(settings, as_of)
    with engine_of_role(settings, "transformer") as engine:
        end = read_to(settings, engine)
        if as_of is not None and as_of > end:
            _LOG.warning("Cổng đọc chậm hơn mới đọc đến %s: tính đến thời điểm đó.", f"{end:%H:%M %d/%m/%Y}")
        made_by = fingerprints(settings, engine)
        note_deadlines(settings, engine, end.date())
        return run_life.start_build(engine, min(as_of or end, end), *made_by, driver)


def fingerprints(settings: Settings, engine: Engine) -> tuple[str, str]:
    """What tells the code and the rows of reference that a run is made by; the rows are kept for good."""
    reference = dbt.reference_fingerprint(settings.dbt_project)
    published.keep_reference_files(engine, reference, dbt.reference_files(settings.dbt_project))
    return dbt.code_fingerprint(settings.dbt_project), reference


def transform(settings: Settings, run_id: int) -> int:
    """Build the dbt project, from the versions that were known when the run was opened. Returns the nodes run.

    The months that are not frozen are made anew in any case; dossiers, payments, ratings and petitions only as
    far as they changed, unless the layers were made by other code or other reference rows.
    """
    with _step(settings, run_id) as (engine, run):
        held = layers.versions_held(engine, run)
        with layers.writing(engine, run):
            return dbt.build(
                settings,
                as_of=run.as_of,
                data_as_of=run.data_as_of,
                opened_at=run.started_at,
                versions=run.versions,
                since=held,
            )


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

    On Sundays every row of every month is compared, so that what somebody changed by hand in a frozen month is put
    right; else the months that can have changed. Returns rows (inserted, deleted) by table; none when this run was
    shown already. Raises RunRefused when the door out has not let pass what the run's last step wrote.
    """
    with turn(settings) as engine:
        if find_run(engine, run_id).state == "succeeded":
            _LOG.info("Lượt %d đã thay bảng xong từ trước; không có gì để làm.", run_id)
            return {}
        run = require_running(engine, run_id, RANKING)
        layers.require_judged(engine, run_id)
        moved = marts.promote(engine, every_month=run.as_of.astimezone(LOCAL_ZONE).isoweekday() == SUNDAY)
        finish_run(engine, run_id, "succeeded")
    for table, (inserted, deleted) in moved.items():
        _LOG.info("marts.%s: %d rows in, %d out", table, inserted, deleted)
    return moved


def rank(settings: Settings, *, as_of: datetime | None = None) -> dict[str, tuple[int, int]]:
    """One whole build of the ranking, without a scheduler; returns rows (inserted, deleted) by mart."""
    with driven_here(settings, "transformer") as driver:
        run_id = start_ranking(settings, as_of=as_of, driver=driver)
        with closing_on_failure(settings, run_id):
            transform(settings, run_id)
            audit_ranking(settings, run_id)
            return swap_marts(settings, run_id)


@contextmanager
def _step(settings: Settings, run_id: int) -> Iterator[tuple[Engine, Run]]:
    """A step of an open build, in its turn."""
    with turn(settings) as engine:
        yield engine, require_running(engine, run_id, RANKING)


@contextmanager
def turn(settings: Settings, of: str = RANKING) -> Iterator[Engine]:
    """One at a time: the layers between raw and marts exist once, and so does schema `aside`."""
    with (
        engine_of_role(settings, "transformer") as engine,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as turn,
    ):
        turn.exec_driver_sql(f"set lock_timeout = '{TURN_LIMIT}'")
        turn.exec_driver_sql("select pg_advisory_lock(hashtextextended(%s, 766))", (of,))  # till the session ends
        yield engine


def read_to(settings: Settings, engine: Engine) -> datetime:
    """How far all portals in use have been read: the end of the newest whole reading of the one that is behind."""
    columns = RUNS.c
    newest = select(columns.portal, func.max(columns.as_of)).where(
        columns.kind == READING, columns.state == "succeeded"
    )
    with engine.connect() as connection:
        ends: dict[str, datetime] = dict(connection.execute(newest.group_by(columns.portal)).tuples().all())
    in_use = portals_in_use(settings, read_to_of(settings, engine)) or PORTALS  # nothing connected: nothing is read
    unread = [portal for portal in in_use if portal.code not in ends]
    if unread:
        raise NothingRead(
            f"Chưa đọc được {' và '.join(portal.name_vi for portal in unread)} nên chưa thể xếp hạng.\n"
            f"Việc cần làm: chạy {' và '.join(f'ingest_{portal.code}_daily' for portal in unread)} trước."
        )
    return min(ends[portal.code] for portal in in_use).astimezone(LOCAL_ZONE)
