"""Settings are read from Airflow's JSON form, and say what is wrong without showing secrets."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from dvc766.settings import (
    PROJECT_ROOT,
    Environment,
    Manners,
    PortalSettings,
    SettingsError,
    WarehouseSettings,
    from_env,
    owner_url_from_env,
    portals_from_env,
    role_variable,
)

WAREHOUSE: dict[str, Any] = {
    "conn_type": "postgres",
    "host": "db",
    "port": 5433,
    "schema": "dvc766",
    "login": "extractor",
    "password": "tell/no one",
    "extra": {"transformer_password": "secret-t"},
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
        "madonvi": "000.00.00.H44",
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
            "DVC766_FIRST_PERIOD": "2025-05",
        }
    )
    portal = settings.portal("national_portal")
    assert (portal.base_url, portal.province_code, portal.login) == ("https://portal.example", "H44", "us")
    assert portal.manners == Manners(page_size=500, pause_seconds=0.2)
    assert portal.options == {
        "exchange_url": "https://exchange.example",
        "dstcode": "secret-d",
        "madonvi": "000.00.00.H44",
    }
    assert settings.warehouse.url("extractor") == (
        "postgresql://extractor:tell%2Fno%20one@db:5433/dvc766?sslmode=verify-full"
    )
    assert settings.first_period == date(2025, 5, 1)
    assert settings.clock_url == "http://127.0.0.1:8766/simulator/clock"
    assert settings.portal_codes == PROJECT_ROOT / "dbt_project" / "seeds" / "portal_codes.csv"
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_PROVINCIAL_PORTAL is not set"):
        settings.portal("provincial_portal")
    assert "secret" not in repr(settings) and "tell" not in repr(settings)


def test_the_national_portal_may_be_connected_without_the_exchange() -> None:
    extra = {"province_code": "H44"}
    public = {"conn_type": "http", "host": "https://portal.example", "extra": extra}
    assert PortalSettings.from_connection("national_portal", public).options == {}


def test_a_portal_is_connected_when_its_variable_holds_something() -> None:
    given = {"AIRFLOW_CONN_NATIONAL_PORTAL": json.dumps(PORTAL)}
    for nothing in ({}, {"AIRFLOW_CONN_PROVINCIAL_PORTAL": ""}, {"AIRFLOW_CONN_PROVINCIAL_PORTAL": " "}):
        assert list(portals_from_env(given | nothing)) == ["national_portal"]
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_PROVINCIAL_PORTAL: 'host' still holds the placeholder"):
        portals_from_env(given | {"AIRFLOW_CONN_PROVINCIAL_PORTAL": '{"host": "https://CHANGE_ME"}'})


def test_the_extra_may_be_json_text() -> None:
    given = {**PORTAL, "extra": json.dumps(PORTAL["extra"])}
    assert PortalSettings.from_connection("national_portal", given) == PortalSettings.from_connection(
        "national_portal", PORTAL
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"host": ""}, 'no "host"'),
        ({"extra": {"province_code": None}}, "no extra 'province_code'"),
        ({"host": "http://portal.example"}, "'host' has no TLS"),
        ({"extra": {"exchange_url": "http://exchange.example"}}, "'exchange_url' has no TLS"),
        ({"host": "portal.example"}, "'host' is no full URL"),
        ({"extra": {"exchange_url": None}}, "no extra 'exchange_url'"),
        ({"extra": {"exchange_url": None, "dstcode": None, "madonvi": None}}, "'login' is set, but without"),
        ({"extra": {"page_size": "many"}}, "'page_size' cannot be used: .*valid integer"),
        ({"extra": {"page_size": 0}}, "'page_size' cannot be used: .*greater than or equal to 1"),
        ({"extra": {"tries": 2.5}}, "'tries' cannot be used: .*integer"),
        ({"extra": {"read_timeout": "nan"}}, "'read_timeout' cannot be used: .*finite"),
        ({"extra": {"allow_http": "perhaps"}}, "'allow_http' cannot be used: .*boolean"),
        ({"extra": {"pagesize": 100}}, "'pagesize' is set, but nothing reads it.\nNext: write page_size"),
        ({"extra": {"token_url": "https://sso.example"}}, "'token_url' is set, but nothing reads it"),
        ({"port": 8443}, "'port' is set, but nothing reads it"),
        ({"schema": "https"}, "'schema' is set, but nothing reads it"),
        ({"user": "us"}, "'user' is set, but nothing reads it"),
        ({"password": "CHANGE_ME"}, "'password' still holds the placeholder"),
        ({"extra": {"exchange_url": "https://CHANGE_ME/x"}}, "'exchange_url' still holds the placeholder"),
        ({"extra": {"call_deadline_seconds": 0}}, "'call_deadline_seconds' cannot be used"),
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
        ({"extra": {"extractor_password": "x"}}, "'extractor_password' is set, but nothing reads it"),
        ({"password": "CHANGE_ME"}, "still holds the placeholder"),
        ({"port": 70000}, "'port' cannot be used"),
        ({"port": "here"}, "'port' cannot be used: .*valid integer"),
        ({"extra": {"sslmode": "on"}}, "'sslmode' cannot be used"),
        ({"extra": {"sslmode": "prefer"}}, "'prefer' would send passwords and records to db in plain text"),
        ({"extra": {"sslmode": "disable"}, "host": "10.0.0.5"}, "to 10.0.0.5 in plain text.\nNext: .*allow_plain_text"),
        ({"extra": {"sslmode": "allow"}, "host": "::2"}, "in plain text"),
    ],
)
def test_the_warehouses_unusable_setting_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        WarehouseSettings.from_connection(_with(WAREHOUSE, **changes))


@pytest.mark.parametrize(
    ("host", "extra", "tail"),
    [
        ("db", {}, "?sslmode=verify-full"),
        ("db.example.gov.vn", {"ca_bundle": "/ca.pem"}, "?sslmode=verify-full&sslrootcert=%2Fca.pem"),
        ("db", {"sslmode": "require"}, "?sslmode=require"),
        ("db", {"sslmode": "prefer", "allow_plain_text": True}, ""),
        ("db", {"sslmode": "disable", "allow_plain_text": True}, "?sslmode=disable"),
        ("db", {"allow_plain_text": True}, "?sslmode=verify-full"),
        ("localhost", {}, ""),
        ("127.0.0.2", {}, ""),
        ("::1", {}, ""),
        ("127.0.0.1", {"sslmode": "verify-full", "ca_bundle": "system"}, "?sslmode=verify-full&sslrootcert=system"),
    ],
)
def test_off_this_machine_the_servers_certificate_is_verified(host: str, extra: dict[str, Any], tail: str) -> None:
    warehouse = WarehouseSettings.from_connection(_with(WAREHOUSE, host=host, extra=extra))
    assert warehouse.url("transformer").partition("/dvc766")[2] == tail
    assert conninfo_to_dict(warehouse.url("transformer"))["host"] == host
    assert dict(warehouse.tls) == {
        key: value for key, value in conninfo_to_dict(warehouse.url("transformer")).items() if key.startswith("ssl")
    }


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("postgresql://o:p@127.0.0.1/w", "postgresql://o:p@127.0.0.1/w"),
        ("postgresql:///w", "postgresql:///w"),
        ("postgresql://o:p@db/w", "postgresql://o:p@db/w?sslmode=verify-full"),
        ("postgresql://o:p@db/w?connect_timeout=5", "postgresql://o:p@db/w?connect_timeout=5&sslmode=verify-full"),
        ("postgresql://o:p@db/w?sslmode=prefer", "postgresql://o:p@db/w?sslmode=prefer"),
    ],
)
def test_the_owner_too_verifies_the_server_off_this_machine(
    url: str, used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC766_OWNER_URL", url)
    assert owner_url_from_env() == used


ADDRESS = {key: WAREHOUSE[key] for key in ("conn_type", "host", "port", "schema")}


def own(role: str, **changes: Any) -> dict[str, str]:
    """The variable of a role's own connection."""
    return {
        role_variable(role): json.dumps(
            {"conn_type": "postgres", "login": role, "password": f"secret {role}"} | changes
        )
    }


