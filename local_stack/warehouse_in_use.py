"""The warehouse that a command looks at: the one whose connection is exported, else the embedded one last used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from dvc766.settings import WAREHOUSE_VARIABLE, Settings, from_env
from local_stack import installation
from local_stack.installation import Installation
from local_stack.processes import option_of


def embedded_in_use() -> Installation:
    """The embedded installation last used; over a simulator that runs, with the simulator's clock and portals."""
    database = installation.database_in_use()
    port = option_of(f"simulator-{database}", "--port")
    own = installation.embedded(database, int(port) if port else None)
    return replace(own, national_only=database == installation.NATIONAL_DEMO)


@contextmanager
def warehouse_in_use() -> Iterator[Installation]:
    """The embedded installation last used, at the newest revision; a server that did not run is stopped at the end."""
    own = embedded_in_use()
    server_ran = own.cluster.is_running()
    own.cluster.start()
    try:
        own.ensure_warehouse()
        yield own
    finally:
        if not server_ran:
            own.cluster.stop()


@contextmanager
def settings_in_use() -> Iterator[Settings]:
    """The settings of the warehouse whose connection is exported, else of the embedded one last used."""
    if os.environ.get(WAREHOUSE_VARIABLE):
        yield from_env()
        return
    with warehouse_in_use() as own:
        yield from_env(own.environment())
