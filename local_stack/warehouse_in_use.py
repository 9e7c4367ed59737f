"""The warehouse that a command looks at: the one whose connection is exported, else the embedded one last used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from dvc766.settings import WAREHOUSE_VARIABLE, Settings, from_env
from local_stack import installation
from local_stack.processes import option_of


@contextmanager
def settings_in_use() -> Iterator[Settings]:
    """Its settings; an embedded server that did not run is started, and stopped at the end.

    Over a simulator that runs, its clock and portals are those of the settings.
    """
    if os.environ.get(WAREHOUSE_VARIABLE):
        yield from_env()
        return
    database = installation.database_in_use()
    port = option_of(f"simulator-{database}", "--port")
    own = replace(
        installation.embedded(database, int(port) if port else None),
        national_only=database == installation.NATIONAL_DEMO,
    )
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        own.ensure_warehouse()
        yield from_env(own.environment())
    finally:
        if not server_ran:
            own.cluster.stop()
