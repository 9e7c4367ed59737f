"""A venue's connection: four kinds of address, each with what it reads, and nothing that would be unsafe."""

from __future__ import annotations

from typing import Any

import pytest

from dvc766.settings import SettingsError, VenueSettings, venue_from_env

KEY = "ssh-ed25519 AAAAC3Nza"
ACCOUNT = {"login": "us", "password": "secret-p"}
SOUND: dict[str, dict[str, Any]] = {
    "folder": {"host": "file:///srv/hop"},
    "s3": ACCOUNT | {"host": "s3://bucket/x/", "extra": {"endpoint": "https://s3.example", "region": "vn"}},
    "sftp": ACCOUNT | {"host": "sftp://sftp.example:2222/x", "extra": {"host_key": KEY}},
    "sftp by key": {"host": "sftp://a/x", "login": "us", "extra": {"host_key": KEY, "key_file": "/k"}},
    "https": ACCOUNT
    | {"host": "https://web.example/p", "extra": {"token_url": "https://web.example/token", "tries": "7"}},
}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no address": ({"host": ""}, "no address of a venue"),
    "another kind": ({"host": "ftp://a/b"}, "no address of a venue"),
    "a folder elsewhere": ({"host": "file://server/b"}, "no address of a venue"),
    "no bucket": ({"host": "s3:///b"}, "no address of a venue"),
    "an account in the address": ({"host": "sftp://us:secret-p@a/b"}, "neither an account"),
    "a query in the address": ({"host": "https://a/b?token=secret-p"}, "neither an account"),
    "a server that nobody has looked at": (ACCOUNT | {"host": "sftp://a/b"}, "no extra 'host_key'"),
    "sftp without an account": ({"host": "sftp://a/b", "extra": {"host_key": KEY}}, 'no "login"'),
    "no TLS": ({"host": "http://a/b"}, "has no TLS"),
    "a store without TLS": ({"host": "s3://a/b", "extra": {"endpoint": "http://s"}}, "'endpoint' has no TLS"),
    "a token without TLS": (
        ACCOUNT | {"host": "https://a/b", "extra": {"token_url": "http://a/t"}},
        "'token_url' has no TLS",
    ),
    "a token without an account": (
        {"host": "https://a/b", "extra": {"token_url": "https://a/t"}},
        "has a token_url, but no",
    ),
    "what another kind reads": ({"host": "file:///a", "extra": {"region": "vn"}}, "'region' is not read for file://"),
    "an unknown extra": ({"host": "file:///a", "extra": {"endpiont": "x"}}, "'endpiont' is set, but nothing reads it"),
    "a placeholder": ({"host": "sftp://CHANGE_ME/b"}, "still holds the placeholder"),
    "a port of its own": ({"host": "file:///a", "port": 22}, "'port' is set, but nothing reads it"),
    "no number": ({"host": "file:///a", "extra": {"tries": "many"}}, "'tries' cannot be used"),
}


@pytest.mark.parametrize("case", SOUND)
def test_an_address_of_each_kind_is_read(case: str) -> None:
    venue = VenueSettings.from_connection("venue_x", SOUND[case])
    assert venue.url == SOUND[case]["host"].rstrip("/")
    assert venue.scheme == SOUND[case]["host"].partition(":")[0]
    assert "secret" not in repr(venue)
    assert venue.extra.tries == (7 if case == "https" else 4)


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_or_is_unsafe_is_refused(case: str) -> None:
    connection, words = WRONG[case]
    with pytest.raises(SettingsError, match=r"(?s)^AIRFLOW_CONN_VENUE_X.*Next:") as told:
        VenueSettings.from_connection("venue_x", connection)
    assert words in str(told.value) and "secret" not in str(told.value)


def test_a_connection_that_is_not_set_is_named() -> None:
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_VENUE_X is not set"):
        venue_from_env("venue_x", {"AIRFLOW_CONN_VENUE_X": ""})