def test_a_placeholder_in_a_roles_connection_refuses_to_start() -> None:
    given = {"AIRFLOW_CONN_WAREHOUSE": json.dumps(ADDRESS)} | own("ops_reader", password="CHANGE_ME")
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_WAREHOUSE_OPS_READER still holds the placeholder"):
        from_env(given)


def test_a_role_has_a_connection_of_its_own_and_a_process_the_roles_that_it_is_given() -> None:
    given = {"AIRFLOW_CONN_WAREHOUSE": json.dumps(ADDRESS)} | own("publisher") | own("watchdog")
    warehouse = from_env(given).warehouse
    assert warehouse.password("publisher") == "secret publisher"
    assert warehouse.url("watchdog").startswith("postgresql://watchdog:secret%20watchdog@db:5433/dvc766")
    assert list(warehouse.passwords) == ["publisher", "watchdog"]
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_WAREHOUSE_EXTRACTOR"):
        warehouse.url("extractor")
    assert "secret" not in repr(warehouse)


def test_a_roles_own_connection_is_asked_for_when_the_role_is_needed() -> None:
    asked: list[str] = []

    def of_role(role: str) -> dict[str, Any]:
        asked.append(role)
        given: dict[str, Any] = json.loads(own(role)[role_variable(role)])
        return given

    warehouse = WarehouseSettings.from_connection(ADDRESS, of_role)
    assert asked == []
    assert [warehouse.password("transformer"), warehouse.password("transformer")] == ["secret transformer"] * 2
    assert asked == ["transformer"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"login": "postgres"}, "AIRFLOW_CONN_WAREHOUSE_PUBLISHER is not publisher's"),
        ({"password": ""}, "AIRFLOW_CONN_WAREHOUSE_PUBLISHER is not publisher's"),
        ({"host": "elsewhere"}, "'host' is set, but nothing reads it"),
        ({"extra": {"sslmode": "disable"}}, "AIRFLOW_CONN_WAREHOUSE_PUBLISHER: the extra 'sslmode' is set"),
    ],
)
def test_a_roles_unusable_connection_is_named(changes: dict[str, Any], message: str) -> None:
    warehouse = from_env({"AIRFLOW_CONN_WAREHOUSE": json.dumps(ADDRESS)} | own("publisher", **changes)).warehouse
    with pytest.raises(SettingsError, match=message) as caught:
        warehouse.password("publisher")
    assert "secret" not in str(caught.value)


