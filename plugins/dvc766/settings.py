"""Settings: where the portals and the warehouse are, and how to behave towards them.

The only module that reads environment variables. The three connections are written in Airflow's JSON
form, so that Airflow (through `airflow_bridge`) and a shell (through `from_env`) feed the same
constructors. No repr shows a secret. Every variable is listed in .env.example.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from dvc766.failures import NeedsAPerson

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ROLES = ("extractor", "transformer", "publisher", "bi_reader", "bi_public")
CLOCK_VARIABLE = "DVC766_CLOCK_URL"
FIRST_PERIOD_VARIABLE = "DVC766_FIRST_PERIOD"
STATE_VARIABLE = "DVC766_STATE"
STATE = PROJECT_ROOT / ".local" / "state"
OWNER_VARIABLE = "DVC766_OWNER_URL"

_WAREHOUSE_VARIABLE = "AIRFLOW_CONN_WAREHOUSE"


class SettingsError(NeedsAPerson, ValueError):
    """A setting is missing or unusable; the message names the variable and the next step."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How gently a portal is read."""

    page_size: int = 200
    pause_seconds: float = 0.0  # between two requests of one host
    parallel: int = 1  # requests in flight
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    call_deadline_seconds: float = 180.0  # for one try, from its start to the last byte of the reply
    tries: int = 5  # of one request, the first one included
    first_wait_seconds: float = 0.5  # before the second try; doubled, with jitter, before each further one
    slice_days: int = 31  # a longer window is landed, judged and promoted in slices of so many days


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """One portal connection: its hosts, our account there, and its manners."""

    code: str
    province_code: str
    base_url: str
    login: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)  # its other hosts and codes
    manners: Manners = Manners()
    ca_bundle: str | None = None
    proxy: str | None = field(default=None, repr=False)  # the URL may hold a password

    @classmethod
    def from_connection(cls, code: str, connection: Mapping[str, Any]) -> PortalSettings:
        """The settings in an Airflow connection of the portal `code`, given in its JSON form.

        `host` is the full base URL. Raises SettingsError for a missing host or province, a number
        that is none, and an address without TLS unless the extra `allow_http` is true.
        """
        name = portal_variable(code)
        extra = _extra(name, connection)
        base_url = _text(connection, "host")
        province_code = _text(extra, "province_code")
        if not base_url:
            raise SettingsError(f'{name} has no "host".\nNext: give the portal\'s full base URL there.')
        if not province_code:
            raise SettingsError(f'{name} has no extra "province_code".\nNext: add it, for instance "H44".')
        options = {key: str(value) for key, value in extra.items() if key not in _PORTAL_EXTRAS}
        _require_tls(name, {"host": base_url} | options, allow_http=_truth(name, extra, "allow_http"))
        return cls(
            code=code,
            province_code=province_code,
            base_url=base_url.rstrip("/"),
            login=_text(connection, "login"),
            password=_text(connection, "password"),
            options=options,
            manners=_manners(name, extra),
            ca_bundle=_text(extra, "ca_bundle") or None,
            proxy=_proxy(name, _text(extra, "proxy")),
        )


@dataclass(frozen=True, slots=True)
class WarehouseSettings:
    """The warehouse: its address and the password of each login role."""

    host: str
    port: int
    dbname: str
    passwords: Mapping[str, str] = field(repr=False)
    sslmode: str = "prefer"

    @classmethod
    def from_connection(cls, connection: Mapping[str, Any]) -> WarehouseSettings:
        """The settings in the Airflow connection `warehouse`, given in its JSON form.

        Login and password are the extractor's; the extras `<role>_password` hold the other roles'.
        """
        name = _WAREHOUSE_VARIABLE
        extra = _extra(name, connection)
        missing = [key for key in ("host", "schema") if not _text(connection, key)]
        if missing:
            raise SettingsError(f"{name} has no {' and no '.join(missing)}.\nNext: see .env.example.")
        login = _text(connection, "login")
        if login != "extractor":
            raise SettingsError(f'{name}: "login" is {login!r}.\nNext: write "extractor", and its password.')
        passwords = {role: _text(extra, f"{role}_password") for role in ROLES}
        passwords["extractor"] = _text(connection, "password")
        return cls(
            host=_text(connection, "host"),
            port=_integer(name, connection, "port", 5432),
            dbname=_text(connection, "schema"),
            passwords={role: secret for role, secret in passwords.items() if secret},
            sslmode=_text(extra, "sslmode") or "prefer",
        )

    def password(self, role: str) -> str:
        """The password of a login role; SettingsError says where to write it when it is unknown."""
        if role not in ROLES:
            raise SettingsError(f"There is no role {role!r}.\nNext: choose one of {', '.join(ROLES)}.")
        if role not in self.passwords:
            where = '"password"' if role == "extractor" else f'the extra "{role}_password"'
            raise SettingsError(f"{_WAREHOUSE_VARIABLE} has no password of {role}.\nNext: add {where}.")
        return self.passwords[role]

    def url(self, role: str) -> str:
        """The libpq URL of a role."""
        account = f"{quote(role, safe='')}:{quote(self.password(role), safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        tail = "" if self.sslmode == "prefer" else "?" + urlencode({"sslmode": self.sslmode})
        return f"postgresql://{account}@{host}:{self.port}/{quote(self.dbname, safe='')}{tail}"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it."""

    portals: Mapping[str, PortalSettings]
    warehouse: WarehouseSettings
    clock_url: str | None = None
    project_root: Path = PROJECT_ROOT
    state: Path = STATE  # what may be deleted at any time: dbt's compiled project and its log
    first_period: date | None = None  # the first month that is assessed; None = the dbt project's own

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

    def portal(self, code: str) -> PortalSettings:
        """The connection of a portal; SettingsError names its variable when it is not set."""
        if code not in self.portals:
            raise SettingsError(f"{portal_variable(code)} is not set.\nNext: see .env.example.")
        return self.portals[code]


def from_env(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Portals without a connection are left out until they are asked for."""
    given = os.environ if environ is None else environ
    codes = ("national_portal", "provincial_portal")
    return Settings(
        portals={
            code: PortalSettings.from_connection(code, _read_json(given, portal_variable(code)))
            for code in codes
            if given.get(portal_variable(code))
        },
        warehouse=warehouse_from_env(given),
        clock_url=given.get(CLOCK_VARIABLE) or None,
        state=state_from_env(given),
    )


