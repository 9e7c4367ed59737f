"""The variables that begin with DVC766_."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from dvc766.settings.alerts import AlertSettings, AlertVariables
from dvc766.settings.refusals import EXACT, SettingsError, meant, refuse_placeholder
from dvc766.settings.retention import Days, Keep, YearAndMore
from dvc766.settings.warehouse import is_loopback

PROJECT_ROOT = Path(__file__).resolve().parents[3]
STATE = PROJECT_ROOT / ".local" / "state"
EDITIONS = PROJECT_ROOT / ".local" / "editions"
PREFIX = "DVC766_"
LEAST_PASSWORD = 12

Port = Annotated[int, Field(ge=1, le=65535)]


def _first_day(text: object) -> object:
    """2025-05 is the first day of May 2025."""
    return f"{text}-01" if isinstance(text, str) and len(text) == len("2025-05") else "write a month as YYYY-MM"


class Environment(AlertVariables):
    """The variables that begin with DVC766_: all there are, whichever program reads them."""

    model_config = EXACT | ConfigDict(frozen=True)

    version: str | None = None  # which release docker-compose.yaml builds and runs
    clock_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None  # the simulator's business clock
    first_period: Annotated[date, BeforeValidator(_first_day)] | None = None
    state: Path = STATE
    editions: Path = EDITIONS
    owner_url: SecretStr | None = None  # the database's owner: migrations alone
    owner_password: SecretStr | None = None  # the same for docker-compose.yaml
    backup_key: SecretStr | None = None  # encrypts the backups; docker-compose.yaml hands it to pgBackRest
    airflow_port: Port = 8080
    warehouse_port: Port = 5432
    postgres_port: Port = 5766  # of the embedded server
    bi_port: Port = 8088  # of Superset in docker-compose.yaml
    keep_landing_days: Days = Keep.landing_days
    keep_aside_days: Days = Keep.aside_days
    keep_quarantine_days: YearAndMore = Keep.quarantine_days
    keep_restatements_days: YearAndMore = Keep.restatements_days
    keep_logs_days: Days = Keep.logs_days
    keep_metadata_days: Days = Keep.metadata_days

    @property
    def keep(self) -> Keep:
        """How long what is not kept for good is kept."""
        return Keep(**{field.name: getattr(self, f"keep_{field.name}") for field in fields(Keep)})

    @property
    def alerts(self) -> AlertSettings:
        """Who is told of what; SettingsError when the variables of one channel do not stand together."""
        return AlertSettings.of(self, self.airflow_port)


def environment(environ: Mapping[str, str] | None = None) -> Environment:
    """The DVC766_ variables of this process; empty ones count as not set.

    Raises SettingsError for a variable that nothing reads, a placeholder, or a value of the wrong kind.
    """
    given = os.environ if environ is None else environ
    own = {name: value.strip() for name, value in given.items() if name.startswith(PREFIX) and value.strip()}
    for name, value in given.items():
        if name.startswith("AIRFLOW") and not name.startswith("AIRFLOW_CONN_"):  # those name the key in question
            refuse_placeholder(name, value)
    for name, value in own.items():
        if name.removeprefix(PREFIX).lower() not in Environment.model_fields or not name.isupper():
            known = [f"{PREFIX}{known.upper()}" for known in Environment.model_fields]
            raise SettingsError(f"{name} is set, but nothing reads it.\nNext: {meant(name, known)}")
        refuse_placeholder(name, value)
    try:
        return Environment(**{name.removeprefix(PREFIX).lower(): value for name, value in own.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        name = f"{PREFIX}{str(found['loc'][0]).upper()}"
        hint = " Write a month as YYYY-MM, for instance 2025-05." if name.endswith("FIRST_PERIOD") else ""
        raise SettingsError(f"{name} cannot be used: {found['msg']}.\nNext: see .env.example.{hint}") from None


def owner_url_from_env() -> str:
    """The libpq URL of the database's owner, used by the migrations alone.

    Off this machine the server's certificate is verified unless the URL names another `sslmode`.
    """
    url = environment().owner_url
    if url is None:
        raise SettingsError(f"{PREFIX}OWNER_URL is not set.\nNext: give the libpq URL of the database's owner.")
    text = url.get_secret_value()
    parts = urlsplit(text)
    if is_loopback(parts.hostname or "localhost") or "sslmode" in parse_qs(parts.query):
        return text
    return text + ("&" if parts.query else "?") + "sslmode=verify-full"


def admin_password_from_env() -> str:
    """The password of Airflow's administrator, read where the account is made alone."""
    name = "AIRFLOW_ADMIN_PASSWORD"
    password = os.environ.get(name, "")
    refuse_placeholder(name, password)
    if len(password) < LEAST_PASSWORD:
        raise SettingsError(f"{name} is missing or shorter than {LEAST_PASSWORD} letters.\nNext: see .env.example.")
    return password
