"""Brings a warehouse to the newest revision, and its operator's views to their files; run by the database's owner only.

`python -m dvc766.warehouse.migrate` takes the owner's URL from DVC766_OWNER_URL and the passwords from the connections
AIRFLOW_CONN_WAREHOUSE_<ROLE>. The revisions are in migrations/.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config

from dvc766.settings import ROLES, SettingsError, owner_url_from_env, role_variable, warehouse_from_env
from dvc766.warehouse.enforcement import assert_rights, make_roles
from dvc766.warehouse.engine import engine_of
from dvc766.warehouse.ops_views import make_views
from dvc766.warehouse.sessions import transaction


def migrate(owner_url: str, passwords: Mapping[str, str]) -> None:
    """Bring the database at `owner_url` to the newest revision, and rights, roles and passwords to what is declared.

    Running it again changes nothing but what differs from that (each difference is a line of the log), so it is
    also how passwords are renewed. Raises SettingsError when a role's password is missing.
    """
    missing = [role for role in ROLES if not passwords.get(role)]
    if missing:
        raise SettingsError(
            f"No password for {', '.join(missing)}.\nNext: set {role_variable(missing[0])}, see .env.example."
        )
    engine = engine_of(owner_url, "dvc766:migrations")
    try:
        with transaction(engine) as connection:
            make_roles(connection)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        with transaction(engine) as connection:
            make_views(connection)
            assert_rights(connection, passwords)
    finally:
        engine.dispose()


def main() -> int:
    """0 when the warehouse is at the newest revision; 1 with the cause and the next step."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        migrate(owner_url_from_env(), warehouse_from_env().passwords)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    print("The warehouse is at the newest revision.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
