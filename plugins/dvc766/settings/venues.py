"""One venue's connection: where the editions of a publication are put, and our account there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import Field
from pydantic.dataclasses import dataclass

from dvc766.settings.refusals import EXACT, SettingsError, checked_connection, text_of, validated

FOLDER, S3, SFTP, HTTPS, HTTP = "file", "s3", "sftp", "https", "http"
SCHEMES = (FOLDER, S3, SFTP, HTTPS, HTTP)

Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
TimeLimit = Annotated[float, Field(ge=0.1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, kw_only=True, config=EXACT)
class VenueExtra:
    """What the extra of a venue's connection may say."""

    endpoint: Text | None = None  # s3: the address of the store; None = Amazon's
    region: Text | None = None  # s3
    host_key: Text | None = None  # sftp: "ssh-ed25519 AAAA…", as in known_hosts; a server with another key is refused
    key_file: Text | None = None  # sftp: our private key, where there is no password
    token_url: Text | None = None  # https: where a token is had for login and password
    ca_bundle: Text | None = None  # https, s3
    allow_http: bool = False  # for servers on this machine
    connect_timeout: TimeLimit = 10.0
    read_timeout: TimeLimit = 120.0
    tries: Count = 4  # of one delivery, the first one included
    first_wait_seconds: Seconds = 2.0  # before the second try; doubled, with jitter, before each further one


# Which extras each kind of address reads; the rest are read by all.
_READ_BY = {
    "endpoint": (S3,),
    "region": (S3,),
    "host_key": (SFTP,),
    "key_file": (SFTP,),
    "token_url": (HTTPS, HTTP),
    "ca_bundle": (HTTPS, HTTP, S3),
    "allow_http": (HTTP, S3),
}


@dataclass(frozen=True)
class VenueSettings:
    """Where a venue is, as a URL without an account in it, and how it is written to."""

    name: str
    url: str
    login: str = ""
    password: str = field(default="", repr=False)
    extra: VenueExtra = field(default_factory=VenueExtra)

    @classmethod
    def from_connection(cls, name: str, connection: Mapping[str, Any]) -> VenueSettings:
        """The settings in the Airflow connection `name`, given in its JSON form.

        `host` is the whole address: file:///srv/…, s3://bucket/prefix, sftp://host:port/folder or https://….
        Raises SettingsError for a setting that is missing, unknown or unusable.
        """
        variable = venue_variable(name)
        given = checked_connection(variable, connection, unread=("port", "schema"))
        extra = validated(variable, VenueExtra, given["extra"])
        url = text_of(given, "host").rstrip("/")
        parts = _parts(variable, url)
        for key in given["extra"]:
            if parts.scheme not in _READ_BY.get(key, SCHEMES):
                raise SettingsError(f"{variable}: {key!r} is not read for {parts.scheme}://.\nNext: take it away.")
        own = cls(name, url, text_of(given, "login"), text_of(given, "password"), extra)
        own._require_safe(variable, parts.scheme)
        return own

    @property
    def scheme(self) -> str:
        """The kind of address."""
        return urlsplit(self.url).scheme

    def _require_safe(self, variable: str, scheme: str) -> None:
        """No words in the clear, no account in two places, no server that nobody has looked at."""
        addresses = {"host": self.url if scheme in (HTTP, HTTPS) else None, "endpoint": self.extra.endpoint}
        for key, address in (addresses | {"token_url": self.extra.token_url}).items():
            if address and urlsplit(address).scheme != HTTPS and not self.extra.allow_http:
                raise SettingsError(
                    f"{variable}: {key!r} has no TLS.\n"
                    "Next: use https://; for a server on this machine set the extra allow_http to true."
                )
        if scheme == SFTP and not self.extra.host_key:
            raise SettingsError(
                f"{variable} has no extra 'host_key'.\n"
                "Next: ask the server's keeper for its key (ssh-keyscan shows one), and write it there."
            )
        if scheme == SFTP and not (self.login and (self.password or self.extra.key_file)):
            raise SettingsError(
                f'{variable} has no "login", or neither "password" nor the extra "key_file".\nNext: add.'
            )
        if self.extra.token_url and not (self.login and self.password):
            raise SettingsError(f'{variable} has a token_url, but no "login" and "password".\nNext: add them.')


def venue_variable(name: str) -> str:
    """The environment variable of a venue's connection."""
    return f"AIRFLOW_CONN_{name.upper()}"


def _parts(variable: str, url: str) -> SplitResult:
    parts = urlsplit(url)
    is_whole = parts.path.startswith("/") if parts.scheme == FOLDER else bool(parts.hostname)
    if parts.scheme not in SCHEMES or not is_whole or (parts.scheme == FOLDER and parts.netloc):
        raise SettingsError(
            f'{variable}: "host" is no address of a venue.\n'
            "Next: write file:///folder, s3://bucket/prefix, sftp://host:port/folder or https://host/path."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            f'{variable}: "host" may hold neither an account nor a query.\n'
            'Next: write the account into "login" and "password".'
        )
    return parts