def warehouse_from_env(environ: Mapping[str, str] | None = None) -> WarehouseSettings:
    """The warehouse of this process."""
    given = os.environ if environ is None else environ
    return WarehouseSettings.from_connection(_read_json(given, _WAREHOUSE_VARIABLE))


def owner_url_from_env() -> str:
    """The libpq URL of the database's owner, used by the migrations alone."""
    url = os.environ.get(OWNER_VARIABLE)
    if not url:
        raise SettingsError(f"{OWNER_VARIABLE} is not set.\nNext: give the libpq URL of the database's owner.")
    return url


def clock_url_from_env() -> str | None:
    """Where the business clock is asked; None = the system's clock."""
    return os.environ.get(CLOCK_VARIABLE) or None


def state_from_env(environ: Mapping[str, str] | None = None) -> Path:
    """The folder for what may be deleted at any time."""
    given = os.environ if environ is None else environ
    return Path(given.get(STATE_VARIABLE) or STATE)


def portal_variable(code: str) -> str:
    """The environment variable of a portal's connection."""
    return f"AIRFLOW_CONN_{code.upper()}"


_PORTAL_EXTRAS = {"province_code", "allow_http", "ca_bundle", "proxy", *(one.name for one in fields(Manners))}


def _manners(name: str, extra: Mapping[str, Any]) -> Manners:
    usual = Manners()
    return Manners(
        page_size=_integer(name, extra, "page_size", usual.page_size),
        pause_seconds=_number(name, extra, "pause_seconds", usual.pause_seconds, least=0),
        parallel=_integer(name, extra, "parallel", usual.parallel),
        connect_timeout=_number(name, extra, "connect_timeout", usual.connect_timeout, least=0.1),
        read_timeout=_number(name, extra, "read_timeout", usual.read_timeout, least=0.1),
        call_deadline_seconds=_number(name, extra, "call_deadline_seconds", usual.call_deadline_seconds, least=0.1),
        tries=_integer(name, extra, "tries", usual.tries),
        first_wait_seconds=_number(name, extra, "first_wait_seconds", usual.first_wait_seconds, least=0),
        slice_days=_integer(name, extra, "slice_days", usual.slice_days),
    )


def _month(environ: Mapping[str, str], name: str) -> date | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise SettingsError(f"{name} is {text!r}.\nNext: write a month as YYYY-MM, for instance 2025-05.") from None


def _read_json(environ: Mapping[str, str], name: str) -> Mapping[str, Any]:
    text = environ.get(name, "")
    if not text:
        raise SettingsError(f"{name} is not set.\nNext: copy its line from .env.example and fill it in.")
    try:
        value = json.loads(text)
    except ValueError:
        value = None  # the text holds a password: it must not reach the message, nor the cause
    if not isinstance(value, dict):
        raise SettingsError(f"{name} is no JSON object.\nNext: write it as in .env.example.")
    return value


def _extra(name: str, connection: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = connection.get("extra") or {}
    if isinstance(extra, str):
        extra = _read_json({f'{name}, "extra",': extra}, f'{name}, "extra",')
    if not isinstance(extra, Mapping):
        raise SettingsError(f'{name}: "extra" is no JSON object.\nNext: write it as in .env.example.')
    return extra


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    return "" if value is None else str(value).strip()


def _integer(name: str, given: Mapping[str, Any], key: str, usual: int) -> int:
    number = _number(name, given, key, usual, least=1)
    if number != int(number):
        raise SettingsError(f"{name}: {key!r} is {number}.\nNext: write a whole number there.")
    return int(number)


def _number(name: str, given: Mapping[str, Any], key: str, usual: float, *, least: float) -> float:
    text = _text(given, key)
    if not text:
        return usual
    try:
        number = float(text)
    except ValueError:
        raise SettingsError(f"{name}: {key!r} is {text!r}.\nNext: write a number there.") from None
    if not least <= number < float("inf"):
        raise SettingsError(f"{name}: {key!r} is {text}.\nNext: write a number of at least {least} there.")
    return number


def _truth(name: str, given: Mapping[str, Any], key: str) -> bool:
    text = _text(given, key).lower()
    if text not in ("", "true", "false", "1", "0"):
        raise SettingsError(f"{name}: {key!r} is {text!r}.\nNext: write true or false there.")
    return text in ("true", "1")


def _proxy(name: str, address: str) -> str | None:
    """The proxy's URL. It may be http://: what goes through to an https:// portal stays encrypted."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f"{name}: 'proxy' is no full URL.\nNext: write it like http://proxy.example.gov.vn:3128, "
            "with login:password@ before the host if the proxy asks for them."
        )
    return address


def _require_tls(name: str, addresses: Mapping[str, str], *, allow_http: bool) -> None:
    for key, address in addresses.items():
        if key != "host" and not key.endswith("_url"):
            continue
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"{name}: {key!r} is no full URL.\nNext: write one that begins with https://.")
        if parts.scheme == "http" and not allow_http:
            raise SettingsError(
                f"{name}: {key!r} has no TLS.\n"
                "Next: use https://; for the simulator on this machine set the extra allow_http to true."
            )
