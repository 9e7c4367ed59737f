"""A PostgreSQL of the benchmark's own, with migrated warehouses."""

from __future__ import annotations

import shlex
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import yaml

from dvc766.settings import ROLES, Settings, WarehouseSettings
from dvc766.warehouse.migrate import migrate
from local_stack.paths import ROOT
from local_stack.postgres import HOST, Cluster, free_port


def installed_settings() -> dict[str, str]:
    """What docker-compose.yaml sets for the warehouse's server, by name, but the archiving of its WAL."""
    compose = yaml.safe_load((ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
    words = shlex.split(compose["services"]["warehouse"]["command"])
    pairs = (word.split("=", 1) for flag, word in pairwise(words) if flag == "-c")
    return {name: f"'{value}'" for name, value in pairs if not name.startswith("archive_")}


class Warehouse:
    """One migrated database; every role's password is the role's name."""

    def __init__(self, cluster: Cluster, name: str, state: Path, first_period: date | None) -> None:
        self.url = cluster.url(name)
        passwords = {role: role for role in ROLES}
        self.settings = Settings(
            portals={},
            warehouse=WarehouseSettings(HOST, cluster.port, name, passwords),
            state=state,
            first_period=first_period,
        )
        migrate(self.url, passwords)

    def connect(self) -> psycopg.Connection[Any]:
        """A connection of the owner in autocommit."""
        return psycopg.connect(self.url, autocommit=True)


class Server:
    """The server, started on entry and gone on exit, with the settings of a real installation.

    It may lose data, so that no disk is measured.
    """

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self._folder = folder
        self._cluster = Cluster(folder / "postgres", free_port(), throw_away=True, settings=installed_settings())

    def __enter__(self) -> Server:
        self._cluster.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.remove()

    def warehouse(self, name: str, first_period: date | None = None) -> Warehouse:
        """A new warehouse without data; `first_period` is the first month that is assessed in it."""
        self._cluster.create_database(name)
        return Warehouse(self._cluster, name, self._folder / name, first_period)
