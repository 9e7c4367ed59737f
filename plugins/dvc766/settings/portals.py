"""One portal's connection: its hosts, our account there, and how gently it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, fields
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field
from pydantic.dataclasses import dataclass

from dvc766.settings.refusals import EXACT, SettingsError, checked_connection, text_of, validated

Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
TimeLimit = Annotated[float, Field(ge=0.1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, kw_only=True, config=EXACT)
class Manners:
    """How gently a portal is read."""

    page_size: Count = 200
    pause_seconds: Seconds = 0.0  # between two requests of one host
    parallel: Count = 1  # requests in flight
    connect_timeout: TimeLimit = 10.0
    read_timeout: TimeLimit = 60.0
    call_deadline_seconds: TimeLimit = 180.0  # for one try, from its start to the last byte of the reply
    tries: Count = 5  # of one request, the first one included
    slice_days: Count = 31  # a longer window is read, judged and promoted in slices of so many days,
    slice_records: Count = 20_000  # which are joined while they hold no more records together
    first_wait_seconds: Seconds = 0.5  # before the second try; doubled, with jitter, before each further one


@dataclass(frozen=True, kw_only=True, config=EXACT)
class _PortalExtra(Manners):
    """What the extra of any portal's connection may say."""

    province_code: Text
    allow_http: bool = False  # for the simulator on this machine
    ca_bundle: str | None = None
    proxy: str | None = field(default=None, repr=False)  # the URL may hold a password
    synthetic: bool = False  # the portal is the simulator: its records never meet real ones


@dataclass(frozen=True, kw_only=True, config=EXACT)
class NationalExtra(_PortalExtra):
    """The exchange of the national portal, for those whom it lets in: all three or none. The rest is public."""

    exchange_url: Text | None = None
    dstcode: Text | None = field(default=None, repr=False)
    madonvi: Text | None = None


@dataclass(frozen=True, kw_only=True, config=EXACT)
class ProvincialExtra(_PortalExtra):
    """The further hosts of the provincial portal."""

    token_url: Text
    petitions_url: Text
    local_url: Text


EXTRAS: Mapping[str, type[_PortalExtra]] = {"national_portal": NationalExtra, "provincial_portal": ProvincialExtra}


@dataclass(frozen=True)
class PortalSettings:
    """One portal connection: its hosts, our account there, and its manners."""

    code: str
    province_code: str
    base_url: str
    login: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)  # its other hosts and codes
    manners: Manners = field(default_factory=Manners)
    ca_bundle: str | None = None
    proxy: str | None = field(default=None, repr=False)  # the URL may hold a password
    synthetic: bool = False

    @classmethod
    def from_connection(cls, code: str, connection: Mapping[str, Any]) -> PortalSettings:
        """The settings in an Airflow connection of the portal `code`, given in its JSON form.

        `host` is the full base URL. Raises SettingsError for a setting that is missing, unknown or
        unusable, and for an address without TLS unless the extra `allow_http` is true.
        """
        name = portal_variable(code)
        given = checked_connection(name, connection, unread=("port", "schema"))
        extra = validated(name, EXTRAS[code], given["extra"])
        base_url = text_of(given, "host")
        if not base_url:
            raise SettingsError(f'{name} has no "host".\nNext: give the portal\'s full base URL there.')
        own = {item.name for item in fields(EXTRAS[code])} - {item.name for item in fields(_PortalExtra)}
        options = {key: str(value) for key in sorted(own) if (value := getattr(extra, key)) is not None}
        _require_all_or_none(name, own, options, given)
        _require_tls(name, {"host": base_url} | options, allow_http=extra.allow_http)
        return cls(
            code=code,
            province_code=extra.province_code,
            base_url=base_url.rstrip("/"),
            login=text_of(given, "login"),
            password=text_of(given, "password"),
            options=options,
            manners=Manners(**{item.name: getattr(extra, item.name) for item in fields(Manners)}),
            ca_bundle=extra.ca_bundle,
            proxy=_proxy(name, extra.proxy),
            synthetic=extra.synthetic,
        )


def _require_all_or_none(name: str, own: Collection[str], options: Mapping[str, str], given: Mapping[str, Any]) -> None:
    """Hosts that need access are given with all that belongs to them, or not at all."""
    missing = sorted(set(own) - set(options))
    if options and missing:
        raise SettingsError(f"{name} has no extra {missing[0]!r}.\nNext: add it; see .env.example.")
    unread = [key for key in ("login", "password") if missing and text_of(given, key)]
    if unread:
        raise SettingsError(
            f"{name}: {unread[0]!r} is set, but without the extra {missing[0]!r} nothing reads it.\n"
            f"Next: add {', '.join(missing)}, or take it away; see .env.example."
        )


def portal_variable(code: str) -> str:
    """The environment variable of a portal's connection."""
    return f"AIRFLOW_CONN_{code.upper()}"


def _proxy(name: str, address: str | None) -> str | None:
    """The proxy's URL. It may be http://: what goes through to an https:// portal stays encrypted."""
    if address is None:
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
