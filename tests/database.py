"""A database of the test cluster, as a test sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from local_stack import postgres

# dbt parses the whole project for a database whose name is new to it. So the warehouses that one module after
# another fills have one name, and so have the copies, or other second warehouses, that stand beside them for a test.
FILLED = "filled"
COPY = "copy"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of the test cluster; every role's password is the role's name."""

    cluster: postgres.Cluster
    name: str

    @property
    def host(self) -> str:
        """Where the server listens."""
        return postgres.HOST

    @property
    def port(self) -> int:
        """The server's port."""
        return self.cluster.port

    def url(self, role: str = postgres.OWNER) -> str:
        """The libpq URL for a role; the default is the database's owner."""
        password = None if role == postgres.OWNER else role
        return self.cluster.url(self.name, role, password)

    @contextmanager
    def connect(self, role: str = postgres.OWNER) -> Iterator[psycopg.Connection[Any]]:
        """A connection in autocommit, closed at the end."""
        with psycopg.connect(self.url(role), autocommit=True) as connection:
            yield connection
