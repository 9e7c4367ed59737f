"""Settings: where the portals, the warehouse and the venues are, and how to behave towards them.

The only package that reads environment variables. The connections are written in Airflow's JSON
form, so that Airflow (through `airflow_bridge`) and a shell (through `from_env`) feed the same
constructors. Nothing is guessed and nothing is passed over: an unknown or unread setting, a value of
the wrong kind and a placeholder that nobody filled in are refused, each with the name of the variable
and the next step. No repr and no message shows a secret. Every variable is listed in .env.example.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dvc766.settings.alerts import AlertSettings, MailServer
from dvc766.settings.environment import (
    EDITIONS,
    PROJECT_ROOT,
    STATE,
    Environment,
    admin_password_from_env,
    environment,
    owner_url_from_env,
)
from dvc766.settings.portals import EXTRAS, Manners, PortalSettings, portal_variable
from dvc766.settings.refusals import SettingsError, read_json, refuse_placeholder
from dvc766.settings.retention import Keep
from dvc766.settings.secrets import require_sound_secrets
from dvc766.settings.venues import VenueExtra, VenueSettings, venue_variable
from dvc766.settings.warehouse import ROLES, WAREHOUSE_VARIABLE, WarehouseSettings, role_variable

__all__ = [
    "EXTRAS",
    "PROJECT_ROOT",
    "ROLES",
    "STATE",
    "WAREHOUSE_VARIABLE",
    "AlertSettings",
    "Environment",
    "Keep",
    "MailServer",
    "Manners",
    "PortalSettings",
    "Settings",
    "SettingsError",
    "VenueExtra",
    "VenueSettings",
    "WarehouseSettings",
    "admin_password_from_env",
    "environment",
    "from_env",
    "owner_url_from_env",
    "portal_variable",
    "portals_from_env",
    "require_sound_secrets",
    "role_variable",
    "venue_from_env",
    "venue_variable",
    "warehouse_from_env",
]


@dataclass(frozen=True)
class Settings:
    """All of it."""

    portals: Mapping[str, PortalSettings]  # those that are connected
    warehouse: WarehouseSettings
    clock_url: str | None = None
    project_root: Path = PROJECT_ROOT
    state: Path = STATE  # what may be deleted at any time: dbt's compiled project and its log
    editions: Path = EDITIONS  # what people read of published months, as it is delivered
    first_period: date | None = None  # the first month that is assessed; None = the dbt project's own
    keep: Keep = field(default_factory=Keep)  # how long what is not kept for good is kept
    alerts: AlertSettings = field(default_factory=AlertSettings)

    @property
    def expectations(self) -> Path:
        """The folder of the doors' conditions."""
        return self.project_root / "expectations"

    @property
    def dbt_project(self) -> Path:
        """The folder of the dbt project."""
        return self.project_root / "dbt_project"

    @property
    def portal_codes(self) -> Path:
        """The dated table of the portals' codes, a seed of the dbt project."""
        return self.dbt_project / "seeds" / "portal_codes.csv"

    @property
    def calendar_days(self) -> Path:
        """The dated table of holidays and worked Saturdays, a seed of the dbt project."""
        return self.dbt_project / "seeds" / "calendar_days.csv"

    @property
    def venues(self) -> Path:
        """The dated table of the places to which editions are delivered."""
        return self.dbt_project / "seeds" / "venues.csv"

    def portal(self, code: str) -> PortalSettings:
        """The connection of a portal; SettingsError names its variable when it is not set."""
        if code not in self.portals:
            raise SettingsError(f"{portal_variable(code)} is not set.\nNext: see .env.example.")
        return self.portals[code]


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process."""
    given = os.environ if environ is None else environ
    own = environment(given)
    return Settings(
        portals=portals_from_env(given),
        warehouse=warehouse_from_env(given),
        clock_url=own.clock_url,
        state=own.state,
        editions=own.editions,
        first_period=own.first_period,
        keep=own.keep,
        alerts=own.alerts,
    )


def portals_from_env(environ: Mapping[str, str] | None = None) -> Mapping[str, PortalSettings]:
    """The portals that are connected: those whose variable is set. An empty one counts as not set.

    An installation may do with the national portal alone; which portals it once read, the warehouse knows.
    """
    given = os.environ if environ is None else environ
    return {
        code: PortalSettings.from_connection(code, read_json(given, portal_variable(code)))
        for code in EXTRAS
        if given.get(portal_variable(code), "").strip()
    }


def warehouse_from_env(environ: Mapping[str, str] | None = None) -> WarehouseSettings:
    """The warehouse of this process."""
    given = os.environ if environ is None else environ
    for variable in map(role_variable, ROLES):
        refuse_placeholder(variable, given.get(variable, ""))

    def of_role(role: str) -> Mapping[str, Any] | None:
        name = role_variable(role)
        return read_json(given, name) if given.get(name, "").strip() else None

    return WarehouseSettings.from_connection(read_json(given, WAREHOUSE_VARIABLE), of_role)


def venue_from_env(name: str, environ: Mapping[str, str] | None = None) -> VenueSettings:
    """The venue of a connection's name; SettingsError names its variable when it is not set."""
    given = os.environ if environ is None else environ
    return VenueSettings.from_connection(name, read_json(given, venue_variable(name)))
