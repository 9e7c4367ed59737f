"""The simulator's clock, its health, and its life in another process or thread."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from portal_simulator.__main__ import main
from portal_simulator.records import Province
from portal_simulator.running import running


def test_the_clock_goes_forward_and_back_only_by_force(client: TestClient) -> None:
    assert client.get("/simulator/clock").json() == {"now": "2025-08-01T00:30:00+07:00"}
    moved = client.post("/simulator/clock", json={"now": "2025-09-01T00:30:00+07:00"})
    assert moved.json() == {"now": "2025-09-01T00:30:00+07:00"}
    back = {"now": "2025-06-01T00:00:00"}
    assert client.post("/simulator/clock", json=back).status_code == 409
    assert client.post("/simulator/clock", json=back | {"force": True}).status_code == 200
    assert client.get("/simulator/clock").json() == {"now": "2025-06-01T00:00:00+07:00"}
    assert client.post("/simulator/clock", json={"now": "noon"}).status_code == 400


def test_health_counts_the_records(client: TestClient) -> None:
    health = client.get("/simulator/health").json()
    assert health["status"] == "ok"
    assert health["records"]["dossiers"] == 21


def test_a_running_simulator_keeps_its_connections(province: Province) -> None:
    with running(province) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        sockets = set()
        for _ in range(3):
            connection.request("GET", "/simulator/health")
            reply = connection.getresponse()
            reply.read()
            assert reply.status == 200
            assert reply.headers["Date"]
            sockets.add(id(connection.sock))
        connection.close()
        assert len(sockets) == 1
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection(urlsplit(address).netloc, timeout=1).request("GET", "/")


def test_what_was_left_out_of_published_figures_is_named(client: TestClient, province: Province) -> None:
    assert client.get("/simulator/figures").json() == {"left_out": []}
    province.left_out.append({"unit": "H44.01", "indicator": "4.1", "cause": "9 of 4 is no share of a whole"})
    assert client.get("/simulator/figures").json() == {"left_out": province.left_out}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--figures", "none.csv"],
        ["--figures", "none.csv", "--period", "August"],
        ["--figures", "none.csv", "--period", "2026-08"],
    ],
)
def test_a_wrong_command_line_ends_with_a_message(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "portal_simulator:" in capsys.readouterr().err
