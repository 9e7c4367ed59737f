"""Who may see what: an administrator, and a reader of each kind, whose role holds the datasets of its dashboards.

What a reader can reach in the warehouse is decided by PostgreSQL's roles; these roles decide what is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bi.dashboards import dashboards
from bi.datasets import datasets

ADMINISTRATOR = "admin"
READERS = {"viewer": ("xem", "Người xem xếp hạng"), "operator": ("vanhanh", "Người vận hành")}
"""By the word that assets use: the account, and the name of the role."""

# Beside what Superset itself lets a visitor of dashboards do.
_BESIDE = {
    ("can_language_pack", "Superset"),  # without it the page stays English
    ("can_drill", "Dashboard"),
    ("can_view_chart_as_table", "Dashboard"),
    ("can_csv", "Superset"),
    ("can_export", "Chart"),
    ("can_get_drill_info", "Dataset"),
    ("can_samples", "Datasource"),
    ("menu_access", "Dashboards"),
    ("can_list", "Dashboard"),
    ("can_read", "Dataset"),
    ("can_userinfo", "UserDBModelView"),
    ("resetmypassword", "UserDBModelView"),
    ("can_recent_activity", "Log"),
    ("can_log", "Superset"),  # the page reports what it did; refused, it fills the log with errors
}


def administrator(password: str) -> Any:
    """The administrator's account, with this password."""
    from superset.extensions import security_manager

    return _account(ADMINISTRATOR, "Quản trị", security_manager.find_role("Admin"), password)


def grant(passwords: Mapping[str, str]) -> None:
    """Give each reader's role exactly what it needs, and its account this password."""
    from superset.connectors.sqla.models import SqlaTable
    from superset.extensions import db, security_manager
    from superset.models.dashboard import Dashboard

    offered = {table.table_name: table for table in db.session.query(SqlaTable).filter_by(is_managed_externally=True)}
    for reader, (account, title) in READERS.items():
        role = security_manager.add_role(title) or security_manager.find_role(title)
        wanted = {*security_manager.PUBLIC_ROLE_PERMISSIONS, *_BESIDE}
        wanted |= {("datasource_access", offered[name].perm) for name in _read_by(reader) if name in offered}
        found = [security_manager.find_permission_view_menu(*pair) for pair in sorted(wanted)]
        role.permissions = [permission for permission in found if permission is not None]
        db.session.commit()
        _account(account, title, role, passwords[reader])
    for dashboard in dashboards(datasets()):
        for found in db.session.query(Dashboard).filter_by(slug=dashboard.slug):
            found.roles = [security_manager.find_role(READERS[reader][1]) for reader in dashboard.readers]
    db.session.commit()


def _read_by(reader: str) -> Iterator[str]:
    """The datasets of a reader's dashboards, those of their filters included."""
    for dashboard in dashboards(datasets()):
        if reader in dashboard.readers:
            yield from (chart.dataset.name for chart in dashboard.charts.values())
            yield from (one.dataset.name for one in dashboard.filters.values())


def _account(name: str, title: str, role: Any, password: str) -> Any:
    from superset.extensions import db, security_manager

    found = security_manager.find_user(name)
    if found is None:
        found = security_manager.add_user(name, title, "766", f"{name}@localhost", role, password)
    found.roles = [role]
    db.session.commit()
    security_manager.reset_password(found.id, password)
    return found
