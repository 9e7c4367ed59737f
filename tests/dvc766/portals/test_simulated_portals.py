"""Both readers against the portal simulator: no fault that hides no fact changes what is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import requests

from dvc766.portals import PORTALS, open_portal
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Portal, Rejection, Resource, Row, Window
from dvc766.portals.errors import PortalRefused
from dvc766.settings import PROJECT_ROOT, Manners, PortalSettings
from portal_simulator.faces.replies import LOGIN, PASSWORD
from portal_simulator.running import running
from portal_simulator.views.faults import FAULTS, Kind
from tests.portal_simulator.sample import sample_province

END = datetime.fromisoformat("2025-08-01T00:30:00+07:00")
WHOLE = Window(None, END)
TABLE = PROJECT_ROOT / "dbt_project" / "seeds" / "portal_codes.csv"
HARMLESS = [name for name, fault in FAULTS.items() if fault.kind in (Kind.TRANSIENT, Kind.DISGUISE, Kind.MOVEMENT)]
Records = dict[tuple[str, ...], set[Row]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    province = sample_province()
    people = [*(d.applicant for d in province.dossiers), *(p.reporter for p in province.petitions)]
    for number, citizen in enumerate(people):
        citizen.full_name, citizen.address = f"Nguyễn Kín {number}", f"Số {number}, phố Kín"
        citizen.identity_number, citizen.phone = f"0790{number:02}887766", f"09{number:02}554433"
        citizen.email = f"kin{number}@example.vn"
    with running(province) as url:
        yield url


@pytest.fixture(scope="module")
def untroubled(address: str) -> Records:
    return read_all(address)[0]


def connection(url: str, portal: Portal) -> PortalSettings:
    options = {
        "exchange_url": f"{url}/national/exchange",
        "dstcode": "VN:GOV:000.00.00.G22",
        "madonvi": "000.00.00.H44",
        "token_url": f"{url}/provincial/auth/realms/digo/protocol/openid-connect/token",
        "petitions_url": f"{url}/provincial/gateway",
        "local_url": f"{url}/provincial/local",
    }
    base = {"national_portal": "/national/api/v1", "provincial_portal": "/provincial/gateway"}[portal.code]
    manners = Manners(page_size=6, parallel=2, tries=6, first_wait_seconds=0)
    return PortalSettings(portal.code, "H44", url + base, LOGIN, PASSWORD, options, manners, synthetic=True)


def read_all(url: str, window: Window = WHOLE) -> tuple[Records, list[Rejection]]:
    """Every record of both portals without its change time, and the rejections."""
    found: Records = {}
    rejections: list[Rejection] = []
    for portal in PORTALS:
        reader = open_portal(portal, connection(url, portal), read_known_codes(TABLE, portal))
        for resource in portal.resources:
            reading = reader.read(resource, window)
            rows: set[Row] = set()
            for batch in reading:
                assert batch.fetched == len(batch.rows) + len(batch.rejections)
                rows.update(timeless(resource, row) for row in batch.rows)
                rejections += batch.rejections
            found[portal.code, resource.name] = rows
            if reading.declared is not None:
                assert len(rows) + len({r.source_id for r in rejections}) >= reading.declared, resource.name
    return found, rejections


def timeless(resource: Resource, row: Row) -> Row:
    """A row without the time it was touched."""
    pairs = zip(resource.fields, row, strict=True)
    return tuple(value for field, value in pairs if field.column != resource.changed_at)


def switch(url: str, names: list[str], on: bool) -> None:
    for name in names:
        body = {"name": name, "on": on, "every": 5, "retry_after": 0}
        requests.post(f"{url}/simulator/faults", json=body, timeout=10).raise_for_status()


def test_every_resource_is_read(untroubled: Records) -> None:
    counts = {name: len(rows) for name, rows in untroubled.items()}
    assert counts["provincial_portal", "dossiers"] == 21
    assert counts["provincial_portal", "petitions"] == 2
    assert counts["national_portal", "decisions"] == 1
    assert {name for name, count in counts.items() if count == 0} == set()


@pytest.mark.parametrize("faults", [*([name] for name in HARMLESS), HARMLESS], ids="+".join)
def test_a_fault_that_hides_no_fact_changes_nothing(address: str, untroubled: Records, faults: list[str]) -> None:
    switch(address, faults, True)
    try:
        found, rejections = read_all(address)
    finally:
        switch(address, faults, False)
    assert rejections == []
    assert found == untroubled


def test_a_sweep_reads_the_same(address: str, untroubled: Records) -> None:
    assert read_all(address, Window(None, END, sweep=True))[0] == untroubled


def test_an_unknown_status_is_rejected_by_name(address: str, untroubled: Records) -> None:
    switch(address, ["unknown_status"], True)
    try:
        found, rejections = read_all(address)
    finally:
        switch(address, ["unknown_status"], False)
    assert {(r.field, r.reason, r.code) for r in rejections} <= {("status_id", "unknown_code", "23")}
    dossiers = "provincial_portal", "dossiers"
    assert len(found[dossiers]) + len(rejections) == len(untroubled[dossiers])


def test_nothing_of_a_citizen_leaves_the_portal(untroubled: Records) -> None:
    text = json.dumps([[*name, *map(list, rows)] for name, rows in untroubled.items()], ensure_ascii=False)
    for secret in ("Kín", "887766", "554433", "@example.vn"):
        assert secret not in text


def test_the_simulator_is_not_taken_for_a_real_portal(address: str) -> None:
    for portal in PORTALS:
        real = replace(connection(address, portal), synthetic=False)
        reader = open_portal(portal, real, read_known_codes(TABLE, portal))
        with pytest.raises(PortalRefused, match="this is the simulator"):
            list(reader.read(portal.resources[0], WHOLE))
