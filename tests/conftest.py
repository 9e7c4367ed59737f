"""What every test may ask for: a database of its own, the portal simulator, and nothing outside loopback."""

from __future__ import annotations

import gc
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt_common.behavior_flags import BehaviorFlagRendered

from dvc766.settings import ROLES
from dvc766.warehouse.migrate import migrate
from local_stack import postgres
from tests.database import Database

TEMPLATE = "template_warehouse"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`./run test --long`: two hundred histories; faults planted in some, in dates, in codes, in the golden month."""
    parser.addoption("--long", action="store_true", help="the long form of the suite")


def pytest_configure(config: pytest.Config) -> None:
    """Names the marker."""
    config.addinivalue_line("markers", "long: belongs to the long form of the suite alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The short form does not collect what belongs to the long one."""
    if not config.getoption("--long"):
        items[:] = [item for item in items if item.get_closest_marker("long") is None]


@pytest.fixture(autouse=True, scope="module")
def rubbish_waits_for_the_end_of_a_module() -> Iterator[None]:
    """A build of dbt makes a million objects; to look through all of them again and again took a tenth of the suite."""
    gc.disable()
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def dbt_does_not_ask_who_calls_it() -> Iterator[None]:
    """At each build dbt asks which module of the whole stack calls it, and once more than at the build before.

    `BaseAdapter.behavior` lengthens a list of its module by one flag each time. Nobody reads the answer; under pytest
    it cost up to two seconds a build.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BehaviorFlagRendered, "_default_source", staticmethod(lambda: "tests"))
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """The session's PostgreSQL, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="dvc766-tests-") as folder:
        Path(folder).chmod(0o755)
        server = postgres.Cluster(Path(folder), postgres.free_port(), throw_away=True)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def make_database(cluster: postgres.Cluster) -> Callable[..., Database]:
    """Makes a database by name; `template` is an existing one."""

    def make(name: str, template: str = "template0") -> Database:
        cluster.drop_database(name)
        with cluster.connect() as connection:  # idle sessions of dbt in this process keep a template busy
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and state = 'idle'",
                [template],
            )
        cluster.create_database(name, template)
        return Database(cluster, name)

    return make


@pytest.fixture(scope="session")
def migrated_template(make_database: Callable[..., Database]) -> Database:
    """The database every `database` is copied from: all migrations, no data."""
    template = make_database(TEMPLATE)
    migrate(template.url(), {role: role for role in ROLES})
    return template


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it parsed: a folder for each name of a database, shared by all tests of this process."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def empty_database(make_database: Callable[..., Database], cluster: postgres.Cluster) -> Iterator[Database]:
    """A database without anything in it, for this test alone."""
    yield make_database("empty")
    cluster.drop_database("empty")


@pytest.fixture
def database(
    make_database: Callable[..., Database], migrated_template: Database, cluster: postgres.Cluster
) -> Iterator[Database]:
    """A migrated warehouse without data, for this test alone."""
    yield make_database("warehouse", migrated_template.name)
    cluster.drop_database("warehouse")


@pytest.fixture(scope="module")
def module_database(
    request: pytest.FixtureRequest,
    make_database: Callable[..., Database],
    migrated_template: Database,
    cluster: postgres.Cluster,
) -> Iterator[Database]:
    """A migrated warehouse shared by one test module, for what is costly to fill."""
    name = "warehouse_" + str(request.module.__name__).rpartition(".")[2]
    yield make_database(name, migrated_template.name)
    cluster.drop_database(name)


@pytest.fixture(autouse=True)
def no_network_beyond_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to anywhere but this machine fail at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise PermissionError(f"a test tried to reach {address[0]}; tests stay on loopback")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
