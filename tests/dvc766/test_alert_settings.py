"""Who is told is a setting: whole or absent, refused by name, its secrets never shown."""

from __future__ import annotations

import pytest

from dvc766.settings import AlertSettings, SettingsError, environment

MAIL = {
    "DVC766_ALERT_MAIL_URL": "smtp://truc:p%40ss@mail.example.gov.vn",
    "DVC766_ALERT_MAIL_FROM": "dvc766@example.gov.vn",
    "DVC766_ALERT_MAIL_TO": "truc@example.gov.vn, to-truong@example.gov.vn",
}
HOOK = {"DVC766_ALERT_WEBHOOK_URL": "https://chat.example.gov.vn/hooks/s3cret"}


def test_without_a_variable_there_is_no_channel() -> None:
    assert environment({"DVC766_ALERT_MAIL_URL": " "}).alerts == AlertSettings()


def test_both_channels_are_read_and_no_secret_is_shown() -> None:
    alerts = environment(MAIL | HOOK | {"DVC766_AIRFLOW_PORT": "8089"}).alerts
    assert alerts.mail is not None
    assert (alerts.mail.host, alerts.mail.port, alerts.mail.is_tls_from_the_start) == (
        "mail.example.gov.vn",
        587,
        False,
    )
    assert (alerts.mail.login, alerts.mail.password) == ("truc", "p@ss")
    assert alerts.mail.recipients == ("truc@example.gov.vn", "to-truong@example.gov.vn")
    assert not alerts.mail.may_do_without_tls
    assert alerts.webhook_url == HOOK["DVC766_ALERT_WEBHOOK_URL"]
    assert alerts.airflow_url == "http://127.0.0.1:8089"
    shown = repr(alerts) + repr(environment(MAIL | HOOK))
    assert "p@ss" not in shown and "p%40ss" not in shown and "s3cret" not in shown


def test_tls_from_the_first_byte_has_a_port_of_its_own() -> None:
    mail = environment(MAIL | {"DVC766_ALERT_MAIL_URL": "smtps://mail.example.gov.vn"}).alerts.mail
    assert mail is not None and (mail.port, mail.is_tls_from_the_start) == (465, True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"DVC766_ALERT_MAIL_TO": ""}, "DVC766_ALERT_MAIL_TO is not set, but other settings of mail are"),
        ({"DVC766_ALERT_MAIL_URL": ""}, "DVC766_ALERT_MAIL_URL is not set"),
        ({"DVC766_ALERT_MAIL_URL": "http://p%40ss@mail"}, "DVC766_ALERT_MAIL_URL is no address of a mail server"),
        ({"DVC766_ALERT_MAIL_URL": "smtp://p%40ss@mail:port"}, "DVC766_ALERT_MAIL_URL is no address of a mail server"),
        ({"DVC766_ALERT_MAIL_URL": "smtp://p%40ss@CHANGE_ME"}, "still holds the placeholder"),
        ({"DVC766_ALERT_MAIL_TO": "somebody"}, "DVC766_ALERT_MAIL_TO holds no mail address"),
        ({"DVC766_ALERT_MAIL_FROM": "a b@c"}, "DVC766_ALERT_MAIL_FROM holds no mail address"),
        ({"DVC766_ALERT_WEBHOOK_URL": "http://chat.example.gov.vn/s3cret"}, "DVC766_ALERT_WEBHOOK_URL is no https"),
        ({"DVC766_ALERT_FREE_PERCENT": "0"}, "DVC766_ALERT_FREE_PERCENT cannot be used"),
        ({"DVC766_ALERT_MAIL": "x"}, "DVC766_ALERT_MAIL is set, but nothing reads it"),
    ],
)
def test_what_cannot_be_used_is_named(changes: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as refused:
        _ = environment(MAIL | HOOK | changes).alerts
    assert "Next: " in str(refused.value)
    assert not {"p@ss", "p%40ss", "s3cret"} & set(str(refused.value).replace("/", " ").replace("@", " ").split())
