"""Airflow's connections as settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from sqlalchemy.engine import URL

from dvc766.portals import connected
from dvc766.portals.contract import Portal
from dvc766.settings import (
    PortalSettings,
    Settings,
    SettingsError,
    VenueSettings,
    WarehouseSettings,
    environment,
    portals_from_env,
    venue_variable,
)

METADATA = "airflow_metadata"


def connected_portals() -> tuple[Portal, ...]:
    """The portals that this installation is connected to, with the hosts that it reaches: what DAGs are made for."""
    return connected(portals_from_env())


def settings_from_airflow() -> Settings:
    """The settings in Airflow's connections: the warehouse, and the portals that are connected.

    A role's password is asked for when a step works as that role, and no other.
    """
    own = environment()
    return Settings(
        portals={code: PortalSettings.from_connection(code, _connection(code)) for code in portals_from_env()},
        warehouse=WarehouseSettings.from_connection(_connection("warehouse"), _connection_of_role),
        clock_url=own.clock_url,
        state=own.state,
        editions=own.editions,
        first_period=own.first_period,
        keep=own.keep,
        alerts=own.alerts,
    )


def metadata_url_from_airflow() -> str | None:
    """The address of Airflow's own database, as a connection of its own; None when there is none.

    Tasks are kept from that database by Airflow. The one that cleans it up is given its address on purpose.
    """
    try:
        given = _connection(METADATA)
    except AirflowNotFoundException:
        return None
    url = URL.create(
        "postgresql+psycopg2", given["login"], given["password"], given["host"], given["port"], given["schema"]
    )
    return url.render_as_string(hide_password=False)


def venue_from_airflow(name: str) -> VenueSettings:
    """The venue of a connection's name; SettingsError when Airflow has no such connection."""
    try:
        return VenueSettings.from_connection(name, _connection(name))
    except AirflowNotFoundException:
        raise SettingsError(
            f"Chưa có kết nối {name!r} của nơi nhận (biến {venue_variable(name)}).\n"
            "Việc cần làm: đặt kết nối theo .env.example, hoặc ghi ngày hết hiệu lực của nơi nhận trong venues.csv."
        ) from None


def _connection_of_role(role: str) -> Mapping[str, Any] | None:
    """A role's own connection to the warehouse, if Airflow has one."""
    try:
        return _connection(f"warehouse_{role}")
    except AirflowNotFoundException:
        return None


def _connection(name: str) -> Mapping[str, Any]:
    """An Airflow connection in its JSON form."""
    connection = Connection.get(name)
    given = {key: getattr(connection, key) for key in ("host", "port", "login", "password", "schema")}
    return given | {"extra": connection.extra_dejson}