def test_a_missing_password_says_where_to_write_it() -> None:
    warehouse = WarehouseSettings.from_connection(WAREHOUSE)
    with pytest.raises(SettingsError, match=r"password of publisher here.\nNext: .*AIRFLOW_CONN_WAREHOUSE_PUBLISHER"):
        warehouse.url("publisher")
    with pytest.raises(SettingsError, match="no role 'postgres'"):
        warehouse.url("postgres")


@pytest.mark.parametrize("text", ["", "{", '"secret"'])
def test_a_connection_that_is_no_json_object_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_WAREHOUSE is") as caught:
        from_env({"AIRFLOW_CONN_WAREHOUSE": text})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("DVC766_FIRST_PERIOD", "garbage", "DVC766_FIRST_PERIOD cannot be used.*\n.*YYYY-MM"),
        ("DVC766_FIRST_PERIOD", "2025-13", "DVC766_FIRST_PERIOD cannot be used"),
        ("DVC766_FIRST_PERIOD", "05/2025", "DVC766_FIRST_PERIOD cannot be used"),
        (
            "DVC766_FIRST_PEROID",
            "2025-05",
            "DVC766_FIRST_PEROID is set, but nothing reads it.\nNext: write DVC766_FIRST",
        ),
        ("DVC766_COLOUR", "red", "DVC766_COLOUR is set, but nothing reads it"),
        ("DVC766_CLOCK_URL", "CHANGE_ME", "DVC766_CLOCK_URL still holds the placeholder"),
        ("DVC766_CLOCK_URL", "tomorrow", "DVC766_CLOCK_URL cannot be used"),
        ("DVC766_POSTGRES_PORT", "abc", "DVC766_POSTGRES_PORT cannot be used: .*integer"),
        ("DVC766_OWNER_URL", "postgresql://postgres:CHANGE_ME@db/x", "DVC766_OWNER_URL still holds the placeholder"),
        ("AIRFLOW_FERNET_KEY", "CHANGE_ME", "AIRFLOW_FERNET_KEY still holds the placeholder"),
        ("AIRFLOW__CORE__FERNET_KEY", "CHANGE_ME", "AIRFLOW__CORE__FERNET_KEY still holds the placeholder"),
    ],
)
def test_an_unknown_unread_or_placeholder_variable_refuses_to_start(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        from_env({"AIRFLOW_CONN_WAREHOUSE": json.dumps(WAREHOUSE), name: value})


def test_every_variable_of_the_example_is_read_and_every_placeholder_is_found() -> None:
    lines = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    given = {name: value.strip("'") for name, _, value in pairs}
    assert set(Environment.model_fields) == {
        name.removeprefix("DVC766_").lower() for name in given if name.startswith("DVC766_")
    }
    with pytest.raises(SettingsError, match="still holds the placeholder"):
        from_env(given)
    filled = {name: value.replace("CHANGE_ME", "filled") for name, value in given.items()}
    assert from_env(filled).portal("provincial_portal").options["token_url"].startswith("https://filled/")
