"""The warehouse's connection: its address and the password of each login role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import Field
from pydantic.dataclasses import dataclass

from dvc766.settings.refusals import EXACT, SettingsError, checked_connection, text_of, validated

ROLES = ("extractor", "transformer", "publisher", "bi_reader", "bi_public", "ops_reader", "watchdog")
WAREHOUSE_VARIABLE = "AIRFLOW_CONN_WAREHOUSE"


@dataclass(frozen=True, kw_only=True, config=EXACT)
class _WarehouseExtra:
    transformer_password: str = field(default="", repr=False)
    publisher_password: str = field(default="", repr=False)
    bi_reader_password: str = field(default="", repr=False)
    bi_public_password: str = field(default="", repr=False)
    ops_reader_password: str = field(default="", repr=False)
    watchdog_password: str = field(default="", repr=False)
    sslmode: str = "prefer"


@dataclass(frozen=True)
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
        name = WAREHOUSE_VARIABLE
        given = checked_connection(name, connection)
        extra = validated(name, _WarehouseExtra, given["extra"])
        missing = [key for key in ("host", "schema") if not text_of(given, key)]
        if missing:
            raise SettingsError(f"{name} has no {' and no '.join(missing)}.\nNext: see .env.example.")
        login = text_of(given, "login")
        if login != "extractor":
            raise SettingsError(f'{name}: "login" is {login!r}.\nNext: write "extractor", and its password.')
        passwords = {role: getattr(extra, f"{role}_password", "") for role in ROLES}
        passwords["extractor"] = text_of(given, "password")
        return cls(
            host=text_of(given, "host"),
            port=validated(name, _Port, {"port": given.get("port") or 5432}).port,
            dbname=text_of(given, "schema"),
            passwords={role: secret for role, secret in passwords.items() if secret},
            sslmode=extra.sslmode,
        )

    def password(self, role: str) -> str:
        """The password of a login role; SettingsError says where to write it when it is unknown."""
        if role not in ROLES:
            raise SettingsError(f"There is no role {role!r}.\nNext: choose one of {', '.join(ROLES)}.")
        if role not in self.passwords:
            where = '"password"' if role == "extractor" else f'the extra "{role}_password"'
            raise SettingsError(f"{WAREHOUSE_VARIABLE} has no password of {role}.\nNext: add {where}.")
        return self.passwords[role]

    def url(self, role: str) -> str:
        """The libpq URL of a role."""
        account = f"{quote(role, safe='')}:{quote(self.password(role), safe='')}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        tail = "" if self.sslmode == "prefer" else "?" + urlencode({"sslmode": self.sslmode})
        return f"postgresql://{account}@{host}:{self.port}/{quote(self.dbname, safe='')}{tail}"


@dataclass(frozen=True, config=EXACT)
class _Port:
    port: Annotated[int, Field(ge=1, le=65535)]
