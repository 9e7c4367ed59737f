"""Looks at every connection at once, and says what is wrong with each.

    python -m dvc766.runs.connections              all of them: warehouse, portals, venues
    python -m dvc766.runs.connections --warehouse  what a service must have before it starts

Nothing is written anywhere, and each portal is asked as little as it takes: one short call of each host.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from dvc766.clock import ClockUnavailable, business_now
from dvc766.delivery import DeliveryFailed, opened
from dvc766.delivery.pointer import LATEST
from dvc766.failures import NeedsAPerson
from dvc766.portals import connected, open_portal
from dvc766.portals.codes import read_known_codes
from dvc766.portals.contract import Portal, Resource, Window
from dvc766.portals.errors import PortalError
from dvc766.portals.reading import PortalReader
from dvc766.runs.delivering import venues
from dvc766.settings import (
    WAREHOUSE_VARIABLE,
    PortalSettings,
    Settings,
    SettingsError,
    environment,
    from_env,
    portal_variable,
    require_sound_secrets,
    venue_from_env,
    venue_variable,
    warehouse_from_env,
)
from dvc766.warehouse.revision import require_known

LONGEST_WAIT_SECONDS = 20.0
READ_OPS = ("extractor", "transformer", "publisher", "ops_reader")
_TOLD = (NeedsAPerson, PortalError, DeliveryFailed, ClockUnavailable, psycopg.Error, SQLAlchemyError, OSError)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one look: nothing is wrong, or the message with the next step."""

    what: str
    wrong: str | None


Look = Callable[[], object]


def look(looks: Mapping[str, Look]) -> Iterator[Found]:
    """Each of them, one after the other; one that fails keeps none from its turn."""
    for what, one in looks.items():
        try:
            one()
        except _TOLD as error:
            yield Found(what, str(error).strip() or type(error).__name__)
        else:
            yield Found(what, None)


def of_the_warehouse() -> dict[str, Look]:
    """That every variable can be read, that each role this process has gets in, and that the schema is this code's.

    A process that works as none of the roles that read `ops` cannot ask for the schema; its runs ask before they open.
    """
    looks: dict[str, Look] = {
        "the variables DVC766_* and AIRFLOW*": environment,
        "the secrets of Airflow": require_sound_secrets,
    }
    try:
        warehouse = warehouse_from_env()
    except SettingsError:
        return looks | {WAREHOUSE_VARIABLE: warehouse_from_env}
    looks |= {
        f"warehouse {warehouse.host}:{warehouse.port} as {role}": lambda role=role: _enter(warehouse.url(role))  # type: ignore[misc]
        for role in warehouse.passwords
    }
    watcher = next((role for role in READ_OPS if role in warehouse.passwords), None)
    if watcher:
        looks["the warehouse's schema"] = lambda: _enter(warehouse.url(watcher), require_known)
    return looks


def of_the_rest() -> dict[str, Look]:
    """The clock, each host of each connected portal, each venue in force."""
    try:
        settings = from_env()
    except SettingsError:
        return {"the portals' variables": from_env}
    looks: dict[str, Look] = {"the clock": lambda: business_now(settings.clock_url)}
    for portal in connected(settings.portals):
        for host in portal.hosts:
            looks[f"{portal_variable(portal.code)}, {host}"] = lambda portal=portal, host=host: _ask(  # type: ignore[misc]
                portal, settings, host
            )
    try:
        for venue in venues(settings):
            looks[venue_variable(venue.connection)] = lambda name=venue.connection: _reach(name)  # type: ignore[misc]
    except _TOLD:
        looks["venues.csv"] = lambda: venues(settings)
    return looks


def _enter(url: str, then: Callable[[psycopg.Connection], None] | None = None) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        if then:
            then(connection)


def _ask(portal: Portal, settings: Settings, host: str) -> None:
    """One short call of the host: a glance where it can be asked for changes, else the first page of a list."""
    reader = open_portal(
        portal, _impatient(settings.portal(portal.code)), read_known_codes(settings.portal_codes, portal)
    )
    now = business_now(settings.clock_url)
    resource = _shortest(portal, host)
    if resource.is_windowed:
        reader.glance(resource, None, now)
    else:
        _first_page(reader, resource, Window(None, now))


def _shortest(portal: Portal, host: str) -> Resource:
    return min(portal.hosts[host], key=lambda resource: not resource.is_windowed)


def _first_page(reader: PortalReader, resource: Resource, window: Window) -> None:
    for _ in reader.read(resource, window):
        return


def _impatient(settings: PortalSettings) -> PortalSettings:
    manners = replace(settings.manners, tries=1, read_timeout=min(settings.manners.read_timeout, LONGEST_WAIT_SECONDS))
    return replace(settings, manners=manners)


def _reach(name: str) -> None:
    """Read what the venue's readers follow; a venue that nothing was delivered to has none, and that is well."""
    with opened(venue_from_env(name)) as store:
        store.read([LATEST])


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when something is wrong; each line names it and the next step."""
    options = argparse.ArgumentParser(prog="python -m dvc766.runs.connections", description=__doc__)
    options.add_argument(
        "--warehouse", action="store_true", help="the variables and the warehouse alone, told if wrong"
    )
    only_warehouse = options.parse_args(arguments).warehouse
    wrong = 0
    for found in look(of_the_warehouse() | ({} if only_warehouse else of_the_rest())):
        wrong += found.wrong is not None
        if found.wrong:
            print(f"WRONG  {found.what}: {found.wrong}", file=sys.stderr if only_warehouse else sys.stdout, flush=True)
        elif not only_warehouse:
            print(f"well   {found.what}", flush=True)
    if not only_warehouse:
        print(f"{wrong} of the connections cannot be used." if wrong else "Every connection can be used.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
