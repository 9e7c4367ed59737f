"""Batches of a provincial portal, made by hand, that land and are judged as real ones are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from dvc766 import runs
from dvc766.clock import LOCAL_ZONE
from dvc766.portals import PORTALS
from dvc766.portals.contract import Batch, Doubt, Rejection, Resource, Row, Window
from dvc766.portals.provincial_fields import PROVINCIAL
from dvc766.settings import ROLES, PortalSettings, Settings, WarehouseSettings
from dvc766.warehouse.engine import engine_for
from dvc766.warehouse.landing import land
from dvc766.warehouse.run_life import start_run
from tests.database import Database

PROVINCE = "H44"
AS_OF = datetime(2025, 6, 18, 0, 30, tzinfo=LOCAL_ZONE)  # a Wednesday


@dataclass
class Given:
    """A reading: rows, rejections, and what the portal says its total is."""

    rows: list[Row] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    declared: int | None = 0
    repeated_keys: int = 0
    fell: int = 0
    doubts: list[Doubt] = field(default_factory=list)

    def __iter__(self) -> Iterator[Batch]:
        yield Batch(self.rows, self.rejections, len(self.rows) + len(self.rejections), self.repeated_keys, self.doubts)


def row(resource: Resource, number: int, values: Mapping[str, str | None]) -> Row:
    """A record with a key of its own; other fields are null."""
    key = dict.fromkeys(resource.key, f"key-{number:05}")
    return tuple((key | dict(values)).get(column.column) for column in resource.fields)


def dossiers(count: int, **changed: str | None) -> list[Row]:
    """Dossiers in good order, each submitted an hour before it is received, due five days later."""
    start = datetime(2025, 6, 16, 8, tzinfo=LOCAL_ZONE)
    made = []
    for number in range(count):
        submitted = start + timedelta(minutes=number % 400)
        values: dict[str, datetime | str | None] = {
            "dossier_code": f"H44-{number:05}",
            "updated_at": submitted + timedelta(hours=2),
            "status_id": "9",
            "agency_code": "H44.01",
            "procedure_code": "1.000001",
            "submitted_at": submitted,
            "received_at": submitted + timedelta(hours=1),
            "due_at": submitted + timedelta(days=5),
            "completed_at": submitted + timedelta(hours=2),
        }
        values |= changed
        text = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
        made.append(row(PROVINCIAL.resource("dossiers"), number, text))
    return made


def settings_for(database: Database) -> Settings:
    """The project's own settings over a test database."""
    warehouse = WarehouseSettings(database.host, database.port, database.name, {role: role for role in ROLES})
    return Settings(portals=portals_of(PROVINCE), warehouse=warehouse, state=Path("unused"))


def portals_of(province_code: str) -> dict[str, PortalSettings]:
    """Both portals of a province, with the national exchange; nobody calls them."""
    exchange = {"exchange_url": "https://exchange"}
    codes = [portal.code for portal in PORTALS]
    return {code: PortalSettings(code, province_code, "https://portal", options=exchange) for code in codes}


def note_readings(database: Database, as_of: datetime = AS_OF, **other: datetime) -> None:
    """Both portals were read whole up to `as_of`, or up to a time of their own."""
    with database.connect("extractor") as connection:
        for portal in PORTALS:
            connection.execute(
                "insert into ops.runs (kind, portal, as_of, state) values ('reading', %s, %s, 'succeeded')",
                [portal.code, other.get(portal.code, as_of)],
            )


def ratings(count: int) -> list[Row]:
    """Ratings, each of its own dossier."""
    resource = PROVINCIAL.resource("ratings")
    return [row(resource, number, {"updated_at": "2025-06-16T10:00:00+07:00"}) for number in range(count)]


def agencies(count: int) -> list[Row]:
    """Agencies of one name."""
    resource = PROVINCIAL.resource("agencies")
    return [row(resource, number, {"agency_code": "H44.01", "name_vi": "Sở Nội vụ"}) for number in range(count)]


def land_provincial(
    settings: Settings,
    given: Given,
    *,
    as_of: datetime = AS_OF,
    days: int = 4,
    others: Mapping[str, Given] | None = None,
) -> int:
    """Land a reading of dossiers beside one agency, and `others` by resource; returns the run."""
    engine = engine_for(settings.warehouse, "extractor")
    run_id = start_run(engine, "reading", PROVINCIAL.code, as_of)
    for resource in PROVINCIAL.resources:
        reading = given if resource.name == "dossiers" else (others or {}).get(resource.name, Given())
        if resource.name == "agencies" and resource.name not in (others or {}):
            reading = Given(agencies(1), declared=1)
        start = as_of - timedelta(days=days) if resource.is_windowed else None
        land(engine, run_id, PROVINCIAL, resource, PROVINCE, Window(start, as_of), reading)
    engine.dispose()
    return run_id


def take(
    settings: Settings, given: Given, *, as_of: datetime = AS_OF, others: Mapping[str, Given] | None = None
) -> None:
    """Land, judge and promote a reading."""
    run_id = land_provincial(settings, given, as_of=as_of, others=others)
    runs.audit_landing(settings, run_id)
    runs.promote(settings, run_id)
