"""The same days without Airflow and without trouble, in a warehouse beside: what the disturbed one is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from psycopg import sql

from dvc766 import runs
from dvc766.portals import PORTALS
from dvc766.settings import Settings, from_env
from local_stack.installation import Installation

Fingerprints = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A pipeline of plain calls."""

    installation: Installation
    settings: Settings

    @classmethod
    def beside(cls, disturbed: Installation, release: Path) -> Undisturbed:
        """An empty one that reads the same simulator, by the same release of dbt and expectations."""
        own = replace(disturbed, database=f"{disturbed.database}_undisturbed")
        own.cluster.drop_database(own.database)
        own.ensure_warehouse()
        return cls(own, replace(from_env(own.environment()), project_root=release))

    def read(self, as_of: datetime, window_from: datetime | None = None) -> None:
        """One night: both portals up to `as_of`, which is the simulator's now; in one piece from `window_from` on."""
        for portal in PORTALS:
            runs.read_portal(self.settings, portal.code, as_of=as_of, window_from=window_from)

    def rank(self) -> None:
        """The ranking of all that was read."""
        runs.rank(self.settings)


def shown_by(installation: Installation) -> Fingerprints:
    """Rows of each mart and a hash over them, whatever their order."""
    found: Fingerprints = {}
    with installation.cluster.connect(installation.database) as connection:
        names: Sequence[tuple[str]] = connection.execute(
            "select table_name::text from information_schema.tables where table_schema = 'marts' order by 1"
        ).fetchall()
        for (name,) in names:
            query = sql.SQL(
                "select count(*), md5(coalesce(string_agg(hash, '' order by hash), ''))"
                " from (select md5(mart::text) as hash from {} as mart) as hashed"
            ).format(sql.Identifier("marts", name))
            rows, digest = connection.execute(query).fetchall()[0]
            found[name] = (int(rows), str(digest))
    return found
