"""The hand-made province behind the faces, for each test anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from portal_simulator.records import Province
from portal_simulator.server import application
from tests.portal_simulator.sample import sample_province, signed_in


@pytest.fixture
def province() -> Province:
    """The hand-made province, fresh for each test."""
    return sample_province()


@pytest.fixture
def client(province: Province) -> TestClient:
    """A client with a bearer token."""
    return signed_in(TestClient(application(province)))


@pytest.fixture
def bare_client(province: Province) -> TestClient:
    """A client without a token."""
    return TestClient(application(province))


@pytest.fixture
def set_clock(client: TestClient) -> Callable[[str], None]:
    """Turn the simulated clock to a local time, back too."""

    def turn(text: str) -> None:
        reply = client.post("/simulator/clock", json={"now": text, "force": True})
        assert reply.status_code == 200

    return turn
