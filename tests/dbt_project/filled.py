"""A warehouse whose raw tables a test fills by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dvc766 import transform
from dvc766.settings import ROLES, Settings, WarehouseSettings
from tests.database import Database
from tests.dbt_project.raw_history import KEYS


@dataclass
class Warehouse:
    """A warehouse whose raw tables are filled by hand."""

    database: Database
    state: Path
    held: dict[str, int] | None = None  # the newest versions that the last build read

    def build(self, as_of: datetime, *, anew: bool = False) -> None:
        """Facts as of a moment, of all versions there are."""
        warehouse = WarehouseSettings(
            self.database.host, self.database.port, self.database.name, {role: role for role in ROLES}
        )
        settings = Settings(portals={}, warehouse=warehouse, state=self.state)
        newest = {
            f"provincial_portal__{table}": self.number(f"select max(version_id) from raw.provincial_portal__{table}")
            for table in KEYS
        }
        since = None if anew else self.held
        transform.build(settings, "facts", as_of=as_of, versions=newest, since=since)
        self.held = newest

    def column(self, query: str) -> set[str]:
        """The only column of a query."""
        with self.database.connect() as connection:
            return {row[0] for row in connection.execute(query).fetchall()}

    def number(self, query: str) -> int:
        """The only number of a query; nothing is 0."""
        with self.database.connect() as connection:
            row = connection.execute(query).fetchone()
        return int(row[0] or 0) if row else 0
