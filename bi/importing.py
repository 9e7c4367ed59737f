"""Puts the assets into Superset, and takes out what an earlier version had and this one has no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bi.bundle import bundle, ids


def import_assets(urls: Mapping[str, str], administrator: Any) -> None:
    """Import everything over what is there; what was ours, and is in no asset any more, goes."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.connectors.sqla.models import SqlaTable
    from superset.extensions import db
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice
    from superset.utils.core import override_user

    files = bundle(urls)
    with override_user(administrator):
        ImportAssetsCommand(files).run()
        kinds = {"dashboards": Dashboard, "charts": Slice, "datasets": SqlaTable, "databases": Database}
        for kind, model in kinds.items():
            wanted = set(ids(files, kind))
            for found in db.session.query(model).all():
                if str(found.uuid) in wanted:
                    found.is_managed_externally = True  # the page says that it is changed elsewhere
                elif found.is_managed_externally:
                    db.session.delete(found)
            db.session.commit()
