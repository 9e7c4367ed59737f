"""Warehouses that several tests start from: filled once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from dvc766.settings import PROJECT_ROOT, ROLES
from local_stack import secret_store
from portal_simulator import figures
from portal_simulator.records import Province
from tests.database import COPY, FILLED, Database
from tests.end_to_end.pipeline import Pipeline, pipeline_over

FIGURES = Path(__file__).parents[1] / "fixtures" / "golden" / "figures-2026-08.csv"
PERIOD = date(2026, 8, 1)
SMALL_UNITS = ["H44.03", "H44.13", "H44.171", "H44.172"]  # two departments, two communes

MakeDatabase = Callable[..., Database]


@pytest.fixture(scope="session")
def small_province() -> Province:
    """Four units of the golden month, with all the cases a wrong reading counts differently.

    Every free text names the citizen, as careless officials write it; numbers are such as no id resembles.
    """
    province = figures.build(FIGURES, "2026-08", SMALL_UNITS)
    people = [dossier.applicant for dossier in province.dossiers] + [p.reporter for p in province.petitions]
    for number, person in enumerate(people, start=77_123_456):
        person.identity_number, person.phone = f"0790{number}", f"09{number}"
    for dossier in province.dossiers:
        person = dossier.applicant
        dossier.note = f"{person.full_name}, {person.identity_number}, {person.phone}, {person.email}, {person.address}"
        for rating in dossier.ratings:
            rating.comment = f"Người gửi: {person.full_name}, {person.phone}"
    for petition in province.petitions:
        petition.title = f"Phản ánh của {petition.reporter.full_name}, {petition.reporter.address}"
    return province


@pytest.fixture(scope="session")
def small(
    small_province: Province, make_database: MakeDatabase, migrated_template: Database, state: Path
) -> Iterator[Pipeline]:
    """The small province, read and ranked without a fault: the state others are compared with."""
    database = make_database("small", migrated_template.name)
    with pipeline_over(small_province, database, state, first_period=PERIOD) as pipeline:
        pipeline.read(small_province.clock)
        pipeline.rank()
        yield pipeline


@pytest.fixture
def small_copy(small: Pipeline, make_database: MakeDatabase) -> Iterator[Pipeline]:
    """The small province's ranked warehouse, a copy for this test alone."""
    database = make_database(COPY, small.database.name)
    yield small.on(database)
    small.database.cluster.drop_database(COPY)
    small.set_clock(small_clock(small))


@pytest.fixture
def small_empty(small: Pipeline, make_database: MakeDatabase, migrated_template: Database) -> Iterator[Pipeline]:
    """The small province before anything was read."""
    database = make_database(FILLED, migrated_template.name)
    yield small.on(database)
    small.database.cluster.drop_database(FILLED)
    small.set_clock(small_clock(small))


def small_clock(small: Pipeline) -> datetime:
    """The as_of of the small province's first reading."""
    [newest] = small.rows("select max(as_of) as at from ops.runs")
    at: datetime = newest["at"]
    return at


@contextmanager
def edited_project(root: Path, edits: Mapping[str, Callable[[str], str]]) -> Iterator[Path]:
    """A copy of the project's folders with some files changed; each edit must change its file."""
    for folder in ("dbt_project", "expectations"):
        shutil.copytree(PROJECT_ROOT / folder, root / folder, ignore=shutil.ignore_patterns("target", "logs"))
    for name, edit in edits.items():
        path = root / name
        before = path.read_text(encoding="utf-8")
        after = edit(before)
        assert after != before, f"the edit of {name} changes nothing"
        path.write_text(after, encoding="utf-8")
    yield root


def closed_door_out(suite: str) -> str:
    """The conditions of the ranking, one of which is never met."""
    return suite.replace("rows_lacking, max_value: 0}", "rows_lacking, max_value: -1}")


def secrets() -> secret_store.Secrets:
    """Of an installation on the test cluster, whose roles have their names as passwords."""
    own = {name: name for name in ("airflow_database", "airflow_admin", "session")}
    own |= {"jwt": "j" * 64, "fernet": "c3ludGhldGljLWtleS1mb3ItdGVzdHMtb25seS0xMjM="}
    return secret_store.Secrets(own | {f"role_{role}": role for role in ROLES})
