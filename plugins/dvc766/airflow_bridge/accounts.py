"""`python -m dvc766.airflow_bridge.accounts`: the roles of people in Airflow, and the administrator's account.

    Viewer     sees DAGs, runs and logs
    Operator   starts runs and clears tasks, too; may approve nothing and sees no connection
    Approver   answers what waits for a person in approve_month, too; starts nothing
    Admin      everything

Viewer and Admin are Airflow's own. Running it again renews the administrator's password and nothing else.
"""

from __future__ import annotations

import sys
from typing import Any

from dvc766.settings import SettingsError, admin_password_from_env

ADMIN = "admin"
_READ, _EDIT, _CREATE, _DELETE, _MENU = "can_read", "can_edit", "can_create", "can_delete", "menu_access"
_RUNS = {
    (_EDIT, "DAGs"),
    *((action, "DAG Runs") for action in (_CREATE, _EDIT, _DELETE)),
    *((action, "Task Instances") for action in (_CREATE, _EDIT)),
    *((action, "Backfills") for action in (_CREATE, _EDIT)),
}
# Whoever answers a question needs to edit its DAG, too: that one DAG, and no other.
_QUESTIONS = {(_EDIT, "HITL Detail"), (_MENU, "HITL Detail"), (_EDIT, "DAG:approve_month")}
ROLES = {"Operator": _RUNS, "Approver": _QUESTIONS}
"""What a role may do beside a viewer."""


def ensure(admin_password: str) -> None:
    """Make the roles, and the administrator with this password."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        manager: Any = builder.sm
        manager.sync_roles()
        viewer = next(each["perms"] for each in manager.ROLE_CONFIGS if each["role"] == "Viewer")
        manager.bulk_sync_roles([{"role": name, "perms": [*viewer, *sorted(more)]} for name, more in ROLES.items()])
        known = manager.find_user(username=ADMIN)
        if known:
            is_set = manager.reset_password(known.id, admin_password)
        else:
            role = manager.find_role("Admin")
            is_set = manager.add_user(ADMIN, "Quản trị", "Airflow", "admin@localhost", role, admin_password)
        if not is_set:
            raise SettingsError("The administrator's account was not written.\nNext: see the log above.")


def main() -> int:
    """0 when roles and administrator are there; 1 with the cause and the next step."""
    try:
        ensure(admin_password_from_env())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    print("Roles and the administrator's account are there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
