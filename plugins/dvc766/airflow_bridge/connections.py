"""Airflow's connections as settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Connection

from dvc766.portals import connected
from dvc766.portals.contract import Portal
from dvc766.settings import PortalSettings, Settings, WarehouseSettings, environment, portals_from_env


def connected_portals() -> tuple[Portal, ...]:
    """The portals that this installation is connected to, with the hosts that it reaches: what DAGs are made for."""
    return connected(portals_from_env())


def settings_from_airflow() -> Settings:
    """The settings in Airflow's connections: the warehouse, and the portals that are connected."""
    own = environment()
    return Settings(
        portals={code: PortalSettings.from_connection(code, _connection(code)) for code in portals_from_env()},
        warehouse=WarehouseSettings.from_connection(_connection("warehouse")),
        clock_url=own.clock_url,
        state=own.state,
        editions=own.editions,
        first_period=own.first_period,
    )


def _connection(name: str) -> Mapping[str, Any]:
    """An Airflow connection in its JSON form."""
    connection = Connection.get(name)
    given = {key: getattr(connection, key) for key in ("host", "port", "login", "password", "schema")}
    return given | {"extra": connection.extra_dejson}
