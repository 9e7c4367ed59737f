"""Who is told when something is wrong, by which channels, and from what on."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr
from pydantic.dataclasses import dataclass

from dvc766.settings.refusals import EXACT, SettingsError

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SMTP_PORTS = {"smtp": 587, "smtps": 465}
_VARIABLE = "DVC766_ALERT_"

Count = Annotated[int, Field(ge=1)]


class AlertVariables(BaseModel):
    """The variables that begin with DVC766_ALERT_."""

    alert_mail_url: SecretStr | None = None
    alert_mail_from: str | None = None
    alert_mail_to: str | None = None
    alert_webhook_url: SecretStr | None = None
    alert_reminder_hours: Count = 24
    alert_free_percent: Annotated[int, Field(ge=1, le=90)] = 10
    alert_quarantine_records: Count = 50
    alert_backup_hours: Count = 26
    alert_folders: str | None = None
    alert_airflow_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    alert_runbooks_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


@dataclass(frozen=True, config=EXACT)
class MailServer:
    """A mail server, our account there, who writes and who is written to."""

    host: str
    port: int
    is_tls_from_the_start: bool
    sender: str
    recipients: tuple[str, ...]
    login: str = ""
    password: str = field(default="", repr=False)

    @property
    def may_do_without_tls(self) -> bool:
        """A server on this machine may offer none; every other one must."""
        return self.host in _LOOPBACK

    @classmethod
    def of(cls, url: str, sender: str, recipients: str) -> Self:
        """From smtp://login:password@host:port (STARTTLS) or smtps://… (TLS from the first byte)."""
        parts = urlsplit(url)
        port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
        is_number = port.isdecimal() or not port
        if parts.scheme not in _SMTP_PORTS or not parts.hostname or not is_number or parts.path.strip("/"):
            raise SettingsError(
                f"{_VARIABLE}MAIL_URL is no address of a mail server.\n"
                "Next: write smtp://login:password@host:587 or smtps://login:password@host:465."
            )
        everybody = tuple(filter(None, map(str.strip, recipients.split(","))))
        for name, given in (("FROM", [sender]), ("TO", everybody)):
            if not given or not all(one.count("@") == 1 and " " not in one for one in given):
                raise SettingsError(f"{_VARIABLE}MAIL_{name} holds no mail address.\nNext: see .env.example.")
        return cls(
            *(parts.hostname, int(port or _SMTP_PORTS[parts.scheme]), parts.scheme == "smtps", sender, everybody),
            login=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


@dataclass(frozen=True, config=EXACT)
class AlertSettings:
    """How people are told, and the limits that no dated rule of the ranking is about."""

    mail: MailServer | None = None
    webhook_url: str | None = field(default=None, repr=False)  # it holds the webhook's secret
    reminder_hours: int = 24
    free_percent: int = 10  # of a disk; with less of it free somebody is told
    quarantine_records: int = 50
    backup_hours: int = 26
    folders: tuple[Path, ...] = ()  # further folders whose disks are watched, such as the database's
    airflow_url: str = "http://127.0.0.1:8080"
    runbooks_url: str | None = None  # where the runbooks are read; None = their place in the repository

    @classmethod
    def of(cls, given: AlertVariables, airflow_port: int) -> Self:
        """From the variables; SettingsError when some of them do not stand together."""
        named = {"MAIL_URL": given.alert_mail_url, "MAIL_FROM": given.alert_mail_from, "MAIL_TO": given.alert_mail_to}
        missing = [name for name, value in named.items() if value is None]
        if missing and len(missing) < len(named):
            raise SettingsError(
                f"{_VARIABLE}{missing[0]} is not set, but other settings of mail are.\n"
                "Next: set MAIL_URL, MAIL_FROM and MAIL_TO together, or none of them; see .env.example."
            )
        mail = None
        if given.alert_mail_url and given.alert_mail_from and given.alert_mail_to:
            mail = MailServer.of(given.alert_mail_url.get_secret_value(), given.alert_mail_from, given.alert_mail_to)
        return cls(
            mail=mail,
            webhook_url=_webhook(given.alert_webhook_url),
            reminder_hours=given.alert_reminder_hours,
            free_percent=given.alert_free_percent,
            quarantine_records=given.alert_quarantine_records,
            backup_hours=given.alert_backup_hours,
            folders=tuple(map(Path, filter(None, (given.alert_folders or "").split(":")))),
            airflow_url=(given.alert_airflow_url or f"http://127.0.0.1:{airflow_port}").rstrip("/"),
            runbooks_url=given.alert_runbooks_url.rstrip("/") if given.alert_runbooks_url else None,
        )


def _webhook(given: SecretStr | None) -> str | None:
    if given is None:
        return None
    parts = urlsplit(given.get_secret_value())
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise SettingsError(
            f"{_VARIABLE}WEBHOOK_URL is no https:// address.\nNext: write the whole address that the receiver gave."
        )
    return given.get_secret_value()
