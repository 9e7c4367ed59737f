"""The ways to a person: mail, and a webhook. A failure is told without the channel's secrets."""

from __future__ import annotations

import logging
import smtplib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import requests

from dvc766.alerts.digest import Digest
from dvc766.settings import AlertSettings, MailServer

MAIL, WEBHOOK, LOG = "mail", "webhook", "log"
_SECONDS = 30.0

_LOG = logging.getLogger(__name__)


class ChannelDown(Exception):
    """A message could not be handed over; the text names the kind of failure, and no address or secret."""


class Channel(ABC):
    """A way to people."""

    name: str

    @abstractmethod
    def send(self, digest: Digest) -> None:
        """Hand a digest over; ChannelDown when that is not certain."""


class Mail(Channel):
    """Mail by SMTP, over TLS."""

    name = MAIL

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, digest: Digest) -> None:
        message = EmailMessage()
        message["Subject"] = digest.subject_vi
        message["From"] = self._server.sender
        message["To"] = ", ".join(self._server.recipients)
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain=self._server.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(digest.text_vi)
        try:
            with self._connected() as smtp:
                refused = smtp.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise ChannelDown(f"máy chủ thư trả lời mã {error.smtp_code}.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(f"không gửi được tới máy chủ thư ({type(error).__name__}).") from error
        if refused:
            raise ChannelDown(f"máy chủ thư từ chối {len(refused)} người nhận.")

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.is_tls_from_the_start:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        try:
            smtp.ehlo()
            if not server.is_tls_from_the_start and (smtp.has_extn("starttls") or not server.may_do_without_tls):
                smtp.starttls(context=context)
            if server.login:
                smtp.login(server.login, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


class Webhook(Channel):
    """An HTTPS address that takes JSON: `text` is what chat servers show, the rest is for programs."""

    name = WEBHOOK

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, digest: Digest) -> None:
        body = {"text": f"{digest.subject_vi}\n\n{digest.text_vi}"} | digest.as_json()
        try:
            with requests.Session() as session:
                session.trust_env = False
                reply = session.post(self._url, json=body, timeout=(10, _SECONDS), allow_redirects=False)
        except requests.RequestException as error:
            raise ChannelDown(f"không gọi được webhook ({type(error).__name__}).") from None  # the text holds the URL
        if not 200 <= reply.status_code < 300:
            raise ChannelDown(f"webhook trả lời mã {reply.status_code}.")


class Log(Channel):
    """Where no channel is configured: the log of the task, or what cron mails."""

    name = LOG

    def send(self, digest: Digest) -> None:
        _LOG.warning("%s\n%s", digest.subject_vi, digest.text_vi)


def channels_of(settings: AlertSettings) -> Sequence[Channel]:
    """The channels that are configured; the log when none is."""
    mail = [Mail(settings.mail)] if settings.mail else []
    webhook = [Webhook(settings.webhook_url)] if settings.webhook_url else []
    return [*mail, *webhook] or [Log()]


def names_of(settings: AlertSettings) -> set[str]:
    """The names of the channels in use."""
    return {channel.name for channel in channels_of(settings)}
