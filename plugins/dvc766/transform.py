"""Runs the dbt project in this process. dbt is imported inside functions only: it costs seconds."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
import yaml
from psycopg.rows import dict_row

from dvc766 import reference
from dvc766.clock import LOCAL_ZONE
from dvc766.failures import NeedsAPerson
from dvc766.settings import Settings, WarehouseSettings

ROLE = "transformer"
SCHEMAS = {  # where dbt makes relations, by the folder of their models
    "staging": "staging",
    "intermediate": "intermediate",
    "facts": "facts",
    "indicators": "indicators",
    "marts": "marts_candidate",
}
FOLDERS = {"all": tuple(SCHEMAS), "facts": ("staging", "intermediate", "facts")}  # of a selector
NO_FIGURE_RESTS_ON = ("venues.csv",)  # of the seeds: addresses of today
ASIDE = "aside"  # the selector, and the schema, of months that are made again

_LOG = logging.getLogger(__name__)
_MOST_ROWS = 20
# Which tests run is said in selectors.yml alone; dbt would else look through all parents of what each line there names.
# Rules are tested where they are changed.
_BUILD = ("build", "--indirect-selection", "empty", "--exclude-resource-type", "unit_test")
_NO_TESTS = ("--exclude-resource-type", "test")
_BAD = ("error", "fail", "runtime error", "partial success")
_BREAKS_A_CONSTRAINT = (  # as the server says it; in another language the step counts as an error and is tried again
    *("could not create unique index", "contains null values", "violates not-null constraint"),
    *("is violated by some row", "violates check constraint"),
)


class TransformFailed(RuntimeError):
    """dbt could not build; names the nodes that failed, and never a value of a row."""

    def __init__(self, selector: str, nodes: Sequence[str], log: str) -> None:
        named = "\n".join(f"- {node}" for node in nodes) or "- (dự án dbt không đọc được)"
        super().__init__(
            f"dbt dừng ở bộ chọn {selector!r}; các bước không đạt:\n{named}\n"
            f"Bảng mà người dùng đang xem không thay đổi. Việc cần làm: xem {log}, sửa nguyên nhân rồi chạy lại."
        )
        self.nodes = tuple(nodes)

    def __reduce__(self) -> tuple[object, ...]:
        return (_again, (type(self), str(self), self.nodes))


class ChecksFailed(TransformFailed, NeedsAPerson):
    """What did not pass are checks of the data and constraints of tables: the same rows would fail again."""


def _again(kind: type[TransformFailed], message: str, nodes: tuple[str, ...]) -> TransformFailed:
    failed = kind.__new__(kind)
    Exception.__init__(failed, message)
    failed.nodes = nodes
    return failed


def build(
    settings: Settings,
    selector: str = "all",
    *,
    as_of: datetime,
    data_as_of: datetime | None = None,
    opened_at: datetime | None = None,
    versions: Mapping[str, int] | None = None,
    since: Mapping[str, int] | None = None,
    with_tests: bool = True,
) -> int:
    """Seeds, models and, unless told otherwise, tests of a selector; returns how many nodes ran.

    `as_of` is the business clock of the build, `data_as_of` the newest moment at which an input changed, `opened_at`
    when its run was opened.
    `versions` says by table of raw up to which version to read, `since` which versions the layers hold already, made
    by this code and these rows of reference: seeds and views then stand, tables are filled anew (selectors.yml).
    Without it, or when a relation is missing, everything is made from raw.
    Raises ReferenceRefused before anything is built when a seed's file cannot be used, and TransformFailed; models
    after a failed test are left as they were.
    """
    reference.check(settings.dbt_project / "seeds")
    told = _told(settings, as_of, data_as_of, opened_at, versions)
    command = [*_BUILD, *([] if with_tests else _NO_TESTS)]
    if since is not None and not _lacks_a_relation(settings, selector):
        told["since"] = orjson.dumps(dict(since)).decode()
        changes = f"changes_of_{selector}"
        return _invoke(settings, changes, [*command, "--selector", changes], told)
    _LOG.info(
        "Tính lại toàn bộ từ lớp raw: đây là lần tính đầu, mã nguồn hoặc bảng tham chiếu đã đổi, hoặc thiếu bảng."
    )
    _drop_views(settings.warehouse, tuple(SCHEMAS.values()))
    return _invoke(settings, selector, [*command, "--selector", selector, "--full-refresh"], told)


def build_aside(
    settings: Settings,
    months: Sequence[date],
    *,
    as_of: datetime,
    data_as_of: datetime | None,
    opened_at: datetime,
    versions: Mapping[str, int] | None,
) -> int:
    """Make months again, frozen or not, from raw into the schema `aside`; returns how many nodes ran.

    The arguments are those of the build as which it is done. What was frozen before `opened_at` is taken as it was
    then, but for `months`. Nothing that readers or other builds see is touched; no test runs.
    Raises ReferenceRefused and TransformFailed as `build` does.
    """
    reference.check(settings.dbt_project / "seeds")
    _drop_views(settings.warehouse, (ASIDE,))
    told = _told(settings, as_of, data_as_of, opened_at, versions) | {
        "months": orjson.dumps([month.isoformat() for month in months]).decode(),
        "frozen_before": opened_at.isoformat(),
    }
    return _invoke(settings, ASIDE, [*_BUILD, *_NO_TESTS, "--selector", ASIDE, "--full-refresh"], told, aside=True)


def check_rules(settings: Settings, *, as_of: datetime) -> int:
    """dbt's unit tests, each rule with its worked cases; how many ran. TransformFailed names what failed.

    The warehouse must have been built once: dbt reads the columns' types there.
    """
    return _invoke(settings, "unit tests", ["test", "--select", "test_type:unit"], {"as_of": as_of.isoformat()})


def code_fingerprint(project: Path) -> str:
    """A hash of the project but for its tests and the rows of its seeds.

    Two builds of the same fingerprint make the same of the same rows, in tables of the same columns.
    """
    digest = hashlib.sha256()
    for folder in ("macros", "models", "seeds"):
        for file in sorted((project / folder).rglob("*.*")):
            content = file.read_bytes()
            told = content.partition(b"\n")[0] if file.suffix == ".csv" else content
            digest.update(f"{file.relative_to(project)}\0".encode() + told)
    return digest.hexdigest()


def reference_files(project: Path) -> Mapping[str, bytes]:
    """The files with the rows of reference that figures rest on, by their place in the project."""
    files = sorted(file for file in (project / "seeds").rglob("*.csv") if file.name not in NO_FIGURE_RESTS_ON)
    return {str(file.relative_to(project)): file.read_bytes() for file in files}


def reference_fingerprint(project: Path) -> str:
    """A hash of all rows of reference: a person may change one between two builds of the same code."""
    digest = hashlib.sha256()
    for name, content in reference_files(project).items():
        digest.update(f"{name}\0".encode() + content)
    return digest.hexdigest()


def first_assessed_month(settings: Settings) -> date:
    """The first month that is assessed: the installation's own, or the dbt project's."""
    if settings.first_period:
        return settings.first_period
    project = yaml.safe_load((settings.dbt_project / "dbt_project.yml").read_text(encoding="utf-8"))
    return date.fromisoformat(project["vars"]["first_period_month"])


def _told(
    settings: Settings,
    as_of: datetime,
    data_as_of: datetime | None,
    opened_at: datetime | None,
    versions: Mapping[str, int] | None,
) -> dict[str, str]:
    """What a build is told of its installation and its moment."""
    return {
        "first_period": settings.first_period.isoformat() if settings.first_period else "",
        "as_of": as_of.isoformat(),
        "data_as_of": data_as_of.isoformat() if data_as_of else "",
        "opened_at": opened_at.isoformat() if opened_at else "",
        "versions": orjson.dumps(dict(versions or {})).decode(),
    }


def _drop_views(warehouse: WarehouseSettings, schemas: Sequence[str]) -> None:
    """Drop the views that the last build made; this build makes them anew.

    dbt would drop each together with the views over it, two at a time, and two such drops that meet in the views
    over both can wait for each other for ever.
    """
    with psycopg.connect(warehouse.url(ROLE)) as connection:
        views = connection.execute(
            "select format('%%I.%%I', schemaname, viewname) from pg_views where schemaname = any(%s)", [list(schemas)]
        ).fetchall()
        if views:
            connection.execute(f"drop view {', '.join(name for (name,) in views)} cascade".encode())


def _lacks_a_relation(settings: Settings, selector: str) -> bool:
    """Whether the warehouse lacks a table or view of a selector.

    A person, or a migration, may have dropped a view together with what it reads.
    """
    models = settings.dbt_project / "models"
    made = {("reference", Path(name).stem) for name in reference_files(settings.dbt_project)}
    # as the macros generate_schema_name and generate_alias_name have it
    made |= {
        (SCHEMAS[folder], path.stem.removeprefix("mart_"))
        for folder in FOLDERS[selector]
        for path in (models / folder).rglob("*.sql")
    }
    with psycopg.connect(settings.warehouse.url(ROLE)) as connection:
        there = connection.execute(
            "select relnamespace::regnamespace::text, relname from pg_class where relkind in ('r', 'v')"
        ).fetchall()
    return not made <= set(there)


def _invoke(
    settings: Settings, selector: str, command: Sequence[str], told: Mapping[str, str], *, aside: bool = False
) -> int:
    """Run dbt; `told` is what the macro build_argument reads.

    It does not travel as `--vars`: with other values dbt would parse the whole project again. For the same reason
    what dbt keeps of a build aside is kept apart.
    """
    from dbt.cli.main import dbtRunner

    state = settings.state / ("dbt_aside" if aside else "dbt")
    state.mkdir(parents=True, exist_ok=True)
    project = str(settings.dbt_project)
    folders = {
        "--project-dir": project,
        "--profiles-dir": project,
        "--target-path": str(_parsed(state, settings.dbt_project)),
        "--log-path": str(state / "logs"),
    }
    flags = ["--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats", "--no-version-check"]
    flags += ["--log-level-file", "warn"]  # each finished node is told below; a debug log has 9,000 lines a build
    flags += ["--no-write-json"]  # nobody reads them, and a manifest of this project takes a second to write
    # Not --no-populate-cache, though it spares 0.2 s: two threads that fill dbt's cache at once were seen to break it.
    arguments = [*flags, *command, *(part for folder in folders.items() for part in folder)]
    arguments_of_build = {f"DBT_BUILD_{name.upper()}": value for name, value in told.items()}
    schema = {"DBT_ASIDE": ASIDE if aside else ""}
    with _environment({**_connection(settings.warehouse), **schema, **arguments_of_build}):
        outcome = dbtRunner(callbacks=[_tell]).invoke(arguments)
    results = list(getattr(outcome.result, "results", None) or [])
    _tell_rows(settings.warehouse, results)
    bad = [result for result in results if str(result.status) in _BAD]
    if not outcome.success:
        states = ["fail" if _breaks_a_constraint(result) else str(result.status) for result in bad]
        kind = ChecksFailed if bad and set(states) == {"fail"} else TransformFailed
        named = [f"{result.node.name} ({said})" for result, said in zip(bad, states, strict=True)]
        raise kind(selector, named, str(state / "logs" / "dbt.log"))
    if not results:
        raise TransformFailed(selector, ["(bộ chọn không có bước nào)"], str(state / "logs" / "dbt.log"))
    return len(results)


def _breaks_a_constraint(result: Any) -> bool:
    """Whether the server refused the rows of a table for what its description promises of them."""
    return any(words in (result.message or "") for words in _BREAKS_A_CONSTRAINT)


def _parsed(state: Path, project: Path) -> Path:
    """Where dbt keeps the parsed project, by what the description files say.

    dbt takes up what has changed since, but was seen to go on with what an older description file said of a seed.
    """
    digest = hashlib.sha256()
    for file in sorted(project.rglob("*.yml")):
        digest.update(f"{file.relative_to(project)}\0".encode() + file.read_bytes())
    folder = state / f"target_{digest.hexdigest()[:12]}"
    for other in state.glob("target*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


def _tell(event: Any) -> None:
    """One line in the task's log for each finished node."""
    if event.info.name == "NodeFinished":
        node = event.data.node_info
        told = {"node": node.node_name, "kind": node.resource_type}
        told |= {"started": node.node_started_at, "finished": node.node_finished_at}
        _LOG.info("%s %s", node.node_status, node.node_name, extra=told)


