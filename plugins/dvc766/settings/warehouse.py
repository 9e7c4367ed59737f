"""The warehouse's connections: its address, how it is reached, and the password of each login role.

`AIRFLOW_CONN_WAREHOUSE` holds the address; each role has a connection of its own, `AIRFLOW_CONN_WAREHOUSE_<ROLE>`, with
its login and password alone, so that a process is given, or asks for, the roles that it works as. On a machine where
one process does everything the passwords may stand in the first: the extractor's as its own, others' as extras.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import Field, SkipValidation
from pydantic.dataclasses import dataclass

from dvc766.settings.refusals import EXACT, SettingsError, checked_connection, text_of, validated

ROLES = ("extractor", "transformer", "publisher", "bi_reader", "bi_public", "ops_reader", "watchdog")
WAREHOUSE_VARIABLE = "AIRFLOW_CONN_WAREHOUSE"

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_MAYBE_PLAIN = ("disable", "allow", "prefer")


def role_variable(role: str) -> str:
    """The variable of a role's own connection."""
    return f"{WAREHOUSE_VARIABLE}_{role.upper()}"


@dataclass(frozen=True, kw_only=True, config=EXACT)
class _WarehouseExtra:
    transformer_password: str = field(default="", repr=False)
    publisher_password: str = field(default="", repr=False)
    bi_reader_password: str = field(default="", repr=False)
    bi_public_password: str = field(default="", repr=False)
    ops_reader_password: str = field(default="", repr=False)
    watchdog_password: str = field(default="", repr=False)
    sslmode: SslMode | None = None
    ca_bundle: str | None = None
    allow_plain_text: bool = False


@dataclass(frozen=True, config=EXACT)
class _NoExtra:
    """A role's own connection has none."""


@dataclass(frozen=True)
class WarehouseSettings:
    """The warehouse: its address and the password of each login role that this process may work as."""

    host: str
    port: int
    dbname: str
    passwords: SkipValidation[Mapping[str, str]] = field(repr=False)  # else each would be asked for at once
    sslmode: str = "prefer"
    ca_bundle: str | None = None

    @classmethod
    def from_connection(
        cls, connection: Mapping[str, Any], of_role: Callable[[str], Mapping[str, Any] | None] = lambda role: None
    ) -> WarehouseSettings:
        """The settings in the Airflow connection `warehouse`, given in its JSON form.

        `of_role` gives a role's own connection, if there is one; it is asked when the role's password is needed.
        Off this machine the server's certificate is verified; what is weaker has to be written down.
        """
        name = WAREHOUSE_VARIABLE
        given = checked_connection(name, connection)
        extra = validated(name, _WarehouseExtra, given["extra"])
        missing = [key for key in ("host", "schema") if not text_of(given, key)]
        if missing:
            raise SettingsError(f"{name} has no {' and no '.join(missing)}.\nNext: see .env.example.")
        login, password = text_of(given, "login"), text_of(given, "password")
        if login != "extractor" and (login or password):
            raise SettingsError(f'{name}: "login" is {login!r}.\nNext: write "extractor", and its password.')
        passwords = {role: getattr(extra, f"{role}_password", "") for role in ROLES} | {"extractor": password}
        host = text_of(given, "host")
        return cls(
            host=host,
            port=validated(name, _Port, {"port": given.get("port") or 5432}).port,
            dbname=text_of(given, "schema"),
            passwords=_Passwords({role: secret for role, secret in passwords.items() if secret}, of_role),
            sslmode=_sslmode(host, extra),
            ca_bundle=extra.ca_bundle,
        )

    def password(self, role: str) -> str:
        """The password of a login role; SettingsError says where to write it when it is unknown."""
        if role not in ROLES:
            raise SettingsError(f"There is no role {role!r}.\nNext: choose one of {', '.join(ROLES)}.")
        found = self.passwords.get(role)
        if not found:
            raise SettingsError(
                f"There is no password of {role} here.\n"
                f"Next: give this process {role_variable(role)}; see .env.example."
            )
        return found

    def url(self, role: str) -> str:
        """The libpq URL of a role."""
        account = f"{quote(role, safe='')}:{quote(self.password(role), safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        tail = "?" + urlencode(self.tls) if self.tls else ""
        return f"postgresql://{account}@{host}:{self.port}/{quote(self.dbname, safe='')}{tail}"

    @property
    def tls(self) -> Mapping[str, str]:
        """What libpq is told of TLS, by its own names; nothing where its defaults are meant."""
        told = {} if self.sslmode == "prefer" else {"sslmode": self.sslmode}
        return told | ({"sslrootcert": self.ca_bundle} if self.ca_bundle else {})


def is_loopback(host: str) -> bool:
    """Whether a host, by its name or address, is this machine, or a folder with a socket."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith("/")


def _sslmode(host: str, extra: _WarehouseExtra) -> str:
    if is_loopback(host):
        return extra.sslmode or "prefer"
    if extra.sslmode in _MAYBE_PLAIN and not extra.allow_plain_text:
        raise SettingsError(
            f'{WAREHOUSE_VARIABLE}: "sslmode" {extra.sslmode!r} would send passwords and records to {host}'
            " in plain text.\n"
            'Next: take "sslmode" away (verify-full is the default; "ca_bundle" names the authority\'s file), or, where'
            ' nobody else is on that network, add "allow_plain_text": true.'
        )
    return extra.sslmode or "verify-full"


class _Passwords(Mapping[str, str]):
    """The passwords that stand here, and those that a role's own connection gives when it is asked for."""

    def __init__(self, here: Mapping[str, str], of_role: Callable[[str], Mapping[str, Any] | None]) -> None:
        self._known = dict(here)
        self._of_role = of_role

    def __getitem__(self, role: str) -> str:
        if role in ROLES and role not in self._known:
            connection = self._of_role(role)
            if connection is not None:
                self._known[role] = _own_password(role, connection)
        return self._known[role]

    def __iter__(self) -> Iterator[str]:
        return (role for role in ROLES if self.get(role))

    def __len__(self) -> int:
        return len(list(iter(self)))


def _own_password(role: str, connection: Mapping[str, Any]) -> str:
    name = role_variable(role)
    given = checked_connection(name, connection, unread=("host", "port", "schema"))
    validated(name, _NoExtra, given["extra"])
    if text_of(given, "login") != role or not text_of(given, "password"):
        raise SettingsError(f'{name} is not {role}\'s.\nNext: write "login": "{role}", and its password.')
    return text_of(given, "password")


@dataclass(frozen=True, config=EXACT)
class _Port:
    port: Annotated[int, Field(ge=1, le=65535)]
