"""Settings are read from Airflow's JSON form, and say what is wrong without showing secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dvc766.settings import PROJECT_ROOT, Manners, PortalSettings, SettingsError, WarehouseSettings, from_env

WAREHOUSE: dict[str, Any] = {
    "conn_type": "postgres",
    "host": "db",
    "port": 5433,
    "schema": "dvc766",
    "login": "extractor",
    "password": "tell/no one",
    "extra": {"transformer_password": "secret-t", "sslmode": "verify-full"},
}
PORTAL: dict[str, Any] = {
    "conn_type": "http",
    "host": "https://portal.example/",
    "login": "us",
    "password": "secret-p",
    "extra": {
        "province_code": "H44",
        "page_size": "500",
        "pause_seconds": 0.2,
        "exchange_url": "https://exchange.example",
        "dstcode": "secret-d",
    },
}


def _with(base: dict[str, Any], **changes: object) -> dict[str, Any]:
    extra = {**base["extra"], **changes.pop("extra", {})}  # type: ignore[dict-item]
    return {**base, **changes, "extra": extra}


def test_the_environment_gives_all_settings() -> None:
    settings = from_env(
        {
            "AIRFLOW_CONN_WAREHOUSE": json.dumps(WAREHOUSE),
            "AIRFLOW_CONN_NATIONAL_PORTAL": json.dumps(PORTAL),
            "DVC766_CLOCK_URL": "http://127.0.0.1:8766/simulator/clock",
        }
    )
    portal = settings.portal("national_portal")
    assert (portal.base_url, portal.province_code, portal.login) == ("https://portal.example", "H44", "us")
    assert portal.manners == Manners(page_size=500, pause_seconds=0.2)
    assert portal.options == {"exchange_url": "https://exchange.example", "dstcode": "secret-d"}
    assert settings.warehouse.url("extractor") == (
        "postgresql://extractor:tell%2Fno%20one@db:5433/dvc766?sslmode=verify-full"
    )
    assert settings.clock_url == "http://127.0.0.1:8766/simulator/clock"
    assert settings.portal_codes == PROJECT_ROOT / "dbt_project" / "seeds" / "portal_codes.csv"
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_PROVINCIAL_PORTAL is not set"):
        settings.portal("provincial_portal")
    assert "secret" not in repr(settings) and "tell" not in repr(settings)


def test_the_extra_may_be_json_text() -> None:
    given = {**PORTAL, "extra": json.dumps(PORTAL["extra"])}
    assert PortalSettings.from_connection("national_portal", given) == PortalSettings.from_connection(
        "national_portal", PORTAL
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": ""}, 'no "host"'),
        ({"extra": {"province_code": None}}, 'no extra "province_code"'),
        ({"host": "http://portal.example"}, "'host' has no TLS"),
        ({"extra": {"exchange_url": "http://exchange.example"}}, "'exchange_url' has no TLS"),
        ({"host": "portal.example"}, "'host' is no full URL"),
        ({"extra": {"page_size": "many"}}, "'page_size' is 'many'"),
        ({"extra": {"page_size": 0}}, "at least 1"),
        ({"extra": {"tries": 2.5}}, "whole number"),
        ({"extra": {"read_timeout": "nan"}}, "at least 0.1"),
        ({"extra": {"allow_http": "perhaps"}}, "true or false"),
        ({"extra": {"call_deadline_seconds": 0}}, "at least 0.1"),
        ({"extra": {"proxy": "us:secret-x@proxy.example:3128"}}, "'proxy' is no full URL"),
        ({"extra": {"proxy": "socks5://us:secret-x@proxy.example"}}, "'proxy' is no full URL"),
        ({"extra": {"proxy": "http://:3128"}}, "'proxy' is no full URL"),
    ],
)
def test_a_portals_unusable_setting_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        PortalSettings.from_connection("national_portal", _with(PORTAL, **changes))
    assert "AIRFLOW_CONN_NATIONAL_PORTAL" in str(caught.value)
    assert "Next: " in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_proxy_and_a_deadline_are_settings_of_the_connection() -> None:
    given = _with(PORTAL, extra={"proxy": "http://us:secret-x@proxy.example:3128", "call_deadline_seconds": "90"})
    portal = PortalSettings.from_connection("national_portal", given)
    assert portal.proxy == "http://us:secret-x@proxy.example:3128"
    assert portal.manners.call_deadline_seconds == 90
    assert "secret" not in repr(portal)
    assert PortalSettings.from_connection("national_portal", PORTAL).proxy is None


def test_an_address_without_tls_needs_a_word() -> None:
    allowed = _with(PORTAL, host="http://127.0.0.1:8766/national", extra={"allow_http": True})
    assert PortalSettings.from_connection("national_portal", allowed).base_url == "http://127.0.0.1:8766/national"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": ""}, "has no schema"),
        ({"login": "postgres"}, "\"login\" is 'postgres'"),
        ({"port": "here"}, "'port' is 'here'"),
    ],
)
def test_the_warehouses_unusable_setting_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        WarehouseSettings.from_connection(_with(WAREHOUSE, **changes))


def test_a_missing_password_says_where_to_write_it() -> None:
    warehouse = WarehouseSettings.from_connection(WAREHOUSE)
    with pytest.raises(SettingsError, match='the extra "publisher_password"'):
        warehouse.url("publisher")
    with pytest.raises(SettingsError, match="no role 'postgres'"):
        warehouse.url("postgres")


@pytest.mark.parametrize("text", ["", "{", '"secret"'])
def test_a_connection_that_is_no_json_object_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_WAREHOUSE is") as caught:
        from_env({"AIRFLOW_CONN_WAREHOUSE": text})
    assert "secret" not in str(caught.value)