def _tell_rows(warehouse: WarehouseSettings, results: Sequence[Any]) -> None:
    """One line in the task's log for each row that a check found, where the check says that its rows may be told.

    Only a check over agencies, codes or figures says so (`meta: {tell_rows: true}`), never one over records.
    """
    found = [result for result in results if str(result.status) in ("warn", "fail")]
    told = [result.node for result in found if result.node.config.meta.get("tell_rows")]
    if not told:
        return
    with psycopg.connect(warehouse.url(ROLE), row_factory=dict_row) as connection:
        for node in told:
            for row in connection.execute(f"select * from ({node.compiled_code}) as found limit {_MOST_ROWS}"):
                _LOG.warning("%s: %s", node.name, ", ".join(f"{name} = {value}" for name, value in row.items()))


def _connection(warehouse: WarehouseSettings) -> Mapping[str, str]:
    """How dbt reaches the warehouse; its sessions keep local time, whatever role, database or process keep."""
    return {
        "PGTZ": str(LOCAL_ZONE),
        **{f"PG{name.upper()}": value for name, value in warehouse.tls.items()},
        "DBT_WAREHOUSE_HOST": warehouse.host,
        "DBT_WAREHOUSE_PORT": str(warehouse.port),
        "DBT_WAREHOUSE_DBNAME": warehouse.dbname,
        "DBT_WAREHOUSE_USER": ROLE,
        "DBT_ENV_SECRET_WAREHOUSE_PASSWORD": warehouse.password(ROLE),
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """dbt's profile reads nothing but the environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
