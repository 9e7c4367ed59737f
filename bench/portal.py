"""A provincial portal to read from: the simulator's life, its replies kept in memory by `bench.pages`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests

from dvc766.settings import PROJECT_ROOT, PortalSettings
from local_stack.installation import simulated_portals
from local_stack.postgres import free_port

SEED = 766
_START_SECONDS = 300


@contextmanager
def simulator(scale: float, first: str) -> Iterator[str]:
    """The address of a simulator that is up, its life beginning on the day `first`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    life = ["--life", str(SEED), "--scale", str(scale), "--first", first, "--port", str(port)]
    with _program(["portal_simulator", *life]):
        _wait(f"{address}/simulator/health")
        yield address


@contextmanager
def provincial_portal(scale: float, answer_ms: int) -> Iterator[PortalSettings]:
    """The connection to a portal that is up and takes `answer_ms` to answer; RuntimeError when it does not come up."""
    port, pages = free_port(), free_port()
    upstream = f"http://127.0.0.1:{port}"
    life = ["portal_simulator", "--life", str(SEED), "--scale", str(scale), "--port", str(port)]
    with _program(life), _program(["bench.pages", upstream, str(pages), str(answer_ms)]):
        address = f"http://127.0.0.1:{pages}"
        _wait(f"{upstream}/simulator/health")
        _wait(f"{address}/simulator/health")
        connection = simulated_portals(address)["AIRFLOW_CONN_PROVINCIAL_PORTAL"]
        portal = PortalSettings.from_connection("provincial_portal", json.loads(connection))
        # One request in flight, as a connection has that says nothing of it.
        yield replace(portal, manners=replace(portal.manners, page_size=500, parallel=1))


@contextmanager
def _program(arguments: list[str]) -> Iterator[None]:
    program = subprocess.Popen([sys.executable, "-m", *arguments], cwd=PROJECT_ROOT)
    try:
        yield
    finally:
        program.terminate()
        program.wait(timeout=30)


def _wait(url: str) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the simulator did not answer at {url}")
