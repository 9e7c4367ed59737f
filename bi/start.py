"""Brings Superset to what the assets say, then becomes its web server. Runs in Superset's own environment.

`python -m bi.start`; everything comes from the environment: BI_METADATA_URL, BI_SECRET_KEY, the passwords of the
accounts (BI_ADMIN_PASSWORD, …), and the address of each door to the warehouse (BI_MARTS_URL, BI_OPS_URL).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLE = "CHANGE_ME"
NEEDED = (
    "BI_METADATA_URL",
    "BI_SECRET_KEY",
    "BI_MARTS_URL",
    "BI_ADMIN_PASSWORD",
    "BI_VIEWER_PASSWORD",
    "BI_OPERATOR_PASSWORD",
)


def main() -> int:
    """1 when a variable is missing; else this process becomes the web server."""
    if missing := [name for name in NEEDED if _is_unset(os.environ.get(name, ""))]:
        print(f"Not set: {', '.join(missing)}.\nNext: fill them in (.env.example says how).", file=sys.stderr)
        return 1
    os.environ["SUPERSET_CONFIG_PATH"] = str(HERE / "superset_config.py")
    from bi.translations import install

    install()
    _bring_up_to_date()
    where = f"{os.environ.get('BI_HOST', '127.0.0.1')}:{os.environ.get('BI_PORT', '8088')}"
    serving = ["-w", os.environ.get("BI_WORKERS", "2"), "-k", "gthread", "--threads", "8", "--timeout", "60"]
    command = [sys.executable, "-m", "gunicorn", *serving, "-b", where, "superset.app:create_app()"]
    return os.execv(sys.executable, command)


def _bring_up_to_date() -> None:
    """Superset's own tables, roles and accounts, then the assets. All of it may be done again at any time."""
    from superset.app import create_app

    logging.getLogger().setLevel(logging.WARNING)
    app = create_app()
    logging.getLogger().setLevel(logging.WARNING)
    with app.app_context():
        import superset
        from flask_migrate import upgrade
        from superset.extensions import appbuilder, security_manager

        upgrade(directory=str(Path(superset.__file__).parent / "migrations"))

        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        from bi import accounts, importing

        administrator = accounts.administrator(os.environ["BI_ADMIN_PASSWORD"])
        importing.import_assets(_doors(), administrator)
        accounts.grant(
            {"viewer": os.environ["BI_VIEWER_PASSWORD"], "operator": os.environ["BI_OPERATOR_PASSWORD"]},
        )


def _doors() -> Mapping[str, str]:
    """The address of each door to the warehouse, by schema, in SQLAlchemy's words."""
    named = {"marts": os.environ["BI_MARTS_URL"], "ops": os.environ.get("BI_OPS_URL", "")}
    return {
        schema: url.replace("postgresql://", "postgresql+psycopg2://", 1)
        for schema, url in named.items()
        if not _is_unset(url)
    }


def _is_unset(value: str) -> bool:
    """Empty, or as .env.example has it."""
    return not value or EXAMPLE in value


if __name__ == "__main__":
    sys.exit(main())
